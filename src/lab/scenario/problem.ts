import {closestWord} from '../../rocketmq/config/closest-word.ts';

/** Where in a structure something lies: keys and indexes from its root. */
export type Path = readonly (string | number)[];

/** One thing that is wrong, or odd, in a file that a person wrote. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the structure, e.g. `brokers.broker-a.machine`; empty for the whole file. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  readonly didYouMean?: string;
  readonly severity: 'error' | 'warning';
  /** A whole sentence, where found and expected do not say it well. */
  readonly text?: string;
}

/** What of a problem is said in words. */
export type ProblemWords = Pick<Problem, 'found' | 'expected' | 'didYouMean' | 'text'>;

/** One line, as compilers print it: `file:3:5: error: path: found "x", expected y; did you mean "z"?` */
export function problemLine(problem: Problem): string {
  const {file, line, column, severity, path, found, expected, didYouMean, text} = problem;
  const where = path === '' ? '' : `${path}: `;
  const hint = didYouMean === undefined ? '' : `; did you mean ${didYouMean}?`;
  if (text !== undefined) return `${file}:${line}:${column}: ${severity}: ${where}${text}`;
  return `${file}:${line}:${column}: ${severity}: ${where}found ${found}, expected ${expected}${hint}`;
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** The known word that a misspelt one most likely meant; null if none is close. */
export function closest(word: string, known: Iterable<string>): string | null {
  return closestWord(word, known, Math.max(2, Math.floor(word.length / 3)));
}
