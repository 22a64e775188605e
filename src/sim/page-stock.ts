/** Unit of caching, of dirtiness and of space. */
export const PAGE_BYTES = 4096;

/** More than this is left to the collector: 1 MiB a disk. */
const SPARE_MAX = 256;
/** Pages are cut off buffers of so many: a buffer of its own for each would cost more than all that is done with it. */
const PAGES_PER_SLAB = 16;

/**
 * What all files of a disk share: the count of their dirty pages, and the buffers of pages. Of those that were put aside and are not
 * needed any more some are kept: files that are written and synced all the time put a page aside for each write.
 */
export class PageStock {
  dirtyPages = 0;
  readonly #spare: Uint8Array[] = [];
  #slab = new Uint8Array(0);
  #slabUsed = 0;

  /** A page of zeros. */
  freshPage(): Uint8Array {
    if (this.#slabUsed === this.#slab.length) {
      this.#slab = new Uint8Array(PAGES_PER_SLAB * PAGE_BYTES);
      this.#slabUsed = 0;
    }
    const from = this.#slabUsed;
    this.#slabUsed = from + PAGE_BYTES;
    return this.#slab.subarray(from, from + PAGE_BYTES);
  }

  /** A copy of a page, nobody else's until it is given back. */
  copyOf(page: Uint8Array): Uint8Array {
    const copy = this.#spare.pop() ?? this.freshPage();
    copy.set(page);
    return copy;
  }

  /** Nobody looks at this copy any more. */
  giveBack(copy: Uint8Array | null | undefined): void {
    if (copy != null && this.#spare.length < SPARE_MAX) this.#spare.push(copy);
  }
}
