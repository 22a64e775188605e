import {dirname, join} from 'node:path';
import type {Language} from '../lab/language.ts';
import {parseScenario, problemLine} from '../lab/scenario/parse.ts';
import {problemLineInChinese} from '../lab/scenario/problem-zh.ts';
import type {Scenario} from '../lab/scenario/scenario.ts';
import {DURATION_EXPECTED, readDuration} from '../lab/scenario/units.ts';
import type {Output} from './output.ts';

export interface RunOptions {
  readonly seed?: string;
  readonly until?: string;
}

/** Reads a scenario file and the options around it; every problem is told, in a language. Null: nothing may be run. */
export function readScenario(
  file: string,
  options: RunOptions,
  output: Output,
  language: Language = 'en',
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
  const line = language === 'en' ? problemLine : problemLineInChinese;
  for (const problem of problems) output.err(line(problem));
  const untilUs = options.until === undefined ? null : readDuration(options.until);
  if (options.until !== undefined && untilUs === null) {
    output.err(`--until: found "${options.until}", expected ${DURATION_EXPECTED}`);
    return null;
  }
  if (scenario === null) return null;
  return {scenario, seed: options.seed ?? scenario.seed, untilUs: untilUs ?? scenario.durationUs};
}
