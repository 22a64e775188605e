/** Constants of RFC 1951 that both directions share. */

export const END_OF_BLOCK = 256;
export const MATCH_LENGTH_MIN = 3;
export const MATCH_LENGTH_MAX = 258;
export const WINDOW_BYTES = 32768;
/** Longest code of a literal/length or distance alphabet, and of the alphabet that describes their lengths. */
export const CODE_BITS_MAX = 15;
export const LENGTH_CODE_BITS_MAX = 7;

/** Shortest match of each length symbol 257…285, and how many extra bits follow it. */
export const LENGTH_BASE: readonly number[] = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
export const LENGTH_EXTRA_BITS: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
/** The same for distance symbols 0…29. */
export const DISTANCE_BASE: readonly number[] = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
export const DISTANCE_EXTRA_BITS: readonly number[] = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
/** The order in which a dynamic block tells the lengths of its length codes. */
export const LENGTH_CODE_ORDER: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** Code lengths of a block with fixed codes. */
export function fixedLiteralLengths(): Uint8Array {
  const lengths = new Uint8Array(288).fill(8);
  lengths.fill(9, 144, 256);
  lengths.fill(7, 256, 280);
  return lengths;
}

export function fixedDistanceLengths(): Uint8Array {
  return new Uint8Array(30).fill(5);
}

/** The checksum that ends a zlib stream (RFC 1950). */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let from = 0; from < bytes.length; from += 3800) {
    // 3800 bytes cannot overflow 32 bits, so the remainder is taken once per stretch.
    const to = Math.min(from + 3800, bytes.length);
    for (let i = from; i < to; i++) {
      low += bytes[i]!;
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return ((high << 16) | low) >>> 0;
}
