import type {EntryBase} from '../../../sim/trace.ts';
import {type Reader, type Takes, type Taking, taking} from '../../readers.ts';
import {sayDuration} from '../../say-duration.ts';
import {type CheckResult, nothing} from '../check.ts';
import {FaultsOn} from '../faults-on.ts';
import {RECOVERY_LIMIT_US} from '../recovers.ts';
import {asConfigured, type Cause, defect, Findings, INDEX_REFUSED, known} from './findings.ts';

const NAME = 'members-catch-up';
/** What a leader notes of an answer that the push was there already. */
const REPEATED_PUSH = /^\[Push-(.+?)\]Get error response code 413 /;
/** Compared so often with success, and still behind. */
const COMPARED_IN_VAIN = 20;

interface Member {
  readonly process: string;
  readonly selfId: string;
  isRunning: boolean;
  role: string;
  term: number;
  end: number;
  recoveredUs: number;
  /** It has refused to be cut below what it knows to be committed, and has stayed as it was. */
  refusesCut: boolean;
  /** How often it matched its leader since it last appended something. */
  matches: number;
  /** Since its log was read from the disk, it has written an entry that its index did not take. */
  wroteHalf: boolean;
}

interface Group {
  readonly members: Map<string, Member>;
  leader: string | null;
  /** What leaders have committed, oldest first, one in a second and the last; of what is older than the limit, the last only. */
  readonly commits: {readonly atUs: number; readonly index: number}[];
  lastAppendUs: number;
  /** Members that the present leader hears of an old push from. */
  readonly repeats: Set<string>;
}

/** Liveness: with no fault left, each member that runs has what its leader had committed a minute ago. */
export class CatchUpTrack implements Reader {
  private readonly faults: FaultsOn;
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<string, Group>();
  private readonly fixesOf: (process: string) => ReadonlySet<string>;
  private healedUs = 0;

  /**
   * @param fixesOf remedies that are on in a process
   * @param producers processes that may be down
   */
  constructor(fixesOf: (process: string) => ReadonlySet<string>, producers: readonly string[]) {
    this.fixesOf = fixesOf;
    this.faults = new FaultsOn(producers, ({atUs}) => {
      this.healedUs = atUs;
    });
  }

  private static readonly table: Takes<CatchUpTrack> = {
    entries: {
      'process-started': (self, {process}) => self.ran(process, true),
      'process-ended': (self, {process}) => self.ran(process, false),
    },
    facts: {
      'dledger-recovered': (self, {process, atUs}, fact) => {
        const member = self.member(process, fact);
        member.end = fact.endIndex;
        member.term = fact.term;
        member.recoveredUs = atUs;
        member.isRunning = true;
        member.matches = 0;
        member.wroteHalf = false;
      },
      'dledger-role-changed': (self, {process}, fact) => {
        const member = self.member(process, fact);
        const group = self.groupOf.get(process)!;
        member.role = fact.role;
        member.term = Math.max(fact.term, fact.currTerm);
        if (fact.role === 'LEADER') {
          group.leader = process;
          group.repeats.clear();
        } else if (group.leader === process) group.leader = null;
      },
      'dledger-term-changed': (self, {process}, fact) => {
        self.member(process, fact).term = fact.term;
      },
      'dledger-appended': (self, {process, atUs}, fact) => {
        const member = self.member(process, fact);
        member.end = fact.index;
        member.matches = 0;
        if (fact.as === 'leader') self.groupOf.get(process)!.lastAppendUs = atUs;
      },
      'dledger-truncated': (self, {process}, fact) => {
        const member = self.member(process, fact);
        member.end = fact.endIndex;
        member.refusesCut = false;
        member.wroteHalf = false;
      },
      'dledger-cut-refused': (self, {process}, fact) => {
        self.member(process, fact).refusesCut = true;
      },
      'dledger-compared': (self, {process}, fact) => {
        if (fact.isSame) self.member(process, fact).matches += 1;
      },
      'dledger-committed': (self, {process, atUs}, {index}) => self.committed(process, index, atUs),
      warned: (self, {process}, {text}) => {
        const peer = REPEATED_PUSH.exec(text)?.[1];
        const group = self.groupOf.get(process);
        if (peer !== undefined && group?.leader === process) group.repeats.add(peer);
        const member = group?.members.get(process);
        if (member !== undefined && INDEX_REFUSED.test(text)) member.wroteHalf = true;
      },
    },
  };

  get takes(): readonly Taking[] {
    return [...this.faults.takes, taking(this, CatchUpTrack.table)];
  }

  /** The verdict as it stands with the last entry so far. */
  result(_name: string, last: EntryBase): CheckResult {
    if (this.faults.any) return nothing(NAME, `not claimed while ${this.faults.list().join(' and ')}`);
    const limit = sayDuration(RECOVERY_LIMIT_US, 'en');
    if (last.atUs - this.healedUs < RECOVERY_LIMIT_US)
      return nothing(NAME, `the run ends before ${limit} are over since the last fault was lifted`);
    const found = new Findings(NAME);
    for (const [name, group] of this.groups) this.judge(name, group, last, found);
    return found.result(
      `each member has what its leader had committed ${limit} before the end`,
      `nothing was committed ${limit} before the end by a leader that leads still`,
    );
  }

  private judge(name: string, group: Group, last: EntryBase, found: Findings): void {
    const old = group.commits.findLast(({atUs}) => atUs <= last.atUs - RECOVERY_LIMIT_US);
    const leader = group.leader === null ? undefined : group.members.get(group.leader);
    if (old === undefined || leader === undefined) return;
    // What the leader itself has not is no matter of catching up.
    const target = Math.min(old.index, leader.end);
    for (const member of group.members.values()) {
      if (!member.isRunning || member === leader) continue;
      found.looked += 1;
      if (member.end >= target) continue;
      const what = `${member.selfId} of ${name} ends at entry ${member.end}, and entry ${target} was committed a minute ago`;
      found.add(last.id, this.whyBehind(group, leader, member), what);
    }
  }

  private whyBehind(group: Group, leader: Member, member: Member): Cause {
    const fixes = new Set([...this.fixesOf(leader.process), ...this.fixesOf(member.process)]);
    if (member.role === 'CANDIDATE' && member.term > leader.term) return known('S2', fixes);
    if (member.refusesCut)
      return asConfigured('a majority has lost what is committed there, and keep-committed keeps it');
    if (group.repeats.has(member.selfId)) return known('S12', fixes);
    if (member.matches >= COMPARED_IN_VAIN)
      return known(member.wroteHalf || leader.wroteHalf ? 'half-append' : 'S21', fixes);
    if (group.lastAppendUs < member.recoveredUs) return known('S13', fixes);
    return defect('nothing is known that keeps it behind');
  }

  private ran(process: string, isRunning: boolean): void {
    const group = this.groupOf.get(process);
    const member = group?.members.get(process);
    if (group === undefined || member === undefined) return;
    member.isRunning = isRunning;
    member.role = 'CANDIDATE';
    if (group.leader === process) group.leader = null;
  }

  private committed(process: string, index: number, atUs: number): void {
    const group = this.groupOf.get(process);
    if (group === undefined || group.leader !== process) return;
    const {commits} = group;
    if (commits.length > 1 && commits.at(-1)!.atUs < commits.at(-2)!.atUs + 1_000_000) commits.pop();
    commits.push({atUs, index});
    while (commits.length > 1 && commits[1]!.atUs <= atUs - RECOVERY_LIMIT_US) commits.shift();
  }

  private member(process: string, {group: name, selfId}: {group: string; selfId: string}): Member {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = {members: new Map(), leader: null, commits: [], lastAppendUs: -1, repeats: new Set()};
      this.groups.set(name, group);
    }
    this.groupOf.set(process, group);
    let member = group.members.get(process);
    if (member === undefined) {
      member = {
        process,
        selfId,
        isRunning: true,
        role: 'CANDIDATE',
        term: 0,
        end: -1,
        recoveredUs: 0,
        refusesCut: false,
        matches: 0,
        wroteHalf: false,
      };
      group.members.set(process, member);
    }
    return member;
  }
}
