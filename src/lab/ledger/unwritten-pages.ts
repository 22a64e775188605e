import {PAGE_BYTES} from '../../sim/page-stock.ts';
import type {EntryOf} from '../../sim/trace.ts';
import {logFileStart} from '../scenario/log-folder.ts';

/** By its length and its magic number a record is known for one. */
const HEAD_BYTES = 8;

interface Loss {
  readonly entryId: number;
  /** Where the file begins in its log. */
  readonly from: number;
  readonly to: number;
  /** Those that the platter holds: first page and count, in turn. */
  readonly pages: readonly number[];
}

/** Pages of logs that a power cut has kept from the platter: they read as zeros from then on, wherever the log goes on behind them. */
export class UnwrittenPages {
  readonly #losses = new Map<string, Loss[]>();

  take({id: entryId, machine, path, pages, sizeBytesBefore}: EntryOf<'disk-pages-lost'>): void {
    const from = logFileStart(path);
    if (from === null) return;
    const losses = this.#losses.get(machine) ?? [];
    this.#losses.set(machine, losses);
    losses.push({entryId, from, to: from + sizeBytesBefore, pages});
  }

  /** Whether a record that was written before entry `writtenId` has lost its head. */
  hasHead(machine: string, offset: number, writtenId: number): boolean {
    for (const {entryId, from, to, pages} of this.#losses.get(machine) ?? []) {
      if (entryId < writtenId || offset < from || to <= offset) continue;
      const isThere = (at: number): boolean => {
        const page = Math.floor(at / PAGE_BYTES);
        for (let i = 0; i < pages.length; i += 2) {
          if (pages[i]! <= page && page < pages[i]! + pages[i + 1]!) return true;
        }
        return false;
      };
      if (!isThere(offset - from) || !isThere(offset - from + HEAD_BYTES - 1)) return false;
    }
    return true;
  }
}
