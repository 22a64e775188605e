import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import type {MessageQueue} from '../message/message.ts';
import type {ConsumerData} from '../remoting/bodies/heartbeat-data.ts';
import type {SubscriptionData} from '../remoting/bodies/subscription-data.ts';
import type {ClientError, MessageListenerConcurrently} from './api.ts';
import {registerClientProcessors} from './client-remoting-processor.ts';
import {ConsumeConcurrently} from './consume-concurrently.ts';
import type {ResolvedConsumerConfig} from './consumer-config.ts';
import type {ConsumerContext} from './consumer-context.ts';
import {ConsumerStats} from './consumer-stats.ts';
import {startInnerProducer, stopInstance} from './default-mq-producer.ts';
import {LocalFileOffsetStore} from './local-offset-store.ts';
import type {ConsumerInner, MQClientInstance} from './mq-client-instance.ts';
import type {OffsetStore} from './offset-store.ts';
import type {ProducerImpl} from './producer-impl.ts';
import {PullLoop} from './pull-loop.ts';
import {Rebalance} from './rebalance.ts';
import {RebalanceThread} from './rebalance-thread.ts';
import {RemoteBrokerOffsetStore} from './remote-offset-store.ts';
import type {Subscription} from './subscription.ts';

const RECONSUME_TIMES_DEFAULT = 16;

/**
 * A running push consumer within its client instance.
 * Source: RocketMQ 4.9.1 `client.impl.consumer.DefaultMQPushConsumerImpl`.
 */
export class PushConsumerImpl implements ConsumerInner, ConsumerContext {
  readonly group: string;
  readonly host: Host;
  readonly instance: MQClientInstance;
  readonly config: ResolvedConsumerConfig;
  readonly retryTopic: string;
  readonly offsets: OffsetStore;
  readonly rebalance: Rebalance;
  readonly pulls: PullLoop;
  readonly consumption: ConsumeConcurrently;
  readonly stats: ConsumerStats;
  readonly innerProducer: ProducerImpl;
  readonly startedAtMs: number;
  /** Messages and MiB that a queue may hold; settings, unless divided from a topic's. */
  pullThresholdForQueue: number;
  pullThresholdSizeForQueueMiB: number;
  private readonly rebalancing: RebalanceThread;
  private readonly subscriptionTable: Map<string, Subscription>;
  private state: 'RUNNING' | 'SHUTDOWN_ALREADY' = 'RUNNING';
  private paused = false;

  /** @param subscriptions shared with whoever subscribes; the retry topic's is in it */
  constructor(
    instance: MQClientInstance,
    config: ResolvedConsumerConfig,
    subscriptions: Map<string, Subscription>,
    listener: MessageListenerConcurrently,
  ) {
    this.instance = instance;
    this.host = instance.host;
    this.config = config;
    this.group = config.group;
    this.retryTopic = `%RETRY%${config.group}`;
    this.startedAtMs = instance.nowMs;
    this.pullThresholdForQueue = config.pullThresholdForQueue;
    this.pullThresholdSizeForQueueMiB = config.pullThresholdSizeForQueueMiB;
    this.subscriptionTable = subscriptions;
    this.offsets = this.isClustering
      ? new RemoteBrokerOffsetStore(instance, config.group)
      : new LocalFileOffsetStore(instance, config.group);
    this.stats = new ConsumerStats(this.monotonicMs());
    this.rebalance = new Rebalance(this, instance);
    this.pulls = new PullLoop(this, instance);
    this.consumption = new ConsumeConcurrently(this, instance, listener);
    this.rebalancing = new RebalanceThread(this.host.clock, (done) => {
      if (this.paused) done();
      else this.rebalance.run(done);
    });
    instance.consumers.set(this.group, this);
    this.innerProducer = startInnerProducer(instance);
    registerClientProcessors(this);
  }

  /** Begins the timers, then, one after the other: routes, a heartbeat, a rebalance. */
  start(started: (error: ClientError | null) => void): void {
    this.consumption.start();
    this.instance.start();
    this.rebalancing.start();
    const topics = javaHashMapOrder(this.subscriptionTable.keys());
    let next = 0;
    const step = (): void => {
      const topic = topics[next++];
      if (this.state !== 'RUNNING') {
        started(null);
        return;
      }
      if (topic !== undefined) {
        this.instance.updateRoute(topic, (outcome) => {
          // Without a NameServer `start()` throws here, but the timers run on and may find one later.
          if ('error' in outcome) started(outcome.error);
          else step();
        });
        return;
      }
      this.instance.heartbeatAll(() => {
        this.rebalancing.wakeup();
        started(null);
      });
    };
    this.instance.after(0, step);
  }

  get isRunning(): boolean {
    return this.state === 'RUNNING';
  }

  get isPaused(): boolean {
    return this.paused;
  }

  get isClustering(): boolean {
    return this.config.messageModel === 'CLUSTERING';
  }

  get maxReconsumeTimes(): number {
    return this.config.maxReconsumeTimes === -1 ? RECONSUME_TIMES_DEFAULT : this.config.maxReconsumeTimes;
  }

  monotonicMs(): number {
    return this.host.clock.monotonicNs() / 1e6;
  }

  wakeRebalance(): void {
    this.rebalancing.wakeup();
  }

  suspend(): void {
    this.paused = true;
  }

  /** Rebalances at once, on the caller's thread. */
  resume(): void {
    this.paused = false;
    this.rebalance.run(() => {});
  }

  /** Hard: what the listener has is not waited for. */
  shutdown(done: () => void): void {
    if (this.state !== 'RUNNING') {
      this.instance.after(0, done);
      return;
    }
    this.consumption.shutdown();
    this.persistOffsets();
    this.state = 'SHUTDOWN_ALREADY';
    this.pulls.stop();
    this.rebalancing.stop();
    this.rebalance.halt();
    this.instance.consumers.delete(this.group);
    this.instance.unregister(null, this.group, () => {
      stopInstance(this.instance, () => {
        this.rebalance.stop();
        this.innerProducer.stop();
        report(this.host.journal, {
          kind: 'client-stopped',
          role: 'consumer',
          group: this.group,
          clientId: this.instance.clientId,
        });
        done();
      });
    });
  }

  // What the instance asks.

  subscriptions(): Iterable<Subscription> {
    return this.subscriptionTable.values();
  }

  subscription(topic: string): Subscription | undefined {
    return this.subscriptionTable.get(topic);
  }

  subscribedTopics(): Iterable<string> {
    return this.subscriptionTable.keys();
  }

  isSubscribeTopicNeedUpdate(topic: string): boolean {
    return this.subscriptionTable.has(topic) && !this.rebalance.knowsTopic(topic);
  }

  updateTopicSubscribeInfo(topic: string, queues: readonly MessageQueue[]): void {
    if (this.subscriptionTable.has(topic)) this.rebalance.setTopicQueues(topic, queues);
  }

  heartbeatData(): ConsumerData {
    return {
      consumeFromWhere: this.config.consumeFromWhere,
      consumeType: 'CONSUME_PASSIVELY',
      groupName: this.group,
      messageModel: this.config.messageModel,
      subscriptionDataSet: this.subscriptionData(),
      unitMode: false,
    };
  }

  subscriptionData(): SubscriptionData[] {
    return [...this.subscriptionTable.values()].map((subscription) => ({
      classFilterMode: false,
      codeSet: subscription.codes,
      expressionType: 'TAG',
      subString: subscription.subString,
      subVersion: subscription.version,
      tagsSet: [...subscription.tags],
      topic: subscription.topic,
    }));
  }

  persistOffsets(): void {
    if (!this.isRunning) return;
    this.offsets.persistAll(this.rebalance.held().map(({queue}) => queue));
  }

  /** Limits set for a whole topic are shared out among the queues held, of whatever topics. */
  divideTopicThresholds(heldCount: number): void {
    if (heldCount === 0) return;
    const {pullThresholdForTopic, pullThresholdSizeForTopicMiB} = this.config;
    if (pullThresholdForTopic !== -1) {
      this.pullThresholdForQueue = Math.max(1, Math.floor(pullThresholdForTopic / heldCount));
    }
    if (pullThresholdSizeForTopicMiB !== -1) {
      this.pullThresholdSizeForQueueMiB = Math.max(1, Math.floor(pullThresholdSizeForTopicMiB / heldCount));
    }
  }
}
