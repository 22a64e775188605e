import {unitAt, unitCount} from '../message/utf16.ts';
import {type JsonPiece, jsonPiece, pieceStandsAt} from '../remoting/json-piece.ts';
import {base64End, readBase64} from './base64.ts';
import type {PushEntryRequest, PushEntryResponse, PushType} from './protocol.ts';
import {ANSWER_PIECES as A, PUSH_PIECES as P} from './push-pieces.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const CLOSE_BRACE = 0x7d;

const APPEND = jsonPiece('APPEND');
const COMPARE = jsonPiece('COMPARE');
const TRUNCATE = jsonPiece('TRUNCATE');

/**
 * Reads pushes of one entry, and answers to pushes, if they look exactly as members write them: their keys in their order, no
 * blanks, names of plain characters. Nearly all do. Of anything else it says only that it is something else.
 */
class UsualPushReader {
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Something was not as usual; what has been read since counts for nothing. */
  private isUnusual = false;
  /** The same few names come again and again. */
  private lastGroup = '';
  private lastLeader = '';
  private lastRemote = '';

  push(bytes: Uint8Array): PushEntryRequest | null {
    this.begin(bytes);
    this.skip(P.commitIndex);
    const commitIndex = this.integer(15);
    this.skip(P.body);
    if (this.isUnusual) return null;
    const bodyAt = this.at;
    const bodyEnd = base64End(bytes, bodyAt);
    if (bodyEnd < 0) return null;
    this.at = bodyEnd;
    this.skip(P.bodyCrc);
    const bodyCrc = this.int32();
    this.skip(P.chainCrc);
    const chainCrc = this.int32();
    this.skip(P.channel);
    const channel = this.int32();
    this.skip(P.index);
    const index = this.integer(15);
    this.skip(P.magic);
    const magic = this.int32();
    this.skip(P.pos);
    const pos = this.integer(15);
    this.skip(P.size);
    const size = this.int32();
    this.skip(P.entryTerm);
    const entryTerm = this.integer(15);
    this.skip(P.firstEntryIndex);
    this.lastGroup = this.member(P.group, this.lastGroup);
    this.skip(P.lastEntryIndex);
    this.lastLeader = this.member(P.leaderId, this.lastLeader);
    this.lastRemote = this.member(P.remoteId, this.lastRemote);
    this.skip(P.term);
    const term = this.integer(15);
    this.skip(P.type);
    const type = this.type();
    this.skip(P.end);
    if (this.isUnusual || type === null || this.at !== bytes.length) return null;
    return {
      group: this.lastGroup,
      remoteId: this.lastRemote,
      localId: null,
      code: 200,
      leaderId: this.lastLeader,
      term,
      commitIndex,
      type,
      entry: {
        magic,
        size,
        index,
        term: entryTerm,
        pos,
        channel,
        chainCrc,
        bodyCrc,
        body: readBase64(bytes, bodyAt, bodyEnd),
      },
      batchEntry: [],
    };
  }

  response(bytes: Uint8Array): PushEntryResponse | null {
    this.begin(bytes);
    this.skip(A.beginIndex);
    const beginIndex = this.integer(15);
    this.skip(A.code);
    const code = this.int32();
    this.skip(A.endIndex);
    const endIndex = this.integer(15);
    this.skipByte(COMMA);
    this.lastGroup = this.member(P.group, this.lastGroup);
    let index: number | null = null;
    if (this.takes(A.index)) {
      index = this.integer(15);
      this.skipByte(COMMA);
    }
    this.skip(A.term);
    const term = this.integer(15);
    this.skipByte(CLOSE_BRACE);
    if (this.isUnusual || this.at !== bytes.length) return null;
    const {lastGroup: group} = this;
    return {group, remoteId: null, localId: null, code, leaderId: null, term, index, beginIndex, endIndex};
  }

  private begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.isUnusual = false;
  }

  private takes(piece: JsonPiece): boolean {
    if (!pieceStandsAt(this.bytes, this.at, piece)) return false;
    this.at += piece.length;
    return true;
  }

  private skip(piece: JsonPiece): void {
    if (!this.isUnusual && !this.takes(piece)) this.isUnusual = true;
  }

  private skipByte(byte: number): void {
    if (this.bytes[this.at] !== byte) this.isUnusual = true;
    this.at++;
  }

  /** A quoted name and the comma behind it. */
  private member(piece: JsonPiece, known: string): string {
    this.skip(piece);
    this.skipByte(QUOTE);
    const name = this.name(known);
    this.skipByte(QUOTE);
    this.skipByte(COMMA);
    return name;
  }

  /** Decimal, of 1 to so many digits, the first of them no zero but for 0 itself; with a minus or without. */
  private integer(digitsMax: number): number {
    const {bytes} = this;
    const isNegative = bytes[this.at] === MINUS;
    if (isNegative) this.at++;
    const from = this.at;
    let {at} = this;
    let value = 0;
    for (; ; at++) {
      const digit = bytes[at]! - ZERO;
      // At the end there is nothing, and no comparison holds for it.
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    this.at = at;
    const length = at - from;
    const isPlain =
      length > 0 && length <= digitsMax && (bytes[from] !== ZERO || (length === 1 && !isNegative));
    if (!isPlain) this.isUnusual = true;
    return isNegative ? -value : value;
  }

  private int32(): number {
    const value = this.integer(10);
    if (value !== (value | 0)) this.isUnusual = true;
    return value;
  }

  /** Letters, digits, `-` and `_` up to the next quotation mark. Answers `known` itself if that is what stands there. */
  private name(known: string): string {
    if (this.isUnusual) return known;
    const {bytes, at} = this;
    const length = unitCount(known);
    let same = 0;
    while (same < length && bytes[at + same] === unitAt(known, same)) same++;
    if (same === length && bytes[at + length] === QUOTE) {
      this.at = at + length;
      return known;
    }
    let name = '';
    for (let end = at; ; end++) {
      const byte = bytes[end];
      if (byte === QUOTE) {
        this.at = end;
        return name;
      }
      if (byte === undefined || !isNameByte(byte)) {
        this.isUnusual = true;
        return known;
      }
      name += String.fromCharCode(byte);
    }
  }

  private type(): PushType | null {
    if (this.isUnusual) return null;
    if (this.takes(APPEND)) return 'APPEND';
    if (this.takes(COMPARE)) return 'COMPARE';
    return this.takes(TRUNCATE) ? 'TRUNCATE' : null;
  }
}

function isNameByte(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return isDigit || isLetter || byte === 0x5f || byte === MINUS;
}

const reader = new UsualPushReader();

/** A push of one entry, in just the form in which members write it; null for anything else. */
export function readUsualPush(bytes: Uint8Array): PushEntryRequest | null {
  return reader.push(bytes);
}

/** An answer to a push, in just the form in which members write it; null for anything else. */
export function readUsualResponse(bytes: Uint8Array): PushEntryResponse | null {
  return reader.response(bytes);
}
