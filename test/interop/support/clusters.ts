import {type ChildProcess, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {endChild, javaFlags, type Serializer} from './driver.ts';
import {untilRouted} from './operator.ts';
import {freePorts} from './ports.ts';
import {until} from './until.ts';

/** So that a machine which does other things as well is slow, and not refused: 4.9.1 turns away what waited for 200 ms. */
export const PATIENT = ['brokerFastFailureEnable=false', 'osPageCacheBusyTimeOutMills=60000'];

const ROOT = join(import.meta.dirname, '../../..');

/** A NameServer and a broker on free ports of 127.0.0.1, in processes of their own, storing in a folder that goes with them. */
export class RunningCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'lab-interop-'));
  readonly brokerName = 'broker-a';
  readonly #children: ChildProcess[] = [];
  /** What servers printed that ended without having been told to. */
  readonly #fallen: string[] = [];
  readonly ports: {namesrv: number; broker: number};

  readonly #conf: Readonly<Record<string, string>>;

  private constructor(ports: {namesrv: number; broker: number}, conf: Readonly<Record<string, string>>) {
    this.ports = ports;
    this.#conf = conf;
  }

  get namesrvAddr(): string {
    return `127.0.0.1:${this.ports.namesrv}`;
  }

  get brokerAddr(): string {
    return `127.0.0.1:${this.ports.broker}`;
  }

  /** The broker's `storePathRootDir`. */
  get store(): string {
    return join(this.folder, 'store');
  }

  /** Where clients in this cluster's tests may keep their files. */
  get clientHome(): string {
    return join(this.folder, 'home');
  }

  /** Ours, through the command line; `conf` adds to the broker's. */
  static async ours(conf: Readonly<Record<string, string>> = {}): Promise<RunningCluster> {
    const cluster = new RunningCluster(await clusterPorts(), conf);
    await cluster.start('ours');
    return cluster;
  }

  /** Apache's, whose servers answer and ask in that header. */
  static async apaches(
    serializer: Serializer,
    conf: Readonly<Record<string, string>> = {},
  ): Promise<RunningCluster> {
    const cluster = new RunningCluster(await clusterPorts(), conf);
    await cluster.start('apaches', serializer);
    return cluster;
  }

  /** Starts servers on the store as it is; none may be running. */
  async start(whose: 'ours' | 'apaches', serializer: Serializer = 'JSON'): Promise<void> {
    const {folder, ports} = this;
    if (whose === 'ours') {
      const words = ['serve', '--namesrv-port', String(ports.namesrv), '-c', this.#brokerConf()];
      const args = ['tools/lab.mjs', ...words, '--store', folder];
      await this.#run(process.execPath, args, ['Name Server boot', 'boot success. serial']);
      return;
    }
    const namesrvConf = join(folder, 'namesrv.conf');
    writeFileSync(namesrvConf, `listenPort=${ports.namesrv}\n`);
    const flags = javaFlags(this.clientHome, serializer);
    const start = (main: string, conf: string, line: string) =>
      this.#run('java', [...flags, `org.apache.rocketmq.${main}`, '-c', conf], [line]);
    await start('namesrv.NamesrvStartup', namesrvConf, 'The Name Server boot success');
    await start('broker.BrokerStartup', this.#brokerConf(), 'boot success');
  }

  /** Until clients that ask for the topic are told where it is. */
  untilRouted(topic: string): Promise<void> {
    return untilRouted(this.namesrvAddr, topic);
  }

  /** Ends the servers, either as asked to or as by a loss of their processes, and leaves the store. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM', patienceMs = 60_000): Promise<void> {
    await Promise.all(this.#children.splice(0).map((child) => endChild(child, signal, patienceMs)));
    if (this.#fallen.length > 0) throw new Error(`a server fell: ${this.#fallen.splice(0).join('\n')}`);
  }

  /** Ends the servers without ado, and their folder with them. */
  async end(): Promise<void> {
    try {
      await this.stop('SIGKILL');
    } finally {
      rmSync(this.folder, {recursive: true, force: true});
    }
  }

  #brokerConf(): string {
    const {store} = this;
    mkdirSync(store, {recursive: true});
    const file = join(this.folder, 'broker.conf');
    const lines = [
      `brokerName=${this.brokerName}`,
      'brokerClusterName=DefaultCluster',
      'brokerIP1=127.0.0.1',
      `listenPort=${this.ports.broker}`,
      `namesrvAddr=${this.namesrvAddr}`,
      `storePathRootDir=${store}`,
      `storePathCommitLog=${join(store, 'commitlog')}`,
      'mappedFileSizeCommitLog=4194304',
      'maxHashSlotNum=5000',
      'maxIndexNum=20000',
      `haListenPort=${this.ports.broker + 1}`,
      ...PATIENT,
      ...Object.entries(this.#conf).map(([name, value]) => `${name}=${value}`),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  async #run(command: string, args: readonly string[], bootLines: readonly string[]): Promise<void> {
    const child = spawn(command, args, {cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe']});
    this.#children.push(child);
    let printed = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    child.on('exit', (code, signal) => {
      if (this.#children.includes(child)) this.#fallen.push(`${command} ${code ?? signal}: ${printed}`);
    });
    const isUp = (): boolean => bootLines.every((line) => printed.includes(line));
    await until(
      () => isUp() || child.exitCode !== null,
      () => `a server up: ${printed}`,
    );
    if (!isUp()) throw new Error(`a server did not start: ${printed}`);
  }
}

/** For one NameServer and one broker, which takes the port two below its own and the one above as well. */
async function clusterPorts(): Promise<{namesrv: number; broker: number}> {
  const namesrv = await freePorts([0, 1, 3, 4]);
  return {namesrv, broker: namesrv + 3};
}
