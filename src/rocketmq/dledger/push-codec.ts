import {slab} from '../message/slab.ts';
import {decodeBody, encodeBody} from '../remoting/bodies/codec.ts';
import {
  INTEGER_BYTES,
  QUOTED_UNIT_BYTES,
  writeAscii,
  writeInteger,
  writeQuoted,
} from '../remoting/json-bytes.ts';
import {base64Length, writeBase64} from './base64.ts';
import type {DLedgerEntry} from './entry.ts';
import {
  type PushEntryRequest,
  type PushEntryResponse,
  pushRequestCodec,
  pushResponseCodec,
} from './protocol.ts';
import {readUsualPush, readUsualResponse} from './push-usual.ts';

/** Bytes for all that is written around names and bodies, and for the numbers in it. */
const REQUEST_ROOM = 200 + 2 * INTEGER_BYTES;
const ENTRY_ROOM = 120 + 8 * INTEGER_BYTES;
const RESPONSE_ROOM = 80 + 5 * INTEGER_BYTES;

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
    const {entry, group, leaderId, localId, remoteId, type} = request;
    const isOneEntry = entry !== null && request.batchEntry.length === 0 && request.code === 200;
    if (!isOneEntry || entry.body === null || type === null) return encodeBody(pushRequestCodec, request);
    const json = this.jsonOf(entry, entry.body);
    const namesBytes = memberRoom(group) + memberRoom(leaderId) + memberRoom(localId) + memberRoom(remoteId);
    slab.begin(REQUEST_ROOM + json.length + namesBytes);
    const room = slab.bytes;
    let at = writeAscii(room, slab.at, '{"batchEntry":[],"code":200,"commitIndex":');
    at = writeInteger(room, at, request.commitIndex);
    at = writeAscii(room, at, ',"count":0,"entry":{"body":"');
    room.set(json, at);
    at = writeAscii(room, at + json.length, '},"firstEntryIndex":-1,');
    at = writeMember(room, at, '"group":', group);
    at = writeAscii(room, at, '"lastEntryIndex":-1,');
    at = writeMember(room, at, '"leaderId":', leaderId);
    at = writeMember(room, at, '"localId":', localId);
    at = writeMember(room, at, '"remoteId":', remoteId);
    at = writeInteger(room, writeAscii(room, at, '"term":'), request.term);
    at = writeAscii(room, writeAscii(room, at, ',"totalSize":0,"type":"'), type);
    return slab.end(writeAscii(room, at, '"}'));
  }

  /** From the first character of the body to the last figure of the term. */
  private jsonOf(entry: DLedgerEntry, body: Uint8Array): Uint8Array {
    const place = entry.index & (KEPT - 1);
    if (this.keptEntries[place] === entry) return this.keptJson[place]!;
    slab.begin(ENTRY_ROOM + base64Length(body.length));
    const room = slab.bytes;
    let at = writeBase64(room, slab.at, body);
    at = writeInteger(room, writeAscii(room, at, '","bodyCrc":'), entry.bodyCrc);
    at = writeInteger(room, writeAscii(room, at, ',"chainCrc":'), entry.chainCrc);
    at = writeInteger(room, writeAscii(room, at, ',"channel":'), entry.channel);
    at = writeInteger(room, writeAscii(room, at, ',"index":'), entry.index);
    at = writeInteger(room, writeAscii(room, at, ',"magic":'), entry.magic);
    at = writeInteger(room, writeAscii(room, at, ',"pos":'), entry.pos);
    at = writeInteger(room, writeAscii(room, at, ',"size":'), entry.size);
    at = writeInteger(room, writeAscii(room, at, ',"term":'), entry.term);
    const json = slab.end(at);
    this.keptEntries[place] = entry;
    this.keptJson[place] = json;
    return json;
  }
}

/** The answer to a push. That of a handler has no ids in it, and goes the short way to the same bytes. */
export function encodePushResponse(response: PushEntryResponse): Uint8Array {
  const {group, index} = response;
  if (response.leaderId !== null || response.localId !== null || response.remoteId !== null)
    return encodeBody(pushResponseCodec, response);
  slab.begin(RESPONSE_ROOM + memberRoom(group));
  const room = slab.bytes;
  let at = writeInteger(room, writeAscii(room, slab.at, '{"beginIndex":'), response.beginIndex);
  at = writeInteger(room, writeAscii(room, at, ',"code":'), response.code);
  at = writeInteger(room, writeAscii(room, at, ',"endIndex":'), response.endIndex);
  at = writeMember(room, writeAscii(room, at, ','), '"group":', group);
  if (index !== null) at = writeAscii(room, writeInteger(room, writeAscii(room, at, '"index":'), index), ',');
  at = writeInteger(room, writeAscii(room, at, '"term":'), response.term);
  return slab.end(writeAscii(room, at, '}'));
}

/** A member of a message with the comma behind it; nothing where there is none. */
function writeMember(room: Uint8Array, at: number, name: string, value: string | null): number {
  if (value === null) return at;
  return writeAscii(room, writeQuoted(room, writeAscii(room, at, name), value), ',');
}

function memberRoom(value: string | null): number {
  return value === null ? 0 : 16 + value.length * QUOTED_UNIT_BYTES;
}

/** Null where the bytes are no JSON object that could be the answer to a push. */
export function decodePushResponse(bytes: Uint8Array): PushEntryResponse | null {
  return readUsualResponse(bytes) ?? decodeBody(pushResponseCodec, bytes);
}

/** Null where the bytes are no JSON object that could be a push. */
export function decodePush(bytes: Uint8Array): PushEntryRequest | null {
  return readUsualPush(bytes) ?? decodeBody(pushRequestCodec, bytes);
}
