import type {Verdict} from '../checks/check.ts';
import {sayCount} from '../say-duration.ts';
import {SWEEP_VERDICTS, type SweepCheck, type SweepRun, type SweepVerdict} from './sweep-run.ts';

/** One run and how long it took, which is no part of what it came to. */
export interface TimedRun {
  readonly run: SweepRun;
  readonly wallMs: number;
}

export interface SweepSummary {
  readonly runs: number;
  readonly events: number;
  readonly verdicts: Readonly<Record<SweepVerdict, number>>;
  /** In how many runs each check came to which verdict. */
  readonly checks: readonly {
    readonly name: string;
    readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  }[];
  /** In how many runs each known flaw struck. */
  readonly flaws: Readonly<Record<string, number>>;
  /** Those with a defect, then those with a known flaw; each in order of seeds as given. */
  readonly failing: readonly SweepRun[];
  readonly slowest: readonly {readonly seed: string; readonly wallMs: number}[];
}

const SLOWEST_TOLD = 3;

/** What a sweep came to: the same whatever the order in which its runs came in, but for the times. */
export function summaryOf(timed: readonly TimedRun[]): SweepSummary {
  const verdicts = Object.fromEntries(SWEEP_VERDICTS.map((verdict) => [verdict, 0])) as Record<
    SweepVerdict,
    number
  >;
  const checks = new Map<string, Map<Verdict, number>>();
  const flaws = new Map<string, number>();
  let events = 0;
  for (const {run} of timed) {
    events += run.events;
    verdicts[run.verdict] += 1;
    for (const {name, verdict} of run.checks) {
      const counts = checks.get(name) ?? new Map<Verdict, number>();
      checks.set(name, counts);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
    for (const flaw of new Set(run.checks.map(({flaw}) => flaw))) {
      if (flaw !== null) flaws.set(flaw, (flaws.get(flaw) ?? 0) + 1);
    }
  }
  const withVerdict = (verdict: SweepVerdict): SweepRun[] =>
    timed.filter(({run}) => run.verdict === verdict).map(({run}) => run);
  const slowest = [...timed].sort((a, b) => b.wallMs - a.wallMs || timed.indexOf(a) - timed.indexOf(b));
  return {
    runs: timed.length,
    events,
    verdicts,
    checks: [...checks].map(([name, counts]) => ({name, verdicts: Object.fromEntries(counts)})),
    flaws: Object.fromEntries([...flaws].sort(([a], [b]) => (a < b ? -1 : 1))),
    failing: [...withVerdict('defect'), ...withVerdict('known-flaw')],
    slowest: slowest
      .slice(0, SLOWEST_TOLD)
      .map(({run, wallMs}) => ({seed: run.seed, wallMs: Math.round(wallMs)})),
  };
}

const FAILING_TOLD = 20;

/**
 * The summary as lines for a person.
 * @param replay the command that runs one seed again
 */
export function summaryLines(
  summary: SweepSummary,
  wallMs: number,
  workers: number,
  replay: (seed: string) => string,
): string[] {
  const {runs, events, checks, failing, flaws, slowest, verdicts} = summary;
  const seconds = Math.max(wallMs, 1) / 1000;
  const width = Math.max(0, ...checks.map(({name}) => name.length));
  const told = SWEEP_VERDICTS.filter((verdict) => verdicts[verdict] > 0).map(
    (verdict) => `${sayCount(verdicts[verdict])} ${verdict}`,
  );
  const lines = [
    `${sayCount(runs)} runs in ${seconds.toFixed(1)} s with ${workers} ${workers === 1 ? 'worker' : 'workers'}: ${(runs / seconds).toFixed(1)} runs/s, ${sayCount(Math.round(events / seconds))} events/s`,
    `Runs by their gravest verdict: ${told.join(', ') || 'none'}`,
    `Slowest: ${slowest.map(({seed, wallMs: ms}) => `seed ${seed} ${(ms / 1000).toFixed(1)} s`).join(', ')}`,
    '',
    'Checks',
    ...checks.map(({name, verdicts: counts}) => {
      const parts = Object.entries(counts).map(([verdict, count]) => `${sayCount(count)} ${verdict}`);
      return `  ${name.padEnd(width)}  ${parts.join(', ')}`;
    }),
  ];
  if (Object.keys(flaws).length > 0) {
    const parts = Object.entries(flaws).map(([flaw, count]) => `${flaw} in ${sayCount(count)}`);
    lines.push('', `Known flaws: ${parts.join(', ')}`);
  }
  for (const run of failing.slice(0, FAILING_TOLD)) {
    lines.push('', `seed ${run.seed}: ${run.verdict}`);
    for (const check of gravestOf(run))
      lines.push(`  ${check.name} at ${(check.brokenAtUs / 1e6).toFixed(3)} s: ${check.detail}`);
    for (const crash of run.crashes) lines.push(`  crashed: ${crash}`);
    lines.push(`  ${replay(run.seed)}`);
  }
  if (failing.length > FAILING_TOLD)
    lines.push('', `and ${sayCount(failing.length - FAILING_TOLD)} more; --json has them all`);
  return lines;
}

function gravestOf(run: SweepRun): SweepCheck[] {
  return run.checks.filter(({verdict}) => verdict === run.verdict);
}
