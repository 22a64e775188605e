import {readFileSync} from 'node:fs';
import {Worker} from 'node:worker_threads';
import {expect, test} from 'vitest';
import {SweepPool} from '../../src/cli/sweep-pool.ts';
import {parseScenario} from '../../src/lab/scenario/parse.ts';

const FILE = 'lessons/failover/scenario.yaml';
/** Answers each job with its seed, as fast as it can. */
const ECHO = `
  const {parentPort} = require('node:worker_threads');
  parentPort.on('message', ({seed}) => parentPort.postMessage({run: {seed}, wallMs: 0}));
`;

test('threads take one batch after the other, and each comes back in the order of its jobs', async () => {
  const {scenario} = parseScenario(readFileSync(FILE, 'utf8'), FILE);
  const pool = new SweepPool(scenario!, 2, () => new Worker(ECHO, {eval: true}));
  try {
    for (const batch of [['1', '2', '3', '4', '5'], ['6'], ['7', '8', '9']]) {
      const jobs = batch.map((seed) => ({plan: {level: 'none', fixes: null} as const, seed}));
      const noted: string[] = [];
      const answers = await pool.runAll(jobs, ({run}) => noted.push(run.seed));
      expect(answers.map(({run}) => run.seed)).toEqual(batch);
      expect(noted.sort()).toEqual(batch);
    }
  } finally {
    pool.close();
  }
});
