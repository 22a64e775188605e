import {describe, expect, test} from 'vitest';
import {CRC_OF_BODY_ONLY} from '../../src/lab/checks/damaged-records.ts';
import {reportOf} from '../../src/lab/report.ts';
import {runToEnd} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../src/lab/timeline.ts';

/** The CRC of a record is of its body: 4.9.1 takes a record whose properties a power cut has left unwritten. */

function verdicts(text: string, seed: string): Record<string, string> {
  const {scenario, problems} = parseScenario(text, 'torn.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const {checks} = reportOf(runToEnd(timelineOf(scenario, seed)), 0);
  return Object.fromEntries(
    checks.map(({name, verdict, flaw}) => [name, flaw === undefined ? verdict : `${verdict} ${flaw}`]),
  );
}

/** The master loses power while it is sent messages, and comes back. The consumer comes later. */
const PAIR = `
name: torn
duration: 50s
machines: {m: {address: 10.0.0.1}, s: {address: 10.0.0.2}, c: {address: 10.0.0.3}}
nameservers: {n: {machine: c}}
brokers:
  master: {machine: m, config: "brokerName=a"}
  slave: {machine: s, start: 1s, config: "brokerName=a\\nbrokerRole=SLAVE\\nbrokerId=1"}
topics: {T: {queues: 2}}
producers: {p: {machine: c, start: 11s, topic: T, every: 10ms, body: 60B, count: 1000, tags: [TagA, TagB], keys: 3}}
consumers: {of-T: {machine: c, start: 30s, topic: T, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}}
faults:
  - {at: 13.4s, power-off: m}
  - {at: 20s, power-on: m}
  - {at: 20s, start: master}
checks: [durable-as-promised, queue-order-kept, delivered-at-least-once, queues-match-log, replica-is-prefix, offsets-never-run-ahead]
`;

const TWIN = `
name: twin
duration: 230s
machines:
  names: {address: 192.168.10.1}
  twin-apps: {address: 192.168.30.1}
  twin-1: {address: 192.168.30.11}
  twin-2: {address: 192.168.30.13}
network: same-rack
nameservers: {namesrv: {machine: names}}
brokers:
  twin-a: {machine: twin-1, config: "brokerClusterName=twin\\nbrokerName=twin-a"}
  twin-b: {machine: twin-2, config: "brokerClusterName=twin\\nbrokerName=twin-b"}
topics: {Twin: {brokers: [twin-a, twin-b], queues: 2}}
producers: {to-twin: {machine: twin-apps, start: 20s, topic: Twin, every: 1s, body: 3500B, count: 170}}
consumers: {of-twin: {machine: twin-apps, start: 70s, topic: Twin, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}}
faults:
  - {at: 59.3s, power-off: twin-1}
  - {at: 200s, power-on: twin-1}
  - {at: 200s, start: twin-a}
checks: [durable-as-promised, queue-order-kept, delivered-at-least-once, offsets-never-run-ahead]
`;

describe('a power cut takes the properties of a record and leaves its body', () => {
  const FLAW = `known-flaw ${CRC_OF_BODY_ONLY}`;

  test('it is handed to consumers without id and tag, and every check that sees it tells why', () => {
    expect(verdicts(PAIR, '11')).toEqual({
      'durable-as-promised': 'lost-as-configured',
      'queue-order-kept': FLAW,
      'delivered-at-least-once': FLAW,
      'queues-match-log': 'lost-as-configured',
      'replica-is-prefix': FLAW,
      'offsets-never-run-ahead': FLAW,
      'faults-struck': 'held',
    });
  });

  test('where nothing of it is proven, nothing is told of it', () => {
    expect(verdicts(PAIR, '12')).toEqual({
      'durable-as-promised': 'lost-as-configured',
      'queue-order-kept': 'held',
      'delivered-at-least-once': 'lost-as-configured',
      'queues-match-log': 'held',
      'replica-is-prefix': 'lost-as-configured',
      'offsets-never-run-ahead': 'held',
      'faults-struck': 'held',
    });
  });

  test('with SYNC_FLUSH nothing that was acknowledged is torn', () => {
    const flushed = PAIR.replace('brokerName=a"', 'brokerName=a\\nflushDiskType=SYNC_FLUSH"');
    expect(verdicts(flushed, '11')['queue-order-kept']).toBe('held');
  });

  test('two masters, of which one loses power: what seed 9 of the lesson of five clusters comes down to', () => {
    expect(verdicts(TWIN, '9')).toEqual({
      'durable-as-promised': 'lost-as-configured',
      'queue-order-kept': FLAW,
      'delivered-at-least-once': FLAW,
      'offsets-never-run-ahead': FLAW,
      'faults-struck': 'held',
    });
  });
});
