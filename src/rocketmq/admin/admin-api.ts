import {type ClusterInfo, decodeClusterInfo} from '../remoting/bodies/cluster-info.ts';
import {decodeKVTable, type KVTable} from '../remoting/bodies/kv-table.ts';
import type {QueueTable} from '../remoting/bodies/message-queue.ts';
import {
  type ConsumeStats,
  decodeConsumeStats,
  decodeTopicStatsTable,
  type TopicOffset,
} from '../remoting/bodies/statistics.ts';
import {decodeTopicRouteData, type TopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, request} from '../remoting/command.ts';
import type {RemotingClient} from '../remoting/remoting.ts';

/** Requests of an operator wait this long. Source: RocketMQ 4.9.1 `tools.admin.DefaultMQAdminExt#timeoutMillis`. */
const TIMEOUT_MS = 5000;

export type AdminAnswer<T> =
  | {readonly ok: true; readonly value: T}
  /** `error`: the text of the Java exception, with its class. */
  | {readonly ok: false; readonly error: string};
export type AdminDone<T> = (answer: AdminAnswer<T>) => void;

/** What an operator asks NameServers and brokers. Source: RocketMQ 4.9.1 `tools.admin.DefaultMQAdminExtImpl`. */
export class AdminApi {
  readonly #remoting: RemotingClient;

  constructor(remoting: RemotingClient) {
    this.#remoting = remoting;
  }

  /** 106, of the current NameServer. */
  clusterInfo(done: AdminDone<ClusterInfo>): void {
    this.#ask(null, request(RequestCode.GET_BROKER_CLUSTER_INFO, null), decodeClusterInfo, done);
  }

  /** 28. */
  runtimeInfo(address: string, done: AdminDone<KVTable>): void {
    this.#ask(address, request(RequestCode.GET_BROKER_RUNTIME_INFO, null), decodeKVTable, done);
  }

  /** 105, of the current NameServer. */
  topicRoute(topic: string, done: AdminDone<TopicRouteData>): void {
    const ask = request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic});
    this.#ask(null, ask, decodeTopicRouteData, done);
  }

  /** 202. */
  topicStats(address: string, topic: string, done: AdminDone<QueueTable<TopicOffset>>): void {
    const ask = request(RequestCode.GET_TOPIC_STATS_INFO, {topic});
    this.#ask(address, ask, decodeTopicStatsTable, done);
  }

  /** 208. */
  consumeStats(address: string, consumerGroup: string, done: AdminDone<ConsumeStats>): void {
    const ask = request(RequestCode.GET_CONSUME_STATS, {consumerGroup});
    this.#ask(address, ask, decodeConsumeStats, done);
  }

  #ask<T>(
    address: string | null,
    ask: RemotingCommand,
    decode: (body: Uint8Array) => T | null,
    done: AdminDone<T>,
  ): void {
    this.#remoting.invoke(address, ask, TIMEOUT_MS, 'sync', (result) => {
      if (!result.ok) return done({ok: false, error: result.error.message});
      const {code, remark, body} = result.response;
      const value = code === ResponseCode.SUCCESS && body !== null ? decode(body) : null;
      if (value !== null) return done({ok: true, value});
      done({ok: false, error: `CODE: ${code}  DESC: ${remark}`});
    });
  }
}
