import {BODY_OFFSET} from '../../dledger/entry.ts';
import {BLANK_MAGIC as LEDGER_BLANK_MAGIC} from '../../dledger/ledger-file-list.ts';
import {BLANK_MAGIC, MESSAGE_MAGIC} from '../../message/record.ts';
import {LogScanner, type LogSegment, type RecordScanner} from '../log-scanner.ts';
import type {CheckedRecord, RecordChecker} from '../record-check.ts';

const NO_RECORD: CheckedRecord = {kind: 'bad', sizeBytes: -1};
const BLANK: CheckedRecord = {kind: 'blank'};

/**
 * Finds the records inside the entries of a ledger, and those of an older log that lie in no entry. The second integer tells
 * them apart: a record's magic, or an entry's size, which is positive.
 * Source: RocketMQ 4.9.1 `DLedgerCommitLog#checkMessageAndReturnSize`.
 */
export class EntryScanner implements RecordScanner {
  headerBytes = 0;
  private readonly records: LogScanner;

  constructor(checker: RecordChecker) {
    this.records = new LogScanner(checker, false);
  }

  begin(segment: LogSegment): void {
    this.records.begin(segment);
  }

  at(position: number): CheckedRecord {
    this.headerBytes = 0;
    const head = this.records.peek(position);
    if (head === null) return NO_RECORD;
    if (head.second === MESSAGE_MAGIC || head.second === BLANK_MAGIC) return this.records.at(position);
    if (head.first === LEDGER_BLANK_MAGIC) return BLANK;
    this.headerBytes = BODY_OFFSET;
    const record = this.records.at(position + BODY_OFFSET);
    // A body is one record. One that says that a file ends is none.
    return record.kind === 'blank' ? NO_RECORD : record;
  }
}
