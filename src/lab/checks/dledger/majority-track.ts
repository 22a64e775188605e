import type {Fact} from '../../../rocketmq/facts.ts';
import type {TraceEntry} from '../../../sim/trace.ts';
import {sayCount, sayDuration} from '../../say-duration.ts';
import type {CheckResult} from '../check.ts';
import {LinkCuts} from '../link-cuts.ts';
import {RECOVERY_LIMIT_US} from '../recovers.ts';
import {type Cause, defect, Findings, known} from './findings.ts';

interface Member {
  readonly process: string;
  readonly selfId: string;
  isRunning: boolean;
  isPaused: boolean;
  leads: boolean;
  /** Every thread that serves its requests waits for room in its queue of pushes. */
  isStuck: boolean;
}

interface Group {
  readonly name: string;
  readonly members: Map<string, Member>;
  /** Since when a majority that can hear each other has had no leader; -1: there is one, or no such majority. */
  leaderlessSinceUs: number;
  isTold: boolean;
}

/**
 * Liveness, also while something is broken: a majority of a group whose members run, with disks that are well and no cut between any
 * two of them, has a leader within a minute, whatever became of the others.
 */
export class MajorityTrack {
  private readonly found = new Findings('majority-leads');
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<string, Group>();
  private readonly machineOf = new Map<string, string>();
  private readonly cuts = new LinkCuts();
  private readonly sickDisks = new Set<string>();
  private readonly fixesOf: (process: string) => ReadonlySet<string>;

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  take(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'fact':
        this.takeFact(entry.process, entry.fact as Fact, entry.atUs);
        break;
      case 'process-added':
        this.machineOf.set(entry.process, entry.machine);
        return;
      case 'process-started':
      case 'process-ended':
      case 'process-paused':
      case 'process-resumed':
        this.processChanged(entry.process, entry.kind, entry.atUs);
        break;
      case 'link-cut':
      case 'link-healed':
        this.cuts.take(entry);
        this.beginAnew(entry.atUs);
        break;
      case 'disk-fault-struck':
      case 'disk-destroyed':
        this.sickDisks.add(entry.machine);
        this.beginAnew(entry.atUs);
        break;
      case 'disk-fault-lifted':
      case 'disk-replaced':
        this.sickDisks.delete(entry.machine);
        this.beginAnew(entry.atUs);
        break;
      default:
    }
    for (const group of this.groups.values()) this.look(group, entry.atUs, entry.id);
  }

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} times a majority without a leader had one within ${sayDuration(RECOVERY_LIMIT_US, 'en')}`,
      'no majority was ever without a leader',
    );
  }

  private look(group: Group, atUs: number, entryId: number): void {
    const {leaderlessSinceUs: sinceUs, isTold} = group;
    if (sinceUs === -1 || isTold || atUs - sinceUs <= RECOVERY_LIMIT_US) return;
    group.isTold = true;
    this.found.looked += 1;
    const well = this.majorityOf(group) ?? [];
    const names = well.map(({selfId}) => selfId).join(', ');
    this.found.add(
      entryId,
      this.whyNobody(well),
      `${names} of ${group.name} have no leader though they are a majority`,
    );
  }

  private whyNobody(well: readonly Member[]): Cause {
    const fixes = new Set(well.flatMap(({process}) => [...this.fixesOf(process)]));
    return well.some(({isStuck}) => isStuck)
      ? known('S11', fixes)
      : defect('nothing is known that keeps them');
  }

  private processChanged(
    process: string,
    what: 'process-started' | 'process-ended' | 'process-paused' | 'process-resumed',
    atUs: number,
  ): void {
    const group = this.groupOf.get(process);
    const member = group?.members.get(process);
    if (group === undefined || member === undefined) return;
    if (what === 'process-started' || what === 'process-ended') {
      member.isRunning = what === 'process-started';
      member.isPaused = false;
      member.leads = false;
      member.isStuck = false;
    } else member.isPaused = what === 'process-paused';
    this.begin(group, atUs);
  }

  private takeFact(process: string, fact: Fact, atUs: number): void {
    switch (fact.kind) {
      case 'dledger-recovered':
        this.member(fact.group, fact.selfId, process).isRunning = true;
        this.begin(this.groupOf.get(process)!, atUs);
        return;
      case 'dledger-role-changed': {
        const member = this.member(fact.group, fact.selfId, process);
        const group = this.groupOf.get(process)!;
        const led = member.leads;
        member.leads = fact.role === 'LEADER';
        if (member.leads && group.leaderlessSinceUs !== -1 && !group.isTold) this.found.looked += 1;
        if (led !== member.leads) this.begin(group, atUs);
        return;
      }
      case 'dledger-thread-blocked':
        if (fact.blocked >= fact.threads) this.member(fact.group, fact.selfId, process).isStuck = true;
        return;
      default:
    }
  }

  private beginAnew(atUs: number): void {
    for (const group of this.groups.values()) this.begin(group, atUs);
  }

  /** What is claimed begins anew. */
  private begin(group: Group, atUs: number): void {
    const well = this.majorityOf(group);
    group.leaderlessSinceUs = well === null || well.some(({leads}) => leads) ? -1 : atUs;
    group.isTold = false;
  }

  /** Those who hear each other and are well, if they are a majority of all that were ever seen. */
  private majorityOf({members}: Group): readonly Member[] | null {
    const up = [...members.values()].filter(
      ({process, isRunning, isPaused}) =>
        isRunning && !isPaused && !this.sickDisks.has(this.machineOf.get(process) ?? ''),
    );
    const isCut = (one: Member, other: Member): boolean =>
      this.cuts.between(this.machineOf.get(one.process), this.machineOf.get(other.process));
    const well = up.filter((one) => !up.some((other) => isCut(one, other)));
    return well.length > members.size >> 1 ? well : null;
  }

  private member(name: string, selfId: string, process: string): Member {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = {name, members: new Map(), leaderlessSinceUs: -1, isTold: false};
      this.groups.set(name, group);
    }
    this.groupOf.set(process, group);
    let member = group.members.get(process);
    if (member === undefined) {
      member = {process, selfId, isRunning: true, isPaused: false, leads: false, isStuck: false};
      group.members.set(process, member);
    }
    return member;
  }
}
