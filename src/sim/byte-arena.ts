import type {BytesRef} from './trace.ts';

/** A minute of a small group fills five; the engine collects everything when it has given so many megabytes to buffers. */
const CHUNK_BYTES = 256 * 1024;
const NOTHING = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);

/**
 * Keeps every byte that was ever sent, end to end in large chunks, and never moves them. Each piece begins at a multiple
 * of eight and is followed by zeros up to the next. A piece larger than a chunk gets a run of chunks in one buffer.
 */
export class ByteArena {
  /** The buffer that holds chunk i, and the number of the chunk at which that buffer begins. */
  readonly #buffers: Uint8Array[] = [];
  readonly #words: Int32Array[] = [];
  readonly #firstChunks: number[] = [];
  #next = 0;
  #end = 0;
  /** Chunks before this one have been given back. */
  #released = 0;

  /** Gives back the chunks that end at or before `offset`; pieces in them can no longer be read. */
  releaseBefore(offset: number): void {
    const chunk = Math.min(Math.floor(offset / CHUNK_BYTES), Math.floor(this.#next / CHUNK_BYTES));
    for (; this.#released < chunk; this.#released += 1) {
      this.#buffers[this.#released] = NOTHING;
      this.#words[this.#released] = NO_WORDS;
    }
  }

  /** Copies `bytes` in and answers the offset of the copy. */
  add(bytes: Uint8Array): number {
    const length = bytes.length;
    const padded = (length + 7) & ~7;
    if (this.#next + padded > this.#end) this.#grow(padded);
    const offset = this.#next;
    const chunk = Math.floor(offset / CHUNK_BYTES);
    this.#buffers[chunk]!.set(bytes, offset - this.#firstChunks[chunk]! * CHUNK_BYTES);
    this.#next = offset + padded;
    return offset;
  }

  /** The words of the buffer in which `offset` lies; `wordOf` tells which of them. */
  wordsAt(offset: number): Int32Array {
    return this.#words[Math.floor(offset / CHUNK_BYTES)]!;
  }

  wordOf(offset: number): number {
    return this.#startOf(offset) >> 2;
  }

  #startOf(offset: number): number {
    return offset - this.#firstChunks[Math.floor(offset / CHUNK_BYTES)]! * CHUNK_BYTES;
  }

  /** A view of a piece, or of a part of one. */
  read(ref: BytesRef): Uint8Array {
    if (ref.length === 0) return new Uint8Array(0);
    const buffer = this.#buffers[Math.floor(ref.offset / CHUNK_BYTES)];
    if (buffer === undefined || buffer === NOTHING) throw new RangeError(`no bytes at ${ref.offset}`);
    const start = this.#startOf(ref.offset);
    return buffer.subarray(start, start + ref.length);
  }

  #grow(bytes: number): void {
    const first = this.#buffers.length;
    const chunks = Math.max(1, Math.ceil(bytes / CHUNK_BYTES));
    const buffer = new Uint8Array(chunks * CHUNK_BYTES);
    const words = new Int32Array(buffer.buffer);
    for (let i = 0; i < chunks; i++) {
      this.#buffers.push(buffer);
      this.#words.push(words);
      this.#firstChunks.push(first);
    }
    this.#next = first * CHUNK_BYTES;
    this.#end = this.#next + buffer.length;
  }
}
