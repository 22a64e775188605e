import {DLedgerResponseCode} from './codes.ts';
import type {MemberState, Role} from './member-state.ts';
import {emptyMessage, type LeadershipTransferResponse} from './protocol.ts';

/**
 * A take-over that this member has been asked for: the question stays open until a change of role decides it.
 * Source: DLedger 0.2.2 `DLedgerLeaderElector.TakeLeadershipTask`.
 */
export class TakeLeadershipTask {
  private readonly memberState: MemberState;
  private answer: ((response: LeadershipTransferResponse) => void) | null = null;

  constructor(memberState: MemberState) {
    this.memberState = memberState;
  }

  update(answer: (response: LeadershipTransferResponse) => void): void {
    this.answer = answer;
  }

  /** A role event: in which term, and to which role. */
  check(term: number, role: Role): void {
    const {answer, memberState} = this;
    const target = memberState.termToTakeLeadership;
    if (target === -1 || answer === null) return;
    let code: number;
    if (term > target) {
      code = DLedgerResponseCode.EXPIRED_TERM;
    } else if (term === target) {
      if (role === 'CANDIDATE') return;
      code = role === 'LEADER' ? DLedgerResponseCode.SUCCESS : DLedgerResponseCode.TAKE_LEADERSHIP_FAILED;
    } else {
      code =
        role === 'FOLLOWER' ? DLedgerResponseCode.TAKE_LEADERSHIP_FAILED : DLedgerResponseCode.INTERNAL_ERROR;
    }
    memberState.termToTakeLeadership = -1;
    this.answer = null;
    answer({...emptyMessage(), term, code});
  }
}
