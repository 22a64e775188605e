import {
  CHUNK_BYTES,
  type Chunk,
  copyFrom,
  cutChunk,
  makeRoom,
  newChunk,
  PAGES_PER_CHUNK,
  pageOf,
  stateIn,
  viewIn,
  writeIn,
} from './page-chunk.ts';
import {
  type PageFate,
  type PageLoss,
  type PageRun,
  type PageState,
  sameBytes,
  settledPage,
} from './page-fate.ts';
import {PAGE_BYTES, PageStock} from './page-stock.ts';

/** What the platter holds of a page whose cached contents are newer; null where it holds nothing, that is zeros. */
type DurablePage = Uint8Array | null;

function ascending(a: number, b: number): number {
  return a - b;
}

const NO_PAGE: Uint8Array = new Uint8Array(PAGE_BYTES);

/**
 * The contents of one file: sparse pages as the page cache holds them, and beside them what the platter holds of each page
 * that differs from it. A page is copied at most once per sync: when it is first written after having been clean (its durable
 * version is put aside) and when it is written while on its way out (the version that is going out is put aside).
 */
export class PageFile {
  sizeBytes = 0;
  /** The size were power lost now; it grows by syncs, by write-back and as the journal of the file system is written. */
  durableSizeBytes = 0;
  #dirtyPages = 0;
  readonly #stock: PageStock;
  #allocatedPages = 0;
  readonly #chunks = new Map<number, Chunk>();
  /** Chunks, by index, with pages that are dirty, and those with pages going out: a sync looks at no others. */
  #dirtyChunks = new Map<number, Chunk>();
  #outgoingChunks = new Map<number, Chunk>();
  #lastChunk: Chunk | null = null;
  #lastChunkIndex = -1;
  /** By page number: pages that are dirty, going out or failed. */
  readonly #durable = new Map<number, DurablePage>();
  /** By page number: what is going out of pages that were written again meanwhile. */
  readonly #outgoing = new Map<number, Uint8Array>();

  /** @param stock of the disk that the file lies on */
  constructor(stock = new PageStock()) {
    this.#stock = stock;
  }

  get dirtyPages(): number {
    return this.#dirtyPages;
  }

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
    const view = chunk === null ? null : viewIn(chunk, start, start + available);
    if (view !== null) return view;
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
      if (chunk !== null) copyFrom(chunk, start, count, into, done);
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
    const chunk = this.#chunkWithRoom(index, start, end);
    const lastPage = Math.floor((end - 1) / PAGE_BYTES);
    for (let page = Math.floor(start / PAGE_BYTES); page <= lastPage; page++) {
      if ((chunk.dirty & (1 << page)) === 0) this.#makeDirty(chunk, index, page);
    }
    writeIn(chunk, start, bytes);
  }

  /** Marks a page that is about to be written, and puts aside what would otherwise be lost of its past. */
  #makeDirty(chunk: Chunk, index: number, page: number): void {
    const bit = 1 << page;
    const pageNumber = index * PAGES_PER_CHUNK + page;
    if ((chunk.goingOut & bit) !== 0) {
      this.#outgoing.set(pageNumber, this.#stock.copyOf(pageOf(chunk, page)));
    } else if ((chunk.allocated & bit) === 0) {
      chunk.allocated |= bit;
      this.#allocatedPages++;
      this.#durable.set(pageNumber, null);
    } else if ((chunk.failed & bit) !== 0) {
      chunk.failed &= ~bit; // What is durable of it has been put aside long ago.
    } else {
      this.#durable.set(pageNumber, this.#stock.copyOf(pageOf(chunk, page)));
    }
    if (chunk.dirty === 0) this.#dirtyChunks.set(index, chunk);
    chunk.dirty |= bit;
    this.#dirtyPages++;
    this.#stock.dirtyPages++;
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
      else cutChunk(chunk, firstGone - chunkFirst);
    }
    this.#lastChunkIndex = -1;
    this.#lastChunk = null;
    this.durableSizeBytes = Math.min(this.durableSizeBytes, size);
    // What is left of the last page must read as zeros, should the file grow again; from the platter, too.
    const tail = size % PAGE_BYTES;
    if (tail !== 0 && this.newSpaceFor(size, 1) === 0) {
      this.write(size, new Uint8Array(Math.min(PAGE_BYTES - tail, this.sizeBytes - size)));
      this.#durable.get(firstGone - 1)?.fill(0, tail);
      this.#outgoing.get(firstGone - 1)?.fill(0, tail);
    }
  }

  #drop(chunk: Chunk, page: number, pageNumber: number): void {
    const bit = 1 << page;
    if ((chunk.allocated & bit) === 0) return;
    if ((chunk.dirty & bit) !== 0) this.#dirtyFewer(1);
    this.#allocatedPages--;
    chunk.allocated &= ~bit;
    chunk.dirty &= ~bit;
    chunk.goingOut &= ~bit;
    chunk.failed &= ~bit;
    this.#stock.giveBack(this.#durable.get(pageNumber));
    this.#durable.delete(pageNumber);
    this.#stock.giveBack(this.#outgoing.get(pageNumber));
    this.#outgoing.delete(pageNumber);
  }

  #dirtyFewer(pages: number): void {
    this.#dirtyPages -= pages;
    this.#stock.dirtyPages -= pages;
  }

  /** All that is dirty starts on its way out. One at a time: `finishSync` or `failOut` must come before the next. */
  beginSync(): void {
    for (const chunk of this.#dirtyChunks.values()) {
      chunk.goingOut = chunk.dirty;
      chunk.dirty = 0;
    }
    // The one that is filled next is empty: nothing else is on its way out.
    [this.#outgoingChunks, this.#dirtyChunks] = [this.#dirtyChunks, this.#outgoingChunks];
    this.#dirtyFewer(this.#dirtyPages);
  }

  /** The lowest dirty pages, at most so many, start on their way out; `finishWriteBack` or `failOut` ends it. */
  beginWriteBack(pagesMax: number): void {
    let left = pagesMax;
    for (const index of [...this.#dirtyChunks.keys()].sort(ascending)) {
      const chunk = this.#dirtyChunks.get(index)!;
      for (; left > 0 && chunk.dirty !== 0; left--) {
        const bit = chunk.dirty & -chunk.dirty;
        chunk.dirty &= ~bit;
        chunk.goingOut |= bit;
      }
      this.#outgoingChunks.set(index, chunk);
      if (chunk.dirty !== 0) break;
      this.#dirtyChunks.delete(index);
      if (left === 0) break;
    }
    this.#dirtyFewer(pagesMax - left);
  }

  /** What went out since `beginSync` is durable now. */
  finishSync(sizeBytesAtBegin: number): void {
    this.#arrived();
    this.durableSizeBytes = Math.min(sizeBytesAtBegin, this.sizeBytes);
  }

  /** The same after `beginWriteBack`: the file is at least as long as what has been written of it. */
  finishWriteBack(sizeBytesAtBegin: number): void {
    const lastPage = this.#arrived();
    const endBytes = Math.min((lastPage + 1) * PAGE_BYTES, sizeBytesAtBegin, this.sizeBytes);
    this.durableSizeBytes = Math.max(this.durableSizeBytes, endBytes);
  }

  /** Answers the highest page that went out, or -1. */
  #arrived(): number {
    let lastPage = -1;
    for (const [index, chunk] of this.#outgoingChunks) {
      for (let left = chunk.goingOut; left !== 0; left &= left - 1) {
        const pageNumber = index * PAGES_PER_CHUNK + (31 - Math.clz32(left & -left));
        this.#stock.giveBack(this.#durable.get(pageNumber));
        const wentOut = this.#outgoing.get(pageNumber);
        if (wentOut === undefined) this.#durable.delete(pageNumber);
        else this.#durable.set(pageNumber, wentOut);
        if (pageNumber > lastPage) lastPage = pageNumber;
      }
      chunk.goingOut = 0;
    }
    this.#outgoingChunks.clear();
    // A map that is cleared gets new room, even if there was nothing in it.
    if (this.#outgoing.size > 0) this.#outgoing.clear();
    return lastPage;
  }

  /** What was going out has not arrived. It is taken for clean, unless it has been written again meanwhile. */
  failOut(): void {
    for (const chunk of this.#outgoingChunks.values()) {
      chunk.failed |= chunk.goingOut & ~chunk.dirty;
      chunk.goingOut = 0;
    }
    this.#outgoingChunks.clear();
    for (const page of this.#outgoing.values()) this.#stock.giveBack(page);
    this.#outgoing.clear();
  }

  /** Nobody will ever write these pages out any more: they count as dirty no longer. */
  abandon(): void {
    this.#dirtyFewer(this.#dirtyPages);
  }

  /** `clean` pages are on the platter as they are; one that is going out and has been written again is dirty. */
  stateOf(pageNumber: number): PageState | null {
    const chunk = this.#chunkAt(Math.floor(pageNumber / PAGES_PER_CHUNK));
    return chunk === null ? null : stateIn(chunk, 1 << (pageNumber % PAGES_PER_CHUNK));
  }

  isGoingOut(pageNumber: number): boolean {
    const chunk = this.#chunkAt(Math.floor(pageNumber / PAGES_PER_CHUNK));
    return chunk !== null && (chunk.goingOut & (1 << (pageNumber % PAGES_PER_CHUNK))) !== 0;
  }

  /** Pages that take space, in order, with neighbours of one state together. */
  runs(): PageRun[] {
    const runs: PageRun[] = [];
    let last: {firstPage: number; pages: number; state: PageState} | undefined;
    for (const index of [...this.#chunks.keys()].sort(ascending)) {
      const chunk = this.#chunks.get(index)!;
      for (let page = 0; page < PAGES_PER_CHUNK; page++) {
        const state = stateIn(chunk, 1 << page);
        if (state === null) continue;
        const pageNumber = index * PAGES_PER_CHUNK + page;
        if (last?.state === state && last.firstPage + last.pages === pageNumber) {
          last.pages++;
        } else {
          last = {firstPage: pageNumber, pages: 1, state};
          runs.push(last);
        }
      }
    }
    return runs;
  }

  /**
   * Power goes. Each page that the platter does not hold as it is becomes what `fateOf` says, in order of pages; the file is as
   * long as what is durable of it, or as the last page that was written in time. What is read from now on is on the platter.
   */
  losePower(fateOf: (pageNumber: number, wasGoingOut: boolean) => PageFate): PageLoss {
    const fates = [...this.#durable.keys()]
      .sort(ascending)
      .map((pageNumber) => ({pageNumber, fate: fateOf(pageNumber, this.isGoingOut(pageNumber))}));
    let sizeBytes = this.durableSizeBytes;
    for (const {pageNumber, fate} of fates) {
      if (fate === 'new') sizeBytes = Math.max(sizeBytes, (pageNumber + 1) * PAGE_BYTES);
    }
    const loss = {old: 0, new: 0, torn: 0, sizeBytesBefore: this.sizeBytes};
    sizeBytes = Math.min(sizeBytes, this.sizeBytes);
    for (const {pageNumber, fate} of fates) {
      const isThere = pageNumber * PAGE_BYTES < sizeBytes;
      loss[this.#settle(pageNumber, isThere ? fate : 'old')]++;
    }
    this.#dirtyFewer(this.#dirtyPages);
    this.#dirtyChunks.clear();
    this.#outgoingChunks.clear();
    this.#durable.clear();
    this.#outgoing.clear();
    for (const chunk of this.#chunks.values()) {
      chunk.dirty = 0;
      chunk.goingOut = 0;
      chunk.failed = 0;
    }
    this.#endAt(sizeBytes);
    return loss;
  }

  /** Makes a page what became of it, and answers which of the three that is. */
  #settle(pageNumber: number, fate: PageFate): 'old' | 'new' | 'torn' {
    const index = Math.floor(pageNumber / PAGES_PER_CHUNK);
    const page = pageNumber % PAGES_PER_CHUNK;
    const chunk = this.#chunks.get(index)!;
    const before = this.#durable.get(pageNumber) ?? null;
    if (fate === 'old' && before === null) {
      chunk.allocated &= ~(1 << page);
      this.#allocatedPages--;
    }
    const sent = this.#outgoing.get(pageNumber) ?? pageOf(chunk, page).slice();
    const was = before ?? NO_PAGE;
    const now = settledPage(was, sent, fate);
    pageOf(chunk, page).set(now);
    if (fate === 'old' || fate === 'new') return fate;
    return sameBytes(now, sent) ? 'new' : sameBytes(now, was) ? 'old' : 'torn';
  }

  /** The file ends here, on the platter too. */
  #endAt(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) {
      this.#cut(sizeBytes);
      // What the cut wrote beyond the end is no news.
      this.beginSync();
      this.#arrived();
    }
    this.sizeBytes = sizeBytes;
    this.durableSizeBytes = sizeBytes;
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

  /** The chunk, with room for these places of it. */
  #chunkWithRoom(index: number, start: number, end: number): Chunk {
    let chunk = this.#chunkAt(index);
    if (chunk === null) {
      chunk = newChunk(start, end, this.#stock);
      this.#chunks.set(index, chunk);
      this.#lastChunk = chunk;
    } else if (start < chunk.from || end > chunk.from + chunk.window.length) {
      makeRoom(chunk, start, end, this.#stock);
    }
    return chunk;
  }
}
