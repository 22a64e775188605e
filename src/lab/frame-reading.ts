import {readBase64} from '../rocketmq/dledger/base64.ts';
import type {MessageExt} from '../rocketmq/message/message.ts';
import {printMessageExt} from '../rocketmq/message/print.ts';
import {decodeRecords} from '../rocketmq/message/record.ts';
import {requestCodeName, responseCodeName} from '../rocketmq/remoting/codes.ts';
import {isResponse, type RemotingCommand} from '../rocketmq/remoting/command.ts';
import {decodeFrame} from '../rocketmq/remoting/frame.ts';
import {REPORT_BYTES, TRANSFER_HEADER_BYTES} from '../rocketmq/store/ha/ha-frames.ts';
import {bodyText, looksLikeRecords, readBody} from './frame-body.ts';
import {readFrameHead} from './frame-head.ts';
import {type HaFrame, readHaFrame} from './ha-frame.ts';
import {elementRanges, memberRanges} from './json-ranges.ts';

/** One field of a frame beside its bytes: `[fromByte, toByte)` of the write it was read from. */
export interface ReadField {
  readonly name: string;
  readonly value: string;
  /** 0 for the frame's own parts, 1 for fields of its header and its body's parts, 2 within those. */
  readonly depth: number;
  readonly fromByte: number;
  readonly toByte: number;
}

/** One frame of a write. Where it could not be read to its end, `error` says why, and `fields` is what could be. */
export interface ReadFrame {
  readonly fields: readonly ReadField[];
  readonly error: string | null;
  readonly command: RemotingCommand | null;
}

/**
 * Takes a write apart into frames and their fields, for reading.
 * @param requestCode of the request that a response answers; -1 if unknown
 */
export function decodeForReading(bytes: Uint8Array, requestCode = -1): ReadFrame[] {
  const frames: ReadFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const head = readFrameHead(bytes, at);
    const end = head === null ? bytes.length : at + head.lengthBytes;
    const ha = head === null && at === 0 ? readHaFrame(bytes) : null;
    if (ha !== null) return [{fields: haFields(bytes, ha), error: null, command: null}];
    const command = decodeFrame(bytes.subarray(at, end));
    if ('error' in command) {
      const rest = {name: 'bytes', value: `${end - at} B`, depth: 0, fromByte: at, toByte: end};
      frames.push({fields: [rest], error: command.error, command: null});
    } else frames.push({fields: fieldsOf(bytes, at, end, command, requestCode), error: null, command});
    at = end;
  }
  return frames;
}

/** A transfer or a report of a replication link, in the words of its source. */
function haFields(bytes: Uint8Array, ha: HaFrame): ReadField[] {
  const name = ha.kind === 'report' ? 'slaveMaxOffset' : 'masterPhyOffset';
  const fields: ReadField[] = [{name, value: String(ha.offset), depth: 0, fromByte: 0, toByte: REPORT_BYTES}];
  if (ha.kind === 'report') return fields;
  const sizeBytes = bytes.length - TRANSFER_HEADER_BYTES;
  fields.push({
    name: 'bodySize',
    value: String(sizeBytes),
    depth: 0,
    fromByte: REPORT_BYTES,
    toByte: TRANSFER_HEADER_BYTES,
  });
  if (ha.kind === 'heartbeat') return fields;
  const body = bytes.subarray(TRANSFER_HEADER_BYTES);
  fields.push({
    name: 'body',
    value: `CommitLog ${ha.offset} … ${ha.offset + sizeBytes}`,
    depth: 0,
    fromByte: TRANSFER_HEADER_BYTES,
    toByte: bytes.length,
  });
  // A transfer may begin or end in the middle of a record.
  if (looksLikeRecords(body)) messageFields(decodeRecords(body), TRANSFER_HEADER_BYTES, fields);
  return fields;
}

function messageFields(messages: readonly MessageExt[], start: number, fields: ReadField[]): void {
  let at = start;
  for (const message of messages) {
    const to = at + message.storeSize;
    fields.push({
      name: `${message.topic}#${message.queueId} @${message.queueOffset}`,
      value: `${bodyText(message.body)}  ${printMessageExt(message)}`,
      depth: 1,
      fromByte: at,
      toByte: to,
    });
    at = to;
  }
}

function fieldsOf(
  bytes: Uint8Array,
  at: number,
  end: number,
  command: RemotingCommand,
  requestCode: number,
): ReadField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = view.getUint32(at + 4) & 0xffffff;
  const headerEnd = at + 8 + headerLength;
  const fields: ReadField[] = [
    {name: 'length', value: String(view.getInt32(at)), depth: 0, fromByte: at, toByte: at + 4},
    {
      name: 'serializer',
      value: `${bytes[at + 4]} ${command.serializer}`,
      depth: 0,
      fromByte: at + 4,
      toByte: at + 5,
    },
    {name: 'header length', value: String(headerLength), depth: 0, fromByte: at + 5, toByte: at + 8},
  ];
  const code = isResponse(command) ? requestCode : command.code;
  if (command.serializer === 'JSON') jsonHeader(bytes, at + 8, headerEnd, command, code, fields);
  else binaryHeader(view, at + 8, command, code, fields);
  if (headerEnd < end) bodyFields(bytes, headerEnd, end, command, fields);
  return fields;
}

function jsonHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  command: RemotingCommand,
  code: number,
  fields: ReadField[],
): void {
  for (const range of memberRanges(bytes, start, end)) {
    const name = textAt(bytes, range.nameStart, range.nameEnd);
    const place = {fromByte: range.nameStart - 1, toByte: range.valueEnd};
    if (name !== 'extFields') {
      const value = explained(name, jsonText(bytes, range.valueStart, range.valueEnd), command);
      fields.push({name, value, depth: 0, ...place});
      continue;
    }
    fields.push({name, value: '', depth: 0, ...place});
    for (const inner of memberRanges(bytes, range.valueStart, range.valueEnd)) {
      const key = textAt(bytes, inner.nameStart, inner.nameEnd);
      const value = extText(key, code, jsonText(bytes, inner.valueStart, inner.valueEnd));
      fields.push({
        name: fullName(key, code),
        value,
        depth: 1,
        fromByte: inner.nameStart - 1,
        toByte: inner.valueEnd,
      });
    }
  }
}

function binaryHeader(
  view: DataView,
  start: number,
  command: RemotingCommand,
  code: number,
  fields: ReadField[],
): void {
  const part = (name: string, value: string | number, fromByte: number, toByte: number, depth = 0): void => {
    fields.push({
      name,
      value: depth === 0 ? explained(name, String(value), command) : String(value),
      depth,
      fromByte,
      toByte,
    });
  };
  const text = (from: number, length: number): string =>
    new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + from, length));
  part('code', command.code, start, start + 2);
  part('language', command.language ?? 'unknown', start + 2, start + 3);
  part('version', command.version, start + 3, start + 5);
  part('opaque', command.opaque, start + 5, start + 9);
  part('flag', command.flag, start + 9, start + 13);
  const remarkLength = view.getInt32(start + 13);
  part('remark', command.remark ?? 'null', start + 13, start + 17 + remarkLength);
  let at = start + 17 + remarkLength;
  const extLength = view.getInt32(at);
  const extEnd = at + 4 + extLength;
  part('extFields', '', at, extEnd);
  at += 4;
  while (at < extEnd) {
    const keyLength = view.getInt16(at);
    const valueLength = view.getInt32(at + 2 + keyLength);
    const to = at + 6 + keyLength + valueLength;
    const key = text(at + 2, keyLength);
    part(fullName(key, code), extText(key, code, text(at + 6 + keyLength, valueLength)), at, to, 1);
    at = to;
  }
}

function bodyFields(
  bytes: Uint8Array,
  start: number,
  end: number,
  command: RemotingCommand,
  fields: ReadField[],
): void {
  const body = readBody(command);
  const whole = (value: string): void => {
    fields.push({name: 'body', value, depth: 0, fromByte: start, toByte: end});
  };
  if (body === null) {
    whole(`${end - start} B`);
    return;
  }
  switch (body.kind) {
    case 'application':
      whole(bodyText(body.bytes));
      return;
    case 'batch':
      whole(`${body.items.length} messages`);
      for (const item of body.items) {
        const from = item.body.byteOffset - bytes.byteOffset;
        const value = bodyText(item.body);
        fields.push({name: 'message', value, depth: 1, fromByte: from, toByte: from + item.body.length});
      }
      return;
    case 'messages': {
      whole(`${body.messages.length} messages`);
      messageFields(body.messages, start, fields);
      return;
    }
    case 'json': {
      const members = memberRanges(bytes, start, end);
      whole(members.length === 0 ? textAt(bytes, start, end) : '');
      for (const member of members) {
        const name = textAt(bytes, member.nameStart, member.nameEnd);
        if (name === 'entry' || name === 'batchEntry' || name === 'entries') {
          entryFields(bytes, name, member.nameStart - 1, member.valueStart, member.valueEnd, fields);
          continue;
        }
        fields.push({
          name,
          value: jsonText(bytes, member.valueStart, member.valueEnd),
          depth: 1,
          fromByte: Math.max(start, member.nameStart - 1),
          toByte: member.valueEnd,
        });
      }
    }
  }
}

function explained(name: string, value: string, command: RemotingCommand): string {
  if (name === 'code') {
    const known = isResponse(command) ? responseCodeName(command.code) : requestCodeName(command.code);
    return known === value ? value : `${value} ${known}`;
  }
  if (name === 'flag') {
    const words = [
      (command.flag & 1) !== 0 ? 'response' : 'request',
      ...((command.flag & 2) !== 0 ? ['one-way'] : []),
    ];
    return `${value} ${words.join(', ')}`;
  }
  return value;
}

/** Entries of a DLedger log in the JSON of a push or of an answer to GET: one, or a list of them. */
function entryFields(
  bytes: Uint8Array,
  name: string,
  fromByte: number,
  valueStart: number,
  valueEnd: number,
  fields: ReadField[],
): void {
  const listed = elementRanges(bytes, valueStart, valueEnd);
  const isList = bytes[valueStart] === 0x5b;
  fields.push({name, value: isList ? String(listed.length) : '', depth: 1, fromByte, toByte: valueEnd});
  for (const {from, to} of isList ? listed : [{from: valueStart, to: valueEnd}]) {
    for (const member of memberRanges(bytes, from, to)) {
      const key = textAt(bytes, member.nameStart, member.nameEnd);
      const isBody = key === 'body' && bytes[member.valueStart] === 0x22;
      fields.push({
        name: key,
        value: isBody
          ? entryBody(bytes, member.valueStart + 1, member.valueEnd - 1)
          : jsonText(bytes, member.valueStart, member.valueEnd),
        depth: 2,
        fromByte: member.nameStart - 1,
        toByte: member.valueEnd,
      });
    }
  }
}

/** The record in an entry's Base64, if it is one; else how long it is. */
function entryBody(bytes: Uint8Array, from: number, to: number): string {
  const body = readBase64(bytes, from, to);
  const size = `${body.length} B`;
  if (!looksLikeRecords(body)) return size;
  const message = decodeRecords(body)[0];
  if (message === undefined) return size;
  return `${size}: ${message.topic}#${message.queueId} @${message.queueOffset} ${bodyText(message.body)}`;
}

/** Source: RocketMQ 4.9.1 `SendMessageRequestHeaderV2`: one letter for each field of the header it replaces. */
const SEND_V2: Readonly<Record<string, string>> = {
  a: 'producerGroup',
  b: 'topic',
  c: 'defaultTopic',
  d: 'defaultTopicQueueNums',
  e: 'queueId',
  f: 'sysFlag',
  g: 'bornTimestamp',
  h: 'flag',
  i: 'properties',
  j: 'reconsumeTimes',
  k: 'unitMode',
  l: 'maxReconsumeTimes',
  m: 'batch',
};

function isSendV2(code: number): boolean {
  return code === 310 || code === 320 || code === 325;
}

function fullName(key: string, code: number): string {
  const meaning = isSendV2(code) ? SEND_V2[key] : undefined;
  return meaning === undefined ? key : `${key} ${meaning}`;
}

/** Properties of a message are told as `NAME=value`, their separators being control characters. */
function extText(key: string, code: number, value: string): string {
  const isProperties = key === 'properties' || (key === 'i' && isSendV2(code));
  if (!isProperties) return value;
  return value
    .split('\u0002')
    .filter((pair) => pair !== '')
    .map((pair) => pair.replace('\u0001', '='))
    .join('  ');
}

function jsonText(bytes: Uint8Array, from: number, to: number): string {
  const text = textAt(bytes, from, to);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text; // One of fastjson's own escapes.
  }
}

function textAt(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, to));
}
