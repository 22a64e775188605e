import {join} from 'node:path';
import {freePorts} from '../../host/free-ports.ts';
import type {Serializer} from './driver.ts';
import {untilKept, untilQueued, untilRates, untilRouted} from './operator.ts';
import {PATIENT, placedAt, ServerProcesses} from './processes.ts';

/** A NameServer and a broker on free ports of 127.0.0.1, in processes of their own, storing in a folder that goes with them. */
export class RunningCluster {
  readonly brokerName = 'broker-a';
  readonly ports: {namesrv: number; broker: number};
  readonly #servers = new ServerProcesses('interop');
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

  get folder(): string {
    return this.#servers.folder;
  }

  /** The broker's `storePathRootDir`. */
  get store(): string {
    return join(this.folder, 'store');
  }

  /** Where clients in this cluster's tests may keep their files. */
  get clientHome(): string {
    return this.#servers.clientHome;
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
    const servers = this.#servers;
    if (whose === 'ours') {
      const words = ['--namesrv-port', String(ports.namesrv), '-c', this.#brokerConf(), '--store', folder];
      await servers.ours('both', words, ['Name Server boot', 'boot success. serial']);
      return;
    }
    await servers.apachesNamesrv('namesrv', ports.namesrv, serializer);
    await servers.apachesBroker('broker', this.#brokerConf(), serializer);
  }

  /** Until the queues of a topic hold so many messages: who is told of a send may be ahead of that. */
  untilQueued(topic: string, messages: number): Promise<void> {
    return untilQueued(this.brokerAddr, topic, messages);
  }

  /** Until the broker keeps offsets for a group that add up to so many messages. */
  untilKept(group: string, topic: string, messages: number): Promise<void> {
    return untilKept(this.brokerAddr, group, topic, messages);
  }

  /** Until the broker tells of its rates. */
  untilRates(): Promise<void> {
    return untilRates(this.brokerAddr);
  }

  /** Until clients that ask for the topic are told where it is. */
  untilRouted(topic: string): Promise<void> {
    return untilRouted(this.namesrvAddr, topic);
  }

  /** Ends the servers, either as asked to or as by a loss of their processes, and leaves the store. */
  stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM', patienceMs?: number): Promise<void> {
    return this.#servers.stopAll(signal, patienceMs);
  }

  /** Ends the servers without ado, and their folder with them. */
  end(): Promise<void> {
    return this.#servers.end();
  }

  #brokerConf(): string {
    return this.#servers.conf('broker', [
      `brokerName=${this.brokerName}`,
      'brokerClusterName=DefaultCluster',
      ...placedAt(this.#servers.store('store')),
      `listenPort=${this.ports.broker}`,
      `namesrvAddr=${this.namesrvAddr}`,
      'mappedFileSizeCommitLog=4194304',
      'maxHashSlotNum=5000',
      'maxIndexNum=20000',
      `haListenPort=${this.ports.broker + 1}`,
      ...PATIENT,
      ...Object.entries(this.#conf).map(([name, value]) => `${name}=${value}`),
    ]);
  }
}

/** For one NameServer and one broker, which takes the port two below its own and the one above as well. */
async function clusterPorts(): Promise<{namesrv: number; broker: number}> {
  const namesrv = await freePorts([0, 1, 3, 4]);
  return {namesrv, broker: namesrv + 3};
}
