import {type Disk, DiskError, type DiskFile} from '../../src/ports/disk.ts';

const PAGE_BYTES = 4096;

/**
 * A real disk with less space than it has: pages are counted as they are first written, as a file system counts them, holes not.
 * A write that does not fit is written as far as it goes and then refused, as `pwrite` does.
 */
export class QuotaDisk implements Disk {
  quotaBytes: number;
  /** What it says is free; null for the truth. The truth may be new, and not looked at yet. */
  saidFreeBytes: number | null = null;
  readonly #disk: Disk;
  readonly #pages = new Map<string, Set<number>>();

  constructor(disk: Disk, quotaBytes: number) {
    this.#disk = disk;
    this.quotaBytes = quotaBytes;
  }

  get usedBytes(): number {
    let pages = 0;
    for (const set of this.#pages.values()) pages += set.size;
    return pages * PAGE_BYTES;
  }

  open(path: string, mode: 'existing' | 'create'): DiskFile {
    const file = this.#disk.open(path, mode);
    let pages = this.#pages.get(path);
    if (pages === undefined) {
      pages = new Set();
      this.#pages.set(path, pages);
    }
    return this.#counted(file, pages);
  }

  exists(path: string): boolean {
    return this.#disk.exists(path);
  }

  list(folder: string): string[] {
    return this.#disk.list(folder);
  }

  isFolder(path: string): boolean {
    return this.#disk.isFolder(path);
  }

  makeFolders(path: string): void {
    this.#disk.makeFolders(path);
  }

  rename(from: string, to: string): void {
    this.#disk.rename(from, to);
    const pages = this.#pages.get(from);
    this.#pages.delete(from);
    if (pages !== undefined) this.#pages.set(to, pages);
  }

  remove(path: string): void {
    this.#disk.remove(path);
    this.#pages.delete(path);
  }

  modifiedMs(path: string): number {
    return this.#disk.modifiedMs(path);
  }

  freeBytes(): number {
    return this.saidFreeBytes ?? this.#freeBytes();
  }

  #freeBytes(): number {
    return Math.max(0, this.quotaBytes - this.usedBytes);
  }

  totalBytes(): number {
    return this.quotaBytes;
  }

  #counted(file: DiskFile, pages: Set<number>): DiskFile {
    return {
      path: file.path,
      sizeBytes: () => file.sizeBytes(),
      readAt: (position, length) => file.readAt(position, length),
      writeAt: (position, bytes) => {
        const fitting = this.#take(pages, position, bytes.length);
        file.writeAt(position, bytes.subarray(0, fitting));
        if (fitting < bytes.length) throw new DiskError('ENOSPC', file.path, 'write');
      },
      truncate: (sizeBytes) => {
        file.truncate(sizeBytes);
        for (const page of [...pages]) if (page * PAGE_BYTES >= sizeBytes) pages.delete(page);
      },
      sync: (done) => file.sync(done),
      close: () => file.close(),
    };
  }

  /** How many of the bytes there is space for. */
  #take(pages: Set<number>, position: number, length: number): number {
    for (let at = position; at < position + length; ) {
      const page = Math.floor(at / PAGE_BYTES);
      if (!pages.has(page)) {
        if (this.#freeBytes() < PAGE_BYTES) return at - position;
        pages.add(page);
      }
      at = (page + 1) * PAGE_BYTES;
    }
    return length;
  }
}
