import type {ComparisonColumn} from '../lab/compare/column.ts';
import {compareVariants} from '../lab/compare/compare.ts';
import type {Difference} from '../lab/compare/first-difference.ts';
import {comparisonRows} from '../lab/compare/rows.ts';
import {sayDifference} from '../lab/compare/say-difference.ts';
import {parseVary, type VariedKey, variantsOf} from '../lab/compare/vary.ts';
import {sayDuration} from '../lab/say-duration.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {type RunOptions, readScenario} from './scenario-file.ts';

export interface CompareOptions extends RunOptions {
  readonly vary: readonly string[];
  readonly json?: boolean;
}

/**
 * Runs a scenario once for each combination of what is varied, with one seed, and prints the runs side by side. 0: all were run,
 * whatever came of them; 2: the input is bad and nothing was run.
 */
export function compareCommand(file: string, options: CompareOptions, output: Output): number {
  const keys: VariedKey[] = [];
  for (const text of options.vary) {
    const parsed = parseVary(text);
    if (!parsed.ok) return refuse(parsed.problem, output);
    keys.push(parsed.value);
  }
  const read = readScenario(file, options, output);
  if (read === null) return EXIT.badInput;
  const scenario = {...read.scenario, durationUs: read.untilUs};
  const variants = variantsOf(scenario, keys);
  if (!variants.ok) return refuse(variants.problem, output);
  const {columns, differences} = compareVariants(variants.value, {seed: read.seed, interventions: []});
  const told = differences.map((difference, index) => toldOf(difference, columns[0]!, columns[index + 1]!));
  if (options.json) {
    const runs = columns.map(jsonOf);
    output.out(
      JSON.stringify({
        scenario: scenario.name,
        seed: read.seed,
        virtualMs: read.untilUs / 1000,
        runs,
        firstDifferences: told,
      }),
    );
    return EXIT.ok;
  }
  output.out(`${scenario.name}, seed ${read.seed}, ${sayDuration(read.untilUs, 'en')}`);
  output.out('');
  for (const line of tableLines(columns)) output.out(line);
  output.out('');
  for (const {sentence} of told) output.out(sentence);
  return EXIT.ok;
}

function refuse(problem: string, output: Output): number {
  output.err(`--vary: ${problem}`);
  return EXIT.badInput;
}

function toldOf(difference: Difference | null, a: ComparisonColumn, b: ComparisonColumn) {
  const between = [a.name, b.name] as const;
  if (difference === null) {
    return {
      between,
      sentence: `Nobody would notice a difference between ${a.name} and ${b.name}.`,
      difference: null,
    };
  }
  return {between, sentence: sayDifference(difference, between, 'en'), difference};
}

function jsonOf({variations, ...column}: ComparisonColumn) {
  return {...column, vary: Object.fromEntries(variations.map(({key, value}) => [key, value]))};
}

/** Names above their columns; figures to the right, so that they can be compared. */
function tableLines(columns: readonly ComparisonColumn[]): string[] {
  const rows = comparisonRows(columns, 'en');
  const heads = columns.map(({variations}) => variations.map(({key, value}) => `${key}=${value}`));
  const labelWidth = Math.max(...rows.map(({label}) => label.length));
  const widths = columns.map((_, index) =>
    Math.max(...heads[index]!.map((head) => head.length), ...rows.map(({cells}) => cells[index]!.length)),
  );
  const line = (label: string, cells: readonly string[]): string =>
    `  ${label.padEnd(labelWidth)}${cells.map((cell, index) => `  ${cell.padStart(widths[index]!)}`).join('')}`.trimEnd();
  const lines = heads[0]!.map((_, index) =>
    line(
      '',
      heads.map((head) => head[index]!),
    ),
  );
  return [...lines, ...rows.map(({label, cells}) => line(label, cells))];
}
