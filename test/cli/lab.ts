import {readFileSync} from 'node:fs';
import {main} from '../../src/cli/main.ts';

/** What a command line said, by line, and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Runs a command line as a person would, with nothing on its standard input. */
export const lab = (...args: readonly string[]): Promise<Said> => labWithInput('', args);

export async function labWithInput(input: string, args: readonly string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: () => input,
    readFile: (path) => readFileSync(path, 'utf8'),
    nowMs: () => 0,
  });
  return {code, out, err};
}
