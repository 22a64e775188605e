import type {MessageQueue} from '../message/message.ts';

/** The order of `String#compareTo`. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of `MessageQueue#compareTo`: topic, broker, queue. */
export function byQueue(a: MessageQueue, b: MessageQueue): number {
  return byCodeUnits(a.topic, b.topic) || byCodeUnits(a.brokerName, b.brokerName) || a.queueId - b.queueId;
}
