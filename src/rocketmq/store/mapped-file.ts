import type {DiskError, DiskFile} from '../../ports/disk.ts';

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
  /** Everything before it is durable. */
  flushedPosition = 0;
  /** Store time of the last message appended since the process began; 0 if none. */
  storeTimestampMs = 0;

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

  /** Writes at the write position. The caller has seen to it that there is room. */
  append(bytes: Uint8Array): void {
    this.file.writeAt(this.wrotePosition, bytes);
    this.wrotePosition += bytes.length;
  }

  /** Written bytes; short where the written part ends. A view: good until the next write. */
  read(position: number, lengthBytes: number): Uint8Array {
    return this.file.readAt(position, Math.min(lengthBytes, this.wrotePosition - position));
  }

  /** Sets both positions, as recovery does once it knows how far the file is good. */
  settle(position: number): void {
    this.wrotePosition = position;
    this.flushedPosition = position;
  }

  /**
   * Is there enough to flush? A full file always is; otherwise whole pages decide, and with `leastPages` 0 any byte.
   * Source: `MappedFile#isAbleToFlush`.
   */
  isAbleToFlush(leastPages: number): boolean {
    const {wrotePosition, flushedPosition} = this;
    if (wrotePosition <= flushedPosition) return false;
    if (this.isFull || leastPages === 0) return true;
    return pageOf(wrotePosition) - pageOf(flushedPosition) >= leastPages;
  }

  /** Makes what is written now durable; `done` gets null or what failed. */
  flush(done: (failure: DiskError | null) => void): void {
    const position = this.wrotePosition;
    this.file.sync((failure) => {
      if (failure === null && position > this.flushedPosition) this.flushedPosition = position;
      done(failure);
    });
  }
}

function pageOf(position: number): number {
  return Math.floor(position / OS_PAGE_BYTES);
}
