/** The printed forms of messages and results, letter by letter as Java's `toString` gives them. */
import type {SendResult} from '../client/api.ts';
import {javaHashMapOrder} from './java-hash.ts';
import type {Message, MessageExt, MessageQueue} from './message.ts';

/** Source: RocketMQ 4.9.1 `MessageQueue#toString`. */
export function printMessageQueue(queue: MessageQueue): string {
  return `MessageQueue [topic=${queue.topic}, brokerName=${queue.brokerName}, queueId=${queue.queueId}]`;
}

/** Source: `SendResult#toString`. A transactional result has no offset id, which prints as `null`. */
export function printSendResult(
  result: Pick<SendResult, 'sendStatus' | 'msgId' | 'messageQueue' | 'queueOffset'> & {
    readonly offsetMsgId: string | null;
  },
): string {
  return (
    `SendResult [sendStatus=${result.sendStatus}, msgId=${result.msgId}, offsetMsgId=${result.offsetMsgId}, ` +
    `messageQueue=${printMessageQueue(result.messageQueue)}, queueOffset=${result.queueOffset}]`
  );
}

/** A map as `java.util.HashMap#toString` prints it: `{K=V, K=V}` in bucket order. */
export function printProperties(properties: ReadonlyMap<string, string>): string {
  let text = '{';
  for (const name of javaHashMapOrder(properties.keys())) {
    if (text.length > 1) text += ', ';
    text += `${name}=${properties.get(name)!}`;
  }
  return `${text}}`;
}

/** Signed decimal bytes. Source: `java.util.Arrays#toString(byte[])`. */
function printBytes(bytes: Uint8Array): string {
  let text = '[';
  for (let index = 0; index < bytes.length; index++) {
    if (index > 0) text += ', ';
    text += (bytes[index]! << 24) >> 24;
  }
  return `${text}]`;
}

/** Source: `Message#toString`. */
function printMessage(message: Message): string {
  return (
    `Message{topic='${message.topic}', flag=${message.flag}, properties=${printProperties(message.properties)}, ` +
    `body=${printBytes(message.body)}, transactionId='${message.transactionId}'}`
  );
}

/** Source: `MessageExt#toString`. `msgId` is the offset id, also where the client's `getMsgId()` is the unique id. */
export function printMessageExt(message: MessageExt): string {
  return (
    `MessageExt [brokerName=${message.brokerName}, queueId=${message.queueId}, storeSize=${message.storeSize}, ` +
    `queueOffset=${message.queueOffset}, sysFlag=${message.sysFlag}, bornTimestamp=${message.bornTimestampMs}, ` +
    `bornHost=/${message.bornHost}, storeTimestamp=${message.storeTimestampMs}, storeHost=/${message.storeHost}, ` +
    `msgId=${message.msgId}, commitLogOffset=${message.commitLogOffset}, bodyCRC=${message.bodyCrc}, ` +
    `reconsumeTimes=${message.reconsumeTimes}, preparedTransactionOffset=${message.preparedTransactionOffset}, ` +
    `toString()=${printMessage(message)}]`
  );
}

/** What the quickstart consumer prints for a list of messages; the blank at the end is the real one's. */
export function printReceivedMessages(threadName: string, messages: readonly MessageExt[]): string {
  return `${threadName} Receive New Messages: [${messages.map(printMessageExt).join(', ')}] `;
}
