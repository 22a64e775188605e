import {expect, test} from 'vitest';
import {sayCount} from '../../src/lab/say-duration.ts';
import {allCells, type Cell, type CellRun, type Claim, claimOf, runCells} from './loss-matrix.ts';

const SEEDS = Array.from({length: 20}, (_, index) => index + 1);

/** How far back a loss may reach at most: what a flush, a commit of the pool and a slave's link leave open. */
function boundMs({mode, flush, fault, both}: Cell): number {
  // The idle master looks for news for its slave every 100 ms.
  if (mode === 'ASYNC_MASTER + slave' && !both && flush !== 'ASYNC_FLUSH + pool') return 150;
  const poolMs = flush === 'ASYNC_FLUSH + pool' ? 450 : 0;
  return poolMs + (fault === 'process crash' || (mode === 'ASYNC_MASTER + slave' && !both) ? 150 : 1_100);
}

/** What is not as a cell claims; empty where all is. */
function complaints(cell: Cell, runs: readonly CellRun[]): string[] {
  const claim = claimOf(cell);
  const found: string[] = [];
  for (const {seed, exposed, lost, oldestLostUs, verdict, result} of runs) {
    const say = (what: string): void => void found.push(`seed ${seed}: ${what}`);
    if (exposed === 0) say('nothing was acknowledged before the fault');
    if (verdict === 'defect' || verdict === 'looked-at-nothing') say(result.detail);
    if (lost > 0 && verdict !== 'lost-as-configured') say(`${lost} lost, but the verdict is ${verdict}`);
    if (claim === 'none' && lost > 0) say(`${lost} lost`);
    if (claim === 'all' && lost !== exposed) say(`${lost} of ${exposed} lost`);
    if (claim === 'tail' && boundMs(cell) * 1000 < oldestLostUs)
      say(`lost back to ${oldestLostUs} us before the fault`);
  }
  if (claim === 'tail') {
    if (runs.every(({lost}) => lost === 0)) found.push('nothing was lost for any seed');
    if (runs.every(({lost, exposed}) => lost === exposed)) found.push('nothing was kept for any seed');
  }
  return found;
}

const CLAIMS: Readonly<Record<Claim, string>> = {none: 'nothing', tail: 'the tail', all: 'all of it'};

function tableLine(cell: Cell, runs: readonly CellRun[]): string {
  const sum = (of: (run: CellRun) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const lossy = runs.filter(({lost}) => lost > 0).length;
  const oldestMs = Math.round(Math.max(...runs.map(({oldestLostUs}) => oldestLostUs)) / 1000);
  const cells = [
    cell.both ? `${cell.mode}, both struck` : cell.mode,
    cell.flush,
    cell.fault,
    CLAIMS[claimOf(cell)],
    sayCount(sum(({exposed}) => exposed)),
    `${lossy} of ${runs.length}`,
    sayCount(sum(({lost}) => lost)),
    lossy === 0 || claimOf(cell) === 'all' ? '' : `${oldestMs} ms`,
    sayCount(sum(({outOfReach}) => outOfReach)),
  ];
  return `| ${cells.join(' | ')} |`;
}

const INTRODUCTION = `# What is lost, by deployment, flush and fault

Written by \`test/stories/loss-matrix.test.ts\`, which runs each line with ${SEEDS.length} seeds and holds it against its claim; after a change, \`npx vitest run test/stories/loss-matrix -u\`.

One producer sends 700 bytes every 12 ms and waits for each answer. About a second later the broker that it sends to is struck (with two masters: one of them;
"both struck": master and slave in the same microsecond), and comes back after two seconds: \`kill -9\`; loss of power, after which each page that was
not synced is old, new or torn; or the end of its disk, in whose place it finds an empty one. "pool" is \`transientStorePoolEnable=true\`.

- **may lose**: what the configuration allows to be lost of what was acknowledged with SEND_OK. Lines that say "nothing" lost nothing for any seed; lines that say
  "the tail" lost something for some seed and never more than the last moments; "all of it" means just that.
- **acknowledged**: before the fault, by the broker that is struck, over all seeds.
- **oldest**: how long before the fault the oldest message that was lost had been acknowledged, at most.
- **slave only**: not lost, but nobody is served it: its master has come back without it, and consumers ask the master.

| deployment | flush | fault | may lose | acknowledged | seeds with a loss | lost | oldest | slave only |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
`;

test('the loss matrix: each cell loses what its configuration allows, for some seed, and nothing else, for any', async () => {
  const lines: string[] = [];
  const found: string[] = [];
  for (const cell of allCells()) {
    const runs = runCells(cell, SEEDS);
    const name = `${cell.mode}${cell.both ? ' (both)' : ''}, ${cell.flush}, ${cell.fault}`;
    found.push(...complaints(cell, runs).map((line) => `${name}: ${line}`));
    lines.push(tableLine(cell, runs));
  }
  expect(found).toEqual([]);
  await expect(`${INTRODUCTION}${lines.join('\n')}\n`).toMatchFileSnapshot('../../docs/loss-matrix.md');
});

test('a cell has one history for each seed', () => {
  const cell: Cell = {mode: 'SYNC_MASTER + slave', flush: 'ASYNC_FLUSH', fault: 'power loss', both: true};
  expect(runCells(cell, [3])).toEqual(runCells(cell, [3]));
});
