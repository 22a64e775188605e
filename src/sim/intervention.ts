/**
 * Something done to a world from outside. Interventions are plain data on a timeline; there is no other way to
 * touch a running world.
 */
export type Intervention =
  | {readonly kind: 'start' | 'stop' | 'kill' | 'pause' | 'resume' | 'restart'; readonly process: string}
  /** Nothing crosses from machine `from` to machine `to`, nor back unless `direction` is `one-way`. */
  | {
      readonly kind: 'cut' | 'heal';
      readonly from: string;
      readonly to: string;
      readonly direction: 'both' | 'one-way';
    }
  | {readonly kind: 'jump-clock'; readonly machine: string; readonly byMs: number};

export type InterventionKind = Intervention['kind'];

/** An intervention at its time. It comes after every event of that microsecond, in list order. */
export interface TimedIntervention {
  readonly atUs: number;
  readonly intervention: Intervention;
}
