import type {Intervention} from '../../sim/intervention.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import {accepts, fieldOf} from './matcher.ts';
import type {AwaitedMoment, ScenarioFault} from './scenario.ts';

interface Waiting {
  readonly fault: ScenarioFault;
  readonly when: AwaitedMoment;
  /** How many more entries have to fit. */
  missing: number;
}

/** Watches a run for the moments that faults of its scenario wait for. Each comes once. */
export class AwaitedTrack {
  private waiting: Waiting[];

  constructor(faults: readonly ScenarioFault[]) {
    this.waiting = faults.flatMap((fault) =>
      fault.when === undefined ? [] : [{fault, when: fault.when, missing: fault.when.nth}],
    );
  }

  /** Nothing is waited for any more. */
  get isOver(): boolean {
    return this.waiting.length === 0;
  }

  /**
   * What an entry brings about, in the order of the scenario, each at its time.
   * @param processOf the process that a name means, or null while it means none
   */
  take(
    entry: TraceEntry,
    processOf: (name: string) => string | null,
  ): readonly {readonly atUs: number; readonly intervention: Intervention}[] {
    const due: {atUs: number; intervention: Intervention}[] = [];
    for (const waiting of this.waiting) {
      const {fault, when} = waiting;
      if (entry.atUs < fault.atUs || !fits(when, entry, processOf)) continue;
      waiting.missing -= 1;
      if (waiting.missing === 0)
        due.push({atUs: entry.atUs + when.afterUs, intervention: fault.intervention});
    }
    if (due.length > 0) this.waiting = this.waiting.filter(({missing}) => missing > 0);
    return due;
  }
}

function fits(when: AwaitedMoment, entry: TraceEntry, processOf: (name: string) => string | null): boolean {
  if (when.fact !== null && (entry.kind !== 'fact' || entry.fact.kind !== when.fact)) return false;
  if (when.entry !== null && entry.kind !== when.entry) return false;
  if (when.process !== null && (!('process' in entry) || entry.process !== processOf(when.process)))
    return false;
  const data = entry.kind === 'fact' ? entry.fact : entry;
  return Object.entries(when.where).every(([name, wanted]) => accepts(wanted, fieldOf(data, name)));
}
