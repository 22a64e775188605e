import {DiskError, type DiskFile} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {EntryEncodingError} from './entry.ts';

const FILE_NAME_DIGITS = 20;
/** What fills the end of a data file into which the next entry does not fit: this and the length, then zeros. */
export const BLANK_MAGIC = -1;
const MIN_BLANK_BYTES = 8;

/** One file of a list. Bytes beyond `wrotePosition` are zero, or what was cut off and still lies there. */
export class LedgerFile {
  readonly file: DiskFile;
  /** Offset of its first byte in the list. */
  readonly fromOffset: number;
  readonly sizeBytes: number;
  wrotePosition = 0;
  flushedPosition = 0;
  /** Where the log begins in the first file, after a rebuild; forgotten when the process ends. */
  startPosition = 0;

  constructor(file: DiskFile, fromOffset: number, sizeBytes: number) {
    this.file = file;
    this.fromOffset = fromOffset;
    this.sizeBytes = sizeBytes;
  }

  get path(): string {
    return this.file.path;
  }

  get isFull(): boolean {
    return this.wrotePosition === this.sizeBytes;
  }

  /** Written bytes, all of them or none. A view: good until the next write. */
  read(position: number, lengthBytes: number): Uint8Array | null {
    if (position < 0 || lengthBytes < 0 || position + lengthBytes > this.wrotePosition) return null;
    return this.file.readAt(position, lengthBytes);
  }

  /** What the file holds, written or not. */
  peek(position: number, lengthBytes: number): Uint8Array {
    return this.file.readAt(position, lengthBytes);
  }
}

/**
 * A folder of files of one size, each named by the offset at which it begins.
 * Source: DLedger 0.2.2 `store.file.MmapFileList`, `DefaultMmapFile`.
 */
export class LedgerFileList {
  readonly folder: string;
  readonly fileBytes: number;
  readonly files: LedgerFile[] = [];
  /** Everything before it was flushed, or so this list believes: cutting it back does not lower it. */
  flushedWhere = 0;
  /** Called with the offset up to which a flush has made one file durable. */
  onFlushed: (offset: number) => void = () => {};
  /** Only with `remove-left-behind`: whatever the disk would not let go is removed before the next file is made. */
  removesLeftBehind = false;
  private leftBehind: string[] = [];
  private readonly host: Host;

  constructor(host: Host, folder: string, fileBytes: number) {
    this.host = host;
    this.folder = folder;
    this.fileBytes = fileBytes;
  }

  /** Opens every file of the folder and takes it for full; recovery knows better. Answers what stands in the way, or null. */
  load(): string | null {
    const {disk} = this.host;
    for (const name of disk.list(this.folder)) {
      const path = `${this.folder}/${name}`;
      const file = disk.isFolder(path) ? null : disk.open(path, 'existing');
      if (file === null || file.sizeBytes() !== this.fileBytes) {
        const found = file === null ? 'is a folder' : `has ${file.sizeBytes()} bytes`;
        return `${path} ${found}, which does not match the file size of ${this.fileBytes}; check it by hand`;
      }
      if (!/^\d+$/.test(name)) return `${path}: the name is no offset`;
      const loaded = new LedgerFile(file, Number(name), this.fileBytes);
      loaded.wrotePosition = this.fileBytes;
      loaded.flushedPosition = this.fileBytes;
      this.files.push(loaded);
    }
    return null;
  }

  /** Does each file begin where the one before it ends? */
  isContinuous(): boolean {
    for (let i = 1; i < this.files.length; i++) {
      if (this.files[i]!.fromOffset - this.files[i - 1]!.fromOffset !== this.fileBytes) return false;
    }
    return true;
  }

  get first(): LedgerFile | undefined {
    return this.files[0];
  }

  get last(): LedgerFile | undefined {
    return this.files[this.files.length - 1];
  }

  /** Offset at which the log begins; 0 without files. */
  get minOffset(): number {
    const {first} = this;
    return first === undefined ? 0 : first.fromOffset + first.startPosition;
  }

  /** One past the last byte written; 0 without files. */
  get maxWrotePosition(): number {
    const {last} = this;
    return last === undefined ? 0 : last.fromOffset + last.wrotePosition;
  }

  /**
   * The last file, or a new one where there is none or it is full; null if none can be made.
   * @param startOffset where the log would begin if it has no file
   */
  lastForAppend(startOffset: number): LedgerFile | null {
    const {last} = this;
    if (last === undefined) return this.addFile(startOffset - (startOffset % this.fileBytes));
    return last.isFull ? this.addFile(last.fromOffset + this.fileBytes) : last;
  }

  /**
   * Makes room for `length` bytes, with a blank record and a new file if they do not fit. Answers where they will lie, or -1.
   * @param useBlank the data files leave room for a blank record at each file's end; the index has none and needs none
   */
  preAppend(length: number, useBlank = true): number {
    let file = this.lastForAppend(0);
    if (file === null) return -1;
    const left = file.sizeBytes - file.wrotePosition;
    if (length + (useBlank ? MIN_BLANK_BYTES : 0) > left) {
      if (!useBlank) return -1;
      // Only a cut at a place where no entry ends leaves so little. Java's buffer overflows.
      if (left < MIN_BLANK_BYTES) throw new EntryEncodingError('java.nio.BufferOverflowException');
      const blank = new Uint8Array(left);
      const view = new DataView(blank.buffer);
      view.setInt32(0, BLANK_MAGIC);
      view.setInt32(4, left);
      this.write(file, blank);
      file = this.lastForAppend(0);
      if (file === null) return -1;
    }
    return file.fromOffset + file.wrotePosition;
  }

  /** Appends; answers where, or -1. Throws `DiskError` where the disk refuses the bytes. */
  append(bytes: Uint8Array, useBlank = true): number {
    if (this.preAppend(bytes.length, useBlank) === -1) return -1;
    const {last} = this;
    const offset = this.maxWrotePosition;
    if (last === undefined || last.wrotePosition + bytes.length > last.sizeBytes) return -1;
    this.write(last, bytes);
    return offset;
  }

  /** The file that holds `offset`, or null. Offset 0 finds the first file, wherever that begins, as in Java. */
  find(offset: number): LedgerFile | null {
    const {first, last} = this;
    if (first === undefined || last === undefined) return null;
    if (offset >= first.fromOffset && offset < last.fromOffset + this.fileBytes) {
      const index = Math.floor(offset / this.fileBytes) - Math.floor(first.fromOffset / this.fileBytes);
      const file = this.files[index];
      if (file !== undefined && offset >= file.fromOffset && offset < file.fromOffset + this.fileBytes)
        return file;
      // Only a damaged folder has a gap.
      for (const each of this.files) {
        if (offset >= each.fromOffset && offset < each.fromOffset + this.fileBytes) return each;
      }
    }
    return offset === 0 ? first : null;
  }

  /** `size` written bytes from `offset` on, or null. They never reach from one file into the next. A view. */
  read(offset: number, size: number): Uint8Array | null {
    return this.find(offset)?.read(offset % this.fileBytes, size) ?? null;
  }

  /** Forgets everything from `offset` on: positions move back, later files go. What the kept file held behind it stays there. */
  truncateOffset(offset: number): void {
    for (let i = this.files.length - 1; i >= 0; i--) {
      const file = this.files[i]!;
      if (file.fromOffset + this.fileBytes <= offset) continue;
      if (offset >= file.fromOffset) {
        file.wrotePosition = offset % this.fileBytes;
        file.flushedPosition = file.wrotePosition;
      } else {
        this.removeFile(file);
      }
    }
  }

  /** Forgets what the last append has written, from `offset` on. Nothing of it has been flushed yet. */
  takeBack(offset: number): void {
    const {last} = this;
    if (last !== undefined && last.fromOffset <= offset && offset < this.maxWrotePosition)
      last.wrotePosition = offset - last.fromOffset;
  }

  /** Only with `wipe-after-cut`: recovery would take an old header that fits for the next one. */
  wipeBehindEnd(headerBytes: number): void {
    const {last} = this;
    if (last === undefined) return;
    const room = Math.min(headerBytes, last.sizeBytes - last.wrotePosition);
    if (room > 0) last.file.writeAt(last.wrotePosition, new Uint8Array(room));
  }

  /** Forgets everything before `offset`: earlier files go, and the one that holds it begins there, until the process ends. */
  resetOffset(offset: number): void {
    for (let i = this.files.length - 1; i >= 0; i--) {
      const file = this.files[i]!;
      if (file.fromOffset > offset) continue;
      if (offset < file.fromOffset + this.fileBytes) file.startPosition = offset % this.fileBytes;
      else this.removeFile(file);
    }
  }

  /** Drops every file and begins anew at `offset`; answers whether it could. */
  rebuildAt(offset: number): boolean {
    this.truncateOffset(-1);
    this.lastForAppend(offset);
    this.truncateOffset(offset);
    this.resetOffset(offset);
    return offset === this.maxWrotePosition && offset === this.minOffset;
  }

  /** Does nothing if `where` lies behind what is written. */
  updateFlushedWhere(where: number): void {
    if (where <= this.maxWrotePosition) this.flushedWhere = where;
  }

  /**
   * Where flushing goes on after a cut. It is not pulled back to the cut, unless mended: if the cut went into an earlier file, no
   * file holds the position any more, and nothing is flushed until the log has grown back.
   * Source: DLedger 0.2.2 `DLedgerMmapFileStore#calculateWherePosition`.
   */
  reviseFlushedWhere(cutAt: number, pullBack: boolean): void {
    const {first, flushedWhere} = this;
    if (flushedWhere === 0) return;
    let where = flushedWhere;
    if (first === undefined) where = cutAt;
    else if (flushedWhere < first.fromOffset) where = first.fromOffset;
    if (pullBack && where > cutAt) where = cutAt;
    this.updateFlushedWhere(where);
  }

  /** Would a flush do anything? */
  get needsFlush(): boolean {
    const file = this.find(this.flushedWhere);
    if (file === null) return false;
    return (
      file.wrotePosition > file.flushedPosition ||
      file.fromOffset + file.flushedPosition !== this.flushedWhere
    );
  }

  /**
   * Makes one file durable: the one that holds `flushedWhere`. If there is none nothing is flushed, and nobody told. `done` is
   * called later with whether there was something to write, or at once if there was not.
   */
  flush(done: (synced: boolean) => void): void {
    const file = this.find(this.flushedWhere);
    if (file === null) {
      done(false);
      return;
    }
    const wrote = file.wrotePosition;
    if (wrote <= file.flushedPosition) {
      this.flushedWhere = file.fromOffset + file.flushedPosition;
      done(false);
      return;
    }
    file.file.sync((failure) => {
      // A force that fails is only told of; the position moves all the same.
      if (failure !== null) this.warn(`Error occurred when force data to disk. ${failure.message}`);
      else this.onFlushed(file.fromOffset + wrote);
      file.flushedPosition = wrote;
      this.flushedWhere = file.fromOffset + wrote;
      done(true);
    });
  }

  removeFile(file: LedgerFile): void {
    const index = this.files.indexOf(file);
    if (index >= 0) this.files.splice(index, 1);
    file.file.close();
    this.removePath(file.path);
  }

  /** A file that the disk does not let go stays there, outside of the list: the next start takes it for a part of the log again. */
  private removePath(path: string): void {
    try {
      this.host.disk.remove(path);
      report(this.host.journal, {kind: 'file-deleted', path, sizeBytes: this.fileBytes});
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.warn(error.message);
      this.leftBehind.push(path);
    }
  }

  close(): void {
    for (const file of this.files) file.file.close();
  }

  private write(file: LedgerFile, bytes: Uint8Array): void {
    file.file.writeAt(file.wrotePosition, bytes);
    file.wrotePosition += bytes.length;
  }

  private addFile(fromOffset: number): LedgerFile | null {
    const path = `${this.folder}/${String(fromOffset).padStart(FILE_NAME_DIGITS, '0')}`;
    if (this.removesLeftBehind) for (const left of this.leftBehind.splice(0)) this.removePath(left);
    try {
      const file = this.host.disk.open(path, 'create');
      // A file that is there already keeps what it holds, as a mapping does.
      if (file.sizeBytes() !== this.fileBytes) file.truncate(this.fileBytes);
      const added = new LedgerFile(file, fromOffset, this.fileBytes);
      // It is in use again.
      this.leftBehind = this.leftBehind.filter((left) => left !== path);
      this.files.push(added);
      report(this.host.journal, {kind: 'file-created', path, sizeBytes: this.fileBytes});
      return added;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.warn(`create mappedFile exception ${error.message}`);
      return null;
    }
  }

  private warn(text: string): void {
    report(this.host.journal, {kind: 'warned', text});
  }
}
