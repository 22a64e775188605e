import {bean, decodeBody, encodeBody, givenText, list} from './codec.ts';

const consumerIdList = bean<{consumerIdList: readonly string[]}>({consumerIdList: list(givenText)});

/** The answer to 38. Source: RocketMQ 4.9.1 `common.protocol.header.GetConsumerListByGroupResponseBody`. */
export function encodeConsumerIdList(clientIds: readonly string[]): Uint8Array {
  return encodeBody(consumerIdList, {consumerIdList: clientIds});
}

export function decodeConsumerIdList(bytes: Uint8Array): string[] | null {
  const body = decodeBody(consumerIdList, bytes);
  return body === null ? null : [...body.consumerIdList];
}
