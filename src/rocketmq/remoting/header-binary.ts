import {readUtf8, utf8Length, writeUtf8} from '../message/utf8.ts';
import type {ExtFields, RemotingCommand} from './command.ts';
import {LANGUAGES, languageOfOrdinal} from './language.ts';

/**
 * The ROCKETMQ binary form of a frame's header (type byte 1). Integers are big-endian.
 * Source: RocketMQ 4.9.1 `remoting.protocol.RocketMQSerializable`.
 */

/** code 2, language 1, version 2, opaque 4, flag 4, and two lengths of 4. */
const FIXED_BYTES = 21;

/** Bytes that `writeBinaryHeader` writes. */
export function binaryHeaderLength(command: RemotingCommand): number {
  const remarkBytes = command.remark === null ? 0 : utf8Length(command.remark);
  return FIXED_BYTES + remarkBytes + extFieldsLength(command.extFields);
}

function extFieldsLength(extFields: ExtFields | null): number {
  let bytes = 0;
  for (const key in extFields) bytes += 2 + utf8Length(key) + 4 + utf8Length(extFields[key]!);
  return bytes;
}

/** Writes the header at `from`; `room` holds `binaryHeaderLength` more bytes. Answers where the header ends. */
export function writeBinaryHeader(command: RemotingCommand, room: Uint8Array, from: number): number {
  let at = writeInt16(room, from, command.code);
  room[at++] = LANGUAGES.get(command.language ?? 'OTHER')!;
  at = writeInt16(room, at, command.version);
  at = writeInt32(room, at, command.opaque);
  at = writeInt32(room, at, command.flag);
  const {remark, extFields} = command;
  if (remark === null) {
    at = writeInt32(room, at, 0);
  } else {
    const end = writeUtf8(room, at + 4, remark);
    writeInt32(room, at, end - at - 4);
    at = end;
  }
  const mapAt = at;
  at += 4;
  for (const key in extFields) {
    const keyEnd = writeUtf8(room, at + 2, key);
    writeInt16(room, at, keyEnd - at - 2);
    const valueEnd = writeUtf8(room, keyEnd + 4, extFields[key]!);
    writeInt32(room, keyEnd, valueEnd - keyEnd - 4);
    at = valueEnd;
  }
  writeInt32(room, mapAt, at - mapAt - 4);
  return at;
}

/** Reads a header, or answers why it is none. Empty remark and map are null, as they cannot be told apart. */
export function readBinaryHeader(bytes: Uint8Array): RemotingCommand | string {
  if (bytes.length < FIXED_BYTES) return `a binary header of ${bytes.length} bytes is too short`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const remarkLength = view.getInt32(13);
  const mapAt = 17 + Math.max(remarkLength, 0);
  if (mapAt + 4 > bytes.length) return `a remark of ${remarkLength} bytes reaches past the header`;
  const mapLength = view.getInt32(mapAt);
  const mapEnd = mapAt + 4 + Math.max(mapLength, 0);
  if (mapEnd > bytes.length) return `a map of ${mapLength} bytes reaches past the header`;
  const extFields = mapLength > 0 ? readExtFields(bytes, view, mapAt + 4, mapEnd) : null;
  if (typeof extFields === 'string') return extFields;
  return {
    code: view.getInt16(0),
    language: languageOfOrdinal(view.getUint8(2)),
    version: view.getInt16(3),
    opaque: view.getInt32(5),
    flag: view.getInt32(9),
    remark: remarkLength > 0 ? readUtf8(bytes, 17, mapAt) : null,
    extFields,
    body: null,
    serializer: 'ROCKETMQ',
  };
}

function readExtFields(bytes: Uint8Array, view: DataView, from: number, end: number): ExtFields | string {
  const extFields: ExtFields = {};
  let at = from;
  while (at < end) {
    if (at + 2 > end) return 'an entry of the map is cut off';
    const keyEnd = at + 2 + view.getInt16(at);
    if (keyEnd < at + 2 || keyEnd + 4 > end) return 'a key of the map reaches past its end';
    const valueEnd = keyEnd + 4 + view.getInt32(keyEnd);
    if (valueEnd < keyEnd + 4 || valueEnd > end) return 'a value of the map reaches past its end';
    const key = readUtf8(bytes, at + 2, keyEnd);
    const value = readUtf8(bytes, keyEnd + 4, valueEnd);
    if (key === '__proto__') {
      Object.defineProperty(extFields, key, {value, enumerable: true, configurable: true, writable: true});
    } else {
      extFields[key] = value;
    }
    at = valueEnd;
  }
  return extFields;
}

function writeInt16(room: Uint8Array, at: number, value: number): number {
  room[at] = value >> 8;
  room[at + 1] = value;
  return at + 2;
}

function writeInt32(room: Uint8Array, at: number, value: number): number {
  room[at] = value >> 24;
  room[at + 1] = value >> 16;
  room[at + 2] = value >> 8;
  room[at + 3] = value;
  return at + 4;
}
