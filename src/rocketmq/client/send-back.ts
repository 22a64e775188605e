import type {Message, MessageExt} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import type {ConsumerContext} from './consumer-context.ts';

const SEND_BACK_TIMEOUT_MS = 5000;
const FIRST_RETRY_LEVEL = 3;

/**
 * Gives a message back to its broker, to be delivered again later: request 36; where that fails, a new message to the
 * group's retry topic through the internal producer. Answers whether one of them worked.
 * Source: RocketMQ 4.9.1 `DefaultMQPushConsumerImpl#sendMessageBack`.
 *
 * @param delayLevel 0 lets the broker choose
 * @param brokerName null means the broker that the message says it was stored on
 */
export function sendBack(
  consumer: ConsumerContext,
  message: MessageExt,
  delayLevel: number,
  brokerName: string | null,
  done: (ok: boolean) => void,
): void {
  const {instance, group} = consumer;
  const address = brokerName === null ? message.storeHost : instance.brokers.master(brokerName);
  instance.api.sendMessageBack(
    address,
    message,
    group,
    delayLevel,
    consumer.maxReconsumeTimes,
    SEND_BACK_TIMEOUT_MS,
    (answer) => {
      if (answer.ok) return done(true);
      instance.warn(`sendMessageBack Exception, ${group}: ${answer.error.message}`);
      const inner = consumer.innerProducer;
      inner.send(retryMessage(consumer, message), inner.config.sendMsgTimeoutMs, (outcome) =>
        done(outcome.ok),
      );
    },
  );
}

/**
 * The message anew, as the retry topic wants it. It keeps its unique id. Java hands the map of properties itself on, after it
 * has set `ORIGIN_MESSAGE_ID` in the map that this replaces: so the id is there only if an earlier retry has given it, and the
 * message that stays in the cache shows what was set for the new one.
 */
function retryMessage(consumer: ConsumerContext, message: MessageExt): Message {
  const {properties} = message;
  properties.set(MessageConst.RETRY_TOPIC, message.topic);
  properties.set(MessageConst.RECONSUME_TIME, `${message.reconsumeTimes + 1}`);
  properties.set(MessageConst.MAX_RECONSUME_TIMES, `${consumer.maxReconsumeTimes}`);
  properties.delete(MessageConst.TRANSACTION_PREPARED);
  properties.set(MessageConst.DELAY, `${FIRST_RETRY_LEVEL + message.reconsumeTimes}`);
  return {
    topic: consumer.retryTopic,
    flag: message.flag,
    properties,
    body: message.body,
    transactionId: null,
  };
}
