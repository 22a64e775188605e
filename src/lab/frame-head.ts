/** What can be read of a frame at a glance, without building a command. */
export interface FrameHead {
  /** Request code, or response code if `flag` bit 0 is set. */
  readonly code: number;
  readonly flag: number;
  readonly opaque: number;
  /** Bytes of the whole frame, its length field included. */
  readonly lengthBytes: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;

/**
 * Reads code, flag and opaque of the frame that begins at `at`; null if there is no whole, readable frame. It looks at
 * the top level of a JSON header only, so a header field of an application named `code` does not mislead it.
 */
export function readFrameHead(bytes: Uint8Array, at = 0): FrameHead | null {
  if (bytes.length < at + 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const lengthBytes = view.getInt32(0) + 4;
  if (lengthBytes < 8 || lengthBytes > bytes.length - at) return null;
  const headerLength = view.getUint32(4) & 0xffffff;
  if (headerLength > lengthBytes - 8) return null;
  const serializer = bytes[at + 4];
  if (serializer === 1) {
    if (headerLength < 21) return null;
    return {code: view.getInt16(8), opaque: view.getInt32(13), flag: view.getInt32(17), lengthBytes};
  }
  if (serializer !== 0) return null;
  return readJsonHead(bytes, at + 8, at + 8 + headerLength, lengthBytes);
}

function readJsonHead(bytes: Uint8Array, start: number, end: number, lengthBytes: number): FrameHead | null {
  let code = 0;
  let flag = 0;
  let opaque = 0;
  let depth = 0;
  let i = start;
  while (i < end) {
    const byte = bytes[i]!;
    if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === QUOTE) {
      const from = i + 1;
      i = from;
      while (i < end && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
      if (depth === 1 && bytes[i + 1] === COLON) {
        const name = keyOf(bytes, from, i - from);
        if (name !== 0) {
          const value = integerAt(bytes, i + 2, end);
          if (name === 1) code = value;
          else if (name === 2) flag = value;
          else opaque = value;
        }
      }
    }
    i += 1;
  }
  return depth === 0 && end > start ? {code, flag, opaque, lengthBytes} : null;
}

const CODE = [0x63, 0x6f, 0x64, 0x65];
const FLAG = [0x66, 0x6c, 0x61, 0x67];
const OPAQUE = [0x6f, 0x70, 0x61, 0x71, 0x75, 0x65];

function keyOf(bytes: Uint8Array, from: number, length: number): 0 | 1 | 2 | 3 {
  if (length === 4) return same(bytes, from, CODE) ? 1 : same(bytes, from, FLAG) ? 2 : 0;
  return length === 6 && same(bytes, from, OPAQUE) ? 3 : 0;
}

function same(bytes: Uint8Array, from: number, word: readonly number[]): boolean {
  for (let i = 0; i < word.length; i += 1) if (bytes[from + i] !== word[i]) return false;
  return true;
}

function integerAt(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  let i = from;
  const negative = bytes[i] === MINUS;
  if (negative) i += 1;
  for (; i < end; i += 1) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}
