/** What a DLedger group of three costs on the simulator, from idle to full tilt. */
import {openRun, type Run, type Timeline, timelineOf} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';
import type {EntryOf} from '../../src/sim/trace.ts';
import type {Figure} from './bench.ts';

const NODES = [0, 1, 2];
const ROUNDS = 5;
/** The engine compiles in the course of the first rounds; a failover of 13,000 events takes ten to have it done. */
const WARM_UPS = 3;
const WARM_UPS_OF_SHORT = 12;

interface Load {
  readonly name: string;
  readonly virtualSeconds: number;
  /** Lines of `producers:`. */
  readonly producers: readonly string[];
}

function scenarioText({name, virtualSeconds, producers}: Load): string {
  const address = (node: number): string => `10.0.0.${node + 1}`;
  const namesrvAddr = NODES.map((node) => `${address(node)}:9876`).join(';');
  const peers = NODES.map((node) => `n${node}-${address(node)}:4091${node}`).join(';');
  const broker = (node: number): string => `  n${node}:
    machine: m${node}
    config: |
      brokerName=RaftNode00
      listenPort=30911
      namesrvAddr=${namesrvAddr}
      enableDLegerCommitLog=true
      dLegerGroup=RaftNode00
      dLegerPeers=${peers}
      dLegerSelfId=n${node}`;
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
  return `
name: ${name}
duration: ${virtualSeconds}s
seed: 1
machines:
${NODES.map((node) => `  m${node}: {address: ${address(node)}}`).join('\n')}
  shop: {address: 10.0.0.9}
nameservers:
${NODES.map((node) => `  ns${node}: {machine: m${node}}`).join('\n')}
brokers:
${NODES.map(broker).join('\n')}
topics:
  Bench: {queues: 4}
${section('producers', producers)}${producers.length === 0 ? '' : 'consumers:\n  consumer: {machine: shop, start: 8s, topic: Bench}\n'}`;
}

interface Speed {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly acknowledged: number;
}

/**
 * @param fromSeconds so much virtual time is run before the clock starts
 * @param killAtSeconds the leader is killed then, and started 20 s later
 */
function round(load: Load, fromSeconds: number, killAtSeconds: number | null): Speed {
  const {scenario, problems} = parseScenario(scenarioText(load), 'bench.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const timeline = timelineOf(scenario);
  const run = openRun(killAtSeconds === null ? timeline : withLeaderKilled(timeline, killAtSeconds));
  run.advance(fromSeconds * 1e6, Number.MAX_SAFE_INTEGER);
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const wallSeconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  let acknowledged = 0;
  let masters = 0;
  for (const {atUs, fact} of factsOf(run)) {
    if (fact.kind === 'send-acknowledged' && atUs > fromSeconds * 1e6) acknowledged += 1;
    else if (fact.kind === 'broker-role-changed' && (fact as Fact & {role?: string}).role === 'SYNC_MASTER')
      masters += 1;
  }
  if (masters !== (killAtSeconds === null ? 1 : 2)) throw new Error(`${masters} became master`);
  return {wallSeconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, acknowledged};
}

function factsOf(run: Run): EntryOf<'fact'>[] {
  return run.world.trace.entries.filter((entry) => entry.kind === 'fact');
}

function withLeaderKilled(timeline: Timeline, atSeconds: number): Timeline {
  const look = openRun(timeline);
  look.advance(atSeconds * 1e6, Number.MAX_SAFE_INTEGER);
  const leader = factsOf(look).findLast(
    ({fact}) =>
      fact.kind === 'broker-role-changed' && (fact as Fact & {role?: string}).role === 'SYNC_MASTER',
  );
  if (leader === undefined) throw new Error('nobody leads');
  const {process: name} = leader;
  return {
    ...timeline,
    interventions: [
      {atUs: atSeconds * 1e6, intervention: {kind: 'kill', process: name}},
      {atUs: (atSeconds + 20) * 1e6, intervention: {kind: 'start', process: name}},
    ],
  };
}

const producer = (name: string, everyMs: number): string =>
  `${name}: {machine: shop, start: 10s, topic: Bench, body: 128B, every: ${everyMs}ms, count: 1000000}`;

/** Wall time is what was promised; processor time tells what it costs while others use the machine too. */
export function benchDLedger(): Figure[] {
  const figures: Figure[] = [];
  const measure = (
    what: string,
    load: Load,
    fromSeconds: number,
    killAtSeconds: number | null,
    target: number,
    isRate: boolean,
  ): void => {
    const first = round(load, fromSeconds, killAtSeconds);
    const warmUps = first.wallSeconds < 1 ? WARM_UPS_OF_SHORT : WARM_UPS;
    for (let i = 1; i < warmUps; i += 1) round(load, fromSeconds, killAtSeconds);
    const rounds = Array.from({length: ROUNDS}, () => round(load, fromSeconds, killAtSeconds));
    const gain = ({acknowledged}: Speed): number =>
      isRate ? acknowledged : load.virtualSeconds - fromSeconds;
    const unit = isRate ? 'messages' : '× real';
    const figure = (name: string, value: number, per: string): void => {
      figures.push({name, value, unit: `${unit} ${per}`, target, ok: value >= target});
    };
    const byWall = rounds.map((one) => gain(one) / one.wallSeconds).sort((a, b) => a - b);
    figure(`${what}; median of ${ROUNDS}`, byWall[ROUNDS >> 1]!, isRate ? '/ wall second' : 'time');
    const byCpu = rounds.map((one) => gain(one) / one.cpuSeconds);
    figure(
      `the same by processor time, all threads, best of ${ROUNDS}`,
      Math.max(...byCpu),
      isRate ? '/ cpu second' : 'cpu time',
    );
  };
  measure(
    'DLedger, 3 members, 3 NameServers, idle',
    {name: 'idle', virtualSeconds: 1810, producers: []},
    10,
    null,
    5000,
    false,
  );
  measure(
    'the same under 10 messages/s for 60 s, the leader killed at 20 s and back at 40 s',
    {name: 'failover', virtualSeconds: 60, producers: [producer('p0', 100)]},
    0,
    20,
    600,
    false,
  );
  measure(
    'the same under 100 messages/s',
    {name: 'hundred', virtualSeconds: 40, producers: [producer('p0', 10)]},
    10,
    null,
    60,
    false,
  );
  measure(
    'the same at full tilt, each message had by a majority',
    {name: 'tilt', virtualSeconds: 13, producers: Array.from({length: 16}, (_, i) => producer(`p${i}`, 4))},
    10,
    null,
    4000,
    true,
  );
  return figures;
}
