/** A message as an application makes it. Source: RocketMQ 4.9.1 `common.message.Message`. */
export interface Message {
  topic: string;
  flag: number;
  /** System and user properties; insertion order is kept on the wire. */
  properties: Map<string, string>;
  body: Uint8Array;
  transactionId: string | null;
}

/** A message as a broker stores it and a consumer gets it. Source: `common.message.MessageExt`. */
export interface MessageExt extends Message {
  brokerName: string | null;
  queueId: number;
  /** Length of its record, in bytes. */
  storeSize: number;
  queueOffset: number;
  sysFlag: number;
  bornTimestampMs: number;
  /** `a.b.c.d:port`. */
  bornHost: string;
  storeTimestampMs: number;
  storeHost: string;
  /** The offset message id. */
  msgId: string;
  commitLogOffset: number;
  bodyCrc: number;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
}

/** A queue of a topic on a broker. Source: `common.message.MessageQueue`. */
export interface MessageQueue {
  readonly topic: string;
  readonly brokerName: string;
  readonly queueId: number;
}
