import {askCluster, parseMqadmin} from '../lab/ask-cluster.ts';
import {DLEDGER} from '../lab/dledger.ts';
import {timelineOf} from '../lab/run.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {type RunOptions, readScenario} from './scenario-file.ts';

/**
 * Prints what mqadmin would print at a moment of a scenario. 0, as the real tool, also where the command fails; 1 if it does not
 * come to an end; 2 for bad input.
 */
export function mqadminCommand(
  file: string,
  words: readonly string[],
  options: RunOptions,
  output: Output,
): number {
  const order = parseMqadmin(words);
  if (typeof order === 'string') {
    output.err(order);
    return EXIT.badInput;
  }
  const read = readScenario(file, options, output);
  if (read === null) return EXIT.badInput;
  const answer = askCluster(timelineOf(read.scenario, read.seed), read.untilUs, order, DLEDGER);
  for (const line of answer.errors) output.err(line);
  for (const line of answer.printed) output.out(line);
  if (answer.tookUs !== null) return EXIT.ok;
  output.err('mqadmin has not come to an end within a minute of virtual time');
  return EXIT.failed;
}
