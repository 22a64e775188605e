import type {Host} from '../../ports/host.ts';
import {AppendFuture} from './append-future.ts';
import {DLedgerResponseCode} from './codes.ts';
import type {DLedgerConfig} from './config.ts';
import type {DLedgerEntry} from './entry.ts';
import {EntryDispatcher} from './entry-dispatcher.ts';
import {EntryHandler} from './entry-handler.ts';
import type {MemberState, Role} from './member-state.ts';
import {
  type AppendEntryResponse,
  emptyMessage,
  type PushEntryRequest,
  type PushEntryResponse,
} from './protocol.ts';
import {QuorumAckChecker} from './quorum-ack-checker.ts';
import {ReplicationTables} from './replication-tables.ts';
import type {DLedgerRpc} from './rpc.ts';
import type {DLedgerStore} from './store.ts';

/** What of the pusher can be looked at from outside: for the page and for checks. */
export interface PeerProgress {
  readonly peer: string;
  /** Highest entry acknowledged in this term; -1 for none. */
  readonly watermark: number;
}

/**
 * Replication: one dispatcher for each other member while this one leads, a handler while it follows, and a checker that
 * counts acknowledgements.
 * Source: DLedger 0.2.2 `DLedgerEntryPusher`.
 */
export class DLedgerEntryPusher {
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly memberState: MemberState;
  private readonly tables: ReplicationTables;
  private readonly checker: QuorumAckChecker;
  private readonly handler: EntryHandler;
  private readonly dispatchers: EntryDispatcher[] = [];
  private roleBefore: Role = 'CANDIDATE';

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
    this.tables = new ReplicationTables(host, config, memberState, store, rpc);
    this.checker = new QuorumAckChecker(this.tables);
    for (const peer of memberState.peers.keys()) {
      if (peer !== memberState.selfId)
        this.dispatchers.push(new EntryDispatcher(this.tables, this.checker, peer));
    }
    this.handler = new EntryHandler(host, config, memberState, store, rpc);
  }

  startup(): void {
    this.handler.start();
    this.checker.start();
    for (const dispatcher of this.dispatchers) dispatcher.start();
  }

  shutdown(): void {
    this.handler.stop();
    this.checker.stop();
    for (const dispatcher of this.dispatchers) dispatcher.stop();
  }

  /** May throw a `DLedgerError`, for the caller to answer. */
  handlePush(request: PushEntryRequest, answer: (response: PushEntryResponse) => void): void {
    this.handler.handlePush(request, answer);
  }

  /** Each thread sees at its next poll that the role is another. */
  roleChanged(): void {
    const {role} = this.memberState;
    const before = this.roleBefore;
    this.roleBefore = role;
    if (before === 'LEADER' && role !== 'LEADER' && this.config.fixes.has('answer-on-step-down'))
      this.answerAllPending();
    this.handler.roleChanged();
    this.checker.roleChanged();
    for (const dispatcher of this.dispatchers) dispatcher.notice();
  }

  /** The log has grown: dispatchers find it at their next poll. Nothing wakes them. */
  entryAppended(): void {
    for (const dispatcher of this.dispatchers) dispatcher.notice();
    this.checker.notice();
  }

  getPeerWaterMark(term: number, peer: string): number {
    return this.tables.getPeerWaterMark(term, peer);
  }

  /** One more than the limit fits: it is only asked whether there are more. */
  isPendingFull(term: number): boolean {
    return this.tables.pendingOf(term).size > this.config.maxPendingRequestsNum;
  }

  /** Notes down that somebody waits for an entry just appended. Source: `#waitAck`. */
  waitAck(entry: DLedgerEntry, positions: readonly number[] | null): AppendFuture {
    const {memberState, config, host} = this;
    this.tables.updatePeerWaterMark(entry.term, memberState.selfId, entry.index);
    this.checker.notice();
    if (memberState.peerSize === 1) {
      const response: AppendEntryResponse = {
        ...emptyMessage(),
        group: memberState.group,
        leaderId: memberState.selfId,
        index: entry.index,
        term: entry.term,
        pos: entry.pos,
      };
      return AppendFuture.completed(entry.pos, response, positions);
    }
    const future = new AppendFuture(entry.pos, positions, host.clock.nowMs(), config.maxWaitAckTimeMs);
    const register = (): void => {
      this.tables.pendingOf(entry.term).set(entry.index, future);
      this.checker.noticeAt(future.deadlineMs);
    };
    if (config.appendPreemptionMs > 0) {
      host.clock.after(config.appendPreemptionMs, () => {
        register();
        // Its entry may be committed already: only the look that the checker takes each second finds who waits for it then.
        this.checker.notice();
      });
    } else register();
    return future;
  }

  /** Only with `answer-on-step-down`: 0.2.2 leaves them waiting, most of them for ever (S9). */
  private answerAllPending(): void {
    for (const [term, pending] of this.tables.pendingByTerm) {
      for (const [index, future] of pending)
        this.tables.failPending(term, index, future, DLedgerResponseCode.TERM_CHANGED, -1);
    }
    this.tables.pendingByTerm.clear();
  }
}
