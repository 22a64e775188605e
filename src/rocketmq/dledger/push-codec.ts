import {slab} from '../message/slab.ts';
import {decodeBody, encodeBody} from '../remoting/bodies/codec.ts';
import {
  INTEGER_BYTES,
  QUOTED_UNIT_BYTES,
  writeAscii,
  writeInteger,
  writeQuoted,
} from '../remoting/json-bytes.ts';
import {type JsonPiece, writePiece} from '../remoting/json-piece.ts';
import {base64Length, writeBase64} from './base64.ts';
import type {DLedgerEntry} from './entry.ts';
import {
  type PushEntryRequest,
  type PushEntryResponse,
  pushRequestCodec,
  pushResponseCodec,
} from './protocol.ts';
import {ANSWER_PIECES as A, PUSH_PIECES as P} from './push-pieces.ts';
import {readUsualPush, readUsualResponse} from './push-usual.ts';

const COMMA = 0x2c;
const CLOSE_BRACE = 0x7d;

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
    let at = writePiece(room, slab.at, P.commitIndex);
    at = writeInteger(room, at, request.commitIndex);
    at = writePiece(room, at, P.body);
    room.set(json, at);
    at = writePiece(room, at + json.length, P.firstEntryIndex);
    at = writeMember(room, at, P.group, group);
    at = writePiece(room, at, P.lastEntryIndex);
    at = writeMember(room, at, P.leaderId, leaderId);
    at = writeMember(room, at, P.localId, localId);
    at = writeMember(room, at, P.remoteId, remoteId);
    at = writeInteger(room, writePiece(room, at, P.term), request.term);
    at = writeAscii(room, writePiece(room, at, P.type), type);
    return slab.end(writePiece(room, at, P.end));
  }

  /** From the first character of the body to the last figure of the term. */
  private jsonOf(entry: DLedgerEntry, body: Uint8Array): Uint8Array {
    const place = entry.index & (KEPT - 1);
    if (this.keptEntries[place] === entry) return this.keptJson[place]!;
    slab.begin(ENTRY_ROOM + base64Length(body.length));
    const room = slab.bytes;
    let at = writeBase64(room, slab.at, body);
    at = writeInteger(room, writePiece(room, at, P.bodyCrc), entry.bodyCrc);
    at = writeInteger(room, writePiece(room, at, P.chainCrc), entry.chainCrc);
    at = writeInteger(room, writePiece(room, at, P.channel), entry.channel);
    at = writeInteger(room, writePiece(room, at, P.index), entry.index);
    at = writeInteger(room, writePiece(room, at, P.magic), entry.magic);
    at = writeInteger(room, writePiece(room, at, P.pos), entry.pos);
    at = writeInteger(room, writePiece(room, at, P.size), entry.size);
    at = writeInteger(room, writePiece(room, at, P.entryTerm), entry.term);
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
  let at = writeInteger(room, writePiece(room, slab.at, A.beginIndex), response.beginIndex);
  at = writeInteger(room, writePiece(room, at, A.code), response.code);
  at = writeInteger(room, writePiece(room, at, A.endIndex), response.endIndex);
  room[at++] = COMMA;
  at = writeMember(room, at, P.group, group);
  if (index !== null) {
    at = writeInteger(room, writePiece(room, at, A.index), index);
    room[at++] = COMMA;
  }
  at = writeInteger(room, writePiece(room, at, A.term), response.term);
  room[at++] = CLOSE_BRACE;
  return slab.end(at);
}

/** A member of a message with the comma behind it; nothing where there is none. */
function writeMember(room: Uint8Array, at: number, name: JsonPiece, value: string | null): number {
  if (value === null) return at;
  const end = writeQuoted(room, writePiece(room, at, name), value);
  room[end] = COMMA;
  return end + 1;
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
