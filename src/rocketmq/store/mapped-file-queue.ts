import {DiskError, type DiskFile} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {MappedFile} from './mapped-file.ts';
import type {TransientStorePool} from './transient-store-pool.ts';

const FILE_NAME_DIGITS = 20;
/** What a warm-up writes at a time. */
const WARM_BYTES = 1 << 20;
/** A larger file is not warmed: its zeros would take as much of the machine that simulates as of the one simulated. */
const WARM_BYTES_MAX = 1 << 26;

/** How the files of the commit log are made: each before it is needed. Source: `AllocateMappedFileService`. */
export interface Allocation {
  readonly pool: TransientStorePool | null;
  /** Without a free buffer no file is made, and the put fails. */
  readonly failsFast: () => boolean;
  /** Touches every page of a new file, so that it has its space; durably, where puts wait for the disk. */
  readonly warms: () => 'no' | 'yes' | 'durably';
  /** A file has begun to be used. */
  readonly onRolled: () => void;
}

/**
 * A log that runs through a folder of files of one size, each named by the offset at which it begins.
 * Source: RocketMQ 4.9.1 `store.MappedFileQueue`, `store.AllocateMappedFileService`.
 */
export class MappedFileQueue {
  readonly folder: string;
  readonly fileBytes: number;
  readonly files: MappedFile[] = [];
  /** Everything before it is durable. */
  flushedWhere = 0;
  /** Everything before it has left the write buffers. */
  committedWhere = 0;
  /** Store time of the last message known to be flushed by a thorough flush; 0 if none. */
  flushedStoreTimestampMs = 0;
  private readonly host: Host;
  private readonly allocation: Allocation | null;
  private spare: MappedFile | null = null;
  private closed = false;

  /** @param allocation keeps one empty file ahead of the one in use; with null files are made when they are needed */
  constructor(host: Host, folder: string, fileBytes: number, allocation: Allocation | null) {
    this.host = host;
    this.folder = folder;
    this.fileBytes = fileBytes;
    this.allocation = allocation;
  }

  /**
   * Opens every file of the folder and takes it for full; recovery knows better. False, and the broker must not start, if
   * anything in it is not a file of the right length.
   */
  load(): boolean {
    const {disk, journal} = this.host;
    for (const name of disk.list(this.folder)) {
      const path = `${this.folder}/${name}`;
      const file = disk.isFolder(path) ? null : disk.open(path, 'existing');
      const isNumber = /^\d+$/.test(name) && Number.isSafeInteger(Number(name));
      if (file === null || file.sizeBytes() !== this.fileBytes || !isNumber) {
        let found = 'has a name that is no offset';
        if (file === null) found = 'is a folder';
        else if (file.sizeBytes() !== this.fileBytes) found = `has ${file.sizeBytes()} bytes`;
        report(journal, {
          kind: 'warned',
          text: `${path} ${found}, which does not match the store's setting of ${this.fileBytes}; check it by hand`,
        });
        return false;
      }
      const mapped = new MappedFile(file, Number(name), this.fileBytes, false);
      mapped.settle(this.fileBytes);
      this.files.push(mapped);
    }
    return true;
  }

  get last(): MappedFile | undefined {
    return this.files[this.files.length - 1];
  }

  /** Offset of the first byte there is; -1 without files. */
  get minOffset(): number {
    return this.files[0]?.fileFromOffset ?? -1;
  }

  /** One past the last byte that can be read; 0 without files. */
  get maxOffset(): number {
    return this.last?.readEndOffset ?? 0;
  }

  /** One past the last byte written, be it only to a buffer; 0 without files. */
  get maxWrotePosition(): number {
    return this.last?.endOffset ?? 0;
  }

  /**
   * The file to append to, a new one where the last is full. Null if none can be made.
   * @param startOffset where the log would begin if it has no file
   */
  lastForAppend(startOffset: number): MappedFile | null {
    const last = this.last;
    if (last === undefined) return this.addFile(startOffset - (startOffset % this.fileBytes));
    if (last.isFull) return this.addFile(last.fileFromOffset + this.fileBytes);
    return last;
  }

  /** The file that holds `offset`, or null. */
  find(offset: number): MappedFile | null {
    const first = this.files[0];
    if (first === undefined || offset < first.fileFromOffset) return null;
    const index = Math.floor((offset - first.fileFromOffset) / this.fileBytes);
    const file = this.files[index];
    if (
      file !== undefined &&
      offset >= file.fileFromOffset &&
      offset < file.fileFromOffset + this.fileBytes
    ) {
      return file;
    }
    // A file is missing between two others: only a damaged folder is like that.
    return (
      this.files.find((f) => offset >= f.fileFromOffset && offset < f.fileFromOffset + this.fileBytes) ?? null
    );
  }

  /**
   * Written bytes from `offset` on, not beyond the end of a file; null if there are none, or the disk cannot read them,
   * which is told. A view.
   */
  read(offset: number, lengthBytes: number): Uint8Array | null {
    const file = this.find(offset);
    if (file === null) return null;
    const position = offset - file.fileFromOffset;
    if (position >= file.readPosition) return null;
    try {
      return file.read(position, lengthBytes);
    } catch (error) {
      this.warn('read', error);
      return null;
    }
  }

  /** Forgets everything from `offset` on: positions are lowered, files that lie behind it removed. */
  truncate(offset: number): void {
    for (let index = this.files.length - 1; index >= 0; index--) {
      const file = this.files[index]!;
      if (file.fileFromOffset + this.fileBytes <= offset) continue;
      if (offset >= file.fileFromOffset) file.settle(offset - file.fileFromOffset);
      else this.removeFile(file);
    }
  }

  /** A file that the disk does not let go stays there, as it does in 4.9.1; the next start finds it. */
  removeFile(file: MappedFile): void {
    const index = this.files.indexOf(file);
    if (index >= 0) this.files.splice(index, 1);
    this.discard(file);
  }

  /** Tells of files that do not join: some were lost in between. Source: `MappedFileQueue#checkSelf`. */
  checkSelf(): void {
    for (const [index, file] of this.files.entries()) {
      const before = this.files[index - 1];
      if (before === undefined || before.fileFromOffset + this.fileBytes === file.fileFromOffset) continue;
      report(this.host.journal, {
        kind: 'warned',
        text: `${file.path} does not join ${before.path}: what lies between is missing`,
      });
    }
  }

  /** Removes every file, and the folder. */
  destroy(): void {
    for (const file of [...this.files]) this.removeFile(file);
    this.dropSpare();
    this.flushedWhere = 0;
    this.committedWhere = 0;
    try {
      if (this.host.disk.list(this.folder).length === 0) this.host.disk.remove(this.folder);
    } catch (error) {
      this.warn('remove', error);
    }
  }

  /**
   * The file that a flush would have to write back now, or null: the one that holds `flushedWhere`, if enough of it is dirty.
   * One flush never reaches into the next file.
   */
  dirtyFile(leastPages: number): MappedFile | null {
    const file = this.find(this.flushedWhere) ?? (this.flushedWhere === 0 ? (this.files[0] ?? null) : null);
    return file?.isAbleToFlush(leastPages) ? file : null;
  }

  get isDirty(): boolean {
    return this.maxOffset > this.flushedWhere;
  }

  /** Flushes one file where enough is dirty. `done` comes later if so; otherwise the answer is false and nothing follows. */
  flush(leastPages: number, done: (failure: DiskError | null) => void): boolean {
    const file = this.dirtyFile(leastPages);
    if (file === null) return false;
    const storeTimestampMs = file.storeTimestampMs;
    file.flush((failure) => {
      if (failure === null) {
        const where = file.fileFromOffset + file.flushedPosition;
        if (where > this.flushedWhere) this.flushedWhere = where;
        if (leastPages === 0) this.flushedStoreTimestampMs = storeTimestampMs;
      }
      done(failure);
    });
    return true;
  }

  /**
   * Moves what waits in the write buffer of one file into the page cache, where it is enough; false: nothing moved. The disk
   * may refuse, with an error. Source: `MappedFileQueue#commit`.
   */
  commit(leastPages: number): boolean {
    const file = this.find(this.committedWhere) ?? (this.committedWhere === 0 ? this.files[0] : undefined);
    if (file === undefined) return false;
    const where = file.fileFromOffset + file.commit(leastPages);
    const moved = where !== this.committedWhere;
    this.committedWhere = where;
    return moved;
  }

  /** Would a commit with so many pages move anything? */
  isAbleToCommit(leastPages: number): boolean {
    return this.find(this.committedWhere)?.isAbleToCommit(leastPages) ?? false;
  }

  /** Removes the file made ahead, and closes the others. */
  close(): void {
    this.closed = true;
    this.dropSpare();
    for (const file of this.files) file.file.close();
  }

  private addFile(fromOffset: number): MappedFile | null {
    let file = this.spare;
    this.spare = null;
    if (file !== null && file.fileFromOffset !== fromOffset) {
      this.discard(file);
      file = null;
    }
    if (file === null) {
      if (this.lacksBuffer('create mapped file')) return null;
      file = this.create(fromOffset);
    }
    if (file === null) return null;
    this.files.push(file);
    if (this.allocation !== null) {
      this.allocateNext(fromOffset + this.fileBytes);
      this.allocation.onRolled();
    }
    return file;
  }

  /** Is a file not to be made because the pool has no buffer for it? */
  private lacksBuffer(what: string): boolean {
    const {allocation} = this;
    if (allocation?.pool?.available !== 0 || !allocation.failsFast()) return false;
    report(this.host.journal, {kind: 'warned', text: `${what}: the transient store pool has no buffer left`});
    return true;
  }

  /** The real one's allocating thread makes the next file while the put goes on: so does an event of its own here. */
  private allocateNext(fromOffset: number): void {
    this.host.clock.after(0, () => {
      const isNext = this.last !== undefined && this.last.fileFromOffset + this.fileBytes === fromOffset;
      if (this.closed || this.spare !== null || !isNext) return;
      if (!this.lacksBuffer('make the next mapped file ahead')) this.spare = this.create(fromOffset);
    });
  }

  private create(fromOffset: number): MappedFile | null {
    const path = `${this.folder}/${fileNameOf(fromOffset)}`;
    try {
      const file = this.host.disk.open(path, 'create');
      file.truncate(this.fileBytes);
      report(this.host.journal, {kind: 'file-created', path, sizeBytes: this.fileBytes});
      const mapped = new MappedFile(file, fromOffset, this.fileBytes, this.files.length === 0);
      const {allocation} = this;
      if (allocation !== null) {
        if (allocation.pool !== null) mapped.bufferBy(allocation.pool);
        this.warm(file, allocation.warms());
      }
      return mapped;
    } catch (error) {
      this.warn('create mapped file', error);
      return null;
    }
  }

  /** Source: `MappedFile#warmMappedFile`, less its locking of pages in memory, which nobody can see. */
  private warm(file: DiskFile, how: 'no' | 'yes' | 'durably'): void {
    if (how === 'no') return;
    if (this.fileBytes > WARM_BYTES_MAX) {
      report(this.host.journal, {kind: 'warned', text: `${file.path} is too large to be warmed up here`});
      return;
    }
    const zeros = new Uint8Array(Math.min(WARM_BYTES, this.fileBytes));
    for (let at = 0; at < this.fileBytes; at += zeros.length) {
      file.writeAt(at, zeros.subarray(0, Math.min(zeros.length, this.fileBytes - at)));
    }
    if (how === 'durably') {
      file.sync((failure) => {
        if (failure !== null) this.warn('warm up', failure);
      });
    }
  }

  private dropSpare(): void {
    if (this.spare !== null) this.discard(this.spare);
    this.spare = null;
  }

  private discard(file: MappedFile): void {
    file.file.close();
    try {
      this.host.disk.remove(file.path);
    } catch (error) {
      this.warn('remove', error);
      return;
    }
    report(this.host.journal, {kind: 'file-deleted', path: file.path, sizeBytes: file.sizeBytes});
  }

  /** Anything but a refusal of the disk is a mistake of ours. */
  private warn(what: string, error: unknown): void {
    if (!(error instanceof DiskError)) throw error;
    report(this.host.journal, {kind: 'warned', text: `${what}: ${error.message}`});
  }
}

/** Twenty digits. Source: RocketMQ 4.9.1 `UtilAll#offset2FileName`. */
function fileNameOf(offset: number): string {
  return String(offset).padStart(FILE_NAME_DIGITS, '0');
}
