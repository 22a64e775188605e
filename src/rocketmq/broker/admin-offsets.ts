import {isNullBody} from '../remoting/bodies/codec.ts';
import {decodeLockBatchRequest, encodeLockBatchResponse} from '../remoting/bodies/lock-batch.ts';
import {
  encodeConsumerOffsets,
  encodeCorrectionOffsets,
  encodeDelayOffsets,
} from '../remoting/bodies/offset-tables.ts';
import {encodeTopicStatsTable, type TopicOffset} from '../remoting/bodies/statistics.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import {AdminFields} from './admin-fields.ts';
import type {AdminHandler} from './admin-handler.ts';
import type {BrokerParts} from './broker-parts.ts';
import {inOffsetTableOrder} from './config-files.ts';
import {inQueueOrder} from './java-table-order.ts';
import {missingBody, missingName, notJson, nullVariable} from './java-text.ts';

/** Offsets of queues and of groups, and locks of queues: 29, 30, 31, 32, 202, 308, 43, 45, 41, 42. */
export function adminOffsetHandlers(broker: BrokerParts): [number, AdminHandler][] {
  const {store} = broker;
  const one = (name: string, value: number): RemotingCommand =>
    response(ResponseCode.SUCCESS, null, {[name]: String(value)});
  return [
    [
      RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
      (request) => {
        const fields = new AdminFields(request, 'SearchOffsetRequestHeader', 'searchOffsetByTimestamp:565');
        const queueId = fields.int('queueId');
        const timestampMs = fields.long('timestamp');
        return one('offset', store.offsetInQueueByTime(fields.key('topic'), queueId, timestampMs));
      },
    ],
    [
      RequestCode.GET_MAX_OFFSET,
      (request) => {
        const fields = new AdminFields(request, 'GetMaxOffsetRequestHeader', 'getMaxOffset:582');
        const queueId = fields.int('queueId');
        return one('offset', store.maxOffsetInQueue(fields.key('topic'), queueId));
      },
    ],
    [
      RequestCode.GET_MIN_OFFSET,
      (request) => {
        const fields = new AdminFields(request, 'GetMinOffsetRequestHeader', 'getMinOffset:597');
        const queueId = fields.int('queueId');
        return one('offset', store.minOffsetInQueue(fields.key('topic'), queueId));
      },
    ],
    [
      RequestCode.GET_EARLIEST_MSG_STORETIME,
      (request) => {
        const at = 'getEarliestMsgStoretime:613';
        const fields = new AdminFields(request, 'GetEarliestMsgStoretimeRequestHeader', at);
        const queueId = fields.int('queueId');
        return one('timestamp', store.earliestMessageTimeMs(fields.key('topic'), queueId));
      },
    ],
    [RequestCode.QUERY_CORRECTION_OFFSET, (request) => correctionOffsets(broker, request)],
    [RequestCode.GET_TOPIC_STATS_INFO, (request) => topicStats(broker, request)],
    [
      RequestCode.GET_ALL_CONSUMER_OFFSET,
      () => {
        const body = encodeConsumerOffsets(inOffsetTableOrder(broker.offsets.table));
        return response(ResponseCode.SUCCESS, null, null, body);
      },
    ],
    [
      RequestCode.GET_ALL_DELAY_OFFSET,
      () => response(ResponseCode.SUCCESS, null, null, encodeDelayOffsets(store.delayOffsets)),
    ],
    [
      RequestCode.LOCK_BATCH_MQ,
      (request) => {
        if (request.body === null) missingBody();
        const asked = decodeLockBatchRequest(request.body) ?? noRequestBody(request.body, 'lockBatchMQ', 642);
        const locked = broker.locks.tryLock(asked.consumerGroup ?? '', asked.mqSet, asked.clientId);
        return response(ResponseCode.SUCCESS, null, null, encodeLockBatchResponse(locked));
      },
    ],
    [
      RequestCode.UNLOCK_BATCH_MQ,
      (request) => {
        if (request.body === null) missingBody();
        const asked =
          decodeLockBatchRequest(request.body) ?? noRequestBody(request.body, 'unlockBatchMQ', 661);
        broker.locks.unlock(asked.consumerGroup ?? missingName(), asked.mqSet, asked.clientId);
        return response(ResponseCode.SUCCESS, null);
      },
    ],
  ];
}

function noRequestBody(body: Uint8Array, method: 'lockBatchMQ' | 'unlockBatchMQ', line: number): never {
  if (!isNullBody(body)) notJson();
  const bean = method === 'lockBatchMQ' ? 'LockBatchRequestBody' : 'UnlockBatchRequestBody';
  nullVariable(
    `org.apache.rocketmq.common.protocol.body.${bean}.getConsumerGroup()`,
    'requestBody',
    `org.apache.rocketmq.broker.processor.AdminBrokerProcessor.${method}(AdminBrokerProcessor.java:${line})`,
  );
}

/**
 * How far the slowest group is in each queue of a topic; 2^63 - 1 where the group that is compared is behind that. 4.9.1 mixes up
 * group and topic when it looks for the one to compare, so that there is none unless a topic is called like the group.
 * Source: `AdminBrokerProcessor#queryCorrectionOffset`.
 */
function correctionOffsets(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const {topic, filterGroups, compareGroup} = request.extFields ?? {};
  const {store, offsets} = broker;
  const least = offsets.minOffsetsInAllGroups(topic, filterGroups, (name, queueId) =>
    store.minOffsetInQueue(name, queueId),
  );
  const corrected = new Map([...least].map(([queueId, offset]) => [queueId, BigInt(offset)]));
  for (const [queueId, offset] of offsets.queues(topic ?? 'null', compareGroup ?? 'null')) {
    const known = least.get(queueId);
    if (known === undefined) missingName();
    if (known > offset) corrected.set(queueId, LONG_MAX);
  }
  return response(ResponseCode.SUCCESS, null, null, encodeCorrectionOffsets(corrected));
}

const LONG_MAX = 9_223_372_036_854_775_807n;

function topicStats(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const {store, topics, config} = broker;
  const topic = request.extFields?.['topic'] ?? missingName();
  const settings = topics.select(topic);
  if (settings === null) return response(ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist`);
  const rows: [{topic: string; brokerName: string; queueId: number}, TopicOffset][] = [];
  for (let queueId = 0; queueId < settings.writeQueueNums; queueId += 1) {
    const minOffset = Math.max(0, store.minOffsetInQueue(topic, queueId));
    const maxOffset = Math.max(0, store.maxOffsetInQueue(topic, queueId));
    const lastUpdateTimestamp =
      maxOffset > 0 ? store.messageStoreTimestampMs(topic, queueId, maxOffset - 1) : 0;
    rows.push([
      {topic, brokerName: config.brokerName, queueId},
      {lastUpdateTimestamp, maxOffset, minOffset},
    ]);
  }
  return response(ResponseCode.SUCCESS, null, null, encodeTopicStatsTable(inQueueOrder(rows)));
}
