import {javaInt, javaLong} from '../broker/java-text.ts';
import {clientException, printError} from '../client/errors.ts';
import {clientMessageId} from '../client/mq-client-api.ts';
import type {MessageExt} from '../message/message.ts';
import {decodeOffsetMessageId, decodeUniqueId, uniqueIdTimeMs} from '../message/message-id.ts';
import type {ConsumeMessageDirectlyResult} from '../remoting/bodies/consumer-running-info.ts';
import {ResponseCode} from '../remoting/codes.ts';
import {type AdminAnswer, type AdminDone, clientFailure} from './admin-failure.ts';
import {left, orNull, right} from './java-format.ts';
import {printMessageDetail} from './message-detail.ts';
import {lookUpMessages} from './message-lookup.ts';
import type {AdminCommand, AdminOption, AdminTools} from './tools.ts';

const given = (letter: string, word: string, required = true): AdminOption => ({
  letter,
  word,
  takesValue: true,
  required,
});
const GROUP = given('g', 'consumerGroup', false);
const CLIENT = given('d', 'clientId', false);

/** At most so many of each broker. */
const BY_KEY_MAX = 64;
const BY_UNIQUE_KEY_MAX = 32;

type Done = (failure: string | null) => void;

/** Source: RocketMQ 4.9.1 `tools.command.message.QueryMsgByKeySubCommand`. */
export const queryMsgByKey: AdminCommand = {
  name: 'queryMsgByKey',
  options: [given('t', 'topic'), given('k', 'msgKey')],
  run(tools, options, done) {
    const topic = options.get('t')!.trim();
    const key = options.get('k')!.trim();
    lookUpMessages(tools, {topic, key, maxNum: BY_KEY_MAX, beginMs: 0, isUnique: false}, (found) => {
      if (!found.ok) return done(printError(found.error));
      const line = (id: string, queueId: string | number, offset: string | number): void =>
        tools.print(`${left(id, 50)} ${right(queueId, 4)} ${right(offset, 40)}`);
      line('#Message ID', '#QID', '#Offset');
      for (const message of found.value) line(clientMessageId(message), message.queueId, message.queueOffset);
      done(null);
    });
  },
};

/** `-a` changes nothing: the look-up keeps one message. Source: `tools.command.message.QueryMsgByUniqueKeySubCommand`. */
export const queryMsgByUniqueKey: AdminCommand = {
  name: 'queryMsgByUniqueKey',
  options: [
    given('i', 'msgId'),
    GROUP,
    CLIENT,
    given('t', 'topic'),
    {letter: 'a', word: 'showAll', takesValue: false, required: false},
  ],
  run(tools, options, done) {
    const key = options.get('i')!.trim();
    const topic = options.get('t')!.trim();
    const consumer = consumerOf(options);
    if (consumer !== null) {
      byEitherId(tools, topic, key, (message) => consumeDirectly(tools, consumer, message, done));
      return;
    }
    const query = {topic, key, maxNum: BY_UNIQUE_KEY_MAX, beginMs: 0, isUnique: true};
    lookUpMessages(tools, query, (found) => {
      if (!found.ok) return done(printError(found.error));
      printMessageDetail(tools, found.value[0]!, false, done);
    });
  },
};

/** By offset ids, separated by commas. Source: `tools.command.message.QueryMsgByIdSubCommand`. */
export const queryMsgById: AdminCommand = {
  name: 'queryMsgById',
  options: [given('i', 'msgId'), GROUP, CLIENT],
  run(tools, options, done) {
    const ids = options
      .get('i')!
      .split(',')
      .map((id) => id.trim());
    const consumer = consumerOf(options);
    const next = (rest: readonly string[]): void => {
      const [id, ...others] = rest;
      if (id === undefined) {
        done(null);
        return;
      }
      byOffsetId(tools, id, (message) => {
        if (consumer !== null) return consumeDirectly(tools, consumer, message, () => next(others));
        if (!message.ok) return done(printError(message.error));
        if (message.value === null) {
          tools.print('');
          tools.write('Message not found!');
          return next(others);
        }
        printMessageDetail(tools, message.value, true, (failure) => {
          if (failure === null) next(others);
          else done(failure);
        });
      });
    };
    next(ids.filter((id) => id !== ''));
  },
};

/** One message of a queue; nothing is printed where there is none. Source: `tools.command.message.QueryMsgByOffsetSubCommand`. */
export const queryMsgByOffset: AdminCommand = {
  name: 'queryMsgByOffset',
  options: [given('t', 'topic'), given('b', 'brokerName'), given('i', 'queueId'), given('o', 'offset')],
  run(tools, options, done) {
    const topic = options.get('t')!.trim();
    const brokerName = options.get('b')!.trim();
    const queueId = javaInt(options.get('i')!.trim());
    const offset = javaLong(options.get('o')!.trim());
    const wrong = queueId === null ? options.get('i')! : options.get('o')!;
    if (queueId === null || offset === null) {
      return done(`java.lang.NumberFormatException: For input string: "${wrong.trim()}"`);
    }
    if (offset < 0) return done(printError(clientException('offset < 0')));
    tools.api.topicRoute(topic, (route) => {
      const broker = route.ok
        ? route.value.brokerDatas.find((each) => each.brokerName === brokerName)
        : undefined;
      const address = broker?.brokerAddrs.get(0) ?? [...(broker?.brokerAddrs.values() ?? [])][0];
      if (address === undefined) {
        return done(printError(clientException(`The broker[${brokerName}] not exist`)));
      }
      tools.api.pullOne(address, {topic, brokerName, queueId}, `${offset}`, (pulled) => {
        if (!pulled.ok) return done(printError(pulled.error));
        if (pulled.value === null) return done(null);
        printMessageDetail(tools, pulled.value, true, done);
      });
    });
  },
};

interface Consumer {
  readonly group: string;
  readonly clientId: string;
}

/** Named only by both options together. */
function consumerOf(options: ReadonlyMap<string, string>): Consumer | null {
  const [group, clientId] = [options.get('g'), options.get('d')];
  return group === undefined || clientId === undefined
    ? null
    : {group: group.trim(), clientId: clientId.trim()};
}

/** Source: `client.impl.MQAdminImpl#viewMessage`. */
function byOffsetId(tools: AdminTools, id: string, done: AdminDone<MessageExt | null>): void {
  const place = decodeOffsetMessageId(id);
  // A unique id has as many digits: where the port would be stands what no port is.
  if (place === null || !isPort(place.storeHost)) {
    const error = clientFailure(ResponseCode.NO_MESSAGE, 'query message by id finished, but no message.');
    done({ok: false, error});
    return;
  }
  tools.api.viewMessage(place.storeHost, place.physicalOffset, done);
}

function isPort(host: string): boolean {
  const port = Number(host.slice(host.lastIndexOf(':') + 1));
  return port >= 0 && port <= 0xffff;
}

/** Source: `tools.admin.DefaultMQAdminExtImpl#viewMessage`. */
function byEitherId(tools: AdminTools, topic: string, id: string, done: AdminDone<MessageExt | null>): void {
  byOffsetId(tools, id, (viewed) => {
    if (viewed.ok) return done(viewed);
    const parts = decodeUniqueId(id);
    const beginMs = (parts === null ? 0 : uniqueIdTimeMs(parts, tools.nowMs())) - 1000;
    lookUpMessages(tools, {topic, key: id, maxNum: BY_UNIQUE_KEY_MAX, beginMs, isUnique: true}, (found) =>
      done(found.ok ? {ok: true, value: found.value[0]!} : found),
    );
  });
}

/** Has a consumer handle a stored message now. Source: `DefaultMQAdminExtImpl#consumeMessageDirectly`. */
function consumeDirectly(
  tools: AdminTools,
  {group, clientId}: Consumer,
  message: AdminAnswer<MessageExt | null>,
  done: Done,
): void {
  if (!message.ok) {
    done(printError(message.error));
    return;
  }
  if (message.value === null) {
    done('java.lang.NullPointerException');
    return;
  }
  const {storeHost, msgId} = message.value;
  tools.api.consumeDirectly(storeHost, group, clientId, msgId, (answer) => {
    if (!answer.ok) return done(printError(answer.error));
    tools.write(printConsumed(answer.value));
    done(null);
  });
}

function printConsumed(result: ConsumeMessageDirectlyResult): string {
  const {order, autoCommit, consumeResult, remark, spentTimeMills} = result;
  return (
    `ConsumeMessageDirectlyResult [order=${order}, autoCommit=${autoCommit}, consumeResult=${orNull(consumeResult)}, ` +
    `remark=${orNull(remark)}, spentTimeMills=${spentTimeMills}]`
  );
}
