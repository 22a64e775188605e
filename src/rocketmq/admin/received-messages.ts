import {inflatedBody} from '../client/inflated-body.ts';
import type {MessageExt} from '../message/message.ts';
import {decodeRecords} from '../message/record.ts';

/**
 * Messages of an answer as a client has them: unpacked, and up to the first that cannot be read.
 * Source: RocketMQ 4.9.1 `MessageDecoder#decodes`.
 */
export function receivedMessages(body: Uint8Array): MessageExt[] {
  const messages: MessageExt[] = [];
  for (const message of decodeRecords(body)) {
    const inflated = inflatedBody(message);
    if (inflated === null) break;
    message.body = inflated;
    messages.push(message);
  }
  return messages;
}
