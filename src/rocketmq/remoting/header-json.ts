import {readUtf8} from '../message/utf8.ts';
import {unitCount} from '../message/utf16.ts';
import type {ExtFields, LanguageCode, RemotingCommand} from './command.ts';
import {type FastjsonObject, type FastjsonValue, toStandardJson} from './fastjson.ts';
import {FastjsonError, parseFastjson} from './fastjson-parser.ts';
import {readUsualHeader} from './header-usual.ts';
import {QUOTED_UNIT_BYTES, writeAscii, writeInteger, writeQuoted} from './json-bytes.ts';
import {HEADER_PIECES as P, writePiece} from './json-piece.ts';
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
  let at = writeInteger(room, writePiece(room, from, P.code), command.code);
  const {extFields} = command;
  if (extFields !== null) {
    at = writePiece(room, at, P.extFields);
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
  at = writeInteger(room, writePiece(room, at, P.flag), command.flag);
  if (command.language !== null) {
    at = writePiece(room, at, P.language);
    room[at++] = QUOTE;
    at = writeAscii(room, at, command.language);
    room[at++] = QUOTE;
  }
  at = writeInteger(room, writePiece(room, at, P.opaque), command.opaque);
  if (command.remark !== null) {
    at = writePiece(room, at, P.remark);
    at = writeQuoted(room, at, command.remark);
  }
  at = writePiece(room, at, P.version);
  at = writeInteger(room, at, command.version);
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
  return 256 + units * QUOTED_UNIT_BYTES;
}

const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;

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
