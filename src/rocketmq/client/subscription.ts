import {javaStringHash} from '../message/java-hash.ts';
import type {ClientError} from './api.ts';
import {clientException} from './errors.ts';

/** What a consumer wants of one topic. Source: RocketMQ 4.9.1 `common.protocol.heartbeat.SubscriptionData`. */
export interface Subscription {
  readonly topic: string;
  readonly subString: string;
  /** Exact tags; empty where everything is wanted. */
  readonly tags: ReadonlySet<string>;
  readonly codes: readonly number[];
  /** Milliseconds since the epoch; renewed at each change of the assignment. */
  version: number;
}

export const SUBSCRIBE_ALL = '*';

/** Source: `common.filter.FilterAPI#buildSubscriptionData`. */
export function subscriptionOf(
  topic: string,
  expression: string,
  nowMs: number,
): Subscription | {readonly error: ClientError} {
  if (expression === '' || expression === SUBSCRIBE_ALL) {
    return {topic, subString: SUBSCRIBE_ALL, tags: new Set(), codes: [], version: nowMs};
  }
  const pieces = expression.split('||');
  // Java's split drops empty strings at the end, so only separators leave nothing at all.
  while (pieces.length > 0 && pieces[pieces.length - 1] === '') pieces.pop();
  if (pieces.length === 0) {
    const cause: ClientError = {exception: 'MQClientException', code: -1, message: 'subString split error'};
    return {error: clientException('subscription exception', -1, cause)};
  }
  const tags = new Set(pieces.map((piece) => piece.trim()).filter((tag) => tag.length > 0));
  return {topic, subString: expression, tags, codes: [...tags].map(javaStringHash), version: nowMs};
}
