import type {CheckResult, Verdict} from '../checks/check.ts';
import {isStreamed, StreamedChecks} from '../checks/streamed.ts';
import {checksOf} from '../report.ts';
import {openRun} from '../run.ts';
import type {Timeline} from '../timeline.ts';

/** What one seed of a sweep came to. Plain data. */
export interface SweepRun {
  readonly seed: string;
  readonly events: number;
  readonly traceHash: string;
  readonly verdict: SweepVerdict;
  readonly checks: readonly SweepCheck[];
  /** What processes died of that should never die: a defect, whatever the checks say. */
  readonly crashes: readonly string[];
}

export type SweepCheck = Pick<CheckResult, 'name' | 'verdict' | 'looked' | 'detail'> & {
  readonly flaw: string | null;
  readonly brokenAtUs: number;
};

/** The gravest of a run's verdicts; what looked at nothing says nothing about the run. */
export type SweepVerdict = Exclude<Verdict, 'looked-at-nothing'>;

export const SWEEP_VERDICTS: readonly SweepVerdict[] = [
  'defect',
  'known-flaw',
  'lost-as-configured',
  'unavailable-as-designed',
  'held',
];

const SLICE_EVENTS = 20_000;

/** Runs one timeline and judges it. If every check is judged entry by entry, nothing of the trace is kept. */
export function sweepRun(timeline: Timeline): SweepRun {
  const run = openRun(timeline);
  const {world} = run;
  const {checks} = timeline.scenario;
  const streams = checks.every(isStreamed);
  let results: readonly CheckResult[];
  /** When each entry was, for those that nothing else is kept of. */
  const timesUs: number[] = [];
  if (streams) {
    const streamed = new StreamedChecks(timeline.scenario);
    let taken = 0;
    for (let done = false; !done; ) {
      done = run.advance(run.durationUs, SLICE_EVENTS);
      const {entries} = world.trace;
      for (; taken < entries.length; taken += 1) {
        const entry = entries[taken]!;
        timesUs.push(entry.atUs);
        streamed.take(entry);
      }
      world.forgetTrace(taken);
    }
    results = checks.filter(isStreamed).map((name) => streamed.result(name));
  } else {
    run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
    // Whether each fault struck is no matter here: many of those that are drawn hit what is down already.
    results = checksOf(run).filter(({name}) => name !== 'faults-struck');
  }
  const told = results.map(({name, verdict, looked, detail, flaw = null, brokenAtEntry}): SweepCheck => {
    const at = brokenAtEntry - 1;
    const brokenAtUs = (streams ? timesUs[at] : world.trace.entries[at]?.atUs) ?? 0;
    return {name, verdict, looked, detail, flaw, brokenAtUs};
  });
  const crashes = world.crashes.map(({process, error}) => `${process}: ${sayError(error)}`);
  const verdicts: ReadonlySet<Verdict> = new Set(told.map((check) => check.verdict));
  const verdict = crashes.length > 0 ? 'defect' : (SWEEP_VERDICTS.find((one) => verdicts.has(one)) ?? 'held');
  return {
    seed: timeline.seed,
    events: world.eventCount,
    traceHash: world.traceHash(),
    verdict,
    checks: told,
    crashes,
  };
}

function sayError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
