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

/** What the scenario of a folder is called: that of a lesson, say. */
const SCENARIO_FILE = 'scenario.yaml';

/** The text of a file, or of the scenario in a folder; or why there is none. */
function readNamed(
  named: string,
  {readFile}: Output,
): {readonly file: string; readonly text: string} | string {
  try {
    return {file: named, text: readFile(named)};
  } catch (error) {
    const {code, message} = error as Error & {code?: string};
    if (code === 'ENOENT') return 'found nothing of that name, expected a scenario file or a folder with one';
    if (code !== 'EISDIR') return message;
  }
  const file = join(named, SCENARIO_FILE);
  try {
    return {file, text: readFile(file)};
  } catch {
    return `found a folder without a ${SCENARIO_FILE} that can be read, expected a scenario`;
  }
}

/**
 * Reads a scenario file and the options around it; every problem is told, in a language. Null: nothing may be run.
 * @param named the file, or the folder in which it lies
 */
export function readScenario(
  named: string,
  options: RunOptions,
  output: Output,
  language: Language = 'en',
): {readonly scenario: Scenario; readonly seed: string; readonly untilUs: number} | null {
  const read = readNamed(named, output);
  if (typeof read === 'string') {
    output.err(`${named}: ${read}`);
    return null;
  }
  const {file, text} = read;
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
