import {availableParallelism} from 'node:os';
import {parseSeeds, SEEDS_EXPECTED} from '../lab/sweep/seeds.ts';
import {summaryLines, summaryOf} from '../lab/sweep/summary.ts';
import {EXIT} from './exit.ts';
import {tryFixes} from './fix-trials-command.ts';
import type {Output} from './output.ts';
import {readScenario} from './scenario-file.ts';
import {readPlan} from './sweep-plan.ts';
import {SweepPool} from './sweep-pool.ts';
import {SweepProgress} from './sweep-progress.ts';

export interface SweepOptions {
  readonly seeds: string;
  readonly faults: string;
  readonly workers?: string;
  readonly fix?: string;
  readonly eachFixOff?: boolean;
  readonly until?: string;
  readonly json?: boolean;
}

const WORKERS_MOST = 256;

/**
 * Runs a scenario with many seeds and faults drawn for each. 0: no run has a defect, or a known flaw whose remedies are off;
 * 1: one has; 2: the input is bad and nothing was run. With `eachFixOff` 0 says that a sweep has found the flaw of every remedy.
 */
export async function sweepCommand(file: string, options: SweepOptions, output: Output): Promise<number> {
  const seeds = parseSeeds(options.seeds);
  if (seeds === null) return refuse(output, `--seeds: found "${options.seeds}", expected ${SEEDS_EXPECTED}`);
  const plan = readPlan('--faults', options.faults, options.fix, output);
  if (plan === null) return EXIT.badInput;
  const workers = options.workers === undefined ? availableParallelism() : Number(options.workers);
  if (!Number.isInteger(workers) || workers < 1 || WORKERS_MOST < workers)
    return refuse(
      output,
      `--workers: found "${options.workers}", expected a whole number from 1 to ${WORKERS_MOST}`,
    );
  const read = readScenario(file, options, output);
  if (read === null) return EXIT.badInput;
  const scenario = {...read.scenario, durationUs: read.untilUs};
  const pool = new SweepPool(scenario, Math.min(workers, seeds.length));
  try {
    if (options.eachFixOff) {
      const replay = (seed: string, fix: string): string => replayCommand(file, {...options, fix}, seed);
      const trials = {scenario: scenario.name, level: plan.level, fixes: plan.fixes, seeds, replay};
      return await tryFixes(trials, pool, options.json === true, output);
    }
    const beganMs = output.nowMs();
    const progress = new SweepProgress(seeds.length, output);
    const jobs = seeds.map((seed) => ({plan, seed}));
    const timed = await pool.runAll(jobs, (run) => progress.note(run));
    progress.clear();
    const wallMs = output.nowMs() - beganMs;
    const summary = summaryOf(timed);
    const replay = (seed: string): string => replayCommand(file, options, seed);
    if (options.json) {
      const {failing, slowest: _slowest, ...figures} = summary;
      const told = failing.map((run) => ({...run, replay: replay(run.seed)}));
      const results = timed.map(({run: {seed, verdict, events, traceHash}}) => ({
        seed,
        verdict,
        events,
        traceHash,
      }));
      output.out(JSON.stringify({scenario: scenario.name, ...plan, ...figures, failing: told, results}));
    } else for (const line of summaryLines(summary, wallMs, pool.size, replay)) output.out(line);
    return summary.failing.length === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    pool.close();
  }
}

/** Runs a seed of a sweep again, with its report and whatever else the other commands show. */
function replayCommand(file: string, {faults, fix, until}: SweepOptions, seed: string): string {
  const more = [fix === undefined ? '' : ` --fix ${fix}`, until === undefined ? '' : ` --until ${until}`];
  return `lab run ${quoted(file)} --seed ${seed} --sweep-faults ${faults}${more.join('')}`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function refuse(output: Output, problem: string): number {
  output.err(problem);
  return EXIT.badInput;
}
