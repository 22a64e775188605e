import type {FileNode} from './file-tree.ts';
import {type Kernel, WORLD} from './kernel.ts';
import {PAGE_BYTES, type PageStock} from './page-stock.ts';

/** Linux's `dirty_writeback_centisecs`: how often it looks for old dirty pages. */
const INTERVAL_US = 5_000_000;
/** Linux's `dirty_expire_centisecs`: how old a file's oldest dirty page must be. */
const EXPIRE_US = 30_000_000;
/** Linux's `dirty_background_ratio`: how many per cent of memory may be dirty before it does not wait for age. */
const BACKGROUND_PERCENT = 10;
/** What goes out in one piece, so that a sync never waits for more (Linux's own pieces are of 4 MiB, too). */
const PIECE_PAGES_MAX = 1024;

interface Expired {
  readonly node: FileNode;
  pagesLeft: number;
}

/** A piece of a file that is to go out. */
export interface Piece {
  readonly node: FileNode;
  readonly pages: number;
}

/**
 * Decides, as Linux's flusher does, which dirty pages are written out without anybody's asking: those of files that have
 * been dirty for half a minute, and, with too many pages dirty, the oldest first until there are fewer. There is a timer only
 * while something is dirty, for the time at which the flusher would find it old.
 */
export class WriteBack {
  readonly #kernel: Kernel;
  readonly #stock: PageStock;
  readonly #pagesMax: number;
  /** Called when there is something to write. */
  readonly #wake: () => void;
  /** Files with dirty pages, those first that have been dirty longest. */
  readonly #files = new Set<FileNode>();
  #expired: Expired[] = [];
  #timerSlot = 0;
  #timerSeq = 0;
  /** Why pieces go out: the entry that the last look of the flusher hangs on. */
  cause = 0;

  constructor(kernel: Kernel, stock: PageStock, memoryBytes: number, wake: () => void) {
    this.#kernel = kernel;
    this.#stock = stock;
    this.#pagesMax = Math.floor((memoryBytes * BACKGROUND_PERCENT) / 100 / PAGE_BYTES);
    this.#wake = wake;
  }

  /** A file was written to. */
  wrote(node: FileNode): void {
    if (node.dirtySinceUs < 0) this.#dirtied(node);
    if (this.#stock.dirtyPages > this.#pagesMax) {
      this.cause = this.#kernel.cause;
      this.#wake();
    }
  }

  #dirtied(node: FileNode): void {
    node.dirtySinceUs = this.#kernel.nowUs;
    this.#files.add(node);
    if (this.#timerSeq === 0) this.#setTimer(node.dirtySinceUs);
  }

  #setTimer(dirtySinceUs: number): void {
    const kernel = this.#kernel;
    const atUs = Math.ceil((dirtySinceUs + EXPIRE_US) / INTERVAL_US) * INTERVAL_US;
    this.#timerSlot = kernel.schedule(atUs, WORLD, () => this.#look());
    this.#timerSeq = kernel.seqOf(this.#timerSlot);
  }

  /** What was dirty of a file is on its way out, or gone. */
  sent(node: FileNode): void {
    if (node.contents.dirtyPages > 0) return;
    node.dirtySinceUs = -1;
    this.#files.delete(node);
  }

  #look(): void {
    this.#timerSeq = 0;
    const nowUs = this.#kernel.nowUs;
    for (const node of this.#files) {
      if (node.dirtySinceUs + EXPIRE_US > nowUs) {
        this.#setTimer(node.dirtySinceUs);
        break;
      }
      this.#expired.push({node, pagesLeft: node.contents.dirtyPages});
    }
    if (this.#expired.length === 0) return;
    this.cause = this.#kernel.cause;
    this.#wake();
  }

  /** The next piece to go out, or null. */
  next(): Piece | null {
    for (let first = this.#expired[0]; first !== undefined; first = this.#expired[0]) {
      const {node} = first;
      const pages = Math.min(first.pagesLeft, node.contents.dirtyPages, PIECE_PAGES_MAX);
      if (pages > 0 && !node.isReclaimed) {
        first.pagesLeft -= pages;
        return {node, pages};
      }
      this.#expired.shift();
      this.#again(node);
    }
    if (this.#stock.dirtyPages <= this.#pagesMax) return null;
    for (const node of this.#files) {
      return {node, pages: Math.min(node.contents.dirtyPages, PIECE_PAGES_MAX)};
    }
    return null;
  }

  /** What was written to a file while it was written out piece by piece counts from now. */
  #again(node: FileNode): void {
    if (node.dirtySinceUs < 0 || node.dirtySinceUs + EXPIRE_US > this.#kernel.nowUs) return;
    this.#files.delete(node);
    this.#dirtied(node);
  }

  /** Nothing is dirty any more: power is gone, or the disk. */
  stop(): void {
    this.#kernel.cancel(this.#timerSlot, this.#timerSeq);
    this.#timerSeq = 0;
    for (const node of this.#files) node.dirtySinceUs = -1;
    this.#files.clear();
    this.#expired = [];
  }
}
