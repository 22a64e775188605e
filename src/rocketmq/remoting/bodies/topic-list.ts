import {bean, decodeBody, encodeBody, givenText, list, text} from './codec.ts';

/** Source: RocketMQ 4.9.1 `common.protocol.body.TopicList`. */
export interface TopicList {
  /** Only 304 gives it: the address of some broker. */
  readonly brokerAddr: string | null;
  readonly topicList: readonly string[];
}

const topicList = bean<TopicList>({brokerAddr: text, topicList: list(givenText)});

export function encodeTopicList(topics: readonly string[], brokerAddr: string | null = null): Uint8Array {
  return encodeBody(topicList, {brokerAddr, topicList: topics});
}

export function decodeTopicList(bytes: Uint8Array): TopicList | null {
  return decodeBody(topicList, bytes);
}
