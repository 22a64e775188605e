import type {Host} from '../../ports/host.ts';
import {loadConfigFile, persistConfigFile} from '../config/config-file.ts';
import {encodeUtf8, readUtf8} from '../message/utf8.ts';
import {decodeConsumerOffsets, encodeConsumerOffsets} from '../remoting/bodies/offset-tables.ts';
import {
  decodeSubscriptionGroupWrapper,
  encodeSubscriptionGroupWrapper,
  type SubscriptionGroupWrapper,
} from '../remoting/bodies/subscription-group.ts';
import {
  decodeTopicConfigSerializeWrapper,
  encodeTopicConfigSerializeWrapper,
  type TopicConfigSerializeWrapper,
} from '../remoting/bodies/topic-config.ts';
import {sortedByTable} from './java-table-order.ts';
import {prettyFastjson} from './pretty-json.ts';

/** One of a manager's tables on disk. */
export interface ConfigFile<T> {
  /** What the file or its `.bak` holds; `nothing` where there is neither; null where it cannot be understood. */
  load(): T | null;
  /** False where the disk refused; the version before is still there then. */
  persist(table: T): boolean;
}

/** Sizes that the Java tables were made with, which decides in which order they are written. */
const TOPIC_TABLE_SIZE = 2048;
const GROUP_TABLE_SIZE = 2048;
const OFFSET_TABLE_SIZE = 1024;

function configFile<T>(
  host: Host,
  path: string,
  nothing: () => T,
  decode: (bytes: Uint8Array) => T | null,
  encode: (table: T) => Uint8Array,
): ConfigFile<T> {
  return {
    load() {
      let loaded: T | null = null;
      const ok = loadConfigFile(host, path, (text) => {
        loaded = decode(encodeUtf8(text));
        return loaded !== null;
      });
      return ok ? (loaded ?? nothing()) : null;
    },
    persist(table) {
      return persistConfigFile(host, path, prettyFastjson(readUtf8(encode(table))));
    },
  };
}

const noVersion = {counter: 0, timestamp: 0};

/** `topics.json`. */
export function topicsFile(host: Host, folder: string): ConfigFile<TopicConfigSerializeWrapper> {
  return configFile<TopicConfigSerializeWrapper>(
    host,
    `${folder}/topics.json`,
    () => ({dataVersion: noVersion, topicConfigTable: new Map()}),
    decodeTopicConfigSerializeWrapper,
    (table) => encodeTopicConfigSerializeWrapper(inTopicTableOrder(table)),
  );
}

/** Topics in the order in which the real broker's table lists them, also on the wire. */
export function inTopicTableOrder(table: TopicConfigSerializeWrapper): TopicConfigSerializeWrapper {
  return {...table, topicConfigTable: sortedByTable(table.topicConfigTable, TOPIC_TABLE_SIZE)};
}

/** `subscriptionGroup.json`. */
export function groupsFile(host: Host, folder: string): ConfigFile<SubscriptionGroupWrapper> {
  return configFile<SubscriptionGroupWrapper>(
    host,
    `${folder}/subscriptionGroup.json`,
    () => ({dataVersion: noVersion, subscriptionGroupTable: new Map()}),
    decodeSubscriptionGroupWrapper,
    (table) => encodeSubscriptionGroupWrapper(inGroupTableOrder(table)),
  );
}

export function inGroupTableOrder(table: SubscriptionGroupWrapper): SubscriptionGroupWrapper {
  return {...table, subscriptionGroupTable: sortedByTable(table.subscriptionGroupTable, GROUP_TABLE_SIZE)};
}

export type ConsumerOffsetTable = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** `consumerOffset.json`. */
export function offsetsFile(host: Host, folder: string): ConfigFile<ConsumerOffsetTable> {
  return configFile<ConsumerOffsetTable>(
    host,
    `${folder}/consumerOffset.json`,
    () => new Map(),
    decodeConsumerOffsets,
    (table) => encodeConsumerOffsets(inOffsetTableOrder(table)),
  );
}

/** Keys in table order, queue ids ascending, as small integers hash. */
export function inOffsetTableOrder(table: ConsumerOffsetTable): ConsumerOffsetTable {
  const ordered = new Map<string, ReadonlyMap<number, number>>();
  for (const [key, queues] of sortedByTable(table, OFFSET_TABLE_SIZE)) {
    ordered.set(key, new Map([...queues].sort(([a], [b]) => a - b)));
  }
  return ordered;
}
