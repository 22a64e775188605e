import {isIPv4} from 'node:net';
import {join, resolve} from 'node:path';
import {
  isOwnAddress,
  placeStore,
  readBrokerConf,
  type ServePlan,
  type ServeSinks,
  serve,
} from '../host/serving.ts';
import {EXIT} from './exit.ts';
import type {Output} from './output.ts';

export interface ServeOptions {
  /** A broker.conf. */
  readonly config?: string;
  /** The NameServer's port. */
  readonly port?: string;
  /** NameServers to register with, where none is served beside the broker. */
  readonly namesrv?: string;
  readonly store: string;
  readonly bind: string;
  /** Where to write a recording. */
  readonly record?: string;
}

/** What to serve: both in one process, or one of them. */
export type Served = 'both' | 'namesrv' | 'broker';

/** Exit code of a program that a second interrupt ends at once, as shells have it. */
const EXIT_INTERRUPTED = 130;

/**
 * Serves until it is interrupted, or something ends by itself. 0: stopped as asked; 1: it could not start or has failed;
 * 2: the input is bad and nothing was started.
 */
export function serveCommand(served: Served, options: ServeOptions, output: Output): Promise<number> {
  const plan = planOf(served, options, output);
  if (plan === null) return Promise.resolve(EXIT.badInput);
  return new Promise((done) => {
    const stop = (): void => {
      process.once('SIGINT', interruptedTwice);
      serving.stop();
    };
    const sinks: ServeSinks = {
      print: (line) => {
        output.out(line);
        output.flush?.();
      },
      warn: (line) => output.err(line),
      over: (code) => {
        process.off('SIGINT', interruptedTwice);
        process.off('SIGINT', stop);
        process.off('SIGTERM', stop);
        done(code === 0 ? EXIT.ok : EXIT.failed);
      },
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    const serving = serve(plan, sinks);
  });
}

function interruptedTwice(): void {
  process.exit(EXIT_INTERRUPTED);
}

/** The plan, or null after every problem has been told. */
function planOf(served: Served, options: ServeOptions, output: Output): ServePlan | null {
  const problems: string[] = [];
  const {bind} = options;
  if (!isIPv4(bind))
    problems.push(`--bind: found "${bind}", expected an IPv4 address of this machine, or 0.0.0.0`);
  else if (!isOwnAddress(bind)) problems.push(`--bind: this machine does not have the address ${bind}`);
  const store = resolve(options.store);
  const port = served === 'broker' ? 0 : readPort(options.port ?? '', problems);
  const broker = served === 'namesrv' ? null : readBroker(served, options, port, store, problems, output);
  for (const problem of problems) output.err(problem);
  if (problems.length > 0) return null;
  const namesrv = served === 'broker' ? null : {port, folder: join(store, `namesrv-${port}`)};
  const {record} = options;
  return {namesrv, broker, bindAddress: bind, ...(record === undefined ? {} : {recordFile: resolve(record)})};
}

function readPort(text: string, problems: string[]): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) problems.push(`port: found "${text}", expected a number from 1 to 65535`);
  return port;
}

function readBroker(
  served: Served,
  options: ServeOptions,
  namesrvPort: number,
  store: string,
  problems: string[],
  output: Output,
): ServePlan['broker'] {
  const {config: file, namesrv, bind} = options;
  let text = '';
  try {
    if (file !== undefined) text = output.readFile(file);
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}`);
    return null;
  }
  const read = readBrokerConf(text);
  for (const {line, column, severity, message} of read.problems) {
    const told = `${file}:${line}:${column}: ${severity}: ${message}`;
    if (severity === 'error') problems.push(told);
    else output.err(told);
  }
  const config = placeStore(read.config, store);
  if (served === 'both') {
    const own = `${bind === '0.0.0.0' ? '127.0.0.1' : bind}:${namesrvPort}`;
    if (config.namesrvAddr !== null && config.namesrvAddr !== own) {
      output.err(`${file}: this broker registers with ${own}, beside it, instead of ${config.namesrvAddr}`);
    }
    config.namesrvAddr = own;
  } else if (namesrv !== undefined) {
    const isAddress = namesrv.split(';').every((part) => /^[^\s:;]+:\d{1,5}$/.test(part));
    if (!isAddress) {
      problems.push(`-n: found "${namesrv}", expected addresses like "127.0.0.1:9876;192.168.0.1:9876"`);
    }
    config.namesrvAddr = namesrv;
  }
  if (config.brokerIP1 !== null && bind !== '0.0.0.0' && config.brokerIP1 !== bind) {
    output.err(
      `${file}: clients are told ${config.brokerIP1}, but this broker listens on ${bind}; see --bind`,
    );
  }
  return config;
}
