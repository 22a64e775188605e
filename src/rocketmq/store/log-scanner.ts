import type {CheckedRecord, RecordChecker} from './record-check.ts';

const WINDOW_BYTES = 65_536;
const NO_BYTES: CheckedRecord = {kind: 'bad', sizeBytes: -1};

/** Reads bytes from a position on, at most so many; may answer fewer. */
export type ReadBytes = (position: number, lengthBytes: number) => Uint8Array | null;

/**
 * Checks record after record through windows of the log, so that a run of small records costs one read of the disk.
 * A window is a view that later writes may outdate: one scanner serves one pass, within one event.
 */
export class LogScanner {
  private readonly checker: RecordChecker;
  private readonly readBytes: ReadBytes;
  private readonly checkCrc: boolean;
  private windowStart = 0;
  private window: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.window.buffer);

  constructor(checker: RecordChecker, readBytes: ReadBytes, checkCrc: boolean) {
    this.checker = checker;
    this.readBytes = readBytes;
    this.checkCrc = checkCrc;
  }

  /** The record at `position`, where `available` bytes may be read (to the end of the file, or of what is written). */
  at(position: number, available: number): CheckedRecord {
    if (available < 8) return NO_BYTES;
    let inWindow = position - this.windowStart;
    let known = this.window.length - inWindow;
    if (inWindow < 0 || known < 8) {
      if (!this.moveTo(position, Math.min(available, WINDOW_BYTES))) return NO_BYTES;
      inWindow = 0;
      known = this.window.length;
    }
    const totalSize = this.view.getInt32(inWindow);
    if (totalSize > known && totalSize <= available) {
      if (!this.moveTo(position, Math.min(available, Math.max(totalSize, WINDOW_BYTES)))) return NO_BYTES;
      inWindow = 0;
    }
    const end = Math.min(this.window.length, inWindow + available);
    return this.checker.check(this.window, this.view, inWindow, end, this.checkCrc);
  }

  private moveTo(position: number, lengthBytes: number): boolean {
    const bytes = this.readBytes(position, lengthBytes);
    if (bytes === null || bytes.length < 8) return false;
    this.window = bytes;
    this.windowStart = position;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return true;
  }
}
