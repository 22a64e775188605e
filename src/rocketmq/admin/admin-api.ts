import {commandException, remotingException} from '../client/errors.ts';
import type {MessageExt, MessageQueue} from '../message/message.ts';
import {type ClusterInfo, decodeClusterInfo} from '../remoting/bodies/cluster-info.ts';
import {type ConsumerConnection, decodeConsumerConnection} from '../remoting/bodies/connections.ts';
import {
  type ConsumeMessageDirectlyResult,
  decodeConsumeMessageDirectlyResult,
} from '../remoting/bodies/consumer-running-info.ts';
import {decodeKVTable, type KVTable} from '../remoting/bodies/kv-table.ts';
import type {QueueTable} from '../remoting/bodies/message-queue.ts';
import {
  type ConsumeStats,
  decodeConsumeStats,
  decodeGroupList,
  decodeTopicStatsTable,
  type TopicOffset,
} from '../remoting/bodies/statistics.ts';
import {decodeTopicRouteData, type TopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import {RequestCode, ResponseCode, requestCodeName} from '../remoting/codes.ts';
import {type RemotingCommand, request} from '../remoting/command.ts';
import type {RemotingClient} from '../remoting/remoting.ts';
import {type AdminAnswer, type AdminDone, brokerFailure, clientFailure} from './admin-failure.ts';
import {receivedMessages} from './received-messages.ts';

/** Requests of an operator wait this long. Source: RocketMQ 4.9.1 `tools.admin.DefaultMQAdminExt#timeoutMillis`. */
const TIMEOUT_MS = 5000;
/** Those that `MQAdminImpl` makes. Source: `client.impl.MQAdminImpl#timeoutMillis`. */
const MESSAGE_TIMEOUT_MS = 6000;
/** Source: `client.consumer.DefaultMQPullConsumer`. */
const PULL_TIMEOUT_MS = 10_000;
const SUSPEND_ON_BROKER_MS = 20_000;
/** The subscription comes with the request. Source: `common.sysflag.PullSysFlag`. */
const PULL_WITH_SUBSCRIPTION = 4;
/** Source: `common.MixAll`. */
const TOOLS_CONSUMER_GROUP = 'TOOLS_CONSUMER';
const UNIQUE_MSG_QUERY_FLAG = '_UNIQUE_KEY_QUERY';
/** `Long.MAX_VALUE`: no end. */
const FOR_EVER = '9223372036854775807';

/** What is asked of one broker's index. */
export interface MessageQuery {
  readonly topic: string;
  readonly key: string;
  readonly maxNum: number;
  readonly beginMs: number;
  /** `key` is a unique id. */
  readonly isUnique: boolean;
}

/** What an operator asks NameServers and brokers. Source: RocketMQ 4.9.1 `tools.admin.DefaultMQAdminExtImpl`. */
export class AdminApi {
  readonly #remoting: RemotingClient;

  constructor(remoting: RemotingClient) {
    this.#remoting = remoting;
  }

  /** 106, of the current NameServer. */
  clusterInfo(done: AdminDone<ClusterInfo>): void {
    this.#ask(null, request(RequestCode.GET_BROKER_CLUSTER_INFO), TIMEOUT_MS, decodeClusterInfo, done);
  }

  /** 28. */
  runtimeInfo(address: string, done: AdminDone<KVTable>): void {
    this.#ask(address, request(RequestCode.GET_BROKER_RUNTIME_INFO), TIMEOUT_MS, decodeKVTable, done);
  }

  /** 105, of the current NameServer. */
  topicRoute(topic: string, done: AdminDone<TopicRouteData>): void {
    const ask = request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic});
    this.#ask(null, ask, TIMEOUT_MS, decodeTopicRouteData, done);
  }

  /** 202. */
  topicStats(address: string, topic: string, done: AdminDone<QueueTable<TopicOffset>>): void {
    const ask = request(RequestCode.GET_TOPIC_STATS_INFO, {topic});
    this.#ask(address, ask, TIMEOUT_MS, decodeTopicStatsTable, done);
  }

  /** 208. */
  consumeStats(address: string, consumerGroup: string, done: AdminDone<ConsumeStats>): void {
    const ask = request(RequestCode.GET_CONSUME_STATS, {consumerGroup});
    this.#ask(address, ask, TIMEOUT_MS * 3, decodeConsumeStats, done);
  }

  /** 300: groups that consume a topic. */
  groupsOfTopic(address: string, topic: string, done: AdminDone<readonly string[]>): void {
    const ask = request(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, {topic});
    this.#ask(address, ask, TIMEOUT_MS, decodeGroupList, done);
  }

  /** 203: who of a group is connected. */
  consumerConnection(address: string, consumerGroup: string, done: AdminDone<ConsumerConnection>): void {
    const ask = request(RequestCode.GET_CONSUMER_CONNECTION_LIST, {consumerGroup});
    this.#ask(address, ask, TIMEOUT_MS, decodeConsumerConnection, done);
  }

  /** 309: a consumer is given a stored message now; `msgId` is an offset id. */
  consumeDirectly(
    address: string,
    consumerGroup: string,
    clientId: string,
    msgId: string,
    done: AdminDone<ConsumeMessageDirectlyResult>,
  ): void {
    const ask = request(RequestCode.CONSUME_MESSAGE_DIRECTLY, {consumerGroup, clientId, msgId});
    this.#ask(address, ask, TIMEOUT_MS * 3, decodeConsumeMessageDirectlyResult, done);
  }

  /**
   * 12: messages that one broker's index has under the hash of a key; none also where it fails. `done` is not called where nothing
   * could be sent, which 4.9.1 does not count as an answer.
   */
  queryMessages(address: string, query: MessageQuery, done: (found: readonly MessageExt[]) => void): void {
    const {topic, key, maxNum, beginMs, isUnique} = query;
    const ask = request(RequestCode.QUERY_MESSAGE, {
      topic,
      key,
      maxNum: `${maxNum}`,
      beginTimestamp: `${beginMs}`,
      endTimestamp: FOR_EVER,
      [UNIQUE_MSG_QUERY_FLAG]: `${isUnique}`,
    });
    this.#remoting.invoke(address, ask, MESSAGE_TIMEOUT_MS * 3, 'async', (result) => {
      if (!result.ok) {
        const {kind} = result.error;
        if (kind !== 'connect' && kind !== 'too-much-request') done([]);
        return;
      }
      const {code, body} = result.response;
      done(code === ResponseCode.SUCCESS && body !== null ? receivedMessages(body) : []);
    });
  }

  /** 33: the message at a physical offset; null where what stands there is none. */
  viewMessage(address: string, offset: bigint, done: AdminDone<MessageExt | null>): void {
    const ask = request(RequestCode.VIEW_MESSAGE_BY_ID, {offset: `${offset}`});
    this.#ask(
      address,
      ask,
      MESSAGE_TIMEOUT_MS,
      (body) => ({message: receivedMessages(body)[0] ?? null}),
      (answer) => done(answer.ok ? {ok: true, value: answer.value.message} : answer),
    );
  }

  /** 11, for one message, as the pull consumer of the tool asks; null where there is none. */
  pullOne(address: string, queue: MessageQueue, offset: string, done: AdminDone<MessageExt | null>): void {
    const ask = request(RequestCode.PULL_MESSAGE, {
      consumerGroup: TOOLS_CONSUMER_GROUP,
      topic: queue.topic,
      queueId: `${queue.queueId}`,
      queueOffset: offset,
      maxMsgNums: '1',
      sysFlag: `${PULL_WITH_SUBSCRIPTION}`,
      commitOffset: '0',
      suspendTimeoutMillis: `${SUSPEND_ON_BROKER_MS}`,
      subscription: '*',
      subVersion: '0',
      expressionType: 'TAG',
    });
    this.#remoting.invoke(address, ask, PULL_TIMEOUT_MS, 'sync', (result) => {
      if (!result.ok) return done({ok: false, error: remotingException(result.error)});
      const {code, remark, body, extFields} = result.response;
      switch (code) {
        case ResponseCode.SUCCESS: {
          const [message] = body === null ? [] : receivedMessages(body);
          message?.properties.set('MIN_OFFSET', extFields?.['minOffset'] ?? 'null');
          message?.properties.set('MAX_OFFSET', extFields?.['maxOffset'] ?? 'null');
          return done({ok: true, value: message ?? null});
        }
        case ResponseCode.PULL_NOT_FOUND:
        case ResponseCode.PULL_RETRY_IMMEDIATELY:
        case ResponseCode.PULL_OFFSET_MOVED:
          return done({ok: true, value: null});
        default:
          return done({ok: false, error: brokerFailure(code, remark, address)});
      }
    });
  }

  #ask<T>(
    address: string | null,
    ask: RemotingCommand,
    timeoutMs: number,
    decode: (body: Uint8Array) => T | null,
    done: AdminDone<T>,
  ): void {
    this.#remoting.invoke(address, ask, timeoutMs, 'sync', (result) => {
      if (!result.ok) return done({ok: false, error: remotingException(result.error)});
      done(answerOf(address, ask, result.response, decode));
    });
  }
}

function answerOf<T>(
  address: string | null,
  ask: RemotingCommand,
  {code, remark, body}: RemotingCommand,
  decode: (body: Uint8Array) => T | null,
): AdminAnswer<T> {
  if (code === ResponseCode.SUCCESS && body !== null) {
    const value = decode(body);
    if (value !== null) return {ok: true, value};
    const error = commandException(`the response to ${requestCodeName(ask.code)} cannot be decoded`);
    return {ok: false, error};
  }
  const isBrokerException = address !== null && ask.code !== RequestCode.CONSUME_MESSAGE_DIRECTLY;
  const error = isBrokerException ? brokerFailure(code, remark, address) : clientFailure(code, `${remark}`);
  return {ok: false, error};
}
