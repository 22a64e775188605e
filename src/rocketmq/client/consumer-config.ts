import {monthStartMs, timestampDigits} from '../message/calendar.ts';
import type {ClientError, ConsumeFromWhere, PushConsumerConfig} from './api.ts';
import {clientException, clientExceptionWithHint} from './errors.ts';
import {checkGroup} from './validators.ts';

const DEFAULT_CONSUMER_GROUP = 'DEFAULT_CONSUMER';
const HALF_HOUR_MS = 30 * 60_000;

/** A push consumer's settings with every default filled in. */
export interface ResolvedConsumerConfig {
  readonly group: string;
  readonly messageModel: 'CLUSTERING' | 'BROADCASTING';
  readonly consumeFromWhere: ConsumeFromWhere;
  readonly consumeTimestamp: string;
  readonly consumeTimestampMs: number;
  readonly allocateStrategy: 'AVG' | 'AVG_BY_CIRCLE' | 'CONSISTENT_HASH';
  readonly consumeThreadMin: number;
  readonly consumeThreadMax: number;
  readonly consumeMessageBatchMaxSize: number;
  readonly pullBatchSize: number;
  readonly pullIntervalMs: number;
  readonly pullThresholdForQueue: number;
  readonly pullThresholdSizeForQueueMiB: number;
  /** Divided among the queues held; -1: not set. */
  readonly pullThresholdForTopic: number;
  readonly pullThresholdSizeForTopicMiB: number;
  readonly consumeConcurrentlyMaxSpan: number;
  readonly consumeTimeoutMinutes: number;
  /** -1: the default of 16. */
  readonly maxReconsumeTimes: number;
}

/** Source: RocketMQ 4.9.1 `client.consumer.DefaultMQPushConsumer`. */
export function resolveConsumerConfig(config: PushConsumerConfig, nowMs: number): ResolvedConsumerConfig {
  const consumeTimestamp = config.consumeTimestamp ?? formatTimestamp(nowMs - HALF_HOUR_MS);
  return {
    group: config.group,
    messageModel: config.messageModel ?? 'CLUSTERING',
    consumeFromWhere: config.consumeFromWhere ?? 'CONSUME_FROM_LAST_OFFSET',
    consumeTimestamp,
    consumeTimestampMs: parseTimestamp(consumeTimestamp) ?? 0,
    allocateStrategy: config.allocateStrategy ?? 'AVG',
    consumeThreadMin: config.consumeThreadMin ?? 20,
    consumeThreadMax: config.consumeThreadMax ?? 20,
    consumeMessageBatchMaxSize: config.consumeMessageBatchMaxSize ?? 1,
    pullBatchSize: config.pullBatchSize ?? 32,
    pullIntervalMs: config.pullIntervalMs ?? 0,
    pullThresholdForQueue: config.pullThresholdForQueue ?? 1000,
    pullThresholdSizeForQueueMiB: config.pullThresholdSizeForQueueMiB ?? 100,
    pullThresholdForTopic: config.pullThresholdForTopic ?? -1,
    pullThresholdSizeForTopicMiB: config.pullThresholdSizeForTopicMiB ?? -1,
    consumeConcurrentlyMaxSpan: config.consumeConcurrentlyMaxSpan ?? 2000,
    consumeTimeoutMinutes: config.consumeTimeoutMinutes ?? 15,
    maxReconsumeTimes: config.maxReconsumeTimes ?? -1,
  };
}

/** What is wrong with the settings, or null. Source: `DefaultMQPushConsumerImpl#checkConfig`. */
export function checkConsumerConfig(
  config: ResolvedConsumerConfig,
  hasListener: boolean,
): ClientError | null {
  const groupError = checkGroup(config.group);
  if (groupError !== null) return groupError;
  if (config.group === DEFAULT_CONSUMER_GROUP) {
    return clientExceptionWithHint(
      `consumerGroup can not equal ${DEFAULT_CONSUMER_GROUP}, please specify another one.`,
    );
  }
  if (parseTimestamp(config.consumeTimestamp) === null) {
    return clientExceptionWithHint(
      `consumeTimestamp is invalid, the valid format is yyyyMMddHHmmss,but received ${config.consumeTimestamp} `,
    );
  }
  if (!hasListener) return clientExceptionWithHint('messageListener is null');
  const ranges: Range[] = [
    ['consumeThreadMin', config.consumeThreadMin, 1, 1000],
    ['consumeThreadMax', config.consumeThreadMax, 1, 1000],
  ];
  const threadError = outOfRange(ranges);
  if (threadError !== null) return threadError;
  if (config.consumeThreadMin > config.consumeThreadMax) {
    return clientException(
      `consumeThreadMin (${config.consumeThreadMin}) is larger than consumeThreadMax (${config.consumeThreadMax})`,
    );
  }
  return outOfRange([
    ['consumeConcurrentlyMaxSpan', config.consumeConcurrentlyMaxSpan, 1, 65535],
    ['pullThresholdForQueue', config.pullThresholdForQueue, 1, 65535],
    ...whereSet('pullThresholdForTopic', config.pullThresholdForTopic, 6_553_500),
    ['pullThresholdSizeForQueue', config.pullThresholdSizeForQueueMiB, 1, 1024],
    ...whereSet('pullThresholdSizeForTopic', config.pullThresholdSizeForTopicMiB, 102_400),
    ['pullInterval', config.pullIntervalMs, 0, 65535],
    ['consumeMessageBatchMaxSize', config.consumeMessageBatchMaxSize, 1, 1024],
    ['pullBatchSize', config.pullBatchSize, 1, 1024],
  ]);
}

type Range = readonly [name: string, value: number, low: number, high: number];

function whereSet(name: string, value: number, high: number): Range[] {
  return value === -1 ? [] : [[name, value, 1, high]];
}

function outOfRange(ranges: readonly Range[]): ClientError | null {
  for (const [name, value, low, high] of ranges) {
    if (value < low || value > high) return clientExceptionWithHint(`${name} Out of range [${low}, ${high}]`);
  }
  return null;
}

/** `yyyyMMddHHmmss` in UTC, which is the time zone of every machine here. */
function formatTimestamp(epochMs: number): string {
  return timestampDigits(epochMs).slice(0, 14);
}

function parseTimestamp(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const dayMs = (day! - 1) * 86_400_000 + hour! * 3_600_000 + minute! * 60_000 + second! * 1000;
  return monthStartMs(year!, month!) + dayMs;
}
