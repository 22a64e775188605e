import type {SendStatusName} from '../facts/producer.ts';
import type {Message, MessageExt, MessageQueue} from '../message/message.ts';

/** Source: RocketMQ 4.9.1 `client.producer.SendResult`. */
export interface SendResult {
  readonly sendStatus: SendStatusName;
  readonly msgId: string;
  readonly offsetMsgId: string;
  readonly messageQueue: MessageQueue;
  readonly queueOffset: number;
  readonly transactionId: string | null;
  readonly regionId: string;
  readonly traceOn: boolean;
}

/** What a call threw in Java: class and text, as it would be printed. */
export interface ClientError {
  readonly exception:
    | 'MQClientException'
    | 'MQBrokerException'
    | 'RemotingConnectException'
    | 'RemotingTimeoutException'
    | 'RemotingSendRequestException'
    | 'RemotingTooMuchRequestException'
    | 'RemotingCommandException'
    /** No NameServer answered while a route was needed. */
    | 'IllegalStateException';
  /** Response code or client error code; -1 where there is none. */
  readonly code: number;
  readonly message: string;
  /** What Java would print after `Caused by:`. */
  readonly cause?: ClientError;
}

export type SendOutcome =
  | {readonly ok: true; readonly result: SendResult}
  | {readonly ok: false; readonly error: ClientError};

export interface ProducerConfig {
  readonly group: string;
  /** `a:9876;b:9876`. */
  readonly namesrvAddr: string;
  readonly instanceName?: string;
  readonly createTopicKey?: string;
  readonly defaultTopicQueueNums?: number;
  readonly sendMsgTimeoutMs?: number;
  readonly retryTimesWhenSendFailed?: number;
  readonly retryTimesWhenSendAsyncFailed?: number;
  readonly retryAnotherBrokerWhenNotStoreOK?: boolean;
  readonly sendLatencyFaultEnable?: boolean;
  readonly maxMessageSizeBytes?: number;
  readonly compressMsgBodyOverHowmuchBytes?: number;
  readonly pollNameServerIntervalMs?: number;
  readonly heartbeatBrokerIntervalMs?: number;
}

/** Source: `client.producer.DefaultMQProducer`. Every `done` comes once, as an event of its own. */
export interface MQProducer {
  /**
   * Null, or why it cannot start. `started`, if given, comes once, as an event of its own, when Java's blocking `start()` would
   * have returned (null) or thrown; not where `start` itself answers an error.
   */
  start(started?: (error: ClientError | null) => void): ClientError | null;
  /** A synchronous send as 4.9.1 retries it; the caller of Java would be blocked until `done`. */
  send(message: Message, done: (outcome: SendOutcome) => void, timeoutMs?: number): void;
  sendAsync(message: Message, done: (outcome: SendOutcome) => void, timeoutMs?: number): void;
  sendOneway(message: Message, done: (error: ClientError | null) => void): void;
  shutdown(done: () => void): void;
}

export type ConsumeConcurrentlyStatus = 'CONSUME_SUCCESS' | 'RECONSUME_LATER';

/** What a listener is told of its batch, and may set until it answers. Source: `client.consumer.listener.ConsumeConcurrentlyContext`. */
export interface ConsumeConcurrentlyContext {
  readonly messageQueue: MessageQueue;
  /** e.g. `ConsumeMessageThread_1`. */
  readonly threadName: string;
  /** For messages that failed: 0 lets the broker choose the delay, above 0 is its level, below 0 goes straight to the dead letters. */
  delayLevelWhenNextConsume: number;
  /** With CONSUME_SUCCESS: index of the last message of the batch that was consumed; those behind it count as failed. */
  ackIndex: number;
}

/** Called with one batch; answers by calling `finish` once, now or later (a slow listener occupies its worker thread meanwhile). */
export type MessageListenerConcurrently = (
  messages: readonly MessageExt[],
  context: ConsumeConcurrentlyContext,
  finish: (status: ConsumeConcurrentlyStatus) => void,
) => void;

export type ConsumeFromWhere =
  | 'CONSUME_FROM_LAST_OFFSET'
  | 'CONSUME_FROM_FIRST_OFFSET'
  | 'CONSUME_FROM_TIMESTAMP';

export interface PushConsumerConfig {
  readonly group: string;
  readonly namesrvAddr: string;
  readonly instanceName?: string;
  readonly messageModel?: 'CLUSTERING' | 'BROADCASTING';
  readonly consumeFromWhere?: ConsumeFromWhere;
  /** `yyyyMMddHHmmss`, for CONSUME_FROM_TIMESTAMP; half an hour before the start unless told. */
  readonly consumeTimestamp?: string;
  readonly allocateStrategy?: 'AVG' | 'AVG_BY_CIRCLE' | 'CONSISTENT_HASH';
  readonly consumeThreadMin?: number;
  readonly consumeThreadMax?: number;
  readonly consumeMessageBatchMaxSize?: number;
  readonly pullBatchSize?: number;
  readonly pullIntervalMs?: number;
  readonly pullThresholdForQueue?: number;
  readonly pullThresholdSizeForQueueMiB?: number;
  /** Divided among all queues held; not set unless given. */
  readonly pullThresholdForTopic?: number;
  readonly pullThresholdSizeForTopicMiB?: number;
  readonly consumeConcurrentlyMaxSpan?: number;
  readonly consumeTimeoutMinutes?: number;
  readonly maxReconsumeTimes?: number;
  readonly persistConsumerOffsetIntervalMs?: number;
  readonly pollNameServerIntervalMs?: number;
  readonly heartbeatBrokerIntervalMs?: number;
}

/** Source: `client.consumer.DefaultMQPushConsumer`. */
export interface MQPushConsumer {
  /** `expression`: `*` or `TagA || TagB`. Null, or why it is none. */
  subscribe(topic: string, expression: string): ClientError | null;
  /** Its queues go away at the next rebalance. */
  unsubscribe(topic: string): void;
  registerMessageListener(listener: MessageListenerConcurrently): void;
  /**
   * Null, or why it cannot start. `started`, if given, comes once, as an event of its own, when Java's blocking `start()` (routes,
   * first heartbeat) would have returned (null) or thrown; not where `start` itself answers an error.
   */
  start(started?: (error: ClientError | null) => void): ClientError | null;
  suspend(): void;
  resume(): void;
  shutdown(done: () => void): void;
}
