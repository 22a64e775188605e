import type {FileReader} from './broker-file.ts';
import {hasErrors, type Problem} from './problem.ts';
import type {Scenario} from './scenario.ts';
import {scenarioSchema} from './schema.ts';
import {settle} from './settle.ts';
import {YamlSource} from './yaml-source.ts';

export type {FileReader} from './broker-file.ts';
export type {Problem} from './problem.ts';
export {problemLine} from './problem.ts';

export interface ParsedScenario {
  /** Null if anything is wrong: nothing is half-run. */
  readonly scenario: Scenario | null;
  /** Everything that is wrong or odd, in the order of the file. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a scenario file. Syntax first, then its form, then what its names and addresses refer to; each stage tells all that
 * it finds.
 * @param file name used in problems
 * @param readConf for brokers with a `configFile`; null where there are no files to be had
 */
export function parseScenario(
  text: string,
  file: string,
  readConf: FileReader | null = null,
): ParsedScenario {
  const source = new YamlSource(file, text);
  if (hasErrors(source.problems)) return {scenario: null, problems: inOrder(source.problems, file)};
  const read = source.check(scenarioSchema);
  const scenario = read === null ? null : settle(read, source, readConf);
  const problems = inOrder(source.problems, file);
  return {scenario: hasErrors(problems) ? null : scenario, problems};
}

/** In the order of the file; what stands in others comes after it, file by file. */
function inOrder(problems: readonly Problem[], file: string): Problem[] {
  const files = [...new Set([file, ...problems.map((problem) => problem.file)])];
  return problems
    .map((problem, position) => ({problem, position, file: files.indexOf(problem.file)}))
    .sort(
      (a, b) =>
        a.file - b.file ||
        a.problem.line - b.problem.line ||
        a.problem.column - b.problem.column ||
        a.position - b.position,
    )
    .map(({problem}) => problem);
}
