import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const BOOT_MS_MAX = 30_000;

/** Where things are: the bundle that runs does not know where it came from. */
export interface Places {
  readonly root: string;
  /** What tools/interop.mjs builds. */
  readonly java: string;
}

export function classpathOf({java}: Places): string {
  return `${join(java, 'classes')}:${readFileSync(join(java, 'classpath'), 'utf8').trim()}`;
}

/** What the processes of a cluster cost. */
export interface Boot {
  /** From the start of the process to its line of success; null of a part that has no process of its own. */
  readonly namesrvMs: number | null;
  readonly brokerMs: number;
}

/** A NameServer and a broker with a fresh store, on free ports of 127.0.0.1; default settings but for those. */
export class BenchCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'lab-bench-'));
  readonly ports: {readonly namesrv: number; readonly broker: number};
  boot: Boot = {namesrvMs: null, brokerMs: 0};
  readonly #children: ChildProcess[] = [];
  readonly #places: Places;

  private constructor(places: Places, ports: {namesrv: number; broker: number}) {
    this.#places = places;
    this.ports = ports;
  }

  get namesrvAddr(): string {
    return `127.0.0.1:${this.ports.namesrv}`;
  }

  /** Both in one process. `nodeFlags`: to profile it. */
  static async ours(places: Places, nodeFlags: readonly string[] = []): Promise<BenchCluster> {
    const cluster = new BenchCluster(places, await freePorts());
    const {folder, ports} = cluster;
    const brokerMs = await cluster.#start(
      process.execPath,
      [
        ...[...nodeFlags, 'tools/lab.mjs', 'serve', '--store', folder],
        ...['--namesrv-port', String(ports.namesrv), '-c', cluster.#brokerConf()],
      ],
      ['Name Server boot', 'boot success. serial'],
    );
    cluster.boot = {namesrvMs: null, brokerMs};
    return cluster;
  }

  /** With Java's own defaults; as much heap as a broker of this load can want. */
  static async apaches(places: Places): Promise<BenchCluster> {
    const cluster = new BenchCluster(places, await freePorts());
    const {folder, ports} = cluster;
    const namesrvConf = join(folder, 'namesrv.conf');
    writeFileSync(namesrvConf, `listenPort=${ports.namesrv}\n`);
    const home = join(folder, 'home');
    mkdirSync(home);
    const flags = [
      ...['-Xmx1536m', `-Duser.home=${home}`],
      `-Drocketmq.home.dir=${join(places.root, 'test/interop/java/home')}`,
      ...['-cp', classpathOf(places)],
    ];
    const start = (main: string, conf: string, line: string): Promise<number> =>
      cluster.#start('java', [...flags, `org.apache.rocketmq.${main}`, '-c', conf], [line]);
    const namesrvMs = await start('namesrv.NamesrvStartup', namesrvConf, 'The Name Server boot success');
    const brokerMs = await start('broker.BrokerStartup', cluster.#brokerConf(), 'boot success');
    cluster.boot = {namesrvMs, brokerMs};
    return cluster;
  }

  /** Of all its processes, in MiB, as the system tells it. */
  residentMiB(): number {
    let sum = 0;
    for (const {pid} of this.#children) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      sum += Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
    }
    return sum;
  }

  /** In the order in which a person would stop them. */
  async end(): Promise<void> {
    for (const child of this.#children.reverse()) await endChild(child);
    rmSync(this.folder, {recursive: true, force: true});
  }

  #brokerConf(): string {
    const store = join(this.folder, 'store');
    mkdirSync(store, {recursive: true});
    const file = join(this.folder, 'broker.conf');
    const lines = [
      'brokerName=broker-a',
      'brokerClusterName=DefaultCluster',
      'brokerIP1=127.0.0.1',
      `listenPort=${this.ports.broker}`,
      `haListenPort=${this.ports.broker + 1}`,
      `namesrvAddr=${this.namesrvAddr}`,
      'flushDiskType=ASYNC_FLUSH',
      `storePathRootDir=${store}`,
      `storePathCommitLog=${join(store, 'commitlog')}`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  /** Answers how long it took, in milliseconds. */
  async #start(command: string, args: readonly string[], bootLines: readonly string[]): Promise<number> {
    const begunMs = performance.now();
    const child = spawn(command, args, {cwd: this.#places.root, stdio: ['ignore', 'pipe', 'pipe']});
    this.#children.push(child);
    let printed = '';
    return new Promise((resolve, reject) => {
      const failed = (): void => reject(new Error(`a server did not start: ${printed}`));
      const patience = setTimeout(failed, BOOT_MS_MAX);
      const hear = (text: string): void => {
        printed = (printed + text).slice(-10_000);
        if (!bootLines.every((line) => printed.includes(line))) return;
        clearTimeout(patience);
        resolve(performance.now() - begunMs);
      };
      for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', hear);
      child.on('error', failed);
      child.on('exit', failed);
    });
  }
}

/** Ends a child of this process, by force if asking does not do. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  child.kill('SIGTERM');
  const byForce = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(byForce);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** For one NameServer and one broker, which takes the port two below its own and the one above as well. */
async function freePorts(): Promise<{namesrv: number; broker: number}> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const namesrv = 20_000 + Math.floor(Math.random() * 12_000);
    const broker = namesrv + 3;
    const free = await Promise.all([namesrv, broker - 2, broker, broker + 1].map(isFree));
    if (free.every(Boolean)) return {namesrv, broker};
    await sleep(1);
  }
  throw new Error('no free ports');
}
