import type {LanguageCode} from '../command.ts';
import {LANGUAGES} from '../language.ts';
import {bean, decodeBody, encodeBody, enumeration, givenText, integer, list, stringMap} from './codec.ts';
import {
  CONSUME_FROM_WHERE,
  CONSUME_TYPES,
  type ConsumeFromWhereName,
  type ConsumeType,
  MESSAGE_MODELS,
  type MessageModel,
} from './heartbeat-data.ts';
import {type SubscriptionData, subscriptionData} from './subscription-data.ts';

/** One client of a group. Source: RocketMQ 4.9.1 `common.protocol.body.Connection`. */
export interface Connection {
  /** `a.b.c.d:port`. */
  readonly clientAddr: string;
  readonly clientId: string;
  readonly language: LanguageCode | null;
  readonly version: number;
}

/** The answer to 203. Source: `common.protocol.body.ConsumerConnection`. */
export interface ConsumerConnection {
  readonly connectionSet: readonly Connection[];
  readonly consumeFromWhere: ConsumeFromWhereName | null;
  readonly consumeType: ConsumeType | null;
  readonly messageModel: MessageModel | null;
  /** By topic. */
  readonly subscriptionTable: ReadonlyMap<string, SubscriptionData>;
}

const connection = bean<Connection>({
  clientAddr: givenText,
  clientId: givenText,
  language: enumeration([...LANGUAGES.keys()] as LanguageCode[]),
  version: integer(),
});

const producerConnection = bean<{connectionSet: readonly Connection[]}>({connectionSet: list(connection)});

const consumerConnection = bean<ConsumerConnection>({
  connectionSet: list(connection),
  consumeFromWhere: enumeration(CONSUME_FROM_WHERE),
  consumeType: enumeration(CONSUME_TYPES),
  messageModel: enumeration(MESSAGE_MODELS),
  subscriptionTable: stringMap(subscriptionData),
});

/** The answer to 204. Source: `common.protocol.body.ProducerConnection`. */
export function encodeProducerConnection(connections: readonly Connection[]): Uint8Array {
  return encodeBody(producerConnection, {connectionSet: connections});
}

export function decodeProducerConnection(bytes: Uint8Array): readonly Connection[] | null {
  return decodeBody(producerConnection, bytes)?.connectionSet ?? null;
}

export function encodeConsumerConnection(body: ConsumerConnection): Uint8Array {
  return encodeBody(consumerConnection, body);
}

export function decodeConsumerConnection(bytes: Uint8Array): ConsumerConnection | null {
  return decodeBody(consumerConnection, bytes);
}
