import {hasErrors, type Problem} from './problem.ts';
import type {Scenario} from './scenario.ts';
import {scenarioSchema} from './schema.ts';
import {settle} from './settle.ts';
import {YamlSource} from './yaml-source.ts';

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
 */
export function parseScenario(text: string, file: string): ParsedScenario {
  const source = new YamlSource(file, text);
  if (hasErrors(source.problems)) return {scenario: null, problems: inOrder(source.problems)};
  const read = source.check(scenarioSchema);
  const scenario = read === null ? null : settle(read, source);
  const problems = inOrder(source.problems);
  return {scenario: hasErrors(problems) ? null : scenario, problems};
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems
    .map((problem, position) => ({problem, position}))
    .sort(
      (a, b) =>
        a.problem.line - b.problem.line || a.problem.column - b.problem.column || a.position - b.position,
    )
    .map(({problem}) => problem);
}
