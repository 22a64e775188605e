import type {TraceEntry} from '../../sim/trace.ts';

/** What is broken at a moment of a history, entry by entry. */
export class FaultsOn {
  private readonly ignored: ReadonlySet<string>;
  private readonly down = new Map<string, string>();
  private readonly cuts = new Map<string, string>();
  private readonly machines = new Map<string, string>();
  private readonly disks = new Map<string, string>();

  /** @param ignored processes that may be down: a producer that is keeps nobody from consuming what it had sent */
  constructor(ignored: readonly string[]) {
    this.ignored = new Set(ignored);
  }

  /** Answers whether the entry has changed what is broken. */
  take(entry: TraceEntry): boolean {
    const {down, cuts, machines, disks} = this;
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
        cuts.set(`${entry.from} ${entry.to}`, `${entry.from} is cut off from ${entry.to}`);
        return true;
      case 'link-healed': {
        const one = cuts.delete(`${entry.from} ${entry.to}`);
        const back = entry.direction === 'both' && cuts.delete(`${entry.to} ${entry.from}`);
        return one || back;
      }
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
    return this.down.size + this.machines.size + this.cuts.size + this.disks.size > 0;
  }

  /** In words, English, for reports. */
  list(): string[] {
    return [...this.down.values(), ...this.machines.values(), ...this.cuts.values(), ...this.disks.values()];
  }
}
