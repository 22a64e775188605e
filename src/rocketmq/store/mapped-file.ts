import type {DiskError, DiskFile} from '../../ports/disk.ts';
import type {TransientStorePool, WriteBuffer} from './transient-store-pool.ts';

const OS_PAGE_BYTES = 4096;

/**
 * One segment of a log: a file of fixed length, filled from the front. Bytes beyond `wrotePosition` are zero, or not yet
 * believed. Source: RocketMQ 4.9.1 `store.MappedFile`.
 */
export class MappedFile {
  /** Offset of its first byte in the log that it is a segment of. */
  readonly fileFromOffset: number;
  readonly sizeBytes: number;
  readonly file: DiskFile;
  /** Made when its queue had no file: consume queues pad such a file in front where they do not begin at 0. */
  readonly firstCreateInQueue: boolean;
  wrotePosition = 0;
  /** Everything before it has left the write buffer; says nothing where there is none. */
  committedPosition = 0;
  /** Everything before it is durable. */
  flushedPosition = 0;
  /** Store time of the last message appended since the process began; 0 if none. */
  storeTimestampMs = 0;
  /** Where appended bytes wait for their commit; null where they go straight into the page cache. */
  private buffer: WriteBuffer | null = null;

  constructor(file: DiskFile, fileFromOffset: number, sizeBytes: number, firstCreateInQueue: boolean) {
    this.file = file;
    this.fileFromOffset = fileFromOffset;
    this.sizeBytes = sizeBytes;
    this.firstCreateInQueue = firstCreateInQueue;
  }

  get path(): string {
    return this.file.path;
  }

  get isFull(): boolean {
    return this.wrotePosition === this.sizeBytes;
  }

  get endOffset(): number {
    return this.fileFromOffset + this.wrotePosition;
  }

  /** How far it can be read: what sits in the write buffer cannot. */
  get readPosition(): number {
    return this.buffer === null ? this.wrotePosition : this.committedPosition;
  }

  get readEndOffset(): number {
    return this.fileFromOffset + this.readPosition;
  }

  /** From now on appended bytes wait in a buffer of the pool, if it has one left. Before the first append. */
  bufferBy(pool: TransientStorePool): void {
    this.buffer = pool.borrow();
  }

  /** Writes at the write position. The caller has seen to it that there is room. */
  append(bytes: Uint8Array): void {
    if (this.buffer === null) this.file.writeAt(this.wrotePosition, bytes);
    else this.buffer.append(bytes);
    this.wrotePosition += bytes.length;
  }

  /** Readable bytes; short where they end. A view: good until the next write. */
  read(position: number, lengthBytes: number): Uint8Array {
    return this.file.readAt(position, Math.min(lengthBytes, this.readPosition - position));
  }

  /** Sets all positions, as recovery does once it knows how far the file is good. */
  settle(position: number): void {
    this.wrotePosition = position;
    this.committedPosition = position;
    this.flushedPosition = position;
  }

  /**
   * Moves what waits in the write buffer into the page cache, if it is enough; the buffer of a full file goes back to the
   * pool then. Answers up to where everything is out of the buffer. Source: `MappedFile#commit`.
   */
  commit(leastPages: number): number {
    const {buffer} = this;
    if (buffer === null) return this.wrotePosition;
    if (this.isAbleToCommit(leastPages)) {
      this.file.writeAt(this.committedPosition, buffer.bytes());
      buffer.clear();
      this.committedPosition = this.wrotePosition;
    }
    const committed = this.committedPosition;
    if (committed === this.sizeBytes) {
      buffer.giveBack();
      this.buffer = null;
    }
    return committed;
  }

  isAbleToCommit(leastPages: number): boolean {
    return this.buffer !== null && this.hasPages(this.wrotePosition, this.committedPosition, leastPages);
  }

  /**
   * Is there enough to flush? A full file always is; otherwise whole pages decide, and with `leastPages` 0 any byte.
   * Source: `MappedFile#isAbleToFlush`.
   */
  isAbleToFlush(leastPages: number): boolean {
    return this.hasPages(this.readPosition, this.flushedPosition, leastPages);
  }

  /** Makes what is written now durable; `done` gets null or what failed. */
  flush(done: (failure: DiskError | null) => void): void {
    const position = this.readPosition;
    this.file.sync((failure) => {
      if (failure === null && position > this.flushedPosition) this.flushedPosition = position;
      done(failure);
    });
  }

  private hasPages(end: number, begin: number, leastPages: number): boolean {
    if (end <= begin) return false;
    if (this.isFull || leastPages === 0) return true;
    return pageOf(end) - pageOf(begin) >= leastPages;
  }
}

function pageOf(position: number): number {
  return Math.floor(position / OS_PAGE_BYTES);
}
