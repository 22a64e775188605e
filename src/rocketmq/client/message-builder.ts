import type {Message} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';

/**
 * A message as Java's usual constructor makes it: empty tags and keys leave no property, and the sender waits for the
 * store. Several keys are joined by a blank. A text body goes out in UTF-8.
 * Source: RocketMQ 4.9.1 `common.message.Message`.
 */
export function newMessage(
  topic: string,
  tags: string | null,
  keys: string | null,
  body: Uint8Array | string,
): Message {
  const properties = new Map<string, string>();
  if (tags) properties.set(MessageConst.TAGS, tags);
  if (keys) properties.set(MessageConst.KEYS, keys);
  properties.set(MessageConst.WAIT, 'true');
  return {
    topic,
    flag: 0,
    properties,
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    transactionId: null,
  };
}
