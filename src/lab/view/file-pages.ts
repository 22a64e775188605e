import type {FilePages} from '../../sim/api.ts';
import {filePages} from '../../sim/disk-pages.ts';
import type {PageRun, PageState} from '../../sim/page-fate.ts';
import {PAGE_BYTES} from '../../sim/page-stock.ts';

// What is known of a page, a bit each.
const ALLOCATED = 1;
const DIRTY = 2;
const GOING_OUT = 4;
const FAILED = 8;

/** The pages of one file, as the trace tells of them: a byte each. */
export class TracedFile {
  sizeBytes = 0;
  #pages = new Uint8Array(16);
  /** One above the highest page that may be allocated. */
  #end = 0;
  /** No page below it is dirty. */
  #dirtyFrom = 0;
  /** Pages going out lie from here to there. */
  #outFrom = 0;
  #outEnd = 0;

  write(positionBytes: number, lengthBytes: number): void {
    if (lengthBytes === 0) return;
    const first = Math.floor(positionBytes / PAGE_BYTES);
    const last = Math.floor((positionBytes + lengthBytes - 1) / PAGE_BYTES);
    this.#reach(last + 1);
    for (let page = first; page <= last; page++) this.#makeDirty(page);
    this.sizeBytes = Math.max(this.sizeBytes, positionBytes + lengthBytes);
  }

  #reach(end: number): void {
    if (end > this.#pages.length) {
      const grown = new Uint8Array(Math.max(end, this.#pages.length * 2));
      grown.set(this.#pages);
      this.#pages = grown;
    }
    this.#end = Math.max(this.#end, end);
  }

  #makeDirty(page: number): void {
    this.#pages[page] = (this.#pages[page]! & ~FAILED) | ALLOCATED | DIRTY;
    this.#dirtyFrom = Math.min(this.#dirtyFrom, page);
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) {
      const end = Math.min(Math.ceil(sizeBytes / PAGE_BYTES), this.#end);
      this.#pages.fill(0, end);
      this.#end = end;
      // The rest of the last page is written with zeros.
      const last = Math.floor(sizeBytes / PAGE_BYTES);
      if (sizeBytes % PAGE_BYTES !== 0 && last < end && this.#pages[last] !== 0) this.#makeDirty(last);
    }
    this.sizeBytes = sizeBytes;
  }

  /** The lowest dirty pages, so many at most, start on their way out. */
  sendOut(pagesMax: number): void {
    let left = pagesMax;
    let page = this.#dirtyFrom;
    this.#outFrom = page;
    for (; page < this.#end && left > 0; page++) {
      const bits = this.#pages[page]!;
      if ((bits & DIRTY) === 0) continue;
      this.#pages[page] = (bits & ~DIRTY) | GOING_OUT;
      left--;
    }
    this.#dirtyFrom = page;
    this.#outEnd = page;
  }

  /** @param hasFailed what went out is taken for clean all the same */
  arrived(hasFailed: boolean): void {
    for (let page = this.#outFrom; page < this.#outEnd; page++) {
      const bits = this.#pages[page]!;
      if ((bits & GOING_OUT) === 0) continue;
      const isLost = hasFailed && (bits & DIRTY) === 0;
      this.#pages[page] = (bits & ~GOING_OUT) | (isLost ? FAILED : 0);
    }
  }

  /** All that there is now, on the platter: first page and count, in turn. */
  settle(sizeBytes: number, runs: readonly number[]): void {
    this.#pages.fill(0);
    this.#end = 0;
    this.sizeBytes = sizeBytes;
    for (let i = 0; i + 1 < runs.length; i += 2) {
      const [first, count] = [runs[i]!, runs[i + 1]!];
      this.#reach(first + count);
      this.#pages.fill(ALLOCATED, first, first + count);
    }
    this.#dirtyFrom = this.#end;
  }

  pages(path: string): FilePages {
    const runs: PageRun[] = [];
    let last: {firstPage: number; pages: number; state: PageState} | undefined;
    for (let page = 0; page < this.#end; page++) {
      const bits = this.#pages[page]!;
      if (bits === 0) continue;
      const state = stateOf(bits);
      if (last?.state === state && last.firstPage + last.pages === page) {
        last.pages++;
      } else {
        last = {firstPage: page, pages: 1, state};
        runs.push(last);
      }
    }
    return filePages(path, this.sizeBytes, runs);
  }
}

function stateOf(bits: number): PageState {
  if ((bits & DIRTY) !== 0) return 'dirty';
  if ((bits & GOING_OUT) !== 0) return 'going-out';
  return (bits & FAILED) === 0 ? 'clean' : 'failed';
}
