import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {endChild, javaFlags, ROOT, type Serializer} from './driver.ts';
import {until} from './until.ts';

/** Servers that run beside the tests, each in a process of its own by a name, and the folder that goes with them. */
export class ServerProcesses {
  readonly folder: string;
  readonly #children = new Map<string, ChildProcess>();
  /** What servers printed that ended without having been told to. */
  readonly #fallen: string[] = [];

  /** @param kind is seen in the folder's name */
  constructor(kind: string) {
    this.folder = mkdtempSync(join(tmpdir(), `lab-${kind}-`));
  }

  /** Where clients in these tests may keep their files. */
  get clientHome(): string {
    return join(this.folder, 'home');
  }

  /** Writes a properties file, `key=value` per line, into the folder; answers its path. */
  conf(name: string, lines: readonly string[]): string {
    const file = join(this.folder, `${name}.conf`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  /** The folder of a broker's store, made if it is not there. */
  store(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, {recursive: true});
    return path;
  }

  /** Ours: `lab serve` with these words; up when it has printed all of the boot lines. */
  ours(name: string, words: readonly string[], bootLines: readonly string[]): Promise<void> {
    return this.#run(name, process.execPath, ['tools/lab.mjs', 'serve', ...words], bootLines);
  }

  /** Apache's NameServer on a port. */
  apachesNamesrv(name: string, port: number, serializer: Serializer): Promise<void> {
    const conf = this.conf(name, [`listenPort=${port}`]);
    return this.#apaches(name, 'namesrv.NamesrvStartup', conf, serializer, 'The Name Server boot success');
  }

  /** Apache's broker with a configuration file. Brokers of one DLedger group need homes of their own. */
  apachesBroker(name: string, conf: string, serializer: Serializer, home = this.clientHome): Promise<void> {
    return this.#apaches(name, 'broker.BrokerStartup', conf, serializer, 'boot success', home);
  }

  /** Ends one, as asked to or as by a loss of its process; nothing if it does not run. */
  async stop(name: string, signal: 'SIGTERM' | 'SIGKILL', patienceMs = 240_000): Promise<void> {
    const child = this.#children.get(name);
    this.#children.delete(name);
    if (child !== undefined) await endChild(child, signal, patienceMs);
  }

  /** Ends all of them, and complains of those that had ended by themselves. */
  async stopAll(signal: 'SIGTERM' | 'SIGKILL', patienceMs?: number): Promise<void> {
    await Promise.all([...this.#children.keys()].map((name) => this.stop(name, signal, patienceMs)));
    if (this.#fallen.length > 0) throw new Error(`a server fell: ${this.#fallen.splice(0).join('\n')}`);
  }

  /** Ends them without ado, and their folder with them. */
  async end(): Promise<void> {
    try {
      await this.stopAll('SIGKILL');
    } finally {
      rmSync(this.folder, {recursive: true, force: true, maxRetries: 5});
    }
  }

  #apaches(
    name: string,
    main: string,
    conf: string,
    serializer: Serializer,
    bootLine: string,
    home = this.clientHome,
  ): Promise<void> {
    const flags = javaFlags(home, serializer);
    return this.#run(name, 'java', [...flags, `org.apache.rocketmq.${main}`, '-c', conf], [bootLine]);
  }

  async #run(
    name: string,
    command: string,
    args: readonly string[],
    bootLines: readonly string[],
  ): Promise<void> {
    const child = spawn(command, args, {cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe']});
    this.#children.set(name, child);
    let printed = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    child.on('exit', (code, signal) => {
      if (this.#children.get(name) === child) this.#fallen.push(`${name} ${code ?? signal}: ${printed}`);
    });
    const isUp = (): boolean => bootLines.every((line) => printed.includes(line));
    await until(
      () => isUp() || child.exitCode !== null || child.signalCode !== null,
      () => `${name} up: ${printed}`,
    );
    if (!isUp()) throw new Error(`${name} did not start: ${printed}`);
  }
}

/** What is in the files of a folder, in the order of their names; without those that a server renames or removes meanwhile. */
export function filesIn(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    try {
      files.set(name, readFileSync(join(folder, name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return files;
}

/** Of queues and index so small that a test fills several. */
export const SMALL_FILES = ['mappedFileSizeConsumeQueue=6000', 'maxHashSlotNum=500', 'maxIndexNum=2000'];

/** So that a machine which does other things as well is slow, and not refused: 4.9.1 turns away what waited for 200 ms. */
export const PATIENT = ['brokerFastFailureEnable=false', 'osPageCacheBusyTimeOutMills=240000'];

/** Where a broker keeps its store, and that it is found on loopback only. */
export const placedAt = (store: string): string[] => [
  'brokerIP1=127.0.0.1',
  'brokerIP2=127.0.0.1',
  `storePathRootDir=${store}`,
  `storePathCommitLog=${join(store, 'commitlog')}`,
];
