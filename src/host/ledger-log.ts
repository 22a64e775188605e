/** Reads the files of a DLedger member as they lie on a disk, without a member around them. */
import type {Host} from '../ports/host.ts';
import {
  BODY_OFFSET,
  decodeEntry,
  decodeHeader,
  decodeIndexUnit,
  ENTRY_MAGIC,
  type EntryHeader,
  INDEX_UNIT_BYTES,
} from '../rocketmq/dledger/entry.ts';
import {BLANK_MAGIC} from '../rocketmq/dledger/ledger-file-list.ts';
import {int32At} from '../rocketmq/message/int64.ts';
import {decodeRecord, RecordOffset} from '../rocketmq/message/record.ts';
import type {MappedFile} from '../rocketmq/store/mapped-file.ts';
import {type RecordRow, recordRow, type Segments, segmentsIn, usualFileBytes} from './store-log.ts';

/** What the real one makes where nothing says otherwise. */
const DATA_FILE_BYTES = 1024 * 1024 * 1024;
const INDEX_FILE_BYTES = 32 * 5 * 1024 * 1024;
/** Behind the last entry nothing but zeros is expected; so far it is looked whether that is so. */
const WINDOW_BYTES = 65_536;

/** The two lists of files of one member. */
export interface LedgerFiles {
  readonly data: Segments;
  readonly dataFileBytes: number;
  readonly index: Segments;
  readonly indexFileBytes: number;
}

/**
 * The files of `<folder>/data` and `<folder>/index`, which is `dledger-<selfId>` under a broker's root.
 * @param dataFileBytes null: as long as most of them are
 */
export function ledgerFilesIn(host: Host, folder: string, dataFileBytes: number | null): LedgerFiles {
  const dataBytes = dataFileBytes ?? usualFileBytes(host, `${folder}/data`) ?? DATA_FILE_BYTES;
  // No key of a broker says how long files of the index are.
  const usualBytes = usualFileBytes(host, `${folder}/index`) ?? INDEX_FILE_BYTES;
  const indexBytes = usualBytes % INDEX_UNIT_BYTES === 0 ? usualBytes : INDEX_FILE_BYTES;
  return {
    data: segmentsIn(host, `${folder}/data`, dataBytes),
    dataFileBytes: dataBytes,
    index: segmentsIn(host, `${folder}/index`, indexBytes),
    indexFileBytes: indexBytes,
  };
}

/** Reads of files through windows, so that a run of small pieces costs one read of the disk. */
class Windows {
  private file: MappedFile | null = null;
  private start = 0;
  private bytes: Uint8Array = new Uint8Array(0);

  /** As much of it as the file has; a view, good until the next read. */
  read(file: MappedFile, position: number, length: number): Uint8Array {
    const at = position - this.start;
    if (file !== this.file || at < 0 || at + length > this.bytes.length) {
      this.file = file;
      this.start = position;
      this.bytes = file.read(position, Math.min(Math.max(length, WINDOW_BYTES), file.sizeBytes - position));
    }
    return this.bytes.subarray(position - this.start, position - this.start + length);
  }
}

/** One thing found in the data files, in the order in which it lies there. */
export type LedgerItem =
  | {
      readonly kind: 'entry';
      readonly file: MappedFile;
      readonly position: number;
      readonly header: EntryHeader;
      /** The index has it where it lies and as long as it is. */
      readonly isIndexed: boolean;
    }
  | {
      readonly kind: 'end';
      readonly file: MappedFile;
      readonly position: number;
      /** Blank: a blank record fills the file. Unused: zeros from here on. Full: to the last byte. Spoilt: something else. */
      readonly how: 'blank' | 'unused' | 'full' | 'spoilt';
      /** With `spoilt`: why it is not the next entry. */
      readonly why: string;
    };

/**
 * Every entry of every file that follows the one before it; behind a place where one does not, the next file is looked at for
 * itself. No checksum is looked at, as there is none: a torn body is seen by nobody, also not by a start.
 */
export function* ledgerItems({data, index}: LedgerFiles): Generator<LedgerItem> {
  let last: EntryHeader | null = null;
  const entries = new Windows();
  const units = new Windows();
  for (const file of data.files) {
    for (let position = 0; ; ) {
      const room = file.sizeBytes - position;
      const magic = room < 4 ? null : int32At(entries.read(file, position, 4), 0);
      if (magic === BLANK_MAGIC) {
        yield {kind: 'end', file, position, how: 'blank', why: ''};
        break;
      }
      const header = room < BODY_OFFSET ? null : decodeHeader(entries.read(file, position, BODY_OFFSET));
      const why =
        header === null
          ? 'there is no room for an entry'
          : whyNotNext(header, file.fileFromOffset + position, room, last);
      if (header === null || why !== null) {
        const how = room === 0 ? 'full' : isUnused(file, position) ? 'unused' : 'spoilt';
        yield {kind: 'end', file, position, how, why: why ?? ''};
        if (how === 'spoilt') last = null;
        break;
      }
      yield {kind: 'entry', file, position, header, isIndexed: isIndexed(index.files, units, header)};
      position += header.size;
      last = header;
    }
  }
}

/** The rules of a start, in its words: null where it would take it for the next entry. */
function whyNotNext(
  header: EntryHeader,
  offset: number,
  room: number,
  last: EntryHeader | null,
): string | null {
  const {magic, size, index, term, pos, bodyBytes} = header;
  if (magic !== ENTRY_MAGIC) return `it begins with ${magic} and not with ${ENTRY_MAGIC}`;
  if (pos !== offset) return `it says that it lies at ${pos}`;
  if (bodyBytes < 0 || bodyBytes + BODY_OFFSET !== size)
    return `its ${size} bytes do not hold a body of ${bodyBytes}`;
  if (size > room) return `its ${size} bytes reach beyond the file`;
  if (index < 0 || !Number.isSafeInteger(index * INDEX_UNIT_BYTES)) return `its index is ${index}`;
  if (last !== null && index !== last.index + 1)
    return `it is entry ${index}, where ${last.index + 1} should follow`;
  if (term < (last?.term ?? -1)) return `it is of term ${term}, behind one of term ${last?.term ?? -1}`;
  return null;
}

function isIndexed(files: readonly MappedFile[], units: Windows, header: EntryHeader): boolean {
  const at = header.index * INDEX_UNIT_BYTES;
  const file = files.find((one) => one.fileFromOffset <= at && at < one.fileFromOffset + one.sizeBytes);
  if (file === undefined) return false;
  const unit = decodeIndexUnit(units.read(file, at - file.fileFromOffset, INDEX_UNIT_BYTES));
  return (
    unit.magic === header.magic &&
    unit.pos === header.pos &&
    unit.size === header.size &&
    unit.index === header.index &&
    unit.term === header.term
  );
}

function isUnused(file: MappedFile, position: number): boolean {
  const room = Math.min(WINDOW_BYTES, file.sizeBytes - position);
  return file.read(position, room).every((byte) => byte === 0);
}

/** An entry as one line of JSON tells it: what the ledger says of it, and the message that is its body where that is one. */
export type EntryRow = {
  readonly index: number;
  readonly term: number;
  readonly pos: number;
  readonly size: number;
} & (RecordRow | {readonly body: string | null});

export function entryRow(item: LedgerItem & {kind: 'entry'}): EntryRow {
  const {index, term, pos, size} = item.header;
  const {body} = decodeEntry(item.file.read(item.position, size))!;
  const head = {index, term, pos, size};
  const row = body === null ? null : recordIn(body, pos);
  if (row !== null) return {...head, ...row};
  return {...head, body: body === null || body.length === 0 ? null : Buffer.from(body).toString('base64')};
}

/** Null where it is no message: whoever uses the library alone may put in what it likes. */
function recordIn(body: Uint8Array, pos: number): RecordRow | null {
  if (body.length < RecordOffset.PHYSICAL_OFFSET + 8) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  if (view.getInt32(0) !== body.length) return null;
  const message = decodeRecord(body);
  return message === null || message.commitLogOffset !== pos + BODY_OFFSET ? null : recordRow(message);
}
