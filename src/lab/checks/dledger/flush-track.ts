import type {FactOf} from '../../../rocketmq/facts.ts';
import type {DiskFaultName} from '../../../sim/disk-fault.ts';
import {type Reader, type Takes, taking} from '../../readers.ts';
import {sayCount} from '../../say-duration.ts';
import type {CheckResult} from '../check.ts';
import {type Cause, defect, Findings, known} from './findings.ts';

/** A member flushes each 10 ms; its disk takes some more. */
const LIMIT_US = 2_000_000;

interface Member {
  readonly process: string;
  readonly selfId: string;
  readonly group: string;
  /** Where its log ends. */
  end: number;
  /** Everything before it has been flushed, and not been cut off since. */
  flushed: number;
  /** How far it has told to have flushed, whatever was cut off since; 0: it has told nothing since it was started. */
  told: number;
  /** Since when it has something to flush and flushes none of it; -1: it has nothing. */
  idleSinceUs: number;
  isPaused: boolean;
  /** Its disk has a fault, or had one since it last flushed: its syncs failed, or take their time. Or it was told of already. */
  isSick: boolean;
}

/**
 * Liveness of flushing: what a member of a group writes to its log is on its disk soon, as long as it runs on a disk that is well. Nobody
 * waits for that, so nothing else shows when it does not come about until the power goes.
 */
export class FlushTrack implements Reader {
  private readonly found = new Findings('flushes-keep-up');
  private readonly fixesOf: (process: string) => ReadonlySet<string>;
  private readonly machineOf = new Map<string, string>();
  private readonly members = new Map<string, Member>();
  /** By machine: what faults its disk has. */
  private readonly faults = new Map<string, Set<DiskFaultName>>();
  /** Before it nobody is late. */
  private dueUs = Number.POSITIVE_INFINITY;

  /** @param fixesOf remedies that are on in a process */
  constructor(fixesOf: (process: string) => ReadonlySet<string>) {
    this.fixesOf = fixesOf;
  }

  readonly takes = [taking(this, FlushTrack.table)];

  private static readonly table: Takes<FlushTrack> = {
    before: (self, entry) => {
      if (self.dueUs < entry.atUs) self.look(entry.atUs, entry.id);
    },
    entries: {
      'process-added': (self, {process, machine}) => {
        self.machineOf.set(process, machine);
      },
      'process-started': (self, {process}) => {
        self.members.delete(process);
      },
      'process-ended': (self, {process}) => {
        self.members.delete(process);
      },
      'process-paused': (self, {process, atUs}) => self.paused(process, true, atUs),
      'process-resumed': (self, {process, atUs}) => self.paused(process, false, atUs),
      'disk-fault-struck': (self, {machine, name}) => {
        self.faultsOf(machine).add(name);
        self.sicken(machine);
      },
      'disk-fault-lifted': (self, {machine, name}) => {
        self.faultsOf(machine).delete(name);
      },
      'disk-destroyed': (self, {machine}) => self.sicken(machine),
    },
    facts: {
      'dledger-recovered': (self, {process}, {selfId, group}) => {
        const isSick = self.faultsOf(self.machineOf.get(process) ?? '').size > 0;
        const ends = {end: 0, flushed: 0, told: 0, idleSinceUs: -1};
        self.members.set(process, {process, selfId, group, ...ends, isPaused: false, isSick});
      },
      'dledger-appended': (self, {process, atUs}, {pos, sizeBytes}) =>
        self.wrote(process, pos + sizeBytes, atUs),
      'dledger-truncated': (self, {process, atUs}, fact) => self.cut(process, fact, atUs),
      'log-flushed': (self, {process, atUs}, {physicalOffset}) => self.flushed(process, physicalOffset, atUs),
    },
  };

  result(): CheckResult {
    return this.found.result(
      `${sayCount(this.found.looked)} times a member had something to flush, and always flushed it within ${LIMIT_US / 1_000_000} s`,
      'no member had anything to flush',
    );
  }

  private paused(process: string, isPaused: boolean, atUs: number): void {
    const member = this.members.get(process);
    if (member === undefined) return;
    member.isPaused = isPaused;
    if (member.idleSinceUs !== -1) this.waits(member, atUs);
  }

  private wrote(process: string, end: number, atUs: number): void {
    const member = this.members.get(process);
    if (member === undefined) return;
    member.end = end;
    if (member.idleSinceUs === -1) this.waits(member, atUs);
  }

  /** What a cut leaves counts as flushed from then on, whether it was or not; where the entry was not there it is written anew. */
  private cut(process: string, fact: FactOf<'dledger-truncated'>, atUs: number): void {
    const member = this.members.get(process);
    if (member === undefined) return;
    const {pos, sizeBytes, wasThere, fromEndIndex, endIndex} = fact;
    member.end = pos + sizeBytes;
    member.flushed = wasThere ? member.end : pos;
    // What a start has found counts as flushed as well, to its end, which is not told.
    if (member.told === 0 && endIndex < fromEndIndex) member.told = Number.POSITIVE_INFINITY;
    if (wasThere) member.idleSinceUs = -1;
    else this.waits(member, atUs);
  }

  private flushed(process: string, offset: number, atUs: number): void {
    const member = this.members.get(process);
    if (member === undefined) return;
    member.told = member.flushed = offset;
    if (member.idleSinceUs !== -1) this.found.looked += 1;
    if (this.faultsOf(this.machineOf.get(process) ?? '').size === 0) member.isSick = false;
    if (offset < member.end) this.waits(member, atUs);
    else member.idleSinceUs = -1;
  }

  private waits(member: Member, atUs: number): void {
    member.idleSinceUs = atUs;
    this.dueUs = Math.min(this.dueUs, atUs + LIMIT_US);
  }

  private look(atUs: number, entryId: number): void {
    this.dueUs = Number.POSITIVE_INFINITY;
    for (const member of this.members.values()) {
      const {idleSinceUs, end, flushed, selfId, group} = member;
      if (idleSinceUs === -1 || member.isPaused || member.isSick) continue;
      if (atUs <= idleSinceUs + LIMIT_US) {
        this.dueUs = Math.min(this.dueUs, idleSinceUs + LIMIT_US);
        continue;
      }
      member.idleSinceUs = -1;
      member.isSick = true;
      this.found.looked += 1;
      this.found.add(
        entryId,
        this.whyNot(member),
        `${selfId} of ${group} has ${end - flushed} bytes from ${flushed} on that it does not flush`,
      );
    }
  }

  /** The flush position is where the last flush has told; the cut has left it there, behind the end of the log. */
  private whyNot({process, end, told}: Member): Cause {
    return end < told
      ? known('flush-behind-cut', this.fixesOf(process))
      : defect('nothing is known that keeps it from that');
  }

  private sicken(machine: string): void {
    for (const member of this.members.values())
      if (this.machineOf.get(member.process) === machine) member.isSick = true;
  }

  private faultsOf(machine: string): Set<DiskFaultName> {
    let faults = this.faults.get(machine);
    if (faults === undefined) {
      faults = new Set();
      this.faults.set(machine, faults);
    }
    return faults;
  }
}
