import type {Intervention} from '../../sim/intervention.ts';
import type {EntryOf} from '../../sim/trace.ts';

/** What happens to machines, disks and the quality of links. */
export type FaultEntry = EntryOf<
  | 'link-changed'
  | 'machine-power-lost'
  | 'machine-power-restored'
  | 'disk-write-back'
  | 'disk-written-back'
  | 'disk-fault-struck'
  | 'disk-fault-lifted'
  | 'disk-read-only'
  | 'disk-destroyed'
  | 'disk-replaced'
  | 'disk-undone'
  | 'disk-pages-lost'
>;

export type MachineIntervention = Extract<
  Intervention,
  {
    kind:
      | 'lose-power'
      | 'restore-power'
      | 'disk-fault'
      | 'heal-disk'
      | 'destroy-disk'
      | 'replace-disk'
      | 'set-link';
  }
>;
