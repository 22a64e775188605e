import {availableParallelism} from 'node:os';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import type {Scenario} from '../lab/scenario/scenario.ts';
import {parseSeeds, SEEDS_EXPECTED} from '../lab/sweep/seeds.ts';
import {summaryLines, summaryOf, type TimedRun} from '../lab/sweep/summary.ts';
import type {SweepPlan} from '../lab/sweep/sweep-timeline.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {readScenario} from './scenario-file.ts';
import {readPlan} from './sweep-plan.ts';
import {SWEEP_WORKER_URL, type SweepAnswer, type SweepWork, sweepSeed} from './sweep-worker.ts';

export interface SweepOptions {
  readonly seeds: string;
  readonly faults: string;
  readonly workers?: string;
  readonly fix?: string;
  readonly until?: string;
  readonly json?: boolean;
}

const WORKERS_MOST = 256;

/**
 * Runs a scenario with many seeds and faults drawn for each. 0: no run has a defect, or a known flaw whose remedies are off;
 * 1: one has; 2: the input is bad and nothing was run.
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
  const beganMs = output.nowMs();
  const progress = new Progress(seeds.length, output);
  const timed = await runAll(scenario, plan, seeds, Math.min(workers, seeds.length), (run) =>
    progress.note(run),
  );
  progress.clear();
  const wallMs = output.nowMs() - beganMs;
  const summary = summaryOf(timed);
  const replay = (seed: string): string => replayCommand(file, options, seed);
  if (options.json) {
    const {failing, slowest: _slowest, ...figures} = summary;
    const told = failing.map((run) => ({...run, replay: replay(run.seed)}));
    const runs = timed.map(({run}) => ({
      seed: run.seed,
      verdict: run.verdict,
      events: run.events,
      traceHash: run.traceHash,
    }));
    output.out(JSON.stringify({scenario: scenario.name, ...plan, ...figures, failing: told, results: runs}));
  } else
    for (const line of summaryLines(summary, wallMs, Math.min(workers, seeds.length), replay))
      output.out(line);
  return summary.failing.length === 0 ? EXIT.ok : EXIT.failed;
}

/** Every seed once; what comes back is in the order of seeds, whichever worker ran which. */
async function runAll(
  scenario: Scenario,
  plan: SweepPlan,
  seeds: readonly string[],
  workers: number,
  note: (run: TimedRun) => void,
): Promise<TimedRun[]> {
  // A thread needs a file that Node can run; where modules are compiled one by one there is none, and this thread does it.
  if (workers === 1 || !SWEEP_WORKER_URL.endsWith('.js')) {
    return seeds.map((seed) => {
      const answer = sweepSeed(scenario, plan, seed);
      note(answer);
      return answer;
    });
  }
  const results: TimedRun[] = [];
  let next = 0;
  const work: SweepWork = {kind: 'lab-sweep', scenario, plan};
  await Promise.all(
    Array.from(
      {length: workers},
      () =>
        new Promise<void>((done, failed) => {
          const worker = new Worker(fileURLToPath(SWEEP_WORKER_URL), {workerData: work});
          let running = -1;
          const feed = (): void => {
            if (next === seeds.length) {
              running = -1;
              void worker.terminate();
              return;
            }
            running = next;
            next += 1;
            worker.postMessage(seeds[running]);
          };
          worker.on('message', (answer: SweepAnswer) => {
            results[running] = answer;
            note(answer);
            feed();
          });
          worker.on('error', (error) => failed(new Error(`seed ${seeds[running]}: ${error.message}`)));
          worker.on('exit', () => done());
          feed();
        }),
    ),
  );
  return results;
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

const BAR_CELLS = 30;
const BAR_EVERY_MS = 100;

/** A bar that stays on one line of a terminal; nothing where there is none. */
class Progress {
  private readonly total: number;
  private readonly output: Output;
  private done = 0;
  private failing = 0;
  private drawnMs = Number.NEGATIVE_INFINITY;

  constructor(total: number, output: Output) {
    this.total = total;
    this.output = output;
  }

  note({run}: TimedRun): void {
    this.done += 1;
    if (run.verdict === 'defect' || run.verdict === 'known-flaw') this.failing += 1;
    const nowMs = this.output.nowMs();
    if (this.output.redraw === undefined || (nowMs - this.drawnMs < BAR_EVERY_MS && this.done < this.total))
      return;
    this.drawnMs = nowMs;
    const cells = Math.floor((this.done * BAR_CELLS) / this.total);
    const bar = '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells);
    this.output.redraw(
      `${bar} ${this.done}/${this.total}${this.failing === 0 ? '' : `, ${this.failing} failing`}`,
    );
  }

  clear(): void {
    this.output.redraw?.('');
  }
}
