/** Hashes of Java strings that RocketMQ stores, compares or lets show in an order. */

import {unitAt, unitCount} from './utf16.ts';

/** `String#hashCode`: a signed 32-bit integer over UTF-16 units. */
export function javaStringHash(text: string): number {
  const units = unitCount(text);
  let hash = 0;
  for (let index = 0; index < units; index++) hash = (Math.imul(31, hash) + unitAt(text, index)) | 0;
  return hash;
}

/**
 * What a consume queue entry keeps of a message's tags: the hash of the whole string, sign-extended to 64 bits; 0 where
 * there are none. Source: RocketMQ 4.9.1 `MessageExtBrokerInner#tagsString2tagsCode`.
 */
export function tagsCode(tags: string | null | undefined): bigint {
  return tags ? BigInt(javaStringHash(tags)) : 0n;
}

/** Source: `IndexFile#indexKeyHashMethod`: the absolute value, and 0 for the one hash that has none. */
export function indexKeyHash(key: string): number {
  const hash = Math.abs(javaStringHash(key));
  return hash > 0x7fffffff ? 0 : hash;
}

const INITIAL_CAPACITY = 16;
const LIST_LIMIT = 8;
const TREE_MIN_CAPACITY = 64;

/**
 * The order in which a `java.util.HashMap`, into which `keys` (distinct) were put one after the other, iterates over them:
 * by bucket, and within a bucket by insertion. It decides how printed properties and fastjson maps are ordered.
 * Buckets that Java turns into trees (nine colliding keys in a table of 64 or more) are not modelled.
 * @param initialCapacity what the map was made with, a power of two
 */
export function javaHashMapOrder(keys: Iterable<string>, initialCapacity = INITIAL_CAPACITY): string[] {
  const spread: {readonly key: string; readonly hash: number}[] = [];
  let capacity = initialCapacity;
  for (const key of keys) {
    const hash = javaStringHash(key);
    const entry = {key, hash: hash ^ (hash >>> 16)};
    spread.push(entry);
    // A list that would become a tree makes a small table grow instead; then comes the ordinary growth past 75 %.
    if (capacity < TREE_MIN_CAPACITY && spread.length > LIST_LIMIT) {
      const mask = capacity - 1;
      let together = 0;
      for (const other of spread) if (((other.hash ^ entry.hash) & mask) === 0) together++;
      if (together > LIST_LIMIT) capacity *= 2;
    }
    if (spread.length > capacity * 0.75) capacity *= 2;
  }
  // Splitting a bucket keeps the order of what stays together, so one stable pass at the final capacity is the same.
  const mask = capacity - 1;
  return spread
    .map((entry, index) => ({key: entry.key, bucket: entry.hash & mask, index}))
    .sort((a, b) => a.bucket - b.bucket || a.index - b.index)
    .map((entry) => entry.key);
}
