import {checkOfFlaw, type FixTrial, fixTrials} from '../lab/sweep/fix-trials.ts';
import type {SweepLevel} from '../lab/sweep/level.ts';
import type {SweepCheck} from '../lab/sweep/sweep-run.ts';
import {ALL_FIXES, fixesBut} from '../lab/sweep/sweep-timeline.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import type {SweepPool} from './sweep-pool.ts';

export interface FixTrials {
  readonly scenario: string;
  readonly level: SweepLevel;
  /** Those that are tried; null: all. */
  readonly fixes: readonly string[] | null;
  readonly seeds: readonly string[];
  /** The command that runs one seed again. */
  readonly replay: (seed: string, fix: string) => string;
}

/** What a sweep finds without a remedy. */
interface Found {
  readonly seed: string;
  readonly off: readonly string[];
  readonly check: SweepCheck;
}

/**
 * Tries each remedy: all others are on, and seeds are run until one turns red by the flaw that it is for. 0: each flaw was found;
 * 1: one was not, with these seeds.
 */
export async function tryFixes(
  trials: FixTrials,
  pool: SweepPool,
  json: boolean,
  output: Output,
): Promise<number> {
  const list = fixTrials(trials.fixes ?? ALL_FIXES);
  const told: object[] = [];
  let missing = 0;
  const width = Math.max(...list.map(({fix}) => fix.length));
  for (const [index, trial] of list.entries()) {
    const found = await find(trial, trials, pool, (off, done) => {
      const line = `${index + 1}/${list.length}, seed ${done + 1}/${trials.seeds.length}, off: ${off.join(', ')}`;
      output.redraw?.(line.slice(0, Math.max(0, (output.columns?.() ?? line.length + 1) - 1)));
    });
    output.redraw?.('');
    const replay = found === null ? null : trials.replay(found.seed, allBut(found.off));
    if (found === null) missing += 1;
    told.push({fix: trial.fix, flaws: trial.flaws, ...(found ?? {seed: null}), replay});
    if (json) continue;
    const of = `${trial.fix.padEnd(width)}  ${trial.flaws.join(', ')}`;
    if (found === null) {
      output.out(`${of}: not found with ${trials.seeds.length} seeds`);
      continue;
    }
    const {seed, off, check} = found;
    const others = off.filter((name) => name !== trial.fix);
    const also = others.length === 0 ? '' : ` with ${others.join(', ')} off as well`;
    output.out(`${of}: seed ${seed}${also}, ${check.name} at ${(check.brokenAtUs / 1e6).toFixed(3)} s`);
    output.out(`  ${check.detail}`);
    output.out(`  ${replay}`);
    output.flush?.();
  }
  if (json)
    output.out(
      JSON.stringify({
        scenario: trials.scenario,
        level: trials.level,
        seeds: trials.seeds.length,
        fixes: told,
      }),
    );
  else output.out(`${list.length - missing} of ${list.length} remedies: without it a sweep names its flaw`);
  return missing === 0 ? EXIT.ok : EXIT.failed;
}

const allBut = (off: readonly string[]): string => `all-but:${off.join(',')}`;

/** The first seed by which a flaw of the trial is named, in the order of seeds. */
async function find(
  {flaws, off}: FixTrial,
  {level, seeds}: FixTrials,
  pool: SweepPool,
  note: (off: readonly string[], done: number) => void,
): Promise<Found | null> {
  for (const names of off) {
    const plan = {level, fixes: fixesBut(names)};
    for (let from = 0; from < seeds.length; from += pool.size) {
      note(names, from);
      const jobs = seeds.slice(from, from + pool.size).map((seed) => ({plan, seed}));
      for (const {run} of await pool.runAll(jobs, () => {})) {
        const check = checkOfFlaw(run, flaws);
        if (check !== undefined) return {seed: run.seed, off: names, check};
      }
    }
  }
  return null;
}
