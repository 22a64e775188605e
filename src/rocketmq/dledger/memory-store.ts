import {check, DLedgerResponseCode} from './codes.ts';
import type {DLedgerEntry} from './entry.ts';
import type {MemberState} from './member-state.ts';
import type {DLedgerStore} from './store.ts';

/**
 * A log in memory, for tests. What is appended is committed; magic and position stay 0. It never tells the member state where
 * it ends, so votes say -1 and logs are not compared in them.
 * Source: DLedger 0.2.2 `store.DLedgerMemoryStore`.
 */
export class DLedgerMemoryStore implements DLedgerStore {
  ledgerBeginIndex = -1;
  ledgerEndIndex = -1;
  ledgerEndTerm = 0;
  committedIndex = -1;
  readonly maxWrotePosition = null;
  private readonly memberState: MemberState;
  private readonly entries = new Map<number, DLedgerEntry>();

  constructor(memberState: MemberState) {
    this.memberState = memberState;
  }

  startup(): void {}

  shutdown(done: () => void): void {
    done();
  }

  appendAsLeader(entry: DLedgerEntry): DLedgerEntry {
    const {memberState} = this;
    check(memberState.isLeader, DLedgerResponseCode.NOT_LEADER);
    check(memberState.transferee === null, DLedgerResponseCode.LEADER_TRANSFERRING);
    this.ledgerEndIndex++;
    this.committedIndex++;
    this.ledgerEndTerm = memberState.currTerm;
    entry.index = this.ledgerEndIndex;
    entry.term = memberState.currTerm;
    this.put(entry);
    return entry;
  }

  appendAsFollower(entry: DLedgerEntry, leaderTerm: number, leaderId: string | null): DLedgerEntry {
    const {memberState} = this;
    check(memberState.isFollower, DLedgerResponseCode.NOT_FOLLOWER);
    check(leaderTerm === memberState.currTerm, DLedgerResponseCode.INCONSISTENT_TERM);
    check(leaderId === memberState.leaderId, DLedgerResponseCode.INCONSISTENT_LEADER);
    this.ledgerEndTerm = entry.term;
    this.ledgerEndIndex = entry.index;
    this.committedIndex = entry.index;
    this.put(entry);
    return entry;
  }

  truncate(entry: DLedgerEntry, leaderTerm: number, leaderId: string | null): number {
    return this.appendAsFollower(entry, leaderTerm, leaderId).index;
  }

  get(index: number): DLedgerEntry | null {
    return this.entries.get(index) ?? null;
  }

  updateCommittedIndex(): void {}

  private put(entry: DLedgerEntry): void {
    this.entries.set(entry.index, entry);
    if (this.ledgerBeginIndex === -1) this.ledgerBeginIndex = this.ledgerEndIndex;
  }
}
