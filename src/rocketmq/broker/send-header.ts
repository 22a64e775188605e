import type {ExtFields} from '../remoting/command.ts';
import {commandException, javaBoolean, javaInt, javaLong, numberFormat} from './java-text.ts';

/** The header of a send, whichever names it came under. A null is a field that was missing or unreadable. */
export interface SendHeader {
  readonly producerGroup: string | undefined;
  readonly topic: string | undefined;
  readonly defaultTopic: string | undefined;
  readonly defaultTopicQueueNums: number | null;
  readonly queueId: number | null;
  readonly sysFlag: number | null;
  readonly bornTimestampMs: number | null;
  readonly flag: number | null;
  readonly properties: string | undefined;
  readonly reconsumeTimes: number | null;
  readonly unitMode: boolean;
  readonly maxReconsumeTimes: number | null;
  readonly batch: boolean;
}

/** Clients from this version on say themselves how often a message may be retried. */
export const VERSION_3_4_9 = 121;

const DECODER = 'org.apache.rocketmq.broker.processor.AbstractSendMessageProcessor';

/**
 * The long names of code 10: nothing is checked here, and what cannot be read is left out.
 * Source: RocketMQ 4.9.1 `SendMessageRequestHeader`.
 */
export function decodeSendHeaderV1(fields: ExtFields | null): SendHeader {
  const from = fields ?? {};
  return {
    producerGroup: from['producerGroup'],
    topic: from['topic'],
    defaultTopic: from['defaultTopic'],
    defaultTopicQueueNums: javaInt(from['defaultTopicQueueNums']),
    queueId: javaInt(from['queueId']),
    sysFlag: javaInt(from['sysFlag']),
    bornTimestampMs: javaLong(from['bornTimestamp']),
    flag: javaInt(from['flag']),
    properties: from['properties'],
    reconsumeTimes: javaInt(from['reconsumeTimes']),
    unitMode: javaBoolean(from['unitMode']),
    maxReconsumeTimes: javaInt(from['maxReconsumeTimes']),
    batch: javaBoolean(from['batch']),
  };
}

/**
 * The one-letter names of 310 and 320, read by hand in 4.9.1: `a` to `h` must be there, and a number must be one. What fails
 * is thrown.
 * Source: RocketMQ 4.9.1 `AbstractSendMessageProcessor#decodeSendMessageHeaderV2`.
 */
export function decodeSendHeaderV2(fields: ExtFields | null): SendHeader {
  if (fields === null) {
    commandException(
      'the ext fields is null',
      `${DECODER}.decodeSendMessageHeaderV2(AbstractSendMessageProcessor.java:312)`,
    );
  }
  const {a, b, c, d, e, f, g, h} = fields;
  if (a === undefined) isNull('a');
  if (b === undefined) isNull('b');
  if (c === undefined) isNull('c');
  if (d === undefined) isNull('d');
  const defaultTopicQueueNums = javaInt(d);
  if (defaultTopicQueueNums === null) numberFormat(d);
  if (e === undefined) isNull('e');
  const queueId = javaInt(e);
  if (queueId === null) numberFormat(e);
  if (f === undefined) isNull('f');
  const sysFlag = javaInt(f);
  if (sysFlag === null) numberFormat(f);
  if (g === undefined) isNull('g');
  const bornTimestampMs = javaLong(g);
  if (bornTimestampMs === null) numberFormat(g);
  if (h === undefined) isNull('h');
  const flag = javaInt(h);
  if (flag === null) numberFormat(h);
  const {i, j, k, l, m} = fields;
  const reconsumeTimes = javaInt(j);
  if (j !== undefined && reconsumeTimes === null) numberFormat(j);
  const maxReconsumeTimes = javaInt(l);
  if (l !== undefined && maxReconsumeTimes === null) numberFormat(l);
  return {
    producerGroup: a,
    topic: b,
    defaultTopic: c,
    defaultTopicQueueNums,
    queueId,
    sysFlag,
    bornTimestampMs,
    flag,
    properties: i,
    reconsumeTimes,
    unitMode: javaBoolean(k),
    maxReconsumeTimes,
    batch: javaBoolean(m),
  };
}

/**
 * The one-letter names of 325, which 4.9.1 reads as it reads the long ones of code 324: what cannot be read is left out.
 * Source: RocketMQ 4.9.1 `ReplyMessageProcessor#parseRequestHeader`, `SendMessageRequestHeaderV2`.
 */
export function decodeReplyHeaderV2(fields: ExtFields | null): SendHeader {
  const {a, b, c, d, e, f, g, h, i, j, k, l, m} = fields ?? {};
  return {
    producerGroup: a,
    topic: b,
    defaultTopic: c,
    defaultTopicQueueNums: javaInt(d),
    queueId: javaInt(e),
    sysFlag: javaInt(f),
    bornTimestampMs: javaLong(g),
    flag: javaInt(h),
    properties: i,
    reconsumeTimes: javaInt(j),
    unitMode: javaBoolean(k),
    maxReconsumeTimes: javaInt(l),
    batch: javaBoolean(m),
  };
}

function isNull(field: string): never {
  commandException(
    `the custom field <${field}> is null`,
    `${DECODER}.checkNotNull(AbstractSendMessageProcessor.java:376)`,
  );
}
