import {report} from '../facts.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import type {MessageQueue} from '../message/message.ts';
import {allocateStrategies, allocationProblem} from './allocate.ts';
import type {ClientError} from './api.ts';
import type {ConsumerContext, HeldQueue, PullRequest} from './consumer-context.ts';
import {clientException} from './errors.ts';
import {compareQueues, type QueueRef, queueRef, queuesInHashOrder} from './message-queue-ref.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import {NO_OFFSET} from './offset-store.ts';
import {ProcessQueue} from './process-queue.ts';
import {compareText} from './topic-routes.ts';

const ADMIN_TIMEOUT_MS = 6000;
const RETRY_PREFIX = '%RETRY%';

type DropReason = 'rebalanced' | 'expired' | 'stopped' | 'offset-illegal';

/**
 * Which queues this consumer holds, worked out from the queues of each topic and the members of the group.
 * Source: RocketMQ 4.9.1 `client.impl.consumer.RebalanceImpl`, `RebalancePushImpl`.
 */
export class Rebalance {
  private readonly consumer: ConsumerContext;
  private readonly instance: MQClientInstance;
  /** Queues of each subscribed topic, as the last route told. */
  private readonly topicQueues = new Map<string, readonly QueueRef[]>();
  private readonly heldQueues = new Map<string, HeldQueue>();
  private stopped = false;

  constructor(consumer: ConsumerContext, instance: MQClientInstance) {
    this.consumer = consumer;
    this.instance = instance;
  }

  /** In the order in which a Java hash table hands them out. */
  held(): HeldQueue[] {
    return queuesInHashOrder([...this.heldQueues.values()].map((each) => each.queue)).map(
      (queue) => this.heldQueues.get(queue.key)!,
    );
  }

  knowsTopic(topic: string): boolean {
    return this.topicQueues.has(topic);
  }

  setTopicQueues(topic: string, queues: readonly MessageQueue[]): void {
    this.topicQueues.set(topic, queues.map(queueRef));
  }

  /** Goes through all topics, one after the other. */
  run(done: () => void): void {
    const topics = javaHashMapOrder([...this.consumer.subscriptions()].map(({topic}) => topic));
    let next = 0;
    const step = (): void => {
      if (this.stopped) {
        done();
        return;
      }
      const topic = topics[next++];
      if (topic === undefined) {
        this.dropForeignTopics();
        done();
        return;
      }
      if (this.consumer.isClustering) this.rebalanceClustering(topic, step);
      else this.rebalanceBroadcasting(topic, step);
    };
    step();
  }

  private rebalanceBroadcasting(topic: string, done: () => void): void {
    const queues = this.topicQueues.get(topic);
    if (queues === undefined) {
      this.instance.warn(`doRebalance, ${this.consumer.group}, but the topic[${topic}] not exist.`);
      done();
      return;
    }
    this.take(topic, queues, [this.instance.clientId], done);
  }

  private rebalanceClustering(topic: string, done: () => void): void {
    // The queues are looked up before the members are asked for: a route that comes with that is for the next round.
    const queues = this.topicQueues.get(topic);
    this.instance.consumerIds(topic, this.consumer.group, (ids, error) => {
      if (this.stopped) return done();
      const isRetryTopic = topic.startsWith(RETRY_PREFIX);
      if (error !== null) {
        if (!isRetryTopic) this.instance.warn(`rebalanceByTopic Exception: ${error.message}`);
        return done();
      }
      if (queues === undefined && !isRetryTopic) {
        this.instance.warn(`doRebalance, ${this.consumer.group}, but the topic[${topic}] not exist.`);
      }
      if (ids === null) {
        this.instance.warn(`doRebalance, ${this.consumer.group} ${topic}, get consumer id list failed`);
      }
      if (queues === undefined || ids === null) return done();
      const sortedQueues = [...queues].sort(compareQueues);
      const sortedIds = [...ids].sort(compareText);
      const strategy = this.consumer.config.allocateStrategy;
      const problem = allocationProblem(this.instance.clientId, sortedQueues, sortedIds);
      if (problem !== null) {
        this.instance.warn(
          `AllocateMessageQueueStrategy.allocate Exception. allocateMessageQueueStrategyName=${strategy}: ${problem}`,
        );
        return done();
      }
      const mine = allocateStrategies[strategy](
        this.instance.clientId,
        sortedQueues,
        sortedIds,
      ) as QueueRef[];
      this.take(topic, mine, sortedIds, done);
    });
  }

  /** Drops what is no longer ours, takes what is new, and tells the brokers if anything changed. */
  private take(topic: string, mine: readonly QueueRef[], ids: readonly string[], done: () => void): void {
    const mineByKey = new Map(mine.map((queue) => [queue.key, queue]));
    let changed = false;
    for (const {queue, processQueue} of this.held()) {
      if (queue.topic !== topic) continue;
      if (!mineByKey.has(queue.key)) {
        this.drop(queue, processQueue, 'rebalanced');
        changed = true;
      } else if (processQueue.isPullExpired(this.instance.nowMs)) {
        this.drop(queue, processQueue, 'expired');
        changed = true;
      }
    }
    const requests: PullRequest[] = [];
    const wanted = queuesInHashOrder(mineByKey.values()).filter((queue) => !this.heldQueues.has(queue.key));
    let next = 0;
    const step = (): void => {
      const queue = wanted[next++];
      if (queue === undefined || this.stopped) {
        this.taken(topic, mine, ids, requests, changed || requests.length > 0, done);
        return;
      }
      this.consumer.offsets.remove(queue);
      const processQueue = new ProcessQueue(this.instance.nowMs);
      this.firstOffset(queue, (offset) => {
        if (offset >= 0 && !this.stopped && !this.heldQueues.has(queue.key)) {
          this.heldQueues.set(queue.key, {queue, processQueue});
          requests.push({queue, processQueue, nextOffset: offset});
          report(this.instance.host.journal, {
            kind: 'queue-taken',
            group: this.consumer.group,
            topic,
            brokerName: queue.brokerName,
            queueId: queue.queueId,
            queueOffset: offset,
          });
        }
        step();
      });
    };
    step();
  }

  private taken(
    topic: string,
    mine: readonly QueueRef[],
    ids: readonly string[],
    requests: readonly PullRequest[],
    changed: boolean,
    done: () => void,
  ): void {
    if (this.stopped) {
      done();
      return;
    }
    this.consumer.pulls.dispatch(requests);
    if (!changed) {
      done();
      return;
    }
    report(this.instance.host.journal, {
      kind: 'rebalanced',
      group: this.consumer.group,
      topic,
      clientIds: ids,
      allocated: mine.map(({brokerName, queueId}) => ({brokerName, queueId})),
    });
    const subscription = this.consumer.subscription(topic);
    if (subscription !== undefined) subscription.version = this.instance.nowMs;
    this.consumer.divideTopicThresholds(this.heldQueues.size);
    // The pull thread has woken up meanwhile and is quicker than a heartbeat is built: its first pulls name a
    // version that the broker has not heard of, and are answered SUBSCRIPTION_NOT_LATEST.
    this.instance.after(0, () => this.instance.heartbeatAll(done));
  }

  /** Gives up a queue whose offset was out of range. */
  removeQueue(queue: QueueRef): void {
    const held = this.heldQueues.get(queue.key);
    if (held !== undefined) this.drop(held.queue, held.processQueue, 'offset-illegal');
  }

  /** Takes a queue out of the table after its offset has been set; a rebalance will add it again. */
  removeForReset(queue: QueueRef): void {
    const held = this.heldQueues.get(queue.key);
    if (held !== undefined) this.drop(held.queue, held.processQueue, 'rebalanced');
  }

  private drop(queue: QueueRef, processQueue: ProcessQueue, why: DropReason): void {
    processQueue.dropped = true;
    this.consumer.offsets.persist(queue);
    this.consumer.offsets.remove(queue);
    this.forget(queue, why);
  }

  private forget(queue: QueueRef, why: DropReason): void {
    this.heldQueues.delete(queue.key);
    report(this.instance.host.journal, {
      kind: 'queue-dropped',
      group: this.consumer.group,
      topic: queue.topic,
      brokerName: queue.brokerName,
      queueId: queue.queueId,
      why,
    });
  }

  /** Queues of topics no longer subscribed go without their offset being persisted. */
  private dropForeignTopics(): void {
    for (const {queue, processQueue} of this.held()) {
      if (this.consumer.subscription(queue.topic) !== undefined) continue;
      processQueue.dropped = true;
      this.forget(queue, 'rebalanced');
    }
  }

  /** At shutdown: whatever still runs for a queue must not count. */
  stop(): void {
    this.stopped = true;
    for (const {queue, processQueue} of this.held()) {
      processQueue.dropped = true;
      this.forget(queue, 'stopped');
    }
  }

  /** Stops beginning anything new; what is held stays. */
  halt(): void {
    this.stopped = true;
  }

  /** Where to begin with a queue just assigned; negative: not in this round. */
  private firstOffset(queue: QueueRef, done: (offset: number) => void): void {
    this.consumer.offsets.fromStore(queue, (stored) => {
      if (stored !== NO_OFFSET) return done(stored);
      const isRetryTopic = queue.topic.startsWith(RETRY_PREFIX);
      switch (this.consumer.config.consumeFromWhere) {
        case 'CONSUME_FROM_FIRST_OFFSET':
          return done(0);
        case 'CONSUME_FROM_LAST_OFFSET':
          if (isRetryTopic) return done(0);
          return this.maxOffset(queue, done);
        case 'CONSUME_FROM_TIMESTAMP':
          if (isRetryTopic) return this.maxOffset(queue, done);
          return this.offsetByTime(queue, done);
      }
    });
  }

  private maxOffset(queue: QueueRef, done: (offset: number) => void): void {
    this.withMaster(queue, done, (address) => {
      this.instance.api.maxOffset(address, queue, ADMIN_TIMEOUT_MS, (answer) =>
        answer.ok ? done(answer.value) : this.notNow(queue, answer.error, done),
      );
    });
  }

  private offsetByTime(queue: QueueRef, done: (offset: number) => void): void {
    const timestampMs = this.consumer.config.consumeTimestampMs;
    this.withMaster(queue, done, (address) => {
      this.instance.api.searchOffset(address, queue, timestampMs, ADMIN_TIMEOUT_MS, (answer) =>
        answer.ok ? done(answer.value) : this.notNow(queue, answer.error, done),
      );
    });
  }

  private withMaster(queue: QueueRef, done: (offset: number) => void, ask: (address: string) => void): void {
    const known = this.instance.brokers.master(queue.brokerName);
    if (known !== null) {
      ask(known);
      return;
    }
    this.instance.updateRoute(queue.topic, () => {
      const learnt = this.instance.brokers.master(queue.brokerName);
      if (learnt !== null) ask(learnt);
      else this.notNow(queue, clientException(`The broker[${queue.brokerName}] not exist`), done);
    });
  }

  private notNow(queue: QueueRef, error: ClientError, done: (offset: number) => void): void {
    this.instance.warn(
      `doRebalance, ${this.consumer.group}, compute offset failed, ${queue.key}: ${error.message}`,
    );
    done(NO_OFFSET);
  }
}
