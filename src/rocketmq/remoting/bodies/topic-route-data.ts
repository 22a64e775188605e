import {
  bean,
  decodeBody,
  encodeBody,
  givenText,
  integer,
  list,
  nullable,
  numberMap,
  stringMap,
  text,
} from './codec.ts';

/** How a broker serves a topic. Source: RocketMQ 4.9.1 `common.protocol.route.QueueData`. */
export interface QueueData {
  readonly brokerName: string;
  /** Bits: 4 read, 2 write, 1 inherit. */
  readonly perm: number;
  readonly readQueueNums: number;
  /** Bits: 1 unit, 2 has a unit subscription. */
  readonly topicSysFlag: number;
  readonly writeQueueNums: number;
}

/** A broker's name and where its members are. Source: `common.protocol.route.BrokerData`. */
export interface BrokerData {
  /** By broker id; 0 is the master. */
  readonly brokerAddrs: ReadonlyMap<number, string>;
  readonly brokerName: string;
  readonly cluster: string;
}

/** The answer to 105. Source: `common.protocol.route.TopicRouteData`. */
export interface TopicRouteData {
  readonly brokerDatas: readonly BrokerData[];
  /** Broker address to filter servers; null where it has none, which is not written. */
  readonly filterServerTable: ReadonlyMap<string, readonly string[] | null>;
  /** `brokerA:4;brokerB:4`, or null. */
  readonly orderTopicConf: string | null;
  readonly queueDatas: readonly QueueData[];
}

const queueData = bean<QueueData>({
  brokerName: givenText,
  perm: integer(),
  readQueueNums: integer(),
  topicSysFlag: integer(),
  writeQueueNums: integer(),
});

export const brokerData = bean<BrokerData>({
  brokerAddrs: numberMap(givenText),
  brokerName: givenText,
  cluster: givenText,
});

const topicRouteData = bean<TopicRouteData>({
  brokerDatas: list(brokerData),
  filterServerTable: stringMap(nullable(list(givenText))),
  orderTopicConf: text,
  queueDatas: list(queueData),
});

export function encodeTopicRouteData(route: TopicRouteData): Uint8Array {
  return encodeBody(topicRouteData, route);
}

export function decodeTopicRouteData(bytes: Uint8Array): TopicRouteData | null {
  return decodeBody(topicRouteData, bytes);
}
