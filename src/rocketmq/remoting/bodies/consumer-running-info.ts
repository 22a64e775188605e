import {
  bean,
  boolean,
  decodeBody,
  double,
  encodeBody,
  enumeration,
  integer,
  list,
  stringMap,
  text,
} from './codec.ts';
import {type QueueTable, queueTable} from './message-queue.ts';
import {type SubscriptionData, subscriptionData} from './subscription-data.ts';

/** Source: RocketMQ 4.9.1 `common.protocol.body.ProcessQueueInfo`; `droped` is how it is spelt. */
export interface ProcessQueueInfo {
  readonly cachedMsgCount: number;
  readonly cachedMsgMaxOffset: number;
  readonly cachedMsgMinOffset: number;
  readonly cachedMsgSizeInMiB: number;
  readonly commitOffset: number;
  readonly droped: boolean;
  readonly lastConsumeTimestamp: number;
  readonly lastLockTimestamp: number;
  readonly lastPullTimestamp: number;
  readonly locked: boolean;
  readonly transactionMsgCount: number;
  readonly transactionMsgMaxOffset: number;
  readonly transactionMsgMinOffset: number;
  readonly tryUnlockTimes: number;
}

/** Source: `common.protocol.body.ConsumeStatus`. Times in milliseconds, rates per second. */
export interface ConsumeStatus {
  readonly consumeFailedMsgs: number;
  readonly consumeFailedTPS: number;
  readonly consumeOKTPS: number;
  readonly consumeRT: number;
  readonly pullRT: number;
  readonly pullTPS: number;
}

/** A client's answer to 307. Source: `common.protocol.body.ConsumerRunningInfo`. */
export interface ConsumerRunningInfo {
  readonly jstack: string | null;
  readonly mqTable: QueueTable<ProcessQueueInfo>;
  readonly properties: ReadonlyMap<string, string | null>;
  readonly statusTable: ReadonlyMap<string, ConsumeStatus>;
  readonly subscriptionSet: readonly SubscriptionData[];
}

const CONSUME_RESULTS = [
  'CR_SUCCESS',
  'CR_LATER',
  'CR_ROLLBACK',
  'CR_COMMIT',
  'CR_THROW_EXCEPTION',
  'CR_RETURN_NULL',
] as const;

/** A client's answer to 309. Source: `common.protocol.body.ConsumeMessageDirectlyResult`. */
export interface ConsumeMessageDirectlyResult {
  readonly autoCommit: boolean;
  readonly consumeResult: (typeof CONSUME_RESULTS)[number] | null;
  readonly order: boolean;
  readonly remark: string | null;
  readonly spentTimeMills: number;
}

const processQueueInfo = bean<ProcessQueueInfo>({
  cachedMsgCount: integer(),
  cachedMsgMaxOffset: integer(),
  cachedMsgMinOffset: integer(),
  cachedMsgSizeInMiB: integer(),
  commitOffset: integer(),
  droped: boolean(),
  lastConsumeTimestamp: integer(),
  lastLockTimestamp: integer(),
  lastPullTimestamp: integer(),
  locked: boolean(),
  transactionMsgCount: integer(),
  transactionMsgMaxOffset: integer(),
  transactionMsgMinOffset: integer(),
  tryUnlockTimes: integer(),
});

const consumeStatus = bean<ConsumeStatus>({
  consumeFailedMsgs: integer(),
  consumeFailedTPS: double,
  consumeOKTPS: double,
  consumeRT: double,
  pullRT: double,
  pullTPS: double,
});

const consumerRunningInfo = bean<ConsumerRunningInfo>({
  jstack: text,
  mqTable: queueTable(processQueueInfo),
  properties: stringMap(text),
  statusTable: stringMap(consumeStatus),
  subscriptionSet: list(subscriptionData),
});

const consumeMessageDirectlyResult = bean<ConsumeMessageDirectlyResult>({
  autoCommit: boolean(true),
  consumeResult: enumeration(CONSUME_RESULTS),
  order: boolean(),
  remark: text,
  spentTimeMills: integer(),
});

export function encodeConsumerRunningInfo(info: ConsumerRunningInfo): Uint8Array {
  return encodeBody(consumerRunningInfo, info);
}

export function decodeConsumerRunningInfo(bytes: Uint8Array): ConsumerRunningInfo | null {
  return decodeBody(consumerRunningInfo, bytes);
}

export function encodeConsumeMessageDirectlyResult(result: ConsumeMessageDirectlyResult): Uint8Array {
  return encodeBody(consumeMessageDirectlyResult, result);
}

export function decodeConsumeMessageDirectlyResult(bytes: Uint8Array): ConsumeMessageDirectlyResult | null {
  return decodeBody(consumeMessageDirectlyResult, bytes);
}
