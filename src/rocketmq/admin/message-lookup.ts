import {illegalState} from '../client/errors.ts';
import {clientMessageId} from '../client/mq-client-api.ts';
import type {MessageExt} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import {ResponseCode} from '../remoting/codes.ts';
import type {MessageQuery} from './admin-api.ts';
import {type AdminDone, clientFailure} from './admin-failure.ts';
import {mastersOf} from './masters.ts';
import type {AdminTools} from './tools.ts';

/** For the answers of all brokers. Source: RocketMQ 4.9.1 `client.impl.MQAdminImpl#queryMessage`: four times its timeout. */
const PATIENCE_MS = 24_000;

/**
 * Asks every broker of the topic at once, and takes from the answers, in the order in which they come, what really has the key: an
 * index only knows its hash. By unique id that is one message, the one that was stored first. At least one, or a failure.
 * Source: RocketMQ 4.9.1 `client.impl.MQAdminImpl#queryMessage`.
 */
export function lookUpMessages(
  tools: AdminTools,
  query: MessageQuery,
  done: AdminDone<readonly MessageExt[]>,
): void {
  tools.api.topicRoute(query.topic, (route) => {
    // What the NameServer answers is only logged; that none could be asked is thrown.
    if (!route.ok && route.error.exception !== 'MQClientException') {
      return done({ok: false, error: illegalState(route.error)});
    }
    const addresses = route.ok ? mastersOf(route.value) : [];
    if (addresses.length === 0) {
      const text = `The topic[${query.topic}] not matched route info`;
      return done({ok: false, error: clientFailure(ResponseCode.TOPIC_NOT_EXIST, text)});
    }
    const found: MessageExt[] = [];
    let open = addresses.length;
    const finish = (): void => {
      open = -1;
      patience.cancel();
      const messages = query.isUnique
        ? firstOf(found, query.key)
        : found.filter((each) => hasKey(each, query.key));
      if (messages.length > 0) {
        done({ok: true, value: messages});
        return;
      }
      const text = 'query message by key finished, but no message.';
      done({ok: false, error: clientFailure(ResponseCode.NO_MESSAGE, text)});
    };
    const patience = tools.after(PATIENCE_MS, finish);
    for (const address of addresses) {
      tools.api.queryMessages(address, query, (messages) => {
        if (open < 0) return;
        found.push(...messages);
        open -= 1;
        if (open === 0) finish();
      });
    }
  });
}

function firstOf(messages: readonly MessageExt[], uniqueId: string): MessageExt[] {
  let first: MessageExt | null = null;
  for (const message of messages) {
    if (clientMessageId(message) !== uniqueId) continue;
    if (first === null || message.storeTimestampMs < first.storeTimestampMs) first = message;
  }
  return first === null ? [] : [first];
}

function hasKey(message: MessageExt, key: string): boolean {
  return message.properties.get(MessageConst.KEYS)?.split(' ').includes(key) ?? false;
}
