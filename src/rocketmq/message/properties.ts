/** Properties of a message: their reserved names and the text form in which they travel and are stored. */

/** Reserved property names. Source: RocketMQ 4.9.1 `common.message.MessageConst`. */
export const MessageConst = {
  KEYS: 'KEYS',
  TAGS: 'TAGS',
  WAIT: 'WAIT',
  DELAY: 'DELAY',
  RETRY_TOPIC: 'RETRY_TOPIC',
  REAL_TOPIC: 'REAL_TOPIC',
  REAL_QUEUE_ID: 'REAL_QID',
  TRANSACTION_PREPARED: 'TRAN_MSG',
  PRODUCER_GROUP: 'PGROUP',
  MIN_OFFSET: 'MIN_OFFSET',
  MAX_OFFSET: 'MAX_OFFSET',
  BUYER_ID: 'BUYER_ID',
  ORIGIN_MESSAGE_ID: 'ORIGIN_MESSAGE_ID',
  TRANSFER_FLAG: 'TRANSFER_FLAG',
  CORRECTION_FLAG: 'CORRECTION_FLAG',
  MQ2_FLAG: 'MQ2_FLAG',
  RECONSUME_TIME: 'RECONSUME_TIME',
  MSG_REGION: 'MSG_REGION',
  TRACE_SWITCH: 'TRACE_ON',
  UNIQ_KEY: 'UNIQ_KEY',
  MAX_RECONSUME_TIMES: 'MAX_RECONSUME_TIMES',
  CONSUME_START_TIME: 'CONSUME_START_TIME',
  TRANSACTION_PREPARED_QUEUE_OFFSET: 'TRAN_PREPARED_QUEUE_OFFSET',
  TRANSACTION_CHECK_TIMES: 'TRANSACTION_CHECK_TIMES',
  CHECK_IMMUNITY_TIME_IN_SECONDS: 'CHECK_IMMUNITY_TIME_IN_SECONDS',
  INSTANCE_ID: 'INSTANCE_ID',
  CORRELATION_ID: 'CORRELATION_ID',
  REPLY_TO_CLIENT: 'REPLY_TO_CLIENT',
  TTL: 'TTL',
  ARRIVE_TIME: 'ARRIVE_TIME',
  PUSH_REPLY_TIME: 'PUSH_REPLY_TIME',
  CLUSTER: 'CLUSTER',
  MESSAGE_TYPE: 'MSG_TYPE',
} as const;

/** Business keys in `KEYS` are separated by one space. */
export const KEY_SEPARATOR = ' ';

export const NAME_VALUE_SEPARATOR = '\u0001';
export const PROPERTY_SEPARATOR = '\u0002';

/**
 * `name 1 value 2 name 1 value`, in the map's order, without a trailing separator.
 * Source: RocketMQ 4.9.1 `MessageDecoder#messageProperties2String`.
 */
export function propertiesToString(properties: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [name, value] of properties) {
    if (text !== '') text += PROPERTY_SEPARATOR;
    text += name + NAME_VALUE_SEPARATOR + value;
  }
  return text;
}

/**
 * Reads the text form. What has no name, no value or no separator is dropped without a word; of two with one name
 * the later value counts. Source: `MessageDecoder#string2messageProperties`.
 */
export function stringToProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf(PROPERTY_SEPARATOR, start);
    if (end < 0) end = text.length;
    const separator = text.indexOf(NAME_VALUE_SEPARATOR, start);
    if (separator > start && separator < end - 1) {
      properties.set(text.slice(start, separator), text.slice(separator + 1, end));
    }
    start = end + 1;
  }
  return properties;
}

/**
 * Does the sender want its answer only after flush and replication? Absent means yes; otherwise Java's boolean rule.
 * Source: `Message#isWaitStoreMsgOK`.
 */
export function isWaitStoreMsgOk(properties: ReadonlyMap<string, string>): boolean {
  const wait = properties.get(MessageConst.WAIT);
  return wait === undefined || wait === 'true' || wait.toLowerCase() === 'true';
}
