import type {TraceEntry} from '../../sim/trace.ts';
import type {Taker, Taking} from './fate.ts';

/** Faults after which a sync may have said more than it did, or what was written cannot be read. */
const HURTFUL: ReadonlySet<string> = new Set(['write-errors', 'sync-errors', 'bad-sector', 'bit-rot']);

interface MachineStory {
  powerLostId: number;
  destroyedId: number;
  faultId: number;
}

/** What has happened to machines and processes that can take records from a log. Fed with every entry, in order. */
export class Calamities {
  readonly #machines = new Map<string, MachineStory>();
  readonly #machineOf = new Map<string, string>();
  readonly #ended = new Map<string, number>();
  /** Up to which entry a process has found out what became of its disk. */
  readonly #settled = new Map<string, number>();

  take(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'process-added':
        this.#machineOf.set(entry.process, entry.machine);
        return;
      case 'process-ended':
        // In order, everything is written before the end; whatever is missing later was taken by something else.
        if (entry.why !== 'stopped') this.#ended.set(entry.process, entry.id);
        return;
      case 'machine-power-lost':
        this.#storyOf(entry.machine).powerLostId = entry.id;
        return;
      case 'disk-destroyed':
      case 'disk-replaced': {
        const story = this.#storyOf(entry.machine);
        // A replacement right after the destruction is the same thing.
        if (entry.kind === 'disk-destroyed' || story.destroyedId === 0) story.destroyedId = entry.id;
        return;
      }
      case 'disk-fault-struck':
        if (HURTFUL.has(entry.fault.kind)) this.#storyOf(entry.machine).faultId = entry.id;
        return;
      default:
    }
  }

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
