import {describe, expect, test} from 'vitest';
import {RECOVERED_COUNTS_AS_FLUSHED} from '../../src/lab/checks/holes.ts';
import {ledgerOf} from '../../src/lab/ledger-of.ts';
import {reportOf} from '../../src/lab/report.ts';
import {type Run, runToEnd} from '../../src/lab/run.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../src/lab/timeline.ts';
import {storeOf} from '../../src/lab/trace-store.ts';

/**
 * A broker is killed, is back, and its machine loses power. What the killed one had written and not flushed, the next life takes for
 * flushed: of files before the one in which the log ends nobody syncs anything any more, and the power cut tears a hole there. All that
 * was acknowledged behind the hole goes with it, flushed or not.
 */
const story = (flush: string, producer: string, faults: string): string => `
name: kill-then-power
duration: 30s
machines: {m: {address: 10.0.0.1}, c: {address: 10.0.0.2}}
nameservers: {n: {machine: c}}
brokers: {broker: {machine: m, config: "brokerName=a\\nmappedFileSizeCommitLog=16384\\nflushDiskType=${flush}"}}
topics: {T: {queues: 1}}
producers: {p: {machine: c, topic: T, body: 2KiB, ${producer}}}
consumers: {g: {machine: c, start: 20s, topic: T, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}}
faults:
${faults}
checks: [acked-messages-survive, durable-as-promised, delivered-at-least-once, queues-match-log, queue-order-kept, offsets-never-run-ahead]
`;

function played(text: string, seed: string): Run {
  const {scenario, problems} = parseScenario(text, 'kill-then-power.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  return runToEnd(timelineOf(scenario, seed));
}

function checksOf(text: string, seed: string) {
  return reportOf(played(text, seed), 0).checks;
}

function verdicts(text: string, seed: string): Record<string, string> {
  const told = checksOf(text, seed).map(
    ({name, verdict, flaw}) => [name, flaw === undefined ? verdict : `${verdict} ${flaw}`] as const,
  );
  return Object.fromEntries(told);
}

const FLAW = `known-flaw ${RECOVERED_COUNTS_AS_FLUSHED}`;

describe('a kill, and then a power cut', () => {
  const faults = `  - {at: 8.3s, kill: broker}
  - {at: 9s, set-config: {process: broker, flushDiskType: SYNC_FLUSH}}
  - {at: 9s, start: broker}
  - {at: 11s, power-off: m}
  - {at: 12s, power-on: m}
  - {at: 12s, start: broker}`;
  const ASYNC_THEN_SYNC = story('ASYNC_FLUSH', 'start: 3s, every: 40ms, count: 600', faults);

  test('takes what was flushed, with SEND_OK and SYNC_FLUSH, since it lies behind what was not', () => {
    const durable = checksOf(ASYNC_THEN_SYNC, '3').find(({name}) => name === 'durable-as-promised')!;
    expect(durable.flaw).toBe(RECOVERED_COUNTS_AS_FLUSHED);
    expect(durable.detail).toMatch(
      /^101 of \d+ acknowledged messages are gone, 56 of them though they were on the disk/,
    );
    // What the first life had not flushed yet is what ASYNC_FLUSH allows: 25 behind the last hole, 20 in those before.
    expect(durable.reasons).toMatchObject([{allowance: 'async-flush', count: 45}]);
  });

  test.each(['3', '4', '5'])('each check that sees it tells it by its name, seed %s', (seed) => {
    const told = verdicts(ASYNC_THEN_SYNC, seed);
    expect(Object.entries(told).filter(([, verdict]) => verdict === 'defect')).toEqual([]);
    expect(told).toMatchObject({
      'acked-messages-survive': FLAW,
      'durable-as-promised': FLAW,
      'delivered-at-least-once': FLAW,
    });
  });

  test('what lies in a hole that recovery has passed over counts as lost, and no consumer ever gets it', () => {
    const run = played(ASYNC_THEN_SYNC, '3');
    const ledger = ledgerOf(run.timeline.scenario, storeOf(run.world.trace));
    ledger.update();
    const inHoles = [...ledger.messages.values()].filter(({holdings}) =>
      holdings.some(({taken}) => taken?.isAmid),
    );
    expect(inHoles).toHaveLength(20);
    for (const {lostId, deliveries} of inHoles) {
      expect(lostId).toBeGreaterThan(0);
      expect(deliveries.size).toBe(0);
    }
    expect(ledger.counts).toMatchObject({lost: 101, outOfReach: 0});
  });

  test('without the kill, nothing of the kind is told', () => {
    const told = verdicts(
      story(
        'SYNC_FLUSH',
        'start: 3s, every: 40ms, count: 600',
        faults.replace(/^.*kill.*$/m, '  - {at: 8.3s, stop: broker}'),
      ),
      '3',
    );
    expect(told).toMatchObject({'acked-messages-survive': 'held', 'durable-as-promised': 'held'});
  });
});
