import {readUtf8, writeUtf8} from '../message/utf8.ts';
import {unitAt, unitCount} from '../message/utf16.ts';
import type {ExtFields, LanguageCode, RemotingCommand} from './command.ts';
import {escapeOf, type FastjsonObject, type FastjsonValue, toStandardJson} from './fastjson.ts';
import {FastjsonError, parseFastjson} from './fastjson-parser.ts';
import {readUsualHeader} from './header-usual.ts';
import {LANGUAGES, languageOfName, languageOfOrdinal} from './language.ts';

/**
 * The JSON form of a frame's header (type byte 0).
 * Source: RocketMQ 4.9.1 `RemotingCommand`, `RemotingSerializable`, as fastjson 1.2.76 writes and reads them.
 */

/**
 * Writes the header at `from`. Keys stand in fastjson's alphabetical order, `extFields` in the order of the object.
 * `room` must hold `jsonHeaderRoom` bytes. Answers where the header ends.
 */
export function writeJsonHeader(command: RemotingCommand, room: Uint8Array, from: number): number {
  let at = writeInt(room, writeAscii(room, from, '{"code":'), command.code);
  const {extFields} = command;
  if (extFields !== null) {
    at = writeAscii(room, at, ',"extFields":{');
    let first = true;
    for (const key in extFields) {
      const value = extFields[key];
      // A null value would be dropped by fastjson; the type does not allow it, other code might.
      if (value === undefined || value === null) continue;
      if (!first) room[at++] = COMMA;
      first = false;
      at = writeQuoted(room, at, key);
      room[at++] = COLON;
      at = writeQuoted(room, at, value);
    }
    room[at++] = CLOSE_BRACE;
  }
  at = writeInt(room, writeAscii(room, at, ',"flag":'), command.flag);
  if (command.language !== null) {
    at = writeAscii(room, at, ',"language":"');
    at = writeAscii(room, at, command.language);
    room[at++] = QUOTE;
  }
  at = writeInt(room, writeAscii(room, at, ',"opaque":'), command.opaque);
  if (command.remark !== null) {
    at = writeAscii(room, at, ',"remark":');
    at = writeQuoted(room, at, command.remark);
  }
  at = writeAscii(room, at, ',"serializeTypeCurrentRPC":"JSON","version":');
  at = writeInt(room, at, command.version);
  room[at++] = CLOSE_BRACE;
  return at;
}

/** An upper bound for the bytes that `writeJsonHeader` writes: six for each UTF-16 unit of text that may need escaping. */
export function jsonHeaderRoom(command: RemotingCommand): number {
  let units = command.remark === null ? 0 : unitCount(command.remark);
  const {extFields} = command;
  if (extFields !== null) {
    for (const key in extFields) {
      const value = extFields[key];
      units += unitCount(key) + 1;
      if (value !== undefined && value !== null) units += unitCount(value);
    }
  }
  return 256 + units * 6;
}

const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const HEX_DIGITS = '0123456789ABCDEF';

function writeAscii(room: Uint8Array, at: number, text: string): number {
  const units = unitCount(text);
  for (let i = 0; i < units; i++) room[at++] = unitAt(text, i);
  return at;
}

/** Writes the digits one by one: a string for each number of each header would be most of the garbage that headers make. */
function writeInt(room: Uint8Array, from: number, value: number): number {
  if (value !== (value | 0) || value < 0) return writeAscii(room, from, `${value}`);
  let end = from + 1;
  for (let bound = 10; bound <= value; bound *= 10) end++;
  let left = value | 0;
  for (let at = end - 1; at >= from; at--) {
    const tenth = (left / 10) | 0;
    room[at] = ZERO + left - tenth * 10;
    left = tenth;
  }
  return end;
}

function writeQuoted(room: Uint8Array, from: number, text: string): number {
  const units = unitCount(text);
  let at = from;
  room[at++] = QUOTE;
  for (let i = 0; i < units; i++) {
    const unit = unitAt(text, i);
    if (unit >= 0x20 && unit < 0x7f && unit !== QUOTE && unit !== BACKSLASH) {
      room[at++] = unit;
    } else if (unit < 8) {
      // The separators of message properties, in every send: worth a path of their own.
      room[at++] = BACKSLASH;
      room[at++] = 0x75;
      room[at++] = 0x30;
      room[at++] = 0x30;
      room[at++] = 0x30;
      room[at++] = HEX_DIGITS.charCodeAt(unit);
    } else {
      const escaped = escapeOf(unit);
      if (escaped !== null) {
        at = writeAscii(room, at, escaped);
      } else {
        const pair = unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(unitAt(text, i + 1));
        at = writeUtf8(room, at, pair ? text.slice(i, i + 2) : text.charAt(i));
        if (pair) i++;
      }
    }
  }
  room[at++] = QUOTE;
  return at;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/**
 * Reads a header as the Java side would: what looks as usual by a reader for that alone, other standard JSON by the engine's own parser, everything else that fastjson takes by
 * ours. `spareOpaque` is what a header without `opaque` gets. The body is the frame's to add. Answers why it is no header, if
 * it is none.
 */
export function readJsonHeader(
  bytes: Uint8Array,
  from: number,
  end: number,
  spareOpaque: number,
): RemotingCommand | string {
  const usual = readUsualHeader(bytes, from, end);
  if (usual !== null) return usual;
  const text = readUtf8(bytes, from, end);
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    return readLoosely(text, spareOpaque);
  }
  return readPlain(plain) ?? readLoosely(text, spareOpaque);
}

/** A header in standard JSON, every field in its own type. Null if it is anything else. */
function readPlain(plain: unknown): RemotingCommand | null {
  if (typeof plain !== 'object' || plain === null) return null;
  const {code, flag, opaque, version, language, remark, extFields} = plain as Record<string, unknown>;
  if (!isInt32(code) || !isInt32(flag) || !isInt32(opaque) || !isInt32(version)) return null;
  if (typeof language !== 'string' || !LANGUAGES.has(language)) return null;
  if (remark !== undefined && typeof remark !== 'string') return null;
  if (extFields !== undefined && !isStringMap(extFields)) return null;
  return {
    code,
    language: language as LanguageCode,
    version,
    opaque,
    flag,
    remark: remark ?? null,
    extFields: extFields ?? null,
    body: null,
    serializer: 'JSON',
  };
}

function isInt32(value: unknown): value is number {
  return typeof value === 'number' && value === (value | 0);
}

function isStringMap(value: unknown): value is ExtFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) {
    if (typeof (value as Record<string, unknown>)[key] !== 'string') return false;
  }
  return true;
}

function readLoosely(text: string, spareOpaque: number): RemotingCommand | string {
  try {
    const header = parseFastjson(text);
    if (!(header instanceof Map)) return 'the header is not a JSON object';
    return {
      code: intOf(header, 'code', 0),
      language: languageOf(header.get('language')),
      version: intOf(header, 'version', 0),
      opaque: intOf(header, 'opaque', spareOpaque),
      flag: intOf(header, 'flag', 0),
      remark: textOf(header.get('remark')),
      extFields: extFieldsOf(header.get('extFields')),
      body: null,
      serializer: 'JSON',
    };
  } catch (error) {
    if (error instanceof FastjsonError) return `the header is not JSON: ${error.message}`;
    throw error;
  }
}

function intOf(header: FastjsonObject, key: string, missing: number): number {
  const value = header.get(key);
  if (value === undefined) return missing;
  if (value === null || value === '' || value === 'null') return key === 'opaque' ? missing : 0;
  if (value === true) return 1;
  if (value === false) return 0;
  if (isInt32(value)) return value;
  if (typeof value === 'string') {
    const digits = value.replaceAll(',', '');
    if (/^[+-]?\d{1,15}$/.test(digits) && isInt32(Number(digits))) return Number(digits);
  }
  throw new FastjsonError(`${key} is not a 32-bit integer`);
}

function languageOf(value: FastjsonValue | undefined): LanguageCode | null {
  if (value === undefined) return 'JAVA';
  if (typeof value === 'number') return languageOfOrdinal(value);
  return typeof value === 'string' ? languageOfName(value) : null;
}

function textOf(value: FastjsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : toStandardJson(value);
}

function extFieldsOf(value: FastjsonValue | undefined): ExtFields | null {
  if (value === undefined || value === null) return null;
  if (!(value instanceof Map)) throw new FastjsonError('extFields is not an object');
  const extFields: ExtFields = {};
  for (const [key, member] of value as FastjsonObject) {
    const text = textOf(member);
    // Defined, not assigned: a field called `__proto__` is a field like any other.
    if (text !== null) {
      const name = typeof key === 'string' ? key : toStandardJson(key);
      Object.defineProperty(extFields, name, {
        value: text,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return extFields;
}
