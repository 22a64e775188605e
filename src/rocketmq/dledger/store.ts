import type {DLedgerEntry} from './entry.ts';

/**
 * Called for each entry that a leader appends, with its place known and nothing written yet: what it changes in `bytes` is what
 * is written and replicated. Source: DLedger 0.2.2 `DLedgerMmapFileStore.AppendHook`.
 * @param bytes the encoded entry
 * @param bodyOffset where its body begins in them
 */
export type AppendHook = (entry: DLedgerEntry, bytes: Uint8Array, bodyOffset: number) => void;

/**
 * The replicated log of one member. What it refuses is a `DLedgerError` with the code to answer.
 * Source: DLedger 0.2.2 `store.DLedgerStore`.
 */
export interface DLedgerStore {
  /** -1 while empty. */
  readonly ledgerBeginIndex: number;
  readonly ledgerEndIndex: number;
  readonly ledgerEndTerm: number;
  /** -1 while nothing is known to be committed. A hint: it may lag behind, and S4 and S6 make it wrong. */
  readonly committedIndex: number;
  appendAsLeader(entry: DLedgerEntry): DLedgerEntry;
  appendAsFollower(entry: DLedgerEntry, leaderTerm: number, leaderId: string | null): DLedgerEntry;
  /** Makes `entry` the last one; answers its index. */
  truncate(entry: DLedgerEntry, leaderTerm: number, leaderId: string | null): number;
  get(index: number): DLedgerEntry | null;
  /** Never moves back. */
  updateCommittedIndex(term: number, index: number): void;
  /** Where the data ends, and where an entry lies in it, for the throttle; null with a store without positions. */
  readonly maxWrotePosition: number | null;
  startup(): void;
  shutdown(done: () => void): void;
}
