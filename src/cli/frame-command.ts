import {describeHexFrame} from '../lab/describe-frame.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';

/** Decodes frames in hex from standard input. 0: every line was a frame; 1: some was not, and each such line says why. */
export function frameCommand(output: Output): number {
  let code: number = EXIT.ok;
  for (const [position, line] of output.readInput().split(/\r?\n/).entries()) {
    const text = line.trim();
    if (text === '') continue;
    const described = describeHexFrame(text);
    if ('error' in described) {
      code = EXIT.failed;
      output.out(JSON.stringify({error: described.error, line: position + 1}));
    } else output.out(JSON.stringify(described));
  }
  return code;
}
