/** Unit of caching, of dirtiness and of space. */
export const PAGE_BYTES = 4096;
/** A chunk has 32 pages, so that a set of them is one 32-bit word. */
const PAGES_PER_CHUNK = 32;
export const CHUNK_BYTES = PAGE_BYTES * PAGES_PER_CHUNK;

/** A chunk's buffer begins with one page, so that a small file stays small, and grows in three steps. */
const GROWTH = 8;

/** A run of neighbouring pages in one buffer. Bit i of each set stands for page i of the chunk. */
interface Chunk {
  /** May end before the chunk does; what is missing is zeros. */
  bytes: Uint8Array;
  /** Pages that take space. */
  allocated: number;
  /** Pages that differ from what is durable or being written out. */
  dirty: number;
  /** Pages that a sync is writing out. */
  goingOut: number;
}

/** What the platter holds of a page whose cached contents are newer; null where it holds nothing, that is zeros. */
type DurablePage = Uint8Array | null;

/**
 * The contents of one file: sparse pages as the page cache holds them, and beside them what is durable of each page that is
 * not clean. A page is copied at most once per sync: when it is first written after having been clean (its durable
 * version is put aside) and when it is written while on its way out (the version that is going out is put aside).
 */
export class PageFile {
  sizeBytes = 0;
  /** The size as of the last sync. */
  durableSizeBytes = 0;
  #dirtyPages = 0;
  #allocatedPages = 0;
  readonly #chunks = new Map<number, Chunk>();
  /** Chunks, by index, with pages that are dirty, and those with pages going out: a sync looks at no others. */
  #dirtyChunks = new Map<number, Chunk>();
  #outgoingChunks = new Map<number, Chunk>();
  #lastChunk: Chunk | null = null;
  #lastChunkIndex = -1;
  /** By page number: pages that are dirty or going out. */
  readonly #durable = new Map<number, DurablePage>();
  /** By page number: what is going out of pages that were written again meanwhile. */
  readonly #outgoing = new Map<number, Uint8Array>();

  get dirtyBytes(): number {
    return this.#dirtyPages * PAGE_BYTES;
  }

  get allocatedBytes(): number {
    return this.#allocatedPages * PAGE_BYTES;
  }

  /** Bytes of new space that a write would take. */
  newSpaceFor(position: number, length: number): number {
    if (length === 0) return 0;
    const first = Math.floor(position / PAGE_BYTES);
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    let pages = 0;
    for (let page = first; page <= last; page++) {
      const chunk = this.#chunkAt(Math.floor(page / PAGES_PER_CHUNK));
      if (chunk === null || (chunk.allocated & (1 << (page % PAGES_PER_CHUNK))) === 0) pages++;
    }
    return pages * PAGE_BYTES;
  }

  read(position: number, length: number): Uint8Array {
    const available = Math.min(length, this.sizeBytes - position);
    if (available <= 0) return new Uint8Array(0);
    const index = Math.floor(position / CHUNK_BYTES);
    const start = position - index * CHUNK_BYTES;
    const chunk = this.#chunkAt(index);
    if (chunk !== null && start + available <= chunk.bytes.length) {
      return chunk.bytes.subarray(start, start + available);
    }
    const result = new Uint8Array(available);
    this.#copyOut(position, result);
    return result;
  }

  #copyOut(position: number, into: Uint8Array): void {
    let done = 0;
    while (done < into.length) {
      const index = Math.floor((position + done) / CHUNK_BYTES);
      const start = position + done - index * CHUNK_BYTES;
      const count = Math.min(into.length - done, CHUNK_BYTES - start);
      const chunk = this.#chunkAt(index);
      if (chunk !== null && start < chunk.bytes.length) {
        into.set(chunk.bytes.subarray(start, Math.min(start + count, chunk.bytes.length)), done);
      }
      done += count;
    }
  }

  write(position: number, bytes: Uint8Array): void {
    const length = bytes.length;
    if (length === 0) return;
    const end = position + length;
    const index = Math.floor(position / CHUNK_BYTES);
    const start = position - index * CHUNK_BYTES;
    if (start + length <= CHUNK_BYTES) {
      this.#writeInChunk(index, start, bytes);
    } else {
      let done = 0;
      while (done < length) {
        const at = Math.floor((position + done) / CHUNK_BYTES);
        const from = position + done - at * CHUNK_BYTES;
        const count = Math.min(length - done, CHUNK_BYTES - from);
        this.#writeInChunk(at, from, bytes.subarray(done, done + count));
        done += count;
      }
    }
    if (end > this.sizeBytes) this.sizeBytes = end;
  }

  #writeInChunk(index: number, start: number, bytes: Uint8Array): void {
    const end = start + bytes.length;
    const chunk = this.#chunkWithRoom(index, end);
    const lastPage = Math.floor((end - 1) / PAGE_BYTES);
    for (let page = Math.floor(start / PAGE_BYTES); page <= lastPage; page++) {
      if ((chunk.dirty & (1 << page)) === 0) this.#makeDirty(chunk, index, page);
    }
    chunk.bytes.set(bytes, start);
  }

  /** Marks a page that is about to be written, and puts aside what would otherwise be lost of its past. */
  #makeDirty(chunk: Chunk, index: number, page: number): void {
    const bit = 1 << page;
    const pageNumber = index * PAGES_PER_CHUNK + page;
    if ((chunk.goingOut & bit) !== 0) {
      this.#outgoing.set(pageNumber, pageCopy(chunk, page));
    } else if ((chunk.allocated & bit) === 0) {
      chunk.allocated |= bit;
      this.#allocatedPages++;
      this.#durable.set(pageNumber, null);
    } else {
      this.#durable.set(pageNumber, pageCopy(chunk, page));
    }
    if (chunk.dirty === 0) this.#dirtyChunks.set(index, chunk);
    chunk.dirty |= bit;
    this.#dirtyPages++;
  }

  /** Grows with zeros that take no space, or cuts. */
  truncate(size: number): void {
    if (size < this.sizeBytes) this.#cut(size);
    this.sizeBytes = size;
  }

  #cut(size: number): void {
    const firstGone = Math.ceil(size / PAGE_BYTES);
    for (const [index, chunk] of this.#chunks) {
      const chunkFirst = index * PAGES_PER_CHUNK;
      if (chunkFirst + PAGES_PER_CHUNK <= firstGone) continue;
      for (let page = Math.max(0, firstGone - chunkFirst); page < PAGES_PER_CHUNK; page++) {
        this.#drop(chunk, page, chunkFirst + page);
      }
      if (chunk.allocated === 0) this.#chunks.delete(index);
      // A fresh buffer, because views of the old one may be in somebody's hands: for them nothing changes.
      else chunk.bytes = chunk.bytes.slice(0, (firstGone - chunkFirst) * PAGE_BYTES);
    }
    this.#lastChunkIndex = -1;
    this.#lastChunk = null;
    // What is left of the last page must read as zeros, should the file grow again.
    const tail = size % PAGE_BYTES;
    if (tail !== 0 && this.newSpaceFor(size, 1) === 0) {
      this.write(size, new Uint8Array(Math.min(PAGE_BYTES - tail, this.sizeBytes - size)));
    }
  }

  #drop(chunk: Chunk, page: number, pageNumber: number): void {
    const bit = 1 << page;
    if ((chunk.allocated & bit) === 0) return;
    if ((chunk.dirty & bit) !== 0) this.#dirtyPages--;
    this.#allocatedPages--;
    chunk.allocated &= ~bit;
    chunk.dirty &= ~bit;
    chunk.goingOut &= ~bit;
    this.#durable.delete(pageNumber);
    this.#outgoing.delete(pageNumber);
  }

  /** All that is dirty starts on its way out. One at a time: `finishSync` must come before the next. */
  beginSync(): void {
    for (const chunk of this.#dirtyChunks.values()) {
      chunk.goingOut = chunk.dirty;
      chunk.dirty = 0;
    }
    this.#outgoingChunks = this.#dirtyChunks;
    this.#dirtyChunks = new Map();
    this.#dirtyPages = 0;
  }

  /** What went out since `beginSync` is durable now. */
  finishSync(sizeBytesAtBegin: number): void {
    for (const [index, chunk] of this.#outgoingChunks) {
      for (let left = chunk.goingOut; left !== 0; left &= left - 1) {
        const pageNumber = index * PAGES_PER_CHUNK + (31 - Math.clz32(left & -left));
        const wentOut = this.#outgoing.get(pageNumber);
        if (wentOut === undefined) this.#durable.delete(pageNumber);
        else this.#durable.set(pageNumber, wentOut);
      }
      chunk.goingOut = 0;
    }
    this.#outgoingChunks.clear();
    this.#outgoing.clear();
    this.durableSizeBytes = Math.min(sizeBytesAtBegin, this.sizeBytes);
  }

  /** The file as the platter holds it, were the page cache lost now. */
  durableContents(): Uint8Array {
    const contents = new Uint8Array(this.durableSizeBytes);
    this.#copyOut(0, contents);
    for (const [pageNumber, page] of this.#durable) {
      const start = pageNumber * PAGE_BYTES;
      const end = Math.min(start + PAGE_BYTES, contents.length);
      if (start >= end) continue;
      if (page === null) contents.fill(0, start, end);
      else contents.set(page.subarray(0, end - start), start);
    }
    return contents;
  }

  #chunkAt(index: number): Chunk | null {
    if (index === this.#lastChunkIndex) return this.#lastChunk;
    const chunk = this.#chunks.get(index) ?? null;
    this.#lastChunkIndex = index;
    this.#lastChunk = chunk;
    return chunk;
  }

  /** The chunk, with a buffer that reaches at least to `end`. */
  #chunkWithRoom(index: number, end: number): Chunk {
    let chunk = this.#chunkAt(index);
    if (chunk === null) {
      chunk = {bytes: new Uint8Array(roomFor(end)), allocated: 0, dirty: 0, goingOut: 0};
      this.#chunks.set(index, chunk);
      this.#lastChunk = chunk;
    } else if (chunk.bytes.length < end) {
      const grown = new Uint8Array(roomFor(end));
      grown.set(chunk.bytes);
      chunk.bytes = grown;
    }
    return chunk;
  }
}

function roomFor(end: number): number {
  let room = PAGE_BYTES;
  while (room < end) room *= GROWTH;
  return Math.min(room, CHUNK_BYTES);
}

function pageCopy(chunk: Chunk, page: number): Uint8Array {
  return chunk.bytes.slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
}
