import type {CostModel, DiskSpec, LinkSpec, MachineSpec} from './api.ts';

const GIGABIT = 125_000_000;
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/**
 * Paths between two machines, one way. Latencies are half of usual round trips: a top-of-rack switch, another hall, another
 * zone of a cloud region, another city, another continent.
 */
export const NETWORK_PRESETS = {
  loopback: {latencyUs: 15, jitterUs: 5, bandwidthBytesPerSecond: 4000 * MIB, lossPerMillion: 0},
  'same-rack': {latencyUs: 125, jitterUs: 25, bandwidthBytesPerSecond: 10 * GIGABIT, lossPerMillion: 0},
  'same-zone': {latencyUs: 250, jitterUs: 75, bandwidthBytesPerSecond: 10 * GIGABIT, lossPerMillion: 0},
  zones: {latencyUs: 700, jitterUs: 200, bandwidthBytesPerSecond: 5 * GIGABIT, lossPerMillion: 0},
  regions: {latencyUs: 15_000, jitterUs: 1_500, bandwidthBytesPerSecond: GIGABIT, lossPerMillion: 10},
  continents: {latencyUs: 75_000, jitterUs: 5_000, bandwidthBytesPerSecond: GIGABIT / 5, lossPerMillion: 100},
} as const satisfies Record<string, LinkSpec>;

/**
 * Disks by what one sync of a few pages costs on them, that is a write and the drive's answer that it is on the platter, and by
 * the rate of large writes. Orders of magnitude, each from what such drives measure:
 *
 * - nvme: a data-centre drive whose capacitors keep what it has taken, so that a flush costs little more than the write. Such
 *   drives measure some tens of µs for fsync; consumer drives without capacitors 1.6 to 5 ms (T. Poder, "Using pg_test_fsync",
 *   2025; M. Callaghan, "SSDs, power loss protection and fsync latency", 2026).
 * - ssd: a SATA drive that really flushes, in the fast half of what drives without capacitors measure; SATA itself carries
 *   550 MB/s at most.
 * - hdd: 7,200 revolutions a minute are 8.3 ms each. A sync waits for the head, for the sector to come round, and again for the
 *   journal's: about one revolution at least and two or so at most. 150 MiB/s is the mean over its tracks.
 * - cloud: a general-purpose network volume (AWS gp3 as it comes: 125 MiB/s, "single-digit millisecond" latency): a
 *   round trip to replicated storage, twice with the journal.
 */
export const DISK_PRESETS = {
  nvme: {
    capacityBytes: 500 * GIB,
    syncLatencyUs: 60,
    syncJitterUs: 30,
    bandwidthBytesPerSecond: 2000 * MIB,
  },
  ssd: {capacityBytes: 500 * GIB, syncLatencyUs: 500, syncJitterUs: 300, bandwidthBytesPerSecond: 450 * MIB},
  hdd: {
    capacityBytes: 2000 * GIB,
    syncLatencyUs: 8_000,
    syncJitterUs: 8_000,
    bandwidthBytesPerSecond: 150 * MIB,
  },
  cloud: {
    capacityBytes: 200 * GIB,
    syncLatencyUs: 1_200,
    syncJitterUs: 800,
    bandwidthBytesPerSecond: 125 * MIB,
  },
} as const satisfies Record<string, DiskSpec>;

/** A machine as of the quickstart: everything that a `MachineSpec` needs but its name and address. */
export const DEFAULT_MACHINE: Omit<MachineSpec, 'name' | 'address'> = {
  processors: 4,
  memoryBytes: 8 * GIB,
  disk: DISK_PRESETS.ssd,
  clockOffsetMs: 0,
  clockDriftPpm: 0,
};

/**
 * What tasks of RocketMQ's pools take, fitted to the real 4.9.1: a broker whose sends all go through one thread (its default)
 * took 13,000 to 21,000 of them a second, and a lone producer on the same machine waited about 0.15 ms for each. Kinds
 * are names of request codes, and whatever else a program says that it is doing.
 */
export const DEFAULT_COSTS: CostModel = {
  default: {baseUs: 20, perKiBUs: 2},
  kinds: {
    SEND_MESSAGE: {baseUs: 60, perKiBUs: 6},
    SEND_MESSAGE_V2: {baseUs: 60, perKiBUs: 6},
    SEND_BATCH_MESSAGE: {baseUs: 60, perKiBUs: 6},
    CONSUMER_SEND_MSG_BACK: {baseUs: 60, perKiBUs: 6},
    PULL_MESSAGE: {baseUs: 40, perKiBUs: 4},
    HEART_BEAT: {baseUs: 40, perKiBUs: 4},
    REGISTER_BROKER: {baseUs: 60, perKiBUs: 10},
    GET_ROUTEINFO_BY_TOPIC: {baseUs: 30, perKiBUs: 4},
    GET_CONSUMER_LIST_BY_GROUP: {baseUs: 20, perKiBUs: 2},
    UPDATE_CONSUMER_OFFSET: {baseUs: 15, perKiBUs: 1},
    QUERY_CONSUMER_OFFSET: {baseUs: 15, perKiBUs: 1},
  },
};
