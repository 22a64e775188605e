import {readInt64, writeInt64} from '../message/int64.ts';

/** The one format version there is. */
export const ENTRY_MAGIC = 1;
const POS_AT = 24;
export const HEADER_BYTES = 44;
/** Where the body begins: behind the header and its own length. */
export const BODY_OFFSET = 48;
export const INDEX_UNIT_BYTES = 32;
/** Java's scratch buffer: what does not fit is never written. */
const ENTRY_MAX_BYTES = 4 * 1024 * 1024;

/**
 * One entry of the replicated log. `pos` is its place in the data files and must be alike on every member.
 * Both CRC fields exist and are neither computed nor checked.
 * Source: DLedger 0.2.2 `entry.DLedgerEntry`.
 */
export interface DLedgerEntry {
  magic: number;
  /** Whole entry, header included. */
  size: number;
  index: number;
  term: number;
  pos: number;
  channel: number;
  chainCrc: number;
  bodyCrc: number;
  /** Null only in what arrives from outside. */
  body: Uint8Array | null;
}

/** An entry as an appender makes it, to be given its place by the store. */
export function newEntry(body: Uint8Array | null): DLedgerEntry {
  return {magic: 0, size: 0, index: 0, term: 0, pos: 0, channel: 0, chainCrc: 0, bodyCrc: 0, body};
}

/** What encoding refuses; in Java an exception that is none of DLedger's own. */
export class EntryEncodingError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'EntryEncodingError';
  }
}

/**
 * Encodes entries and their index units into memory of its own: what it answers is good until the next call, and a caller that
 * keeps it copies it. Source: `entry.DLedgerEntryCoder`, and Java's buffers, one for each thread.
 */
export class EntryEncoder {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  private readonly unitBytes = new Uint8Array(INDEX_UNIT_BYTES);
  private readonly unitView = new DataView(this.unitBytes.buffer);

  /** The bytes of an entry; its `size` is set to what they are. */
  entry(entry: DLedgerEntry): Uint8Array {
    const {body} = entry;
    if (body === null) throw new EntryEncodingError('java.lang.NullPointerException');
    const size = BODY_OFFSET + body.length;
    entry.size = size;
    if (size > ENTRY_MAX_BYTES) throw new EntryEncodingError('java.nio.BufferOverflowException');
    if (size > this.bytes.length) {
      this.bytes = new Uint8Array(Math.min(ENTRY_MAX_BYTES, size * 2));
      this.view = new DataView(this.bytes.buffer);
    }
    const {view} = this;
    view.setInt32(0, entry.magic);
    view.setInt32(4, size);
    writeInt64(view, 8, entry.index);
    writeInt64(view, 16, entry.term);
    writeInt64(view, POS_AT, entry.pos);
    view.setInt32(32, entry.channel);
    view.setInt32(36, entry.chainCrc);
    view.setInt32(40, entry.bodyCrc);
    view.setInt32(HEADER_BYTES, body.length);
    this.bytes.set(body, BODY_OFFSET);
    return this.bytes.subarray(0, size);
  }

  /** Sets the position in what `entry` answered last. */
  setPos(pos: number): void {
    writeInt64(this.view, POS_AT, pos);
  }

  /** An entry's line in the index. */
  indexUnit(magic: number, pos: number, size: number, index: number, term: number): Uint8Array {
    const view = this.unitView;
    view.setInt32(0, magic);
    writeInt64(view, 4, pos);
    view.setInt32(12, size);
    writeInt64(view, 16, index);
    writeInt64(view, 24, term);
    return this.unitBytes;
  }
}

/** The fixed fields of an entry as they stand in a file. `bodyBytes` need not agree with `size`: that is for the reader to check. */
export interface EntryHeader {
  readonly magic: number;
  readonly size: number;
  readonly index: number;
  readonly term: number;
  readonly pos: number;
  readonly bodyBytes: number;
}

/** Reads 48 bytes. */
export function decodeHeader(bytes: Uint8Array): EntryHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, BODY_OFFSET);
  return {
    magic: view.getInt32(0),
    size: view.getInt32(4),
    index: readInt64(view, 8),
    term: readInt64(view, 16),
    pos: readInt64(view, POS_AT),
    bodyBytes: view.getInt32(HEADER_BYTES),
  };
}

/**
 * Reads an entry; null where its own lengths point outside of `bytes`. The body is a copy.
 * Source: `entry.DLedgerEntryCoder#decode`.
 */
export function decodeEntry(bytes: Uint8Array): DLedgerEntry | null {
  if (bytes.length < BODY_OFFSET) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getInt32(4);
  const bodyBytes = view.getInt32(HEADER_BYTES);
  let body: Uint8Array | null = null;
  if (bodyBytes < size) {
    if (bodyBytes < 0 || BODY_OFFSET + bodyBytes > bytes.length) return null;
    body = bytes.slice(BODY_OFFSET, BODY_OFFSET + bodyBytes);
  }
  return {
    magic: view.getInt32(0),
    size,
    index: readInt64(view, 8),
    term: readInt64(view, 16),
    pos: readInt64(view, POS_AT),
    channel: view.getInt32(32),
    chainCrc: view.getInt32(36),
    bodyCrc: view.getInt32(40),
    body,
  };
}

/** Equal down to the body; the CRC fields do not count. Source: `entry.DLedgerEntry#equals`. */
export function sameEntry(one: DLedgerEntry, other: DLedgerEntry | null): boolean {
  if (
    other === null ||
    one.size !== other.size ||
    one.magic !== other.magic ||
    one.index !== other.index ||
    one.term !== other.term ||
    one.channel !== other.channel ||
    one.pos !== other.pos
  ) {
    return false;
  }
  const a = one.body;
  const b = other.body;
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** An entry's line in the index: where it lies, and how long it is. */
export interface IndexUnit {
  readonly magic: number;
  readonly pos: number;
  readonly size: number;
  readonly index: number;
  readonly term: number;
}

export function decodeIndexUnit(bytes: Uint8Array): IndexUnit {
  const view = new DataView(bytes.buffer, bytes.byteOffset, INDEX_UNIT_BYTES);
  return {
    magic: view.getInt32(0),
    pos: readInt64(view, 4),
    size: view.getInt32(12),
    index: readInt64(view, 16),
    term: readInt64(view, 24),
  };
}
