import {
  adler32,
  CODE_BITS_MAX,
  DISTANCE_BASE,
  DISTANCE_EXTRA_BITS,
  END_OF_BLOCK,
  fixedDistanceLengths,
  fixedLiteralLengths,
  LENGTH_BASE,
  LENGTH_CODE_BITS_MAX,
  LENGTH_CODE_ORDER,
  LENGTH_EXTRA_BITS,
  MATCH_LENGTH_MAX,
  MATCH_LENGTH_MIN,
  WINDOW_BYTES,
} from './deflate-tables.ts';
import {huffmanLengths} from './huffman.ts';

/** How hard to look for a match: the figures zlib uses at level 5. */
const CHAIN_LENGTH_MAX = 32;
const NICE_LENGTH = 32;
const LAZY_LENGTH_MAX = 16;
/** Symbols per block: enough to pay for its code table, few enough to follow the text as it changes. */
const BLOCK_SYMBOLS = 16384;
const HASH_BITS = 15;

/**
 * Packs bytes into one zlib stream (RFC 1950), as the real client does to bodies of 4096 bytes and more. The stream is
 * valid and of like size, not byte for byte what Java's zlib would write: nobody compares those.
 */
export function deflateZlib(bytes: Uint8Array): Uint8Array {
  const out = new BitWriter(bytes.length + 64);
  out.bits(0x78, 8);
  out.bits(0x5e, 8); // Level 5: "fast" in the header's words.
  const finder = new MatchFinder(bytes);
  do {
    const block = finder.nextBlock();
    writeBlock(out, block, finder.atEnd());
  } while (!finder.atEnd());
  out.align();
  const check = adler32(bytes);
  for (let shift = 24; shift >= 0; shift -= 8) out.bits((check >>> shift) & 0xff, 8);
  return out.finish();
}

/** Literals and matches in order: a literal is its byte, a match `256 + length`, with its distance beside it. */
interface Block {
  readonly symbols: number[];
  readonly distances: number[];
}

/** Finds earlier occurrences through chains of positions with equal 3-byte hashes, one step lazily. */
class MatchFinder {
  private readonly bytes: Uint8Array;
  private readonly heads = new Int32Array(1 << HASH_BITS).fill(-1);
  private readonly previous = new Int32Array(WINDOW_BYTES);
  private position = 0;
  private bestDistance = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  atEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  nextBlock(): Block {
    const symbols: number[] = [];
    const distances: number[] = [];
    while (!this.atEnd() && symbols.length < BLOCK_SYMBOLS) {
      let length = this.longestMatch(this.position);
      let distance = this.bestDistance;
      this.remember(this.position);
      if (length >= MATCH_LENGTH_MIN && length < LAZY_LENGTH_MAX) {
        // A match one byte later may be longer; then this byte goes out as it is.
        const laterLength = this.longestMatch(this.position + 1);
        if (laterLength > length) {
          symbols.push(this.bytes[this.position]!);
          distances.push(0);
          this.position++;
          this.remember(this.position);
          length = laterLength;
          distance = this.bestDistance;
        }
      }
      if (length < MATCH_LENGTH_MIN) {
        symbols.push(this.bytes[this.position]!);
        distances.push(0);
        this.position++;
        continue;
      }
      symbols.push(256 + length);
      distances.push(distance);
      for (let i = 1; i < length; i++) this.remember(this.position + i);
      this.position += length;
    }
    return {symbols, distances};
  }

  private hash(at: number): number {
    const word = (this.bytes[at]! << 16) | (this.bytes[at + 1]! << 8) | this.bytes[at + 2]!;
    return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
  }

  private remember(at: number): void {
    if (at + MATCH_LENGTH_MIN > this.bytes.length) return;
    const hash = this.hash(at);
    this.previous[at & (WINDOW_BYTES - 1)] = this.heads[hash]!;
    this.heads[hash] = at;
  }

  private longestMatch(at: number): number {
    const {bytes} = this;
    const limit = Math.min(MATCH_LENGTH_MAX, bytes.length - at);
    if (limit < MATCH_LENGTH_MIN) return 0;
    let best = 0;
    let candidate = this.heads[this.hash(at)]!;
    for (let tries = 0; tries < CHAIN_LENGTH_MAX && candidate >= 0; tries++) {
      if (at - candidate > WINDOW_BYTES - MATCH_LENGTH_MAX) break;
      let length = 0;
      while (length < limit && bytes[candidate + length] === bytes[at + length]) length++;
      if (length > best) {
        best = length;
        this.bestDistance = at - candidate;
        if (length >= NICE_LENGTH || length === limit) break;
      }
      const next = this.previous[candidate & (WINDOW_BYTES - 1)]!;
      if (next >= candidate) break; // The slot has been used again by a later position.
      candidate = next;
    }
    return best;
  }
}

function writeBlock(out: BitWriter, block: Block, isLast: boolean): void {
  const literalUse = new Uint32Array(286);
  const distanceUse = new Uint32Array(30);
  literalUse[END_OF_BLOCK] = 1;
  block.symbols.forEach((symbol, i) => {
    if (symbol < 256) {
      literalUse[symbol]!++;
    } else {
      literalUse[257 + lengthIndexOf(symbol - 256)]!++;
      distanceUse[distanceIndexOf(block.distances[i]!)]!++;
    }
  });
  const literalLengths = huffmanLengths(literalUse, CODE_BITS_MAX);
  const distanceLengths = huffmanLengths(distanceUse, CODE_BITS_MAX);
  const description = describeLengths(literalLengths, distanceLengths);
  const fixedLiterals = fixedLiteralLengths();
  const fixedDistances = fixedDistanceLengths();
  const dynamicBits =
    description.bits + codedBits(literalUse, literalLengths) + codedBits(distanceUse, distanceLengths);
  const fixedBits = codedBits(literalUse, fixedLiterals) + codedBits(distanceUse, fixedDistances);

  out.bits(isLast ? 1 : 0, 1);
  if (fixedBits <= dynamicBits) {
    out.bits(1, 2);
    writeSymbols(out, block, fixedLiterals, fixedDistances);
  } else {
    out.bits(2, 2);
    description.write(out);
    writeSymbols(out, block, literalLengths, distanceLengths);
  }
}

function writeSymbols(
  out: BitWriter,
  block: Block,
  literalLengths: Uint8Array,
  distanceLengths: Uint8Array,
): void {
  const literalCodes = reversedCodes(literalLengths);
  const distanceCodes = reversedCodes(distanceLengths);
  block.symbols.forEach((symbol, i) => {
    if (symbol < 256) {
      out.bits(literalCodes[symbol]!, literalLengths[symbol]!);
      return;
    }
    const length = symbol - 256;
    const lengthIndex = lengthIndexOf(length);
    out.bits(literalCodes[257 + lengthIndex]!, literalLengths[257 + lengthIndex]!);
    out.bits(length - LENGTH_BASE[lengthIndex]!, LENGTH_EXTRA_BITS[lengthIndex]!);
    const distance = block.distances[i]!;
    const distanceIndex = distanceIndexOf(distance);
    out.bits(distanceCodes[distanceIndex]!, distanceLengths[distanceIndex]!);
    out.bits(distance - DISTANCE_BASE[distanceIndex]!, DISTANCE_EXTRA_BITS[distanceIndex]!);
  });
  out.bits(literalCodes[END_OF_BLOCK]!, literalLengths[END_OF_BLOCK]!);
}

function codedBits(use: Uint32Array, lengths: Uint8Array): number {
  let bits = 0;
  for (let symbol = 0; symbol < use.length; symbol++) bits += use[symbol]! * lengths[symbol]!;
  return bits;
}

/** The head of a dynamic block: both alphabets' code lengths, run-length coded and then Huffman coded. */
function describeLengths(literalLengths: Uint8Array, distanceLengths: Uint8Array) {
  const literalCount = Math.max(257, usedCount(literalLengths));
  const distanceCount = Math.max(1, usedCount(distanceLengths));
  const all = [...literalLengths.subarray(0, literalCount), ...distanceLengths.subarray(0, distanceCount)];
  const runs: {symbol: number; extra: number; extraBits: number}[] = [];
  for (let i = 0; i < all.length; ) {
    const value = all[i]!;
    let run = 1;
    while (i + run < all.length && all[i + run] === value) run++;
    let left = run;
    if (value === 0) {
      while (left >= 11) {
        const take = Math.min(left, 138);
        runs.push({symbol: 18, extra: take - 11, extraBits: 7});
        left -= take;
      }
      if (left >= 3) {
        runs.push({symbol: 17, extra: left - 3, extraBits: 3});
        left = 0;
      }
    } else {
      runs.push({symbol: value, extra: 0, extraBits: 0});
      left--;
      while (left >= 3) {
        const take = Math.min(left, 6);
        runs.push({symbol: 16, extra: take - 3, extraBits: 2});
        left -= take;
      }
    }
    for (; left > 0; left--) runs.push({symbol: value, extra: 0, extraBits: 0});
    i += run;
  }
  const use = new Uint32Array(19);
  for (const run of runs) use[run.symbol]!++;
  const lengths = huffmanLengths(use, LENGTH_CODE_BITS_MAX);
  let told = LENGTH_CODE_ORDER.length;
  while (told > 4 && lengths[LENGTH_CODE_ORDER[told - 1]!] === 0) told--;
  let bits = 14 + told * 3 + codedBits(use, lengths);
  for (const run of runs) bits += run.extraBits;
  return {
    bits,
    write(out: BitWriter): void {
      out.bits(literalCount - 257, 5);
      out.bits(distanceCount - 1, 5);
      out.bits(told - 4, 4);
      for (let i = 0; i < told; i++) out.bits(lengths[LENGTH_CODE_ORDER[i]!]!, 3);
      const codes = reversedCodes(lengths);
      for (const run of runs) {
        out.bits(codes[run.symbol]!, lengths[run.symbol]!);
        out.bits(run.extra, run.extraBits);
      }
    },
  };
}

function usedCount(lengths: Uint8Array): number {
  let count = lengths.length;
  while (count > 0 && lengths[count - 1] === 0) count--;
  return count;
}

function lengthIndexOf(length: number): number {
  return lastAtMost(LENGTH_BASE, length);
}

function distanceIndexOf(distance: number): number {
  return lastAtMost(DISTANCE_BASE, distance);
}

function lastAtMost(bases: readonly number[], value: number): number {
  let low = 0;
  let high = bases.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (bases[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Canonical codes, bit-reversed because Huffman codes go out from their highest bit. */
function reversedCodes(lengths: Uint8Array): Uint16Array {
  const counts = new Uint16Array(CODE_BITS_MAX + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const next = new Uint16Array(CODE_BITS_MAX + 2);
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    next[length + 1] = (next[length]! + counts[length]!) << 1;
  }
  const codes = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    let code = next[length]!++;
    let reversed = 0;
    for (let i = 0; i < length; i++) {
      reversed = (reversed << 1) | (code & 1);
      code >>>= 1;
    }
    codes[symbol] = reversed;
  });
  return codes;
}

class BitWriter {
  private out: Uint8Array;
  private length = 0;
  private held = 0;
  private heldBits = 0;

  constructor(sizeHint: number) {
    this.out = new Uint8Array(sizeHint);
  }

  /** At most 16 bits, lowest first. */
  bits(value: number, count: number): void {
    this.held |= value << this.heldBits;
    this.heldBits += count;
    while (this.heldBits >= 8) {
      this.byte(this.held & 0xff);
      this.held >>>= 8;
      this.heldBits -= 8;
    }
  }

  align(): void {
    if (this.heldBits > 0) this.bits(0, 8 - this.heldBits);
  }

  finish(): Uint8Array {
    return this.out.slice(0, this.length);
  }

  private byte(value: number): void {
    if (this.length === this.out.length) {
      const grown = new Uint8Array(this.out.length * 2);
      grown.set(this.out);
      this.out = grown;
    }
    this.out[this.length++] = value;
  }
}
