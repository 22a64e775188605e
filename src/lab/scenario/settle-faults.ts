import type {Intervention, TimedIntervention} from '../../sim/intervention.ts';
import {reportUnknown} from './references.ts';
import type {ScenarioFile} from './schema.ts';
import {DURATION_EXPECTED, readDuration, readSignedDuration} from './units.ts';
import {type Path, quote, type YamlSource} from './yaml-source.ts';

type FaultFile = NonNullable<ScenarioFile['faults']>[number];
const PROCESS_ACTIONS = ['start', 'stop', 'kill', 'pause', 'resume', 'restart'] as const;
const ACTIONS = [...PROCESS_ACTIONS, 'cut', 'heal', 'jump-clock'] as const;

export interface FaultSurroundings {
  readonly processes: readonly string[];
  readonly machines: readonly string[];
  readonly durationUs: number;
}

/** The faults of a scenario in order of the file; `openRun` puts them in order of time. */
export function settleFaults(
  faults: readonly FaultFile[],
  around: FaultSurroundings,
  source: YamlSource,
): TimedIntervention[] {
  const settled: TimedIntervention[] = [];
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
    const atUs = readDuration(fault.at) ?? 0;
    if (around.durationUs < atUs) {
      source.report([...path, 'at'], {
        found: quote(fault.at),
        expected: 'a time within the duration of the scenario, or it never strikes',
      });
    }
    const intervention = readAction(fault, actions[0]!, path, around, source);
    if (intervention !== null) settled.push({atUs, intervention});
  }
  return settled;
}

function readAction(
  fault: FaultFile,
  action: (typeof ACTIONS)[number],
  path: Path,
  around: FaultSurroundings,
  source: YamlSource,
): Intervention | null {
  switch (action) {
    case 'cut':
    case 'heal': {
      const ends = fault[action]!;
      const [from, to] = Array.isArray(ends) ? ends : [ends.from, ends.to];
      const keys = Array.isArray(ends) ? [0, 1] : ['from', 'to'];
      const known = [from, to].map((machine, side) =>
        reportUnknown(machine, around.machines, 'machine', [...path, action, keys[side]!], source),
      );
      if (from === to) {
        source.report([...path, action], {found: `${from} twice`, expected: 'two different machines'});
        return null;
      }
      const direction = Array.isArray(ends) ? 'both' : 'one-way';
      return known.every(Boolean) ? {kind: action, from, to, direction} : null;
    }
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
