import {bean, boolean, givenText, integer, list, text} from './codec.ts';

/** What a group wants of one topic. Source: RocketMQ 4.9.1 `common.protocol.heartbeat.SubscriptionData`. */
export interface SubscriptionData {
  readonly classFilterMode: boolean;
  /** `String.hashCode` of each tag. */
  readonly codeSet: readonly number[];
  readonly expressionType: string | null;
  /** `*`, or `TagA || TagB`, or an SQL92 expression. */
  readonly subString: string;
  /** Milliseconds since the epoch, of its last change. Where it is missing, 4.9.1 takes the reader's now; here it is 0. */
  readonly subVersion: number;
  readonly tagsSet: readonly string[];
  readonly topic: string;
}

export const subscriptionData = bean<SubscriptionData>({
  classFilterMode: boolean(),
  codeSet: list(integer()),
  expressionType: {write: text.write, read: (json) => (json === undefined ? 'TAG' : text.read(json))},
  subString: givenText,
  subVersion: integer(),
  tagsSet: list(givenText),
  topic: givenText,
});
