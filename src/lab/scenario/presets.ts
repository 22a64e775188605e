import type {CostModel, DiskSpec, LinkSpec} from '../../sim/api.ts';

const MBIT = 125_000;
export const GIB = 1024 * 1024 * 1024;

/** Paths between two machines. Latency is one way. */
export const NETWORK_PRESETS = {
  'same-rack': {latencyUs: 250, jitterUs: 60, bandwidthBytesPerSecond: 10_000 * MBIT, lossPerMillion: 0},
  zones: {latencyUs: 1_000, jitterUs: 200, bandwidthBytesPerSecond: 1_000 * MBIT, lossPerMillion: 10},
  continents: {latencyUs: 75_000, jitterUs: 3_000, bandwidthBytesPerSecond: 100 * MBIT, lossPerMillion: 500},
} as const satisfies Record<string, LinkSpec>;

export const LOOPBACK: LinkSpec = {
  latencyUs: 30,
  jitterUs: 10,
  bandwidthBytesPerSecond: 20_000 * MBIT,
  lossPerMillion: 0,
};

export const DISK_PRESETS = {
  nvme: {
    capacityBytes: 200 * GIB,
    syncLatencyUs: 100,
    syncJitterUs: 50,
    bandwidthBytesPerSecond: 1_500_000_000,
  },
  ssd: {
    capacityBytes: 100 * GIB,
    syncLatencyUs: 800,
    syncJitterUs: 400,
    bandwidthBytesPerSecond: 450_000_000,
  },
  hdd: {
    capacityBytes: 500 * GIB,
    syncLatencyUs: 8_000,
    syncJitterUs: 5_000,
    bandwidthBytesPerSecond: 150_000_000,
  },
} as const satisfies Record<string, DiskSpec>;

/**
 * Service times of pool tasks. They put a synchronous send over the loopback near the 0.14 to 0.17 ms that the real broker
 * took on a small machine.
 */
export const COSTS: CostModel = {default: {baseUs: 40, perKiBUs: 2}, kinds: {}};

/** Where a scenario's wall clock begins unless it says otherwise: 2021-06-15T08:00:00Z, in the weeks of 4.9.1. */
export const EPOCH_MS = 1_623_744_000_000;
