import type {Program} from '../ports/host.ts';
import type {DiskFault, DiskFaultName} from './disk-fault.ts';
import type {Intervention} from './intervention.ts';
import type {PageRun} from './page-fate.ts';
import type {ProcessKind, TraceReader} from './trace.ts';

/** A world to be built. Plain data but for the programs. */
export interface WorldSpec {
  /** Any text or number as text; all chance comes from it. */
  readonly seed: string;
  /** Wall time, in ms since the epoch, at which virtual time 0 lies. */
  readonly epochMs: number;
  readonly machines: readonly MachineSpec[];
  readonly network: NetworkSpec;
  readonly costs: CostModel;
  readonly processes: readonly ProcessSpec[];
}

export interface MachineSpec {
  readonly name: string;
  readonly address: string;
  readonly processors: number;
  readonly memoryBytes: number;
  readonly disk: DiskSpec;
  /** How far its clock is from the world's, and how fast it drifts. */
  readonly clockOffsetMs: number;
  readonly clockDriftPpm: number;
}

export interface DiskSpec {
  readonly capacityBytes: number;
  /** Time a sync takes at least, and at what rate dirty bytes go out. */
  readonly syncLatencyUs: number;
  readonly syncJitterUs: number;
  readonly bandwidthBytesPerSecond: number;
}

/** One direction of a path between two machines. Loopback (a machine to itself) has its own. */
export interface LinkSpec {
  readonly latencyUs: number;
  /** Added uniformly from 0 to this. */
  readonly jitterUs: number;
  readonly bandwidthBytesPerSecond: number;
  /** Chance per million that a segment is lost and has to be sent again. */
  readonly lossPerMillion: number;
}

export interface NetworkSpec {
  readonly between: LinkSpec;
  readonly loopback: LinkSpec;
  /** Exceptions, by machine pair, both directions. */
  readonly links: readonly {readonly from: string; readonly to: string; readonly link: LinkSpec}[];
}

/** Service time of a pool task, in µs: base + perKiB × bytes / 1024, times 1 ± spread; integer arithmetic. */
export interface CostModel {
  readonly default: TaskCost;
  readonly kinds: Readonly<Record<string, TaskCost>>;
}

export interface TaskCost {
  readonly baseUs: number;
  readonly perKiBUs: number;
}

/** A process is added with its world and runs once an intervention starts it. */
export interface ProcessSpec {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly machine: string;
  /**
   * Called at each start, so that a restarted process begins with empty memory.
   * @param settings what `set-config` has set since the world began, by key
   */
  readonly program: (settings: ReadonlyMap<string, string>) => Program;
  /** What is wrong with setting a key to a value, or null; a process without this takes no settings. */
  readonly settingMistake?: (key: string, value: string) => string | null;
}

/** A running world. It changes only by running its events and by interventions. */
export interface World {
  readonly nowUs: number;
  /** Events executed so far (kernel events, not trace entries). */
  readonly eventCount: number;
  readonly trace: TraceReader;
  /**
   * Lets go of the trace up to and including an entry, once it is kept elsewhere: its entries read as undefined from then on.
   * Ids, causes and the hash are not affected.
   */
  forgetTrace(throughEntry: number): void;
  /** 16 hex digits over every entry so far. */
  traceHash(): string;
  /** Time of the next event, or -1 if nothing will ever happen. */
  nextEventUs(): number;
  /** Runs one event; false if there is none. */
  step(): boolean;
  /** Runs every event up to and including `untilUs`, then sets now to it. */
  runUntil(untilUs: number): void;
  /** Runs at most `maxEvents` events up to `untilUs`; answers whether `untilUs` is reached. */
  runSome(untilUs: number, maxEvents: number): boolean;
  /** Applies an intervention now, after all that has happened up to `nowUs`. */
  intervene(intervention: Intervention): void;
  isRunning(process: string): boolean;
  /** What processes died of, with the engine's own error objects. For developers: stacks differ between engines. */
  readonly crashes: readonly CrashReport[];
  /**
   * A file of a machine's disk as its page cache holds it now, or null. For inspection and tests.
   * @param positionBytes from where on, and how much of it at most: files of a log are large and mostly empty
   */
  readFile(machine: string, path: string, positionBytes?: number, lengthBytes?: number): Uint8Array | null;
  listFiles(machine: string): readonly string[];
  hasPower(machine: string): boolean;
  /** What is wrong with a machine's disk now, in the order in which it struck. */
  diskFaults(machine: string): readonly NamedDiskFault[];
  /** Pages of the files that have anything in them, in order of paths; of one file, if a path is given. */
  diskPages(machine: string, path?: string): readonly FilePages[];
}

/** Pages of one file, by what the platter holds of them. */
export interface FilePages {
  readonly path: string;
  readonly sizeBytes: number;
  /** Bytes of the file, within its size, that are on the platter as they read. */
  readonly durableBytes: number;
  /** Pages that are on the platter as they are. */
  readonly clean: number;
  readonly dirty: number;
  /** On their way to the platter, and not written again meanwhile. */
  readonly goingOut: number;
  /** Taken for clean by the operating system, after writing them out has failed. */
  readonly failed: number;
  /** All of these in order; neighbours of one state together. Pages that are nowhere are holes and read as zeros. */
  readonly runs: readonly PageRun[];
}

export interface NamedDiskFault {
  /** What to lift it by. */
  readonly name: DiskFaultName;
  readonly fault: DiskFault;
  readonly sinceUs: number;
}

/** Why a process crashed, for a person at a debugger. The trace has only what is alike in every engine. */
export interface CrashReport {
  readonly process: string;
  readonly atUs: number;
  readonly error: unknown;
}
