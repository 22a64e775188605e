import {bean, boolean, decodeBody, encodeBody, enumeration, givenText, integer, stringMap} from './codec.ts';
import {type DataVersion, dataVersion} from './data-version.ts';

export type TopicFilterType = 'SINGLE_TAG' | 'MULTI_TAG';

/** Source: RocketMQ 4.9.1 `common.TopicConfig`. */
export interface TopicConfig {
  readonly order: boolean;
  /** Bits: 4 read, 2 write, 1 inherit. */
  readonly perm: number;
  readonly readQueueNums: number;
  readonly topicFilterType: TopicFilterType | null;
  readonly topicName: string;
  readonly topicSysFlag: number;
  readonly writeQueueNums: number;
}

/** The body of 21, and a part of 103. Source: `common.protocol.body.TopicConfigSerializeWrapper`. */
export interface TopicConfigSerializeWrapper {
  readonly dataVersion: DataVersion;
  readonly topicConfigTable: ReadonlyMap<string, TopicConfig>;
}

export const topicConfig = bean<TopicConfig>({
  order: boolean(),
  perm: integer(6),
  readQueueNums: integer(16),
  topicFilterType: enumeration<TopicFilterType>(['SINGLE_TAG', 'MULTI_TAG'], 'SINGLE_TAG'),
  topicName: givenText,
  topicSysFlag: integer(),
  writeQueueNums: integer(16),
});

export const topicConfigSerializeWrapper = bean<TopicConfigSerializeWrapper>({
  dataVersion,
  topicConfigTable: stringMap(topicConfig),
});

export function encodeTopicConfigSerializeWrapper(wrapper: TopicConfigSerializeWrapper): Uint8Array {
  return encodeBody(topicConfigSerializeWrapper, wrapper);
}

export function decodeTopicConfigSerializeWrapper(bytes: Uint8Array): TopicConfigSerializeWrapper | null {
  return decodeBody(topicConfigSerializeWrapper, bytes);
}
