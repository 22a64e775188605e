import {expect, test} from 'vitest';
import {reportOf} from '../../src/lab/report.ts';
import {openRun} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../src/lab/timeline.ts';
import {Told} from './replica-cluster.ts';

/** A master whose machine is lost with its disk, and a slave that a person makes master by its configuration. */
const promotion = (role: string, faults: string): string => `
name: promotion
duration: 60s
machines:
  m1: {address: 10.0.0.1}
  m2: {address: 10.0.0.2}
  m3: {address: 10.0.0.3}
nameservers:
  ns: {machine: m3}
brokers:
  broker-a:
    machine: m1
    start: 1s
    config: |
      brokerName=broker-a
      brokerRole=${role}
  broker-a-s:
    machine: m2
    start: 2s
    config: |
      brokerName=broker-a
      brokerRole=SLAVE
      brokerId=1
producers:
  producer: {machine: m3, start: 6s, program: rate, topic: T, every: 100ms, count: 400}
consumers:
  consumer: {machine: m3, start: 6s, program: service, topic: T}
faults:
${faults}
checks: [acked-messages-survive, durable-as-promised, delivered-at-least-once, queues-match-log]
`;

const LOST = `  - {at: 20s, destroy-disk: m1}
  - {at: 20s, power-off: m1}
`;
const PROMOTED = `${LOST}  - {at: 25s, stop: broker-a-s}
  - {at: 26s, set-config: {process: broker-a-s, brokerRole: ASYNC_MASTER, brokerId: 0}}
  - {at: 27s, start: broker-a-s}
`;

function play(text: string, seed = '1'): Told {
  const {scenario, problems} = parseScenario(text, 'promotion.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  return new Told(openRun(timelineOf(scenario, seed)));
}

test('a slave that is made master by hand and started on its own store serves what the lost master had acknowledged', () => {
  const told = play(promotion('SYNC_MASTER', PROMOTED));
  const [before, after] = told.facts('broker-a-s', 'broker-booted');
  expect(before!.fact).toMatchObject({role: 'SLAVE', brokerId: 1});
  expect(after!.fact).toMatchObject({role: 'ASYNC_MASTER', brokerId: 0});
  const acked = told.facts('producer', 'send-acknowledged').map(({atMs}) => atMs);
  expect(acked.filter((atMs) => 20_100 < atMs && atMs < 27_000)).toEqual([]);
  expect(acked.filter((atMs) => 27_000 < atMs).length).toBeGreaterThan(100);
  const {checks} = reportOf(told.run, 0);
  expect(checks.map(({name, verdict}) => [name, verdict])).toEqual([
    ['acked-messages-survive', 'held'],
    ['durable-as-promised', 'held'],
    ['delivered-at-least-once', 'held'],
    ['queues-match-log', 'held'],
    ['faults-struck', 'held'],
  ]);
});

test('without it nobody takes messages: a slave stays a slave, and what was acknowledged can only be read', () => {
  const told = play(promotion('SYNC_MASTER', LOST));
  const last = told.facts('producer', 'send-acknowledged').at(-1)!;
  expect(last.atMs).toBeLessThan(20_100);
});

test('what is set counts from the next start: a running broker stays what it is until it is restarted', () => {
  const told = play(
    promotion(
      'ASYNC_MASTER',
      `  - {at: 10s, set-config: {process: broker-a, flushDiskType: SYNC_FLUSH}}
  - {at: 30s, restart: broker-a}
`,
    ),
  );
  const booted = told.facts('broker-a', 'broker-booted').map(({atMs, fact}) => [atMs < 10_000, fact.flush]);
  expect(booted).toEqual([
    [true, 'ASYNC_FLUSH'],
    [false, 'SYNC_FLUSH'],
  ]);
});

const flushSetTo = (
  flush: string,
): string => `  - {at: 10s, set-config: {process: broker-a, flushDiskType: ${flush}}}
  - {at: 15s, restart: broker-a}
  - {at: 25s, power-off: m1}
  - {at: 27s, power-on: m1}
  - {at: 28s, start: broker-a}
`;

test('what a power cut takes is judged by what the broker had read when it acknowledged it', () => {
  const verdicts = (given: string, flush: string): string[] => {
    const text = promotion('ASYNC_MASTER', flushSetTo(flush)).replace(
      'brokerRole=ASYNC_MASTER',
      `brokerRole=ASYNC_MASTER\n      flushDiskType=${given}`,
    );
    // The slave would have what the master loses.
    const alone = text
      .replace(/ {2}broker-a-s:[\s\S]*?(?=producers:)/, '')
      .replace('every: 100ms, count: 400', 'every: 20ms, count: 2000');
    const {checks} = reportOf(play(alone).run, 0);
    return ['acked-messages-survive', 'durable-as-promised', 'delivered-at-least-once'].map(
      (name) => checks.find((check) => check.name === name)!.verdict,
    );
  };
  expect(verdicts('SYNC_FLUSH', 'ASYNC_FLUSH')).toEqual(Array(3).fill('lost-as-configured'));
  expect(verdicts('ASYNC_FLUSH', 'SYNC_FLUSH')).toEqual(Array(3).fill('held'));
});

test('a power cut that takes topics.json leaves messages of a topic that nobody finds the way to', () => {
  const text = promotion('ASYNC_MASTER', flushSetTo('ASYNC_FLUSH'))
    .replace('brokerRole=ASYNC_MASTER', 'brokerRole=ASYNC_MASTER\n      flushDiskType=SYNC_FLUSH')
    .replace(/ {2}broker-a-s:[\s\S]*?(?=producers:)/, '')
    .replace('every: 100ms', 'every: 20ms');
  const {checks} = reportOf(play(text).run, 0);
  const told = checks.map(({name, verdict, flaw}) => [name, verdict, flaw]);
  expect(told).toContainEqual(['durable-as-promised', 'held', undefined]);
  expect(told).toContainEqual(['delivered-at-least-once', 'known-flaw', 'config-not-synced']);
  expect(checks.find(({flaw}) => flaw !== undefined)!.detail).toContain(
    '400 are of a topic that their broker has forgotten: broker-a has never synced its topics.json, and the power took it',
  );
});

test('a key that no broker has, a value it cannot have, and a process without a broker.conf are told with their place', () => {
  const problems = (fault: string): string[] =>
    parseScenario(promotion('ASYNC_MASTER', `  - {at: 10s, set-config: ${fault}}`), 'p.yaml').problems.map(
      problemLine,
    );
  expect(problems('{process: broker-a, brokerRoll: SLAVE}')[0]).toContain('did you mean brokerRole?');
  expect(problems('{process: broker-a, brokerRole: KING}')[0]).toContain('brokerRole: found "KING"');
  expect(problems('{process: ns, listenPort: 1}')[0]).toContain('found ns, expected a broker');
  expect(problems('{process: nobody, brokerRole: SLAVE}')[0]).toContain('nobody');
  expect(problems('{process: broker-a}')[0]).toContain('keys of broker.conf beside process');
  expect(problems('{process: broker-a, brokerRole: SLAVE}')).toEqual([]);
});
