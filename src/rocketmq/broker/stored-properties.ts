import {javaHashMapOrder, javaStringHash} from '../message/java-hash.ts';
import {
  MessageConst,
  NAME_VALUE_SEPARATOR,
  PROPERTY_SEPARATOR,
  stringToProperties,
} from '../message/properties.ts';

export interface StoredProperties {
  /** All of them, `WAIT` included, which the store asks for while it puts the message. */
  readonly map: Map<string, string>;
  /** What is written into the record. */
  readonly text: string;
}

const NAMES_REMEMBERED_MAX = 4096;

/**
 * Turns the properties of a send request into those of the record: plus `CLUSTER`, and `WAIT` not written for an ordinary
 * message. They are written in the order of Java's hash map, so that a record has the same bytes as the real one.
 * Source: RocketMQ 4.9.1 `SendMessageProcessor#asyncSendMessage`.
 */
export class PropertiesRewriter {
  readonly #cluster: string;
  /** Spread hashes of property names met so far; there are few different ones. */
  readonly #hashes = new Map<string, number>();

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  /** @param writeWait a batch keeps its `WAIT` in what is written */
  rewrite(sent: string | undefined, writeWait = false): StoredProperties {
    const parsed = sent === undefined ? new Map<string, string>() : stringToProperties(sent);
    parsed.set(MessageConst.CLUSTER, this.#cluster);
    const wait = writeWait ? undefined : parsed.get(MessageConst.WAIT);
    if (wait !== undefined) {
      // Taken out while the text was written and put back afterwards, it comes last in its bucket.
      parsed.delete(MessageConst.WAIT);
      parsed.set(MessageConst.WAIT, wait);
    }
    const names: string[] = [];
    const buckets: number[] = [];
    let mask = 15;
    while (parsed.size > (mask + 1) * 0.75) mask = mask * 2 + 1;
    for (const name of parsed.keys()) {
      const bucket = this.#hashOf(name) & mask;
      let at = names.length;
      while (at > 0 && (buckets[at - 1] as number) > bucket) at -= 1;
      if (at === names.length) {
        names.push(name);
        buckets.push(bucket);
      } else {
        names.splice(at, 0, name);
        buckets.splice(at, 0, bucket);
      }
    }
    const map = new Map<string, string>();
    let text = '';
    for (const name of names) {
      const value = parsed.get(name) as string;
      map.set(name, value);
      if (name === MessageConst.WAIT && !writeWait) continue;
      if (text !== '') text += PROPERTY_SEPARATOR;
      text += name + NAME_VALUE_SEPARATOR + value;
    }
    return {map, text};
  }

  #hashOf(name: string): number {
    let hash = this.#hashes.get(name);
    if (hash === undefined) {
      const plain = javaStringHash(name);
      hash = plain ^ (plain >>> 16);
      if (this.#hashes.size >= NAMES_REMEMBERED_MAX) this.#hashes.clear();
      this.#hashes.set(name, hash);
    }
    return hash;
  }
}

/** The same properties in the order in which Java's hash map would write them. */
export function inJavaOrder(properties: ReadonlyMap<string, string>): Map<string, string> {
  const ordered = new Map<string, string>();
  for (const name of javaHashMapOrder(properties.keys())) ordered.set(name, properties.get(name) as string);
  return ordered;
}
