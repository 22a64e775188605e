import {javaStringHash} from '../message/java-hash.ts';
import type {MessageQueue} from '../message/message.ts';
import {inHashOrder} from './java-order.ts';
import {compareText} from './topic-routes.ts';

/** A queue with its key for tables made once, because offsets are looked up for every message. */
export interface QueueRef extends MessageQueue {
  readonly key: string;
}

export function queueRef(queue: MessageQueue): QueueRef {
  return {
    topic: queue.topic,
    brokerName: queue.brokerName,
    queueId: queue.queueId,
    key: queueKey(queue),
  };
}

/** Neither topics nor broker names contain the separator. */
export function queueKey(queue: MessageQueue): string {
  return `${queue.topic}/${queue.brokerName}/${queue.queueId}`;
}

/** Source: RocketMQ 4.9.1 `MessageQueue#hashCode`. */
function queueHash(queue: MessageQueue): number {
  let hash = (31 + javaStringHash(queue.brokerName)) | 0;
  hash = (Math.imul(31, hash) + queue.queueId) | 0;
  return (Math.imul(31, hash) + javaStringHash(queue.topic)) | 0;
}

/** The order in which a Java hash table hands out queues. */
export function queuesInHashOrder<Q extends MessageQueue>(queues: Iterable<Q>): Q[] {
  return inHashOrder(queues, queueHash);
}

/** Source: `MessageQueue#compareTo`. */
export function compareQueues(a: MessageQueue, b: MessageQueue): number {
  return compareText(a.topic, b.topic) || compareText(a.brokerName, b.brokerName) || a.queueId - b.queueId;
}
