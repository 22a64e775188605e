import {stringToProperties} from '../message/properties.ts';
import {readUtf8} from '../message/utf8.ts';
import {bodyFormOf} from './body-form.ts';
import {requestCodeName, responseCodeName} from './codes.ts';
import {isResponse, type RemotingCommand} from './command.ts';
import {headerFieldMeaning, v2FieldName} from './field-meaning.ts';
import {decodeFrame} from './frame.ts';
import type {FrameField} from './frame-field.ts';
import {recordFields} from './record-fields.ts';

/**
 * Takes one frame apart, field by field, for a view beside its bytes. Bytes that are no frame give one field, `malformed`.
 * @param requestCode code of the request that a response answers
 */
export function fieldsOfFrame(bytes: Uint8Array, requestCode?: number): FrameField[] {
  const command = decodeFrame(bytes);
  if ('error' in command) return [{path: 'malformed', from: 0, to: bytes.length, text: command.error}];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = view.getUint32(4) & 0xffffff;
  const headerEnd = 8 + headerLength;
  const fields: FrameField[] = [
    {path: 'length', from: 0, to: 4, text: String(view.getInt32(0)), meaning: 'bytes that follow this field'},
    {path: 'headerType', from: 4, to: 5, text: String(bytes[4]), meaning: command.serializer},
    {path: 'headerLength', from: 5, to: 8, text: String(headerLength), meaning: 'bytes of the header'},
    {path: 'header', from: 8, to: headerEnd, text: headerTitle(command, requestCode)},
  ];
  if (command.serializer === 'JSON') jsonHeaderFields(bytes, 8, headerEnd, command, requestCode, fields);
  else binaryHeaderFields(bytes, view, command, requestCode, fields);
  if (command.body !== null) bodyFields(bytes, headerEnd, command, requestCode, fields);
  return fields;
}

function headerTitle(command: RemotingCommand, requestCode: number | undefined): string {
  if (!isResponse(command)) return requestCodeName(command.code);
  const answer = responseCodeName(command.code);
  return requestCode === undefined ? answer : `${requestCodeName(requestCode)} → ${answer}`;
}

/** Members of the header's object and of `extFields`, found by walking the text. What is not plain JSON stays one field. */
function jsonHeaderFields(
  bytes: Uint8Array,
  start: number,
  end: number,
  command: RemotingCommand,
  requestCode: number | undefined,
  fields: FrameField[],
): void {
  for (const member of membersOf(bytes, start, end)) {
    const path = `header.${member.key}`;
    if (member.key === 'extFields' && bytes[member.valueFrom] === OPEN_BRACE) {
      const names = Object.keys(command.extFields ?? {}).length;
      fields.push({path, from: member.from, to: member.to, text: `${names} fields`});
      for (const inner of membersOf(bytes, member.valueFrom, member.to)) {
        const value = command.extFields?.[inner.key] ?? '';
        fields.push(extField(command, inner.key, value, inner.from, inner.to));
      }
      continue;
    }
    const text = readUtf8(bytes, member.valueFrom, member.to);
    fields.push(headerField(command, requestCode, member.key, unquoted(text), member.from, member.to));
  }
}

function unquoted(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json;
  }
}

function headerField(
  command: RemotingCommand,
  requestCode: number | undefined,
  key: string,
  text: string,
  from: number,
  to: number,
): FrameField {
  const meaning = headerFieldMeaning(command, key, requestCode);
  return {path: `header.${key}`, from, to, text, ...(meaning === null ? {} : {meaning})};
}

function extField(
  command: RemotingCommand,
  key: string,
  value: string,
  from: number,
  to: number,
): FrameField {
  const longName = v2FieldName(command, key);
  const isProperties = (longName ?? key) === 'properties';
  const text = isProperties
    ? [...stringToProperties(value)].map(([name, each]) => `${name}=${each}`).join(' ')
    : value;
  return {path: `header.extFields.${key}`, from, to, text, ...(longName === null ? {} : {meaning: longName})};
}

interface Member {
  readonly key: string;
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;

/** Members of the object that begins at `start`, as far as they are plain JSON with quoted keys. */
function membersOf(bytes: Uint8Array, start: number, end: number): Member[] {
  const members: Member[] = [];
  let at = start + 1;
  while (at < end) {
    at = skipBlank(bytes, at, end);
    if (bytes[at] !== QUOTE) break;
    const keyEnd = stringEnd(bytes, at, end);
    const colon = skipBlank(bytes, keyEnd, end);
    if (bytes[colon] !== COLON) break;
    const valueFrom = skipBlank(bytes, colon + 1, end);
    const to = valueEnd(bytes, valueFrom, end);
    members.push({key: unquoted(readUtf8(bytes, at, keyEnd)), from: at, valueFrom, to});
    at = skipBlank(bytes, to, end);
    if (bytes[at] !== COMMA) break;
    at++;
  }
  return members;
}

function skipBlank(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 10 || bytes[at] === 13)) at++;
  return at;
}

function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  at++;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, end);
}

function valueEnd(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = stringEnd(bytes, at, end);
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (byte === COMMA && depth === 0) return at;
    at++;
  }
  return at;
}

/** Source: RocketMQ 4.9.1 `RocketMQSerializable`; the header has been decoded, so all lengths fit. */
function binaryHeaderFields(
  bytes: Uint8Array,
  view: DataView,
  command: RemotingCommand,
  requestCode: number | undefined,
  fields: FrameField[],
): void {
  const add = (key: string, text: string, from: number, to: number): void => {
    fields.push(headerField(command, requestCode, key, text, from, to));
  };
  add('code', String(command.code), 8, 10);
  add('language', command.language ?? String(bytes[10]), 10, 11);
  add('version', String(command.version), 11, 13);
  add('opaque', String(command.opaque), 13, 17);
  add('flag', String(command.flag), 17, 21);
  const mapAt = 25 + Math.max(0, view.getInt32(21));
  add('remark', command.remark ?? 'null', 21, mapAt);
  const mapEnd = mapAt + 4 + Math.max(0, view.getInt32(mapAt));
  add('extFields', `${Object.keys(command.extFields ?? {}).length} fields`, mapAt, mapEnd);
  for (let at = mapAt + 4; at < mapEnd; ) {
    const keyEnd = at + 2 + view.getInt16(at);
    const to = keyEnd + 4 + view.getInt32(keyEnd);
    const key = readUtf8(bytes, at + 2, keyEnd);
    fields.push(extField(command, key, readUtf8(bytes, keyEnd + 4, to), at, to));
    at = to;
  }
}

/** More than this of a body is not spelt out; the inspector shows the bytes beside it. */
const TEXT_UNITS_MAX = 20_000;

function bodyFields(
  bytes: Uint8Array,
  from: number,
  command: RemotingCommand,
  requestCode: number | undefined,
  fields: FrameField[],
): void {
  const to = bytes.length;
  const form = bodyFormOf(command, requestCode);
  if (form === 'records') {
    const records = recordFields(bytes, from, to);
    const count = records.filter((field) => /^body\[\d+\]$/.test(field.path)).length;
    fields.push({path: 'body', from, to, text: `${count} messages`}, ...records);
  } else if (form === 'json' || form === 'properties' || form === 'application') {
    fields.push({path: 'body', from, to, text: readUtf8(bytes, from, to).slice(0, TEXT_UNITS_MAX)});
  } else {
    fields.push({path: 'body', from, to, text: `${to - from} bytes`});
  }
}
