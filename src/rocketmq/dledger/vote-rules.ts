import type {MemberState} from './member-state.ts';
import type {VoteRequest, VoteResult} from './protocol.ts';

export interface VoteAnswer {
  readonly result: VoteResult;
  /** The term in the answer. */
  readonly term: number;
}

/**
 * What a member answers to a request for its vote; the first rule that applies counts. Nothing is changed here.
 * The log is compared before the term, so a candidate with too short a log does not spread its term. A vote is given only in
 * the voter's own term, which the elector raises at its next turn: a candidate that is ahead has to ask twice.
 * Source: DLedger 0.2.2 `DLedgerLeaderElector#handleVote`.
 * @param isSelf the member asks itself, and can say no
 */
export function answerVote(
  state: MemberState,
  request: VoteRequest,
  isSelf: boolean,
  isTakingLeadership: boolean,
): VoteAnswer {
  const {leaderId: candidate} = request;
  const own = (result: VoteResult): VoteAnswer => ({result, term: state.currTerm});
  if (!state.isPeerMember(candidate)) return own('REJECT_UNKNOWN_LEADER');
  if (!isSelf && candidate === state.selfId) return own('REJECT_UNEXPECTED_LEADER');
  if (request.ledgerEndTerm < state.ledgerEndTerm) return own('REJECT_EXPIRED_LEDGER_TERM');
  const isSameLedgerTerm = request.ledgerEndTerm === state.ledgerEndTerm;
  if (isSameLedgerTerm && request.ledgerEndIndex < state.ledgerEndIndex)
    return own('REJECT_SMALL_LEDGER_END_INDEX');
  if (request.term < state.currTerm) return own('REJECT_EXPIRED_VOTE_TERM');
  if (request.term > state.currTerm) return own('REJECT_TERM_NOT_READY');
  if (state.currVoteFor !== null && state.currVoteFor !== candidate)
    return own(state.leaderId !== null ? 'REJECT_ALREADY_HAS_LEADER' : 'REJECT_ALREADY_VOTED');
  // Only a member that has lost its term file is behind its own log.
  if (request.term < state.ledgerEndTerm)
    return {result: 'REJECT_TERM_SMALL_THAN_LEDGER', term: state.ledgerEndTerm};
  if (!isSelf && isTakingLeadership && isSameLedgerTerm && state.ledgerEndIndex >= request.ledgerEndIndex) {
    return own('REJECT_TAKING_LEADERSHIP');
  }
  return own('ACCEPT');
}
