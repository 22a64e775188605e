import {crc32} from '../rocketmq/message/crc32.ts';
import {
  BLOCK_BYTES,
  BLOCK_BYTES_MAX,
  BLOCK_BYTES_USUAL,
  BLOCK_HEAD_BYTES,
  TEXT_BYTES_MAX,
  TEXTS_MAX,
} from './format.ts';

/** The length of a text, at most. */
const LENGTH_ROOM = 16;

/**
 * The blocks of a recording and what records are made of: numbers, bytes and texts. It knows nothing of records, and whoever writes
 * one closes no block in the midst of it. There is always room for some short fields; `makeRoom` makes more.
 */
export class BlockWriter {
  readonly #sink: (bytes: Uint8Array) => void;
  #buffer = new Uint8Array(BLOCK_BYTES_USUAL);
  #view = new DataView(this.#buffer.buffer);
  readonly #encoder = new TextEncoder();
  readonly #texts = new Map<string, number>();
  #at = BLOCK_HEAD_BYTES;

  /** @param sink must be done with the bytes when it returns */
  constructor(sink: (bytes: Uint8Array) => void) {
    this.#sink = sink;
  }

  /** Whether something waits to be given to the sink. */
  get hasWaiting(): boolean {
    return this.#at > BLOCK_HEAD_BYTES;
  }

  /** Whether the block is as long as blocks are to be. */
  get isFull(): boolean {
    return this.#at >= BLOCK_BYTES;
  }

  /** Closes the block and gives it to the sink. */
  flush(): void {
    if (!this.hasWaiting) return;
    const end = this.#at;
    this.#view.setUint32(0, end - BLOCK_HEAD_BYTES, true);
    this.#view.setUint32(4, crc32(this.#buffer, BLOCK_HEAD_BYTES, end), true);
    this.#at = BLOCK_HEAD_BYTES;
    this.#sink(this.#buffer.subarray(0, end));
  }

  byte(value: number): void {
    this.#buffer[this.#at++] = value;
  }

  /** Seven bits a byte, the low ones first; exact up to 2^53. */
  natural(value: number): void {
    const buffer = this.#buffer;
    let rest = value;
    while (rest >= 0x80) {
      buffer[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[this.#at++] = rest;
  }

  double(value: number): void {
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** Bytes `from` to `to` as they are. Their number is none of them. */
  bytes(bytes: Uint8Array, from: number, to: number): void {
    this.makeRoom(to - from);
    this.#buffer.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.#at);
    this.#at += to - from;
  }

  /** A text that is likely to come again: its number, or 0 and the text itself, which has the next number from then on. */
  text(text: string): void {
    const known = this.numberOf(text);
    if (known === undefined) this.newText(text);
    else this.natural(known);
  }

  /** The number of a text that has one. */
  numberOf(text: string): number | undefined {
    return this.#texts.get(text);
  }

  /** Whether there is a number left for another text. */
  get hasNumbers(): boolean {
    return this.#texts.size < TEXTS_MAX;
  }

  /** A text without a number: 0 and itself. It has the next number from then on, as long as there are any. */
  newText(text: string): void {
    this.natural(0);
    this.literal(text);
    if (this.hasNumbers) this.#texts.set(text, this.#texts.size + 1);
  }

  /** A text behind its length. */
  literal(text: string): void {
    const {length} = text;
    if (length < 0x80) {
      const buffer = this.#buffer;
      const start = this.#at + 1;
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= 0x80) break;
        buffer[start + i] = unit;
      }
      if (i === length) {
        buffer[this.#at] = length;
        this.#at = start + length;
        return;
      }
    }
    let bytes = this.#encoder.encode(length > TEXT_BYTES_MAX ? text.slice(0, TEXT_BYTES_MAX) : text);
    if (bytes.length > TEXT_BYTES_MAX) bytes = bytes.subarray(0, TEXT_BYTES_MAX);
    this.makeRoom(LENGTH_ROOM + bytes.length);
    this.natural(bytes.length);
    this.bytes(bytes, 0, bytes.length);
  }

  /** For the rare record that is long: a fact that lists thousands of queues. */
  makeRoom(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    if (needed > BLOCK_BYTES_MAX) throw new RangeError(`a record is longer than ${BLOCK_BYTES_MAX} bytes`);
    const larger = new Uint8Array(Math.min(BLOCK_BYTES_MAX, Math.max(needed, this.#buffer.length * 2)));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
