/** What a whole cluster costs on the simulator: real frames, real records, every hop. */
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {openRun, type Run, runToEnd, timelineOf} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {Scenario} from '../../src/lab/scenario/scenario.ts';
import {storeOf} from '../../src/lab/trace-store.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';
import type {Figure} from './bench.ts';

/** So that no figure pays for what an earlier one left behind. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function scenarioOf(text: string): Scenario {
  const {scenario, problems} = parseScenario(text, 'bench.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  return scenario;
}

/** One producer that sends one message after the other, one consumer that takes them as they come. */
function steady(messages: number, durationSeconds: number): Scenario {
  return scenarioOf(`
name: steady
duration: ${durationSeconds}s
machines:
  worker1: {address: 192.168.232.128}
  worker2: {address: 192.168.232.129}
nameservers:
  namesrv: {machine: worker1}
brokers:
  broker: {machine: worker1, config: autoCreateTopicEnable=false}
topics:
  Bench: {queues: 4}
producers:
  producer: {machine: worker2, start: 1s, topic: Bench, body: 128B, every: 0s, count: ${messages}}
consumers:
  consumer: {machine: worker2, start: 500ms, topic: Bench}
`);
}

/** Runs until everything is delivered; a scenario that stalls is an error, not a figure. */
function runThrough(run: Run, messages: number): void {
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const ledger = ledgerOf(run.timeline.scenario, storeOf(run.world.trace));
  ledger.update();
  const {acked, delivered} = ledger.counts;
  if (acked !== messages || delivered !== messages) {
    throw new Error(`${acked} of ${messages} acknowledged, ${delivered} delivered`);
  }
}

const PATH_MESSAGES = 20_000;
const PATH_ROUNDS = 5;

/** Wall time is what was promised; processor time tells what the code costs while others use the machine too. */
export function benchPath(): Figure[] {
  pathRound(PATH_MESSAGES); // Warms the engine up.
  const rounds = Array.from({length: PATH_ROUNDS}, () => pathRound(PATH_MESSAGES));
  const wall = rounds.map((round) => round.perWallSecond).sort((a, b) => a - b)[PATH_ROUNDS >> 1]!;
  const cpu = Math.max(...rounds.map((round) => round.perCpuSecond));
  const what = 'whole path: sync send, store, pull, consume, 128-byte bodies';
  return [
    {
      name: `${what}; median of ${PATH_ROUNDS}`,
      value: wall,
      unit: 'messages/s',
      target: 20_000,
      ok: wall >= 20_000,
    },
    {
      name: `the same by processor time, all threads, best of ${PATH_ROUNDS}`,
      value: cpu,
      unit: 'messages/cpu s',
      target: 20_000,
      ok: cpu >= 20_000,
    },
  ];
}

/** From the first send to the end of the run, by which all are delivered. */
function pathRound(messages: number): {perWallSecond: number; perCpuSecond: number} {
  const run = openRun(timelineOf(steady(messages, 20)));
  run.advance(900_000, Number.MAX_SAFE_INTEGER);
  collectGarbage();
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const wallSeconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  runThrough(run, messages);
  return {
    perWallSecond: messages / wallSeconds,
    perCpuSecond: (messages * 1e6) / (cpu.user + cpu.system),
  };
}

export function benchIdle(): Figure {
  const scenario = scenarioOf(`
name: idle
duration: 12h
machines:
  m1: {address: 10.0.0.1}
  m2: {address: 10.0.0.2}
  m3: {address: 10.0.0.3}
nameservers:
  ns1: {machine: m1}
  ns2: {machine: m2}
brokers:
  broker-a: {machine: m1, config: brokerName=broker-a}
  broker-b: {machine: m2, config: brokerName=broker-b}
topics:
  Idle: {queues: 4}
producers:
  producer: {machine: m3, start: 1s, topic: Idle, every: 1h}
consumers:
  consumer: {machine: m3, start: 1s, topic: Idle}
`);
  const run = openRun(timelineOf(scenario));
  // The first two hours let the engine compile what an idle cluster does.
  run.advance(7_200_000_000, Number.MAX_SAFE_INTEGER);
  const fromUs = run.world.nowUs;
  collectGarbage();
  const began = performance.now();
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const wallMs = performance.now() - began;
  const value = (run.world.nowUs - fromUs) / 1000 / wallMs;
  return {
    name: 'idle cluster: 2 NameServers, 2 brokers, 2 clients',
    value,
    unit: '× real time',
    target: 20_000,
    ok: value >= 20_000,
  };
}

const QUICKSTART_LIKE = 1_000;

export function benchSeek(): Figure[] {
  const run = runToEnd(timelineOf(steady(QUICKSTART_LIKE, 60)));
  const store = storeOf(run.world.trace);
  const views = new ViewTimeline(store, new TraceIndex(store), ledgerOf(run.timeline.scenario, store));
  const began = performance.now();
  views.prepare(Number.POSITIVE_INFINITY);
  const preparedMs = performance.now() - began;
  collectGarbage();
  // Moments all over the run, in an order that never helps.
  let worstMs = 0;
  for (let i = 0; i < 500; i += 1) {
    const target = 1 + ((i * 7919 + 13) % store.lastId);
    const from = performance.now();
    views.stateAt(target);
    worstMs = Math.max(worstMs, performance.now() - from);
  }
  return [
    {
      name: `seek in a ${QUICKSTART_LIKE}-message run: slowest of 500`,
      value: worstMs,
      unit: 'ms',
      target: 16,
      ok: worstMs <= 16,
    },
    {
      name: 'making such a run ready for seeking',
      value: preparedMs,
      unit: 'ms',
      target: 500,
      ok: preparedMs <= 500,
    },
  ];
}

const MEMORY_MESSAGES = 100_000;

export function benchMemory(): Figure {
  collectGarbage();
  const before = process.memoryUsage();
  const run = runToEnd(timelineOf(steady(MEMORY_MESSAGES, 60)));
  collectGarbage();
  const after = process.memoryUsage();
  const value = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1024 ** 2;
  const entries = run.world.trace.entries.length;
  return {
    name: `a run of 100,000 messages in memory, its ${entries.toLocaleString('en-US')} trace entries included`,
    value,
    unit: 'MiB',
    target: 1024,
    ok: value <= 1024,
  };
}
