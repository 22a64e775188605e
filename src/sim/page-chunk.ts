import type {PageState} from './page-fate.ts';

/** Unit of caching, of dirtiness and of space. */
export const PAGE_BYTES = 4096;
/** A chunk has 32 pages, so that a set of them is one 32-bit word. */
export const PAGES_PER_CHUNK = 32;
export const CHUNK_BYTES = PAGE_BYTES * PAGES_PER_CHUNK;

/** A chunk's buffer begins with one page, so that a small file stays small, and grows in three steps. */
const GROWTH = 8;

/** A run of neighbouring pages in one buffer. Bit i of each set stands for page i of the chunk. */
export interface Chunk {
  /** May end before the chunk does; what is missing is zeros. */
  bytes: Uint8Array;
  /** Pages that take space. */
  allocated: number;
  /** Pages that differ from what is durable or being written out. */
  dirty: number;
  /** Pages that are being written out. */
  goingOut: number;
  /** Pages whose writing out failed: taken for clean, as Linux does, though the platter has something older. */
  failed: number;
}

export function roomFor(end: number): number {
  let room = PAGE_BYTES;
  while (room < end) room *= GROWTH;
  return Math.min(room, CHUNK_BYTES);
}

export function pageCopy(chunk: Chunk, page: number): Uint8Array {
  return chunk.bytes.slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
}

export function stateIn(chunk: Chunk, bit: number): PageState | null {
  if ((chunk.allocated & bit) === 0) return null;
  if ((chunk.dirty & bit) !== 0) return 'dirty';
  if ((chunk.goingOut & bit) !== 0) return 'going-out';
  return (chunk.failed & bit) === 0 ? 'clean' : 'failed';
}
