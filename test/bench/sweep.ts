/** What a sweep gets through: failover stories a second and core. */
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {SweepPool} from '../../src/cli/sweep-pool.ts';
import type {SweepJob} from '../../src/cli/sweep-worker.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {SweepLevel} from '../../src/lab/sweep/level.ts';
import {sweepTimeline} from '../../src/lab/sweep/sweep-timeline.ts';
import type {Figure} from './bench.ts';

const FILE = 'lessons/failover/scenario.yaml';
/**
 * A sweep has a thousand seeds: 500 for each of two workers, from a cold start. Each thread compiles for itself, most of it in the course of
 * its first fifty stories; the first dozen takes three times as long as the rest.
 */
const STORIES = 500;
/** Some seeds of a swarm cost as much as fifty others; so many even out. */
const SWARM_STORIES = 100;
const TARGET = 10;

interface Speed {
  readonly perWallSecond: number;
  readonly perCpuSecond: number;
}

/**
 * Of many seeds. What a seed draws may cost a hundred times what others do: a consumer that a broker sends round in circles
 * fills half a minute with pulls. So they are measured together, and in stories of sixty virtual seconds.
 */
async function measure(level: SweepLevel, workers: number, storiesEach: number): Promise<Speed> {
  const {scenario, problems} = parseScenario(readFileSync(FILE, 'utf8'), FILE);
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const plan = {level, fixes: null};
  const jobs: SweepJob[] = Array.from({length: storiesEach * workers}, (_, i) => ({
    plan,
    seed: String(i + 1),
  }));
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const pool = new SweepPool(scenario, workers);
  await pool.runAll(jobs, () => {});
  const wallSeconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  pool.close();
  const lengthSeconds = sweepTimeline(scenario, '1', plan).scenario.durationUs / 1e6;
  const stories = (jobs.length * lengthSeconds) / 60;
  return {
    perWallSecond: stories / wallSeconds,
    perCpuSecond: stories / ((cpu.user + cpu.system) / 1e6),
  };
}

/** Run by `apart` in a process of its own: tells that it is there, waits for a line, and tells how it went. */
export async function sweepApart(): Promise<void> {
  const lines = createInterface({input: process.stdin});
  console.log('here');
  await new Promise((go) => lines.once('line', go));
  const speed = await measure('none', 1, STORIES);
  lines.close();
  console.log(JSON.stringify(speed));
}

/** What so many processes get through that share nothing but the machine: what workers could come to at best. */
async function apart(processes: number): Promise<number> {
  const children = Array.from({length: processes}, () => {
    const words = [...process.execArgv, process.argv[1]!, 'sweep-apart'];
    const child = spawn(process.execPath, words, {stdio: ['pipe', 'pipe', 'inherit']});
    const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
    return {child, next: async () => (await lines.next()).value as string};
  });
  await Promise.all(children.map(({next}) => next()));
  for (const {child} of children) child.stdin.write('go\n');
  const speeds = await Promise.all(children.map(({next}) => next()));
  return speeds.reduce((sum, line) => sum + (JSON.parse(line) as Speed).perWallSecond, 0);
}

export async function benchSweep(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const show = (name: string, value: number, unit: string, target: number): void => {
    figures.push({name, value, unit, target, ok: value >= target});
  };
  const alone = await measure('none', 1, STORIES);
  show(
    `sweep of ${STORIES} failover stories of 60 virtual seconds, every check, from a cold start, 1 worker`,
    alone.perWallSecond,
    'stories / s',
    TARGET,
  );
  show('the same by processor time, all threads', alone.perCpuSecond, 'stories / cpu s', TARGET);
  const swarm = await measure('swarm', 1, SWARM_STORIES);
  show('with swarm faults, in stories of 60 virtual seconds', swarm.perWallSecond, 'stories / s', TARGET);
  show('the same by processor time, all threads', swarm.perCpuSecond, 'stories / cpu s', TARGET);
  const pair = await measure('none', 2, STORIES);
  show('2 workers, twice as many stories', pair.perWallSecond, 'stories / s', 2 * TARGET);
  show('the same by processor time, all threads', pair.perCpuSecond, 'stories / cpu s', TARGET);
  const best = await apart(2);
  show('2 workers, beside 2 processes that share nothing', pair.perWallSecond / best, '×', 0.95);
  show('those processes beside one worker alone: what this machine has', best / alone.perWallSecond, '×', 2);
  return figures;
}
