import {
  DISK_FAULT_KINDS,
  type DiskFault,
  type DiskFaultKind,
  type DiskFaultName,
} from '../../sim/disk-fault.ts';
import type {Intervention} from '../../sim/intervention.ts';
import {closest} from './problem.ts';
import {reportUnknown} from './references.ts';
import type {FaultFile} from './schema.ts';
import {readSize} from './units.ts';
import {type Path, quote, type YamlSource} from './yaml-source.ts';

/** What can be done to a machine's power and to its disk. */
export const MACHINE_ACTIONS = [
  'power-off',
  'power-on',
  'disk-full',
  'disk-slow',
  'disk-stalled',
  'disk-write-errors',
  'disk-sync-errors',
  'disk-bad-sector',
  'disk-bit-rot',
  'heal-disk',
  'destroy-disk',
  'replace-disk',
] as const;

type MachineAction = (typeof MACHINE_ACTIONS)[number];

export function isMachineAction(action: string): action is MachineAction {
  return (MACHINE_ACTIONS as readonly string[]).includes(action);
}

/** Null, with a problem noted, where it leads nowhere. */
export function readMachineAction(
  fault: FaultFile,
  action: MachineAction,
  path: Path,
  machines: readonly string[],
  source: YamlSource,
): Intervention | null {
  const value = fault[action]!;
  const isName = typeof value === 'string';
  const machine = isName ? value : value.machine;
  const machinePath = isName ? [...path, action] : [...path, action, 'machine'];
  if (!reportUnknown(machine, machines, 'machine', machinePath, source)) return null;
  const strike = (laid: DiskFault): Intervention => ({kind: 'disk-fault', machine, fault: laid});
  switch (action) {
    case 'power-off':
      return {kind: 'lose-power', machine};
    case 'power-on':
      return {kind: 'restore-power', machine};
    case 'disk-full':
      return strike({kind: 'full'});
    case 'disk-stalled':
      return strike({kind: 'stalled'});
    case 'disk-write-errors':
      return strike({kind: 'write-errors'});
    case 'disk-sync-errors':
      return strike({kind: 'sync-errors'});
    case 'disk-slow':
      return strike({kind: 'slow', factor: fault['disk-slow']!.factor});
    case 'disk-bad-sector': {
      const {path: file, position} = fault['disk-bad-sector']!;
      return strike({kind: 'bad-sector', path: file, positionBytes: bytesOf(position)});
    }
    case 'disk-bit-rot': {
      const {path: file, position, bit = 0} = fault['disk-bit-rot']!;
      return strike({kind: 'bit-rot', path: file, positionBytes: bytesOf(position), bit});
    }
    case 'heal-disk': {
      const wanted = typeof value === 'string' || !('fault' in value) ? undefined : value.fault;
      const lifted = readFaultName(wanted ?? 'all', [...path, action, 'fault'], source);
      return lifted === null ? null : {kind: 'heal-disk', machine, fault: lifted};
    }
    case 'destroy-disk': {
      const replace = typeof value !== 'string' && 'replace' in value && value.replace === true;
      return {kind: 'destroy-disk', machine, replace};
    }
    case 'replace-disk':
      return {kind: 'replace-disk', machine};
  }
}

function bytesOf(position: number | string): number {
  return typeof position === 'number' ? position : (readSize(position) ?? 0);
}

const PLACES = /^(?:bad-sector \/.*:\d+|bit-rot \/.*:\d+\.[0-7])$/;

function readFaultName(
  wanted: string,
  path: Path,
  source: YamlSource,
): DiskFaultName | DiskFaultKind | 'all' | null {
  const known = ['all', ...DISK_FAULT_KINDS];
  if (known.includes(wanted) || PLACES.test(wanted)) return wanted as DiskFaultName | DiskFaultKind | 'all';
  source.report(path, {
    found: quote(wanted),
    expected: `${known.join(', ')}, or the place of a fault: bad-sector /file:512, bit-rot /file:512.7`,
    didYouMean: closest(wanted, known),
  });
  return null;
}
