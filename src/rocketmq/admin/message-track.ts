import {printError} from '../client/errors.ts';
import {javaHashMapOrder} from '../message/java-hash.ts';
import type {MessageExt, MessageQueue} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import type {OffsetWrapper} from '../remoting/bodies/statistics.ts';
import type {SubscriptionData} from '../remoting/bodies/subscription-data.ts';
import {ResponseCode} from '../remoting/codes.ts';
import type {AdminDone, AdminFailure} from './admin-failure.ts';
import {clientFailure} from './admin-failure.ts';
import {NO_CONSUME_STATS} from './consumer-progress.ts';
import {orNull} from './java-format.ts';
import {mastersOf} from './masters.ts';
import type {AdminTools} from './tools.ts';

type TrackType = 'CONSUMED' | 'CONSUMED_BUT_FILTERED' | 'PULL' | 'NOT_CONSUME_YET' | 'NOT_ONLINE' | 'UNKNOWN';

/** What became of a message in one group. Source: RocketMQ 4.9.1 `tools.admin.api.MessageTrack`. */
export interface MessageTrack {
  readonly consumerGroup: string;
  readonly trackType: TrackType;
  readonly exceptionDesc: string | null;
}

export function printTrack({consumerGroup, trackType, exceptionDesc}: MessageTrack): string {
  return `MessageTrack [consumerGroup=${consumerGroup}, trackType=${trackType}, exceptionDesc=${orNull(exceptionDesc)}]`;
}

/**
 * What became of a message in every group of its topic, one after another. A group that cannot be asked has its row, with the
 * reason. Source: RocketMQ 4.9.1 `tools.admin.DefaultMQAdminExtImpl#messageTrackDetail`.
 */
export function messageTracks(
  tools: AdminTools,
  message: MessageExt,
  done: AdminDone<readonly MessageTrack[]>,
): void {
  tools.api.topicRoute(message.topic, (route) => {
    if (!route.ok) return done(route);
    // The first of its brokers is asked for all of them.
    const [address] = mastersOf(route.value);
    if (address === undefined) return done({ok: true, value: []});
    tools.api.groupsOfTopic(address, message.topic, (groups) => {
      if (!groups.ok) return done(groups);
      const tracks: MessageTrack[] = [];
      const next = (names: readonly string[]): void => {
        const [group, ...rest] = names;
        if (group === undefined) {
          done({ok: true, value: tracks});
          return;
        }
        trackOf(tools, message, group, (trackType, exceptionDesc) => {
          tracks.push({consumerGroup: group, trackType, exceptionDesc});
          next(rest);
        });
      };
      next(javaHashMapOrder(new Set(groups.value)));
    });
  });
}

type Told = (trackType: TrackType, exceptionDesc: string | null) => void;

function trackOf(tools: AdminTools, message: MessageExt, group: string, told: Told): void {
  tools.api.topicRoute(`%RETRY%${group}`, (route) => {
    if (!route.ok) return told('UNKNOWN', inFull(route.error, ROUTE_FRAME));
    const masters = mastersOf(route.value);
    const [address] = masters;
    if (address === undefined) return told('UNKNOWN', null);
    tools.api.consumerConnection(address, group, (connection) => {
      if (!connection.ok) {
        const {error} = connection;
        return error.exception === 'MQBrokerException'
          ? refused(error, told)
          : told('UNKNOWN', inFull(error));
      }
      const {connectionSet, consumeType, subscriptionTable} = connection.value;
      if (connectionSet.length === 0) return told('UNKNOWN', inFull(NOBODY_CONNECTED, CONNECTION_FRAME));
      if (consumeType !== 'CONSUME_PASSIVELY') {
        return told(consumeType === 'CONSUME_ACTIVELY' ? 'PULL' : 'UNKNOWN', null);
      }
      isConsumed(tools, message, group, masters, (consumed) => {
        if (!consumed.ok) {
          const {error} = consumed;
          const isAnswer = error.exception === 'MQBrokerException' || error.exception === 'MQClientException';
          return isAnswer ? refused(error, told) : told('UNKNOWN', inFull(error));
        }
        if (!consumed.value) return told('NOT_CONSUME_YET', null);
        const subscription = subscriptionTable.get(message.topic);
        told(isWanted(message, subscription) ? 'CONSUMED' : 'CONSUMED_BUT_FILTERED', null);
      });
    });
  });
}

function isWanted({properties}: MessageExt, subscription: SubscriptionData | undefined): boolean {
  if (subscription === undefined) return true;
  const {tagsSet} = subscription;
  const tags = properties.get(MessageConst.TAGS);
  return tagsSet.length === 0 || tagsSet.includes('*') || (tags !== undefined && tagsSet.includes(tags));
}

/** Whether the group's offset has passed the message in its queue. Source: `DefaultMQAdminExtImpl#consumed`. */
function isConsumed(
  tools: AdminTools,
  message: MessageExt,
  group: string,
  masters: readonly string[],
  done: AdminDone<boolean>,
): void {
  const offsets: (readonly [MessageQueue, OffsetWrapper])[] = [];
  const next = (addresses: readonly string[]): void => {
    const [address, ...rest] = addresses;
    if (address !== undefined) {
      tools.api.consumeStats(address, group, (stats) => {
        if (!stats.ok) return done(stats);
        offsets.push(...stats.value.offsetTable);
        next(rest);
      });
      return;
    }
    if (offsets.length === 0) {
      done({ok: false, error: NO_CONSUME_STATS});
      return;
    }
    tools.api.clusterInfo((info) => {
      if (!info.ok) return done(info);
      const value = offsets.some(
        ([queue, {consumerOffset}]) =>
          queue.topic === message.topic &&
          queue.queueId === message.queueId &&
          info.value.brokerAddrTable.get(queue.brokerName)?.brokerAddrs.get(0) === message.storeHost &&
          consumerOffset > message.queueOffset,
      );
      done({ok: true, value});
    });
  };
  next(masters);
}

function refused({code, text}: AdminFailure, told: Told): void {
  const trackType = code === ResponseCode.CONSUMER_NOT_ONLINE ? 'NOT_ONLINE' : 'UNKNOWN';
  told(trackType, `CODE:${code} DESC:${text}`);
}

const NOBODY_CONNECTED = clientFailure(
  ResponseCode.CONSUMER_NOT_ONLINE,
  'Not found the consumer group connection',
);
const ROUTE_FRAME =
  'org.apache.rocketmq.client.impl.MQClientAPIImpl.getTopicRouteInfoFromNameServer(MQClientAPIImpl.java:1385)';
const CONNECTION_FRAME =
  'org.apache.rocketmq.tools.admin.DefaultMQAdminExtImpl.examineConsumerConnectionInfo(DefaultMQAdminExtImpl.java:345)';

/** The exception and where it was thrown. Source: `RemotingHelper#exceptionSimpleDesc`. */
function inFull(error: AdminFailure, frame: string | null = null): string {
  return frame === null ? printError(error) : `${printError(error)}, ${frame}`;
}
