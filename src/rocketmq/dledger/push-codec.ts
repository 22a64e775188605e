import {encodeUtf8, readUtf8, utf8Length, writeUtf8} from '../message/utf8.ts';
import {decodeBody, encodeBody} from '../remoting/bodies/codec.ts';
import {quote} from '../remoting/fastjson.ts';
import {base64Length, readBase64, writeBase64} from './base64.ts';
import type {DLedgerEntry} from './entry.ts';
import {
  type Message,
  type PushEntryRequest,
  type PushEntryResponse,
  pushRequestCodec,
  pushResponseCodec,
} from './protocol.ts';

const QUOTE = 0x22;
const HEAD = '{"batchEntry":[],"code":200,"commitIndex":';
const HEAD_BYTES = Uint8Array.from(HEAD, (char) => char.charCodeAt(0));
const TO_BODY = /^(-?\d{1,15}),"count":0,"entry":\{"body":"$/;
const BEHIND_BODY =
  /^,"bodyCrc":(-?\d{1,10}),"chainCrc":(-?\d{1,10}),"channel":(-?\d{1,10}),"index":(-?\d{1,15}),"magic":(-?\d{1,10}),"pos":(-?\d{1,15}),"size":(-?\d{1,10}),"term":(-?\d{1,15})\},"firstEntryIndex":-1,"group":"([\w-]*)","lastEntryIndex":-1,"leaderId":"([\w-]*)","remoteId":"([\w-]*)","term":(-?\d{1,15}),"totalSize":0,"type":"(APPEND|COMPARE|TRUNCATE)"\}$/;

/** How many entries in JSON are kept: each goes to every follower, at about the same time. */
const KEPT = 64;

/**
 * Writes bodies of pushes. One entry and nothing else, which nearly every push is, goes the short way to the same bytes, and an
 * entry is put into JSON once for all followers.
 */
export class PushEncoder {
  private readonly keptEntries: (DLedgerEntry | null)[] = new Array(KEPT).fill(null);
  private readonly keptJson: (Uint8Array | null)[] = new Array(KEPT).fill(null);

  encode(request: PushEntryRequest): Uint8Array {
    const {entry} = request;
    if (entry === null || entry.body === null || request.batchEntry.length > 0 || request.code !== 200)
      return encodeBody(pushRequestCodec, request);
    const json = this.jsonOf(entry, entry.body);
    const front = `${HEAD}${request.commitIndex},"count":0,"entry":{"body":"`;
    const back = `},"firstEntryIndex":-1,${member('group', request)}"lastEntryIndex":-1,${member('leaderId', request)}${member('localId', request)}${member('remoteId', request)}"term":${request.term},"totalSize":0,"type":"${request.type}"}`;
    const bytes = new Uint8Array(front.length + json.length + utf8Length(back));
    const at = writeUtf8(bytes, 0, front);
    bytes.set(json, at);
    writeUtf8(bytes, at + json.length, back);
    return bytes;
  }

  /** From the first character of the body to the last figure of the term. */
  private jsonOf(entry: DLedgerEntry, body: Uint8Array): Uint8Array {
    const place = entry.index & (KEPT - 1);
    if (this.keptEntries[place] === entry) return this.keptJson[place]!;
    const rest = `","bodyCrc":${entry.bodyCrc},"chainCrc":${entry.chainCrc},"channel":${entry.channel},"index":${entry.index},"magic":${entry.magic},"pos":${entry.pos},"size":${entry.size},"term":${entry.term}`;
    const json = new Uint8Array(base64Length(body.length) + rest.length);
    writeUtf8(json, writeBase64(json, 0, body), rest);
    this.keptEntries[place] = entry;
    this.keptJson[place] = json;
    return json;
  }
}

function member(name: 'group' | 'leaderId' | 'localId' | 'remoteId', message: Message): string {
  const value = message[name];
  return value === null ? '' : `"${name}":${quote(value)},`;
}

const RESPONSE =
  /^\{"beginIndex":(-?\d{1,15}),"code":(-?\d{1,9}),"endIndex":(-?\d{1,15}),"group":"([\w-]*)",(?:"index":(-?\d{1,15}),)?"term":(-?\d{1,15})\}$/;

/** The answer to a push. That of a handler has no ids in it, and goes the short way to the same bytes. */
export function encodePushResponse(response: PushEntryResponse): Uint8Array {
  if (response.leaderId !== null || response.localId !== null || response.remoteId !== null)
    return encodeBody(pushResponseCodec, response);
  const group = response.group === null ? '' : `"group":${quote(response.group)},`;
  const index = response.index === null ? '' : `"index":${response.index},`;
  return encodeUtf8(
    `{"beginIndex":${response.beginIndex},"code":${response.code},"endIndex":${response.endIndex},${group}${index}"term":${response.term}}`,
  );
}

/** Null where the bytes are no JSON object that could be the answer to a push. */
export function decodePushResponse(bytes: Uint8Array): PushEntryResponse | null {
  const found = RESPONSE.exec(readUtf8(bytes));
  if (found === null) return decodeBody(pushResponseCodec, bytes);
  return {
    group: found[4]!,
    remoteId: null,
    localId: null,
    code: Number(found[2]),
    leaderId: null,
    term: Number(found[6]),
    index: found[5] === undefined ? null : Number(found[5]),
    beginIndex: Number(found[1]),
    endIndex: Number(found[3]),
  };
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
