import type {FactOf} from '../../../rocketmq/facts.ts';
import {type Reader, type Takes, taking} from '../../readers.ts';
import {sayCount} from '../../say-duration.ts';
import type {CheckResult} from '../check.ts';
import {Findings, known} from './findings.ts';

/** So many attempts in a row that come to nothing are no accident. */
const ROW = 3;
const SECOND_US = 1_000_000;
const SUCCESS = 200;

interface Leader {
  /** Where its log ended, oldest first; of what is older than a second, the last only. */
  readonly ends: {readonly atUs: number; readonly index: number}[];
  readonly acknowledged: Map<string, number>;
}

/** Attempts of one group's leaders, whoever leads: an attempt in vain may end in an election. */
interface Row {
  failures: number;
  /** Of the first failure in the row: had the other everything that the log held a second before? */
  keptUp: boolean;
}

/** Liveness: a leader that wants to hand over does so, or lets it be; each attempt refuses appends as long as it lasts. */
export class HandOverTrack implements Reader {
  private readonly found = new Findings('hand-overs-succeed');
  private readonly leaders = new Map<string, Leader>();
  private readonly rows = new Map<string, Row>();
  private readonly fixesOf: (process: string) => ReadonlySet<string>;

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  readonly takes = [taking(this, HandOverTrack.table)];

  private static readonly table: Takes<HandOverTrack> = {
    facts: {
      'dledger-role-changed': (self, {process}, {role}) => {
        self.leaders.delete(process);
        if (role === 'LEADER') self.leaders.set(process, {ends: [], acknowledged: new Map()});
      },
      'dledger-appended': (self, {process, atUs}, {as, index}) => {
        if (as === 'leader') self.appended(process, index, atUs);
      },
      'dledger-acknowledged': (self, {process}, {peer, index}) => {
        self.leaders.get(process)?.acknowledged.set(peer, index);
      },
      'dledger-transfer': (self, {process, atUs, id}, fact) => self.transfer(process, fact, atUs, id),
    },
  };

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} hand-overs, and never ${ROW} in a row that came to nothing`,
      'nobody was asked to take over',
    );
  }

  private appended(process: string, index: number, atUs: number): void {
    const ends = this.leaders.get(process)?.ends;
    if (ends === undefined) return;
    ends.push({atUs, index});
    while (ends.length > 1 && ends[1]!.atUs <= atUs - SECOND_US) ends.shift();
  }

  private transfer(process: string, fact: FactOf<'dledger-transfer'>, atUs: number, entryId: number): void {
    const row = this.rows.get(fact.group) ?? {failures: 0, keptUp: true};
    this.rows.set(fact.group, row);
    if (fact.what === 'begun') {
      this.found.looked += 1;
      if (row.failures === 0) row.keptUp = this.keepsUp(process, fact.transferee, atUs);
      return;
    }
    row.failures = fact.code === SUCCESS ? 0 : row.failures + 1;
    if (row.failures !== ROW) return;
    this.found.add(
      entryId,
      known(row.keptUp ? 'S2' : 'S16', this.fixesOf(process)),
      `${process} asks ${fact.transferee} again and again to take over, each time in vain, the last time with code ${fact.code}`,
    );
  }

  /** Has a member acknowledged all that the leader's log held a second ago? */
  private keepsUp(process: string, transferee: string, atUs: number): boolean {
    const leader = this.leaders.get(process);
    const old = leader?.ends.findLast((end) => end.atUs <= atUs - SECOND_US);
    return (leader?.acknowledged.get(transferee) ?? -1) >= (old?.index ?? -1);
  }
}
