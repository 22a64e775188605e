import {
  adler32,
  CODE_BITS_MAX,
  DISTANCE_BASE,
  DISTANCE_EXTRA_BITS,
  END_OF_BLOCK,
  fixedDistanceLengths,
  fixedLiteralLengths,
  LENGTH_BASE,
  LENGTH_CODE_ORDER,
  LENGTH_EXTRA_BITS,
} from './deflate-tables.ts';

/** Why bytes are no zlib stream. */
class InflateError extends Error {}

/** Canonical codes as counts per length and symbols in code order. */
interface Codes {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/**
 * Unpacks one zlib stream (RFC 1950 around RFC 1951). Answers null if the bytes are no such stream, are cut short, fail
 * their checksum, or would unpack to more than `limitBytes`: anything may arrive on a connection.
 */
export function inflateZlib(packed: Uint8Array, limitBytes: number): Uint8Array | null {
  if (packed.length < 6) return null;
  const header = (packed[0]! << 8) | packed[1]!;
  const isDeflate = (packed[0]! & 0x0f) === 8;
  const hasDictionary = (packed[1]! & 0x20) !== 0;
  if (!isDeflate || hasDictionary || header % 31 !== 0) return null;
  try {
    const inflater = new Inflater(packed, 2, limitBytes);
    const unpacked = inflater.run();
    const end = inflater.positionBytes();
    if (end + 4 > packed.length) return null;
    const told =
      ((packed[end]! << 24) | (packed[end + 1]! << 16) | (packed[end + 2]! << 8) | packed[end + 3]!) >>> 0;
    return told === adler32(unpacked) ? unpacked : null;
  } catch (error) {
    if (error instanceof InflateError) return null;
    throw error;
  }
}

class Inflater {
  private readonly packed: Uint8Array;
  private readonly limitBytes: number;
  private position: number;
  private bits = 0;
  private bitCount = 0;
  private out: Uint8Array;
  private length = 0;

  constructor(packed: Uint8Array, from: number, limitBytes: number) {
    this.packed = packed;
    this.position = from;
    this.limitBytes = limitBytes;
    this.out = new Uint8Array(Math.min(limitBytes, Math.max(256, packed.length * 4)));
  }

  run(): Uint8Array {
    let last = false;
    while (!last) {
      last = this.take(1) === 1;
      const type = this.take(2);
      if (type === 0) this.stored();
      else if (type === 1)
        this.codedBlock(makeCodes(fixedLiteralLengths()), makeCodes(fixedDistanceLengths()));
      else if (type === 2) this.dynamic();
      else throw new InflateError('block type 3');
    }
    return this.out.subarray(0, this.length);
  }

  /** First byte not used, once all blocks are read. */
  positionBytes(): number {
    return this.position - (this.bitCount >>> 3);
  }

  private take(count: number): number {
    while (this.bitCount < count) {
      if (this.position >= this.packed.length) throw new InflateError('cut short');
      this.bits |= this.packed[this.position++]! << this.bitCount;
      this.bitCount += 8;
    }
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.bitCount -= count;
    return value;
  }

  private stored(): void {
    this.take(this.bitCount & 7);
    const length = this.take(16);
    if ((length ^ this.take(16)) !== 0xffff) throw new InflateError('stored length');
    this.reserve(length);
    for (let i = 0; i < length; i++) this.out[this.length++] = this.take(8);
  }

  private dynamic(): void {
    const literalCount = this.take(5) + 257;
    const distanceCount = this.take(5) + 1;
    const lengthCodeCount = this.take(4) + 4;
    const lengthLengths = new Uint8Array(19);
    for (let i = 0; i < lengthCodeCount; i++) lengthLengths[LENGTH_CODE_ORDER[i]!] = this.take(3);
    const lengthCodes = makeCodes(lengthLengths);
    const lengths = new Uint8Array(literalCount + distanceCount);
    let filled = 0;
    const repeat = (value: number, times: number): void => {
      if (filled + times > lengths.length) throw new InflateError('too many lengths');
      lengths.fill(value, filled, (filled += times));
    };
    while (filled < lengths.length) {
      const symbol = this.symbol(lengthCodes);
      if (symbol < 16) repeat(symbol, 1);
      else if (symbol === 17) repeat(0, 3 + this.take(3));
      else if (symbol === 18) repeat(0, 11 + this.take(7));
      else {
        if (filled === 0) throw new InflateError('nothing to repeat');
        repeat(lengths[filled - 1]!, 3 + this.take(2));
      }
    }
    this.codedBlock(makeCodes(lengths.subarray(0, literalCount)), makeCodes(lengths.subarray(literalCount)));
  }

  private codedBlock(literals: Codes, distances: Codes): void {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        this.reserve(1);
        this.out[this.length++] = symbol;
        continue;
      }
      const lengthIndex = symbol - 257;
      if (lengthIndex >= LENGTH_BASE.length) throw new InflateError('length symbol');
      const length = LENGTH_BASE[lengthIndex]! + this.take(LENGTH_EXTRA_BITS[lengthIndex]!);
      const distanceSymbol = this.symbol(distances);
      if (distanceSymbol >= DISTANCE_BASE.length) throw new InflateError('distance symbol');
      const distance = DISTANCE_BASE[distanceSymbol]! + this.take(DISTANCE_EXTRA_BITS[distanceSymbol]!);
      if (distance > this.length) throw new InflateError('distance before the beginning');
      this.reserve(length);
      for (let i = 0; i < length; i++) {
        this.out[this.length] = this.out[this.length - distance]!;
        this.length++;
      }
    }
  }

  /** Reads one symbol bit by bit: the codes of one length are consecutive numbers. */
  private symbol(codes: Codes): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= CODE_BITS_MAX; length++) {
      code |= this.take(1);
      const count = codes.counts[length]!;
      if (code - count < first) return codes.symbols[index + code - first]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new InflateError('no such code');
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed > this.limitBytes) throw new InflateError('larger than allowed');
    if (needed <= this.out.length) return;
    const grown = new Uint8Array(Math.min(this.limitBytes, Math.max(needed, this.out.length * 2)));
    grown.set(this.out.subarray(0, this.length));
    this.out = grown;
  }
}

function makeCodes(lengths: Uint8Array): Codes {
  const counts = new Uint16Array(CODE_BITS_MAX + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  let left = 1;
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    left = left * 2 - counts[length]!;
    if (left < 0) throw new InflateError('more codes than bits');
  }
  const starts = new Uint16Array(CODE_BITS_MAX + 2);
  for (let length = 1; length <= CODE_BITS_MAX; length++)
    starts[length + 1] = starts[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length !== 0) symbols[starts[length]!++] = symbol;
  });
  return {counts, symbols};
}
