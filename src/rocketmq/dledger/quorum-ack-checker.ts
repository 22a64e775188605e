import {DLedgerResponseCode} from './codes.ts';
import {NEVER, PollingThread} from './polling-thread.ts';
import type {ReplicationTables} from './replication-tables.ts';

const POLL_MS = 1;
/** A check for leaks is due when more than a second has passed. */
const LEAK_CHECK_MS = 1001;
/** Java's loop over what may have timed out counts no further. */
const TIMEOUT_LOOP_END = 2 ** 31 - 1;

/**
 * Counts acknowledgements on the leader: what a majority has is committed, in whichever term it was written (S5), and who waits
 * for it is answered, the latest first.
 * Source: DLedger 0.2.2 `DLedgerEntryPusher.QuorumAckChecker`.
 */
export class QuorumAckChecker {
  private readonly tables: ReplicationTables;
  private readonly thread: PollingThread;
  private lastQuorumIndex = -1;
  private lastCheckLeakMs: number;
  /** When there is something for the next check to find. */
  private leakDueMs: number | null = null;
  /** Did it lead at its last pass? Only a leader's checks for leaks go on while nothing happens. */
  private wasLeading = false;

  constructor(tables: ReplicationTables) {
    this.tables = tables;
    this.lastCheckLeakMs = tables.host.clock.nowMs();
    this.thread = new PollingThread(tables.host, POLL_MS, () => this.pass());
  }

  start(): void {
    this.thread.start();
  }

  stop(): void {
    this.thread.stop();
  }

  notice(): void {
    this.thread.notice();
  }

  noticeAt(dueMs: number): void {
    this.thread.noticeAt(dueMs);
  }

  roleChanged(): void {
    if (!this.tables.memberState.isLeader) this.wasLeading = false;
    this.thread.notice();
  }

  /** An acknowledgement came: unlike the other threads of the tables, this one is woken. */
  wakeUp(): void {
    this.thread.wakeUp();
  }

  private pass(): void {
    const {tables} = this;
    const {memberState, store} = tables;
    if (!memberState.isLeader) {
      this.wasLeading = false;
      this.thread.park(NEVER);
      return;
    }
    const term = memberState.currTerm;
    this.clearOtherTerms(term);
    const quorumIndex = this.quorumIndexOf(term);
    store.updateCommittedIndex(term, quorumIndex);
    let hasHole = false;
    for (let index = quorumIndex; index > this.lastQuorumIndex; index--) {
      if (!this.succeed(term, index)) {
        hasHole = true;
        break;
      }
    }
    const dueMs = this.timeOut(term, quorumIndex);
    const leakDueMs = this.checkLeaks(term, quorumIndex, hasHole);
    this.lastQuorumIndex = quorumIndex;
    this.thread.park(Math.min(dueMs, leakDueMs));
  }

  /** Source: the first two loops of `#doWork`. A leader that never leads again never gets here (S9). */
  private clearOtherTerms(term: number): void {
    const {tables} = this;
    if (tables.pendingByTerm.size > 1) {
      for (const [other, pending] of tables.pendingByTerm) {
        if (other === term) continue;
        tables.pendingByTerm.delete(other);
        for (const [index, future] of pending)
          tables.failPending(other, index, future, DLedgerResponseCode.TERM_CHANGED, -1);
      }
    }
    if (tables.watermarksByTerm.size > 1) {
      for (const other of tables.watermarksByTerm.keys())
        if (other !== term) tables.watermarksByTerm.delete(other);
    }
  }

  /** Answers whoever waits for an entry; false if nobody is noted down. */
  private succeed(term: number, index: number): boolean {
    const {memberState} = this.tables;
    const pending = this.tables.pendingOf(term);
    const future = pending.get(index);
    if (future === undefined) return false;
    pending.delete(index);
    if (!future.isDone) {
      future.complete({
        group: memberState.group,
        remoteId: null,
        localId: null,
        code: DLedgerResponseCode.SUCCESS,
        term,
        index,
        leaderId: memberState.selfId,
        pos: future.pos,
      });
    }
    return true;
  }

  /** Answers 502 to who has waited too long; the place stays taken. Answers when the next one will have. */
  private timeOut(term: number, quorumIndex: number): number {
    const {tables} = this;
    const pending = tables.pendingOf(term);
    const nowMs = tables.host.clock.nowMs();
    for (let index = quorumIndex + 1; index < TIMEOUT_LOOP_END; index++) {
      const future = pending.get(index);
      if (future === undefined) return NEVER;
      if (!future.isTimeOut(nowMs)) return future.deadlineMs;
      tables.failPending(term, index, future, DLedgerResponseCode.WAIT_QUORUM_ACK_TIMEOUT, term);
    }
    return NEVER;
  }

  /**
   * Each second, or when somebody was missing: raises the own watermark to the log's end and answers who was passed over.
   * Answers when it has to look again.
   */
  private checkLeaks(term: number, quorumIndex: number, hasHole: boolean): number {
    const {tables} = this;
    const {memberState, store} = tables;
    const nowMs = tables.host.clock.nowMs();
    const pending = tables.pendingOf(term);
    let isDue: boolean;
    if (!this.wasLeading) {
      isDue = nowMs - this.lastCheckLeakMs >= LEAK_CHECK_MS;
    } else if (this.leakDueMs !== null) {
      isDue = nowMs >= this.leakDueMs;
    } else {
      // The real one has looked all the time, and what it found nothing at has only moved its next look.
      this.lastCheckLeakMs += Math.floor((nowMs - this.lastCheckLeakMs) / LEAK_CHECK_MS) * LEAK_CHECK_MS;
      isDue = false;
    }
    this.wasLeading = true;
    const last = tables.config.fixes.has('answer-at-quorum') ? quorumIndex : quorumIndex - 1;
    if (isDue || hasHole) {
      tables.updatePeerWaterMark(term, memberState.selfId, store.ledgerEndIndex);
      for (const index of pending.keys()) {
        if (index > last) break;
        this.succeed(term, index);
      }
      this.lastCheckLeakMs = nowMs;
    }
    const oldest = pending.keys().next();
    const isBehind = tables.getPeerWaterMark(term, memberState.selfId) < store.ledgerEndIndex;
    const hasLeak = isBehind || (!oldest.done && oldest.value <= last);
    this.leakDueMs = hasLeak ? this.lastCheckLeakMs + LEAK_CHECK_MS : null;
    // Raising the own mark may have made a quorum: the next poll sees it.
    if (this.quorumIndexOf(term) > quorumIndex) return nowMs;
    return this.leakDueMs ?? NEVER;
  }

  /** The highest index that a majority has: it is asked for on every pass, of a handful of members. */
  private quorumIndexOf(term: number): number {
    const marks = this.tables.watermarksOf(term);
    let highest = -1;
    for (const mark of marks.values()) {
      if (mark <= highest) continue;
      let holders = 0;
      for (const other of marks.values()) if (other >= mark) holders++;
      if (holders * 2 > marks.size) highest = mark;
    }
    return highest;
  }
}
