import {javaStringHash} from '../message/java-hash.ts';
import type {MessageQueue} from '../message/message.ts';
import type {QueueTable} from '../remoting/bodies/message-queue.ts';

/**
 * The order in which a Java `HashMap` or `ConcurrentHashMap` made with this table size iterates: by bucket, within one by
 * insertion. Bodies that list a broker's tables show it.
 * @param tableSize a power of two; it doubles when three quarters are full
 */
function inTableOrder<T>(items: Iterable<T>, hashOf: (item: T) => number, tableSize = 16): T[] {
  const all = Array.from(items);
  let size = tableSize;
  while (all.length > size * 0.75) size *= 2;
  const placed = all.map((item, index) => {
    const hash = hashOf(item);
    return {item, index, bucket: (hash ^ (hash >>> 16)) & (size - 1)};
  });
  placed.sort((a, b) => a.bucket - b.bucket || a.index - b.index);
  return placed.map(({item}) => item);
}

/** A map with the same entries, in table order of its keys. */
export function sortedByTable<V>(map: ReadonlyMap<string, V>, tableSize: number): Map<string, V> {
  return new Map(inTableOrder(map, ([key]) => javaStringHash(key), tableSize));
}

/** Source: `common.message.MessageQueue#hashCode`. */
function messageQueueHash(queue: MessageQueue): number {
  let hash = (31 + javaStringHash(queue.brokerName)) | 0;
  hash = (Math.imul(31, hash) + queue.queueId) | 0;
  return (Math.imul(31, hash) + javaStringHash(queue.topic)) | 0;
}

/** Rows by queue in the order of a Java hash map. */
export function inQueueOrder<T>(rows: QueueTable<T>): QueueTable<T> {
  return inTableOrder(rows, ([queue]) => messageQueueHash(queue));
}
