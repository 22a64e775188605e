import type {PageState} from './page-fate.ts';

/** Unit of caching, of dirtiness and of space. */
export const PAGE_BYTES = 4096;
/** A chunk has 32 pages, so that a set of them is one 32-bit word. */
export const PAGES_PER_CHUNK = 32;
export const CHUNK_BYTES = PAGE_BYTES * PAGES_PER_CHUNK;

/** A buffer begins with the pages of its first write, so that what is small stays small, and grows in steps. */
const GROWTH = 8;

/** A run of neighbouring pages in one buffer. Bit i of each set stands for page i of the chunk. */
export interface Chunk {
  /** What is missing before `from` and behind the end is zeros: a lone page in the middle of a hole takes no more than itself. */
  bytes: Uint8Array;
  /** Place in the chunk of the buffer's first byte, which is a page's first. */
  from: number;
  /** Pages that take space. */
  allocated: number;
  /** Pages that differ from what is durable or being written out. */
  dirty: number;
  /** Pages that are being written out. */
  goingOut: number;
  /** Pages whose writing out failed: taken for clean, as Linux does, though the platter has something older. */
  failed: number;
}

/** A chunk of nothing but zeros, with a buffer for a write to these places. */
export function newChunk(start: number, end: number): Chunk {
  const from = start - (start % PAGE_BYTES);
  const bytes = new Uint8Array(roomFor(from, end));
  return {bytes, from, allocated: 0, dirty: 0, goingOut: 0, failed: 0};
}

/** Does the buffer have all of these places? */
export function reaches(chunk: Chunk, start: number, end: number): boolean {
  return chunk.from <= start && end <= chunk.from + chunk.bytes.length;
}

/** Copies what the buffer has of `count` bytes from `start` on; the rest of `into` stays as it is, which must be zeros. */
export function copyFrom(chunk: Chunk, start: number, count: number, into: Uint8Array, at: number): void {
  const first = Math.max(start, chunk.from);
  const end = Math.min(start + count, chunk.from + chunk.bytes.length);
  if (first < end) into.set(chunk.bytes.subarray(first - chunk.from, end - chunk.from), at + first - start);
}

/** Makes the chunk's buffer reach over these places. Views of the old one keep what they show. */
export function growChunk(chunk: Chunk, start: number, end: number): void {
  const oldEnd = chunk.from + chunk.bytes.length;
  let {from} = chunk;
  if (start < from) {
    // At least twice as long: who writes from the end to the front does not copy it all for each page.
    from = Math.min(start - (start % PAGE_BYTES), Math.max(0, oldEnd - 2 * chunk.bytes.length));
  }
  const grown = new Uint8Array(end <= oldEnd ? oldEnd - from : roomFor(from, end));
  grown.set(chunk.bytes, chunk.from - from);
  chunk.bytes = grown;
  chunk.from = from;
}

/** How long a buffer from `from` on is that has to reach to `end`. */
function roomFor(from: number, end: number): number {
  let room = PAGE_BYTES;
  while (room < end - from) room *= GROWTH;
  return Math.min(room, CHUNK_BYTES - from);
}

/** Contents of a page that has been written to. */
export function pageOf(chunk: Chunk, page: number): Uint8Array {
  const start = page * PAGE_BYTES - chunk.from;
  return chunk.bytes.subarray(start, start + PAGE_BYTES);
}

export function stateIn(chunk: Chunk, bit: number): PageState | null {
  if ((chunk.allocated & bit) === 0) return null;
  if ((chunk.dirty & bit) !== 0) return 'dirty';
  if ((chunk.goingOut & bit) !== 0) return 'going-out';
  return (chunk.failed & bit) === 0 ? 'clean' : 'failed';
}
