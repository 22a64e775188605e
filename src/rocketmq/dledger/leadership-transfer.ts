import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {DLedgerResponseCode} from './codes.ts';
import type {DLedgerConfig} from './config.ts';
import type {MemberState, Role} from './member-state.ts';
import {emptyMessage, type LeadershipTransferRequest, type LeadershipTransferResponse} from './protocol.ts';
import type {DLedgerRpc} from './rpc.ts';
import {TakeLeadershipTask} from './take-leadership.ts';

/** Only with `transfer-when-caught-up`. */
const CATCH_UP_MS = 1000;
const CATCH_UP_LOOK_MS = 10;

/** What a transfer asks of the elector. */
export interface TakesOver {
  readonly isStopped: boolean;
  /** Becomes a candidate of a higher term, which is raised at the elector's next turn. */
  candidateSoon(term: number): void;
}

/**
 * Handing the lead over, on both sides: the leader refuses appends until it hears how it went, and the transferee raises its term
 * at once, whether or not it can win (S2).
 * Source: DLedger 0.2.2 `DLedgerLeaderElector#handleLeadershipTransfer`, `#handleTakeLeadership`.
 */
export class LeadershipTransfer {
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly memberState: MemberState;
  private readonly rpc: DLedgerRpc;
  private readonly elector: TakesOver;
  private readonly takeLeadershipTask: TakeLeadershipTask;

  constructor(
    host: Host,
    config: DLedgerConfig,
    memberState: MemberState,
    rpc: DLedgerRpc,
    elector: TakesOver,
  ) {
    this.host = host;
    this.config = config;
    this.memberState = memberState;
    this.rpc = rpc;
    this.elector = elector;
    this.takeLeadershipTask = new TakeLeadershipTask(memberState);
  }

  /** A role event may be what a transferee's answer waits for. */
  roleChanged(term: number, role: Role): void {
    this.takeLeadershipTask.check(term, role);
  }

  /**
   * On the leader. The answer is null if it has stopped leading before the transferee refused: Java throws there, and whoever
   * asked from outside hears nothing. Source: `#handleLeadershipTransfer`.
   */
  handleLeadershipTransfer(
    request: LeadershipTransferRequest,
    answer: (response: LeadershipTransferResponse | null) => void,
  ): void {
    const {memberState} = this;
    let refusal: number | null = null;
    if (memberState.currTerm !== request.term) refusal = DLedgerResponseCode.INCONSISTENT_TERM;
    else if (!memberState.isLeader) refusal = DLedgerResponseCode.NOT_LEADER;
    else if (memberState.transferee !== null) refusal = DLedgerResponseCode.LEADER_TRANSFERRING;
    if (refusal !== null) {
      answer({...emptyMessage(), term: memberState.currTerm, code: refusal});
      return;
    }
    memberState.setTransferee(request.transfereeId);
    const {selfId, group} = memberState;
    const takeLeadership: LeadershipTransferRequest = {
      ...emptyMessage(),
      group,
      leaderId: memberState.leaderId,
      localId: selfId,
      remoteId: request.transfereeId,
      term: request.term,
      takeLeadershipLedgerIndex: memberState.ledgerEndIndex,
      transferId: selfId,
      transfereeId: request.transfereeId,
    };
    this.tellTransfer(request.transfereeId, 'begun', DLedgerResponseCode.SUCCESS);
    this.rpc.leadershipTransfer(takeLeadership, (response) => {
      const isOver =
        response.code !== DLedgerResponseCode.SUCCESS ||
        (memberState.currTerm === request.term && memberState.transferee !== null);
      this.tellTransfer(request.transfereeId, 'ended', response.code);
      const isLost = isOver && !memberState.isLeader;
      if (isOver && !isLost) memberState.setTransferee(null);
      answer(isLost ? null : response);
    });
  }

  /** On the transferee. Source: `#handleTakeLeadership`. */
  handleTakeLeadership(
    request: LeadershipTransferRequest,
    answer: (response: LeadershipTransferResponse) => void,
  ): void {
    const {memberState} = this;
    if (memberState.currTerm !== request.term) {
      answer({...emptyMessage(), term: memberState.currTerm, code: DLedgerResponseCode.INCONSISTENT_TERM});
      return;
    }
    if (this.config.fixes.has('transfer-when-caught-up')) this.takeOnceCaughtUp(request, answer);
    else this.takeLeadership(request, answer);
  }

  private takeLeadership(
    request: LeadershipTransferRequest,
    answer: (response: LeadershipTransferResponse) => void,
  ): void {
    const target = request.term + 1;
    this.memberState.termToTakeLeadership = target;
    this.takeLeadershipTask.update(answer);
    this.elector.candidateSoon(target);
  }

  private takeOnceCaughtUp(
    request: LeadershipTransferRequest,
    answer: (response: LeadershipTransferResponse) => void,
    waitedMs = 0,
  ): void {
    const {memberState} = this;
    if (memberState.ledgerEndIndex >= request.takeLeadershipLedgerIndex) {
      if (memberState.currTerm === request.term) this.takeLeadership(request, answer);
      else
        answer({...emptyMessage(), term: memberState.currTerm, code: DLedgerResponseCode.INCONSISTENT_TERM});
    } else if (waitedMs >= CATCH_UP_MS) {
      answer({
        ...emptyMessage(),
        term: memberState.currTerm,
        code: DLedgerResponseCode.TAKE_LEADERSHIP_FAILED,
      });
    } else {
      this.host.clock.after(CATCH_UP_LOOK_MS, () => {
        if (!this.elector.isStopped) this.takeOnceCaughtUp(request, answer, waitedMs + CATCH_UP_LOOK_MS);
      });
    }
  }

  private tellTransfer(transferee: string | null, what: 'begun' | 'ended', code: number): void {
    const {group, selfId, currTerm} = this.memberState;
    report(this.host.journal, {
      kind: 'dledger-transfer',
      group,
      selfId,
      transferee: transferee ?? '',
      term: currTerm,
      what,
      code,
    });
  }
}
