import {
  closeSync,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import {dirname, normalize} from 'node:path/posix';
import {type Disk, DiskError, type DiskErrorCode, type DiskFile} from '../ports/disk.ts';
import type {Held, Life} from './life.ts';

/**
 * This machine's file system. The page cache is the operating system's: what `writeAt` has taken is there after this OS process
 * has been killed, and durable once synced.
 */
export class NodeDisk implements Disk {
  readonly #life: Life;
  readonly #spaceOf: string;
  /** Files that are open, by path: handles of one path share one descriptor. */
  readonly #open = new Map<string, OpenNode>();

  /** @param spaceOf a path on the file system whose space counts; it need not be there yet */
  constructor(life: Life, spaceOf: string) {
    this.#life = life;
    this.#spaceOf = spaceOf;
  }

  open(path: string, mode: 'existing' | 'create'): DiskFile {
    const normal = absolute(path);
    let node = this.#open.get(normal);
    if (node === undefined) {
      node = mode === 'create' ? create(normal) : existing(normal);
      this.#open.set(normal, node);
      node.onClosed = (closed) => {
        if (this.#open.get(closed.path) === closed) this.#open.delete(closed.path);
      };
    }
    return new Handle(node, this.#life);
  }

  exists(path: string): boolean {
    return this.#stat(path) !== null;
  }

  list(folder: string): string[] {
    try {
      return readdirSync(absolute(folder)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw refusal(error, folder, 'list');
    }
  }

  isFolder(path: string): boolean {
    return this.#stat(path)?.isDirectory() ?? false;
  }

  makeFolders(path: string): void {
    makeFolders(absolute(path), path);
  }

  rename(from: string, to: string): void {
    const source = absolute(from);
    const target = absolute(to);
    try {
      renameSync(source, target);
    } catch (error) {
      throw refusal(error, from, 'rename');
    }
    this.#life.recorder?.diskRename(source, target);
    if (source === target) return;
    this.#forget(target);
    for (const [path, node] of [...this.#open]) {
      if (path !== source && !path.startsWith(`${source}/`)) continue;
      this.#open.delete(path);
      node.path = target + path.slice(source.length);
      node.folderIsDirty = true;
      this.#open.set(node.path, node);
    }
  }

  remove(path: string): void {
    const normal = absolute(path);
    try {
      if (this.isFolder(normal)) rmdirSync(normal);
      else unlinkSync(normal);
    } catch (error) {
      if (isMissing(error)) return;
      throw refusal(error, path, 'remove');
    }
    this.#life.recorder?.diskRemove(normal);
    this.#forget(normal);
  }

  modifiedMs(path: string): number {
    const stats = this.#stat(path);
    if (stats === null) throw new DiskError('ENOENT', path, 'stat');
    if (stats.isDirectory()) throw new DiskError('EISDIR', path, 'stat');
    return Math.floor(stats.mtimeMs);
  }

  freeBytes(): number {
    const {bavail, bsize} = this.#space();
    return bavail * bsize;
  }

  /** What the file system's reserve for root takes away is not counted in, so that all of it can be filled. */
  totalBytes(): number {
    const {blocks, bfree, bavail, bsize} = this.#space();
    return (blocks - bfree + bavail) * bsize;
  }

  /** A file that has lost its name is still read and written by those who have it open. */
  #forget(path: string): void {
    this.#open.delete(path);
  }

  #stat(path: string) {
    try {
      return statSync(absolute(path));
    } catch (error) {
      if (isMissing(error)) return null;
      throw refusal(error, path, 'stat');
    }
  }

  #space() {
    for (let path = absolute(this.#spaceOf); ; path = dirname(path)) {
      try {
        return statfsSync(path);
      } catch (error) {
        if (!isMissing(error) || path === '/') throw refusal(error, path, 'statfs');
      }
    }
  }
}

/** A file that is open, once, whatever the number of handles. This OS process is the only one to change it. */
class OpenNode {
  path: string;
  readonly fd: number;
  sizeBytes: number;
  /** The name of the file may be lost with the power until its folder is synced. */
  folderIsDirty: boolean;
  /** Bytes written since the last sync began. */
  dirtyBytes = 0;
  onClosed: ((node: OpenNode) => void) | null = null;
  /** Handles and syncs that need the descriptor. */
  #users = 0;

  constructor(path: string, fd: number, sizeBytes: number, isNew: boolean) {
    this.path = path;
    this.fd = fd;
    this.sizeBytes = sizeBytes;
    this.folderIsDirty = isNew;
  }

  retain(): void {
    this.#users++;
  }

  release(): void {
    if (--this.#users > 0) return;
    this.onClosed?.(this);
    closeSync(this.fd);
  }
}

/** One user's open file. Once closed, or once its program has ended, it changes nothing any more. */
class Handle implements DiskFile, Held {
  readonly #node: OpenNode;
  readonly #life: Life;
  #isOpen = true;

  constructor(node: OpenNode, life: Life) {
    this.#node = node;
    this.#life = life;
    node.retain();
    life.holds.add(this);
  }

  get path(): string {
    return this.#node.path;
  }

  sizeBytes(): number {
    return this.#node.sizeBytes;
  }

  readAt(positionBytes: number, lengthBytes: number): Uint8Array {
    if (!this.#isOpen || positionBytes < 0 || lengthBytes < 0) this.#refuse('read');
    const node = this.#node;
    const length = Math.max(0, Math.min(lengthBytes, node.sizeBytes - positionBytes));
    const bytes = bytesOfLength(length);
    let read = 0;
    try {
      while (read < length) {
        const count = readSync(node.fd, bytes, read, length - read, positionBytes + read);
        if (count === 0) break;
        read += count;
      }
    } catch (error) {
      throw refusal(error, node.path, 'read');
    }
    return read === length ? bytes : bytes.subarray(0, read);
  }

  writeAt(positionBytes: number, bytes: Uint8Array): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen || positionBytes < 0) this.#refuse('write');
    const node = this.#node;
    let written = 0;
    try {
      while (written < bytes.length) {
        written += writeSync(node.fd, bytes, written, bytes.length - written, positionBytes + written);
      }
    } catch (error) {
      throw refusal(error, node.path, 'write');
    } finally {
      node.sizeBytes = Math.max(node.sizeBytes, positionBytes + written);
      node.dirtyBytes += written;
      this.#life.recorder?.diskWrite(node.path, positionBytes, written);
    }
  }

  truncate(sizeBytes: number): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen || sizeBytes < 0) this.#refuse('truncate');
    try {
      ftruncateSync(this.#node.fd, sizeBytes);
    } catch (error) {
      throw refusal(error, this.path, 'truncate');
    }
    this.#node.sizeBytes = sizeBytes;
    this.#life.recorder?.diskTruncate(this.path, sizeBytes);
  }

  sync(done: (failure: DiskError | null) => void): void {
    if (!this.#life.alive) return;
    if (!this.#isOpen) this.#refuse('sync');
    const node = this.#node;
    node.retain();
    const {recorder} = this.#life;
    const cause = recorder?.diskSync(node.path, node.dirtyBytes) ?? 0;
    node.dirtyBytes = 0;
    const finish = (error: NodeJS.ErrnoException | null): void => {
      node.release();
      const failure = error === null ? null : refusal(error, node.path, 'sync');
      if (this.#life.alive) recorder?.diskSynced(node.path, cause, failure?.message ?? null);
      this.#life.run(() => done(failure));
    };
    fdatasync(node.fd, (error) => {
      if (error !== null || !node.folderIsDirty) {
        finish(error);
        return;
      }
      node.folderIsDirty = false;
      syncFolder(dirname(node.path), finish);
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#life.holds.delete(this);
    this.#node.release();
  }

  letGo(): void {
    this.close();
  }

  #refuse(operation: string): never {
    throw new DiskError('EIO', this.path, operation);
  }
}

/** Without a pool's slice keeping other files' bytes alive, and a plain `Uint8Array`: a Buffer's `slice` does not copy. */
function bytesOfLength(length: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(length);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, length);
}

function existing(path: string): OpenNode {
  try {
    return opened(path, openSync(path, 'r+'), false);
  } catch (error) {
    throw refusal(error, path, 'open');
  }
}

function create(path: string): OpenNode {
  try {
    return opened(path, openSync(path, 'r+'), false);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw refusal(error, path, 'open');
  }
  makeFolders(dirname(path), path);
  try {
    return opened(path, openSync(path, 'wx+'), true);
  } catch (error) {
    throw refusal(error, path, 'open');
  }
}

function opened(path: string, fd: number, isNew: boolean): OpenNode {
  const stats = fstatSync(fd);
  if (stats.isDirectory()) {
    closeSync(fd);
    throw new DiskError('EISDIR', path, 'open');
  }
  return new OpenNode(path, fd, stats.size, isNew);
}

function makeFolders(folder: string, path: string): void {
  try {
    mkdirSync(folder, {recursive: true});
  } catch (error) {
    // Node's own walk finds a file where a folder should be.
    if (codeOf(error) === 'EEXIST') throw new DiskError('ENOTDIR', path, 'mkdir');
    throw refusal(error, path, 'mkdir');
  }
}

function syncFolder(folder: string, done: (error: NodeJS.ErrnoException | null) => void): void {
  let fd: number;
  try {
    fd = openSync(folder, 'r');
  } catch (error) {
    done(codeOf(error) === 'ENOENT' ? null : (error as NodeJS.ErrnoException));
    return;
  }
  fsync(fd, (error) => {
    closeSync(fd);
    done(error);
  });
}

function absolute(path: string): string {
  if (!path.startsWith('/')) throw new Error(`a path is absolute: ${path}`);
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

const CODES: Readonly<Record<string, DiskErrorCode>> = {
  ENOENT: 'ENOENT',
  ENOSPC: 'ENOSPC',
  EDQUOT: 'ENOSPC',
  EFBIG: 'ENOSPC',
  EIO: 'EIO',
  EISDIR: 'EISDIR',
  ENOTDIR: 'ENOTDIR',
  ENOTEMPTY: 'ENOTEMPTY',
  EEXIST: 'ENOTEMPTY',
  EROFS: 'EROFS',
  EACCES: 'EROFS',
  EPERM: 'EROFS',
};

/** What the operating system refused, in the port's words. A code that the port has no word for stands beside it. */
function refusal(error: unknown, path: string, operation: string): DiskError {
  if (error instanceof DiskError) return error;
  const code = codeOf(error);
  if (code === '') throw error;
  const known = CODES[code] ?? 'EIO';
  return new DiskError(known, path, known === code ? operation : `${operation} (${code})`);
}
