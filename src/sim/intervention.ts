import type {DiskFault, DiskFaultKind, DiskFaultName} from './disk-fault.ts';

/**
 * Something done to a world from outside. Interventions are plain data on a timeline; there is no other way to
 * touch a running world. One that has nothing to do (a kill of what does not run) changes nothing and leaves no more than
 * its own entry.
 */
export type Intervention =
  | {readonly kind: 'start' | 'stop' | 'kill' | 'pause' | 'resume' | 'restart'; readonly process: string}
  /** A setting of the process from its next start on, in the words of its own configuration; it is not told of it before. */
  | {readonly kind: 'set-config'; readonly process: string; readonly key: string; readonly value: string}
  /** Nothing crosses from machine `from` to machine `to`, nor back unless `direction` is `one-way`. */
  | {
      readonly kind: 'cut' | 'heal';
      readonly from: string;
      readonly to: string;
      readonly direction: 'both' | 'one-way';
    }
  /** From now on the link is what `link` says, and for the rest what its scenario says; null: all as in the scenario. */
  | {
      readonly kind: 'set-link';
      readonly from: string;
      readonly to: string;
      readonly direction: 'both' | 'one-way';
      readonly link: LinkChange | null;
    }
  | {readonly kind: 'jump-clock'; readonly machine: string; readonly byMs: number}
  /**
   * Power goes: the machine's processes end as `power-lost`, its page cache is lost, nothing is told to anybody. With power
   * back, nothing starts by itself; what is sent to the machine is answered again.
   */
  | {readonly kind: 'lose-power' | 'restore-power'; readonly machine: string}
  | {readonly kind: 'disk-fault'; readonly machine: string; readonly fault: DiskFault}
  /** Lifts one fault by its name, every one of a kind, or all. */
  | {
      readonly kind: 'heal-disk';
      readonly machine: string;
      readonly fault: DiskFaultName | DiskFaultKind | 'all';
    }
  /** The disk is gone with all that was on it; with `replace`, an empty one is in its place at once. */
  | {readonly kind: 'destroy-disk'; readonly machine: string; readonly replace: boolean}
  /** An empty disk is put in the place of the present one, destroyed or not. */
  | {readonly kind: 'replace-disk'; readonly machine: string};

export type InterventionKind = Intervention['kind'];

/** What to change of a link; the fields of `LinkSpec`, each optional. */
export interface LinkChange {
  readonly latencyUs?: number;
  readonly jitterUs?: number;
  readonly bandwidthBytesPerSecond?: number;
  readonly lossPerMillion?: number;
}

/** An intervention at its time. It comes after every event of that microsecond, in list order. */
export interface TimedIntervention {
  readonly atUs: number;
  readonly intervention: Intervention;
}
