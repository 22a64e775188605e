import type {LedgerFile} from '../../dledger/ledger-file-list.ts';
import type {LogSegment} from '../log-scanner.ts';

const NO_BYTES = new Uint8Array(0);

/** One file of a ledger, as far as a majority is known to have it. Good within the event in which it was made. */
export class LedgerSegment implements LogSegment {
  readonly fileFromOffset: number;
  readonly readPosition: number;
  private readonly file: LedgerFile;

  constructor(file: LedgerFile, committedPos: number) {
    this.file = file;
    this.fileFromOffset = file.fromOffset;
    // A log that was cut back ends before what it once knew to be committed.
    this.readPosition = Math.min(file.wrotePosition, committedPos - file.fromOffset);
  }

  get readEndOffset(): number {
    return this.fileFromOffset + this.readPosition;
  }

  read(position: number, lengthBytes: number): Uint8Array {
    const length = Math.min(lengthBytes, this.readPosition - position);
    return (length <= 0 ? null : this.file.read(position, length)) ?? NO_BYTES;
  }
}
