import type {MessageQueue} from '../../message/message.ts';
import {
  bean,
  type Codec,
  decodeBody,
  double,
  encodeBody,
  givenText,
  integer,
  list,
  stringMap,
} from './codec.ts';
import {messageQueue, type QueueTable, queueTable} from './message-queue.ts';

/** Times are milliseconds since the epoch, 0 where there is none. Source: RocketMQ 4.9.1 `common.admin.TopicOffset`. */
export interface TopicOffset {
  readonly lastUpdateTimestamp: number;
  readonly maxOffset: number;
  readonly minOffset: number;
}

/** Source: `common.admin.OffsetWrapper`. */
export interface OffsetWrapper {
  readonly brokerOffset: number;
  readonly consumerOffset: number;
  readonly lastTimestamp: number;
}

/** The answer to 208. Source: `common.admin.ConsumeStats`. */
export interface ConsumeStats {
  readonly consumeTps: number;
  readonly offsetTable: QueueTable<OffsetWrapper>;
}

/** The answer to 317. Source: `common.protocol.body.ConsumeStatsList`. */
export interface ConsumeStatsList {
  readonly brokerAddr: string;
  /** One map for each group: the group, and its statistics by topic. */
  readonly consumeStatsList: readonly ReadonlyMap<string, readonly ConsumeStats[]>[];
  readonly totalDiff: number;
}

/** Source: `common.protocol.body.BrokerStatsItem`. */
export interface BrokerStatsItem {
  readonly avgpt: number;
  readonly sum: number;
  readonly tps: number;
}

/** The answer to 315. Source: `common.protocol.body.BrokerStatsData`. */
export interface BrokerStatsData {
  readonly statsDay: BrokerStatsItem;
  readonly statsHour: BrokerStatsItem;
  readonly statsMinute: BrokerStatsItem;
}

/** A part of the answer to 303; the `Str` members are the times as `yyyy-MM-dd#HH:mm:ss:SSS`. Source: `QueueTimeSpan`. */
export interface QueueTimeSpan {
  readonly consumeTimeStamp: number;
  readonly consumeTimeStampStr: string;
  readonly delayTime: number;
  readonly maxTimeStamp: number;
  readonly maxTimeStampStr: string;
  readonly messageQueue: MessageQueue;
  readonly minTimeStamp: number;
  readonly minTimeStampStr: string;
}

const topicStatsTable = bean<{offsetTable: QueueTable<TopicOffset>}>({
  offsetTable: queueTable(
    bean<TopicOffset>({lastUpdateTimestamp: integer(), maxOffset: integer(), minOffset: integer()}),
  ),
});

const consumeStats: Codec<ConsumeStats> = bean<ConsumeStats>({
  consumeTps: double,
  offsetTable: queueTable(
    bean<OffsetWrapper>({brokerOffset: integer(), consumerOffset: integer(), lastTimestamp: integer()}),
  ),
});

const consumeStatsList = bean<ConsumeStatsList>({
  brokerAddr: givenText,
  consumeStatsList: list(stringMap(list(consumeStats))),
  totalDiff: integer(),
});

const statsItem = bean<BrokerStatsItem>({avgpt: double, sum: integer(), tps: double});
const brokerStatsData = bean<BrokerStatsData>({
  statsDay: statsItem,
  statsHour: statsItem,
  statsMinute: statsItem,
});

const consumeTimeSpan = bean<{consumeTimeSpanSet: readonly QueueTimeSpan[]}>({
  consumeTimeSpanSet: list(
    bean<QueueTimeSpan>({
      consumeTimeStamp: integer(),
      consumeTimeStampStr: givenText,
      delayTime: integer(),
      maxTimeStamp: integer(),
      maxTimeStampStr: givenText,
      messageQueue,
      minTimeStamp: integer(),
      minTimeStampStr: givenText,
    }),
  ),
});

const groupList = bean<{groupList: readonly string[]}>({groupList: list(givenText)});

/** The answer to 202. Source: `common.admin.TopicStatsTable`. */
export function encodeTopicStatsTable(offsetTable: QueueTable<TopicOffset>): Uint8Array {
  return encodeBody(topicStatsTable, {offsetTable});
}

export function decodeTopicStatsTable(bytes: Uint8Array): QueueTable<TopicOffset> | null {
  return decodeBody(topicStatsTable, bytes)?.offsetTable ?? null;
}

export function encodeConsumeStats(stats: ConsumeStats): Uint8Array {
  return encodeBody(consumeStats, stats);
}

export function decodeConsumeStats(bytes: Uint8Array): ConsumeStats | null {
  return decodeBody(consumeStats, bytes);
}

export function encodeConsumeStatsList(stats: ConsumeStatsList): Uint8Array {
  return encodeBody(consumeStatsList, stats);
}

export function decodeConsumeStatsList(bytes: Uint8Array): ConsumeStatsList | null {
  return decodeBody(consumeStatsList, bytes);
}

export function encodeBrokerStatsData(stats: BrokerStatsData): Uint8Array {
  return encodeBody(brokerStatsData, stats);
}

export function decodeBrokerStatsData(bytes: Uint8Array): BrokerStatsData | null {
  return decodeBody(brokerStatsData, bytes);
}

/** The answer to 303. Source: `common.protocol.body.QueryConsumeTimeSpanBody`. */
export function encodeConsumeTimeSpan(spans: readonly QueueTimeSpan[]): Uint8Array {
  return encodeBody(consumeTimeSpan, {consumeTimeSpanSet: spans});
}

/** The answer to 300. Source: `common.protocol.body.GroupList`. */
export function encodeGroupList(groups: readonly string[]): Uint8Array {
  return encodeBody(groupList, {groupList: groups});
}

export function decodeGroupList(bytes: Uint8Array): readonly string[] | null {
  return decodeBody(groupList, bytes)?.groupList ?? null;
}
