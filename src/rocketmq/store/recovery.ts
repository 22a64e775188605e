/** How a store finds out, after a stop or a crash, how far its files are good. */
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {MESSAGE_MAGIC, recordStoreTimestampMs, STORE_TIME_BYTES} from '../message/record.ts';
import type {ConsumeQueues} from './consume-queues.ts';
import {LogScanner} from './log-scanner.ts';
import type {MappedFile} from './mapped-file.ts';
import type {MappedFileQueue} from './mapped-file-queue.ts';
import type {DispatchRequest, RecordChecker} from './record-check.ts';

/** After a clean stop only the last files of the log are read again. */
const FILES_TO_RECOVER = 3;
const WINDOW_BYTES = 65_536;

/** The log as recovery sees it. */
export interface RecoveredLog {
  readonly files: MappedFileQueue;
  readonly minOffset: number;
  readonly writtenOffset: number;
}

export interface RecoveryParts {
  readonly host: Host;
  readonly queues: ConsumeQueues;
  readonly checker: RecordChecker;
  readonly checkCrc: boolean;
}

export interface CrashRecovery {
  /** Everything stored before it is certain to be in queues and index. */
  readonly safeTimestampMs: number;
  /** Called for each good record read, in order. */
  readonly dispatch: (request: DispatchRequest) => void;
}

/**
 * Reads the log from a few files before its end, or after a crash from the checkpoint on, up to the first thing that is no
 * good record; everything behind is cut off, in the log and in the queues. After a crash each record read is dispatched.
 * Source: RocketMQ 4.9.1 `CommitLog#recoverNormally`, `#recoverAbnormally`.
 * @param crash null after a clean stop
 */
export function recover(parts: RecoveryParts, commitLog: RecoveredLog, crash: CrashRecovery | null): void {
  const {queues} = parts;
  for (const queue of queues.all()) queue.recover();
  const queuesEnd = queues.maxPhysicalOffset();
  const {files} = commitLog.files;
  let truncatedBytes = 0;
  if (files.length === 0) {
    commitLog.files.flushedWhere = 0;
    commitLog.files.committedWhere = 0;
    queues.destroy();
  } else {
    const end = scan(parts, commitLog, firstFileToRecover(files, crash?.safeTimestampMs ?? null), crash);
    truncatedBytes = spoiltBytes(commitLog, end);
    // As in 4.9.1, what was found is taken for flushed, although after a mere kill it may only be in the page cache.
    commitLog.files.flushedWhere = end;
    commitLog.files.committedWhere = end;
    commitLog.files.truncate(end);
    if (queuesEnd >= end) queues.truncate(end);
  }
  queues.recoverNextOffsets(commitLog.minOffset);
  tellRecovered(parts, commitLog, crash === null, truncatedBytes);
}

/**
 * Index of the file from which the log is read again.
 * @param crashSafeTimestampMs null after a clean stop
 */
export function firstFileToRecover(
  files: readonly MappedFile[],
  crashSafeTimestampMs: number | null,
): number {
  if (crashSafeTimestampMs === null) return Math.max(0, files.length - FILES_TO_RECOVER);
  return crashStart(files, crashSafeTimestampMs);
}

/** Walks from the beginning of a file to the end of the last good record, through blanks into the next files. */
function scan(
  parts: RecoveryParts,
  commitLog: RecoveredLog,
  firstFile: number,
  crash: CrashRecovery | null,
): number {
  const {files} = commitLog.files;
  const scanner = new LogScanner(parts.checker, parts.checkCrc);
  for (let index = firstFile; ; index++) {
    const file = files[index]!;
    scanner.begin(file);
    let position = 0;
    for (;;) {
      const record = scanner.at(position);
      if (record.kind === 'blank' && index + 1 < files.length) break;
      // A blank in the last file is the end, and will be overwritten.
      if (record.kind !== 'message') return file.fileFromOffset + position;
      position += record.sizeBytes;
      crash?.dispatch(record);
    }
  }
}

/** The last file whose first record is older than what the checkpoint vouches for; the first file if there is none. */
function crashStart(files: readonly MappedFile[], safeTimestampMs: number): number {
  for (let index = files.length - 1; index > 0; index--) {
    const head = files[index]!.read(0, STORE_TIME_BYTES);
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    if (head.length < STORE_TIME_BYTES || view.getInt32(4) !== MESSAGE_MAGIC) continue;
    const storeTimestampMs = recordStoreTimestampMs(view);
    if (storeTimestampMs !== 0 && storeTimestampMs <= safeTimestampMs) return index;
  }
  return 0;
}

/** Bytes behind the last good record that are not just zeros: a torn or spoilt record, or one that was cut off before. */
function spoiltBytes(commitLog: RecoveredLog, end: number): number {
  let spoilt = 0;
  for (const file of commitLog.files.files) {
    for (let at = Math.max(0, end - file.fileFromOffset); at < file.sizeBytes; at += WINDOW_BYTES) {
      const bytes = file.read(at, WINDOW_BYTES);
      let length = bytes.length;
      while (length > 0 && bytes[length - 1] === 0) length--;
      // Records are not full of zeros for so long, and looking through a file of a gigabyte is not worth the figure.
      if (length === 0) break;
      spoilt = file.fileFromOffset + at + length - end;
    }
  }
  return spoilt;
}

export function tellRecovered(
  parts: RecoveryParts,
  commitLog: RecoveredLog,
  cleanExit: boolean,
  truncatedBytes: number,
): void {
  const queues = [...parts.queues.all()]
    .filter((queue) => queue.maxOffset > 0)
    .map(({topic, queueId, minOffset, maxOffset}) => ({topic, queueId, minOffset, maxOffset}));
  report(parts.host.journal, {
    kind: 'store-recovered',
    cleanExit,
    minPhysicalOffset: commitLog.minOffset,
    maxPhysicalOffset: commitLog.writtenOffset,
    truncatedBytes,
    queues,
  });
}
