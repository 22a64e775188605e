import type {MessageQueue} from '../../message/message.ts';
import {bean, beanMap, type Codec, givenText, integer} from './codec.ts';

/** Source: RocketMQ 4.9.1 `common.message.MessageQueue`. */
export const messageQueue = bean<MessageQueue>({brokerName: givenText, queueId: integer(), topic: givenText});

/** A table by queue: pairs in the order written. */
export type QueueTable<T> = readonly (readonly [MessageQueue, T])[];

export function queueTable<T>(value: Codec<T>): Codec<QueueTable<T>> {
  return beanMap(messageQueue, value);
}
