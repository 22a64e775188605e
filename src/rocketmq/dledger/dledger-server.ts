import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {RequestFailure} from '../remoting/dispatch.ts';
import {AppendFuture} from './append-future.ts';
import {check, DLedgerError, DLedgerResponseCode} from './codes.ts';
import {DEFAULT_DLEDGER_CONFIG, type DLedgerConfig} from './config.ts';
import {DLedgerLeaderElector, type RoleChangeHandler} from './elector.ts';
import {EntryEncodingError, newEntry} from './entry.ts';
import {DLedgerEntryPusher, type PeerProgress} from './entry-pusher.ts';
import {DLedgerFileStore} from './file-store.ts';
import {MemberState} from './member-state.ts';
import {DLedgerMemoryStore} from './memory-store.ts';
import {peersProblems} from './peers.ts';
import {
  type AppendEntryRequest,
  type AppendEntryResponse,
  baseInfo,
  emptyMessage,
  type GetEntriesRequest,
  type GetEntriesResponse,
  type HeartBeatRequest,
  type HeartBeatResponse,
  type LeadershipTransferRequest,
  type LeadershipTransferResponse,
  type Message,
  type MetadataRequest,
  type MetadataResponse,
  type PushEntryRequest,
  type PushEntryResponse,
  type VoteRequest,
  type VoteResponse,
} from './protocol.ts';
import {type DLedgerHandlers, DLedgerRpc} from './rpc.ts';
import type {DLedgerStore} from './store.ts';

const PREFERRED_LEADER_PERIOD_MS = 1000;
const EXIT_FAILED = -1;

/** An append from within the process. Several bodies become one entry each, one behind the other, and are not one unit. */
export interface AppendRequest {
  readonly group: string;
  readonly remoteId: string;
  readonly bodies: readonly (Uint8Array | null)[];
  /** Several bodies, of which the last one's quorum counts for all. Otherwise there is one body. */
  readonly isBatch: boolean;
}

/** One member of a group. Source: DLedger 0.2.2 `DLedgerServer`. */
export function createDLedgerServer(host: Host, config: Partial<DLedgerConfig>): DLedgerServer {
  return new DLedgerServer(host, {...DEFAULT_DLEDGER_CONFIG, ...config});
}

export class DLedgerServer implements DLedgerHandlers {
  readonly config: DLedgerConfig;
  readonly memberState: MemberState;
  readonly store: DLedgerStore;
  readonly elector: DLedgerLeaderElector;
  private readonly host: Host;
  private readonly rpc: DLedgerRpc;
  private readonly pusher: DLedgerEntryPusher;
  private preferredTimer: Timer | null = null;
  private isTransferring = false;
  /** Turns of the preferred-leader check that came while a transfer was still under way: they follow it at once. */
  private missedTurns = 0;
  /** Where the log ended when the preferred leader was last looked for. */
  private lastLook: {readonly term: number; readonly endIndex: number} | null = null;

  constructor(host: Host, config: DLedgerConfig) {
    this.host = host;
    this.config = config;
    this.memberState = new MemberState(host, config);
    this.store =
      config.storeType === 'MEMORY'
        ? new DLedgerMemoryStore(this.memberState)
        : new DLedgerFileStore(host, config, this.memberState);
    this.rpc = new DLedgerRpc(host, this.memberState, this);
    this.pusher = new DLedgerEntryPusher(host, config, this.memberState, this.store, this.rpc);
    this.elector = new DLedgerLeaderElector(host, config, this.memberState, this.rpc);
    // First of all, as these are threads of this very server.
    this.elector.addRoleChangeHandler(() => this.pusher.roleChanged());
  }

  /** The file store, which a commit log needs more of than the interface has. Null with a memory store. */
  get fileStore(): DLedgerFileStore | null {
    return this.store instanceof DLedgerFileStore ? this.store : null;
  }

  /** The port on which the members speak with each other. */
  get port(): number {
    return this.rpc.port;
  }

  /** What a leader knows of the others; of other roles the marks of their last leadership are not told. */
  get progress(): readonly PeerProgress[] {
    const {memberState} = this;
    if (!memberState.isLeader) return [];
    return [...memberState.peers.keys()].map((peer) => ({
      peer,
      watermark: this.pusher.getPeerWaterMark(memberState.currTerm, peer),
    }));
  }

  /**
   * Opens the log, listens and begins to vote. Ends the process where it cannot: peers that do not parse, a port that is taken,
   * files that are none of this log.
   */
  startup(): void {
    if (!this.arePeersUsable()) return;
    this.store.startup();
    const failure = this.rpc.startup();
    if (failure !== null) {
      this.host.exit(EXIT_FAILED, `java.net.BindException: Address already in use (${this.rpc.port})`);
      return;
    }
    this.pusher.startup();
    this.elector.startup();
    const {preferredLeaderId, selfId} = this.config;
    if (preferredLeaderId !== null && preferredLeaderId !== selfId) this.checkPreferredLeaderLater();
  }

  /** Stops in the real one's order; `done` is called once the log is put away. */
  shutdown(done: () => void): void {
    this.preferredTimer?.cancel();
    this.elector.shutdown();
    this.pusher.shutdown();
    this.rpc.shutdown();
    this.store.shutdown(done);
  }

  addRoleChangeHandler(handler: RoleChangeHandler): void {
    this.elector.addRoleChangeHandler(handler);
  }

  /**
   * Appends on the leader. What is refused has `pos` -1 and its response at once. Throws `EntryEncodingError` for a body that
   * does not fit into Java's buffer, as the real one lets that escape.
   * Source: `#handleAppend`.
   */
  handleAppend(request: AppendRequest): AppendFuture {
    const {group, remoteId, bodies, isBatch} = request;
    return this.append({...emptyMessage(), group, remoteId}, bodies, isBatch);
  }

  /** Over the network an append has one body. */
  handleAppendRequest(request: AppendEntryRequest, answer: (response: AppendEntryResponse) => void): void {
    try {
      this.append(request, [request.body], false).whenComplete(answer);
    } catch (error) {
      if (!(error instanceof EntryEncodingError)) throw error;
      throw new RequestFailure(error.message);
    }
  }

  /** From the leader's own log, committed or not. Source: `#handleGet`. */
  handleGet(request: GetEntriesRequest): GetEntriesResponse {
    return this.answering<Pick<GetEntriesResponse, 'entries'>>(request, {entries: []}, () => {
      check(this.memberState.isLeader, DLedgerResponseCode.NOT_LEADER);
      const {beginIndex} = request;
      if (beginIndex === null) throw new RequestFailure('java.lang.NullPointerException');
      const entry = this.store.get(beginIndex);
      return {...emptyMessage(), group: this.memberState.group, entries: entry === null ? [] : [entry]};
    });
  }

  /** Source: `#handleMetadata`. */
  handleMetadata(request: MetadataRequest): MetadataResponse {
    const {memberState} = this;
    return this.answering<Pick<MetadataResponse, 'peers'>>(request, {peers: null}, () => ({
      ...emptyMessage(),
      group: memberState.group,
      peers: memberState.peers,
      leaderId: memberState.leaderId,
    }));
  }

  /** Source: `#handleHeartBeat`. */
  handleHeartBeat(request: HeartBeatRequest): HeartBeatResponse {
    return this.answering(request, {}, () => this.elector.handleHeartBeat(request));
  }

  /** Source: `#handleVote`. */
  handleVote(request: VoteRequest, answer: (response: VoteResponse) => void): void {
    this.answeringLater(request, {voteResult: 'UNKNOWN' as const}, answer, () =>
      this.elector.handleVote(request, false, answer),
    );
  }

  /** Source: `#handlePush`. */
  handlePush(request: PushEntryRequest, answer: (response: PushEntryResponse) => void): void {
    this.answeringLater(request, {index: null, beginIndex: 0, endIndex: 0}, answer, () =>
      this.pusher.handlePush(request, answer),
    );
  }

  /** From an operator to the leader, and from the leader to the transferee. Source: `#handleLeadershipTransfer`. */
  handleLeadershipTransfer(
    request: LeadershipTransferRequest,
    answer: (response: LeadershipTransferResponse) => void,
  ): void {
    const {memberState, store, pusher, config} = this;
    this.answeringLater(request, {}, answer, () => {
      const {transferId, transfereeId} = request;
      if (memberState.selfId === transferId) {
        check(memberState.isPeerMember(transfereeId), DLedgerResponseCode.UNKNOWN_MEMBER);
        check(memberState.currTerm === request.term, DLedgerResponseCode.INCONSISTENT_TERM);
        check(memberState.isLeader, DLedgerResponseCode.NOT_LEADER);
        const behind = store.ledgerEndIndex - pusher.getPeerWaterMark(request.term, transfereeId);
        check(behind < config.maxLeadershipTransferWaitIndex, DLedgerResponseCode.FALL_BEHIND_TOO_MUCH);
        this.elector.transfer.handleLeadershipTransfer(request, (response) => {
          if (response !== null) answer(response);
        });
      } else if (memberState.selfId === transfereeId) {
        if (transferId === null) throw new RequestFailure('java.lang.NullPointerException');
        check(transferId === memberState.leaderId, DLedgerResponseCode.INCONSISTENT_LEADER);
        this.elector.transfer.handleTakeLeadership(request, answer);
      } else {
        const code = DLedgerResponseCode.UNEXPECTED_ARGUMENT;
        answer({...emptyMessage(), term: memberState.currTerm, code});
      }
    });
  }

  private append(request: Message, bodies: readonly (Uint8Array | null)[], isBatch: boolean): AppendFuture {
    const {memberState, pusher, store} = this;
    try {
      this.checkAddressee(request);
      check(memberState.isLeader, DLedgerResponseCode.NOT_LEADER);
      check(memberState.transferee === null, DLedgerResponseCode.LEADER_TRANSFERRING);
      const term = memberState.currTerm;
      if (pusher.isPendingFull(term)) {
        const code = DLedgerResponseCode.LEADER_PENDING_FULL;
        this.tellRefused(code);
        const {group, selfId: leaderId} = memberState;
        return AppendFuture.completed(-1, {
          ...emptyMessage(),
          group,
          code,
          term,
          leaderId,
          index: -1,
          pos: -1,
        });
      }
      check(bodies.length > 0, DLedgerResponseCode.REQUEST_WITH_EMPTY_BODYS);
      const positions: number[] = [];
      let entry = newEntry(null);
      for (const body of bodies) {
        entry = store.appendAsLeader(newEntry(body));
        positions.push(entry.pos);
        pusher.entryAppended();
      }
      return pusher.waitAck(entry, isBatch ? positions : null);
    } catch (error) {
      if (!(error instanceof DLedgerError)) throw error;
      this.tellRefused(error.code);
      return AppendFuture.completed(-1, {...this.refusal(request, error.code), index: -1, pos: -1});
    }
  }

  private tellRefused(code: number): void {
    const {group, selfId, leaderId} = this.memberState;
    report(this.host.journal, {kind: 'dledger-append-refused', group, selfId, code, leaderId});
  }

  private checkAddressee(request: {readonly group: string | null; readonly remoteId: string | null}): void {
    const {selfId, group} = this.memberState;
    check(
      selfId === request.remoteId,
      DLedgerResponseCode.UNKNOWN_MEMBER,
      () => `${request.remoteId} != ${selfId}`,
    );
    check(group === request.group, DLedgerResponseCode.UNKNOWN_GROUP, () => `${request.group} != ${group}`);
  }

  /** What a request gets that is refused: its own ids and term again, the code, and the leader that is known. */
  private refusal(request: Message, code: number): Message {
    return {...baseInfo(request), code, leaderId: this.memberState.leaderId};
  }

  private answering<Extra extends object>(
    request: Message,
    extra: Extra,
    run: () => Message & Extra,
  ): Message & Extra {
    try {
      this.checkAddressee(request);
      return run();
    } catch (error) {
      if (!(error instanceof DLedgerError)) throw error;
      return {...this.refusal(request, error.code), ...extra};
    }
  }

  private answeringLater<Extra extends object>(
    request: Message,
    extra: Extra,
    answer: (response: Message & Extra) => void,
    run: () => void,
  ): void {
    try {
      this.checkAddressee(request);
      run();
    } catch (error) {
      if (!(error instanceof DLedgerError)) throw error;
      answer({...this.refusal(request, error.code), ...extra});
    }
  }

  /** Errors end the process, as in Java, if with a clearer reason; the rest is a warning. */
  private arePeersUsable(): boolean {
    const problems = peersProblems(this.config);
    for (const {severity, reason} of problems)
      if (severity === 'warning') report(this.host.journal, {kind: 'warned', text: `dLegerPeers: ${reason}`});
    const error = problems.find(({severity}) => severity === 'error');
    if (error === undefined) return true;
    report(this.host.journal, {kind: 'warned', text: `dLegerPeers: ${error.reason}`});
    this.host.exit(EXIT_FAILED, `dLegerPeers: ${error.reason}`);
    return false;
  }

  private checkPreferredLeaderLater(): void {
    this.preferredTimer = this.host.clock.after(PREFERRED_LEADER_PERIOD_MS, () => {
      this.checkPreferredLeaderLater();
      if (this.isTransferring) this.missedTurns++;
      else this.checkPreferredLeader();
    });
  }

  /** Source: `#checkPreferredLeader`. */
  private checkPreferredLeader(): void {
    const {memberState, config, pusher, store} = this;
    const {preferredLeaderId} = config;
    if (!memberState.isLeader || preferredLeaderId === null) return;
    const before = this.lastLook;
    this.lastLook = {term: memberState.currTerm, endIndex: store.ledgerEndIndex};
    if (!memberState.isPeerMember(preferredLeaderId)) {
      const text = `preferredLeaderId = ${preferredLeaderId} is not a peer member`;
      report(this.host.journal, {kind: 'warned', text});
      return;
    }
    if (memberState.transferee !== null || memberState.peersLive.get(preferredLeaderId) !== true) return;
    const {currTerm} = memberState;
    const watermark = pusher.getPeerWaterMark(currTerm, preferredLeaderId);
    // A watermark of -1 passes on a short log, and so does one that never moves (S16).
    const behind = store.ledgerEndIndex - watermark;
    if (behind >= config.maxLeadershipTransferWaitIndex) return;
    const keepsUp = before?.term === currTerm && watermark >= before.endIndex;
    if (config.fixes.has('prefer-who-keeps-up') && !keepsUp) return;
    this.isTransferring = true;
    const request: LeadershipTransferRequest = {
      ...emptyMessage(),
      term: currTerm,
      transferId: null,
      transfereeId: preferredLeaderId,
      takeLeadershipLedgerIndex: 0,
    };
    this.elector.transfer.handleLeadershipTransfer(request, () => this.transferEnded());
  }

  private transferEnded(): void {
    this.isTransferring = false;
    if (this.missedTurns === 0) return;
    this.missedTurns--;
    this.host.clock.after(0, () => {
      if (!this.isTransferring) this.checkPreferredLeader();
    });
  }
}
