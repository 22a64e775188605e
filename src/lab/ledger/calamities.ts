import {type Reader, type Takes, taking} from '../readers.ts';
import type {Taker, Taking} from './fate.ts';

/** Faults after which a sync may have said more than it did, or what was written cannot be read. */
const HURTFUL: ReadonlySet<string> = new Set(['write-errors', 'sync-errors', 'bad-sector', 'bit-rot']);

interface MachineStory {
  powerLostId: number;
  destroyedId: number;
  faultId: number;
}

/** What has happened to machines and processes that can take records from a log. */
export class Calamities implements Reader {
  readonly #machines = new Map<string, MachineStory>();
  readonly #machineOf = new Map<string, string>();
  readonly #ended = new Map<string, number>();
  /** Up to which entry a process has found out what became of its disk. */
  readonly #settled = new Map<string, number>();

  readonly takes = [taking(this, Calamities.#table)];

  static readonly #table: Takes<Calamities> = {
    entries: {
      'process-added': (self, {process, machine}) => {
        self.#machineOf.set(process, machine);
      },
      'process-ended': (self, {process, why, id}) => {
        // In order, everything is written before the end; whatever is missing later was taken by something else.
        if (why !== 'stopped') self.#ended.set(process, id);
      },
      'machine-power-lost': (self, {machine, id}) => {
        self.#storyOf(machine).powerLostId = id;
      },
      'disk-destroyed': (self, {machine, id}) => {
        self.#storyOf(machine).destroyedId = id;
      },
      'disk-replaced': (self, {machine, id}) => {
        const story = self.#storyOf(machine);
        // A replacement right after the destruction is the same thing.
        if (story.destroyedId === 0) story.destroyedId = id;
      },
      'disk-fault-struck': (self, {machine, fault, id}) => {
        if (HURTFUL.has(fault.kind)) self.#storyOf(machine).faultId = id;
      },
    },
  };

  machineOf(process: string): string {
    return this.#machineOf.get(process) ?? '';
  }

  processesOn(machine: string): string[] {
    return [...this.#machineOf].filter(([, on]) => on === machine).map(([process]) => process);
  }

  /** What took the records that a broker finds missing at `entryId`. */
  takingAt(process: string, entryId: number): Taking {
    const story = this.#machines.get(this.machineOf(process)) ?? NO_STORY;
    const since = this.#settled.get(process) ?? 0;
    const diskLied = story.faultId !== 0;
    const because = (by: Taker, byEntryId: number): Taking => ({entryId, by, byEntryId, diskLied});
    const endedId = this.#ended.get(process) ?? 0;
    if (story.destroyedId > since) return because('disk-destroyed', story.destroyedId);
    if (story.powerLostId > since) return because('power-loss', story.powerLostId);
    if (diskLied) return because('disk-fault', story.faultId);
    if (endedId > since) return because('process-end', endedId);
    return because('nothing', entryId);
  }

  /** A broker has found out what its disk holds: what happened before has done what it could. */
  settle(process: string, entryId: number): void {
    this.#settled.set(process, entryId);
  }

  #storyOf(machine: string): MachineStory {
    let story = this.#machines.get(machine);
    if (story === undefined) {
      story = {powerLostId: 0, destroyedId: 0, faultId: 0};
      this.#machines.set(machine, story);
    }
    return story;
  }
}

const NO_STORY: Readonly<MachineStory> = {powerLostId: 0, destroyedId: 0, faultId: 0};
