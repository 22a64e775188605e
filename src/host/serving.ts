import {networkInterfaces} from 'node:os';
import {join, resolve} from 'node:path';
import type {Program} from '../ports/host.ts';
import {brokerProgram} from '../rocketmq/broker/broker.ts';
import {type BrokerConfig, type ConfProblem, parseBrokerConf} from '../rocketmq/broker/broker-conf.ts';
import {DLEDGER} from '../rocketmq/broker/dledger-part.ts';
import {namesrvProgram} from '../rocketmq/namesrv/namesrv.ts';
import {createHost, type LifeEnd} from './host.ts';
import {Recorder} from './recorder.ts';
import {type RunningOnHost, runProgram} from './run-program.ts';
import {claimStore, releaseStore} from './store-claim.ts';

/** What is to be served, settled and checked. */
export interface ServePlan {
  readonly namesrv: {readonly port: number; readonly folder: string} | null;
  /** With every path absolute. */
  readonly broker: BrokerConfig | null;
  /** Where connections are accepted; `0.0.0.0` is everywhere. */
  readonly bindAddress: string;
  /** Where to write a recording of all of it; the file must not be there yet. */
  readonly recordFile?: string;
}

export interface ServeSinks {
  print(line: string): void;
  warn(line: string): void;
  /** Runs once, when all is over. 0: stopped as asked; 1: something ended by itself, which a warning has told. */
  over(code: 0 | 1): void;
}

export interface Serving {
  /** A graceful stop of everything, the broker before the NameServer. */
  stop(): void;
}

/** Reads a broker.conf. `config` may be used if no problem is an error. */
export function readBrokerConf(text: string): {config: BrokerConfig; problems: readonly ConfProblem[]} {
  return parseBrokerConf(text);
}

/** Settles paths: those that the file gives, from the working folder; those that it does not, in the store folder. */
export function placeStore(config: BrokerConfig, storeFolder: string): BrokerConfig {
  return {
    ...config,
    storePathRootDir: resolve(config.storePathRootDir ?? storeFolder),
    storePathCommitLog: resolve(config.storePathCommitLog ?? join(storeFolder, 'commitlog')),
  };
}

/** Whether an address can be listened on here. */
export function isOwnAddress(address: string): boolean {
  if (address === '0.0.0.0' || /^127(\.\d{1,3}){3}$/.test(address)) return true;
  return ipv4Addresses().some((own) => own.address === address);
}

/** How this machine is known to others that can reach what listens on `bindAddress`. Source: `RemotingUtil#getLocalAddress`. */
function knownAddress(bindAddress: string): string {
  if (bindAddress !== '0.0.0.0') return bindAddress;
  return ipv4Addresses().find((own) => !own.internal)?.address ?? '127.0.0.1';
}

function ipv4Addresses(): {address: string; internal: boolean}[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((own) => own.family === 'IPv4');
}

interface Part {
  /** For warnings. */
  readonly name: string;
  /** For whoever looks at a recording. */
  readonly process: string;
  readonly kind: 'namesrv' | 'broker';
  readonly program: Program;
  readonly storeRoot: string;
}

/** Starts what the plan names, in this OS process. All of it ends together. */
export function serve(plan: ServePlan, sinks: ServeSinks): Serving {
  const store = plan.broker?.storePathRootDir ?? null;
  if (store !== null) {
    const problem = claim(store);
    if (problem !== null) {
      sinks.warn(problem);
      queueMicrotask(() => sinks.over(1));
      return {stop() {}};
    }
  }
  const release = (): void => {
    if (store !== null) releaseStore(store);
  };
  const {recordFile} = plan;
  let recorder: Recorder | undefined;
  try {
    if (recordFile !== undefined) recorder = recordInto(recordFile, sinks);
  } catch (error) {
    sinks.warn(`${recordFile} cannot be recorded into: ${(error as Error).message}`);
    release();
    queueMicrotask(() => sinks.over(1));
    return {stop() {}};
  }
  return new Servers(partsOf(plan), plan.bindAddress, sinks, recorder, () => {
    recorder?.close();
    release();
  });
}

function recordInto(file: string, sinks: ServeSinks): Recorder {
  return new Recorder(file, (why) => sinks.warn(`${file}: the recording has ended here: ${why}`));
}

function claim(store: string): string | null {
  try {
    const other = claimStore(store);
    return other === null ? null : `${store} is in use by process ${other.takenBy}`;
  } catch (error) {
    return `${store} cannot be used: ${(error as Error).message}`;
  }
}

function partsOf(plan: ServePlan): Part[] {
  const {namesrv, broker} = plan;
  const parts: Part[] = [];
  if (namesrv !== null) {
    const {port, folder} = namesrv;
    const program = namesrvProgram({
      listenPort: port,
      kvConfigPath: join(folder, 'kvConfig.json'),
      configStorePath: join(folder, 'namesrv.properties'),
    });
    parts.push({name: 'namesrv', process: 'namesrv', kind: 'namesrv', program, storeRoot: folder});
  }
  if (broker !== null) {
    const {brokerName, storePathRootDir} = broker;
    const name = brokerName === null ? 'broker' : `broker ${brokerName}`;
    parts.push({
      name,
      process: brokerName ?? 'broker',
      kind: 'broker',
      program: brokerProgram(broker, {dledger: DLEDGER}),
      storeRoot: storePathRootDir ?? '/',
    });
  }
  return parts;
}

class Servers implements Serving {
  readonly #sinks: ServeSinks;
  readonly #release: () => void;
  readonly #recorder: Recorder | undefined;
  readonly #running: RunningOnHost[] = [];
  #code: 0 | 1 = 0;
  #isStopping = false;

  constructor(
    parts: readonly Part[],
    bindAddress: string,
    sinks: ServeSinks,
    recorder: Recorder | undefined,
    release: () => void,
  ) {
    this.#recorder = recorder;
    this.#sinks = sinks;
    this.#release = release;
    for (const part of parts) {
      if (!this.#isStopping) this.#start(part, bindAddress);
    }
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    // What runs in this event is still starting one of them.
    setImmediate(() => this.#stopLast());
  }

  #start({name, process, kind, program, storeRoot}: Part, bindAddress: string): void {
    let refused: string | null = null;
    const host = createHost({
      name: process,
      kind,
      ...(this.#recorder === undefined ? {} : {recorder: this.#recorder}),
      address: knownAddress(bindAddress),
      bindAddress,
      storeRoot,
      print: (line) => this.#sinks.print(line),
      warn: (line) => this.#sinks.warn(`${name}: ${line}`),
      listenRefused: (port, failure) => {
        refused =
          failure === 'EACCES'
            ? `port ${port} of ${bindAddress} may not be used (EACCES)`
            : `port ${port} of ${bindAddress} is taken (EADDRINUSE)`;
      },
      ended: (end) => {
        const what = refused ?? whatHappened(end);
        if (what === null) return;
        this.#code = 1;
        this.#sinks.warn(`${name} has ended: ${what}`);
        this.stop();
      },
    });
    this.#running.push(runProgram(host, program));
  }

  #stopLast(): void {
    const last = this.#running.pop();
    if (last !== undefined) {
      last.stop(() => this.#stopLast());
      return;
    }
    this.#release();
    this.#sinks.over(this.#code);
  }
}

/** Null if it ended because it was asked to. */
function whatHappened(end: LifeEnd): string | null {
  switch (end.kind) {
    case 'ended':
      return null;
    case 'exited':
      return end.code === 0 ? end.reason : `${end.reason} (exit code ${end.code})`;
    case 'crashed':
      return end.error instanceof Error ? traceOf(end.error) : String(end.error);
  }
}

/** The error and where it was thrown, in one line. */
function traceOf(error: Error): string {
  const at = error.stack?.split('\n').find((line) => line.startsWith('    at '));
  return `${error.name}: ${error.message}${at === undefined ? '' : ` (${at.trim()})`}`;
}
