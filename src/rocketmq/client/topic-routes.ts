import type {MessageQueue} from '../message/message.ts';
import type {BrokerData, QueueData, TopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import type {PublishQueue} from './queue-selection.ts';

export const MASTER_ID = 0;
const PERM_READ = 4;
const PERM_WRITE = 2;

/**
 * The queues that a producer may use: those of an order topic as its configuration lists them, otherwise the write queues
 * of each broker name whose master is in the route.
 * Source: RocketMQ 4.9.1 `MQClientInstance#topicRouteData2TopicPublishInfo`.
 */
export function publishQueues(topic: string, route: TopicRouteData): PublishQueue[] {
  const queues: PublishQueue[] = [];
  const add = (brokerName: string, count: number): void => {
    for (let queueId = 0; queueId < count; queueId++) queues.push({topic, brokerName, queueId});
  };
  if (route.orderTopicConf) {
    for (const broker of route.orderTopicConf.split(';')) {
      const [brokerName, count] = broker.split(':');
      if (brokerName && count && /^\d+$/.test(count)) add(brokerName, Number(count));
    }
    return queues;
  }
  for (const data of byBrokerName(route.queueDatas)) {
    if ((data.perm & PERM_WRITE) === 0) continue;
    const broker = route.brokerDatas.find((each) => each.brokerName === data.brokerName);
    if (broker?.brokerAddrs.has(MASTER_ID)) add(data.brokerName, data.writeQueueNums);
  }
  return queues;
}

/** Every read queue; a master is not needed. Source: `#topicRouteData2TopicSubscribeInfo`. */
export function subscribeQueues(topic: string, route: TopicRouteData): MessageQueue[] {
  const queues: MessageQueue[] = [];
  for (const data of route.queueDatas) {
    if ((data.perm & PERM_READ) === 0) continue;
    for (let queueId = 0; queueId < data.readQueueNums; queueId++) {
      queues.push({topic, brokerName: data.brokerName, queueId});
    }
  }
  return queues;
}

/**
 * A route made from the default topic's: as many queues as asked for, at most as many as it has to read.
 * Source: `#updateTopicRouteInfoFromNameServer`.
 */
export function withDefaultQueueNums(route: TopicRouteData, defaultTopicQueueNums: number): TopicRouteData {
  return {
    ...route,
    queueDatas: route.queueDatas.map((data) => {
      const queueNums = Math.min(defaultTopicQueueNums, data.readQueueNums);
      return {...data, readQueueNums: queueNums, writeQueueNums: queueNums};
    }),
  };
}

/** Do two routes say the same, whatever their order? Source: `#topicRouteDataIsChange`. */
export function sameRoute(a: TopicRouteData, b: TopicRouteData): boolean {
  return (
    (a.orderTopicConf ?? null) === (b.orderTopicConf ?? null) &&
    sameLists(byBrokerName(a.queueDatas), byBrokerName(b.queueDatas), sameQueueData) &&
    sameLists(byBrokerName(a.brokerDatas), byBrokerName(b.brokerDatas), sameBrokerData) &&
    sameFilterServers(a.filterServerTable, b.filterServerTable)
  );
}

function byBrokerName<T extends {readonly brokerName: string}>(items: readonly T[]): T[] {
  return items
    .map((item, position) => ({item, position}))
    .sort((a, b) => compareText(a.item.brokerName, b.item.brokerName) || a.position - b.position)
    .map(({item}) => item);
}

/** Order of Java strings: by code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sameLists<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i]!));
}

function sameQueueData(a: QueueData, b: QueueData): boolean {
  return (
    a.brokerName === b.brokerName &&
    a.readQueueNums === b.readQueueNums &&
    a.writeQueueNums === b.writeQueueNums &&
    a.perm === b.perm &&
    a.topicSysFlag === b.topicSysFlag
  );
}

function sameBrokerData(a: BrokerData, b: BrokerData): boolean {
  if (a.brokerName !== b.brokerName || a.cluster !== b.cluster) return false;
  if (a.brokerAddrs.size !== b.brokerAddrs.size) return false;
  for (const [id, address] of a.brokerAddrs) if (b.brokerAddrs.get(id) !== address) return false;
  return true;
}

function sameFilterServers(
  a: TopicRouteData['filterServerTable'],
  b: TopicRouteData['filterServerTable'],
): boolean {
  if (a.size !== b.size) return false;
  for (const [address, servers] of a) {
    if (!b.has(address)) return false;
    if (!sameLists(servers ?? [], b.get(address) ?? [], (x, y) => x === y)) return false;
  }
  return true;
}
