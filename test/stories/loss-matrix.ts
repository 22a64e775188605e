import type {CheckResult, Verdict} from '../../src/lab/checks/check.ts';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {runToEnd} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {Scenario} from '../../src/lab/scenario/scenario.ts';
import {storeOf} from '../../src/lab/trace-store.ts';
import type {Intervention, TimedIntervention} from '../../src/sim/intervention.ts';
import {diceOf} from './random-cluster.ts';

const MODES = ['single', 'two masters', 'ASYNC_MASTER + slave', 'SYNC_MASTER + slave'] as const;
export type Mode = (typeof MODES)[number];
const FLUSHES = ['ASYNC_FLUSH', 'ASYNC_FLUSH + pool', 'SYNC_FLUSH'] as const;
export type Flush = (typeof FLUSHES)[number];
const BREAKS = ['process crash', 'power loss', 'disk destroyed'] as const;
export type Break = (typeof BREAKS)[number];

export interface Cell {
  readonly mode: Mode;
  readonly flush: Flush;
  readonly fault: Break;
  /** Master and slave are struck at once. */
  readonly both: boolean;
}

/** What a cell claims: whether acknowledged messages may be lost, and then, that some are for some seed. */
export type Claim = 'none' | 'tail' | 'all';

/**
 * What is lost for good, by mode, flush and fault. `tail`: what came last before the fault; `all`: everything that the broken
 * broker had. From the code paths of RocketMQ 4.9.1: an append is in the page cache, which the process's death leaves alone;
 * a slave's confirmation means its page cache too; buffers of the pool belong to the process, and are replicated only once
 * they have left it.
 */
export function claimOf({mode, flush, fault, both}: Cell): Claim {
  const copied = mode === 'SYNC_MASTER + slave' && !both;
  switch (fault) {
    case 'process crash':
      // What SYNC_MASTER has acknowledged has left the pool: nothing else is replicated.
      return flush === 'ASYNC_FLUSH + pool' && mode !== 'SYNC_MASTER + slave' ? 'tail' : 'none';
    case 'power loss':
      return flush === 'SYNC_FLUSH' || copied ? 'none' : 'tail';
    case 'disk destroyed':
      if (copied) return 'none';
      return mode === 'ASYNC_MASTER + slave' && !both ? 'tail' : 'all';
  }
}

export function allCells(): Cell[] {
  const cells: Cell[] = [];
  for (const mode of MODES) {
    for (const both of mode.endsWith('slave') ? [false, true] : [false]) {
      for (const flush of FLUSHES) {
        for (const fault of BREAKS) cells.push({mode, flush, fault, both});
      }
    }
  }
  return cells;
}

/**
 * When the sends begin. A slave takes about ten seconds to connect and to ask. And a file that is younger than the journal of
 * its file system has no size yet that outlasts a loss of power: 4.9.1 would not start on it. So a few messages go before.
 */
const SENDS_FROM_MS = {alone: 7_000, replicated: 19_000};

function scenarioOf({mode, flush}: Cell): Scenario {
  const hasSlave = mode.endsWith('slave');
  const flushLines = [
    `      flushDiskType=${flush === 'SYNC_FLUSH' ? flush : 'ASYNC_FLUSH'}`,
    ...(flush === 'ASYNC_FLUSH + pool' ? ['      transientStorePoolEnable=true'] : []),
    // Small files, since each costs its time.
    '      mappedFileSizeCommitLog=1048576',
    '      mappedFileSizeConsumeQueue=20000',
    '      messageIndexEnable=false',
  ];
  const broker = (name: string, brokerName: string, ...lines: string[]): string[] => [
    `  ${name}:`,
    `    machine: on-${name}`,
    // A slave that registers before its master does not learn of it for half a minute.
    `    start: ${name.endsWith('-s') ? 1000 : 0}ms`,
    '    config: |',
    `      brokerName=${brokerName}`,
    ...lines.map((line) => `      ${line}`),
    ...flushLines,
  ];
  const role = mode.startsWith('SYNC') ? 'SYNC_MASTER' : 'ASYNC_MASTER';
  const second =
    mode === 'two masters'
      ? broker('broker-b', 'broker-b')
      : hasSlave
        ? broker('broker-a-s', 'broker-a', 'brokerRole=SLAVE', 'brokerId=1')
        : [];
  const machines = ['names', 'clients', 'on-broker-a'];
  if (mode === 'two masters') machines.push('on-broker-b');
  if (hasSlave) machines.push('on-broker-a-s');
  const text = [
    'name: loss-matrix',
    `duration: 30s`,
    'machines:',
    ...machines.map((machine, index) => `  ${machine}: {address: 10.0.0.${index + 1}}`),
    'nameservers: {namesrv: {machine: names}}',
    'brokers:',
    ...broker('broker-a', 'broker-a', `brokerRole=${role}`),
    ...second,
    'topics: {T: {queues: 2}}',
    'producers:',
    '  first: {machine: clients, start: 1500ms, topic: T, every: 12ms, count: 8}',
    `  producer: {machine: clients, start: ${hasSlave ? SENDS_FROM_MS.replicated : SENDS_FROM_MS.alone}ms, topic: T, every: 12ms, body: 700B}`,
    'checks: [durable-as-promised]',
  ].join('\n');
  const {scenario, problems} = parseScenario(text, 'cell.yaml');
  if (scenario === null) throw new Error(`${text}\n${problems.map(problemLine).join('\n')}`);
  return scenario;
}

/** The fault of a cell, a different moment for each seed; machines come back two seconds later. */
function faultsOf(cell: Cell, seed: number): {readonly faults: TimedIntervention[]; readonly endUs: number} {
  const dice = diceOf(seed);
  const fromMs = cell.mode.endsWith('slave') ? SENDS_FROM_MS.replicated : SENDS_FROM_MS.alone;
  const atUs = (fromMs + 700) * 1000 + dice.below(900_000);
  const backUs = atUs + 2_000_000;
  const struck = cell.both ? ['broker-a', 'broker-a-s'] : ['broker-a'];
  const faults: TimedIntervention[] = [];
  const add = (when: number, intervention: Intervention): void =>
    void faults.push({atUs: when, intervention});
  for (const process of struck) {
    const machine = `on-${process}`;
    if (cell.fault === 'power loss') add(atUs, {kind: 'lose-power', machine});
    else add(atUs, {kind: 'kill', process});
    if (cell.fault === 'disk destroyed') add(atUs, {kind: 'destroy-disk', machine, replace: true});
    if (cell.fault === 'power loss') add(backUs, {kind: 'restore-power', machine});
    add(backUs, {kind: 'start', process});
  }
  return {faults, endUs: backUs + 500_000};
}

/** What one run of a cell came to. */
export interface CellRun {
  readonly seed: number;
  readonly acked: number;
  /** Acknowledged by the broker that was struck. */
  readonly exposed: number;
  readonly lost: number;
  /** How long before the fault the first message that was lost had been acknowledged. */
  readonly oldestLostUs: number;
  /** Held, but by a slave whose master is back without it. */
  readonly outOfReach: number;
  readonly verdict: Verdict;
  readonly result: CheckResult;
}

function runCell(cell: Cell, seed: number, base: Scenario = scenarioOf(cell)): CellRun {
  const {faults, endUs} = faultsOf(cell, seed);
  const scenario = {...base, faults, durationUs: endUs};
  const run = runToEnd({scenario, seed: String(seed), interventions: []});
  const store = storeOf(run.world.trace);
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  const [result] = runChecks({scenario, store, ledger, interventions: []});
  // What was acknowledged before the fault, by the broker that it struck.
  const faultUs = faults[0]!.atUs;
  const faultId = store.entries.find(({atUs}) => faultUs < atUs)?.id ?? store.lastId;
  let exposed = 0;
  let lost = 0;
  let outOfReach = 0;
  let oldestLostUs = 0;
  for (const fate of ledger.messages.values()) {
    // The few that went before are older than anything that this is about.
    if (fate.producer !== 'producer' || fate.ackedId === 0) continue;
    if (fate.outOfReachId !== 0) outOfReach += 1;
    if (fate.lostId !== 0) {
      lost += 1;
      oldestLostUs = Math.max(oldestLostUs, faultUs - store.entries[fate.ackedId - 1]!.atUs);
    }
    if (faultId < fate.ackedId) continue;
    if (fate.holdings.some(({process}) => process === 'broker-a')) exposed += 1;
  }
  const {acked} = ledger.counts;
  return {seed, acked, exposed, lost, oldestLostUs, outOfReach, verdict: result!.verdict, result: result!};
}

export function runCells(cell: Cell, seeds: readonly number[]): CellRun[] {
  const base = scenarioOf(cell);
  return seeds.map((seed) => runCell(cell, seed, base));
}
