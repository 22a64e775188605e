import {readUtf8, utf8Length, writeUtf8} from '../message/utf8.ts';
import {decodeBody, encodeBody} from '../remoting/bodies/codec.ts';
import {quote} from '../remoting/fastjson.ts';
import {base64Length, readBase64, writeBase64} from './base64.ts';
import type {DLedgerEntry} from './entry.ts';
import {type Message, type PushEntryRequest, pushRequestCodec} from './protocol.ts';

const QUOTE = 0x22;
const HEAD = '{"batchEntry":[],"code":200,"commitIndex":';
const HEAD_BYTES = Uint8Array.from(HEAD, (char) => char.charCodeAt(0));
const TO_BODY = /^(-?\d{1,15}),"count":0,"entry":\{"body":"$/;
const BEHIND_BODY =
  /^,"bodyCrc":(-?\d{1,10}),"chainCrc":(-?\d{1,10}),"channel":(-?\d{1,10}),"index":(-?\d{1,15}),"magic":(-?\d{1,10}),"pos":(-?\d{1,15}),"size":(-?\d{1,10}),"term":(-?\d{1,15})\},"firstEntryIndex":-1,"group":"([\w-]*)","lastEntryIndex":-1,"leaderId":"([\w-]*)","remoteId":"([\w-]*)","term":(-?\d{1,15}),"totalSize":0,"type":"(APPEND|COMPARE|TRUNCATE)"\}$/;

/** The body of a push. One entry and nothing else, which nearly every push is, goes the short way to the same bytes. */
export function encodePush(request: PushEntryRequest): Uint8Array {
  const {entry} = request;
  if (entry === null || entry.body === null || request.batchEntry.length > 0 || request.code !== 200)
    return encodeBody(pushRequestCodec, request);
  const front = `${HEAD}${request.commitIndex},"count":0,"entry":{"body":"`;
  const back = `","bodyCrc":${entry.bodyCrc},"chainCrc":${entry.chainCrc},"channel":${entry.channel},"index":${entry.index},"magic":${entry.magic},"pos":${entry.pos},"size":${entry.size},"term":${entry.term}},"firstEntryIndex":-1,${member('group', request)}"lastEntryIndex":-1,${member('leaderId', request)}${member('localId', request)}${member('remoteId', request)}"term":${request.term},"totalSize":0,"type":"${request.type}"}`;
  const bytes = new Uint8Array(front.length + base64Length(entry.body.length) + utf8Length(back));
  writeUtf8(bytes, writeBase64(bytes, writeUtf8(bytes, 0, front), entry.body), back);
  return bytes;
}

function member(name: 'group' | 'leaderId' | 'localId' | 'remoteId', message: Message): string {
  const value = message[name];
  return value === null ? '' : `"${name}":${quote(value)},`;
}

/** Null where the bytes are no JSON object that could be a push. */
export function decodePush(bytes: Uint8Array): PushEntryRequest | null {
  return decodeSingle(bytes) ?? decodeBody(pushRequestCodec, bytes);
}

/** A push of one entry, in just the form in which members write it; null for anything else. */
function decodeSingle(bytes: Uint8Array): PushEntryRequest | null {
  for (let at = 0; at < HEAD_BYTES.length; at++) if (bytes[at] !== HEAD_BYTES[at]) return null;
  // `"count":`, `"entry":{` and `"body":"`: the seventh quotation mark from here opens the body.
  let bodyAt = HEAD_BYTES.length;
  for (let quotes = 0; quotes < 7; quotes++) {
    bodyAt = bytes.indexOf(QUOTE, bodyAt) + 1;
    if (bodyAt === 0) return null;
  }
  const front = TO_BODY.exec(readUtf8(bytes, HEAD_BYTES.length, bodyAt));
  if (front === null) return null;
  const bodyEnd = bytes.indexOf(QUOTE, bodyAt);
  if (bodyEnd < 0) return null;
  const back = BEHIND_BODY.exec(readUtf8(bytes, bodyEnd + 1));
  if (back === null) return null;
  const entry: DLedgerEntry = {
    magic: Number(back[5]),
    size: Number(back[7]),
    index: Number(back[4]),
    term: Number(back[8]),
    pos: Number(back[6]),
    channel: Number(back[3]),
    chainCrc: Number(back[1]),
    bodyCrc: Number(back[2]),
    body: readBase64(bytes, bodyAt, bodyEnd),
  };
  return {
    group: back[9]!,
    remoteId: back[11]!,
    localId: null,
    code: 200,
    leaderId: back[10]!,
    term: Number(back[12]),
    commitIndex: Number(front[1]),
    type: back[13] as 'APPEND' | 'COMPARE' | 'TRUNCATE',
    entry,
    batchEntry: [],
  };
}
