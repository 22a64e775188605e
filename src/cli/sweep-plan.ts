import {isSweepLevel, SWEEP_LEVELS} from '../lab/sweep/level.ts';
import {parseFixes, type SweepPlan} from '../lab/sweep/sweep-timeline.ts';
import type {Output} from './output.ts';

/** What a sweep does, from the option that names the faults and from `--fix`; null where that was told to be wrong. */
export function readPlan(
  option: string,
  faults: string,
  fix: string | undefined,
  output: Output,
): SweepPlan | null {
  if (!isSweepLevel(faults)) {
    output.err(`${option}: found "${faults}", expected one of ${SWEEP_LEVELS.join(', ')}`);
    return null;
  }
  const fixes = fix === undefined ? null : parseFixes(fix);
  if (fixes !== null && 'problem' in fixes) {
    output.err(`--fix: ${fixes.problem}`);
    return null;
  }
  return {level: faults, fixes};
}
