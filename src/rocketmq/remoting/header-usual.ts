import {readUtf8} from '../message/utf8.ts';
import {unitAt, unitCount} from '../message/utf16.ts';
import type {ExtFields, LanguageCode, RemotingCommand} from './command.ts';
import {type JsonPiece, HEADER_PIECES as P, pieceStandsAt} from './json-piece.ts';
import {LANGUAGES} from './language.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const CLOSE_BRACE = 0x7d;
const SMALL_A = 0x61;
const SMALL_U = 0x75;

/** Longer texts rarely come again. */
const REMEMBERED_BYTES_MAX = 24;
/** Places for remembered texts, as a power of two. */
const REMEMBERED_BITS = 10;

/**
 * Reads a JSON header if it looks exactly as Java peers write it: their keys in their order, no blanks, ASCII, integers that
 * are not negative. Nine tenths of the frames of a cluster do, and reading those alone takes half the time of a JSON parser.
 * Of anything else it says only that it is something else.
 */
class UsualHeaderReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  /** What a text comes to without its escapes. */
  #plain = new Uint8Array(256);
  /** Names of fields, topics, groups, small numbers: a text to a place. Whether one is remembered makes no difference. */
  readonly #remembered = new Array<string>(1 << REMEMBERED_BITS).fill('');

  read(bytes: Uint8Array, from: number, end: number): RemotingCommand | null {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
    if (!this.#skip(P.code)) return null;
    const code = this.#int();
    const extFields = this.#skip(P.extFields) ? this.#fields() : null;
    if (extFields === UNUSUAL || !this.#skip(P.flag)) return null;
    const flag = this.#int();
    if (!this.#skip(P.language)) return null;
    const language = this.#text();
    if (language === null || !LANGUAGES.has(language) || !this.#skip(P.opaque)) return null;
    const opaque = this.#int();
    let remark: string | null = null;
    if (this.#skip(P.remark)) {
      remark = this.#text();
      if (remark === null) return null;
    }
    if (!this.#skip(P.version)) return null;
    const version = this.#int();
    if (code < 0 || flag < 0 || opaque < 0 || version < 0) return null;
    if (this.#at !== end - 1 || bytes[this.#at] !== CLOSE_BRACE) return null;
    return {
      code,
      language: language as LanguageCode,
      version,
      opaque,
      flag,
      remark,
      extFields,
      body: null,
      serializer: 'JSON',
    };
  }

  /** From behind the opening brace to behind the closing one. */
  #fields(): ExtFields {
    const fields: ExtFields = {};
    for (;;) {
      const name = this.#text();
      if (name === null || name === '__proto__' || !this.#skipByte(COLON)) return UNUSUAL;
      const value = this.#text();
      if (value === null) return UNUSUAL;
      fields[name] = value;
      const next = this.#at < this.#end ? this.#bytes[this.#at++]! : 0;
      if (next === CLOSE_BRACE) return fields;
      if (next !== COMMA) return UNUSUAL;
    }
  }

  #skip(piece: JsonPiece): boolean {
    const end = this.#at + piece.length;
    if (end > this.#end || !pieceStandsAt(this.#bytes, this.#at, piece)) return false;
    this.#at = end;
    return true;
  }

  #skipByte(byte: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  /** -1 for what is no integer of 0 to 2^31 - 1. */
  #int(): number {
    const from = this.#at;
    let at = from;
    let value = 0;
    for (; at < this.#end; at++) {
      const digit = this.#bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.#at = at;
    const length = at - from;
    const isCanonical = length === 1 || (length > 1 && length <= 10 && this.#bytes[from] !== ZERO);
    return isCanonical && value === (value | 0) ? value : -1;
  }

  /** A quoted text; null for what is none, or not a usual one. */
  #text(): string | null {
    const bytes = this.#bytes;
    const end = this.#end;
    const from = this.#at + 1;
    if (from > end || bytes[from - 1] !== QUOTE) return null;
    let hash = 0;
    let isEscaped = false;
    let at = from;
    for (; ; at++) {
      if (at >= end) return null;
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte < 0x20 || byte >= 0x80) return null;
      if (byte === BACKSLASH) {
        isEscaped = true;
        at++;
      }
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    this.#at = at + 1;
    if (isEscaped) return this.#unescaped(from, at) ?? parsed(readUtf8(bytes, from - 1, at + 1));
    return at - from > REMEMBERED_BYTES_MAX ? readUtf8(bytes, from, at) : this.#recall(from, at, hash);
  }

  /**
   * What stands between quotation marks, if nothing but quotation marks, backslashes and ASCII is escaped there, as the separators of
   * message properties are; else null.
   */
  #unescaped(from: number, end: number): string | null {
    const bytes = this.#bytes;
    if (this.#plain.length < end - from) this.#plain = new Uint8Array(2 * (end - from));
    const plain = this.#plain;
    let length = 0;
    for (let at = from; at < end; at++) {
      let byte = bytes[at]!;
      if (byte === BACKSLASH) {
        byte = bytes[++at]!;
        if (byte === SMALL_U) {
          const isAscii = bytes[at + 1] === ZERO && bytes[at + 2] === ZERO;
          const high = hexDigit(bytes[at + 3]!);
          const low = hexDigit(bytes[at + 4]!);
          if (!isAscii || high < 0 || high > 7 || low < 0) return null;
          byte = high * 16 + low;
          at += 4;
        } else if (byte !== QUOTE && byte !== BACKSLASH) {
          return null;
        }
      }
      plain[length++] = byte;
    }
    return readUtf8(plain, 0, length);
  }

  #recall(from: number, end: number, hash: number): string {
    const bytes = this.#bytes;
    const place = Math.imul(hash, 0x9e3779b1) >>> (32 - REMEMBERED_BITS);
    const known = this.#remembered[place]!;
    if (unitCount(known) === end - from) {
      let at = from;
      while (at < end && unitAt(known, at - from) === bytes[at]) at++;
      if (at === end) return known;
    }
    const text = readUtf8(bytes, from, end);
    this.#remembered[place] = text;
    return text;
  }
}

/** In place of fields that are not of the usual form. */
const UNUSUAL: ExtFields = {};

/** -1 for what is none, also for what lies behind the end. */
function hexDigit(byte: number): number {
  const digit = byte - ZERO;
  if (digit >= 0 && digit <= 9) return digit;
  const letter = (byte | 0x20) - SMALL_A;
  return letter >= 0 && letter <= 5 ? letter + 10 : -1;
}

function parsed(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}

const reader = new UsualHeaderReader();

/** The command, its body yet to be added, that a header of the usual form tells of; null for any other header. */
export function readUsualHeader(bytes: Uint8Array, from: number, end: number): RemotingCommand | null {
  return reader.read(bytes, from, end);
}
