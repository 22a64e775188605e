import {encodeUtf8, utf8Length, writeUtf8} from '../message/utf8.ts';
import {decodeBody, encodeBody} from '../remoting/bodies/codec.ts';
import {quote} from '../remoting/fastjson.ts';
import {base64Length, writeBase64} from './base64.ts';
import type {DLedgerEntry} from './entry.ts';
import {
  type Message,
  type PushEntryRequest,
  type PushEntryResponse,
  pushRequestCodec,
  pushResponseCodec,
} from './protocol.ts';
import {readUsualPush, readUsualResponse} from './push-usual.ts';

const HEAD = '{"batchEntry":[],"code":200,"commitIndex":';

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
  return readUsualResponse(bytes) ?? decodeBody(pushResponseCodec, bytes);
}

/** Null where the bytes are no JSON object that could be a push. */
export function decodePush(bytes: Uint8Array): PushEntryRequest | null {
  return readUsualPush(bytes) ?? decodeBody(pushRequestCodec, bytes);
}
