import {int32At} from '../message/int64.ts';
import type {MappedFile} from './mapped-file.ts';
import type {CheckedRecord, RecordChecker} from './record-check.ts';

const WINDOW_BYTES = 65_536;
const NO_BYTES: CheckedRecord = {kind: 'bad', sizeBytes: -1};
const EMPTY = new Uint8Array(0);

/**
 * Checks record after record of a file through windows, so that a run of small records costs one read of the disk. A window
 * is a view that later writes may outdate: `begin` starts each pass, and a pass lies within one event.
 */
export class LogScanner {
  private readonly checker: RecordChecker;
  private readonly checkCrc: boolean;
  private file: MappedFile | null = null;
  private windowStart = 0;
  private window: Uint8Array = EMPTY;

  constructor(checker: RecordChecker, checkCrc: boolean) {
    this.checker = checker;
    this.checkCrc = checkCrc;
  }

  begin(file: MappedFile): void {
    this.file = file;
    this.window = EMPTY;
  }

  /** The record at a position of the file, of which everything written may be read. */
  at(position: number): CheckedRecord {
    const available = this.file!.readPosition - position;
    let inWindow = position - this.windowStart;
    let known = this.window.length - inWindow;
    if (inWindow < 0 || known < 8) {
      if (!this.moveTo(position, Math.min(available, WINDOW_BYTES))) return NO_BYTES;
      inWindow = 0;
      known = this.window.length;
    }
    const totalSize = int32At(this.window, inWindow);
    if (totalSize > known && totalSize <= available) {
      if (!this.moveTo(position, Math.min(available, Math.max(totalSize, WINDOW_BYTES)))) return NO_BYTES;
      inWindow = 0;
    }
    return this.checker.check(this.window, inWindow, this.window.length, this.checkCrc);
  }

  private moveTo(position: number, lengthBytes: number): boolean {
    if (lengthBytes < 8) return false;
    this.window = this.file!.read(position, lengthBytes);
    this.windowStart = position;
    return this.window.length >= 8;
  }
}
