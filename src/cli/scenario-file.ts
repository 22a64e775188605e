import {dirname, join} from 'node:path';
import {parseScenario, problemLine} from '../lab/scenario/parse.ts';
import type {Scenario} from '../lab/scenario/scenario.ts';
import {DURATION_EXPECTED, readDuration} from '../lab/scenario/units.ts';
import type {Output} from './output.ts';

export interface RunOptions {
  readonly seed?: string;
  readonly until?: string;
}

/** Reads a scenario file and the options around it; every problem is told. Null: nothing may be run. */
export function readScenario(
  file: string,
  options: RunOptions,
  output: Output,
): {readonly scenario: Scenario; readonly seed: string; readonly untilUs: number} | null {
  let text: string;
  try {
    text = output.readFile(file);
  } catch (error) {
    output.err(`${file}: ${(error as Error).message}`);
    return null;
  }
  const readConf = (name: string): string | null => {
    try {
      return output.readFile(join(dirname(file), name));
    } catch {
      return null;
    }
  };
  const {scenario, problems} = parseScenario(text, file, readConf);
  for (const problem of problems) output.err(problemLine(problem));
  const untilUs = options.until === undefined ? null : readDuration(options.until);
  if (options.until !== undefined && untilUs === null) {
    output.err(`--until: found "${options.until}", expected ${DURATION_EXPECTED}`);
    return null;
  }
  if (scenario === null) return null;
  return {scenario, seed: options.seed ?? scenario.seed, untilUs: untilUs ?? scenario.durationUs};
}
