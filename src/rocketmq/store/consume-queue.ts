import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {readInt64, writeInt64} from '../message/int64.ts';
import {isFolderName} from './folder-name.ts';
import type {MappedFile} from './mapped-file.ts';
import {MappedFileQueue} from './mapped-file-queue.ts';

/** A unit: offset of the record in the commit log (8), its size (4), tags code (8). */
export const UNIT_BYTES = 20;

/** Recovery reads at most this many files from the end. */
const FILES_TO_RECOVER = 3;
const PADDING_SIZE = 0x7fffffff;
const SCAN_UNITS = 2000;
const MAX_QUEUE_OFFSET = Math.floor(Number.MAX_SAFE_INTEGER / UNIT_BYTES) - 1;

/** What a unit says. */
export interface QueueUnit {
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  readonly tagsCode: bigint;
}

/** Reads the unit at the beginning of `bytes`. */
export function readUnit(bytes: Uint8Array): {readonly physicalOffset: number; readonly sizeBytes: number} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, UNIT_BYTES);
  return {physicalOffset: readInt64(view, 0), sizeBytes: view.getInt32(8)};
}

/** What a queue's index holds of a message. */
export interface QueueEntry {
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  readonly tagsCode: bigint;
  readonly queueOffset: number;
  readonly storeTimestampMs: number;
}

/**
 * The index of one queue: a unit per message, at its queue offset times 20. Source: RocketMQ 4.9.1 `store.ConsumeQueue`.
 */
export class ConsumeQueue {
  readonly topic: string;
  readonly queueId: number;
  readonly files: MappedFileQueue;
  /** End of the last record in the queue; nothing before it is entered again. -1 while empty. */
  maxPhysicalOffset = -1;
  /** Byte offset of the first unit whose record the commit log still has. */
  minLogicOffset = 0;
  private readonly host: Host;
  /** False where the topic cannot be a folder: such a queue stays empty, whatever a log that came from elsewhere holds. */
  private readonly hasFolder: boolean;
  /** Only with `keep-queue-places`. */
  private readonly keepsPlaces: boolean;
  private readonly unit = new Uint8Array(UNIT_BYTES);
  private readonly unitView = new DataView(this.unit.buffer);

  constructor(
    host: Host,
    rootFolder: string,
    topic: string,
    queueId: number,
    fileBytes: number,
    keepsPlaces: boolean,
  ) {
    this.host = host;
    this.keepsPlaces = keepsPlaces;
    this.topic = topic;
    this.queueId = queueId;
    this.hasFolder = isFolderName(topic);
    this.files = new MappedFileQueue(host, `${rootFolder}/${topic}/${queueId}`, fileBytes, null);
  }

  /** One past the last entry. */
  get maxOffset(): number {
    return Math.floor(this.files.maxOffset / UNIT_BYTES);
  }

  get minOffset(): number {
    return Math.floor(this.minLogicOffset / UNIT_BYTES);
  }

  /** Finds how far the files are good. Source: `ConsumeQueue#recover`. */
  recover(): void {
    const {files} = this.files;
    if (files.length === 0) return;
    let end = 0;
    for (let index = Math.max(0, files.length - FILES_TO_RECOVER); index < files.length; index++) {
      const file = files[index]!;
      const goodBytes = this.scan(file, (physicalOffset, sizeBytes) => {
        this.foundEnd(physicalOffset, sizeBytes);
        return true;
      });
      end = file.fileFromOffset + goodBytes;
      if (goodBytes < this.files.fileBytes) break;
    }
    this.files.flushedWhere = end;
    this.files.truncate(end);
  }

  /**
   * Drops every unit whose record begins at or after `physicalOffset`. Source: `ConsumeQueue#truncateDirtyLogicFiles`.
   */
  truncate(physicalOffset: number): void {
    this.maxPhysicalOffset = physicalOffset;
    for (let file = this.files.last; file !== undefined; file = this.files.last) {
      file.settle(this.files.fileBytes);
      const keptBytes = this.scan(file, (offset, sizeBytes) => {
        if (offset >= physicalOffset) return false;
        this.foundEnd(offset, sizeBytes);
        return true;
      });
      const firstIsBeyond = keptBytes === 0 && this.firstOffsetOf(file) >= physicalOffset;
      if (!firstIsBeyond) {
        file.settle(keptBytes);
        this.files.flushedWhere = Math.min(this.files.flushedWhere, file.endOffset);
        return;
      }
      this.files.removeFile(file);
    }
    this.files.flushedWhere = 0;
  }

  /**
   * Enters a message. A message that is already there is passed over, which is what makes dispatching the same part of the log
   * twice harmless. False: the disk refused. Source: `ConsumeQueue#putMessagePositionInfo`.
   */
  put(entry: QueueEntry): boolean {
    if (entry.physicalOffset + entry.sizeBytes <= this.maxPhysicalOffset) return true;
    if (!this.hasFolder) {
      this.warn(`entry ${entry.queueOffset} is left out: no folder can be called so`);
      return true;
    }
    if (entry.queueOffset < 0 || entry.queueOffset > MAX_QUEUE_OFFSET || entry.physicalOffset < 0) {
      // Only a spoilt record says so: what stands before the body is under no sum.
      this.warn(`the record that calls itself ${entry.queueOffset} at ${entry.physicalOffset} is left out`);
      return true;
    }
    const expected = entry.queueOffset * UNIT_BYTES;
    try {
      let file = this.files.lastForAppend(expected);
      if (file === null) return false;
      if (entry.queueOffset !== 0) {
        if (file.firstCreateInQueue && file.wrotePosition === 0) this.padFront(file, expected);
        const current = file.endOffset;
        if (expected < current) return true;
        if (expected !== current && this.keepsPlaces) {
          file = this.padTo(expected);
          if (file === null) return false;
        } else if (expected !== current) {
          this.warn(
            `entry ${entry.queueOffset} is put at ${current / UNIT_BYTES}: its predecessors are missing`,
          );
        }
      }
      writeInt64(this.unitView, 0, entry.physicalOffset);
      this.unitView.setInt32(8, entry.sizeBytes);
      this.unitView.setBigInt64(12, entry.tagsCode);
      file.append(this.unit);
      file.storeTimestampMs = entry.storeTimestampMs;
      this.maxPhysicalOffset = entry.physicalOffset + entry.sizeBytes;
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.warn(error.message);
      return false;
    }
  }

  /** Units from `queueOffset` on, at most `maxUnits` and not beyond the end of a file; null where there is none. A view. */
  units(queueOffset: number, maxUnits: number): Uint8Array | null {
    const offset = queueOffset * UNIT_BYTES;
    if (offset < this.minLogicOffset) return null;
    const bytes = this.files.read(offset, maxUnits * UNIT_BYTES);
    return bytes === null || bytes.length < UNIT_BYTES ? null : bytes;
  }

  /** What the units say from `queueOffset` on, at most `maxUnits` and not beyond the end of a file; null where there is none. */
  read(queueOffset: number, maxUnits: number): QueueUnit[] | null {
    const bytes = this.units(queueOffset, Math.max(1, maxUnits));
    if (bytes === null) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const read: QueueUnit[] = [];
    for (let at = 0; at + UNIT_BYTES <= bytes.length && read.length < maxUnits; at += UNIT_BYTES) {
      read.push({
        physicalOffset: readInt64(view, at),
        sizeBytes: view.getInt32(at + 8),
        tagsCode: view.getBigInt64(at + 12),
      });
    }
    return read;
  }

  /** First offset of the file after the one that holds `queueOffset`. Source: `ConsumeQueue#rollNextFile`. */
  rollNextFile(queueOffset: number): number {
    const unitsPerFile = this.files.fileBytes / UNIT_BYTES;
    return queueOffset + unitsPerFile - (queueOffset % unitsPerFile);
  }

  /**
   * Removes the files, but never the last, of which every record has left the log, and moves the first offset up; answers how
   * many. Source: `ConsumeQueue#deleteExpiredFile`, `MappedFileQueue#deleteExpiredFileByOffset`.
   */
  deleteExpired(minPhysicalOffset: number): number {
    let count = 0;
    for (let file = this.files.files[0]; this.files.files.length > 1; file = this.files.files[0]) {
      const last = file!.read(this.files.fileBytes - UNIT_BYTES, UNIT_BYTES);
      if (last.length < UNIT_BYTES || readUnit(last).physicalOffset >= minPhysicalOffset) break;
      this.files.removeFile(file!);
      count++;
    }
    this.correctMinOffset(minPhysicalOffset);
    return count;
  }

  /** End of the record that the last entry points to; -1 where there is none. Source: `ConsumeQueue#getLastOffset`. */
  get lastPhysicalEnd(): number {
    const last = this.files.last;
    if (last === undefined || last.wrotePosition < UNIT_BYTES) return -1;
    const {physicalOffset, sizeBytes} = readUnit(last.read(last.wrotePosition - UNIT_BYTES, UNIT_BYTES));
    return physicalOffset >= 0 && sizeBytes > 0 ? physicalOffset + sizeBytes : -1;
  }

  /** Moves the first offset up to the first message that the log still has. Source: `ConsumeQueue#correctMinOffset`. */
  correctMinOffset(minPhysicalOffset: number): void {
    const first = this.files.files[0];
    if (first === undefined) return;
    let unit = 0;
    this.scan(first, (physicalOffset) => {
      if (physicalOffset >= minPhysicalOffset) {
        this.minLogicOffset = first.fileFromOffset + unit * UNIT_BYTES;
        return false;
      }
      unit++;
      return true;
    });
  }

  /**
   * The queue offset of the message stored at a time, or the nearest in time; after the last message, the last one.
   * Source: `ConsumeQueue#getOffsetInQueueByTime`.
   * @param storeTimeOf store time of the record at an offset with a size, negative where it cannot be read
   */
  offsetByTime(
    timestampMs: number,
    minPhysicalOffset: number,
    storeTimeOf: (physicalOffset: number, sizeBytes: number) => number,
  ): number {
    const file = this.fileByTime(timestampMs);
    if (file === null) return 0;
    let low = Math.max(0, this.minLogicOffset - file.fileFromOffset);
    let high = file.wrotePosition - UNIT_BYTES;
    let target = -1;
    let left = -1;
    let right = -1;
    let leftTimeMs = -1;
    let rightTimeMs = -1;
    while (high >= low) {
      const middle = Math.floor((low + high) / (2 * UNIT_BYTES)) * UNIT_BYTES;
      const {physicalOffset, sizeBytes} = readUnit(file.read(middle, UNIT_BYTES));
      if (physicalOffset < minPhysicalOffset) {
        low = middle + UNIT_BYTES;
        left = middle;
        continue;
      }
      const storeTimeMs = storeTimeOf(physicalOffset, sizeBytes);
      if (storeTimeMs < 0) return 0;
      if (storeTimeMs === timestampMs) {
        target = middle;
        break;
      }
      if (storeTimeMs > timestampMs) {
        high = middle - UNIT_BYTES;
        right = middle;
        rightTimeMs = storeTimeMs;
      } else {
        low = middle + UNIT_BYTES;
        left = middle;
        leftTimeMs = storeTimeMs;
      }
    }
    if (target === -1) {
      if (leftTimeMs === -1) target = right;
      else if (rightTimeMs === -1) target = left;
      else target = timestampMs - leftTimeMs > rightTimeMs - timestampMs ? right : left;
    }
    // -1 only if every unit of the file is below the log's beginning.
    return Math.trunc((file.fileFromOffset + target) / UNIT_BYTES);
  }

  destroy(): void {
    if (this.hasFolder) this.files.destroy();
    this.maxPhysicalOffset = -1;
    this.minLogicOffset = 0;
  }

  /** The first file last written at or after a time, else the last file. */
  private fileByTime(timestampMs: number): MappedFile | null {
    const {disk} = this.host;
    for (const file of this.files.files) {
      if (disk.exists(file.path) && disk.modifiedMs(file.path) >= timestampMs) return file;
    }
    return this.files.last ?? null;
  }

  /** Calls `keep` for each valid unit from the file's beginning until it refuses; answers how many bytes were kept. */
  private scan(file: MappedFile, keep: (physicalOffset: number, sizeBytes: number) => boolean): number {
    for (let position = 0; position < file.wrotePosition; ) {
      const bytes = file.read(position, SCAN_UNITS * UNIT_BYTES);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      let at = 0;
      for (; at + UNIT_BYTES <= bytes.length; at += UNIT_BYTES) {
        const physicalOffset = readInt64(view, at);
        const sizeBytes = view.getInt32(at + 8);
        if (physicalOffset < 0 || sizeBytes <= 0 || !keep(physicalOffset, sizeBytes)) return position + at;
      }
      if (at === 0) return position;
      position += at;
    }
    return file.wrotePosition;
  }

  /** Where the first unit points to, or -1 if it is none. */
  private firstOffsetOf(file: MappedFile): number {
    const unit = readUnit(file.file.readAt(0, UNIT_BYTES));
    return unit.sizeBytes > 0 ? unit.physicalOffset : -1;
  }

  /** A queue that begins in the middle of a file has its front filled. */
  private padFront(file: MappedFile, expected: number): void {
    this.minLogicOffset = expected;
    this.files.flushedWhere = expected;
    const bytes = expected % this.files.fileBytes;
    if (bytes > 0) file.append(paddingOf(bytes));
  }

  /**
   * Fills the places of entries that will never come, in as many files as they take, so that the next one comes to its own; answers
   * the file that takes it, or null where the disk has no room for one.
   */
  private padTo(expected: number): MappedFile | null {
    for (;;) {
      const file = this.files.lastForAppend(expected);
      if (file === null || file.endOffset >= expected) return file;
      file.append(paddingOf(Math.min(expected, file.fileFromOffset + this.files.fileBytes) - file.endOffset));
    }
  }

  /** What fills a place is no record, though 4.9.1 takes its size for that of one. */
  private foundEnd(physicalOffset: number, sizeBytes: number): void {
    if (this.keepsPlaces && sizeBytes === PADDING_SIZE) return;
    this.maxPhysicalOffset = physicalOffset + sizeBytes;
  }

  private warn(text: string): void {
    report(this.host.journal, {kind: 'warned', text: `consume queue ${this.topic}-${this.queueId}: ${text}`});
  }
}

/** Units that count as valid and belong to no message. */
function paddingOf(lengthBytes: number): Uint8Array {
  const padding = new Uint8Array(lengthBytes);
  const view = new DataView(padding.buffer);
  for (let at = 0; at < lengthBytes; at += UNIT_BYTES) view.setInt32(at + 8, PADDING_SIZE);
  return padding;
}
