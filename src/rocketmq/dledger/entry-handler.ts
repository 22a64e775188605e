import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {RequestFailure} from '../remoting/dispatch.ts';
import {check, DLedgerError, DLedgerResponseCode} from './codes.ts';
import type {DLedgerConfig} from './config.ts';
import {type DLedgerEntry, EntryEncodingError, sameEntry} from './entry.ts';
import type {MemberState} from './member-state.ts';
import {NEVER, PollingThread} from './polling-thread.ts';
import type {PushEntryRequest, PushEntryResponse} from './protocol.ts';
import {type DLedgerRpc, NETWORK_THREADS} from './rpc.ts';
import type {DLedgerStore} from './store.ts';

const POLL_MS = 1;
/** Room for requests other than APPEND. */
const QUEUE_MAX = 100;
const ABNORMAL_CHECK_MS = 1000;
/** A push for which the one before it is missing is answered once it is as old as this. */
const GAP_PATIENCE_MS = 1000;

interface Waiting {
  readonly request: PushEntryRequest;
  readonly answer: (response: PushEntryResponse) => void;
  readonly arrivedMs: number;
  isAnswered: boolean;
}

/**
 * Takes pushes, on a follower: whoever sends them, whatever their term, and as long as they like to wait. One thread puts
 * them in order and does what they say, while this member follows.
 * Source: DLedger 0.2.2 `DLedgerEntryPusher.EntryHandler`.
 */
export class EntryHandler {
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly memberState: MemberState;
  private readonly store: DLedgerStore;
  private readonly rpc: DLedgerRpc;
  private readonly thread: PollingThread;
  /** By (first) index. */
  private readonly writeRequests = new Map<number, Waiting>();
  private readonly queue: Waiting[] = [];
  /** Requests that found no room; each keeps a network thread (S11). */
  private readonly blocked: Waiting[] = [];
  private lastAbnormalCheckMs: number;
  /** Only with `match-first`: of which leadership a COMPARE or TRUNCATE has succeeded since this process began. */
  private matchedTerm = -1;
  private matchedLeader: string | null = null;

  constructor(
    host: Host,
    config: DLedgerConfig,
    memberState: MemberState,
    store: DLedgerStore,
    rpc: DLedgerRpc,
  ) {
    this.host = host;
    this.config = config;
    this.memberState = memberState;
    this.store = store;
    this.rpc = rpc;
    this.lastAbnormalCheckMs = host.clock.nowMs();
    this.thread = new PollingThread(host, POLL_MS, () => this.pass());
  }

  start(): void {
    this.thread.start();
  }

  stop(): void {
    this.thread.stop();
  }

  roleChanged(): void {
    if (!this.memberState.isFollower && this.config.fixes.has('never-block-network')) this.refuseQueued();
    this.thread.notice();
  }

  /** Called by a network thread. Throws what is to be answered at once. */
  handlePush(request: PushEntryRequest, answer: (response: PushEntryResponse) => void): void {
    const waiting: Waiting = {request, answer, arrivedMs: this.host.clock.nowMs(), isAnswered: false};
    switch (request.type) {
      case 'APPEND':
        this.takeAppend(waiting);
        break;
      case 'COMMIT':
        this.enqueue(waiting);
        break;
      case 'COMPARE':
      case 'TRUNCATE':
        check(request.entry !== null, DLedgerResponseCode.UNEXPECTED_ARGUMENT);
        this.writeRequests.clear();
        this.enqueue(waiting);
        break;
      default:
        throw new RequestFailure('java.lang.NullPointerException');
    }
  }

  private takeAppend(waiting: Waiting): void {
    const {request} = waiting;
    const {entry, batchEntry} = request;
    if (this.writeRequests.size === 0) this.catchUpAbnormalCheck();
    if (this.config.enableBatchPush) {
      const [first] = batchEntry;
      check(first !== undefined, DLedgerResponseCode.UNEXPECTED_ARGUMENT);
      this.writeRequests.delete(first.index);
      this.writeRequests.set(first.index, waiting);
    } else {
      check(entry !== null, DLedgerResponseCode.UNEXPECTED_ARGUMENT);
      if (this.writeRequests.has(entry.index)) {
        this.answer(waiting, DLedgerResponseCode.REPEATED_PUSH);
        return;
      }
      this.writeRequests.set(entry.index, waiting);
    }
    this.thread.notice();
  }

  private enqueue(waiting: Waiting): void {
    if (this.config.fixes.has('never-block-network')) {
      if (!this.memberState.isFollower && waiting.request.type === 'COMMIT')
        this.answer(waiting, DLedgerResponseCode.UNKNOWN);
      else if (this.queue.length >= QUEUE_MAX) this.answer(waiting, DLedgerResponseCode.UNKNOWN);
      else this.queue.push(waiting);
    } else if (this.queue.length < QUEUE_MAX) {
      this.queue.push(waiting);
    } else {
      this.blocked.push(waiting);
      const {group, selfId} = this.memberState;
      report(this.host.journal, {
        kind: 'dledger-thread-blocked',
        group,
        selfId,
        blocked: this.blocked.length,
        threads: NETWORK_THREADS,
      });
      this.rpc.blockThread();
    }
    this.thread.notice();
  }

  private dequeue(): Waiting | undefined {
    const waiting = this.queue.shift();
    const next = this.blocked.shift();
    if (next !== undefined) {
      this.queue.push(next);
      this.rpc.releaseThread();
    }
    return waiting;
  }

  private refuseQueued(): void {
    for (const waiting of this.queue.splice(0)) this.answer(waiting, DLedgerResponseCode.UNKNOWN);
  }

  /** One pass does all that is there: between two pieces of work the real thread does not wait. */
  private pass(): void {
    while (this.memberState.isFollower) {
      const waiting = this.dequeue();
      if (waiting !== undefined) {
        this.handleQueued(waiting);
        continue;
      }
      const nextIndex = this.store.ledgerEndIndex + 1;
      const next = this.writeRequests.get(nextIndex);
      if (next === undefined) {
        this.checkAbnormal(nextIndex - 1);
        this.thread.park(
          this.writeRequests.size === 0 ? NEVER : this.lastAbnormalCheckMs + ABNORMAL_CHECK_MS,
        );
        return;
      }
      this.writeRequests.delete(nextIndex);
      if (this.config.enableBatchPush) this.appendBatch(next);
      else this.appendOne(next);
    }
    this.thread.park(NEVER);
  }

  private handleQueued(waiting: Waiting): void {
    switch (waiting.request.type) {
      case 'TRUNCATE':
        this.truncate(waiting);
        break;
      case 'COMPARE':
        this.compare(waiting);
        break;
      default:
        this.commit(waiting);
    }
  }

  private appendOne(waiting: Waiting): void {
    const {request} = waiting;
    this.attempt(waiting, DLedgerResponseCode.INCONSISTENT_STATE, () => {
      this.checkMatched(request);
      this.store.appendAsFollower(request.entry!, request.term, request.leaderId);
      this.answer(waiting, DLedgerResponseCode.SUCCESS);
      this.store.updateCommittedIndex(request.term, request.commitIndex);
    });
  }

  /** What fails is not answered. */
  private appendBatch(waiting: Waiting): void {
    const {request} = waiting;
    this.attempt(waiting, null, () => {
      this.checkMatched(request);
      for (const entry of request.batchEntry)
        this.store.appendAsFollower(entry, request.term, request.leaderId);
      this.answer(waiting, DLedgerResponseCode.SUCCESS);
      this.store.updateCommittedIndex(request.term, request.commitIndex);
    });
  }

  /** Neither the sender nor its term is looked at. */
  private compare(waiting: Waiting): void {
    const {request} = waiting;
    const entry = request.entry!;
    let isSame = false;
    this.attempt(waiting, DLedgerResponseCode.INCONSISTENT_STATE, () => {
      isSame = sameEntry(entry, this.store.get(entry.index));
      check(isSame, DLedgerResponseCode.INCONSISTENT_STATE);
      this.matched(request);
      this.answer(waiting, DLedgerResponseCode.SUCCESS);
    });
    report(this.host.journal, {
      kind: 'dledger-compared',
      group: this.memberState.group,
      selfId: this.memberState.selfId,
      leaderId: request.leaderId ?? '',
      term: request.term,
      index: entry.index,
      isSame,
      endIndex: this.store.ledgerEndIndex,
    });
  }

  private truncate(waiting: Waiting): void {
    const {request} = waiting;
    const entry = request.entry!;
    this.attempt(waiting, DLedgerResponseCode.INCONSISTENT_STATE, () => {
      const index = this.store.truncate(entry, request.term, request.leaderId);
      check(index === entry.index, DLedgerResponseCode.INCONSISTENT_STATE);
      this.matched(request);
      this.answer(waiting, DLedgerResponseCode.SUCCESS);
      this.store.updateCommittedIndex(request.term, request.commitIndex);
    });
  }

  /** The leader's index counts as far as the own log goes, whether or not that log is the leader's (S4). */
  private commit(waiting: Waiting): void {
    const {request} = waiting;
    this.attempt(waiting, DLedgerResponseCode.UNKNOWN, () => {
      const isMatched = this.isMatched(request);
      if (isMatched) this.store.updateCommittedIndex(request.term, request.commitIndex);
      // A leader of 0.2.2 looks at no answer to this; one with `match-first` compares then, or a quiet group would never match.
      this.answer(waiting, isMatched ? DLedgerResponseCode.SUCCESS : DLedgerResponseCode.INCONSISTENT_STATE);
    });
  }

  /** Does something; what goes wrong is told, and answered with `failureCode` unless an answer is out already. */
  private attempt(waiting: Waiting, failureCode: number | null, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof DLedgerError) && !(error instanceof EntryEncodingError)) throw error;
      if (failureCode !== null) this.answer(waiting, failureCode);
    }
  }

  private matched(request: PushEntryRequest): void {
    const {memberState} = this;
    if (request.term !== memberState.currTerm || request.leaderId !== memberState.leaderId) return;
    this.matchedTerm = request.term;
    this.matchedLeader = request.leaderId;
  }

  private isMatched(request: PushEntryRequest): boolean {
    if (!this.config.fixes.has('match-first')) return true;
    return this.matchedTerm === request.term && this.matchedLeader === request.leaderId;
  }

  private checkMatched(request: PushEntryRequest): void {
    check(this.isMatched(request), DLedgerResponseCode.INCONSISTENT_STATE);
  }

  private answer(waiting: Waiting, code: number): void {
    if (waiting.isAnswered) return;
    waiting.isAnswered = true;
    const {request} = waiting;
    const {batchEntry} = request;
    let index: number | null = null;
    if (this.config.enableBatchPush && request.type === 'APPEND')
      index = batchEntry[batchEntry.length - 1]?.index ?? -1;
    else if (request.type !== 'COMMIT') index = request.entry!.index;
    waiting.answer({
      group: request.group,
      remoteId: null,
      localId: null,
      code,
      leaderId: null,
      term: request.term,
      index,
      beginIndex: this.store.ledgerBeginIndex,
      endIndex: this.store.ledgerEndIndex,
    });
  }

  /** While it follows and nothing waits, the real one only notes that it has looked. */
  private catchUpAbnormalCheck(): void {
    if (!this.memberState.isFollower) return;
    const passedMs = this.host.clock.nowMs() - this.lastAbnormalCheckMs;
    this.lastAbnormalCheckMs += Math.max(0, Math.floor(passedMs / ABNORMAL_CHECK_MS)) * ABNORMAL_CHECK_MS;
  }

  /** Source: `#checkAbnormalFuture`, `#checkAppendFuture`, `#checkBatchAppendFuture`. */
  private checkAbnormal(endIndex: number): void {
    const nowMs = this.host.clock.nowMs();
    if (nowMs - this.lastAbnormalCheckMs < ABNORMAL_CHECK_MS) return;
    this.lastAbnormalCheckMs = nowMs;
    let firstBeyond: number | null = null;
    for (const [index, waiting] of this.writeRequests) {
      const entries = this.config.enableBatchPush ? waiting.request.batchEntry : [waiting.request.entry!];
      if (entries[entries.length - 1]!.index <= endIndex) {
        this.answerFallenBehind(waiting, entries);
        this.writeRequests.delete(index);
        continue;
      }
      if (index === endIndex + 1) return;
      const isOld = nowMs - waiting.arrivedMs >= GAP_PATIENCE_MS;
      if (isOld && (firstBeyond === null || index < firstBeyond)) firstBeyond = index;
    }
    if (firstBeyond === null) return;
    const waiting = this.writeRequests.get(firstBeyond)!;
    // It stays where it is: sent again it is a repeated push, and nobody hears of the gap a second time (S12).
    this.answer(waiting, DLedgerResponseCode.INCONSISTENT_STATE);
    if (this.config.fixes.has('forget-answered-gap')) this.writeRequests.delete(firstBeyond);
  }

  /** It is in the log already, and its acknowledgement was lost; or something else is. */
  private answerFallenBehind(waiting: Waiting, entries: readonly DLedgerEntry[]): void {
    this.attempt(waiting, DLedgerResponseCode.INCONSISTENT_STATE, () => {
      for (const entry of entries)
        check(sameEntry(entry, this.store.get(entry.index)), DLedgerResponseCode.INCONSISTENT_STATE);
      this.answer(waiting, DLedgerResponseCode.SUCCESS);
    });
  }
}
