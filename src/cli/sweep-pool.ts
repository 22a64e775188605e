import {fileURLToPath} from 'node:url';
import {setFlagsFromString} from 'node:v8';
import {Worker} from 'node:worker_threads';
import type {Scenario} from '../lab/scenario/scenario.ts';
import type {TimedRun} from '../lab/sweep/summary.ts';
import {
  SWEEP_WORKER_URL,
  type SweepAnswer,
  type SweepJob,
  type SweepWork,
  sweepSeed,
} from './sweep-worker.ts';

type StartWorker = (work: SweepWork) => Worker;

/** A thread needs a file that Node can run; null where modules are compiled one by one, and there is none. */
function ownWorker(size: number): StartWorker | null {
  if (!SWEEP_WORKER_URL.endsWith('.js')) return null;
  // Each thread collects its own young, and compiles for itself: helpers would take the cores of the others. A single one is better
  // off with what another core compiles meanwhile.
  setFlagsFromString('--no-parallel-scavenge');
  if (size > 1) setFlagsFromString('--no-concurrent-recompilation');
  return (workerData) => new Worker(fileURLToPath(SWEEP_WORKER_URL), {workerData});
}

/** Runs of one scenario, on threads of their own or on this one. Used for one batch after the other. */
export class SweepPool {
  /** How many run at once. */
  readonly size: number;
  private readonly scenario: Scenario;
  private readonly workers: Worker[] = [];

  /** @param startWorker starts a thread that answers jobs; null: this thread does them */
  constructor(scenario: Scenario, size: number, startWorker: StartWorker | null = ownWorker(size)) {
    this.scenario = scenario;
    this.size = size;
    if (startWorker === null) return;
    const work: SweepWork = {kind: 'lab-sweep', scenario};
    for (let i = 0; i < size; i += 1) this.workers.push(startWorker(work));
  }

  /** Every job once; what comes back is in the order of the jobs, whichever thread ran which. */
  async runAll(jobs: readonly SweepJob[], note: (run: TimedRun) => void): Promise<TimedRun[]> {
    const results: TimedRun[] = [];
    if (this.workers.length === 0) {
      for (const job of jobs) {
        const answer = sweepSeed(this.scenario, job);
        results.push(answer);
        note(answer);
      }
      return results;
    }
    let next = 0;
    const runOn = (worker: Worker): Promise<void> =>
      new Promise((done, failed) => {
        let running = -1;
        const feed = (): void => {
          if (next === jobs.length) {
            // These alone: a worker listens to itself, and without that no later batch would hear of it.
            worker.off('message', heard);
            worker.off('error', broke);
            done();
            return;
          }
          running = next;
          next += 1;
          worker.postMessage(jobs[running]);
        };
        const heard = (answer: SweepAnswer): void => {
          results[running] = answer;
          note(answer);
          feed();
        };
        const broke = (error: Error): void =>
          failed(new Error(`seed ${jobs[running]?.seed}: ${error.message}`));
        worker.on('message', heard);
        worker.on('error', broke);
        feed();
      });
    await Promise.all(this.workers.map(runOn));
    return results;
  }

  close(): void {
    for (const worker of this.workers) void worker.terminate();
  }
}
