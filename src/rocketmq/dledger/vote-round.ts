import type {MemberState} from './member-state.ts';
import type {VoteResponse} from './protocol.ts';

export type ParseResult = 'WAIT_TO_REVOTE' | 'REVOTE_IMMEDIATELY' | 'PASSED' | 'WAIT_TO_VOTE_NEXT';

/** When a candidate asks again. */
export type NextVote =
  /** In its usual 300 to 999 ms. */
  | 'soon'
  /** That, and as long as a heartbeat may be missing: somebody has a leader. */
  | 'after-heartbeat-leak'
  /** That, and a second: a majority has more entries. */
  | 'later'
  /** At its next turn. */
  | 'at-once';

export interface VoteOutcome {
  readonly result: ParseResult;
  readonly next: NextVote;
  /** Higher than the round's own: somebody is that far. */
  readonly maxTerm: number;
}

/**
 * The answers to one round of vote requests. What decides is not only how many accept: the first round of a candidate is in its
 * old term, and works as Raft's pre-vote does.
 * Source: DLedger 0.2.2 `DLedgerLeaderElector#maintainAsCandidate`.
 */
export class VoteRound {
  readonly term: number;
  all = 0;
  valid = 0;
  accepted = 0;
  notReady = 0;
  biggerLedger = 0;
  alreadyHasLeader = false;
  maxTerm: number;
  private readonly memberState: MemberState;

  constructor(memberState: MemberState, term: number) {
    this.memberState = memberState;
    this.term = term;
    this.maxTerm = term;
  }

  /** Counts an answer, or null for one that could not be read; answers whether the candidate need wait no longer. */
  take(response: VoteResponse | null): boolean {
    let isDecided = false;
    const result = response?.voteResult ?? null;
    if (response !== null && result !== null) {
      if (result !== 'UNKNOWN') this.valid++;
      switch (result) {
        case 'ACCEPT':
          this.accepted++;
          break;
        case 'REJECT_ALREADY_HAS_LEADER':
          this.alreadyHasLeader = true;
          break;
        case 'REJECT_TERM_SMALL_THAN_LEDGER':
        case 'REJECT_EXPIRED_VOTE_TERM':
          if (response.term > this.maxTerm) this.maxTerm = response.term;
          break;
        case 'REJECT_EXPIRED_LEDGER_TERM':
        case 'REJECT_SMALL_LEDGER_END_INDEX':
          // The term in such an answer is not looked at, however high it is.
          this.biggerLedger++;
          break;
        case 'REJECT_TERM_NOT_READY':
          this.notReady++;
          break;
        default:
          break;
      }
      isDecided =
        this.alreadyHasLeader ||
        this.memberState.isQuorum(this.accepted) ||
        this.memberState.isQuorum(this.accepted + this.notReady);
    } else if (response !== null) {
      // Java counts it as valid before it stumbles over the name that it does not know.
      this.valid++;
    }
    this.all++;
    return isDecided || this.all === this.memberState.peerSize;
  }

  outcome(): VoteOutcome {
    const {memberState, maxTerm} = this;
    const wait = (result: ParseResult, next: NextVote): VoteOutcome => ({result, next, maxTerm});
    if (maxTerm > this.term) return wait('WAIT_TO_VOTE_NEXT', 'soon');
    if (this.alreadyHasLeader) return wait('WAIT_TO_REVOTE', 'after-heartbeat-leak');
    if (!memberState.isQuorum(this.valid)) return wait('WAIT_TO_REVOTE', 'soon');
    if (!memberState.isQuorum(this.valid - this.biggerLedger)) return wait('WAIT_TO_REVOTE', 'later');
    if (memberState.isQuorum(this.accepted)) return wait('PASSED', 'at-once');
    if (memberState.isQuorum(this.accepted + this.notReady)) return wait('REVOTE_IMMEDIATELY', 'at-once');
    return wait('WAIT_TO_VOTE_NEXT', 'soon');
  }
}
