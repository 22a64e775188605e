import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {check, DLedgerError, DLedgerResponseCode} from './codes.ts';
import {
  BODY_OFFSET,
  decodeHeader,
  decodeIndexUnit,
  ENTRY_MAGIC,
  EntryEncoder,
  type EntryHeader,
  HEADER_BYTES,
  INDEX_UNIT_BYTES,
} from './entry.ts';
import {BLANK_MAGIC, type LedgerFile, type LedgerFileList} from './ledger-file-list.ts';

export interface RecoveredLedger {
  /** -1: no entry was found. */
  readonly endIndex: number;
  readonly endTerm: number;
  /** Where the last good entry ends. */
  readonly endPos: number;
  /** Why the process must end, or null. */
  readonly fatal: string | null;
}

/** A scan begins so many files before the end, at most. */
const FILES_SCANNED = 3;

/**
 * Reads the last files through, entry by entry, up to the first that cannot be the next. No checksum is looked at: bytes that
 * were cut off and still lie behind the end are believed if they fit (S3), and so is a torn body. The index is compared on
 * the way, and from the first unit that differs written anew. What the disk cannot read ends the log, as what does not fit does.
 * Source: DLedger 0.2.2 `DLedgerMmapFileStore#recover`.
 */
export function recoverLedger(
  host: Host,
  dataFiles: LedgerFileList,
  indexFiles: LedgerFileList,
): RecoveredLedger {
  check(dataFiles.isContinuous(), DLedgerResponseCode.DISK_ERROR, () => 'data files before recovery');
  check(indexFiles.isContinuous(), DLedgerResponseCode.DISK_ERROR, () => 'index files before recovery');
  const {files} = dataFiles;
  const lastFile = dataFiles.last;
  if (lastFile === undefined) {
    indexFiles.updateFlushedWhere(0);
    indexFiles.truncateOffset(0);
    return {endIndex: -1, endTerm: -1, endPos: 0, fatal: null};
  }
  const scan = new Scan(host, indexFiles);
  let fileIndex = firstSaneFile(dataFiles, indexFiles);
  let file = files[fileIndex]!;
  let position = 0;
  let endPos = file.fromOffset;
  for (;;) {
    if (position + 4 > file.sizeBytes) break;
    const magic = unlessRefused(() => new DataView(file.peek(position, 4).slice().buffer).getInt32(0));
    if (magic === null) break;
    if (magic === BLANK_MAGIC) {
      endPos = file.fromOffset + file.sizeBytes;
      fileIndex++;
      if (fileIndex >= files.length) break;
      file = files[fileIndex]!;
      position = 0;
      endPos = file.fromOffset;
      continue;
    }
    const size = scan.accept(file, position);
    if (size === null) break;
    position += size;
    endPos += size;
  }
  // More than one whole file behind the end is more than a crash can leave.
  const beyond = lastFile.fromOffset - endPos;
  const fatal =
    beyond > lastFile.sizeBytes
      ? `[MONITOR]The processOffset is too small, you should check it manually before truncating the data from ${endPos}`
      : null;
  return {endIndex: scan.lastIndex, endTerm: scan.lastTerm, endPos, fatal};
}

/** The newest of the last files whose first entry stands as its index says; the first file if none does. */
function firstSaneFile(dataFiles: LedgerFileList, indexFiles: LedgerFileList): number {
  for (let i = Math.max(0, dataFiles.files.length - FILES_SCANNED); i >= 0; i--) {
    const file = dataFiles.files[i]!;
    if (file.sizeBytes < BODY_OFFSET) continue;
    const header = unlessRefused(() => decodeHeader(file.peek(0, BODY_OFFSET)));
    if (
      header !== null &&
      header.magic >= ENTRY_MAGIC &&
      header.size > HEADER_BYTES &&
      header.pos === file.fromOffset &&
      ((header.bodyBytes + BODY_OFFSET) | 0) === header.size &&
      isIndexed(indexFiles, header, file.fromOffset)
    ) {
      return i;
    }
  }
  return 0;
}

function isIndexed(indexFiles: LedgerFileList, header: EntryHeader, pos: number): boolean {
  const bytes = unlessRefused(() => indexFiles.read(header.index * INDEX_UNIT_BYTES, INDEX_UNIT_BYTES));
  if (bytes === null) return false;
  const unit = decodeIndexUnit(bytes);
  return (
    unit.magic === header.magic &&
    unit.size === header.size &&
    unit.index === header.index &&
    unit.term === header.term &&
    unit.pos === pos
  );
}

/** What a read brings, or null where the disk refuses it: in Java every such place catches what a failed access to a mapping throws. */
function unlessRefused<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return null;
  }
}

class Scan {
  lastIndex = -1;
  lastTerm = -1;
  private readonly host: Host;
  private readonly indexFiles: LedgerFileList;
  private readonly encoder = new EntryEncoder();
  private rewritesIndex = false;

  constructor(host: Host, indexFiles: LedgerFileList) {
    this.host = host;
    this.indexFiles = indexFiles;
  }

  /** Takes the entry at a position for the next one; answers its size, or null where it cannot be that. */
  accept(file: LedgerFile, position: number): number | null {
    if (position + BODY_OFFSET > file.sizeBytes) return null;
    const header = unlessRefused(() => decodeHeader(file.peek(position, BODY_OFFSET)));
    if (header === null) return null;
    const {magic, size, index, term, bodyBytes} = header;
    const pos = file.fromOffset + position;
    const isNext =
      header.pos === pos &&
      ((bodyBytes + BODY_OFFSET) | 0) === size &&
      position + size >= 0 &&
      position + size <= file.sizeBytes &&
      magic === ENTRY_MAGIC &&
      (this.lastIndex === -1 || index === this.lastIndex + 1) &&
      term >= this.lastTerm &&
      size > HEADER_BYTES &&
      Number.isSafeInteger(index * INDEX_UNIT_BYTES) &&
      index >= 0;
    if (!isNext) return null;
    try {
      this.compareIndex(header, pos);
    } catch (error) {
      if (!(error instanceof DLedgerError) && !(error instanceof DiskError)) throw error;
      return null;
    }
    this.lastIndex = index;
    this.lastTerm = term;
    return size;
  }

  private compareIndex(header: EntryHeader, pos: number): void {
    const {indexFiles} = this;
    const {magic, size, index, term} = header;
    const at = index * INDEX_UNIT_BYTES;
    if (!this.rewritesIndex && !isIndexed(indexFiles, header, pos)) {
      report(this.host.journal, {kind: 'warned', text: `Compare data to index failed at index ${index}`});
      indexFiles.truncateOffset(at);
      if (indexFiles.maxWrotePosition !== at) {
        check(indexFiles.rebuildAt(at), DLedgerResponseCode.DISK_ERROR, () => `rebuild index at ${at}`);
      }
      this.rewritesIndex = true;
    }
    if (!this.rewritesIndex) return;
    const wrote = indexFiles.append(this.encoder.indexUnit(magic, pos, size, index, term), false);
    check(wrote === at, DLedgerResponseCode.DISK_ERROR, () => `Write index failed index=${index}`);
  }
}
