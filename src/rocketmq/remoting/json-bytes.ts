import {writeUtf8} from '../message/utf8.ts';
import {unitAt, unitCount} from '../message/utf16.ts';
import {escapeOf} from './fastjson.ts';

/** JSON written straight into bytes, as fastjson writes it. Each answers where it ends; the caller has made room. */

const QUOTE = 0x22;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const HEX_DIGITS = '0123456789ABCDEF';
/** Digits of the lower part of a number that is too large for 32 bits. */
const LOW_DIGITS = 9;
const LOW = 1_000_000_000;

/** The most bytes that a UTF-16 unit of a quoted text takes. */
export const QUOTED_UNIT_BYTES = 6;
/** The most bytes that an integer takes. */
export const INTEGER_BYTES = 20;

export function writeAscii(room: Uint8Array, at: number, text: string): number {
  const units = unitCount(text);
  for (let i = 0; i < units; i++) room[at++] = unitAt(text, i);
  return at;
}

/** Digits one by one: a string for each number of each header would be most of the garbage that headers make. */
export function writeInteger(room: Uint8Array, from: number, value: number): number {
  if (value === (value | 0) && value >= 0) {
    let end = from + 1;
    for (let bound = 10; bound <= value; bound *= 10) end++;
    writeDigits(room, from, end, value | 0);
    return end;
  }
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER && Number.isInteger(value)))
    return writeAscii(room, from, `${value}`);
  const high = Math.floor(value / LOW);
  const at = writeInteger(room, from, high);
  writeDigits(room, at, at + LOW_DIGITS, (value - high * LOW) | 0);
  return at + LOW_DIGITS;
}

/** Fills the places with the lowest digits of a number, from the last one back. */
function writeDigits(room: Uint8Array, from: number, end: number, value: number): void {
  let left = value;
  for (let at = end - 1; at >= from; at--) {
    const tenth = (left / 10) | 0;
    room[at] = ZERO + left - tenth * 10;
    left = tenth;
  }
}

export function writeQuoted(room: Uint8Array, from: number, text: string): number {
  const units = unitCount(text);
  let at = from;
  room[at++] = QUOTE;
  for (let i = 0; i < units; i++) {
    const unit = unitAt(text, i);
    if (unit >= 0x20 && unit < 0x7f && unit !== QUOTE && unit !== BACKSLASH) {
      room[at++] = unit;
    } else if (unit < 8) {
      // The separators of message properties, in every send: worth a path of their own.
      room[at++] = BACKSLASH;
      room[at++] = 0x75;
      room[at++] = 0x30;
      room[at++] = 0x30;
      room[at++] = 0x30;
      room[at++] = HEX_DIGITS.charCodeAt(unit);
    } else {
      const escaped = escapeOf(unit);
      if (escaped !== null) {
        at = writeAscii(room, at, escaped);
      } else {
        const pair = unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(unitAt(text, i + 1));
        at = writeUtf8(room, at, pair ? text.slice(i, i + 2) : text.charAt(i));
        if (pair) i++;
      }
    }
  }
  room[at++] = QUOTE;
  return at;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
