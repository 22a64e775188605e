import type {MessageExt} from '../message/message.ts';
import type {SubscriptionData} from '../remoting/bodies/subscription-data.ts';
import type {ConsumeConcurrentlyContext, ConsumeConcurrentlyStatus} from './api.ts';
import type {ResolvedConsumerConfig} from './consumer-config.ts';
import type {ConsumerStats} from './consumer-stats.ts';
import type {QueueRef} from './message-queue-ref.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import type {OffsetStore} from './offset-store.ts';
import type {ProcessQueue} from './process-queue.ts';
import type {ProducerImpl} from './producer-impl.ts';
import type {Subscription} from './subscription.ts';

/** A queue held, and what is cached of it. */
export interface HeldQueue {
  readonly queue: QueueRef;
  readonly processQueue: ProcessQueue;
}

/** The one request that goes round and round for a held queue. */
export interface PullRequest {
  readonly queue: QueueRef;
  readonly processQueue: ProcessQueue;
  nextOffset: number;
}

/** What the parts of a push consumer see of it, and of one another. */
export interface ConsumerContext {
  readonly group: string;
  readonly retryTopic: string;
  readonly instance: MQClientInstance;
  readonly config: ResolvedConsumerConfig;
  readonly offsets: OffsetStore;
  readonly stats: ConsumerStats;
  readonly innerProducer: ProducerImpl;
  readonly startedAtMs: number;
  readonly isRunning: boolean;
  readonly isPaused: boolean;
  readonly isClustering: boolean;
  /** After how many failed deliveries a message is given up. */
  readonly maxReconsumeTimes: number;
  /** Messages and MiB that a queue may hold; settings, unless divided from a topic's. */
  readonly pullThresholdForQueue: number;
  readonly pullThresholdSizeForQueueMiB: number;
  readonly rebalance: {
    /** In the order in which a Java hash table hands them out. */
    held(): HeldQueue[];
    /** Gives up a queue whose offset was out of range. */
    removeQueue(queue: QueueRef): void;
    /** Takes a queue out of the table after its offset has been set; a rebalance will add it again. */
    removeForReset(queue: QueueRef): void;
  };
  readonly pulls: {
    /** Hands in the requests of queues just taken. */
    dispatch(requests: readonly PullRequest[]): void;
  };
  readonly consumption: {
    readonly coreSize: number;
    submit(messages: readonly MessageExt[], processQueue: ProcessQueue, queue: QueueRef): void;
    /** Runs the application's listener, outside of any queue. */
    callListener(
      messages: readonly MessageExt[],
      context: ConsumeConcurrentlyContext,
      done: (status: ConsumeConcurrentlyStatus, thrown: string | null) => void,
    ): void;
  };
  subscriptions(): Iterable<Subscription>;
  subscription(topic: string): Subscription | undefined;
  /** As heartbeats tell them. */
  subscriptionData(): SubscriptionData[];
  divideTopicThresholds(heldCount: number): void;
  monotonicMs(): number;
  wakeRebalance(): void;
  suspend(): void;
  resume(): void;
}
