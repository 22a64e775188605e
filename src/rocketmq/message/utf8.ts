/**
 * UTF-8 as Java's `String#getBytes` writes it, into a buffer that is already there. `TextEncoder` differs in one point
 * (an unpaired surrogate becomes U+FFFD, Java writes `?`) and costs more than the whole string for the short ones that
 * messages are made of.
 */

import {freshBytes} from './slab.ts';
import {unitAt, unitCount} from './utf16.ts';

const QUESTION_MARK = 0x3f;
const LOOP_BYTES = 24;
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

/** How many bytes `text` takes. */
export function utf8Length(text: string): number {
  const units = unitCount(text);
  let bytes = units;
  for (let index = 0; index < units; index++) {
    const unit = unitAt(text, index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 2;
    else if (isPair(text, index)) {
      bytes += 2; // Two units, four bytes.
      index++;
    }
  }
  return bytes;
}

/** Writes `text` at `at`; answers where it ends. The caller has made room. */
export function writeUtf8(target: Uint8Array, at: number, text: string): number {
  const units = unitCount(text);
  for (let index = 0; index < units; index++) {
    const unit = unitAt(text, index);
    if (unit < 0x80) {
      target[at++] = unit;
    } else if (unit < 0x800) {
      target[at++] = 0xc0 | (unit >> 6);
      target[at++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      target[at++] = 0xe0 | (unit >> 12);
      target[at++] = 0x80 | ((unit >> 6) & 0x3f);
      target[at++] = 0x80 | (unit & 0x3f);
    } else if (isPair(text, index)) {
      const point = text.codePointAt(index)!;
      index++;
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
      target[at++] = 0x80 | ((point >> 6) & 0x3f);
      target[at++] = 0x80 | (point & 0x3f);
    } else {
      target[at++] = QUESTION_MARK;
    }
  }
  return at;
}

export function encodeUtf8(text: string): Uint8Array {
  const bytes = freshBytes(utf8Length(text));
  writeUtf8(bytes, 0, text);
  return bytes;
}

/** The text in `bytes[start, end)`; malformed sequences become U+FFFD, as in Java. */
export function readUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  // For short ASCII, calling the native decoder costs more than doing it here.
  if (end - start > LOOP_BYTES) return decoder.decode(bytes.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

function isPair(text: string, index: number): boolean {
  if (unitAt(text, index) > 0xdbff) return false;
  const next = unitAt(text, index + 1); // NaN at the end, and no comparison holds for it.
  return next >= 0xdc00 && next <= 0xdfff;
}
