import {javaHashMapOrder} from '../message/java-hash.ts';
import type {ClusterInfo} from '../remoting/bodies/cluster-info.ts';
import type {BrokerData, QueueData, TopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import {
  addressesInOrder,
  type BrokerMembers,
  brokerNamesInOrder,
  clusterNamesInOrder,
  type RouteTables,
  topicsInOrder,
} from './route-tables.ts';

/**
 * What can be asked of a NameServer's tables. Names come in the order in which Java's sets and maps iterate, as clients print
 * them so. Source: RocketMQ 4.9.1 `namesrv.routeinfo.RouteInfoManager`.
 */

const UNIT_FLAG = 1;
const UNIT_SUB_FLAG = 2;

/** A topic's route, or null where it has no queues or nobody is left who serves them. */
export function routeOf(
  tables: RouteTables,
  topic: string | undefined,
  orderTopicConf: string | null,
): TopicRouteData | null {
  const queueDatas = topic === undefined ? undefined : tables.queuesByTopic.get(topic);
  if (queueDatas === undefined) return null;
  const brokerDatas: BrokerData[] = [];
  const filterServerTable = new Map<string, readonly string[] | null>();
  for (const brokerName of javaHashMapOrder(new Set(queueDatas.map((queue) => queue.brokerName)))) {
    const members = tables.brokers.get(brokerName);
    if (members === undefined) continue;
    brokerDatas.push(brokerDataOf(members));
    for (const address of members.addressById.values()) {
      filterServerTable.set(address, tables.filterServers.get(address) ?? null);
    }
  }
  return brokerDatas.length === 0 ? null : {brokerDatas, filterServerTable, orderTopicConf, queueDatas};
}

export function clusterInfo(tables: RouteTables): ClusterInfo {
  return {
    brokerAddrTable: new Map(
      brokerNamesInOrder(tables).map((name) => [name, brokerDataOf(tables.brokers.get(name)!)]),
    ),
    clusterAddrTable: new Map(
      clusterNamesInOrder(tables).map((name) => [name, javaHashMapOrder(tables.clusters.get(name)!)]),
    ),
  };
}

export function allTopics(tables: RouteTables): string[] {
  return javaHashMapOrder(topicsInOrder(tables));
}

/** Topics that some broker of the cluster serves; none for a cluster that nobody knows. */
export function topicsOfCluster(tables: RouteTables, cluster: string | undefined): string[] {
  const names = cluster === undefined ? undefined : tables.clusters.get(cluster);
  if (names === undefined) return [];
  const topics = new Set<string>();
  const inOrder = topicsInOrder(tables);
  for (const brokerName of javaHashMapOrder(names)) {
    for (const topic of inOrder) {
      if (tables.queuesByTopic.get(topic)!.some((queue) => queue.brokerName === brokerName))
        topics.add(topic);
    }
  }
  return javaHashMapOrder(topics);
}

/** The names of clusters and brokers, which are topics of the system, and the address of some broker. */
export function systemTopics(tables: RouteTables): {topics: string[]; brokerAddr: string | null} {
  const topics = new Set<string>();
  for (const cluster of clusterNamesInOrder(tables)) {
    topics.add(cluster);
    for (const name of javaHashMapOrder(tables.clusters.get(cluster)!)) topics.add(name);
  }
  const first = brokerNamesInOrder(tables)
    .map((name) => tables.brokers.get(name)!)
    .find((members) => members.addressById.size > 0);
  const brokerAddr = first === undefined ? null : [...addressesInOrder(first).values()][0]!;
  return {topics: javaHashMapOrder(topics), brokerAddr};
}

export function unitTopics(tables: RouteTables): string[] {
  return topicsWhere(tables, (flag) => (flag & UNIT_FLAG) !== 0);
}

export function unitSubTopics(tables: RouteTables): string[] {
  return topicsWhere(tables, (flag) => (flag & UNIT_SUB_FLAG) !== 0);
}

export function unitSubUnunitTopics(tables: RouteTables): string[] {
  return topicsWhere(tables, (flag) => (flag & UNIT_FLAG) === 0 && (flag & UNIT_SUB_FLAG) !== 0);
}

/** The first broker that serves a topic speaks for all. */
function topicsWhere(tables: RouteTables, matches: (topicSysFlag: number) => boolean): string[] {
  const first = (topic: string): QueueData | undefined => tables.queuesByTopic.get(topic)![0];
  const topics = topicsInOrder(tables).filter((topic) => {
    const queue = first(topic);
    return queue !== undefined && matches(queue.topicSysFlag);
  });
  return javaHashMapOrder(topics);
}

function brokerDataOf(members: BrokerMembers): BrokerData {
  return {brokerAddrs: addressesInOrder(members), brokerName: members.brokerName, cluster: members.cluster};
}
