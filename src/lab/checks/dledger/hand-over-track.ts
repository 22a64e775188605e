import type {Fact, FactOf} from '../../../rocketmq/facts.ts';
import type {TraceEntry} from '../../../sim/trace.ts';
import {sayCount} from '../../say-duration.ts';
import type {CheckResult} from '../check.ts';
import {Findings, known} from './findings.ts';

/** So many attempts in a row that come to nothing are no accident. */
const ROW = 3;
const SECOND_US = 1_000_000;
const SUCCESS = 200;

interface Leader {
  term: number;
  /** Where its log ended, oldest first; of what is older than a second, the last only. */
  readonly ends: {readonly atUs: number; readonly index: number}[];
  readonly acknowledged: Map<string, number>;
  failures: number;
  /** Of the first failure in the row: had the other everything that the log held a second before? */
  keptUp: boolean;
}

/** Liveness: a leader that wants to hand over does so, or lets it be; each attempt refuses appends as long as it lasts. */
export class HandOverTrack {
  private readonly found = new Findings('hand-overs-succeed');
  private readonly leaders = new Map<string, Leader>();
  private readonly fixesOf: (process: string) => ReadonlySet<string>;

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  take(entry: TraceEntry): void {
    if (entry.kind !== 'fact') return;
    const fact = entry.fact as Fact;
    const {process, atUs, id} = entry;
    switch (fact.kind) {
      case 'dledger-role-changed':
        this.leaders.delete(process);
        if (fact.role === 'LEADER') this.begin(process, fact.term);
        return;
      case 'dledger-appended':
        if (fact.as === 'leader') this.appended(process, fact.index, atUs);
        return;
      case 'dledger-acknowledged':
        this.leaders.get(process)?.acknowledged.set(fact.peer, fact.index);
        return;
      case 'dledger-transfer':
        this.transfer(process, fact, atUs, id);
        return;
      default:
    }
  }

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} hand-overs, and never ${ROW} in a row that came to nothing`,
      'nobody was asked to take over',
    );
  }

  private begin(process: string, term: number): void {
    this.leaders.set(process, {term, ends: [], acknowledged: new Map(), failures: 0, keptUp: true});
  }

  private appended(process: string, index: number, atUs: number): void {
    const ends = this.leaders.get(process)?.ends;
    if (ends === undefined) return;
    ends.push({atUs, index});
    while (ends.length > 1 && ends[1]!.atUs <= atUs - SECOND_US) ends.shift();
  }

  private transfer(process: string, fact: FactOf<'dledger-transfer'>, atUs: number, entryId: number): void {
    const leader = this.leaders.get(process);
    if (leader === undefined) return;
    if (fact.what === 'begun') {
      this.found.looked += 1;
      if (leader.failures > 0) return;
      const old = leader.ends.findLast((end) => end.atUs <= atUs - SECOND_US);
      leader.keptUp = (leader.acknowledged.get(fact.transferee) ?? -1) >= (old?.index ?? -1);
      return;
    }
    leader.failures = fact.code === SUCCESS ? 0 : leader.failures + 1;
    if (leader.failures !== ROW) return;
    this.found.add(
      entryId,
      known(leader.keptUp ? 'S2' : 'S16', this.fixesOf(process)),
      `${process} asks ${fact.transferee} again and again to take over, each time in vain, the last time with code ${fact.code}`,
    );
  }
}
