import {DiskError} from '../../ports/disk.ts';
import type {Host, Program, RunningProgram} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {createRemotingClient} from '../remoting/client.ts';
import {RequestCode} from '../remoting/codes.ts';
import type {SerializeType} from '../remoting/command.ts';
import type {Channel, ChannelListener, RemotingServer} from '../remoting/remoting.ts';
import {createRemotingServer} from '../remoting/server.ts';
import {createMessageStore, type DefaultMessageStore} from '../store/default-message-store.ts';
import {adminBrokerProcessor} from './admin-broker-processor.ts';
import {type BrokerConfig, type SettledBrokerConfig, settleBrokerConfig} from './broker-config.ts';
import type {BrokerParts} from './broker-parts.ts';
import {BrokerStats} from './broker-stats.ts';
import {clientManageProcessor} from './client-manage-processor.ts';
import {groupsFile, offsetsFile, topicsFile} from './config-files.ts';
import {consumerManageProcessor} from './consumer-manage-processor.ts';
import {ConsumerManager} from './consumer-manager.ts';
import {ConsumerOffsetManager} from './consumer-offset-manager.ts';
import type {DLedgerPart, RoleFollower} from './dledger-port.ts';
import {FilterServerManager} from './filter-server-manager.ts';
import {ledgerProblems} from './ledger-problems.ts';
import {type KnownMaster, NamesrvRegistration} from './namesrv-registration.ts';
import {Periodic} from './periodic.ts';
import {createPools} from './pools.ts';
import {ProducerManager} from './producer-manager.ts';
import {PullHoldService} from './pull-hold-service.ts';
import {pullMessageProcessor} from './pull-message-processor.ts';
import {queryMessageProcessor} from './query-message-processor.ts';
import {QueueLockManager} from './queue-lock-manager.ts';
import {replyMessageProcessor} from './reply-message-processor.ts';
import {sendMessageProcessor} from './send-message-processor.ts';
import {SlaveSynchronize} from './slave-synchronize.ts';
import {PropertiesRewriter} from './stored-properties.ts';
import {SubscriptionGroupManager} from './subscription-group-manager.ts';
import {ToClient} from './to-client.ts';
import {TopicConfigManager} from './topic-config-manager.ts';
import {endTransactionProcessor} from './transaction.ts';

/** Exit codes of `BrokerStartup`. */
const EXIT_EXCEPTION = -1;
const EXIT_NOT_INITIALISED = -3;

const FAST_PORT_BELOW = 2;
const CLIENT_SCAN_MS = 10_000;
const SECOND_MS = 1000;

export interface BrokerOptions {
  /** `rocketmq.serialize.type`: how this broker writes headers. */
  readonly serializer?: SerializeType;
  /** What a broker with `enableDLegerCommitLog` needs (`DLEDGER` of `dledger-part.ts`); without it such a one does not start. */
  readonly dledger?: DLedgerPart | null;
}

/**
 * A broker, as `mqbroker -c file` runs it. It ends the process where 4.9.1 does: exit -3 where it cannot be initialised, -1
 * where starting fails (a port that is taken, a disk that refuses).
 * Source: RocketMQ 4.9.1 `broker.BrokerStartup`, `broker.BrokerController`.
 */
export function brokerProgram(config: BrokerConfig, options: BrokerOptions = {}): Program {
  return {
    start(host) {
      const settled = settleBrokerConfig(config, host);
      const problem = settingsProblem(settled, config.brokerId, options.dledger ?? null);
      if (problem !== null) {
        report(host.journal, {kind: 'printed', line: problem});
        host.exit(EXIT_NOT_INITIALISED, problem);
        return {stop: (done) => done()};
      }
      const dledger = settled.enableDLegerCommitLog ? (options.dledger ?? null) : null;
      return new Broker(host, settled, options.serializer ?? 'JSON', dledger);
    },
  };
}

/** @param brokerId as configured */
function settingsProblem(
  config: SettledBrokerConfig,
  brokerId: number,
  dledger: DLedgerPart | null,
): string | null {
  if (config.brokerRole === 'SLAVE' && brokerId <= 0) return "Slave's brokerId must be > 0";
  if (config.enableDLegerCommitLog) {
    if (dledger === null) return 'A commit log of DLedger cannot be run by this broker';
    const problem = ledgerProblems(config).find(({severity}) => severity === 'error');
    if (problem !== undefined) return `${problem.key}: ${problem.reason}`;
  }
  const addresses = config.namesrvAddr;
  if (addresses !== null && !addresses.split(';').every((address) => /^[^:]+:\d+$/.test(address))) {
    return `The Name Server Address[${addresses}] illegal, please set it as follows, "127.0.0.1:9876;192.168.0.1:9876"`;
  }
  return null;
}

/** Anything shorter is no address. */
const HA_ADDRESS_LENGTH_MIN = 6;

function hasFixedMaster({haMasterAddress}: SettledBrokerConfig): boolean {
  return haMasterAddress !== null && haMasterAddress.length >= HA_ADDRESS_LENGTH_MIN;
}

class Broker implements RunningProgram {
  readonly #host: Host;
  readonly #config: SettledBrokerConfig;
  readonly #serializer: SerializeType;
  readonly #store: DefaultMessageStore;
  readonly #main: RemotingServer;
  readonly #fast: RemotingServer;
  readonly #client;
  readonly #registration: NamesrvRegistration;
  readonly #offsets: ConsumerOffsetManager;
  readonly #parts: BrokerParts;
  readonly #dledger: DLedgerPart | null;
  /** Null where no group decides who leads. */
  #roles: RoleFollower | null = null;
  /** Null on a master. */
  #synchronize: SlaveSynchronize | null = null;
  #clientScan: Periodic | null = null;
  #state: 'starting' | 'running' | 'stopping' | 'failed' = 'starting';

  constructor(
    host: Host,
    config: SettledBrokerConfig,
    serializer: SerializeType,
    dledger: DLedgerPart | null,
  ) {
    const {clock, journal} = host;
    this.#host = host;
    this.#dledger = dledger;
    this.#config = config;
    this.#serializer = serializer;
    const address = `${config.brokerIP1}:${config.listenPort}`;
    const folder = `${config.storePathRootDir}/config`;

    this.#client = createRemotingClient(host, {serializer, connectTimeoutMs: config.connectTimeoutMillis});
    const registerAll = (): void => this.#registration.registerAll({oneway: true, checkOrderConfig: false});
    const topics = new TopicConfigManager(clock, journal, config, topicsFile(host, folder), registerAll);
    const filterServers = new FilterServerManager(clock);
    this.#registration = new NamesrvRegistration(
      host,
      this.#client,
      config,
      topics,
      filterServers,
      (master) => this.#learnMaster(master),
    );
    this.#offsets = new ConsumerOffsetManager(
      clock,
      journal,
      offsetsFile(host, folder),
      config.flushConsumerOffsetInterval,
    );
    const ledger = dledger?.open({
      changeToSlave: (brokerId) => this.#changeToSlave(brokerId),
      changeToMaster: (role) => this.#changeToMaster(role),
    });
    this.#store = createMessageStore(host, config, ledger?.openLedger);
    const housekeeping = this.#housekeeping();
    const idleMs = config.serverChannelMaxIdleTimeSeconds * SECOND_MS;
    const server = (port: number): RemotingServer =>
      createRemotingServer(
        host,
        {port, idleMs, serializer, onewayPermits: config.serverOnewaySemaphoreValue},
        housekeeping,
      );
    this.#main = server(config.listenPort);
    this.#fast = server(config.listenPort - FAST_PORT_BELOW);
    const toClient = new ToClient(this.#main);
    const pools = createPools(host, config, this.#store);
    this.#parts = {
      host,
      config,
      address,
      store: this.#store,
      topics,
      groups: new SubscriptionGroupManager(clock, config, groupsFile(host, folder)),
      offsets: this.#offsets,
      consumers: new ConsumerManager(
        clock,
        journal,
        () => config.notifyConsumerIdsChangedEnable,
        (channel, group) => toClient.notifyConsumerIdsChanged(channel, group),
      ),
      producers: new ProducerManager(clock, journal),
      filterServers,
      holds: new PullHoldService(clock, journal, this.#store, pools.pull, config),
      locks: new QueueLockManager(clock),
      pools,
      properties: new PropertiesRewriter(config.brokerClusterName),
      stats: new BrokerStats(clock, config.brokerClusterName),
      registration: this.#registration,
      toClient,
      watchClients: () => this.#clientScan?.wake(),
    };
    this.#registerProcessors();
    try {
      if (this.#load()) {
        this.#roles = ledger?.attach(host, this.#store) ?? null;
        this.#start();
      }
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#fail(EXIT_EXCEPTION, error.message);
    }
  }

  /**
   * Takes leave and puts everything away. Held pulls are not answered; their connections close.
   * Source: `BrokerController#shutdown`.
   */
  stop(done: () => void): void {
    if (this.#state === 'failed') {
      done();
      return;
    }
    this.#state = 'stopping';
    this.#clientScan?.stop();
    this.#parts.holds.shutdown();
    this.#main.shutdown();
    this.#fast.shutdown();
    this.#store.shutdown(() => {
      this.#roles?.stop();
      this.#offsets.stop();
      this.#synchronize?.stop();
      this.#registration.stop(() => this.#leave(done));
    });
  }

  #leave(done: () => void): void {
    this.#registration.unregisterAll(() => {
      this.#client.shutdown();
      this.#offsets.persist();
      done();
    });
  }

  /** Reads what earlier runs left. Source: `BrokerController#initialize`. */
  #load(): boolean {
    const {topics, groups} = this.#parts;
    if (!topics.load() || !this.#offsets.load() || !groups.load()) {
      this.#fail(EXIT_NOT_INITIALISED, 'a configuration file and its .bak cannot be read');
      return false;
    }
    if (!this.#store.load()) {
      this.#fail(EXIT_NOT_INITIALISED, 'the store cannot be loaded');
      return false;
    }
    if (this.#dledger === null && this.#config.brokerRole === 'SLAVE' && hasFixedMaster(this.#config)) {
      this.#store.updateHaMasterAddress(this.#config.haMasterAddress as string);
    }
    if (this.#config.namesrvAddr !== null) {
      this.#client.updateNameServerAddressList(this.#config.namesrvAddr.split(';'));
    }
    return true;
  }

  /** Source: `BrokerController#start`. Clients can come before the first registration is through. */
  #start(): void {
    const {clock} = this.#host;
    const {holds, consumers, producers, filterServers} = this.#parts;
    this.#store.setArrivingListener((topic, queueId, maxOffset, tagsCode) =>
      holds.messageArrived(topic, queueId, maxOffset, tagsCode),
    );
    const storeFailure = this.#store.start();
    if (storeFailure !== null) {
      this.#fail(EXIT_EXCEPTION, `${storeFailure.failure}: port ${this.#config.haListenPort}`);
      return;
    }
    for (const server of [this.#main, this.#fast]) {
      const failure = server.start();
      if (failure !== null) {
        this.#giveUp(`${failure.failure}: port ${server.port}`);
        return;
      }
    }
    holds.start();
    if (this.#dledger === null && this.#config.brokerRole === 'SLAVE') this.#followMaster();
    const scan = new Periodic(clock, CLIENT_SCAN_MS, CLIENT_SCAN_MS, () => {
      producers.scanNotActive();
      consumers.scanNotActive();
      filterServers.scanNotActive();
      if (!producers.isEmpty || !consumers.isEmpty || !filterServers.isEmpty) scan.wake();
    });
    this.#clientScan = scan;
    if (this.#dledger !== null) {
      // It tells nobody of itself before it has a role, or 10 s have passed.
      this.#started();
      return;
    }
    this.#registration.registerAll({oneway: false, checkOrderConfig: true}, () => this.#started());
  }

  /** Source: `BrokerController#handleSlaveSynchronize`. */
  #followMaster(): void {
    const {host, config, address, topics, offsets, groups} = this.#parts;
    const client = this.#client;
    this.#synchronize = new SlaveSynchronize({host, config, client, address, topics, offsets, groups});
  }

  /** Source: `BrokerController#changeToSlave`. */
  #changeToSlave(brokerId: number): void {
    this.#config.brokerId = brokerId === 0 ? 1 : brokerId;
    this.#config.brokerRole = 'SLAVE';
    this.#store.handleScheduleMessageService('SLAVE');
    // Begins anew, 3 s from here; who the master is, only a registration that is answered tells.
    this.#synchronize?.stop();
    this.#followMaster();
    this.#roleChanged('SLAVE');
  }

  /** Source: `BrokerController#changeToMaster`. */
  #changeToMaster(role: 'SYNC_MASTER'): void {
    this.#synchronize?.stop();
    this.#synchronize = null;
    this.#store.handleScheduleMessageService(role);
    this.#config.brokerId = 0;
    this.#config.brokerRole = role;
    this.#roleChanged(role);
  }

  #roleChanged(role: 'SYNC_MASTER' | 'SLAVE'): void {
    const {brokerName, brokerId} = this.#config;
    report(this.#host.journal, {kind: 'broker-role-changed', brokerName, brokerId, role});
    this.#registration.registerIfNeeded({oneway: true, checkOrderConfig: true});
  }

  /** An address for replication that is configured stays; one that a NameServer told stays until another is told. */
  #learnMaster({haAddress, address}: KnownMaster): void {
    if (this.#synchronize === null) return;
    const learnsHaAddress = this.#dledger === null && !hasFixedMaster(this.#config);
    if (haAddress !== null && learnsHaAddress) this.#store.updateHaMasterAddress(haAddress);
    this.#synchronize.setMasterAddress(address);
  }

  #started(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'running';
    this.#registration.startPeriodic();
    const {journal} = this.#host;
    const {brokerName, brokerClusterName, brokerId, brokerRole, flushDiskType, namesrvAddr} = this.#config;
    const {address} = this.#parts;
    const servers = namesrvAddr === null ? '' : ` and name server is ${namesrvAddr}`;
    const line = `The broker[${brokerName}, ${address}] boot success. serializeType=${this.#serializer}${servers}`;
    report(journal, {kind: 'printed', line});
    report(journal, {
      kind: 'broker-booted',
      cluster: brokerClusterName,
      brokerName,
      brokerId,
      role: brokerRole,
      flush: flushDiskType,
      address,
    });
  }

  #registerProcessors(): void {
    const parts = this.#parts;
    const {pools, store} = parts;
    const send = pools.send.guard(sendMessageProcessor(parts));
    const rejectRequest = (): boolean => store.isOsPageCacheBusy() || store.isTransientStorePoolDeficient;
    const replies = replyMessageProcessor(parts);
    const query = queryMessageProcessor(parts);
    const clients = clientManageProcessor(parts);
    const heartbeats = pools.heartbeat.guard(clients);
    const consumers = consumerManageProcessor(parts);
    const transactions = pools.endTransaction.guard(endTransactionProcessor(parts));
    const admin = adminBrokerProcessor(parts);
    for (const server of [this.#main, this.#fast]) {
      for (const code of [
        RequestCode.SEND_MESSAGE,
        RequestCode.SEND_MESSAGE_V2,
        RequestCode.SEND_BATCH_MESSAGE,
        RequestCode.CONSUMER_SEND_MSG_BACK,
      ]) {
        server.registerProcessor(code, pools.send, send, {rejectRequest});
      }
      server.registerProcessor(RequestCode.SEND_REPLY_MESSAGE, pools.reply, replies);
      server.registerProcessor(RequestCode.SEND_REPLY_MESSAGE_V2, pools.reply, replies);
      server.registerProcessor(RequestCode.QUERY_MESSAGE, pools.query, query);
      server.registerProcessor(RequestCode.VIEW_MESSAGE_BY_ID, pools.query, query);
      server.registerProcessor(RequestCode.HEART_BEAT, pools.heartbeat, heartbeats);
      server.registerProcessor(RequestCode.UNREGISTER_CLIENT, pools.clientManage, clients);
      server.registerProcessor(RequestCode.CHECK_CLIENT_CONFIG, pools.clientManage, clients);
      for (const code of [
        RequestCode.GET_CONSUMER_LIST_BY_GROUP,
        RequestCode.UPDATE_CONSUMER_OFFSET,
        RequestCode.QUERY_CONSUMER_OFFSET,
      ]) {
        server.registerProcessor(code, pools.consumerManage, consumers);
      }
      server.registerProcessor(RequestCode.END_TRANSACTION, pools.endTransaction, transactions);
      server.registerDefaultProcessor(pools.admin, admin);
    }
    // Not on the fast port: a pull there falls to the admin processor, which does not know it.
    this.#main.registerProcessor(
      RequestCode.PULL_MESSAGE,
      pools.pull,
      pools.pull.guard(pullMessageProcessor(parts)),
    );
  }

  /** Whatever way a connection ends, its clients are gone. Source: `broker.client.ClientHousekeepingService`. */
  #housekeeping(): ChannelListener {
    const gone = (channel: Channel): void => {
      if (this.#state === 'stopping') return;
      this.#parts.producers.channelClosed(channel);
      this.#parts.consumers.channelClosed(channel);
      this.#parts.filterServers.channelClosed(channel);
    };
    return {closed: gone, exception: gone, idle: gone};
  }

  /** Fails when the store is open already. Java's `System.exit` runs the shutdown hook, which closes it in order. */
  #giveUp(reason: string): void {
    this.#state = 'failed';
    this.#main.shutdown();
    this.#store.shutdown(() => this.#host.exit(EXIT_EXCEPTION, reason));
  }

  #fail(code: number, reason: string): void {
    this.#state = 'failed';
    this.#host.exit(code, reason);
  }
}
