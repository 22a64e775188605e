import {freshBytes} from '../message/slab.ts';
import {unitAt, unitCount} from '../message/utf16.ts';

/** Standard Base64 with padding, straight between byte arrays, as bodies stand in DLedger's JSON. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;

const CODES = Uint8Array.from(ALPHABET, (char) => char.charCodeAt(0));
/** Two characters for each 12 bits: half the look-ups. */
const PAIRS = pairs();
const VALUES = values();

function pairs(): Uint16Array {
  const table = new Uint16Array(4096);
  for (let bits = 0; bits < 4096; bits++) table[bits] = (CODES[bits >> 6]! << 8) | CODES[bits & 63]!;
  return table;
}

const IN_ALPHABET = inAlphabet();

function inAlphabet(): Uint8Array {
  const table = new Uint8Array(256);
  for (const code of CODES) table[code] = 1;
  return table;
}

/** What is no character of the alphabet counts as zero bits, as in fastjson's decoder, which does not check. */
function values(): Uint8Array {
  const table = new Uint8Array(256);
  for (let value = 0; value < 64; value++) table[CODES[value]!] = value;
  return table;
}

export function base64Length(byteCount: number): number {
  return Math.ceil(byteCount / 3) * 4;
}

/** Writes the Base64 of `bytes` at `at`; answers where it ends. The caller has made room. */
export function writeBase64(target: Uint8Array, at: number, bytes: Uint8Array): number {
  const whole = bytes.length - (bytes.length % 3);
  let from = 0;
  for (; from < whole; from += 3) {
    const first = PAIRS[(bytes[from]! << 4) | (bytes[from + 1]! >> 4)]!;
    const second = PAIRS[((bytes[from + 1]! & 15) << 8) | bytes[from + 2]!]!;
    target[at] = first >> 8;
    target[at + 1] = first;
    target[at + 2] = second >> 8;
    target[at + 3] = second;
    at += 4;
  }
  const left = bytes.length - whole;
  if (left === 0) return at;
  const a = bytes[from]!;
  const b = left === 2 ? bytes[from + 1]! : 0;
  target[at++] = CODES[a >> 2]!;
  target[at++] = CODES[((a & 3) << 4) | (b >> 4)]!;
  target[at++] = left === 2 ? CODES[(b & 15) << 2]! : PAD;
  target[at++] = PAD;
  return at;
}

/** Where the Base64 ends that begins at `start`, if it is such as `writeBase64` writes it; else -1. */
export function base64End(source: Uint8Array, start: number): number {
  let end = start;
  while (end < source.length && IN_ALPHABET[source[end]!] === 1) end++;
  for (let pads = 0; pads < 2 && source[end] === PAD; pads++) end++;
  return (end - start) % 4 === 0 ? end : -1;
}

/** Reads the Base64 in `source[start, end)`. */
export function readBase64(source: Uint8Array, start: number, end: number): Uint8Array {
  let length = end - start;
  while (length > 0 && source[start + length - 1] === PAD) length--;
  const bytes = freshBytes(Math.floor((length * 3) / 4));
  const whole = length - (length % 4);
  let to = 0;
  let from = start;
  for (const wholeEnd = start + whole; from < wholeEnd; from += 4) {
    const bits =
      (VALUES[source[from]!]! << 18) |
      (VALUES[source[from + 1]!]! << 12) |
      (VALUES[source[from + 2]!]! << 6) |
      VALUES[source[from + 3]!]!;
    bytes[to] = bits >> 16;
    bytes[to + 1] = bits >> 8;
    bytes[to + 2] = bits;
    to += 3;
  }
  const left = length - whole;
  if (left >= 2) {
    const first = VALUES[source[from]!]!;
    const second = VALUES[source[from + 1]!]!;
    bytes[to++] = (first << 2) | (second >> 4);
    if (left === 3) bytes[to] = (second << 4) | (VALUES[source[from + 2]!]! >> 2);
  }
  return bytes;
}

/** Units beyond one byte are none of the alphabet. */
export function base64OfText(text: string): Uint8Array {
  const units = unitCount(text);
  const source = new Uint8Array(units);
  for (let at = 0; at < units; at++) {
    const unit = unitAt(text, at);
    source[at] = unit < 256 ? unit : 0;
  }
  return readBase64(source, 0, source.length);
}

export function base64Text(bytes: Uint8Array): string {
  const target = new Uint8Array(base64Length(bytes.length));
  writeBase64(target, 0, bytes);
  let text = '';
  const CHUNK = 4096;
  for (let at = 0; at < target.length; at += CHUNK) {
    text += String.fromCharCode(...target.subarray(at, at + CHUNK));
  }
  return text;
}
