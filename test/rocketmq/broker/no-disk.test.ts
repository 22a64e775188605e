import {expect, test} from 'vitest';
import {brokerProgram} from '../../../src/rocketmq/broker/broker.ts';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import {createWorld} from '../../../src/sim/world.ts';

const LINK = {latencyUs: 100, jitterUs: 0, bandwidthBytesPerSecond: 1e9, lossPerMillion: 0};

/** Starts a broker on a disk of so many bytes, and tells how its process ended. */
function endOn(capacityBytes: number): string {
  const {config} = parseBrokerConf('brokerName=broker-a\n');
  const world = createWorld({
    seed: 'no-disk',
    epochMs: Date.UTC(2026, 10, 21),
    machines: [
      {
        name: 'worker1',
        address: '192.168.232.128',
        processors: 2,
        memoryBytes: 8 * 2 ** 30,
        disk: {capacityBytes, syncLatencyUs: 3000, syncJitterUs: 0, bandwidthBytesPerSecond: 2e8},
        clockOffsetMs: 0,
        clockDriftPpm: 0,
      },
    ],
    network: {between: LINK, loopback: LINK, links: []},
    costs: {default: {baseUs: 10, perKiBUs: 1}, kinds: {}},
    processes: [{name: 'broker', kind: 'broker', machine: 'worker1', program: () => brokerProgram(config)}],
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
