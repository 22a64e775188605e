import type {EntryBase} from '../../../sim/trace.ts';
import {type Reader, type Takes, taking} from '../../readers.ts';
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
export class MajorityTrack implements Reader {
  private readonly found = new Findings('majority-leads');
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<string, Group>();
  private readonly machineOf = new Map<string, string>();
  private readonly cuts = new LinkCuts();
  private readonly sickDisks = new Set<string>();
  private isAnyLeaderless = false;
  private readonly fixesOf: (process: string) => ReadonlySet<string>;

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  readonly takes = [taking(this, MajorityTrack.table)];

  private static readonly table: Takes<MajorityTrack> = {
    entries: {
      'process-added': (self, {process, machine}) => {
        self.machineOf.set(process, machine);
      },
      'process-started': (self, {process, atUs}) => self.ran(process, true, atUs),
      'process-ended': (self, {process, atUs}) => self.ran(process, false, atUs),
      'process-paused': (self, {process, atUs}) => self.paused(process, true, atUs),
      'process-resumed': (self, {process, atUs}) => self.paused(process, false, atUs),
      'link-cut': (self, entry) => {
        self.cuts.cut(entry);
        self.beginAnew(entry.atUs);
      },
      'link-healed': (self, entry) => {
        self.cuts.heal(entry);
        self.beginAnew(entry.atUs);
      },
      'disk-fault-struck': (self, {machine, atUs}) => self.diskChanged(machine, true, atUs),
      'disk-destroyed': (self, {machine, atUs}) => self.diskChanged(machine, true, atUs),
      'disk-fault-lifted': (self, {machine, atUs}) => self.diskChanged(machine, false, atUs),
      'disk-replaced': (self, {machine, atUs}) => self.diskChanged(machine, false, atUs),
    },
    facts: {
      'dledger-recovered': (self, {process, atUs}, {group, selfId}) => {
        self.member(group, selfId, process).isRunning = true;
        self.begin(self.groupOf.get(process)!, atUs);
      },
      'dledger-role-changed': (self, {process, atUs}, {group: name, selfId, role}) => {
        const member = self.member(name, selfId, process);
        const group = self.groupOf.get(process)!;
        const led = member.leads;
        member.leads = role === 'LEADER';
        if (member.leads && group.leaderlessSinceUs !== -1 && !group.isTold) self.found.looked += 1;
        if (led !== member.leads) self.begin(group, atUs);
      },
      'dledger-thread-blocked': (self, {process}, {blocked, threads, group, selfId}) => {
        if (blocked >= threads) self.member(group, selfId, process).isStuck = true;
      },
    },
    // What the entry itself has changed begins anew with it.
    after: (self, entry) => {
      if (self.isAnyLeaderless) for (const group of self.groups.values()) self.look(group, entry);
    },
  };

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} times a majority without a leader had one within ${sayDuration(RECOVERY_LIMIT_US, 'en')}`,
      'no majority was ever without a leader',
    );
  }

  private look(group: Group, entry: EntryBase): void {
    const {leaderlessSinceUs: sinceUs, isTold} = group;
    if (sinceUs === -1 || isTold || entry.atUs - sinceUs <= RECOVERY_LIMIT_US) return;
    group.isTold = true;
    this.found.looked += 1;
    const well = this.majorityOf(group) ?? [];
    const names = well.map(({selfId}) => selfId).join(', ');
    this.found.add(
      entry.id,
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

  private ran(process: string, isRunning: boolean, atUs: number): void {
    const group = this.groupOf.get(process);
    const member = group?.members.get(process);
    if (group === undefined || member === undefined) return;
    Object.assign(member, {isRunning, isPaused: false, leads: false, isStuck: false});
    this.begin(group, atUs);
  }

  private paused(process: string, isPaused: boolean, atUs: number): void {
    const group = this.groupOf.get(process);
    const member = group?.members.get(process);
    if (group === undefined || member === undefined) return;
    member.isPaused = isPaused;
    this.begin(group, atUs);
  }

  private diskChanged(machine: string, isSick: boolean, atUs: number): void {
    if (isSick) this.sickDisks.add(machine);
    else this.sickDisks.delete(machine);
    this.beginAnew(atUs);
  }

  private beginAnew(atUs: number): void {
    for (const group of this.groups.values()) this.begin(group, atUs);
  }

  /** What is claimed begins anew. */
  private begin(group: Group, atUs: number): void {
    const well = this.majorityOf(group);
    group.leaderlessSinceUs = well === null || well.some(({leads}) => leads) ? -1 : atUs;
    group.isTold = false;
    this.isAnyLeaderless = [...this.groups.values()].some(({leaderlessSinceUs}) => leaderlessSinceUs !== -1);
  }

  /** Those who hear each other and are well, if they are a majority of all that were ever seen. */
  private majorityOf({members}: Group): readonly Member[] | null {
    const up: Member[] = [];
    for (const member of members.values()) if (this.isUp(member)) up.push(member);
    const well: Member[] = [];
    for (const one of up) if (this.hears(one, up)) well.push(one);
    return well.length > members.size >> 1 ? well : null;
  }

  private isUp({process, isRunning, isPaused}: Member): boolean {
    return isRunning && !isPaused && !this.sickDisks.has(this.machineOf.get(process) ?? '');
  }

  /** Whether nothing is cut between a member and any of some others. */
  private hears({process}: Member, others: readonly Member[]): boolean {
    const machine = this.machineOf.get(process);
    for (const other of others)
      if (this.cuts.between(machine, this.machineOf.get(other.process))) return false;
    return true;
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
