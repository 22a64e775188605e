import {isNullBody} from '../remoting/bodies/codec.ts';
import {
  type ConsumeStats,
  encodeBrokerStatsData,
  encodeConsumeStats,
  encodeConsumeStatsList,
  encodeConsumeTimeSpan,
  encodeGroupList,
  type OffsetWrapper,
  type QueueTimeSpan,
} from '../remoting/bodies/statistics.ts';
import {
  decodeSubscriptionGroupConfig,
  encodeSubscriptionGroupWrapper,
  tellsGroupName,
} from '../remoting/bodies/subscription-group.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import type {AdminHandler} from './admin-handler.ts';
import type {BrokerParts} from './broker-parts.ts';
import {inGroupTableOrder} from './config-files.ts';
import {inQueueOrder} from './java-table-order.ts';
import {
  humanTime,
  javaBoolean,
  missingBody,
  missingName,
  notJson,
  nullKey,
  nullVariable,
  thrown,
} from './java-text.ts';

/** Settings, progress and statistics of groups: 200, 201, 207, 208, 300, 303, 314, 315, 317. */
export function adminGroupHandlers(broker: BrokerParts): [number, AdminHandler][] {
  const {groups, offsets, consumers} = broker;
  return [
    [
      RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
      (request) => {
        if (request.body === null) missingBody();
        const config = decodeSubscriptionGroupConfig(request.body);
        if (config === null && !isNullBody(request.body)) notJson();
        if (config !== null) groups.update(tellsGroupName(request.body) ? config : unnamedGroup());
        return response(ResponseCode.SUCCESS, null);
      },
    ],
    [
      RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG,
      () => {
        const body = encodeSubscriptionGroupWrapper(inGroupTableOrder(groups.table));
        return response(ResponseCode.SUCCESS, null, null, body);
      },
    ],
    [
      RequestCode.DELETE_SUBSCRIPTIONGROUP,
      (request) => {
        const {groupName, removeOffset} = request.extFields ?? {};
        if (groupName === undefined) nullKey('replaceNode');
        groups.delete(groupName);
        if (javaBoolean(removeOffset)) offsets.removeGroup(groupName);
        return response(ResponseCode.SUCCESS, null);
      },
    ],
    [
      RequestCode.GET_CONSUME_STATS,
      (request) => {
        const {consumerGroup: group, topic} = request.extFields ?? {};
        const stats = consumeStats(broker, group, namedTopics(broker, group, topic));
        return response(ResponseCode.SUCCESS, null, null, encodeConsumeStats(stats));
      },
    ],
    [
      RequestCode.QUERY_TOPIC_CONSUME_BY_WHO,
      (request) => {
        const topic = request.extFields?.['topic'];
        if (topic === undefined) {
          // Compared with what was ever committed, if anything was.
          if (offsets.hasPairs)
            nullVariable('String.equals(Object)', 'topic', offsetManagerAt('whichGroupByTopic', 112));
          return response(ResponseCode.SUCCESS, null, null, encodeGroupList([]));
        }
        const names = new Set([...consumers.groupsOfTopic(topic), ...offsets.groupsOfTopic(topic)]);
        return response(ResponseCode.SUCCESS, null, null, encodeGroupList([...names]));
      },
    ],
    [RequestCode.QUERY_CONSUME_TIME_SPAN, (request) => consumeTimeSpan(broker, request)],
    [RequestCode.CLONE_GROUP_OFFSET, (request) => cloneOffsets(broker, request)],
    [RequestCode.VIEW_BROKER_STATS_DATA, (request) => brokerStats(broker, request)],
    [RequestCode.GET_BROKER_CONSUME_STATS, (request) => allConsumeStats(broker, request)],
  ];
}

/** The topic that a request names; where it names none, those that the group has offsets of. */
function namedTopics(
  broker: BrokerParts,
  group: string | undefined,
  topic: string | undefined,
): readonly string[] {
  const {offsets} = broker;
  if (topic !== undefined && topic.trim() !== '') return [topic];
  if (group !== undefined) return offsets.topicsOfGroup(group);
  if (offsets.hasPairs)
    nullVariable('String.equals(Object)', 'group', offsetManagerAt('whichTopicByConsumer', 94));
  return [];
}

const offsetManagerAt = (method: string, line: number): string =>
  `org.apache.rocketmq.broker.offset.ConsumerOffsetManager.${method}(ConsumerOffsetManager.java:${line})`;

function unnamedGroup(): never {
  thrown(
    'java.lang.NullPointerException',
    'java.base/java.util.concurrent.ConcurrentHashMap.putVal(ConcurrentHashMap.java:1011)',
  );
}

/** Topics that are unknown, or that the connected group does not subscribe to, are left out. */
function consumeStats(
  broker: BrokerParts,
  group: string | undefined,
  asked: readonly string[],
): ConsumeStats {
  const {topics, consumers, offsets, store, config} = broker;
  const rows: [{topic: string; brokerName: string; queueId: number}, OffsetWrapper][] = [];
  let consumeTps = 0;
  for (const topic of asked) {
    const settings = topics.select(topic);
    if (settings === null) continue;
    if (group === undefined) missingName();
    const connected = consumers.group(group);
    if (connected !== null && connected.subscriptions.size > 0 && !connected.subscriptions.has(topic))
      continue;
    for (let queueId = 0; queueId < settings.readQueueNums; queueId += 1) {
      const brokerOffset = Math.max(0, store.maxOffsetInQueue(topic, queueId));
      const consumerOffset = Math.max(0, offsets.query(group, topic, queueId));
      const storedMs =
        consumerOffset > 0 ? store.messageStoreTimestampMs(topic, queueId, consumerOffset - 1) : 0;
      rows.push([
        {topic, brokerName: config.brokerName, queueId},
        {brokerOffset, consumerOffset, lastTimestamp: Math.max(0, storedMs)},
      ]);
    }
    consumeTps += broker.stats.tpsGroupGet(group, topic);
  }
  return {consumeTps, offsetTable: inQueueOrder(rows)};
}

function allConsumeStats(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const isOrder = javaBoolean(request.extFields?.['isOrder']);
  const all: Map<string, ConsumeStats[]>[] = [];
  let totalDiff = 0;
  for (const group of inGroupTableOrder(broker.groups.table).subscriptionGroupTable.keys()) {
    const byTopic: ConsumeStats[] = [];
    for (const topic of broker.offsets.topicsOfGroup(group)) {
      const settings = broker.topics.select(topic);
      if (settings === null || (isOrder && !settings.order)) continue;
      const stats = consumeStats(broker, group, [topic]);
      for (const [, offset] of stats.offsetTable) totalDiff += offset.brokerOffset - offset.consumerOffset;
      if (stats.offsetTable.length > 0) byTopic.push(stats);
    }
    all.push(new Map([[group, byTopic]]));
  }
  const body = encodeConsumeStatsList({brokerAddr: broker.address, consumeStatsList: all, totalDiff});
  return response(ResponseCode.SUCCESS, null, null, body);
}

function consumeTimeSpan(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const {store, topics, offsets, config} = broker;
  const fields = request.extFields ?? {};
  const topic = fields['topic'] ?? missingName();
  const settings = topics.select(topic);
  if (settings === null) return response(ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist`);
  const text = (timeMs: number): string => humanTime(timeMs, '#', ':');
  const spans: QueueTimeSpan[] = [];
  for (let queueId = 0; queueId < settings.writeQueueNums; queueId += 1) {
    const min = store.earliestMessageTimeMs(topic, queueId);
    const max = store.messageStoreTimestampMs(topic, queueId, store.maxOffsetInQueue(topic, queueId) - 1);
    const consumed = offsets.query(fields['group'] ?? 'null', topic, queueId);
    const consumedMs = consumed > 0 ? store.messageStoreTimestampMs(topic, queueId, consumed - 1) : min;
    const behind =
      store.maxOffsetInQueue(topic, queueId) > consumed
        ? store.messageStoreTimestampMs(topic, queueId, Math.max(0, consumed))
        : -1;
    spans.push({
      messageQueue: {topic, brokerName: config.brokerName, queueId},
      minTimeStamp: min,
      minTimeStampStr: text(min),
      maxTimeStamp: max,
      maxTimeStampStr: text(max),
      consumeTimeStamp: consumedMs,
      consumeTimeStampStr: text(consumedMs),
      delayTime: behind < 0 ? 0 : broker.host.clock.nowMs() - behind,
    });
  }
  return response(ResponseCode.SUCCESS, null, null, encodeConsumeTimeSpan(spans));
}

/** Without a topic the topics of the source group are meant; 4.9.1 then clones nothing. */
function cloneOffsets(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const {srcGroup, destGroup = 'null', topic, offline} = request.extFields ?? {};
  for (const each of namedTopics(broker, srcGroup, topic)) {
    if (broker.topics.select(each) === null) continue;
    const connected = javaBoolean(offline) ? null : broker.consumers.group(srcGroup ?? missingName());
    if (connected !== null && connected.subscriptions.size > 0 && !connected.subscriptions.has(each))
      continue;
    broker.offsets.clone(srcGroup ?? 'null', destGroup, each);
  }
  return response(ResponseCode.SUCCESS, null);
}

function brokerStats(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const {statsName = 'null', statsKey = 'null'} = request.extFields ?? {};
  const views = broker.stats.views(statsName, statsKey);
  if (views === null) {
    return response(ResponseCode.SYSTEM_ERROR, `The stats <${statsName}> <${statsKey}> not exist`);
  }
  const body = encodeBrokerStatsData({statsDay: views.day, statsHour: views.hour, statsMinute: views.minute});
  return response(ResponseCode.SUCCESS, null, null, body);
}
