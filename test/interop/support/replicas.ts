import {join} from 'node:path';
import {freePorts} from '../../host/free-ports.ts';
import {filesIn, PATIENT, placedAt, ServerProcesses, SMALL_FILES} from './processes.ts';

export const SEGMENT_BYTES = 65_536;

/** NameServer at 0, master at 1, 3 and 4, slave at 6, 8 and 9. */
const PORTS = [0, 1, 3, 4, 6, 8, 9];

export type Whose = 'ours' | 'apaches';
export type Role = 'master' | 'slave';

/** A NameServer, a master and its slave on free ports of 127.0.0.1, each a process of its own, ours or Apache's. */
export class Replicas {
  readonly #servers = new ServerProcesses('replicas');
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

  get folder(): string {
    return this.#servers.folder;
  }

  get clientHome(): string {
    return this.#servers.clientHome;
  }

  start(role: Role): Promise<void> {
    const conf = this.#conf(role);
    const store = this.#servers.store(role);
    return this.#whose[role] === 'ours'
      ? this.#servers.ours(role, ['broker', '-c', conf, '--store', store], ['boot success. serial'])
      : this.#servers.apachesBroker(role, conf, 'JSON');
  }

  stop(role: Role | 'namesrv', signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    return this.#servers.stop(role, signal);
  }

  end(): Promise<void> {
    return this.#servers.end();
  }

  /** Files under a folder of a broker's store, by name. */
  files(role: Role, folder: string): Map<string, Buffer> {
    return filesIn(join(this.#servers.store(role), folder));
  }

  #startNamesrv(): Promise<void> {
    const words = ['namesrv', '-p', String(this.#port), '--store', this.folder];
    return this.#whose.master === 'ours'
      ? this.#servers.ours('namesrv', words, ['Name Server boot'])
      : this.#servers.apachesNamesrv('namesrv', this.#port, 'JSON');
  }

  #conf(role: Role): string {
    return this.#servers.conf(role, [
      'brokerName=broker-a',
      `brokerRole=${role === 'master' ? this.#brokerRole : 'SLAVE'}`,
      `brokerId=${role === 'master' ? 0 : 1}`,
      ...placedAt(this.#servers.store(role)),
      `listenPort=${this.#port + (role === 'master' ? 3 : 8)}`,
      `namesrvAddr=${this.namesrvAddr}`,
      `mappedFileSizeCommitLog=${SEGMENT_BYTES}`,
      ...SMALL_FILES,
      ...PATIENT,
      // How long a master waits for its slave's word, and either for a word of the other at all.
      'syncFlushTimeout=20000',
      'haHousekeepingInterval=240000',
    ]);
  }
}
