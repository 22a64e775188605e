import type {PageState} from './page-fate.ts';
import {PAGE_BYTES, type PageStock} from './page-stock.ts';

/** A chunk has 32 pages, so that a set of them is one 32-bit word. */
export const PAGES_PER_CHUNK = 32;
export const CHUNK_BYTES = PAGE_BYTES * PAGES_PER_CHUNK;

/** A window begins with the pages of its first write, so that what is small stays small, and grows in steps. */
const GROWTH = 8;

/**
 * A run of neighbouring pages. Those that are written one behind the other lie in one buffer, the window, so that what is read of
 * them is a view; one that is written anywhere else, as the slots of a hash table are, lies by itself. What lies in neither is zeros.
 * Bit i of each set stands for page i of the chunk.
 */
export interface Chunk {
  window: Uint8Array;
  /** Place in the chunk of the window's first byte, which is a page's first. */
  from: number;
  /** By page; null while there is none. */
  lone: (Uint8Array | null)[] | null;
  /** Pages that take space. */
  allocated: number;
  /** Pages that differ from what is durable or being written out. */
  dirty: number;
  /** Pages that are being written out. */
  goingOut: number;
  /** Pages whose writing out failed: taken for clean, as Linux does, though the platter has something older. */
  failed: number;
}

/** A chunk of nothing but zeros, with a window for a write to these places. */
export function newChunk(start: number, end: number, stock: PageStock): Chunk {
  const from = start - (start % PAGE_BYTES);
  const room = roomFor(from, end);
  const window = room === PAGE_BYTES ? stock.freshPage() : new Uint8Array(room);
  return {window, from, lone: null, allocated: 0, dirty: 0, goingOut: 0, failed: 0};
}

/** All of these places as a view, or null where they do not lie in one buffer. */
export function viewIn(chunk: Chunk, start: number, end: number): Uint8Array | null {
  const place = start - chunk.from;
  if (place >= 0 && end - chunk.from <= chunk.window.length)
    return chunk.window.subarray(place, end - chunk.from);
  if (chunk.lone === null) return null;
  const page = Math.floor(start / PAGE_BYTES);
  const first = page * PAGE_BYTES;
  const bytes = end - first <= PAGE_BYTES ? chunk.lone[page]! : null;
  return bytes === null ? null : bytes.subarray(start - first, end - first);
}

/** Writes where there is room. */
export function writeIn(chunk: Chunk, start: number, bytes: Uint8Array): void {
  const place = start - chunk.from;
  if (place >= 0 && place + bytes.length <= chunk.window.length) chunk.window.set(bytes, place);
  else viewIn(chunk, start, start + bytes.length)!.set(bytes);
}

/** Copies what there is of `count` bytes from `start` on; the rest of `into` stays as it is, which must be zeros. */
export function copyFrom(chunk: Chunk, start: number, count: number, into: Uint8Array, at: number): void {
  const {window, from} = chunk;
  const copy = (bytes: Uint8Array, place: number): void => {
    const first = Math.max(start, place);
    const end = Math.min(start + count, place + bytes.length);
    if (first < end) into.set(bytes.subarray(first - place, end - place), at + first - start);
  };
  copy(window, from);
  chunk.lone?.forEach((bytes, page) => {
    if (bytes !== null) copy(bytes, page * PAGE_BYTES);
  });
}

/** Makes room for a write to these places, which are not all in the window. Views of a window that had to grow keep what they show. */
export function makeRoom(chunk: Chunk, start: number, end: number, stock: PageStock): void {
  const {from, window} = chunk;
  const windowEnd = from + window.length;
  const page = Math.floor(start / PAGE_BYTES);
  const isApart = end < from || start > windowEnd;
  if (end <= (page + 1) * PAGE_BYTES && (isApart || isLone(chunk, page))) {
    chunk.lone ??= new Array<Uint8Array | null>(PAGES_PER_CHUNK).fill(null);
    chunk.lone[page] ??= stock.freshPage();
  } else {
    growWindow(chunk, Math.min(start, from), Math.max(end, windowEnd));
  }
}

function isLone({lone}: Chunk, page: number): boolean {
  return lone !== null && lone[page] !== null;
}

function growWindow(chunk: Chunk, start: number, end: number): void {
  const {window: old, from: oldFrom, lone} = chunk;
  const oldEnd = oldFrom + old.length;
  // Downwards at least twice as long: who writes from the end to the front does not copy it all for each page.
  const twice = start < oldFrom ? Math.max(0, oldEnd - 2 * old.length) : oldFrom;
  const from = Math.min(start - (start % PAGE_BYTES), twice);
  const window = new Uint8Array(end <= oldEnd ? oldEnd - from : roomFor(from, end));
  if (old.length > 0) window.set(old, oldFrom - from);
  chunk.window = window;
  chunk.from = from;
  for (let page = from / PAGE_BYTES; lone !== null && page * PAGE_BYTES < from + window.length; page++) {
    const bytes = lone[page]!;
    if (bytes === null) continue;
    window.set(bytes, page * PAGE_BYTES - from);
    lone[page] = null;
  }
}

/** How long a window from `from` on is that has to reach to `end`. */
function roomFor(from: number, end: number): number {
  let room = PAGE_BYTES;
  while (room < end - from) room *= GROWTH;
  return Math.min(room, CHUNK_BYTES - from);
}

/** Contents of a page that there is room for. */
export function pageOf(chunk: Chunk, page: number): Uint8Array {
  return viewIn(chunk, page * PAGE_BYTES, (page + 1) * PAGE_BYTES)!;
}

/** Only so many pages are left. What is left lies in fresh buffers: for who has views of the old ones nothing changes. */
export function cutChunk(chunk: Chunk, pages: number): void {
  chunk.window = chunk.window.slice(0, Math.max(0, pages * PAGE_BYTES - chunk.from));
  chunk.lone =
    chunk.lone?.map((bytes, page) => (page < pages && bytes !== null ? bytes.slice() : null)) ?? null;
}

export function stateIn(chunk: Chunk, bit: number): PageState | null {
  if ((chunk.allocated & bit) === 0) return null;
  if ((chunk.dirty & bit) !== 0) return 'dirty';
  if ((chunk.goingOut & bit) !== 0) return 'going-out';
  return (chunk.failed & bit) === 0 ? 'clean' : 'failed';
}
