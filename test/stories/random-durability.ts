import type {CheckResult} from '../../src/lab/checks/check.ts';
import {runChecks} from '../../src/lab/checks/checks.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {runToEnd} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {Scenario} from '../../src/lab/scenario/scenario.ts';
import {storeOf} from '../../src/lab/trace-store.ts';
import type {DiskFault} from '../../src/sim/disk-fault.ts';
import type {Intervention, TimedIntervention} from '../../src/sim/intervention.ts';
import {type Dice, diceOf} from './random-cluster.ts';

/** Sends begin here at the latest, and all faults are over by `CALM_MS`. */
const SENDS_FROM_MS = 12_500;
const FAULTS_FROM_MS = 13_000;
const CALM_MS = 22_000;
const END_MS = 24_500;

/** Configuration, workload and faults drawn at random: small, and hard on disks. */
function randomDurability(seed: number): Scenario {
  const dice = diceOf(0x5eed + seed);
  const hasSlave = dice.chance(60);
  const flush = dice.oneOf(['ASYNC_FLUSH', 'ASYNC_FLUSH', 'SYNC_FLUSH']);
  const groups = hasSlave ? 1 : 1 + dice.below(2);
  const brokers: string[] = [];
  const lines: string[] = [];
  const add = (name: string, brokerName: string, ...settings: string[]): void => {
    brokers.push(name);
    lines.push(
      `  ${name}:`,
      `    machine: on-${name}`,
      `    start: ${settings.includes('brokerRole=SLAVE') ? 1000 : 0}ms`,
      '    config: |',
      ...[`brokerName=${brokerName}`, 'messageIndexEnable=false', ...settings].map((line) => `      ${line}`),
    );
  };
  const common = [
    `mappedFileSizeCommitLog=${dice.oneOf([16_384, 65_536, 1_048_576])}`,
    `mappedFileSizeConsumeQueue=${dice.oneOf([2000, 20_000])}`,
    ...(dice.chance(25) ? ['flushCommitLogLeastPages=0'] : []),
    ...(dice.chance(25) ? ['flushCommitLogTimed=false'] : []),
  ];
  for (let i = 1; i <= groups; i += 1) {
    const role = hasSlave ? dice.oneOf(['ASYNC_MASTER', 'SYNC_MASTER']) : 'ASYNC_MASTER';
    const pool = dice.chance(20) ? ['transientStorePoolEnable=true', 'transientStorePoolSize=3'] : [];
    add(`b${i}`, `b${i}`, `brokerRole=${role}`, `flushDiskType=${flush}`, ...common, ...pool);
  }
  const slaveFlush = dice.oneOf(['ASYNC_FLUSH', flush]);
  if (hasSlave) add('b1s', 'b1', 'brokerRole=SLAVE', 'brokerId=1', `flushDiskType=${slaveFlush}`, ...common);
  const machines = ['names', 'clients', ...brokers.map((name) => `on-${name}`)];
  const disk = dice.oneOf(['nvme', 'ssd', 'ssd', 'hdd', 'cloud']);
  const producers = 1 + dice.below(2);
  const text = [
    `name: durability-${seed}`,
    `duration: ${END_MS}ms`,
    `network: ${dice.oneOf(['same-rack', 'same-zone', 'zones', '{preset: same-zone, loss: 1%}'])}`,
    'machines:',
    ...machines.map((machine, index) => `  ${machine}: {address: 10.0.0.${index + 1}, disk: ${disk}}`),
    'nameservers: {ns: {machine: names}}',
    'brokers:',
    ...lines,
    `topics: {T: {queues: ${1 + dice.below(3)}}}`,
    'producers:',
    ...Array.from({length: producers}, (_, i) => {
      const mode = dice.oneOf(i === 0 ? ['sync', 'sync', 'async'] : ['sync', 'async', 'oneway']);
      const start = dice.oneOf([2000, 8000, SENDS_FROM_MS]);
      const every = dice.oneOf([15, 40, 40, 110]) * (start < 10_000 ? 4 : 1);
      return `  p${i + 1}: {machine: clients, start: ${start}ms, topic: T, mode: ${mode}, every: ${every}ms, body: ${dice.oneOf(['16B', '300B', '2KiB'])}}`;
    }),
    'checks: [durable-as-promised, queue-order-kept]',
  ].join('\n');
  const {scenario, problems} = parseScenario(text, `durability-${seed}.yaml`);
  if (scenario === null) throw new Error(`${text}\n${problems.map(problemLine).join('\n')}`);
  const faults = inOrder([...faultsOf(dice, brokers), ...settingsOf(diceOf(0xc0f + seed), brokers)]);
  // A queue whose entries a full disk refuses while they are made anew gives their offsets to others.
  const isFull = faults.some(({intervention: did}) => did.kind === 'disk-fault' && did.fault.kind === 'full');
  return {...scenario, faults, checks: isFull ? ['durable-as-promised'] : scenario.checks};
}

/** Somebody edits the files of some brokers: what they read at whatever start comes next. */
function settingsOf(dice: Dice, brokers: readonly string[]): TimedIntervention[] {
  const set: TimedIntervention[] = [];
  for (const process of brokers) {
    for (let count = dice.below(3); count > 0; count -= 1) {
      const atUs = dice.below(CALM_MS * 1000);
      const [key, values] = dice.oneOf([
        ['flushDiskType', ['ASYNC_FLUSH', 'SYNC_FLUSH']],
        ['transientStorePoolEnable', ['true', 'false']],
        ...(process.endsWith('s') ? [] : [['brokerRole', ['ASYNC_MASTER', 'SYNC_MASTER']] as const]),
      ] as const);
      set.push({atUs, intervention: {kind: 'set-config', process, key, value: dice.oneOf(values)}});
      // Sometimes with the start that it wants; one that is not running stays so.
      if (dice.chance(40)) set.push({atUs, intervention: {kind: 'restart', process}});
    }
  }
  return set;
}

/** By time; what is of one time stays in its order. */
function inOrder(timed: readonly TimedIntervention[]): TimedIntervention[] {
  return timed
    .map((each, index) => ({each, index}))
    .sort((a, b) => a.each.atUs - b.each.atUs || a.index - b.index)
    .map(({each}) => each);
}

type Standing = 'runs' | 'frozen' | 'down' | 'dark';

/** Two to five faults of brokers, their machines, disks and links; in the end everything runs that can. */
function faultsOf(dice: Dice, brokers: readonly string[]): TimedIntervention[] {
  const count = 2 + dice.below(4);
  const times = Array.from(
    {length: count},
    () => FAULTS_FROM_MS * 1000 + dice.below((CALM_MS - FAULTS_FROM_MS) * 1000),
  );
  times.sort((a, b) => a - b);
  const faults: TimedIntervention[] = [];
  const standings = new Map<string, Standing>(brokers.map((name) => [name, 'runs']));
  const links = new Map<string, {readonly from: string; readonly to: string}>();
  let atUs = 0;
  const add = (intervention: Intervention): void => void faults.push({atUs, intervention});
  const bringBack = (process: string): void => {
    const machine = `on-${process}`;
    switch (standings.get(process)) {
      case 'dark':
        add({kind: 'restore-power', machine});
        add({kind: 'start', process});
        break;
      case 'down':
        add({kind: 'start', process});
        break;
      case 'frozen':
        add({kind: 'resume', process});
        break;
      default:
    }
    standings.set(process, 'runs');
  };
  const strike = (process: string): void => {
    const machine = `on-${process}`;
    const die = dice.below(20);
    if (die < 7) {
      add({kind: 'lose-power', machine});
      standings.set(process, 'dark');
    } else if (die < 11) {
      add({kind: 'kill', process});
      standings.set(process, 'down');
    } else if (die < 12) {
      add({kind: 'restart', process});
    } else if (die < 13) {
      add({kind: 'pause', process});
      standings.set(process, 'frozen');
    } else if (die < 15) {
      add({kind: 'kill', process});
      add({kind: 'destroy-disk', machine, replace: true});
      standings.set(process, 'down');
    } else if (die < 17) {
      const link = {from: machine, to: dice.oneOf(['clients', ...brokers.map((name) => `on-${name}`)])};
      if (link.from === link.to) return;
      links.set(`${link.from} ${link.to}`, link);
      add({kind: 'cut', ...link, direction: 'both'});
    } else {
      const fault: DiskFault = dice.oneOf([
        {kind: 'sync-errors'} as const,
        {kind: 'slow', factor: 20} as const,
        {kind: 'stalled'} as const,
        {kind: 'full'} as const,
      ]);
      add({kind: 'disk-fault', machine, fault});
    }
  };
  for (const time of times) {
    atUs = time;
    const process = dice.oneOf(brokers);
    if (standings.get(process) !== 'runs') bringBack(process);
    else {
      strike(process);
      // Sometimes everything at once.
      if (dice.chance(15))
        for (const other of brokers) if (other !== process && standings.get(other) === 'runs') strike(other);
    }
  }
  atUs = CALM_MS * 1000;
  for (const {from, to} of links.values()) add({kind: 'heal', from, to, direction: 'both'});
  for (const process of brokers) {
    add({kind: 'heal-disk', machine: `on-${process}`, fault: 'all'});
    bringBack(process);
  }
  return faults;
}

export interface DurabilityRun {
  readonly seed: number;
  readonly acked: number;
  readonly lost: number;
  readonly checks: readonly CheckResult[];
  readonly crashes: readonly string[];
  readonly traceHash: string;
}

export function runDurability(seed: number): DurabilityRun {
  const scenario = randomDurability(seed);
  const run = runToEnd({scenario, seed: String(seed), interventions: []});
  const store = storeOf(run.world.trace);
  const ledger = ledgerOf(scenario, store);
  ledger.update();
  const checks = runChecks({scenario, store, ledger, interventions: []});
  const crashes = store.entries.flatMap((entry) =>
    entry.kind === 'process-ended' && entry.why === 'crashed' ? [`${entry.process}: ${entry.reason}`] : [],
  );
  const {acked, lost} = ledger.counts;
  return {seed, acked, lost, checks, crashes, traceHash: run.world.traceHash()};
}
