import {type Reader, type Takes, taking} from '../readers.ts';
import {INDEX_REFUSED, type KnownFlaw} from './dledger/findings.ts';

/** A process that stands in the way of recovery. */
export interface Hindered {
  readonly process: string;
  readonly by: Extract<KnownFlaw, 'S2' | 'S6' | 'S11' | 'half-append'> | 'given-up-entry' | null;
  /** Remedies that are on in its group, or in it. */
  readonly fixes: ReadonlySet<string>;
  /** Since when it is no part of its group; 0 where that is not the matter. */
  readonly sinceUs: number;
}

interface Standing {
  group: string | null;
  isRunning: boolean;
  role: 'LEADER' | 'FOLLOWER' | 'CANDIDATE';
  /** Of a candidate: the highest that it has heard of. */
  term: number;
  /** Since when it neither leads nor follows; -1 while it does. */
  outsideSinceUs: number;
  /** All its network threads wait for room in its queue of pushes. */
  isStuck: boolean;
  /** Its store takes nothing any more. */
  isBroken: boolean;
  /** It leads, and takes more for committed than its log holds. */
  waitsBeyondEnd: boolean;
  /** Bytes of half an entry lie in its log: as long as it leads, no follower has room for what comes behind them. */
  hasHalf: boolean;
}

/** What is known to keep processes from their work, entry by entry; and members that are no part of their group. */
export class Hindrances implements Reader {
  private readonly standings = new Map<string, Standing>();
  private readonly fixesOf: (process: string) => ReadonlySet<string>;

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  readonly takes = [taking(this, Hindrances.table)];

  private static readonly table: Takes<Hindrances> = {
    entries: {
      'process-started': (self, {process, atUs}) => {
        const standing = self.of(process);
        const {group} = standing;
        Object.assign(standing, fresh(atUs), {group});
      },
      'process-ended': (self, {process}) => {
        self.of(process).isRunning = false;
      },
    },
    facts: {
      'dledger-recovered': (self, {process}, {group, term}) => {
        const standing = self.of(process);
        standing.group = group;
        standing.term = term;
      },
      'dledger-role-changed': (self, {process, atUs}, {role, term, currTerm}) => {
        const standing = self.of(process);
        standing.role = role;
        standing.term = Math.max(term, currTerm);
        standing.waitsBeyondEnd = false;
        if (role !== 'CANDIDATE') {
          standing.outsideSinceUs = -1;
          standing.isStuck = false;
        } else if (standing.outsideSinceUs === -1) standing.outsideSinceUs = atUs;
      },
      'dledger-term-changed': (self, {process}, {term}) => {
        self.of(process).term = term;
      },
      'dledger-thread-blocked': (self, {process}, {blocked, threads}) => {
        self.of(process).isStuck = blocked >= threads;
      },
      'store-marked-broken': (self, {process}) => {
        self.of(process).isBroken = true;
      },
      'broker-mastership-waits': (self, {process}, {committedIndex, ledgerEndIndex}) => {
        self.of(process).waitsBeyondEnd = committedIndex > ledgerEndIndex;
      },
      'dledger-truncated': (self, {process}) => {
        self.of(process).hasHalf = false;
      },
      warned: (self, {process}, {text}) => {
        if (INDEX_REFUSED.test(text)) self.of(process).hasHalf = true;
      },
      'broker-role-changed': (self, {process}) => {
        self.of(process).waitsBeyondEnd = false;
      },
    },
  };

  /** What is known to keep a group from having a leader that commits; null if nothing is. */
  ofGroup(name: string): Hindered | null {
    for (const [process, standing] of this.membersOf(name)) {
      const {role, isBroken, waitsBeyondEnd, hasHalf} = standing;
      if (role === 'LEADER' && isBroken) return this.hindered(process, standing, 'given-up-entry');
      if (role === 'LEADER' && waitsBeyondEnd) return this.hindered(process, standing, 'S6');
      if (role === 'LEADER' && hasHalf) return this.hindered(process, standing, 'half-append');
    }
    const stuck = this.membersOf(name).find(([, {isStuck}]) => isStuck);
    return stuck === undefined ? null : this.hindered(...stuck, 'S11');
  }

  /** What is known to keep any broker from taking messages. */
  ofAnybody(): Hindered | null {
    for (const [process, standing] of this.standings) {
      if (standing.isRunning && standing.isBroken) return this.hindered(process, standing, 'given-up-entry');
    }
    for (const name of new Set([...this.standings.values()].map(({group}) => group))) {
      const found = name === null ? null : this.ofGroup(name);
      if (found !== null) return found;
    }
    return null;
  }

  /** Members that run and neither lead nor follow. */
  outside(name: string): Hindered[] {
    const members = this.membersOf(name);
    const leader = members.find(([, {role}]) => role === 'LEADER')?.[1];
    return members
      .filter(([, {outsideSinceUs}]) => outsideSinceUs !== -1)
      .map(([process, standing]) => {
        const isBeyond = leader !== undefined && leader.term < standing.term;
        return this.hindered(process, standing, standing.isStuck ? 'S11' : isBeyond ? 'S2' : null);
      });
  }

  private membersOf(name: string): [string, Standing][] {
    return [...this.standings].filter(([, {group, isRunning}]) => isRunning && group === name);
  }

  private hindered(process: string, {group, outsideSinceUs}: Standing, by: Hindered['by']): Hindered {
    const who = group === null ? [process] : this.membersOf(group).map(([member]) => member);
    const fixes = new Set(who.flatMap((one) => [...this.fixesOf(one)]));
    return {process, by, fixes, sinceUs: Math.max(outsideSinceUs, 0)};
  }

  private of(process: string): Standing {
    let standing = this.standings.get(process);
    if (standing === undefined) {
      standing = fresh(0);
      this.standings.set(process, standing);
    }
    return standing;
  }
}

function fresh(atUs: number): Standing {
  return {
    group: null,
    isRunning: true,
    role: 'CANDIDATE',
    term: 0,
    outsideSinceUs: atUs,
    isStuck: false,
    isBroken: false,
    waitsBeyondEnd: false,
    hasHalf: false,
  };
}
