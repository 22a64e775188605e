import type {MessageQueue} from '../message/message.ts';
import type {
  ConsumerRunningInfo,
  ConsumeStatus,
  ProcessQueueInfo,
} from '../remoting/bodies/consumer-running-info.ts';
import type {ConsumerContext} from './consumer-context.ts';
import {compareQueues} from './message-queue-ref.ts';
import type {ProcessQueue} from './process-queue.ts';

const REBALANCE_PACKAGE = 'org.apache.rocketmq.client.consumer.rebalance.';
const STRATEGY_CLASSES = {
  AVG: 'AllocateMessageQueueAveragely',
  AVG_BY_CIRCLE: 'AllocateMessageQueueAveragelyByCircle',
  CONSISTENT_HASH: 'AllocateMessageQueueConsistentHash',
} as const;

/**
 * How a consumer is doing, as it tells a broker that asks (307). Java prints every field of the consumer as a setting. Objects
 * among them are named by their class alone: the number behind it says nothing. `messageListener` is left out, as an
 * application's function has no class.
 * Source: RocketMQ 4.9.1 `DefaultMQPushConsumerImpl#consumerRunningInfo`, `MixAll#object2Properties`.
 */
export function runningInfo(consumer: ConsumerContext, done: (info: ConsumerRunningInfo) => void): void {
  const held = [...consumer.rebalance.held()].sort((a, b) => compareQueues(a.queue, b.queue));
  const queues: [MessageQueue, ProcessQueueInfo][] = [];
  let next = 0;
  const step = (): void => {
    const each = held[next++];
    if (each === undefined) {
      done(infoOf(consumer, queues));
      return;
    }
    const {topic, brokerName, queueId} = each.queue;
    const add = (commitOffset: number): void => {
      queues.push([{topic, brokerName, queueId}, queueInfo(each.processQueue, commitOffset)]);
      step();
    };
    const inMemory = consumer.offsets.fromMemory(each.queue);
    if (inMemory >= 0) add(inMemory);
    else consumer.offsets.fromStore(each.queue, add);
  };
  step();
}

function infoOf(
  consumer: ConsumerContext,
  mqTable: readonly (readonly [MessageQueue, ProcessQueueInfo])[],
): ConsumerRunningInfo {
  const subscriptionSet = consumer.subscriptionData();
  const statusTable = new Map<string, ConsumeStatus>();
  for (const {topic} of subscriptionSet)
    statusTable.set(topic, consumer.stats.status(topic, consumer.monotonicMs()));
  return {jstack: null, mqTable, properties: properties(consumer), statusTable, subscriptionSet};
}

function properties(consumer: ConsumerContext): Map<string, string> {
  const {config, instance} = consumer;
  const store = consumer.isClustering ? 'RemoteBrokerOffsetStore' : 'LocalFileOffsetStore';
  return new Map([
    ['consumeTimestamp', config.consumeTimestamp],
    ['pullThresholdForTopic', `${config.pullThresholdForTopic}`],
    ['pullBatchSize', `${config.pullBatchSize}`],
    ['awaitTerminationMillisWhenShutdown', '0'],
    ['log', 'org.apache.rocketmq.logging.InnerLoggerFactory$InnerLogger'],
    ['consumeMessageBatchMaxSize', `${config.consumeMessageBatchMaxSize}`],
    ['consumeFromWhere', config.consumeFromWhere],
    ['pullThresholdForQueue', `${consumer.pullThresholdForQueue}`],
    ['subscription', '{}'],
    [
      'PROP_NAMESERVER_ADDR',
      instance.api.remoting.nameServerAddressList.map((address) => `${address};`).join(''),
    ],
    ['consumeThreadMax', `${config.consumeThreadMax}`],
    ['unitMode', 'false'],
    ['maxReconsumeTimes', `${config.maxReconsumeTimes}`],
    ['PROP_CONSUMEORDERLY', 'false'],
    ['pullInterval', `${config.pullIntervalMs}`],
    ['consumeTimeout', `${config.consumeTimeoutMinutes}`],
    ['consumeThreadMin', `${config.consumeThreadMin}`],
    ['suspendCurrentQueueTimeMillis', '1000'],
    ['PROP_CONSUMER_START_TIMESTAMP', `${consumer.startedAtMs}`],
    ['PROP_CONSUME_TYPE', 'CONSUME_PASSIVELY'],
    ['adjustThreadPoolNumsThreshold', '100000'],
    ['pullThresholdSizeForTopic', `${config.pullThresholdSizeForTopicMiB}`],
    ['offsetStore', `org.apache.rocketmq.client.consumer.store.${store}`],
    ['PROP_CLIENT_VERSION', 'V4_9_1'],
    ['consumeConcurrentlyMaxSpan', `${config.consumeConcurrentlyMaxSpan}`],
    ['PROP_THREADPOOL_CORE_SIZE', `${consumer.consumption.coreSize}`],
    ['pullThresholdSizeForQueue', `${consumer.pullThresholdSizeForQueueMiB}`],
    ['messageModel', config.messageModel],
    ['allocateMessageQueueStrategy', REBALANCE_PACKAGE + STRATEGY_CLASSES[config.allocateStrategy]],
    ['defaultMQPushConsumerImpl', 'org.apache.rocketmq.client.impl.consumer.DefaultMQPushConsumerImpl'],
    ['postSubscriptionWhenPull', 'false'],
    ['consumerGroup', consumer.group],
  ]);
}

function queueInfo(queue: ProcessQueue, commitOffset: number): ProcessQueueInfo {
  return {
    cachedMsgCount: queue.cachedCount,
    cachedMsgMaxOffset: queue.lastOffset(),
    cachedMsgMinOffset: queue.firstOffset(),
    cachedMsgSizeInMiB: Math.floor(queue.cachedBytes / (1024 * 1024)),
    commitOffset,
    droped: queue.dropped,
    lastConsumeTimestamp: queue.lastConsumeTimestampMs,
    lastLockTimestamp: queue.createdAtMs,
    lastPullTimestamp: queue.lastPullTimestampMs,
    locked: false,
    transactionMsgCount: 0,
    transactionMsgMaxOffset: 0,
    transactionMsgMinOffset: 0,
    tryUnlockTimes: 0,
  };
}
