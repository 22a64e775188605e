import {PAGE_BYTES} from './page-chunk.ts';

/** More than this is left to the collector: 1 MiB a disk. */
const SPARE_MAX = 256;

/**
 * What all files of a disk share: the count of their dirty pages, and the buffers of pages that were put aside and are not needed
 * any more. Files that are written and synced all the time put a page aside for each write.
 */
export class PageStock {
  dirtyPages = 0;
  readonly #spare: Uint8Array[] = [];

  /** A copy of a page, nobody else's until it is given back. */
  copyOf(page: Uint8Array): Uint8Array {
    const copy = this.#spare.pop() ?? new Uint8Array(PAGE_BYTES);
    copy.set(page);
    return copy;
  }

  /** Nobody looks at this copy any more. */
  giveBack(copy: Uint8Array | null | undefined): void {
    if (copy != null && this.#spare.length < SPARE_MAX) this.#spare.push(copy);
  }
}
