import {javaHashMapOrder} from '../message/java-hash.ts';
import type {DataVersion} from '../remoting/bodies/data-version.ts';
import type {QueueData} from '../remoting/bodies/topic-route-data.ts';
import type {Channel} from '../remoting/remoting.ts';

/** The members of one broker name. */
export interface BrokerMembers {
  /** That of the first registration; later ones do not change it. */
  readonly cluster: string;
  readonly brokerName: string;
  readonly addressById: Map<number, string>;
}

/** What a broker that has registered told, and when. */
export interface BrokerLiveInfo {
  lastUpdateMs: number;
  readonly dataVersion: DataVersion;
  readonly channel: Channel;
  readonly haServerAddr: string | null;
}

/** The five tables of a NameServer. Source: RocketMQ 4.9.1 `namesrv.routeinfo.RouteInfoManager`. */
export interface RouteTables {
  /** At most one entry for a broker name in each list; a changed one moves to the end. */
  readonly queuesByTopic: Map<string, QueueData[]>;
  readonly brokers: Map<string, BrokerMembers>;
  readonly clusters: Map<string, Set<string>>;
  /** By address alone. */
  readonly live: Map<string, BrokerLiveInfo>;
  readonly filterServers: Map<string, readonly string[]>;
}

export function emptyRouteTables(): RouteTables {
  return {
    queuesByTopic: new Map(),
    brokers: new Map(),
    clusters: new Map(),
    live: new Map(),
    filterServers: new Map(),
  };
}

/** What the Java tables were made with: it decides the order in which lists of topics and names are given. */
const TOPIC_TABLE_CAPACITY = 1024;
const BROKER_TABLE_CAPACITY = 128;
const CLUSTER_TABLE_CAPACITY = 32;

export function topicsInOrder(tables: RouteTables): string[] {
  return javaHashMapOrder(tables.queuesByTopic.keys(), TOPIC_TABLE_CAPACITY);
}

export function brokerNamesInOrder(tables: RouteTables): string[] {
  return javaHashMapOrder(tables.brokers.keys(), BROKER_TABLE_CAPACITY);
}

export function clusterNamesInOrder(tables: RouteTables): string[] {
  return javaHashMapOrder(tables.clusters.keys(), CLUSTER_TABLE_CAPACITY);
}

/** The addresses of a broker name in the order of a Java map with `Long` keys. */
export function addressesInOrder(members: BrokerMembers): Map<number, string> {
  const ids = [...members.addressById.keys()].map((id, index) => ({id, index, bucket: longHash(id)}));
  let capacity = 16;
  while (ids.length > capacity * 0.75) capacity *= 2;
  ids.sort((a, b) => (a.bucket & (capacity - 1)) - (b.bucket & (capacity - 1)) || a.index - b.index);
  return new Map(ids.map(({id}) => [id, members.addressById.get(id)!]));
}

/** `Long.hashCode`, spread as `HashMap` spreads it; ids lie within 32 bits. */
function longHash(id: number): number {
  const hash = id < 0 ? ~id : id;
  return hash ^ (hash >>> 16);
}
