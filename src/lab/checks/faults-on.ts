import type {TraceEntry} from '../../sim/trace.ts';
import {LinkCuts} from './link-cuts.ts';

/** What is broken at a moment of a history, entry by entry. */
export class FaultsOn {
  private readonly ignored: ReadonlySet<string>;
  private readonly down = new Map<string, string>();
  private readonly cuts = new LinkCuts();
  private readonly machines = new Map<string, string>();
  private readonly disks = new Map<string, string>();

  /** @param ignored processes that may be down: a producer that is keeps nobody from consuming what it had sent */
  constructor(ignored: readonly string[]) {
    this.ignored = new Set(ignored);
  }

  /** Answers whether the entry has changed what is broken. */
  take(entry: TraceEntry): boolean {
    const {down, machines, disks} = this;
    switch (entry.kind) {
      case 'process-ended':
        if (entry.why === 'exited' || this.ignored.has(entry.process)) return false;
        down.set(entry.process, `${entry.process} is down`);
        return true;
      case 'process-paused':
        if (this.ignored.has(entry.process)) return false;
        down.set(entry.process, `${entry.process} is frozen`);
        return true;
      case 'process-started':
      case 'process-resumed':
        return down.delete(entry.process);
      case 'link-cut':
      case 'link-healed':
        return this.cuts.take(entry);
      case 'machine-power-lost':
        machines.set(entry.machine, `${entry.machine} has no power`);
        return true;
      case 'machine-power-restored':
        return machines.delete(entry.machine);
      case 'disk-fault-struck':
        disks.set(
          `${entry.machine} ${entry.name}`,
          `the disk of ${entry.machine} has a fault: ${entry.name}`,
        );
        return true;
      case 'disk-fault-lifted':
        return disks.delete(`${entry.machine} ${entry.name}`);
      case 'disk-destroyed':
        disks.set(entry.machine, `the disk of ${entry.machine} is gone`);
        return true;
      case 'disk-replaced':
        return disks.delete(entry.machine);
      default:
        return false;
    }
  }

  get any(): boolean {
    return this.down.size + this.machines.size + this.disks.size > 0 || this.cuts.any;
  }

  /** In words, English, for reports. */
  list(): string[] {
    const cuts = this.cuts.all.map(({from, to}) => `${from} is cut off from ${to}`);
    return [...this.down.values(), ...this.machines.values(), ...cuts, ...this.disks.values()];
  }
}
