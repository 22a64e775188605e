import {check, DLedgerResponseCode} from './codes.ts';
import type {DLedgerEntry} from './entry.ts';

/**
 * Entries one behind the other that are collected for one push.
 * Source: DLedger 0.2.2 `DLedgerEntryPusher.EntryDispatcher#batchAppendEntryRequest`, `PushEntryRequest#addEntry`.
 */
export class PushBatch {
  private entries: DLedgerEntry[] = [];
  sizeBytes = 0;

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  add(entry: DLedgerEntry): void {
    const [first] = this.entries;
    const isNext = first === undefined || first.index + this.entries.length === entry.index;
    check(isNext, DLedgerResponseCode.UNKNOWN, () => 'batch push wrong order');
    this.entries.push(entry);
    this.sizeBytes += entry.size;
  }

  clear(): void {
    this.take();
  }

  /** Empties it; answers what was in it. */
  take(): readonly DLedgerEntry[] {
    const {entries} = this;
    this.entries = [];
    this.sizeBytes = 0;
    return entries;
  }
}
