/** What replication costs on the simulator: two masters with a slave each, every message acknowledged by both. */
import {openRun, timelineOf} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import type {Figure} from './bench.ts';

const VIRTUAL_SECONDS = 30;
const MESSAGES_PER_SECOND = 1000;
const PRODUCERS = 4;
/** By then both slaves have caught up, 10 s after they learnt of their masters. */
const FROM_SECONDS = 20;
const ROUNDS = 3;

function scenarioText(role: string): string {
  const everyMs = (PRODUCERS * 1000) / MESSAGES_PER_SECOND;
  const count = ((VIRTUAL_SECONDS + 10) * MESSAGES_PER_SECOND) / PRODUCERS;
  const broker = (name: string, machine: string, lines: readonly string[]): string =>
    [`  ${name}:`, `    machine: ${machine}`, '    config: |', ...lines.map((line) => `      ${line}`)].join(
      '\n',
    );
  return `
name: replication-${role}
duration: ${FROM_SECONDS + VIRTUAL_SECONDS}s
machines:
  m1: {address: 10.0.0.1}
  m2: {address: 10.0.0.2}
  m3: {address: 10.0.0.3}
  m4: {address: 10.0.0.4}
  m5: {address: 10.0.0.5}
nameservers:
  ns: {machine: m5}
brokers:
${broker('broker-a', 'm1', ['brokerName=broker-a', `brokerRole=${role}`])}
${broker('broker-b', 'm2', ['brokerName=broker-b', `brokerRole=${role}`])}
${broker('broker-a-s', 'm3', ['brokerName=broker-a', 'brokerRole=SLAVE', 'brokerId=1'])}
${broker('broker-b-s', 'm4', ['brokerName=broker-b', 'brokerRole=SLAVE', 'brokerId=1'])}
topics:
  Bench: {queues: 4, brokers: [broker-a, broker-b]}
producers:
${Array.from({length: PRODUCERS}, (_, i) => `  p${i}: {machine: m5, start: ${FROM_SECONDS - 1}s, topic: Bench, body: 128B, every: ${everyMs}ms, count: ${count}}`).join('\n')}
consumers:
  consumer: {machine: m5, start: 5s, topic: Bench}
`;
}

interface Speed {
  readonly byWall: number;
  readonly byCpu: number;
}

/** Times real time, from where the slaves have caught up to the end. */
function round(role: string): Speed {
  const {scenario, problems} = parseScenario(scenarioText(role), 'bench.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const run = openRun(timelineOf(scenario));
  run.advance(FROM_SECONDS * 1e6, Number.MAX_SAFE_INTEGER);
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const wallSeconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  let acked = 0;
  for (const entry of run.world.trace.entries) {
    if (entry.kind !== 'fact' || entry.atUs <= FROM_SECONDS * 1e6) continue;
    if (entry.fact.kind === 'replica-missed') throw new Error('a message went without its replica');
    if (entry.fact.kind === 'send-acknowledged') acked += 1;
  }
  const wanted = VIRTUAL_SECONDS * MESSAGES_PER_SECOND;
  if (acked < wanted * 0.99) throw new Error(`${acked} of ${wanted} were acknowledged`);
  return {byWall: VIRTUAL_SECONDS / wallSeconds, byCpu: (VIRTUAL_SECONDS * 1e6) / (cpu.user + cpu.system)};
}

/** Wall time is what was promised; processor time tells what it costs while others use the machine too. */
export function benchReplication(): Figure[] {
  return ['SYNC_MASTER', 'ASYNC_MASTER'].flatMap((role) => {
    round(role); // Warms the engine up.
    const rounds = Array.from({length: ROUNDS}, () => round(role));
    const wall = rounds.map(({byWall}) => byWall).sort((a, b) => a - b)[ROUNDS >> 1]!;
    const cpu = Math.max(...rounds.map(({byCpu}) => byCpu));
    const what = `2 × ${role} with a slave each, 1,000 messages/s of virtual load`;
    const figure = (name: string, value: number, unit: string): Figure => ({
      name,
      value,
      unit,
      target: 10,
      ok: value >= 10,
    });
    return [
      figure(`${what}; median of ${ROUNDS}`, wall, '× real time'),
      figure(`the same by processor time, all threads, best of ${ROUNDS}`, cpu, '× cpu time'),
    ];
  });
}
