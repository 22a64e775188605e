import type {Timer} from '../../ports/clock.ts';
import type {WorkerPool} from '../../ports/cpu.ts';
import type {Host} from '../../ports/host.ts';
import type {Random} from '../../ports/random.ts';
import type {BrokerRouteFact} from '../facts/client.ts';
import {report} from '../facts.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import type {MessageQueue} from '../message/message.ts';
import {type ConsumerData, encodeHeartbeatData} from '../remoting/bodies/heartbeat-data.ts';
import type {BrokerData, TopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import {createRemotingClient} from '../remoting/client.ts';
import type {ClientError} from './api.ts';
import {BrokerTable} from './broker-table.ts';
import {illegalState} from './errors.ts';
import {MQClientApi} from './mq-client-api.ts';
import {TopicPublishInfo} from './queue-selection.ts';
import {WaitingLock} from './route-lock.ts';
import {ScheduledThread} from './scheduled-thread.ts';
import {MASTER_ID, publishQueues, sameRoute, subscribeQueues, withDefaultQueueNums} from './topic-routes.ts';

const ROUTE_LOCK_TIMEOUT_MS = 3000;
const ROUTE_TIMEOUT_MS = 3000;
const HEARTBEAT_TIMEOUT_MS = 3000;
const RETRY_PREFIX = '%RETRY%';

/** What the instance asks of a producer that belongs to it. Source: RocketMQ 4.9.1 `MQProducerInner`. */
export interface ProducerInner {
  readonly group: string;
  publishTopics(): Iterable<string>;
  isPublishTopicNeedUpdate(topic: string): boolean;
  updateTopicPublishInfo(topic: string, info: TopicPublishInfo): void;
}

/** What the instance asks of a consumer that belongs to it. Source: RocketMQ 4.9.1 `MQConsumerInner`. */
export interface ConsumerInner {
  readonly group: string;
  subscribedTopics(): Iterable<string>;
  isSubscribeTopicNeedUpdate(topic: string): boolean;
  updateTopicSubscribeInfo(topic: string, queues: readonly MessageQueue[]): void;
  heartbeatData(): ConsumerData;
  persistOffsets(): void;
}

export interface InstanceConfig {
  /** `a:9876;b:9876`. */
  readonly namesrvAddr: string;
  /** Replaces `pid#nanoTime`. */
  readonly instanceName: string | null;
  readonly pollNameServerIntervalMs: number;
  readonly heartbeatBrokerIntervalMs: number;
  readonly persistConsumerOffsetIntervalMs: number;
}

/** How a refresh of a route ended: what a caller in Java would get, or have thrown at it. */
export type RouteOutcome = {readonly changed: boolean} | {readonly error: ClientError};

/**
 * What the producers and consumers of one client id share: connections, routes, broker addresses, heartbeats, timers.
 * Source: RocketMQ 4.9.1 `client.impl.factory.MQClientInstance`.
 */
export class MQClientInstance {
  readonly host: Host;
  readonly clientId: string;
  readonly api: MQClientApi;
  readonly scheduled: ScheduledThread;
  /** Runs what brokers ask of clients. */
  readonly publicPool: WorkerPool;
  readonly producers = new Map<string, ProducerInner>();
  readonly consumers = new Map<string, ConsumerInner>();
  private readonly config: InstanceConfig;
  private readonly routes = new Map<string, TopicRouteData>();
  readonly brokers = new BrokerTable();
  private readonly brokerVersions = new Map<string, number>();
  private readonly routeLock: WaitingLock;
  private readonly routeRandom: Random;
  private readonly publishRandom: Random;
  private heartbeatRunning = false;
  private state: 'CREATE_JUST' | 'RUNNING' | 'SHUTDOWN_ALREADY' = 'CREATE_JUST';

  /** @param name tells the pools of this instance from those of others in its process */
  constructor(host: Host, config: InstanceConfig, name: string) {
    this.host = host;
    this.config = config;
    this.clientId = `${host.identity.address}@${config.instanceName ?? uniqueInstanceName(host)}`;
    this.routeLock = new WaitingLock(host.clock);
    this.scheduled = new ScheduledThread(host.clock);
    this.publicPool = host.cpu.pool(
      `NettyClientPublicExecutor_${name}`,
      Math.max(1, host.identity.processors),
      Number.MAX_SAFE_INTEGER,
    );
    this.routeRandom = host.random.stream('client.broker-of-topic');
    this.publishRandom = host.random.stream('client.send-which-queue');
    const remoting = createRemotingClient(host, {});
    remoting.updateNameServerAddressList(nameServerAddresses(config.namesrvAddr));
    this.api = new MQClientApi(remoting);
  }

  get hasNameServers(): boolean {
    return this.api.remoting.nameServerAddressList.length > 0;
  }

  get nowMs(): number {
    return this.host.clock.nowMs();
  }

  /** Begins the timers. */
  start(): void {
    if (this.state !== 'CREATE_JUST') return;
    this.state = 'RUNNING';
    const {config, scheduled} = this;
    scheduled.atFixedRate(10, config.pollNameServerIntervalMs, (done) => this.updateAllRoutes(done));
    scheduled.atFixedRate(1000, config.heartbeatBrokerIntervalMs, (done) => {
      this.cleanOfflineBrokers(() => this.heartbeatAll(done));
    });
    scheduled.atFixedRate(10_000, config.persistConsumerOffsetIntervalMs, (done) => {
      for (const consumer of this.consumers.values()) consumer.persistOffsets();
      done();
    });
  }

  /** Closes everything, unless a producer of its own or a consumer still needs it. */
  shutdown(): void {
    if (this.state !== 'RUNNING' || this.consumers.size > 0 || this.producers.size > 1) return;
    this.state = 'SHUTDOWN_ALREADY';
    this.scheduled.shutdown();
    this.api.remoting.shutdown();
  }

  get isShutdown(): boolean {
    return this.state === 'SHUTDOWN_ALREADY';
  }

  // Routes.

  route(topic: string): TopicRouteData | undefined {
    return this.routes.get(topic);
  }

  /** Refreshes every topic in use, one after the other; a failure ends the round, as the exception does in 4.9.1. */
  private updateAllRoutes(done: () => void): void {
    const topics = new Set<string>();
    for (const consumer of this.consumers.values())
      for (const topic of consumer.subscribedTopics()) topics.add(topic);
    for (const producer of this.producers.values())
      for (const topic of producer.publishTopics()) topics.add(topic);
    const ordered = javaHashMapOrder(topics);
    let next = 0;
    const step = (): void => {
      const topic = ordered[next++];
      if (topic === undefined || this.isShutdown) {
        done();
        return;
      }
      this.updateRoute(topic, (outcome) => ('error' in outcome ? done() : step()));
    };
    step();
  }

  /** Asks the NameServer for a topic's route and spreads what has changed. */
  updateRoute(topic: string, done: (outcome: RouteOutcome) => void): void {
    this.refreshRoute(topic, topic, null, done);
  }

  /**
   * Takes the route of the default topic for this one, so that a first message can go to a broker that will create it.
   */
  updateRouteFromDefault(
    topic: string,
    createTopicKey: string,
    defaultTopicQueueNums: number,
    done: (outcome: RouteOutcome) => void,
  ): void {
    this.refreshRoute(topic, createTopicKey, defaultTopicQueueNums, done);
  }

  private refreshRoute(
    topic: string,
    askedTopic: string,
    queueNums: number | null,
    done: (outcome: RouteOutcome) => void,
  ): void {
    this.routeLock.tryLock(ROUTE_LOCK_TIMEOUT_MS, (held) => {
      if (!held) {
        this.warn(
          `updateTopicRouteInfoFromNameServer tryLock timeout ${ROUTE_LOCK_TIMEOUT_MS}ms. [${this.clientId}]`,
        );
        return done({changed: false});
      }
      if (this.isShutdown) {
        this.routeLock.unlock();
        return done({changed: false});
      }
      this.api.topicRoute(askedTopic, ROUTE_TIMEOUT_MS, (answer) => {
        let outcome: RouteOutcome = {changed: false};
        if (answer.ok) {
          const route = queueNums === null ? answer.value : withDefaultQueueNums(answer.value, queueNums);
          outcome = {changed: this.learnRoute(topic, route)};
        } else {
          if (!topic.startsWith(RETRY_PREFIX)) {
            report(this.host.journal, {
              kind: 'route-missing',
              topic: askedTopic,
              error: answer.error.message,
            });
          }
          if (answer.error.exception !== 'MQClientException') outcome = {error: illegalState(answer.error)};
        }
        this.routeLock.unlock();
        done(outcome);
      });
    });
  }

  private learnRoute(topic: string, route: TopicRouteData): boolean {
    const old = this.routes.get(topic);
    if (old !== undefined && sameRoute(old, route) && !this.somebodyLacks(topic)) return false;
    for (const broker of route.brokerDatas) this.brokers.learn(broker.brokerName, broker.brokerAddrs);
    const writeQueueNums = new Map<string, number>();
    for (const data of route.queueDatas) {
      if (!writeQueueNums.has(data.brokerName)) writeQueueNums.set(data.brokerName, data.writeQueueNums);
    }
    const info = new TopicPublishInfo(publishQueues(topic, route), true, writeQueueNums, this.publishRandom);
    for (const producer of this.producers.values()) producer.updateTopicPublishInfo(topic, info);
    const queues = subscribeQueues(topic, route);
    for (const consumer of this.consumers.values()) consumer.updateTopicSubscribeInfo(topic, queues);
    this.routes.set(topic, route);
    report(this.host.journal, {kind: 'route-learnt', topic, brokers: routeFacts(route)});
    return true;
  }

  private somebodyLacks(topic: string): boolean {
    for (const producer of this.producers.values()) if (producer.isPublishTopicNeedUpdate(topic)) return true;
    for (const consumer of this.consumers.values())
      if (consumer.isSubscribeTopicNeedUpdate(topic)) return true;
    return false;
  }

  // Broker addresses.

  /** A broker of a random name that carries the topic: its master, else a random slave. */
  addressByTopic(topic: string): string | null {
    const brokers = this.routes.get(topic)?.brokerDatas;
    if (brokers === undefined || brokers.length === 0) return null;
    const {brokerAddrs}: BrokerData = brokers[this.routeRandom.below(brokers.length)]!;
    const master = brokerAddrs.get(MASTER_ID);
    if (master !== undefined) return master;
    const addresses = [...brokerAddrs.values()];
    return addresses.length === 0 ? null : addresses[this.routeRandom.below(addresses.length)]!;
  }

  /** As told by its last heartbeat's answer; 0 where none came. */
  brokerVersion(brokerName: string, address: string): number {
    return this.brokerVersions.get(`${brokerName} ${address}`) ?? 0;
  }

  private cleanOfflineBrokers(done: () => void): void {
    this.routeLock.tryLock(ROUTE_LOCK_TIMEOUT_MS, (held) => {
      if (!held) return done();
      const inRoutes = new Set<string>();
      for (const route of this.routes.values()) {
        for (const broker of route.brokerDatas)
          for (const address of broker.brokerAddrs.values()) inRoutes.add(address);
      }
      this.brokers.keepOnly(inRoutes);
      this.routeLock.unlock();
      done();
    });
  }

  // Heartbeats.

  /**
   * One heartbeat to every known broker, one after the other; slaves only if there is a consumer. Nothing happens while
   * another round is under way. Source: `#sendHeartbeatToAllBrokerWithLock`.
   */
  heartbeatAll(done: () => void): void {
    if (this.isShutdown) {
      done();
      return;
    }
    if (this.heartbeatRunning) {
      this.warn(`lock heartBeat, but failed. [${this.clientId}]`);
      done();
      return;
    }
    if (this.producers.size === 0 && this.consumers.size === 0) {
      this.warn(`sending heartbeat, but no consumer and no producer. [${this.clientId}]`);
      done();
      return;
    }
    const targets = this.brokers.all(this.consumers.size === 0);
    if (targets.length === 0) {
      done();
      return;
    }
    this.heartbeatRunning = true;
    const body = encodeHeartbeatData({
      clientID: this.clientId,
      consumerDataSet: [...this.consumers.values()].map((consumer) => consumer.heartbeatData()),
      producerDataSet: [...this.producers.keys()].map((groupName) => ({groupName})),
    });
    let next = 0;
    const step = (): void => {
      const target = targets[next++];
      if (target === undefined || this.isShutdown) {
        this.heartbeatRunning = false;
        done();
        return;
      }
      this.api.heartbeat(target.address, body, HEARTBEAT_TIMEOUT_MS, (answer) => {
        if (answer.ok) this.brokerVersions.set(`${target.brokerName} ${target.address}`, answer.value);
        report(this.host.journal, {
          kind: 'heartbeat-answered',
          address: target.address,
          error: answer.ok ? null : answer.error.message,
        });
        step();
      });
    };
    step();
  }

  /** Tells every broker that a group of this client is gone; what fails is forgotten. */
  unregister(producerGroup: string | null, consumerGroup: string | null, done: () => void): void {
    const targets = this.brokers.all(false);
    let next = 0;
    const step = (): void => {
      const target = targets[next++];
      if (target === undefined) {
        done();
        return;
      }
      this.api.unregisterClient(target.address, this.clientId, producerGroup, consumerGroup, 3000, step);
    };
    step();
  }

  // Consumers of a group.

  /** The client ids of a group as one of the topic's brokers knows them; null where nobody could be asked. */
  consumerIds(
    topic: string,
    group: string,
    done: (ids: string[] | null, error: ClientError | null) => void,
  ): void {
    const ask = (address: string): void => {
      this.api.consumerIds(address, group, 3000, (answer) => {
        if (answer.ok) return done(answer.value, null);
        this.warn(`getConsumerIdListByGroup exception, ${address} ${group}: ${answer.error.message}`);
        done(null, null);
      });
    };
    const known = this.addressByTopic(topic);
    if (known !== null) {
      ask(known);
      return;
    }
    this.updateRoute(topic, (outcome) => {
      if ('error' in outcome) return done(null, outcome.error);
      const learnt = this.addressByTopic(topic);
      if (learnt === null) return done(null, null);
      ask(learnt);
    });
  }

  warn(text: string): void {
    report(this.host.journal, {kind: 'warned', text});
  }

  after(delayMs: number, run: () => void): Timer {
    return this.host.clock.after(delayMs, run);
  }
}

/**
 * `pid#nanoTime`. A host may tell time in whole microseconds; the last three digits are chance then, so that two clients
 * made at one instant differ, as two calls of `System.nanoTime()` do.
 */
function uniqueInstanceName(host: Host): string {
  const microseconds = Math.floor(host.clock.monotonicNs() / 1000);
  const digits = `${host.random.stream('client.nano-time').below(1000)}`.padStart(3, '0');
  return `${host.identity.pid}#${microseconds === 0 ? '' : microseconds}${digits}`;
}

/** Up to the last slash is cut from a list given as a URL. */
function nameServerAddresses(namesrvAddr: string): string[] {
  const list = namesrvAddr.startsWith('http://')
    ? namesrvAddr.slice(namesrvAddr.lastIndexOf('/') + 1)
    : namesrvAddr;
  return list.split(';').filter((address) => address.length > 0);
}

function routeFacts(route: TopicRouteData): BrokerRouteFact[] {
  return route.queueDatas.map((data) => ({
    brokerName: data.brokerName,
    readQueueNums: data.readQueueNums,
    writeQueueNums: data.writeQueueNums,
    perm: data.perm,
    addresses: [
      ...(route.brokerDatas.find((broker) => broker.brokerName === data.brokerName)?.brokerAddrs ?? []),
    ].map(([brokerId, address]) => ({brokerId, address})),
  }));
}
