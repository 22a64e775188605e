import type {EntryBase} from '../../sim/trace.ts';
import {type Reader, type Takes, taking} from '../readers.ts';
import {LinkCuts} from './link-cuts.ts';

/** What is broken at a moment of a history, entry by entry. */
export class FaultsOn implements Reader {
  private readonly ignored: ReadonlySet<string>;
  private readonly changed: (entry: EntryBase) => void;
  private readonly down = new Map<string, string>();
  private readonly cuts = new LinkCuts();
  private readonly machines = new Map<string, string>();
  private readonly disks = new Map<string, string>();

  /**
   * @param ignored processes that may be down: a producer that is keeps nobody from consuming what it had sent
   * @param changed is told of each entry that has changed what is broken
   */
  constructor(ignored: readonly string[], changed: (entry: EntryBase) => void = () => {}) {
    this.ignored = new Set(ignored);
    this.changed = changed;
  }

  readonly takes = [taking(this, FaultsOn.table)];

  private static readonly table: Takes<FaultsOn> = {
    entries: {
      'process-ended': (self, entry) => {
        const {process, why} = entry;
        if (why !== 'exited' && !self.ignored.has(process))
          self.broke(entry, self.down, process, `${process} is down`);
      },
      'process-paused': (self, entry) => {
        const {process} = entry;
        if (!self.ignored.has(process)) self.broke(entry, self.down, process, `${process} is frozen`);
      },
      'process-started': (self, entry) => self.mended(entry, self.down.delete(entry.process)),
      'process-resumed': (self, entry) => self.mended(entry, self.down.delete(entry.process)),
      'link-cut': (self, entry) => {
        self.cuts.cut(entry);
        self.changed(entry);
      },
      'link-healed': (self, entry) => self.mended(entry, self.cuts.heal(entry)),
      'machine-power-lost': (self, entry) =>
        self.broke(entry, self.machines, entry.machine, `${entry.machine} has no power`),
      'machine-power-restored': (self, entry) => self.mended(entry, self.machines.delete(entry.machine)),
      'disk-fault-struck': (self, entry) => {
        const {machine, name} = entry;
        const words = `the disk of ${machine} has a fault: ${name}`;
        self.broke(entry, self.disks, `${machine} ${name}`, words);
      },
      'disk-fault-lifted': (self, entry) =>
        self.mended(entry, self.disks.delete(`${entry.machine} ${entry.name}`)),
      'disk-destroyed': (self, entry) =>
        self.broke(entry, self.disks, entry.machine, `the disk of ${entry.machine} is gone`),
      'disk-replaced': (self, entry) => self.mended(entry, self.disks.delete(entry.machine)),
    },
  };

  get any(): boolean {
    return this.down.size + this.machines.size + this.disks.size > 0 || this.cuts.any;
  }

  /** In words, English, for reports. */
  list(): string[] {
    const cuts = this.cuts.all.map(({from, to}) => `${from} is cut off from ${to}`);
    return [...this.down.values(), ...this.machines.values(), ...cuts, ...this.disks.values()];
  }

  private broke(entry: EntryBase, on: Map<string, string>, what: string, words: string): void {
    on.set(what, words);
    this.changed(entry);
  }

  private mended(entry: EntryBase, wasBroken: boolean): void {
    if (wasBroken) this.changed(entry);
  }
}
