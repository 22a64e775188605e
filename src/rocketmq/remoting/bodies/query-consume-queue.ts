import {bean, boolean, decodeBody, encodeBody, integer, list, long, nullable, text} from './codec.ts';
import {type SubscriptionData, subscriptionData} from './subscription-data.ts';

/** One entry of a consume queue. Source: RocketMQ 4.9.1 `common.protocol.body.ConsumeQueueData`. */
export interface ConsumeQueueData {
  readonly bitMap: string | null;
  readonly eval: boolean;
  readonly extendDataJson: string | null;
  readonly msg: string | null;
  readonly physicOffset: number;
  readonly physicSize: number;
  readonly tagsCode: bigint;
}

/** The answer to 321. Source: `common.protocol.body.QueryConsumeQueueResponseBody`. */
export interface QueryConsumeQueueResponse {
  readonly filterData: string | null;
  readonly maxQueueIndex: number;
  readonly minQueueIndex: number;
  readonly queueData: readonly ConsumeQueueData[];
  readonly subscriptionData: SubscriptionData | null;
}

const queryConsumeQueue = bean<QueryConsumeQueueResponse>({
  filterData: text,
  maxQueueIndex: integer(),
  minQueueIndex: integer(),
  queueData: list(
    bean<ConsumeQueueData>({
      bitMap: text,
      eval: boolean(),
      extendDataJson: text,
      msg: text,
      physicOffset: integer(),
      physicSize: integer(),
      tagsCode: long,
    }),
  ),
  subscriptionData: nullable(subscriptionData),
});

export function encodeQueryConsumeQueue(response: QueryConsumeQueueResponse): Uint8Array {
  return encodeBody(queryConsumeQueue, response);
}

export function decodeQueryConsumeQueue(bytes: Uint8Array): QueryConsumeQueueResponse | null {
  return decodeBody(queryConsumeQueue, bytes);
}
