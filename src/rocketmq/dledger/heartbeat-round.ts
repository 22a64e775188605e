import {DLedgerResponseCode} from './codes.ts';
import type {MemberState} from './member-state.ts';
import type {HeartBeatResponse} from './protocol.ts';

/** What a leader does after a round of heartbeats. */
export type HeartbeatVerdict =
  | 'quorum'
  /** Enough would follow, once they have raised their term: ask again at once. */
  | 'ask-again'
  | 'higher-term'
  | 'inconsistent-leader'
  /** Too few. Whether that ends the leadership depends on when there were last enough. */
  | 'missed';

/**
 * The answers to one round of heartbeats; the leader counts as one who follows.
 * Source: DLedger 0.2.2 `DLedgerLeaderElector#sendHeartbeats`.
 */
export class HeartbeatRound {
  readonly term: number;
  all = 1;
  succeeded = 1;
  notReady = 0;
  maxTerm = -1;
  inconsistentLeader = false;
  private readonly memberState: MemberState;

  constructor(memberState: MemberState, term: number) {
    this.memberState = memberState;
    this.term = term;
  }

  /** Counts an answer, or null for none that could be read; answers whether the leader need wait no longer. */
  take(peer: string, response: HeartBeatResponse | null): boolean {
    const {memberState} = this;
    let isDecided = false;
    if (response !== null) {
      switch (response.code) {
        case DLedgerResponseCode.SUCCESS:
          this.succeeded++;
          break;
        case DLedgerResponseCode.EXPIRED_TERM:
          // The last one counts, not the highest.
          this.maxTerm = response.term;
          break;
        case DLedgerResponseCode.INCONSISTENT_LEADER:
          this.inconsistentLeader = true;
          break;
        case DLedgerResponseCode.TERM_NOT_READY:
          this.notReady++;
          break;
        default:
          break;
      }
      memberState.peersLive.set(peer, response.code !== DLedgerResponseCode.NETWORK_ERROR);
      isDecided =
        memberState.isQuorum(this.succeeded) || memberState.isQuorum(this.succeeded + this.notReady);
    }
    this.all++;
    return isDecided || this.all === memberState.peerSize;
  }

  /** With a majority nothing else is looked at: not even a higher term that a minority tells of (S2). */
  verdict(heedsHigherTerm: boolean): HeartbeatVerdict {
    const {memberState} = this;
    if (heedsHigherTerm && this.maxTerm > this.term) return 'higher-term';
    if (memberState.isQuorum(this.succeeded)) return 'quorum';
    if (memberState.isQuorum(this.succeeded + this.notReady)) return 'ask-again';
    if (this.maxTerm > this.term) return 'higher-term';
    return this.inconsistentLeader ? 'inconsistent-leader' : 'missed';
  }
}
