import {expect, test} from 'vitest';
import {brokerProgram} from '../../../src/rocketmq/broker/broker.ts';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import {oneBroker} from '../store/one-broker.ts';

/** Starts a broker on a disk of so many bytes, and tells how its process ended. */
function endOn(capacityBytes: number): string {
  const {config} = parseBrokerConf('brokerName=broker-a\n');
  const world = oneBroker({
    seed: 'no-disk',
    capacityBytes,
    syncJitterUs: 0,
    program: () => brokerProgram(config),
  });
  world.intervene({kind: 'start', process: 'broker'});
  world.runUntil(120_000_000);
  expect(world.crashes).toEqual([]);
  const end = [...world.trace.entries].find((entry) => entry.kind === 'process-ended');
  return end === undefined ? 'runs' : `${end.why}: ${end.reason}`;
}

test('a broker whose disk has no room for its lock ends as the real one does, and says why', () => {
  expect(endOn(1)).toBe('exited: ENOSPC: write /root/store/lock (exit code -1)');
});

test('with room for little more than that it runs', () => {
  expect(endOn(8 * 4096)).toBe('runs');
});
