import {askServer} from '../host/ask-server.ts';
import {askCluster, type MqadminOrder, parseMqadmin} from '../lab/ask-cluster.ts';
import {DLEDGER} from '../lab/dledger.ts';
import {timelineOf} from '../lab/run.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';
import {type RunOptions, readScenario} from './scenario-file.ts';

export interface MqadminOptions extends RunOptions {
  /** NameServers: those of servers that run, or others than the scenario's first choice. */
  readonly namesrvAddr?: string;
}

/** A command is one word; a file that is called like one can be written `./file`. */
const COMMAND = /^[A-Za-z]+$/;

/**
 * Prints what mqadmin prints: of servers that run, if the first word is a command, else at a moment of a scenario, which is then
 * that word. 0, as the real tool, also where the command fails; 1 if it does not come to an end; 2 for bad input.
 */
export function mqadminCommand(
  words: readonly string[],
  options: MqadminOptions,
  output: Output,
): Promise<number> {
  const [first = '', ...rest] = words;
  const isLive = COMMAND.test(first);
  const {namesrvAddr} = options;
  const named = namesrvAddr === undefined ? [] : ['-n', namesrvAddr];
  const order = parseMqadmin([...(isLive ? words : rest), ...named]);
  if (typeof order === 'string') {
    output.err(order);
    return Promise.resolve(EXIT.badInput);
  }
  return isLive
    ? askRunning(order, options, output)
    : Promise.resolve(askMoment(first, order, options, output));
}

function askMoment(file: string, order: MqadminOrder, options: RunOptions, output: Output): number {
  const read = readScenario(file, options, output);
  if (read === null) return EXIT.badInput;
  const answer = askCluster(timelineOf(read.scenario, read.seed), read.untilUs, order, DLEDGER);
  for (const line of answer.errors) output.err(line);
  for (const line of answer.printed) output.out(line);
  if (answer.tookUs !== null) return EXIT.ok;
  output.err('mqadmin has not come to an end within a minute of virtual time');
  return EXIT.failed;
}

function askRunning(order: MqadminOrder, options: MqadminOptions, output: Output): Promise<number> {
  const addresses = options.namesrvAddr ?? process.env['NAMESRV_ADDR'] ?? '';
  const problem = problemOf(addresses, options);
  if (problem !== null) {
    output.err(problem);
    return Promise.resolve(EXIT.badInput);
  }
  return new Promise((done) => {
    const sinks = {print: (line: string) => output.out(line), printError: (line: string) => output.err(line)};
    askServer(order, addresses, sinks, (end) => {
      if (end.kind === 'crashed') output.err(`mqadmin has ended: ${end.error}`);
      done(end.kind === 'crashed' ? EXIT.failed : EXIT.ok);
    });
  });
}

function problemOf(addresses: string, options: RunOptions): string | null {
  if (addresses === '') {
    return 'whom to ask? Give NameServers, e.g. -n 127.0.0.1:9876, or a scenario file before the command';
  }
  if (options.seed !== undefined || options.until !== undefined) {
    return '--seed and --until go with a scenario file, which would stand before the command';
  }
  const areAddresses = addresses.split(';').every((part) => /^[^\s:;]+:\d{1,5}$/.test(part));
  return areAddresses
    ? null
    : `-n: found "${addresses}", expected addresses like "127.0.0.1:9876;192.168.0.1:9876"`;
}
