import {report} from '../facts.ts';
import {check, DLedgerError, DLedgerResponseCode} from './codes.ts';
import {type DLedgerEntry, EntryEncodingError} from './entry.ts';
import {afterCompared, comparedFirst, type LogEnds} from './log-comparison.ts';
import {PENDING_MAX, PendingPushes} from './pending-pushes.ts';
import {NEVER, PollingThread} from './polling-thread.ts';
import type {PushEntryRequest, PushEntryResponse, PushType} from './protocol.ts';
import {PushBatch} from './push-batch.ts';
import {Quota} from './quota.ts';
import type {AckListener, ReplicationTables} from './replication-tables.ts';

const POLL_MS = 1;
const ERROR_PAUSE_MS = 500;
const COMMIT_AFTER_MS = 1001;
const CALL_PATIENCE_MS = 3000;
const NO_ENTRIES: readonly DLedgerEntry[] = [];

/**
 * Brings one follower's log to where the leader's is. It compares one entry after the other backwards, starting at its own
 * last one or wherever an earlier leadership left off (S1); has the follower cut its log there; and then pushes entries
 * without waiting for answers, up to 1000 of them.
 * Source: DLedger 0.2.2 `DLedgerEntryPusher.EntryDispatcher`.
 */
export class EntryDispatcher {
  private readonly tables: ReplicationTables;
  private readonly acks: AckListener;
  private readonly peer: string;
  private readonly thread: PollingThread;
  private type: 'COMPARE' | 'TRUNCATE' | 'APPEND' = 'COMPARE';
  private compareIndex = -1;
  private writeIndex = -1;
  private term = -1;
  private leaderId: string | null = null;
  private lastPushCommitMs = -1;
  private readonly pending: PendingPushes;
  /** Batch mode: what is collected and not yet sent. */
  private readonly batch = new PushBatch();
  private readonly quota: Quota;
  /** This entry has waited for the quota already. */
  private quotaPaidFor = -1;

  constructor(tables: ReplicationTables, acks: AckListener, peer: string) {
    this.tables = tables;
    this.acks = acks;
    this.peer = peer;
    const {maxPushTimeOutMs, enableBatchPush, peerPushQuota} = tables.config;
    this.pending = new PendingPushes(maxPushTimeOutMs, enableBatchPush, tables.host.clock.nowMs());
    this.quota = new Quota(peerPushQuota);
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

  private get nowMs(): number {
    return this.tables.host.clock.nowMs();
  }

  private get isBatching(): boolean {
    return this.tables.config.enableBatchPush;
  }

  private pass(): void {
    this.guarded(() => {
      if (!this.leads()) this.thread.park(NEVER);
      else if (this.type === 'APPEND') this.append();
      else this.compare();
    });
  }

  /** What a step throws is told, and costs half a second. */
  private guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof DLedgerError) && !(error instanceof EntryEncodingError)) throw error;
      const {selfId} = this.tables.memberState;
      report(this.tables.host.journal, {
        kind: 'warned',
        text: `[Push-${this.peer}]Error in EntryDispatcher-${selfId}-${this.peer} writeIndex=${this.writeIndex} compareIndex=${this.compareIndex}: ${error.message}`,
      });
      this.thread.sleep(ERROR_PAUSE_MS);
    }
  }

  /** Does this member lead? A leadership that is new to this dispatcher begins with comparing. Source: `#checkAndFreshState`. */
  private leads(): boolean {
    const {memberState, config} = this.tables;
    if (!memberState.isLeader) return false;
    if (this.term === memberState.currTerm && this.leaderId === memberState.leaderId) return true;
    this.term = memberState.currTerm;
    this.leaderId = memberState.selfId;
    if (config.fixes.has('compare-afresh')) {
      this.compareIndex = -1;
      this.pending.clear();
    }
    this.changeState(-1, 'COMPARE');
    return true;
  }

  private changeState(index: number, target: 'COMPARE' | 'TRUNCATE' | 'APPEND'): void {
    if (target === 'APPEND') {
      this.compareIndex = -1;
      this.tables.updatePeerWaterMark(this.term, this.peer, index);
      this.acks.wakeUp();
      this.writeIndex = index + 1;
      this.batch.clear();
    } else if (target === 'TRUNCATE') {
      this.compareIndex = -1;
    } else if (this.type === 'APPEND') {
      // From COMPARE or TRUNCATE to COMPARE nothing is reset, not even in a new term (S1).
      this.compareIndex = -1;
      this.pending.clear();
    }
    this.type = target;
    const {memberState, host} = this.tables;
    report(host.journal, {
      kind: 'dledger-push-state',
      group: memberState.group,
      selfId: memberState.selfId,
      peer: this.peer,
      term: this.term,
      state: target,
      index: target === 'COMPARE' ? this.compareIndex : index,
    });
  }

  private requestOf(entry: DLedgerEntry | null, type: PushType): PushEntryRequest {
    const {memberState, store} = this.tables;
    return {
      group: memberState.group,
      remoteId: this.peer,
      localId: null,
      code: DLedgerResponseCode.SUCCESS,
      leaderId: this.leaderId,
      term: this.term,
      entry,
      type,
      commitIndex: store.committedIndex,
      batchEntry: NO_ENTRIES,
    };
  }

  // Comparing.

  /** Source: `#doCompare`. */
  private compare(): void {
    const {store} = this.tables;
    if (!this.leads()) {
      this.thread.park(NEVER);
      return;
    }
    if (this.type === 'APPEND') {
      this.thread.park(this.nowMs);
      return;
    }
    if (this.compareIndex === -1 && store.ledgerEndIndex === -1) {
      this.thread.park(NEVER);
      return;
    }
    this.compareIndex = comparedFirst(this.compareIndex, this.ownEnds);
    const {compareIndex} = this;
    const entry = store.get(compareIndex);
    check(entry !== null, DLedgerResponseCode.INTERNAL_ERROR, () => `compareIndex=${compareIndex}`);
    this.callAndWait(this.requestOf(entry, 'COMPARE'), (response) => {
      check(response !== null, DLedgerResponseCode.INTERNAL_ERROR, () => `compareIndex=${compareIndex}`);
      const isEqual = response.code === DLedgerResponseCode.SUCCESS;
      check(isEqual || response.code === DLedgerResponseCode.INCONSISTENT_STATE, response.code);
      this.compared(isEqual, response);
    });
  }

  private compared(isEqual: boolean, response: PushEntryResponse): void {
    const next = afterCompared(this.compareIndex, isEqual, this.ownEnds, response);
    if (next.kind === 'append') {
      this.changeState(next.index, 'APPEND');
      this.thread.park(this.nowMs);
    } else if (next.kind === 'truncate') {
      this.changeState(next.index, 'TRUNCATE');
      this.truncate(next.index);
    } else {
      this.compareIndex = next.index;
      this.compare();
    }
  }

  private get ownEnds(): LogEnds {
    const {ledgerBeginIndex, ledgerEndIndex} = this.tables.store;
    return {beginIndex: ledgerBeginIndex, endIndex: ledgerEndIndex};
  }

  /** Source: `#doTruncate`. */
  private truncate(index: number): void {
    const entry = this.tables.store.get(index);
    check(entry !== null, DLedgerResponseCode.UNKNOWN);
    this.callAndWait(this.requestOf(entry, 'TRUNCATE'), (response) => {
      check(response !== null, DLedgerResponseCode.UNKNOWN, () => `truncateIndex=${index}`);
      check(response.code === DLedgerResponseCode.SUCCESS, response.code, () => `truncateIndex=${index}`);
      this.lastPushCommitMs = this.nowMs;
      this.changeState(index, 'APPEND');
      this.thread.park(this.nowMs);
    });
  }

  /** Sends, and blocks this thread until the answer or for three seconds. `rest` may throw, as every step may. */
  private callAndWait(request: PushEntryRequest, rest: (response: PushEntryResponse | null) => void): void {
    const {rpc} = this.tables;
    let answer: PushEntryResponse | null | undefined;
    const wait = this.thread.blockFor(() =>
      this.guarded(() => {
        check(answer !== undefined, DLedgerResponseCode.TIMEOUT, () => `${request.type}`);
        rest(answer);
      }),
    );
    // Making the connection does not count.
    if (rpc.isConnected(this.peer)) wait.endAfter(CALL_PATIENCE_MS);
    else rpc.onceConnected(this.peer, () => wait.endAfter(CALL_PATIENCE_MS));
    rpc.push(request, (response) => {
      answer = response;
      wait.end();
    });
  }

  // Appending.

  /** Source: `#doAppend`, `#doBatchAppend`. */
  private append(): void {
    const {store} = this.tables;
    for (;;) {
      if (!this.leads()) {
        this.thread.park(NEVER);
        return;
      }
      if (this.type !== 'APPEND') {
        this.thread.park(this.nowMs);
        return;
      }
      if (this.writeIndex > store.ledgerEndIndex) {
        this.caughtUp();
        return;
      }
      if (this.pending.isLeakCheckDue(this.nowMs)) this.pending.dropAcknowledged(this.watermark, this.nowMs);
      if (this.pending.isFull) {
        if (this.resendIfLate()) return;
        this.thread.park(this.nextDueMs());
        return;
      }
      if (this.isBatching ? this.collect(this.writeIndex) : this.pushOne(this.writeIndex, true)) return;
    }
  }

  private caughtUp(): void {
    if (!this.batch.isEmpty && this.sendBatch()) return;
    const isSilent = this.nowMs - this.lastPushCommitMs >= COMMIT_AFTER_MS;
    if (isSilent && this.commit()) return;
    if (this.resendIfLate()) return;
    this.thread.park(this.nextDueMs());
  }

  private nextDueMs(): number {
    const {pending, lastPushCommitMs} = this;
    const dueMs = pending.isFull ? pending.leakCheckDueMs : lastPushCommitMs + COMMIT_AFTER_MS;
    return Math.min(dueMs, pending.get(this.watermark + 1)?.lateMs ?? NEVER);
  }

  private get watermark(): number {
    return this.tables.getPeerWaterMark(this.term, this.peer);
  }

  /** Only the next one expected is ever sent again. Answers whether this pass has ended. */
  private resendIfLate(): boolean {
    const pending = this.pending.get(this.watermark + 1);
    if (pending === undefined || this.nowMs < pending.lateMs) return false;
    const {index, count} = pending;
    if (!this.isBatching) return this.pushOne(index, false);
    this.batch.clear();
    for (let i = index; i < index + count; i++) {
      const entry = this.tables.store.get(i);
      if (entry !== null) this.batch.add(entry);
    }
    return this.sendBatch();
  }

  /** Null, and back to comparing, where the entry has been deleted meanwhile. Source: `#getDLedgerEntryForAppend`. */
  private entryToPush(index: number): DLedgerEntry | null {
    let entry: DLedgerEntry | null;
    try {
      entry = this.tables.store.get(index);
    } catch (error) {
      if (!(error instanceof DLedgerError) || error.code !== DLedgerResponseCode.INDEX_LESS_THAN_LOCAL_BEGIN)
        throw error;
      this.changeState(-1, 'COMPARE');
      return null;
    }
    check(entry !== null, DLedgerResponseCode.UNKNOWN, () => `writeIndex=${index}`);
    return entry;
  }

  /** Answers whether this pass has ended: for want of quota, or for a connection that has to be made first. */
  private pushOne(index: number, isNew: boolean): boolean {
    const entry = this.entryToPush(index);
    if (entry === null) {
      if (isNew) this.writeIndex++;
      return false;
    }
    const waitMs = this.quotaWaitMs(entry);
    if (waitMs > 0) {
      this.thread.sleep(waitMs);
      return true;
    }
    if (isNew) this.writeIndex++;
    const request = this.requestOf(entry, 'APPEND');
    return this.send(request, (sentMs) => this.pending.sent(index, 1, sentMs));
  }

  /** Far behind, and for a file store only. */
  private quotaWaitMs(entry: DLedgerEntry): number {
    const {store, config} = this.tables;
    if (store.ledgerEndIndex - entry.index <= PENDING_MAX || store.maxWrotePosition === null) return 0;
    if (store.maxWrotePosition - entry.pos < config.peerPushThrottlePoint) return 0;
    if (this.quotaPaidFor === entry.index) return 0;
    this.quotaPaidFor = entry.index;
    return this.quota.take(entry.size, this.nowMs);
  }

  private collect(index: number): boolean {
    const entry = this.entryToPush(index);
    this.writeIndex++;
    if (entry === null) return false;
    this.batch.add(entry);
    return this.batch.sizeBytes >= this.tables.config.maxBatchPushSize && this.sendBatch();
  }

  private sendBatch(): boolean {
    const batchEntry = this.batch.take();
    const index = batchEntry[0]!.index;
    const request = {...this.requestOf(null, 'APPEND'), batchEntry};
    return this.send(request, (sentMs) => this.pending.sent(index, batchEntry.length, sentMs));
  }

  private commit(): boolean {
    const {config, store} = this.tables;
    const {watermark} = this;
    const heed = (response: PushEntryResponse | null): void => {
      if (response === null || response.term !== this.term || this.type !== 'APPEND') return;
      const {code, endIndex} = response;
      const isUnmatched = code === DLedgerResponseCode.INCONSISTENT_STATE && config.fixes.has('match-first');
      const isOdd =
        code === DLedgerResponseCode.SUCCESS &&
        config.fixes.has('heed-commit-reply') &&
        (endIndex < watermark || store.ledgerEndIndex < endIndex);
      if (!isUnmatched && !isOdd) return;
      this.changeState(-1, 'COMPARE');
      this.thread.notice();
    };
    return this.dispatch(this.requestOf(null, 'COMMIT'), heed, () => {});
  }

  private send(request: PushEntryRequest, sent: (sentMs: number) => void): boolean {
    return this.dispatch(request, (response) => this.answered(response), sent);
  }

  /**
   * Sends without waiting for the answer. Where there is no connection this thread makes it, and does nothing else until it
   * stands or has failed: the answer is then that the pass has ended.
   */
  private dispatch(
    request: PushEntryRequest,
    answered: (response: PushEntryResponse | null) => void,
    sent: (sentMs: number) => void,
  ): boolean {
    const {rpc} = this.tables;
    const isConnected = rpc.isConnected(this.peer);
    const isSent = (): void => {
      sent(this.nowMs);
      this.lastPushCommitMs = this.nowMs;
    };
    rpc.push(request, answered);
    if (isConnected) {
      isSent();
      return false;
    }
    this.thread.block();
    rpc.onceConnected(this.peer, () => {
      isSent();
      this.thread.resume();
    });
    return true;
  }

  private answered(response: PushEntryResponse | null): void {
    if (response === null) return;
    const {tables} = this;
    if (response.code === DLedgerResponseCode.SUCCESS) {
      const wasFull = this.pending.isFull;
      if (response.index !== null) {
        this.pending.answered(response.index);
        tables.updatePeerWaterMark(response.term, this.peer, response.index);
      }
      if (!this.isBatching) this.acks.wakeUp();
      else this.acks.notice();
      const next = this.pending.get(this.watermark + 1);
      if (wasFull) this.thread.notice();
      else if (next !== undefined) this.thread.noticeAt(next.lateMs);
    } else if (response.code === DLedgerResponseCode.INCONSISTENT_STATE) {
      this.changeState(-1, 'COMPARE');
      this.thread.notice();
    } else {
      const text = `[Push-${this.peer}]Get error response code ${response.code} term=${response.term}`;
      report(tables.host.journal, {kind: 'warned', text});
    }
  }
}
