import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {crc32} from '../message/crc32.ts';
import {decodeDataVersion, encodeDataVersion, sameDataVersion} from '../remoting/bodies/data-version.ts';
import {decodeKVTable} from '../remoting/bodies/kv-table.ts';
import {encodeRegisterBrokerBody} from '../remoting/bodies/register-broker-body.ts';
import type {TopicConfig} from '../remoting/bodies/topic-config.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, request} from '../remoting/command.ts';
import type {InvokeResult, RemotingClient} from '../remoting/remoting.ts';
import type {SettledBrokerConfig} from './broker-config.ts';
import {inTopicTableOrder} from './config-files.ts';
import type {FilterServerManager} from './filter-server-manager.ts';
import {isReadable, isWriteable} from './perm.ts';
import {type TopicConfigManager, topicConfig} from './topic-config-manager.ts';

const FIRST_PERIODIC_MS = 10_000;
const PERIOD_MS_MIN = 10_000;
const PERIOD_MS_MAX = 60_000;
const UNREGISTER_TIMEOUT_MS = 3000;
/** How long a broker that stops waits for a timer's work to end. */
const STOP_PATIENCE_MS = 5000;

/** How one registration round is made. */
export interface RegistrationRound {
  /** Nobody answers, and nothing is learnt. */
  readonly oneway: boolean;
  /** Take which topics are ordered from the answer. */
  readonly checkOrderConfig: boolean;
}

/** Both null where no master is alive, and for a master itself. */
export interface KnownMaster {
  /** Where it takes slaves. */
  readonly haAddress: string | null;
  /** Where it takes requests. */
  readonly address: string | null;
}

/**
 * Tells every NameServer what this broker has.
 * Source: RocketMQ 4.9.1 `broker.out.BrokerOuterAPI`, `BrokerController#registerBrokerAll`.
 */
export class NamesrvRegistration {
  readonly #host: Host;
  readonly #client: RemotingClient;
  readonly #config: SettledBrokerConfig;
  readonly #topics: TopicConfigManager;
  readonly #filterServers: FilterServerManager;
  readonly #onMaster: (master: KnownMaster) => void;
  #periodic: Timer | null = null;
  #roundIsRunning = false;
  #whenRoundEnds: (() => void) | null = null;
  #stopped = false;

  /** @param onMaster hears, with each answer that counts, where a NameServer says the master of this broker name is */
  constructor(
    host: Host,
    client: RemotingClient,
    config: SettledBrokerConfig,
    topics: TopicConfigManager,
    filterServers: FilterServerManager,
    onMaster: (master: KnownMaster) => void,
  ) {
    this.#onMaster = onMaster;
    this.#filterServers = filterServers;
    this.#host = host;
    this.#client = client;
    this.#config = config;
    this.#topics = topics;
  }

  /** All topics to all NameServers at once; `done` comes when each has answered or failed. */
  registerAll(round: RegistrationRound, done: () => void = () => {}): void {
    this.#register(this.#topics.topics, round, done);
  }

  /** One topic, with the version of the whole table. */
  registerOne(config: TopicConfig, done: () => void): void {
    const only = new Map([[config.topicName, config]]);
    this.#register(only, {oneway: false, checkOrderConfig: true}, done);
  }

  /** From now on: after 10 s, then every `registerNameServerPeriod`, kept within 10 s and 60 s. */
  startPeriodic(): void {
    const period = Math.max(PERIOD_MS_MIN, Math.min(this.#config.registerNameServerPeriod, PERIOD_MS_MAX));
    const run = (): void => {
      this.#periodic = this.#host.clock.after(period, run);
      this.#roundIsRunning = true;
      this.registerIfNeeded({oneway: false, checkOrderConfig: true}, () => {
        this.#roundIsRunning = false;
        this.#whenRoundEnds?.();
      });
    };
    this.#periodic = this.#host.clock.after(FIRST_PERIODIC_MS, run);
  }

  /** No more rounds. `done` comes when the one that is running has ended, or after 5 s. */
  stop(done: () => void): void {
    this.#periodic?.cancel();
    const end = (): void => {
      if (this.#stopped) return;
      this.#stopped = true;
      done();
    };
    if (!this.#roundIsRunning) {
      end();
      return;
    }
    this.#whenRoundEnds = end;
    this.#host.clock.after(STOP_PATIENCE_MS, end);
  }

  /** Takes leave of one NameServer after the other. */
  unregisterAll(done: () => void): void {
    const left = [...this.#client.nameServerAddressList];
    const next = (): void => {
      const address = left.shift();
      if (address === undefined) {
        done();
        return;
      }
      const leave = request(RequestCode.UNREGISTER_BROKER, this.#identity());
      this.#client.invoke(address, leave, UNREGISTER_TIMEOUT_MS, 'sync', (result) => {
        const error = result.ok ? null : result.error.message;
        if (error !== null) this.#warn(`unregisterBroker Exception, ${address}: ${error}`);
        next();
      });
    };
    next();
  }

  /** Without `forceRegister`, only if some NameServer does not know this version of the topics: a new role is no reason. */
  registerIfNeeded(round: RegistrationRound, done: () => void = () => {}): void {
    if (this.#config.forceRegister) {
      this.registerAll(round, done);
      return;
    }
    this.#askWhetherChanged((changed) => {
      if (changed) this.registerAll(round, done);
      else done();
    });
  }

  /** The brokerId changes with the role. */
  #identity(): ExtFields {
    const {brokerId, brokerClusterName, brokerIP1, listenPort, brokerName} = this.#config;
    return {
      brokerId: String(brokerId),
      clusterName: brokerClusterName,
      brokerAddr: `${brokerIP1}:${listenPort}`,
      brokerName,
    };
  }

  /** Asks all NameServers whether they know this version. Any doubt means that they do not. */
  #askWhetherChanged(done: (changed: boolean) => void): void {
    const addresses = this.#client.nameServerAddressList;
    let pending = addresses.length;
    let changed = false;
    if (pending === 0) done(false);
    const version = this.#topics.dataVersion;
    for (const address of addresses) {
      const question = request(RequestCode.QUERY_DATA_VERSION, this.#identity(), encodeDataVersion(version));
      this.#client.invoke(address, question, this.#config.registerBrokerTimeoutMills, 'sync', (result) => {
        changed ||= !knows(result, version);
        pending -= 1;
        if (pending === 0) done(changed);
      });
    }
  }

  #register(topics: ReadonlyMap<string, TopicConfig>, round: RegistrationRound, done: () => void): void {
    const addresses = this.#client.nameServerAddressList;
    if (addresses.length === 0 || this.#stopped) {
      done();
      return;
    }
    const {compressedRegister: compressed, registerBrokerTimeoutMills: timeoutMs} = this.#config;
    const wrapper = inTopicTableOrder({
      dataVersion: this.#topics.dataVersion,
      topicConfigTable: this.#asPermitted(topics),
    });
    const body = encodeRegisterBrokerBody(
      {filterServerList: this.#filterServers.addresses, topicConfigSerializeWrapper: wrapper},
      compressed,
    );
    const bodyCrc32 = String(crc32(body) & 0x7fffffff);
    let pending = addresses.length;
    let isFirst = true;
    for (const address of addresses) {
      const told = (error: string | null): void => {
        report(this.#host.journal, {kind: 'registered-with-namesrv', namesrv: address, error});
        pending -= 1;
        if (pending === 0) done();
      };
      const registration = request(
        RequestCode.REGISTER_BROKER,
        {
          brokerId: String(this.#config.brokerId),
          bodyCrc32,
          clusterName: this.#config.brokerClusterName,
          brokerAddr: `${this.#config.brokerIP1}:${this.#config.listenPort}`,
          haServerAddr: `${this.#config.brokerIP2}:${this.#config.haListenPort}`,
          compressed: String(compressed),
          brokerName: this.#config.brokerName,
        },
        body,
      );
      if (round.oneway) {
        this.#client.invokeOneway(address, registration, timeoutMs, (error) => told(error?.message ?? null));
        continue;
      }
      this.#client.invoke(address, registration, timeoutMs, 'sync', (result) => {
        const error = failureOf(result);
        // Of all answers only the first one counts.
        if (error === null && isFirst) {
          isFirst = false;
          if (result.ok) this.#tellOfMaster(result.response.extFields ?? {});
          if (round.checkOrderConfig) this.#takeOrderTopics(result);
        }
        told(error);
      });
    }
  }

  /** While the broker may not be read or written, its topics may not either. */
  #asPermitted(topics: ReadonlyMap<string, TopicConfig>): ReadonlyMap<string, TopicConfig> {
    const perm = this.#config.brokerPermission;
    if (isReadable(perm) && isWriteable(perm)) return topics;
    const limited = new Map<string, TopicConfig>();
    for (const {topicName, readQueueNums, writeQueueNums} of topics.values()) {
      limited.set(topicName, {...topicConfig(topicName, readQueueNums, perm, 0), writeQueueNums});
    }
    return limited;
  }

  #tellOfMaster(fields: ExtFields): void {
    this.#onMaster({haAddress: fields['haServerAddr'] ?? null, address: fields['masterAddr'] ?? null});
  }

  #takeOrderTopics(result: InvokeResult): void {
    if (!result.ok || result.response.body === null) return;
    const table = decodeKVTable(result.response.body);
    if (table !== null) this.#topics.updateOrderTopics(new Set(table.keys()));
  }

  #warn(text: string): void {
    report(this.#host.journal, {kind: 'warned', text});
  }
}

function failureOf(result: InvokeResult): string | null {
  if (!result.ok) return result.error.message;
  const {code, remark} = result.response;
  return code === ResponseCode.SUCCESS ? null : `CODE: ${code} DESC: ${remark}`;
}

function knows(
  result: InvokeResult,
  version: {readonly counter: number; readonly timestamp: number},
): boolean {
  if (!result.ok || result.response.code !== ResponseCode.SUCCESS) return false;
  const {extFields, body} = result.response;
  const known = body === null ? null : decodeDataVersion(body);
  return extFields?.['changed'] === 'false' && known !== null && sameDataVersion(known, version);
}
