import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PATIENT} from './clusters.ts';
import {endChild, javaFlags} from './driver.ts';
import {freePorts} from './ports.ts';
import {until} from './until.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const SEGMENT_BYTES = 65_536;

/** NameServer at 0, master at 1, 3 and 4, slave at 6, 8 and 9. */
const PORTS = [0, 1, 3, 4, 6, 8, 9];

export type Whose = 'ours' | 'apaches';
export type Role = 'master' | 'slave';

/** A NameServer, a master and its slave on free ports of 127.0.0.1, each a process of its own, ours or Apache's. */
export class Replicas {
  readonly folder = mkdtempSync(join(tmpdir(), 'lab-replicas-'));
  readonly #children = new Map<string, ChildProcess>();
  readonly #whose: Readonly<Record<Role, Whose>>;
  readonly #brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER';
  readonly #port: number;

  private constructor(
    whose: Readonly<Record<Role, Whose>>,
    brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER',
    port: number,
  ) {
    this.#whose = whose;
    this.#brokerRole = brokerRole;
    this.#port = port;
  }

  /** With NameServer (of the master's kind) and master up, and the slave yet to be started. */
  static async withMaster(
    whose: Readonly<Record<Role, Whose>>,
    brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER',
  ): Promise<Replicas> {
    const replicas = new Replicas(whose, brokerRole, await freePorts(PORTS));
    await replicas.#startNamesrv();
    await replicas.start('master');
    return replicas;
  }

  get namesrvAddr(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get clientHome(): string {
    return join(this.folder, 'home');
  }

  async start(role: Role): Promise<void> {
    const conf = this.#conf(role);
    if (this.#whose[role] === 'ours') {
      const args = ['tools/lab.mjs', 'serve', 'broker', '-c', conf, '--store', join(this.folder, role)];
      await this.#run(role, process.execPath, args, 'boot success. serial');
    } else {
      const flags = javaFlags(this.clientHome, 'JSON');
      await this.#run(
        role,
        'java',
        [...flags, 'org.apache.rocketmq.broker.BrokerStartup', '-c', conf],
        'boot success',
      );
    }
  }

  async stop(role: Role | 'namesrv', signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#children.get(role);
    this.#children.delete(role);
    if (child !== undefined) await endChild(child, signal, 60_000);
  }

  async end(): Promise<void> {
    for (const role of ['slave', 'master', 'namesrv'] as const) await this.stop(role, 'SIGKILL');
    rmSync(this.folder, {recursive: true, force: true});
  }

  /** Files under a folder of a broker's store, by name. */
  files(role: Role, folder: string): Map<string, Buffer> {
    const path = join(this.folder, role, folder);
    const names = existsSync(path) ? readdirSync(path).sort() : [];
    return new Map(names.map((name) => [name, readFileSync(join(path, name))]));
  }

  async #startNamesrv(): Promise<void> {
    if (this.#whose.master === 'ours') {
      const args = ['tools/lab.mjs', 'serve', 'namesrv', '-p', String(this.#port), '--store', this.folder];
      await this.#run('namesrv', process.execPath, args, 'Name Server boot');
      return;
    }
    const conf = join(this.folder, 'namesrv.conf');
    writeFileSync(conf, `listenPort=${this.#port}\n`);
    const flags = javaFlags(this.clientHome, 'JSON');
    const main = 'org.apache.rocketmq.namesrv.NamesrvStartup';
    await this.#run('namesrv', 'java', [...flags, main, '-c', conf], 'The Name Server boot success');
  }

  #conf(role: Role): string {
    const store = join(this.folder, role);
    mkdirSync(store, {recursive: true});
    const file = join(this.folder, `${role}.conf`);
    const lines = [
      'brokerName=broker-a',
      'brokerIP1=127.0.0.1',
      'brokerIP2=127.0.0.1',
      `brokerRole=${role === 'master' ? this.#brokerRole : 'SLAVE'}`,
      `brokerId=${role === 'master' ? 0 : 1}`,
      `listenPort=${this.#port + (role === 'master' ? 3 : 8)}`,
      `namesrvAddr=${this.namesrvAddr}`,
      `storePathRootDir=${store}`,
      `storePathCommitLog=${join(store, 'commitlog')}`,
      `mappedFileSizeCommitLog=${SEGMENT_BYTES}`,
      'mappedFileSizeConsumeQueue=6000',
      'maxHashSlotNum=500',
      'maxIndexNum=2000',
      ...PATIENT,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  async #run(name: string, command: string, args: readonly string[], line: string): Promise<void> {
    const child = spawn(command, args, {cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe']});
    this.#children.set(name, child);
    let printed = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    await until(
      () => printed.includes(line) || child.exitCode !== null,
      () => `${name} up: ${printed}`,
    );
    if (!printed.includes(line)) throw new Error(`${name} did not start: ${printed}`);
  }
}
