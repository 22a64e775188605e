import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {Candidacy} from './candidacy.ts';
import {DLedgerResponseCode} from './codes.ts';
import type {DLedgerConfig} from './config.ts';
import {HeartbeatRound} from './heartbeat-round.ts';
import {LeadershipTransfer, type TakesOver} from './leadership-transfer.ts';
import type {MemberState, Role} from './member-state.ts';
import {PollingThread} from './polling-thread.ts';
import {
  baseInfo,
  emptyMessage,
  type HeartBeatRequest,
  type HeartBeatResponse,
  type VoteRequest,
  type VoteResponse,
} from './protocol.ts';
import type {DLedgerRpc} from './rpc.ts';
import {VoteRound} from './vote-round.ts';
import {answerVote} from './vote-rules.ts';

/** Called within the event that changed the role. `term` is that of the event, which a candidate's current term may be behind. */
export type RoleChangeHandler = (term: number, role: Role) => void;

const PASS_MS = 10;
/** A jump of the wall clock is noticed this late at most: timers go by a clock that never jumps. */
const LOOK_AT_LEAST_MS = 1000;

/**
 * Elections and heartbeats. One thread does all of it, in turns 10 ms apart, and is deaf while it waits for a round of votes
 * or heartbeats. A higher term makes a member a candidate at once and raises its own term only at that thread's next turn.
 * Source: DLedger 0.2.2 `DLedgerLeaderElector`.
 */
export class DLedgerLeaderElector implements TakesOver {
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly memberState: MemberState;
  private readonly rpc: DLedgerRpc;
  private readonly candidacy: Candidacy;
  private readonly thread: PollingThread;
  private readonly handlers: RoleChangeHandler[] = [];
  /** Handing the lead over, on both sides. */
  readonly transfer: LeadershipTransfer;
  private lastLeaderHeartBeatMs = -1;
  private lastSendHeartBeatMs = -1;
  /** Not reset when a leadership begins: the first ever ends after one missed round (S15). */
  private lastSuccHeartBeatMs = -1;

  constructor(host: Host, config: DLedgerConfig, memberState: MemberState, rpc: DLedgerRpc) {
    this.host = host;
    this.config = config;
    this.memberState = memberState;
    this.rpc = rpc;
    this.candidacy = new Candidacy(host, config, memberState);
    this.transfer = new LeadershipTransfer(host, config, memberState, rpc, this);
    this.thread = new PollingThread(host, PASS_MS, () => this.pass());
  }

  startup(): void {
    this.thread.start();
  }

  shutdown(): void {
    this.thread.stop();
  }

  get isStopped(): boolean {
    return this.thread.isStopped;
  }

  candidateSoon(term: number): void {
    this.changeRoleToCandidate(term);
    this.increaseTermSoon();
  }

  /** Handlers run in the order in which they came. */
  addRoleChangeHandler(handler: RoleChangeHandler): void {
    if (!this.handlers.includes(handler)) this.handlers.push(handler);
  }

  /** Source: `#handleHeartBeat`. */
  handleHeartBeat(request: HeartBeatRequest): HeartBeatResponse {
    const {memberState} = this;
    const answer = (code: number, term = -1): HeartBeatResponse => ({...emptyMessage(), code, term});
    const {leaderId, term} = request;
    if (!memberState.isPeerMember(leaderId))
      return answer(DLedgerResponseCode.UNKNOWN_MEMBER, memberState.currTerm);
    if (leaderId === memberState.selfId)
      return answer(DLedgerResponseCode.UNEXPECTED_MEMBER, memberState.currTerm);
    if (term < memberState.currTerm) return answer(DLedgerResponseCode.EXPIRED_TERM, memberState.currTerm);
    if (term > memberState.currTerm) {
      this.candidateSoon(term);
      return answer(DLedgerResponseCode.TERM_NOT_READY);
    }
    if (memberState.leaderId === null) {
      // Whoever it is: neither its vote nor its log is looked at.
      this.changeRoleToFollower(term, leaderId);
    } else if (memberState.leaderId === leaderId) {
      this.lastLeaderHeartBeatMs = this.host.clock.nowMs();
    } else {
      return answer(DLedgerResponseCode.INCONSISTENT_LEADER);
    }
    return answer(DLedgerResponseCode.SUCCESS);
  }

  /**
   * Answers through `answer`, at once unless the vote has to be made durable first (`durable-vote`).
   * Source: `#handleVote`.
   */
  handleVote(request: VoteRequest, isSelf: boolean, answer: (response: VoteResponse) => void): void {
    const {memberState, config} = this;
    const {result, term} = answerVote(memberState, request, isSelf, this.candidacy.isTakingLeadership);
    if (result === 'REJECT_TERM_NOT_READY') this.candidateSoon(request.term);
    const reply = (voteResult: typeof result): void => {
      report(this.host.journal, {
        kind: 'dledger-vote-answered',
        group: memberState.group,
        selfId: memberState.selfId,
        candidate: request.leaderId ?? '',
        term: request.term,
        result: voteResult,
        answeredTerm: term,
      });
      answer({...baseInfo(request), term, voteResult});
    };
    if (result !== 'ACCEPT') {
      reply(result);
      return;
    }
    const candidate = request.leaderId!;
    const previous = memberState.currVoteFor;
    memberState.setCurrVoteFor(candidate);
    if (!config.fixes.has('durable-vote')) {
      reply(result);
      return;
    }
    memberState.whenTermDurable((isDurable) => {
      // Meanwhile the term may have moved on, and the vote with it.
      const stands = memberState.currTerm === term && memberState.currVoteFor === candidate;
      if (!isDurable && stands) memberState.withdrawVote(previous);
      reply(isDurable && stands ? 'ACCEPT' : 'UNKNOWN');
    });
  }

  changeRoleToLeader(term: number): void {
    const {memberState} = this;
    if (memberState.currTerm !== term) return;
    const from = memberState.role;
    memberState.changeToLeader(term);
    this.lastSendHeartBeatMs = -1;
    if (this.config.fixes.has('judge-own-heartbeats')) this.lastSuccHeartBeatMs = this.host.clock.nowMs();
    this.roleChanged(term, from);
  }

  changeRoleToCandidate(term: number): void {
    const {memberState} = this;
    if (term < memberState.currTerm) return;
    const from = memberState.role;
    memberState.changeToCandidate(term);
    this.roleChanged(term, from);
  }

  private changeRoleToFollower(term: number, leaderId: string): void {
    const {memberState} = this;
    const from = memberState.role;
    this.candidacy.followed();
    memberState.changeToFollower(term, leaderId);
    this.lastLeaderHeartBeatMs = this.host.clock.nowMs();
    this.roleChanged(term, from);
  }

  /** Source: `#handleRoleChange`. */
  private roleChanged(term: number, from: Role): void {
    const {memberState} = this;
    report(this.host.journal, {
      kind: 'dledger-role-changed',
      group: memberState.group,
      selfId: memberState.selfId,
      from,
      role: memberState.role,
      term,
      currTerm: memberState.currTerm,
      leaderId: memberState.leaderId,
    });
    const {role} = memberState;
    this.transfer.roleChanged(term, role);
    for (const handler of this.handlers) handler(term, role);
    this.thread.notice();
  }

  private increaseTermSoon(): void {
    this.candidacy.raiseTermSoon();
    this.thread.notice();
  }

  private pass(): void {
    const {memberState} = this;
    if (!this.config.enableLeaderElector) this.rest();
    else if (memberState.isLeader) this.maintainAsLeader();
    else if (memberState.isFollower) this.maintainAsFollower();
    else this.maintainAsCandidate();
  }

  /** Ends a pass: until when would the ones that follow find nothing to do? */
  private rest(): void {
    const {config, memberState} = this;
    const nowMs = this.host.clock.nowMs();
    let dueMs: number;
    if (!config.enableLeaderElector) dueMs = Number.POSITIVE_INFINITY;
    else if (memberState.isLeader) dueMs = this.lastSendHeartBeatMs + config.heartBeatTimeIntervalMs + 1;
    else if (memberState.isFollower) dueMs = this.heartBeatDeadlineMs;
    else dueMs = this.candidacy.dueMs;
    this.thread.park(Math.min(dueMs, nowMs + LOOK_AT_LEAST_MS));
  }

  private get heartBeatDeadlineMs(): number {
    const {heartBeatTimeIntervalMs, maxHeartBeatLeak} = this.config;
    return this.lastLeaderHeartBeatMs + Math.max(2, maxHeartBeatLeak) * heartBeatTimeIntervalMs + 1;
  }

  private maintainAsFollower(): void {
    const {memberState} = this;
    const nowMs = this.host.clock.nowMs();
    if (nowMs >= this.heartBeatDeadlineMs) {
      report(this.host.journal, {
        kind: 'dledger-leader-lost',
        group: memberState.group,
        selfId: memberState.selfId,
        leaderId: memberState.leaderId ?? '',
        silentMs: nowMs - this.lastLeaderHeartBeatMs,
      });
      // In the current term: it rises only after a round that could have been won and was not.
      this.changeRoleToCandidate(memberState.currTerm);
    }
    this.rest();
  }

  private maintainAsLeader(): void {
    const {memberState, config, host} = this;
    const nowMs = host.clock.nowMs();
    if (nowMs - this.lastSendHeartBeatMs <= config.heartBeatTimeIntervalMs) {
      this.rest();
      return;
    }
    this.lastSendHeartBeatMs = nowMs;
    const round = new HeartbeatRound(memberState, memberState.currTerm);
    const wait = this.thread.blockFor(() => this.heartbeatsAnswered(round));
    // A group of one waits for nobody, and so for the whole time.
    wait.endAfter(config.heartBeatTimeIntervalMs);
    for (const peer of memberState.peers.keys()) {
      if (peer === memberState.selfId) continue;
      const request: HeartBeatRequest = {
        ...emptyMessage(),
        group: memberState.group,
        localId: memberState.selfId,
        remoteId: peer,
        leaderId: memberState.leaderId,
        term: round.term,
      };
      this.rpc.heartBeat(request, (response) => {
        if (round.take(peer, response)) wait.end();
        if (wait.isOver) this.heedLateAnswer(round);
      });
    }
  }

  private heartbeatsAnswered(round: HeartbeatRound): void {
    const {memberState, config, host} = this;
    const nowMs = host.clock.nowMs();
    const verdict = round.verdict(config.fixes.has('heed-higher-term'));
    if (verdict === 'quorum') {
      this.lastSuccHeartBeatMs = nowMs;
    } else {
      report(host.journal, {
        kind: 'dledger-heartbeat-missed',
        group: memberState.group,
        selfId: memberState.selfId,
        term: round.term,
        followers: round.succeeded - 1,
        answers: round.all - 1,
        verdict,
      });
    }
    if (verdict === 'ask-again') {
      this.lastSendHeartBeatMs = -1;
    } else if (verdict === 'higher-term') {
      this.stepDownFor(round.maxTerm);
    } else if (verdict === 'inconsistent-leader') {
      this.changeRoleToCandidate(round.term);
    } else if (verdict === 'missed') {
      const patienceMs = config.maxHeartBeatLeak * config.heartBeatTimeIntervalMs;
      if (nowMs - this.lastSuccHeartBeatMs > patienceMs) this.changeRoleToCandidate(round.term);
    }
    this.rest();
  }

  private stepDownFor(term: number): void {
    this.changeRoleToCandidate(term);
    if (this.config.fixes.has('heed-higher-term')) this.increaseTermSoon();
  }

  /** Only with `heed-higher-term`: the one answer that tells of a higher term often comes behind those of the majority. */
  private heedLateAnswer(round: HeartbeatRound): void {
    const {memberState, config} = this;
    if (!config.fixes.has('heed-higher-term') || round.maxTerm <= round.term) return;
    if (memberState.isLeader && memberState.currTerm === round.term) this.stepDownFor(round.maxTerm);
  }

  private maintainAsCandidate(): void {
    const term = this.candidacy.turn();
    if (term === null) this.rest();
    else this.requestVotes(term);
  }

  private requestVotes(term: number): void {
    const {memberState, host} = this;
    const {selfId, group, ledgerEndIndex, ledgerEndTerm} = memberState;
    const round = new VoteRound(memberState, term);
    const beganMs = host.clock.nowMs();
    report(host.journal, {
      kind: 'dledger-votes-requested',
      group,
      selfId,
      term,
      ledgerEndIndex,
      ledgerEndTerm,
    });
    const wait = this.thread.blockFor(() => this.votesAnswered(round, beganMs));
    wait.endAfter(this.candidacy.patienceMs());
    const take = (response: VoteResponse | null): void => {
      if (round.take(response)) wait.end();
    };
    const ownAnswers: VoteResponse[] = [];
    let isAsking = true;
    for (const peer of memberState.peers.keys()) {
      const request: VoteRequest = {
        ...emptyMessage(),
        group,
        remoteId: peer,
        leaderId: selfId,
        term,
        ledgerEndIndex,
        ledgerEndTerm,
      };
      if (peer !== selfId) {
        this.rpc.vote(request, take);
      } else {
        this.handleVote(request, true, (response) => {
          if (isAsking) ownAnswers.push(response);
          else take(response);
        });
      }
    }
    isAsking = false;
    for (const response of ownAnswers) take(response);
  }

  private votesAnswered(round: VoteRound, beganMs: number): void {
    const {memberState, host} = this;
    const outcome = round.outcome();
    const nextInMs = this.candidacy.roundEnded(outcome);
    if (outcome.maxTerm > round.term) this.changeRoleToCandidate(outcome.maxTerm);
    report(host.journal, {
      kind: 'dledger-vote-round-ended',
      group: memberState.group,
      selfId: memberState.selfId,
      term: round.term,
      result: outcome.result,
      members: memberState.peerSize,
      answers: round.all,
      valid: round.valid,
      accepted: round.accepted,
      notReady: round.notReady,
      biggerLedger: round.biggerLedger,
      alreadyHasLeader: round.alreadyHasLeader,
      maxTerm: outcome.maxTerm,
      tookMs: host.clock.nowMs() - beganMs,
      nextInMs,
    });
    if (outcome.result === 'PASSED') this.changeRoleToLeader(round.term);
    this.rest();
  }
}
