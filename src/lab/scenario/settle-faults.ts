import {settingProblem} from '../../rocketmq/broker/broker-conf.ts';
import type {Intervention, LinkChange} from '../../sim/intervention.ts';
import {NETWORK_PRESETS} from '../../sim/presets.ts';
import {reportUnknown} from './references.ts';
import type {ChosenScenario, ScenarioFault} from './scenario.ts';
import type {FaultFile} from './schema.ts';
import {readAwaited} from './settle-awaited.ts';
import {isMachineAction, MACHINE_ACTIONS, readMachineAction} from './settle-machine-faults.ts';
import {
  DURATION_EXPECTED,
  PERCENT_EXPECTED,
  readDuration,
  readPercent,
  readRate,
  readSignedDuration,
} from './units.ts';
import {type Path, quote, type YamlSource} from './yaml-source.ts';

const PROCESS_ACTIONS = ['start', 'stop', 'kill', 'pause', 'resume', 'restart'] as const;
const ACTIONS = [
  ...PROCESS_ACTIONS,
  'cut',
  'heal',
  'set-config',
  'set-link',
  'reset-link',
  'jump-clock',
  ...MACHINE_ACTIONS,
] as const;

export interface FaultSurroundings {
  readonly processes: readonly string[];
  /** Of the processes, those with a broker.conf. */
  readonly brokers: readonly string[];
  readonly machines: readonly string[];
  readonly chosen: readonly ChosenScenario[];
  readonly durationUs: number;
}

/** The faults of a scenario in order of the file; `openRun` puts them in order of time. */
export function settleFaults(
  faults: readonly FaultFile[],
  surroundings: FaultSurroundings,
  source: YamlSource,
): ScenarioFault[] {
  const settled: ScenarioFault[] = [];
  const {chosen} = surroundings;
  const names = chosen.map(({name}) => name);
  const around: FaultSurroundings = {
    ...surroundings,
    processes: [...surroundings.processes, ...names],
    brokers: [...surroundings.brokers, ...names],
    machines: [...surroundings.machines, ...names],
  };
  for (const [position, fault] of faults.entries()) {
    const path = ['faults', position];
    const actions = ACTIONS.filter((action) => fault[action] !== undefined);
    if (actions.length !== 1) {
      source.report(path, {
        found: actions.length === 0 ? 'no action' : `${actions.join(' and ')} at once`,
        expected: `exactly one of ${ACTIONS.join(', ')}`,
      });
      continue;
    }
    const when = readAwaited(fault, path, around.processes, source);
    const atUs = readDuration(fault.at ?? '0s') ?? 0;
    if (around.durationUs < atUs) {
      source.report([...path, 'at'], {
        found: quote(fault.at!),
        expected: 'a time within the duration of the scenario, or it never strikes',
      });
    }
    const did =
      actions[0] === 'set-config'
        ? readSetConfig(fault['set-config']!, [...path, 'set-config'], around, source)
        : [readAction(fault, actions[0]!, path, around, source)];
    for (const intervention of did) {
      if (intervention === null) continue;
      settled.push({atUs, intervention, ...(when === null ? {} : {when})});
      if (when !== null) continue;
      const early = chosen.find((each) => namesOf(intervention).includes(each.name) && atUs < each.atUs);
      if (early === undefined) continue;
      source.report([...path, 'at'], {
        found: quote(fault.at ?? ''),
        expected: `a time at or after that at which ${early.name} is chosen`,
      });
    }
  }
  return settled;
}

function namesOf(did: Intervention): readonly string[] {
  if ('process' in did) return [did.process];
  return 'machine' in did ? [did.machine] : [did.from, did.to];
}

function readAction(
  fault: FaultFile,
  action: Exclude<(typeof ACTIONS)[number], 'set-config'>,
  path: Path,
  around: FaultSurroundings,
  source: YamlSource,
): Intervention | null {
  if (isMachineAction(action)) return readMachineAction(fault, action, path, around.machines, source);
  switch (action) {
    case 'cut':
    case 'heal': {
      const link = readEnds(fault[action]!, [...path, action], around, source);
      return link === null ? null : {kind: action, ...link};
    }
    case 'reset-link': {
      const link = readEnds(fault[action]!, [...path, action], around, source);
      return link === null ? null : {kind: 'set-link', ...link, link: null};
    }
    case 'set-link':
      return readSetLink(fault[action]!, [...path, action], around, source);
    case 'jump-clock': {
      const {machine, by} = fault['jump-clock']!;
      const us = readSignedDuration(by);
      if (us === null || us % 1000 !== 0) {
        source.report([...path, action, 'by'], {
          found: quote(by),
          expected: `${DURATION_EXPECTED} in whole milliseconds, with - before it to go back`,
        });
        return null;
      }
      const known = reportUnknown(machine, around.machines, 'machine', [...path, action, 'machine'], source);
      return known ? {kind: 'jump-clock', machine, byMs: us / 1000} : null;
    }
    default: {
      const process = fault[action]!;
      const known = reportUnknown(process, around.processes, 'process', [...path, action], source);
      return known ? {kind: action, process} : null;
    }
  }
}

/** One for each key, in the order of the file. */
function readSetConfig(
  {process, ...keys}: NonNullable<FaultFile['set-config']>,
  path: Path,
  around: FaultSurroundings,
  source: YamlSource,
): Intervention[] {
  if (!reportUnknown(process, around.processes, 'process', [...path, 'process'], source)) return [];
  if (!around.brokers.includes(process)) {
    source.report([...path, 'process'], {
      found: process,
      expected: 'a broker: nothing else has a broker.conf',
    });
    return [];
  }
  const settings = Object.entries(keys);
  if (settings.length === 0) {
    source.report(path, {found: 'nothing to set', expected: 'keys of broker.conf beside process'});
  }
  return settings.map(([key, given]) => {
    const value = String(given);
    const problem = settingProblem(key, value);
    if (problem !== null) {
      const what = {found: `${key}=${value}`, expected: 'a key=value of broker.conf', text: problem};
      source.report([...path, key], what, {atKey: true});
    }
    return {kind: 'set-config', process, key, value};
  });
}

type EndsFile = NonNullable<FaultFile['cut']>;

interface Ends {
  readonly from: string;
  readonly to: string;
  readonly direction: 'both' | 'one-way';
}

function readEnds(ends: EndsFile, path: Path, around: FaultSurroundings, source: YamlSource): Ends | null {
  const [from, to] = Array.isArray(ends) ? ends : [ends.from, ends.to];
  const keys = Array.isArray(ends) ? [0, 1] : ['from', 'to'];
  const known = [from, to].map((machine, side) =>
    reportUnknown(machine, around.machines, 'machine', [...path, keys[side]!], source),
  );
  if (from === to) {
    source.report(path, {found: `${from} twice`, expected: 'two different machines'});
    return null;
  }
  return known.every(Boolean) ? {from, to, direction: Array.isArray(ends) ? 'both' : 'one-way'} : null;
}

function readSetLink(
  {between, from, to, ...link}: NonNullable<FaultFile['set-link']>,
  path: Path,
  around: FaultSurroundings,
  source: YamlSource,
): Intervention | null {
  const isOneWay = from !== undefined && to !== undefined && between === undefined;
  const isBothWays = from === undefined && to === undefined && between !== undefined;
  if (!isOneWay && !isBothWays) {
    source.report(path, {
      found: 'no link, or more than one',
      expected: 'between: two machines, or from: one and to: another',
    });
    return null;
  }
  const ends = isBothWays
    ? readEnds(between, [...path, 'between'], around, source)
    : readEnds({from: from!, to: to!}, path, around, source);
  const change = readLinkChange(link, path, source);
  if (change !== null && Object.keys(change).length === 0) {
    source.report(path, {
      found: 'nothing to change',
      expected: 'at least one of preset, latency, jitter, bandwidth, loss',
    });
    return null;
  }
  return ends === null || change === null ? null : {kind: 'set-link', ...ends, link: change};
}

type LinkFile = Omit<NonNullable<FaultFile['set-link']>, 'between' | 'from' | 'to'>;

/** Null where something cannot be read; a preset says everything, and what is given beside it says it better. */
function readLinkChange(link: LinkFile, path: Path, source: YamlSource): LinkChange | null {
  const preset = link.preset === undefined ? {} : NETWORK_PRESETS[link.preset];
  const read = {
    latencyUs: link.latency === undefined ? undefined : readDuration(link.latency),
    jitterUs: link.jitter === undefined ? undefined : readDuration(link.jitter),
    bandwidthBytesPerSecond: link.bandwidth === undefined ? undefined : readRate(link.bandwidth),
    lossPerMillion: link.loss === undefined ? undefined : readPercent(link.loss),
  };
  const change: Record<string, number> = {...preset};
  for (const [key, value] of Object.entries(read)) {
    if (value !== undefined && value !== null) change[key] = value;
  }
  if (link.loss !== undefined && read.lossPerMillion === null) {
    source.report([...path, 'loss'], {found: quote(link.loss), expected: PERCENT_EXPECTED});
    return null;
  }
  if (change.bandwidthBytesPerSecond === 0) {
    source.report([...path, 'bandwidth'], {
      found: quote(link.bandwidth ?? ''),
      expected: 'some bandwidth; a link without is a cut',
    });
    return null;
  }
  return change;
}
