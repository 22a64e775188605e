import {bean, boolean, decodeBody, encodeBody, enumeration, givenText, list} from './codec.ts';
import {type SubscriptionData, subscriptionData} from './subscription-data.ts';

export const CONSUME_FROM_WHERE = [
  'CONSUME_FROM_LAST_OFFSET',
  'CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST',
  'CONSUME_FROM_MIN_OFFSET',
  'CONSUME_FROM_MAX_OFFSET',
  'CONSUME_FROM_FIRST_OFFSET',
  'CONSUME_FROM_TIMESTAMP',
] as const;
export const CONSUME_TYPES = ['CONSUME_ACTIVELY', 'CONSUME_PASSIVELY'] as const;
export const MESSAGE_MODELS = ['BROADCASTING', 'CLUSTERING'] as const;

export type ConsumeFromWhereName = (typeof CONSUME_FROM_WHERE)[number];
export type ConsumeType = (typeof CONSUME_TYPES)[number];
export type MessageModel = (typeof MESSAGE_MODELS)[number];

/** Source: RocketMQ 4.9.1 `common.protocol.heartbeat.ConsumerData`. */
export interface ConsumerData {
  readonly consumeFromWhere: ConsumeFromWhereName | null;
  /** Actively is a pull consumer, passively a push consumer. */
  readonly consumeType: ConsumeType | null;
  readonly groupName: string;
  readonly messageModel: MessageModel | null;
  readonly subscriptionDataSet: readonly SubscriptionData[];
  readonly unitMode: boolean;
}

export interface ProducerData {
  readonly groupName: string;
}

/** The body of 34. Source: `common.protocol.heartbeat.HeartbeatData`. */
export interface HeartbeatData {
  /** `clientIP@instanceName`. */
  readonly clientID: string;
  readonly consumerDataSet: readonly ConsumerData[];
  readonly producerDataSet: readonly ProducerData[];
}

const consumerData = bean<ConsumerData>({
  consumeFromWhere: enumeration(CONSUME_FROM_WHERE),
  consumeType: enumeration(CONSUME_TYPES),
  groupName: givenText,
  messageModel: enumeration(MESSAGE_MODELS),
  subscriptionDataSet: list(subscriptionData),
  unitMode: boolean(),
});

const heartbeatData = bean<HeartbeatData>({
  clientID: givenText,
  consumerDataSet: list(consumerData),
  producerDataSet: list(bean<ProducerData>({groupName: givenText})),
});

export function encodeHeartbeatData(heartbeat: HeartbeatData): Uint8Array {
  return encodeBody(heartbeatData, heartbeat);
}

export function decodeHeartbeatData(bytes: Uint8Array): HeartbeatData | null {
  return decodeBody(heartbeatData, bytes);
}
