import {int32At} from '../message/int64.ts';
import type {CheckedRecord, RecordChecker} from './record-check.ts';

const WINDOW_BYTES = 65_536;
const NO_BYTES: CheckedRecord = {kind: 'bad', sizeBytes: -1};
const EMPTY = new Uint8Array(0);

/** A stretch of a log in one file, as far as it may be read. */
export interface LogSegment {
  /** Offset of its first byte in the log. */
  readonly fileFromOffset: number;
  /** One past the last byte that may be read, in the segment and in the log. */
  readonly readPosition: number;
  readonly readEndOffset: number;
  /** Bytes that may be read; short where they end. A view: good until the next write. */
  read(position: number, lengthBytes: number): Uint8Array;
}

/** Walks through the records of a segment. A pass lies within one event and starts with `begin`. */
export interface RecordScanner {
  /** Bytes in front of the record that `at` answered last, which belong to it. */
  readonly headerBytes: number;
  begin(segment: LogSegment): void;
  /** What begins at a position of the segment. */
  at(position: number): CheckedRecord;
}

/**
 * Checks record after record of a file through windows, so that a run of small records costs one read of the disk. A window
 * is a view that later writes may outdate: `begin` starts each pass, and a pass lies within one event.
 */
export class LogScanner implements RecordScanner {
  readonly headerBytes = 0;
  private readonly checker: RecordChecker;
  private readonly checkCrc: boolean;
  private file: LogSegment | null = null;
  private windowStart = 0;
  private window: Uint8Array = EMPTY;

  constructor(checker: RecordChecker, checkCrc: boolean) {
    this.checker = checker;
    this.checkCrc = checkCrc;
  }

  begin(file: LogSegment): void {
    this.file = file;
    this.window = EMPTY;
  }

  /** Two integers at a position, null where so much cannot be read. */
  peek(position: number): {readonly first: number; readonly second: number} | null {
    let inWindow = position - this.windowStart;
    if (inWindow < 0 || this.window.length - inWindow < 8) {
      if (!this.moveTo(position, Math.min(this.file!.readPosition - position, WINDOW_BYTES))) return null;
      inWindow = 0;
    }
    return {first: int32At(this.window, inWindow), second: int32At(this.window, inWindow + 4)};
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
