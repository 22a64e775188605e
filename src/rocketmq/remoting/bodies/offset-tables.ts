import type {MessageQueue} from '../../message/message.ts';
import {bean, decodeBody, encodeBody, givenText, integer, list, long, numberMap, stringMap} from './codec.ts';
import {messageQueue, type QueueTable, queueTable} from './message-queue.ts';

/** `topic@group` to offsets by queue id. Source: RocketMQ 4.9.1 `ConsumerOffsetSerializeWrapper` (43). */
export type ConsumerOffsets = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** The answer to 221 and 223. Source: `common.protocol.body.GetConsumerStatusBody`. */
export interface ConsumerStatus {
  /** Client id to its offsets. */
  readonly consumerTable: ReadonlyMap<string, QueueTable<number>>;
  readonly messageQueueTable: QueueTable<number>;
}

/** Source: `common.protocol.topic.OffsetMovedEvent`. */
export interface OffsetMovedEvent {
  readonly consumerGroup: string;
  readonly messageQueue: MessageQueue;
  readonly offsetNew: number;
  readonly offsetRequest: number;
}

const consumerOffsets = bean<{offsetTable: ConsumerOffsets}>({offsetTable: stringMap(numberMap(integer()))});
const delayOffsets = bean<{offsetTable: ReadonlyMap<number, number>}>({offsetTable: numberMap(integer())});
const correctionOffsets = bean<{correctionOffsets: ReadonlyMap<number, bigint>}>({
  correctionOffsets: numberMap(long),
});
const resetOffset = bean<{offsetTable: QueueTable<number>}>({offsetTable: queueTable(integer())});
const resetOffsetForC = bean<{offsetTable: readonly (MessageQueue & {readonly offset: number})[]}>({
  offsetTable: list(
    bean<MessageQueue & {readonly offset: number}>({
      brokerName: givenText,
      offset: integer(),
      queueId: integer(),
      topic: givenText,
    }),
  ),
});
const consumerStatus = bean<ConsumerStatus>({
  consumerTable: stringMap(queueTable(integer())),
  messageQueueTable: queueTable(integer()),
});
const offsetMovedEvent = bean<OffsetMovedEvent>({
  consumerGroup: givenText,
  messageQueue,
  offsetNew: integer(),
  offsetRequest: integer(),
});

export function encodeConsumerOffsets(offsetTable: ConsumerOffsets): Uint8Array {
  return encodeBody(consumerOffsets, {offsetTable});
}

export function decodeConsumerOffsets(bytes: Uint8Array): ConsumerOffsets | null {
  return decodeBody(consumerOffsets, bytes)?.offsetTable ?? null;
}

/** The answer to 45, and `delayOffset.json`: offsets by delay level. Source: `DelayOffsetSerializeWrapper`. */
export function encodeDelayOffsets(offsetTable: ReadonlyMap<number, number>): Uint8Array {
  return encodeBody(delayOffsets, {offsetTable});
}

export function decodeDelayOffsets(bytes: Uint8Array): ReadonlyMap<number, number> | null {
  return decodeBody(delayOffsets, bytes)?.offsetTable ?? null;
}

/** The answer to 308: offsets by queue id, 2^63 - 1 where there is none. Source: `QueryCorrectionOffsetBody`. */
export function encodeCorrectionOffsets(offsets: ReadonlyMap<number, bigint>): Uint8Array {
  return encodeBody(correctionOffsets, {correctionOffsets: offsets});
}

export function decodeCorrectionOffsets(bytes: Uint8Array): ReadonlyMap<number, bigint> | null {
  return decodeBody(correctionOffsets, bytes)?.correctionOffsets ?? null;
}

/** The body of 220 and the answer to 222. Source: `common.protocol.body.ResetOffsetBody`. */
export function encodeResetOffset(offsetTable: QueueTable<number>): Uint8Array {
  return encodeBody(resetOffset, {offsetTable});
}

export function decodeResetOffset(bytes: Uint8Array): QueueTable<number> | null {
  return decodeBody(resetOffset, bytes)?.offsetTable ?? null;
}

/** The body of 220 for clients that have no objects as keys. Source: `common.protocol.body.ResetOffsetBodyForC`. */
export function encodeResetOffsetForC(offsetTable: QueueTable<number>): Uint8Array {
  const rows = offsetTable.map(([queue, offset]) => ({...queue, offset}));
  return encodeBody(resetOffsetForC, {offsetTable: rows});
}

export function encodeConsumerStatus(status: ConsumerStatus): Uint8Array {
  return encodeBody(consumerStatus, status);
}

export function decodeConsumerStatus(bytes: Uint8Array): ConsumerStatus | null {
  return decodeBody(consumerStatus, bytes);
}

export function encodeOffsetMovedEvent(event: OffsetMovedEvent): Uint8Array {
  return encodeBody(offsetMovedEvent, event);
}
