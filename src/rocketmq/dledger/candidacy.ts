import type {Host} from '../../ports/host.ts';
import type {Random} from '../../ports/random.ts';
import type {DLedgerConfig} from './config.ts';
import type {MemberState} from './member-state.ts';
import type {NextVote, ParseResult, VoteOutcome} from './vote-round.ts';

const VOTE_WAIT_MS = 2000;

/**
 * When a candidate asks for votes, and whether in the term that it has or in the next one. A round that fails is repeated in its
 * term: that rises only where the round could have been won, and at once where a higher one was heard of.
 * Source: DLedger 0.2.2 `DLedgerLeaderElector#maintainAsCandidate`, `#getNextTimeToRequestVote`.
 */
export class Candidacy {
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly memberState: MemberState;
  private readonly random: Random;
  private nextVoteMs = -1;
  private raisesTermNow = false;
  private lastResult: ParseResult = 'WAIT_TO_REVOTE';

  constructor(host: Host, config: DLedgerConfig, memberState: MemberState) {
    this.host = host;
    this.config = config;
    this.memberState = memberState;
    this.random = host.random.stream('dledger-elector');
    // As it is, whoever led a term asks in it again, and may lead it a second time with less in its log (S7).
    if (config.fixes.has('new-term-after-restart') && memberState.currVoteFor === memberState.selfId)
      this.lastResult = 'WAIT_TO_VOTE_NEXT';
  }

  /** The next turn raises the term, and nothing else. */
  raiseTermSoon(): void {
    this.raisesTermNow = true;
  }

  /** Somebody leads: what the last round came to is forgotten. */
  followed(): void {
    this.lastResult = 'WAIT_TO_REVOTE';
  }

  /** When a turn will find something to do. */
  get dueMs(): number {
    return this.raisesTermNow ? this.host.clock.nowMs() : this.nextVoteMs;
  }

  /** The elector's turn, while it is a candidate: answers the term in which it is to ask for votes now, or null. */
  turn(): number | null {
    const {memberState, raisesTermNow} = this;
    if (!raisesTermNow && this.host.clock.nowMs() < this.nextVoteMs) return null;
    let term = memberState.currTerm;
    if (raisesTermNow || this.lastResult === 'WAIT_TO_VOTE_NEXT') {
      term = memberState.nextTerm();
      this.lastResult = 'WAIT_TO_REVOTE';
    }
    if (!raisesTermNow) return term;
    this.nextVoteMs = this.soonMs();
    this.raisesTermNow = false;
    return null;
  }

  /** How long it waits for votes that do not come. */
  patienceMs(): number {
    return VOTE_WAIT_MS + this.random.below(this.config.maxVoteIntervalMs);
  }

  /** A round is over. Answers how long it is until the next one, by what that round came to. */
  roundEnded({result, next}: VoteOutcome): number {
    this.lastResult = result;
    if (next === 'at-once') return 0;
    this.nextVoteMs = this.soonMs() + this.backOffMs(next);
    return this.nextVoteMs - this.host.clock.nowMs();
  }

  /** Always so on the preferred leader, not only while it takes over. */
  get isTakingLeadership(): boolean {
    const {memberState, config} = this;
    return (
      memberState.selfId === config.preferredLeaderId ||
      memberState.termToTakeLeadership === memberState.currTerm
    );
  }

  private soonMs(): number {
    const {config} = this;
    const [minMs, maxMs] = this.isTakingLeadership
      ? [config.minTakeLeadershipVoteIntervalMs, config.maxTakeLeadershipVoteIntervalMs]
      : [config.minVoteIntervalMs, config.maxVoteIntervalMs];
    return this.host.clock.nowMs() + minMs + this.random.below(Math.max(1, maxMs - minMs));
  }

  private backOffMs(next: NextVote): number {
    const {config} = this;
    if (next === 'after-heartbeat-leak') return config.heartBeatTimeIntervalMs * config.maxHeartBeatLeak;
    return next === 'later' ? config.maxVoteIntervalMs : 0;
  }
}
