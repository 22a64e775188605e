/**
 * `npm run bench:host`: our NameServer and broker (`lab serve`, one process) beside Apache's 4.9.1, both up at the same time, under
 * the same Java client, in turns. Prints a table of figures and ratios beside the targets; asserts nothing.
 */
import {join} from 'node:path';
import {benchFailovers} from './failovers.ts';
import {Load, type SendFigures} from './load.ts';
import {BenchCluster, type Places} from './servers.ts';

const THREADS = [1, 8, 32] as const;
const ROUND_MS = 1000;
const WARM_UP_MS = 3000;
const BACKLOG = 100_000;
const BOOTS = 5;

interface Options {
  /** How many times each of the two has its turn. */
  readonly rounds: number;
  /** Where to write a CPU profile of our server. */
  readonly profile: string | null;
  /** If not null, nothing else is measured: how often the master of a DLedger group is killed. */
  readonly failovers: number | null;
}

/** One of the two, in turns with the other. */
interface Side {
  readonly cluster: BenchCluster;
  readonly sends: Map<number, SendFigures[]>;
  readonly consuming: number[];
}

/** Answers the exit code: 0 unless something could not be measured. */
export async function main(args: readonly string[], places: Places): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    console.error('usage: npm run bench:host [-- --rounds N] [--profile FOLDER] | [-- --failovers N]');
    return 2;
  }
  if (options.failovers !== null) {
    await benchFailovers(options.failovers);
    return 0;
  }
  const ourBoots = await bootTimes(() => BenchCluster.ours(places));
  const nodeFlags =
    options.profile === null
      ? []
      : ['--cpu-prof', '--cpu-prof-interval', '200', `--cpu-prof-dir=${options.profile}`];
  const ours = side(await BenchCluster.ours(places, nodeFlags));
  const apaches = side(await BenchCluster.apaches(places));
  const load = await Load.start(places, join(ours.cluster.folder, 'home'));
  try {
    await measure(load, ours, apaches, options.rounds);
    report(ours, apaches, ourBoots);
    return 0;
  } finally {
    await load.end();
    await apaches.cluster.end();
    await ours.cluster.end();
  }
}

function readOptions(args: readonly string[]): Options | null {
  let rounds = 9;
  let profile: string | null = null;
  let failovers: number | null = null;
  for (let i = 0; i < args.length; i += 2) {
    const value = args[i + 1];
    if (value === undefined) return null;
    if (args[i] === '--rounds') rounds = Number(value);
    else if (args[i] === '--profile') profile = value;
    else if (args[i] === '--failovers') failovers = Number(value);
    else return null;
  }
  const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;
  return isCount(rounds) && (failovers === null || isCount(failovers)) ? {rounds, profile, failovers} : null;
}

const side = (cluster: BenchCluster): Side => ({cluster, sends: new Map(), consuming: []});

async function bootTimes(start: () => Promise<BenchCluster>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < BOOTS; i++) {
    const cluster = await start();
    times.push(cluster.boot.brokerMs);
    await cluster.end();
  }
  return times;
}

async function measure(load: Load, ours: Side, apaches: Side, rounds: number): Promise<void> {
  const both = [ours, apaches];
  for (const {cluster} of both) {
    for (const threads of THREADS) await load.send(cluster.namesrvAddr, 'Warm', threads, WARM_UP_MS);
  }
  for (const threads of THREADS) {
    for (let round = 0; round < rounds; round++) {
      for (const {cluster, sends} of inTurn(both, round)) {
        const figures = await load.send(cluster.namesrvAddr, 'Bench', threads, ROUND_MS);
        if (figures.failed > 0) throw new Error(`${figures.failed} sends failed`);
        sends.set(threads, [...(sends.get(threads) ?? []), figures]);
      }
    }
  }
  for (const {cluster} of both) {
    await load.fill(cluster.namesrvAddr, 'Backlog', BACKLOG);
    await load.consume(cluster.namesrvAddr, 'Backlog', BACKLOG); // Warms up.
  }
  for (let round = 0; round < rounds; round++) {
    for (const {cluster, consuming} of inTurn(both, round)) {
      consuming.push(await load.consume(cluster.namesrvAddr, 'Backlog', BACKLOG));
    }
  }
}

/** Who was first is second in the next round: what one leaves to the other evens out. */
function inTurn(both: readonly Side[], round: number): readonly Side[] {
  return round % 2 === 0 ? both : [...both].reverse();
}

function report(ours: Side, apaches: Side, ourBoots: readonly number[]): void {
  const rows: string[][] = [];
  const ratio = (name: string, a: readonly number[], b: readonly number[], target: number): void => {
    const value = median(a.map((each, i) => each / b[i]!));
    const verdict = value >= target ? 'met' : 'missed';
    rows.push([name, count(median(a)), count(median(b)), value.toFixed(2), `>= ${target}`, verdict]);
  };
  for (const threads of THREADS) {
    const [a, b] = [ours.sends.get(threads)!, apaches.sends.get(threads)!];
    const name = `${threads} thread${threads === 1 ? '' : 's'}`;
    ratio(
      `sync sends/s, ${name}`,
      a.map((each) => each.perSecond),
      b.map((each) => each.perSecond),
      threads === 1 ? 1 : 0.8,
    );
    for (const key of ['p50Ms', 'p99Ms'] as const) {
      const [mine, theirs] = [a, b].map((figures) => median(figures.map((each) => each[key])));
      rows.push([`${key.slice(0, 3)} ms, ${name}`, mine!.toFixed(3), theirs!.toFixed(3), '', '', '']);
    }
  }
  ratio(`consuming a backlog of ${count(BACKLOG)}, messages/s`, ours.consuming, apaches.consuming, 0.8);
  const bootS = median(ourBoots) / 1000;
  const {namesrvMs, brokerMs} = apaches.cluster.boot;
  rows.push([
    'boot, s (theirs: NameServer + broker)',
    bootS.toFixed(2),
    `${(namesrvMs! / 1000).toFixed(2)} + ${(brokerMs / 1000).toFixed(2)}`,
    ((bootS * 1000) / (namesrvMs! + brokerMs)).toFixed(2),
    '< 0.3 s',
    bootS < 0.3 ? 'met' : 'missed',
  ]);
  const [mine, theirs] = [ours.cluster.residentMiB(), apaches.cluster.residentMiB()];
  rows.push([
    'resident after it all, MiB',
    mine.toFixed(0),
    theirs.toFixed(0),
    (mine / theirs).toFixed(2),
    '< 0.33',
    mine < theirs / 3 ? 'met' : 'missed',
  ]);
  console.log(
    "| what | ours | Apache's 4.9.1 | ratio | target | |\n| --- | ---: | ---: | ---: | ---: | --- |",
  );
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

function median(values: readonly number[]): number {
  const inOrder = [...values].sort((a, b) => a - b);
  const middle = inOrder.length >> 1;
  return inOrder.length % 2 === 1 ? inOrder[middle]! : (inOrder[middle - 1]! + inOrder[middle]!) / 2;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
