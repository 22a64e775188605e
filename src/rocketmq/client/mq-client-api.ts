import type {MessageExt} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import {decodeConsumerIdList} from '../remoting/bodies/consumer-id-list.ts';
import {decodeTopicRouteData, type TopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import {RequestCode, ResponseCode, requestCodeName} from '../remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../remoting/command.ts';
import type {RemotingClient} from '../remoting/remoting.ts';
import type {ClientError} from './api.ts';
import {brokerException, clientExceptionWithCode, commandException, remotingException} from './errors.ts';
import type {QueueRef} from './message-queue-ref.ts';

export type Answer<T> =
  | {readonly ok: true; readonly value: T}
  | {readonly ok: false; readonly error: ClientError};
export type Done<T> = (answer: Answer<T>) => void;

/**
 * The requests of a client, each with its timeout, as functions. Blocking calls of 4.9.1 are given what to do next.
 * Source: RocketMQ 4.9.1 `client.impl.MQClientAPIImpl`.
 */
export class MQClientApi {
  readonly remoting: RemotingClient;

  constructor(remoting: RemotingClient) {
    this.remoting = remoting;
  }

  /** 105, asked of the current NameServer. */
  topicRoute(topic: string, timeoutMs: number, done: Done<TopicRouteData>): void {
    const ask = request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic});
    this.remoting.invoke(null, ask, timeoutMs, 'sync', (result) => {
      if (!result.ok) return done({ok: false, error: remotingException(result.error)});
      const {code, remark, body} = result.response;
      if (code !== ResponseCode.SUCCESS || body === null) {
        return done({ok: false, error: clientExceptionWithCode(code, `${remark}`)});
      }
      const route = decodeTopicRouteData(body);
      if (route === null) return done({ok: false, error: undecodable(RequestCode.GET_ROUTEINFO_BY_TOPIC)});
      done({ok: true, value: route});
    });
  }

  /** 34. Answers the broker's version. */
  heartbeat(address: string, body: Uint8Array, timeoutMs: number, done: Done<number>): void {
    this.call(
      address,
      request(RequestCode.HEART_BEAT, null, body),
      timeoutMs,
      done,
      (response) => response.version,
    );
  }

  /** 35. */
  unregisterClient(
    address: string,
    clientId: string,
    producerGroup: string | null,
    consumerGroup: string | null,
    timeoutMs: number,
    done: Done<null>,
  ): void {
    const ext: ExtFields = {clientID: clientId};
    if (producerGroup !== null) ext['producerGroup'] = producerGroup;
    if (consumerGroup !== null) ext['consumerGroup'] = consumerGroup;
    this.call(address, request(RequestCode.UNREGISTER_CLIENT, ext), timeoutMs, done, () => null);
  }

  /** 38. */
  consumerIds(address: string, group: string, timeoutMs: number, done: Done<string[]>): void {
    const ask = request(RequestCode.GET_CONSUMER_LIST_BY_GROUP, {consumerGroup: group});
    this.call(address, ask, timeoutMs, done, (response) =>
      response.body === null ? undefined : (decodeConsumerIdList(response.body) ?? undefined),
    );
  }

  /** 14. A broker without an offset answers an error. */
  consumerOffset(
    address: string,
    group: string,
    queue: QueueRef,
    timeoutMs: number,
    done: Done<number>,
  ): void {
    const ask = request(RequestCode.QUERY_CONSUMER_OFFSET, {
      consumerGroup: group,
      topic: queue.topic,
      queueId: `${queue.queueId}`,
    });
    this.call(address, ask, timeoutMs, done, (response) => int64Of(response, 'offset'));
  }

  /** 15, one-way: nobody will answer. */
  reportOffset(address: string, group: string, queue: QueueRef, offset: number, timeoutMs: number): void {
    const tell = request(RequestCode.UPDATE_CONSUMER_OFFSET, {
      consumerGroup: group,
      topic: queue.topic,
      queueId: `${queue.queueId}`,
      commitOffset: `${offset}`,
    });
    this.remoting.invokeOneway(address, tell, timeoutMs);
  }

  /** 30. */
  maxOffset(address: string, queue: QueueRef, timeoutMs: number, done: Done<number>): void {
    const ask = request(RequestCode.GET_MAX_OFFSET, {topic: queue.topic, queueId: `${queue.queueId}`});
    this.call(address, ask, timeoutMs, done, (response) => int64Of(response, 'offset'));
  }

  /** 29. */
  searchOffset(
    address: string,
    queue: QueueRef,
    timestampMs: number,
    timeoutMs: number,
    done: Done<number>,
  ): void {
    const ask = request(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, {
      topic: queue.topic,
      queueId: `${queue.queueId}`,
      timestamp: `${timestampMs}`,
    });
    this.call(address, ask, timeoutMs, done, (response) => int64Of(response, 'offset'));
  }

  /** 36. `address` null goes to the NameServer, which does not answer: so does 4.9.1. */
  sendMessageBack(
    address: string | null,
    message: MessageExt,
    group: string,
    delayLevel: number,
    maxReconsumeTimes: number,
    timeoutMs: number,
    done: Done<null>,
  ): void {
    const tell = request(RequestCode.CONSUMER_SEND_MSG_BACK, {
      group,
      originTopic: message.topic,
      offset: `${message.commitLogOffset}`,
      delayLevel: `${delayLevel}`,
      originMsgId: clientMessageId(message),
      maxReconsumeTimes: `${maxReconsumeTimes}`,
      unitMode: 'false',
    });
    this.call(address, tell, timeoutMs, done, () => null);
  }

  /** A call that anything but SUCCESS fails; `read` answers undefined for a response that lacks what it should hold. */
  private call<T>(
    address: string | null,
    ask: RemotingCommand,
    timeoutMs: number,
    done: Done<T>,
    read: (response: RemotingCommand) => T | undefined,
  ): void {
    this.remoting.invoke(address, ask, timeoutMs, 'sync', (result) => {
      if (!result.ok) return done({ok: false, error: remotingException(result.error)});
      const {response} = result;
      if (response.code !== ResponseCode.SUCCESS) {
        return done({ok: false, error: brokerException(response.code, response.remark, address)});
      }
      const value = read(response);
      done(value === undefined ? {ok: false, error: undecodable(ask.code)} : {ok: true, value});
    });
  }
}

function undecodable(code: number): ClientError {
  return commandException(`the response to ${requestCodeName(code)} cannot be decoded`);
}

/** A custom header field of a response that is a long; undefined if it is not there or is no number. */
export function int64Of(response: RemotingCommand, field: string): number | undefined {
  const text = response.extFields?.[field];
  if (!text) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The id that `getMsgId()` of a received message gives: the producer's, or the offset id where it gave none. */
export function clientMessageId(message: MessageExt): string {
  return message.properties.get(MessageConst.UNIQ_KEY) ?? message.msgId;
}
