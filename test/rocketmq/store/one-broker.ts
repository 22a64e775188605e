import type {Program} from '../../../src/ports/host.ts';
import type {World} from '../../../src/sim/api.ts';
import {createWorld} from '../../../src/sim/world.ts';

const LINK = {latencyUs: 100, jitterUs: 0, bandwidthBytesPerSecond: 1e9, lossPerMillion: 0};

export interface OneBroker {
  readonly seed: string;
  readonly program: () => Program;
  readonly machine?: string;
  readonly capacityBytes: number;
  readonly syncJitterUs?: number;
}

/** A world of one process, `broker`, on a machine like that of the recorded stores, `worker1`; it is not started. */
export function oneBroker({
  seed,
  program,
  machine = 'worker1',
  capacityBytes,
  syncJitterUs = 500,
}: OneBroker): World {
  return createWorld({
    seed,
    epochMs: Date.UTC(2026, 10, 21),
    machines: [
      {
        name: machine,
        address: '192.168.232.128',
        processors: 2,
        memoryBytes: 8 * 2 ** 30,
        disk: {capacityBytes, syncLatencyUs: 3000, syncJitterUs, bandwidthBytesPerSecond: 2e8},
        clockOffsetMs: 0,
        clockDriftPpm: 0,
      },
    ],
    network: {between: LINK, loopback: LINK, links: []},
    costs: {default: {baseUs: 10, perKiBUs: 1}, kinds: {}},
    processes: [{name: 'broker', kind: 'broker', machine, program}],
  });
}
