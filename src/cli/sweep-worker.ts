import {isMainThread, parentPort, workerData} from 'node:worker_threads';
import type {Scenario} from '../lab/scenario/scenario.ts';
import {type SweepRun, sweepRun} from '../lab/sweep/sweep-run.ts';
import {type SweepPlan, sweepTimeline} from '../lab/sweep/sweep-timeline.ts';

/** What a worker is started with: it is this very file, run a second time. */
export interface SweepWork {
  readonly kind: 'lab-sweep';
  readonly scenario: Scenario;
}

/** To a worker: what to run. */
export interface SweepJob {
  readonly plan: SweepPlan;
  readonly seed: string;
}

/** From it: what that came to. */
export interface SweepAnswer {
  readonly run: SweepRun;
  readonly wallMs: number;
}

/** This file as the bundle has it, for `new Worker`. */
export const SWEEP_WORKER_URL = import.meta.url;

/** Runs one seed, here and now. */
export function sweepSeed(scenario: Scenario, {plan, seed}: SweepJob): SweepAnswer {
  const beganMs = performance.now();
  const run = sweepRun(sweepTimeline(scenario, seed, plan));
  return {run, wallMs: performance.now() - beganMs};
}

function isSweepWork(data: unknown): data is SweepWork {
  return typeof data === 'object' && data !== null && (data as {kind?: unknown}).kind === 'lab-sweep';
}

if (!isMainThread && parentPort !== null && isSweepWork(workerData)) {
  const {scenario} = workerData;
  const port = parentPort;
  port.on('message', (job: SweepJob) => port.postMessage(sweepSeed(scenario, job)));
}
