import type {DiskError, DiskFile} from '../../ports/disk.ts';
import {readInt64, writeInt64} from '../message/int64.ts';
import {indexKeyHash} from '../message/java-hash.ts';

const HEADER_BYTES = 40;
const SLOT_BYTES = 4;
const ENTRY_BYTES = 20;
/** Entries that may wait to be written together. */
const MAX_ENTRIES = 32;
const MAX_SECONDS = 0x7fffffff;
/** A power of two. A bit for each of five million slots would be the largest thing that a broker with few messages has. */
const BITMAP_BYTES = 1 << 16;

export function indexFileBytes(slotCount: number, indexCount: number): number {
  return HEADER_BYTES + slotCount * SLOT_BYTES + indexCount * ENTRY_BYTES;
}

/**
 * A hash table from keys to commit log offsets: header, slots (ordinal of the newest entry), entries chained from new to old.
 * Entry 0 is never used, and the count begins at 1. Source: RocketMQ 4.9.1 `store.index.IndexFile`, `IndexHeader`.
 */
export class IndexFile {
  readonly file: DiskFile;
  beginTimestampMs = 0;
  endTimestampMs = 0;
  beginPhysicalOffset = 0;
  endPhysicalOffset = 0;
  private readonly slotCount: number;
  private readonly maxIndexCount: number;
  private usedSlots = 0;
  private indexCount = 1;
  private readonly scratch = new Uint8Array(HEADER_BYTES);
  private readonly slotBytes = this.scratch.subarray(0, SLOT_BYTES);
  private readonly scratchView = new DataView(this.scratch.buffer);
  /** The newest entries, as far as they are not in the file yet. */
  private readonly entries = new Uint8Array(MAX_ENTRIES * ENTRY_BYTES);
  private readonly entriesView = new DataView(this.entries.buffer);
  private entryCount = 0;

  /** A bit for slots of which one may hold something, so that the others need not be read; null for a file found on the disk. */
  private readonly slotsInUse: Uint8Array | null;

  /** @param isNew made just now, so that it holds zeros */
  constructor(file: DiskFile, slotCount: number, maxIndexCount: number, isNew: boolean) {
    this.file = file;
    this.slotCount = slotCount;
    this.maxIndexCount = maxIndexCount;
    this.slotsInUse = isNew ? new Uint8Array(Math.min((slotCount >> 3) + 1, BITMAP_BYTES)) : null;
  }

  /** A file that is too short is taken for one that ends in zeros, as mapping it makes it. */
  load(): void {
    const bytes = this.read(0, HEADER_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.beginTimestampMs = readInt64(view, 0);
    this.endTimestampMs = readInt64(view, 8);
    this.beginPhysicalOffset = readInt64(view, 16);
    this.endPhysicalOffset = readInt64(view, 24);
    this.usedSlots = view.getInt32(32);
    // More than fit in is what only a spoilt file says; 4.9.1 would read beyond the file, fail and find nothing more.
    this.indexCount = Math.min(this.maxIndexCount, Math.max(1, view.getInt32(36)));
  }

  get isFull(): boolean {
    return this.indexCount >= this.maxIndexCount;
  }

  /**
   * Enters one key; false if the file is full. `writeEntries` must follow before anybody queries, `writeHeader` before
   * anybody may find the file: the real one writes field by field into its mapping, where nobody looks in between either.
   */
  put(key: string, physicalOffset: number, storeTimestampMs: number): boolean {
    if (this.isFull) return false;
    const hash = indexKeyHash(key);
    const slotAt = this.slotAt(hash);
    const slot = hash % this.slotCount;
    const {slotsInUse} = this;
    const bitmapAt = (slot >> 3) & (BITMAP_BYTES - 1);
    let previous = 0;
    if (slotsInUse === null || (slotsInUse[bitmapAt]! & (1 << (slot & 7))) !== 0) {
      previous = this.readInt(slotAt);
    }
    if (previous <= 0 || previous > this.indexCount) previous = 0;
    if (this.entryCount === MAX_ENTRIES) this.writeEntries();
    const {scratchView, indexCount, entriesView} = this;
    const at = this.entryCount * ENTRY_BYTES;
    entriesView.setInt32(at, hash);
    writeInt64(entriesView, at + 4, physicalOffset);
    entriesView.setInt32(at + 12, this.secondsSinceBegin(storeTimestampMs));
    entriesView.setInt32(at + 16, previous);
    scratchView.setInt32(0, indexCount);
    this.file.writeAt(slotAt, this.slotBytes);
    if (slotsInUse !== null) slotsInUse[bitmapAt]! |= 1 << (slot & 7);
    this.entryCount++;
    if (indexCount <= 1) {
      this.beginPhysicalOffset = physicalOffset;
      this.beginTimestampMs = storeTimestampMs;
    }
    if (previous === 0) this.usedSlots++;
    this.indexCount++;
    this.endPhysicalOffset = physicalOffset;
    this.endTimestampMs = storeTimestampMs;
    return true;
  }

  /** Entries lie one behind the other, so that those of one message are one write. */
  writeEntries(): void {
    if (this.entryCount === 0) return;
    const at = this.entryAt(this.indexCount - this.entryCount);
    this.file.writeAt(at, this.entries.subarray(0, this.entryCount * ENTRY_BYTES));
    this.entryCount = 0;
  }

  writeHeader(): void {
    this.writeEntries();
    const view = this.scratchView;
    writeInt64(view, 0, this.beginTimestampMs);
    writeInt64(view, 8, this.endTimestampMs);
    writeInt64(view, 16, this.beginPhysicalOffset);
    writeInt64(view, 24, this.endPhysicalOffset);
    view.setInt32(32, this.usedSlots);
    view.setInt32(36, this.indexCount);
    this.file.writeAt(0, this.scratch);
  }

  /** Does the time between its first and last entry touch the range? */
  overlaps(beginMs: number, endMs: number): boolean {
    return beginMs <= this.endTimestampMs && endMs >= this.beginTimestampMs;
  }

  /**
   * Adds the offsets of entries with the key's hash, newest first, until there are `maxCount`. Other keys with the same hash come
   * along: the caller's client looks at the messages. Source: `IndexFile#selectPhyOffset`.
   */
  select(offsets: number[], key: string, maxCount: number, beginMs: number, endMs: number): void {
    const hash = indexKeyHash(key);
    let ordinal = this.readInt(this.slotAt(hash));
    if (ordinal <= 0 || ordinal > this.indexCount || this.indexCount <= 1) return;
    // A spoilt file may lead in a circle, in which 4.9.1 would go round for ever.
    for (let steps = 0; offsets.length < maxCount && steps < this.indexCount; steps++) {
      const bytes = this.read(this.entryAt(ordinal), ENTRY_BYTES);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const seconds = view.getInt32(12);
      if (seconds < 0) return;
      const timeMs = this.beginTimestampMs + seconds * 1000;
      if (view.getInt32(0) === hash && timeMs >= beginMs && timeMs <= endMs) offsets.push(readInt64(view, 4));
      const previous = view.getInt32(16);
      if (previous <= 0 || previous > this.indexCount || previous === ordinal || timeMs < beginMs) return;
      ordinal = previous;
    }
  }

  flush(done: (failure: DiskError | null) => void): void {
    this.file.sync(done);
  }

  private secondsSinceBegin(storeTimestampMs: number): number {
    if (this.beginTimestampMs <= 0) return 0;
    const seconds = Math.trunc((storeTimestampMs - this.beginTimestampMs) / 1000);
    return Math.max(0, Math.min(MAX_SECONDS, seconds));
  }

  private slotAt(hash: number): number {
    return HEADER_BYTES + (hash % this.slotCount) * SLOT_BYTES;
  }

  private entryAt(ordinal: number): number {
    return HEADER_BYTES + this.slotCount * SLOT_BYTES + ordinal * ENTRY_BYTES;
  }

  private read(position: number, lengthBytes: number): Uint8Array {
    const bytes = this.file.readAt(position, lengthBytes);
    if (bytes.length === lengthBytes) return bytes;
    const padded = new Uint8Array(lengthBytes);
    padded.set(bytes);
    return padded;
  }

  private readInt(position: number): number {
    const bytes = this.read(position, SLOT_BYTES);
    return (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
  }
}
