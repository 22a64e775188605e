import {DiskError} from '../../ports/disk.ts';
import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import {DLedgerError, DLedgerResponseCode} from './codes.ts';
import type {LedgerFileList} from './ledger-file-list.ts';

/**
 * Written bytes of a list, or null where it has none there. What cannot be read has DLedger's code for it. In Java it is an
 * `InternalError`, which every thread catches as it does that code.
 */
export function readFrom(list: LedgerFileList, offset: number, lengthBytes: number): Uint8Array | null {
  try {
    return list.read(offset, lengthBytes);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new DLedgerError(DLedgerResponseCode.DISK_ERROR, error.message);
  }
}

/** What the disk refuses has DLedger's code for it. In Java writing to a mapped file that has no room kills the thread. */
export function writeToDisk(journal: Journal, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    report(journal, {kind: 'warned', text: error.message});
    throw new DLedgerError(DLedgerResponseCode.DISK_ERROR, error.message);
  }
}
