import type {FilePages} from './api.ts';
import type {PageRun, PageState} from './page-fate.ts';
import {PAGE_BYTES} from './page-stock.ts';

/** Counts a file's pages. */
export function filePages(path: string, sizeBytes: number, runs: readonly PageRun[]): FilePages {
  const counts: Record<PageState, number> = {clean: 0, dirty: 0, 'going-out': 0, failed: 0};
  let durableBytes = 0;
  for (const {firstPage, pages, state} of runs) {
    counts[state] += pages;
    if (state !== 'clean') continue;
    const end = Math.min((firstPage + pages) * PAGE_BYTES, sizeBytes);
    durableBytes += Math.max(0, end - firstPage * PAGE_BYTES);
  }
  const {clean, dirty, 'going-out': goingOut, failed} = counts;
  return {path, sizeBytes, durableBytes, clean, dirty, goingOut, failed, runs};
}
