import type {DiskSpec, LinkSpec, MachineSpec, NetworkSpec} from '../../sim/api.ts';
import {DEFAULT_MACHINE, DISK_PRESETS, NETWORK_PRESETS} from '../../sim/presets.ts';
import {reportUnknown} from './references.ts';
import type {ScenarioFile} from './schema.ts';
import {
  DURATION_EXPECTED,
  given,
  readDuration,
  readPercent,
  readRate,
  readSignedDuration,
  readSize,
} from './units.ts';
import {quote, type YamlSource} from './yaml-source.ts';

type MachineFile = ScenarioFile['machines'][string];

/** A machine with its defaults; what is wrong with it is noted. */
export function settleMachine(name: string, machine: MachineFile, source: YamlSource): MachineSpec {
  const path = ['machines', name];
  if (!machine.address.split('.').every((part) => Number(part) <= 255)) {
    source.report([...path, 'address'], {
      found: quote(machine.address),
      expected: 'an IPv4 address such as 192.168.232.128',
    });
  }
  let clockOffsetMs = 0;
  if (machine.clockOffset !== undefined) {
    const offsetUs = readSignedDuration(machine.clockOffset);
    if (offsetUs === null) {
      const expected = `${DURATION_EXPECTED}, with - before it for a clock that is behind`;
      source.report([...path, 'clockOffset'], {found: quote(machine.clockOffset), expected});
    } else clockOffsetMs = offsetUs / 1000;
  }
  return {
    name,
    address: machine.address,
    processors: machine.processors ?? DEFAULT_MACHINE.processors,
    memoryBytes: given(machine.memory, readSize) ?? DEFAULT_MACHINE.memoryBytes,
    disk: settleDisk(machine.disk),
    clockOffsetMs,
    clockDriftPpm: machine.clockDriftPpm ?? 0,
  };
}

function settleDisk(disk: MachineFile['disk']): DiskSpec {
  if (disk === undefined) return DEFAULT_MACHINE.disk;
  if (typeof disk === 'string') return DISK_PRESETS[disk];
  const preset = DISK_PRESETS[disk.preset ?? 'ssd'];
  return {
    capacityBytes: given(disk.capacity, readSize) ?? preset.capacityBytes,
    syncLatencyUs: given(disk.syncLatency, readDuration) ?? preset.syncLatencyUs,
    syncJitterUs: given(disk.syncJitter, readDuration) ?? preset.syncJitterUs,
    bandwidthBytesPerSecond: given(disk.bandwidth, readRate) ?? preset.bandwidthBytesPerSecond,
  };
}

interface LinkFile {
  readonly preset?: keyof typeof NETWORK_PRESETS | undefined;
  readonly latency?: string | undefined;
  readonly jitter?: string | undefined;
  readonly bandwidth?: string | undefined;
  readonly loss?: string | undefined;
}

function settleLink(link: LinkFile, base: LinkSpec): LinkSpec {
  const preset = link.preset === undefined ? base : NETWORK_PRESETS[link.preset];
  return {
    latencyUs: given(link.latency, readDuration) ?? preset.latencyUs,
    jitterUs: given(link.jitter, readDuration) ?? preset.jitterUs,
    bandwidthBytesPerSecond: given(link.bandwidth, readRate) ?? preset.bandwidthBytesPerSecond,
    lossPerMillion: given(link.loss, readPercent) ?? preset.lossPerMillion,
  };
}

/** The network with its defaults and exceptions; what is wrong with it is noted. */
export function settleNetwork(
  network: ScenarioFile['network'],
  machines: readonly string[],
  source: YamlSource,
): NetworkSpec {
  const rack = NETWORK_PRESETS['same-rack'];
  if (network === undefined) return {between: rack, loopback: NETWORK_PRESETS.loopback, links: []};
  if (typeof network === 'string')
    return {between: NETWORK_PRESETS[network], loopback: NETWORK_PRESETS.loopback, links: []};
  const between = settleLink(network, rack);
  const links = (network.links ?? []).map((exception, position) => {
    const [from, to] = exception.between;
    for (const [side, machine] of exception.between.entries()) {
      reportUnknown(machine, machines, 'machine', ['network', 'links', position, 'between', side], source);
    }
    return {from, to, link: settleLink(exception, between)};
  });
  return {between, loopback: NETWORK_PRESETS.loopback, links};
}

/** Notes machines of one address. */
export function reportTwins(machines: readonly MachineSpec[], source: YamlSource): void {
  const owners = new Map<string, string>();
  for (const {name, address} of machines) {
    const owner = owners.get(address);
    if (owner !== undefined) {
      source.report(['machines', name, 'address'], {
        found: `${address}, which is the address of ${owner}`,
        expected: 'an address of its own',
      });
    } else owners.set(address, name);
  }
}
