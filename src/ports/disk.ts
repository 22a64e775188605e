/**
 * The file system of one machine, as one process sees it. Paths are absolute, `/`-separated and normalised. Reads and
 * writes are answered at once, as a page cache answers them; only `sync` makes written bytes durable.
 * A call that cannot be answered throws a `DiskError`.
 */
export interface Disk {
  /** Opens a file for reading and writing; with `create`, makes it (and missing folders) if it is not there. */
  open(path: string, mode: 'existing' | 'create'): DiskFile;
  exists(path: string): boolean;
  /** Names, not paths, in a folder, in code-unit order; empty if there is no such folder. */
  list(folder: string): string[];
  isFolder(path: string): boolean;
  makeFolders(path: string): void;
  /** Atomic; replaces `to` if it is there. */
  rename(from: string, to: string): void;
  /** Removes a file, or an empty folder. Nothing happens if there is none. */
  remove(path: string): void;
  /** Milliseconds since the epoch of the last write. */
  modifiedMs(path: string): number;
  freeBytes(): number;
  totalBytes(): number;
}

export interface DiskFile {
  readonly path: string;
  sizeBytes(): number;
  /**
   * Answers at once, from the page cache; short where the file ends. The result is for reading, now: it may be a view of
   * the cache that later writes show through. Copy what you keep.
   */
  readAt(positionBytes: number, lengthBytes: number): Uint8Array;
  /** Lands in the page cache; durable once a `sync` called afterwards has succeeded. Extends the file where needed. */
  writeAt(positionBytes: number, bytes: Uint8Array): void;
  /** Grows with zeros (sparse) or cuts. */
  truncate(sizeBytes: number): void;
  /**
   * Runs `done` later with null or what failed; or never, if the machine loses power first. After a failure, what was written
   * since the last success may not be durable, and a later success does not make it so: the operating system may have taken it for
   * clean. A handle is told once of each failure, also of one that befell the file when nobody asked.
   */
  sync(done: (failure: DiskError | null) => void): void;
  close(): void;
}

export type DiskErrorCode = 'ENOENT' | 'ENOSPC' | 'EIO' | 'EISDIR' | 'ENOTDIR' | 'ENOTEMPTY' | 'EROFS';

/** What a disk refused to do; `path` and the operation are in the message. */
export class DiskError extends Error {
  readonly code: DiskErrorCode;
  readonly path: string;
  constructor(code: DiskErrorCode, path: string, operation: string) {
    super(`${code}: ${operation} ${path}`);
    this.name = 'DiskError';
    this.code = code;
    this.path = path;
  }
}
