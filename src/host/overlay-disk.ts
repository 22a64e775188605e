import {closeSync, openSync, readdirSync, readSync, type Stats, statSync} from 'node:fs';
import {join, normalize} from 'node:path/posix';
import {type Disk, DiskError, type DiskFile} from '../ports/disk.ts';

const PAGE_BYTES = 4096;

/**
 * This machine's files to read, and everything that is changed in memory only: so a store can be opened as a start would open
 * it, and nothing on the disk is other than before. Nothing ever becomes durable: `sync` never answers.
 */
export class OverlayDisk implements Disk {
  /** What differs from the real files: a file as it would be, or null where there would be none. */
  readonly #changed = new Map<string, OverlayFile | null>();
  readonly #folders = new Set<string>();

  open(path: string, mode: 'existing' | 'create'): DiskFile {
    const normal = normalize(path);
    const known = this.#changed.get(normal);
    if (known) return known;
    if (this.isFolder(normal)) throw new DiskError('EISDIR', path, 'open');
    const real = known === undefined ? this.#stat(normal) : null;
    if (real === null && mode === 'existing') throw new DiskError('ENOENT', path, 'open');
    const file = new OverlayFile(normal, real?.size ?? 0);
    this.#changed.set(normal, file);
    return file;
  }

  exists(path: string): boolean {
    const normal = normalize(path);
    const known = this.#changed.get(normal);
    return known === undefined ? this.#folders.has(normal) || this.#stat(normal) !== null : known !== null;
  }

  list(folder: string): string[] {
    const normal = normalize(folder);
    const names = new Set<string>(this.#stat(normal)?.isDirectory() ? this.#listReal(normal) : []);
    for (const [path, file] of this.#changed) {
      if (join(path, '..') !== normal) continue;
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (file === null) names.delete(name);
      else names.add(name);
    }
    return [...names].sort();
  }

  isFolder(path: string): boolean {
    const normal = normalize(path);
    return (
      this.#folders.has(normal) ||
      (!this.#changed.has(normal) && (this.#stat(normal)?.isDirectory() ?? false))
    );
  }

  makeFolders(path: string): void {
    for (let at = normalize(path); at !== '/'; at = join(at, '..')) this.#folders.add(at);
  }

  rename(from: string, to: string): void {
    const source = this.open(from, 'existing') as OverlayFile;
    this.#changed.set(normalize(to), source);
    this.#changed.set(normalize(from), null);
  }

  remove(path: string): void {
    this.#changed.set(normalize(path), null);
  }

  modifiedMs(path: string): number {
    const stats = this.#stat(normalize(path));
    if (stats === null) throw new DiskError('ENOENT', path, 'stat');
    return Math.floor(stats.mtimeMs);
  }

  /** Space is no question here: there is always enough. */
  freeBytes(): number {
    return 1024 ** 4;
  }

  totalBytes(): number {
    return 2 * 1024 ** 4;
  }

  #listReal(folder: string): string[] {
    try {
      return readdirSync(folder);
    } catch (error) {
      throw unreadable(error, folder, 'list');
    }
  }

  #stat(path: string): Stats | null {
    try {
      return statSync(path, {throwIfNoEntry: false}) ?? null;
    } catch (error) {
      // A path through something that is a file, or a link that leads back to itself: nothing is there.
      const {code} = error as NodeJS.ErrnoException;
      if (code === 'ENOTDIR' || code === 'ELOOP') return null;
      throw unreadable(error, path, 'stat');
    }
  }
}

/** Holds no descriptor between two reads: a store may have more files than a process may have open. */
class OverlayFile implements DiskFile {
  readonly path: string;
  /** Pages that were written to, by number. */
  readonly #pages = new Map<number, Uint8Array>();
  #sizeBytes: number;
  /** Of the real file, what was never cut off. */
  #realBytes: number;

  /** @param realBytes length of the real file; 0 where there is none */
  constructor(path: string, realBytes: number) {
    this.path = path;
    this.#sizeBytes = this.#realBytes = realBytes;
  }

  sizeBytes(): number {
    return this.#sizeBytes;
  }

  readAt(positionBytes: number, lengthBytes: number): Uint8Array {
    const length = Math.max(0, Math.min(lengthBytes, this.#sizeBytes - positionBytes));
    const bytes = this.#readReal(positionBytes, length);
    if (this.#pages.size === 0) return bytes;
    const last = Math.floor((positionBytes + length - 1) / PAGE_BYTES);
    for (let number = Math.floor(positionBytes / PAGE_BYTES); number <= last; number++) {
      const page = this.#pages.get(number);
      if (page === undefined) continue;
      const from = Math.max(positionBytes, number * PAGE_BYTES);
      const until = Math.min(positionBytes + length, (number + 1) * PAGE_BYTES);
      bytes.set(page.subarray(from - number * PAGE_BYTES, until - number * PAGE_BYTES), from - positionBytes);
    }
    return bytes;
  }

  writeAt(positionBytes: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = positionBytes + done;
      const number = Math.floor(at / PAGE_BYTES);
      const offset = at - number * PAGE_BYTES;
      const count = Math.min(bytes.length - done, PAGE_BYTES - offset);
      let page = this.#pages.get(number);
      if (page === undefined) {
        page = this.#readReal(number * PAGE_BYTES, PAGE_BYTES);
        this.#pages.set(number, page);
      }
      page.set(bytes.subarray(done, done + count), offset);
      done += count;
    }
    this.#sizeBytes = Math.max(this.#sizeBytes, positionBytes + bytes.length);
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes < this.#sizeBytes) {
      this.#realBytes = Math.min(this.#realBytes, sizeBytes);
      const last = Math.floor(sizeBytes / PAGE_BYTES);
      for (const [number, page] of this.#pages) {
        if (number > last) this.#pages.delete(number);
        else if (number === last) page.fill(0, sizeBytes - last * PAGE_BYTES);
      }
    }
    this.#sizeBytes = sizeBytes;
  }

  sync(): void {}

  close(): void {}

  /** Zeros where the real file does not reach. */
  #readReal(positionBytes: number, lengthBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthBytes);
    const length = Math.min(lengthBytes, this.#realBytes - positionBytes);
    if (length <= 0) return bytes;
    let descriptor: number | null = null;
    try {
      descriptor = openSync(this.path, 'r');
      for (let read = 0; read < length; ) {
        const count = readSync(descriptor, bytes, read, length - read, positionBytes + read);
        if (count === 0) break;
        read += count;
      }
    } catch (error) {
      throw unreadable(error, this.path, 'read');
    } finally {
      if (descriptor !== null) closeSync(descriptor);
    }
    return bytes;
  }
}

function unreadable(error: unknown, path: string, operation: string): DiskError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === '') throw error;
  if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR')
    return new DiskError(code, path, operation);
  return new DiskError('EIO', path, `${operation} (${code})`);
}
