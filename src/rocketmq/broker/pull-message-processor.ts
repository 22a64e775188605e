import {encodeOffsetMovedEvent} from '../remoting/bodies/offset-tables.ts';
import type {SubscriptionData} from '../remoting/bodies/subscription-data.ts';
import {ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import {failureText} from '../remoting/dispatch.ts';
import type {Channel, RequestProcessor} from '../remoting/remoting.ts';
import type {GetMessageResult, MessageFilter} from '../store/message-store.ts';
import type {BrokerParts} from './broker-parts.ts';
import {FAQ, javaInt, javaLong, missingField, nullKey} from './java-text.ts';
import {filterFor, isTagType, tagSubscription} from './message-filter.ts';
import {putOwnMessage} from './own-message.ts';
import {isReadable} from './perm.ts';
import {OFFSET_MOVED_EVENT} from './topic-validator.ts';

/** Bits of a pull's `sysFlag`. Source: `common.sysflag.PullSysFlag`. */
const FLAG_COMMIT_OFFSET = 1;
const FLAG_SUSPEND = 2;
const FLAG_SUBSCRIPTION = 4;

const HEADER = 'PullMessageRequestHeader';

type Reply = (response: RemotingCommand) => void;

/**
 * Code 11, on the main port only. A pull that finds nothing and may wait is held and answered later.
 * Source: RocketMQ 4.9.1 `broker.processor.PullMessageProcessor`.
 */
export function pullMessageProcessor(broker: BrokerParts): RequestProcessor {
  return (channel, request, reply) => pull(broker, channel, request, reply, true);
}

/** @param mayHold whether this is the first handling: only that one may be held, and only that one commits an offset */
function pull(
  broker: BrokerParts,
  channel: Channel,
  request: RemotingCommand,
  reply: Reply,
  mayHold: boolean,
): void {
  const {config, store} = broker;
  const fields = request.extFields ?? {};
  const refuse = (code: number, remark: string): void => reply(response(code, remark, {}));

  if (!isReadable(config.brokerPermission)) {
    refuse(ResponseCode.NO_PERMISSION, `the broker[${config.brokerIP1}] pulling message is forbidden`);
    return;
  }
  const groupName = fields['consumerGroup'];
  if (groupName === undefined) nullKey('get');
  const group = broker.groups.find(groupName);
  if (group === null) {
    const remark = `subscription group [${groupName}] does not exist, ${FAQ}`;
    refuse(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark);
    return;
  }
  if (!group.consumeEnable) {
    refuse(ResponseCode.NO_PERMISSION, `subscription group no permission, ${groupName}`);
    return;
  }
  const sysFlag = javaInt(fields['sysFlag']);
  if (sysFlag === null) missingField(HEADER, 'sysFlag', 'Integer', at(123));
  const maySuspend = (sysFlag & FLAG_SUSPEND) !== 0;
  const suspendMs = maySuspend ? javaLong(fields['suspendTimeoutMillis']) : 0;
  if (suspendMs === null) missingField(HEADER, 'suspendTimeoutMillis', 'Long', at(127));
  const topicName = fields['topic'];
  if (topicName === undefined) nullKey('get');
  const topic = broker.topics.select(topicName);
  if (topic === null) {
    refuse(ResponseCode.TOPIC_NOT_EXIST, `topic[${topicName}] not exist, apply first please! ${FAQ}`);
    return;
  }
  if (!isReadable(topic.perm)) {
    refuse(ResponseCode.NO_PERMISSION, `the topic[${topicName}] pulling message is forbidden`);
    return;
  }
  const queueId = javaInt(fields['queueId']);
  if (queueId === null) missingField(HEADER, 'queueId', 'Integer', at(147));
  if (queueId < 0 || queueId >= topic.readQueueNums) {
    const remark =
      `queueId[${queueId}] is illegal, topic:[${topicName}] topicConfig.readQueueNums:[${topic.readQueueNums}] ` +
      `consumer:[/${channel.remoteAddress}]`;
    refuse(ResponseCode.SYSTEM_ERROR, remark);
    return;
  }
  const wanted = wantedMessages(broker, fields, sysFlag, group, topicName);
  if ('code' in wanted) {
    refuse(wanted.code, wanted.remark);
    return;
  }
  const queueOffset = javaLong(fields['queueOffset']);
  if (queueOffset === null) missingField(HEADER, 'queueOffset', 'Long', at(238));
  const maxMessages = javaInt(fields['maxMsgNums']);
  if (maxMessages === null) missingField(HEADER, 'maxMsgNums', 'Integer', at(238));

  const got = store.getMessage(groupName, topicName, queueId, queueOffset, maxMessages, wanted.filter);
  const commitOffset = javaLong(fields['commitOffset']);
  const commits = mayHold && (sysFlag & FLAG_COMMIT_OFFSET) !== 0 && config.brokerRole !== 'SLAVE';
  const commit = (): void => {
    if (!commits || commitOffset === null) return;
    broker.offsets.commit(channel.remoteAddress, groupName, topicName, queueId, commitOffset);
  };
  let suggested = 0;
  if (config.slaveReadEnable) {
    suggested = got.suggestPullingFromSlave ? group.whichBrokerWhenConsumeSlowly : group.brokerId;
  }
  let code = pullCode(got, queueOffset);
  if (code === ResponseCode.PULL_NOT_FOUND && mayHold && maySuspend) {
    broker.holds.hold({
      channel,
      group: groupName,
      topic: topicName,
      queueId,
      wantedOffset: queueOffset,
      filter: wanted.filter,
      heldSinceMs: broker.host.clock.nowMs(),
      timeoutMs: config.longPollingEnable ? suspendMs : config.shortPollingTimeMills,
      requestBytes: 0,
      rerun: () => again(channel, request, reply),
    });
    commit();
    return;
  }
  if (code === ResponseCode.PULL_OFFSET_MOVED) {
    if (config.brokerRole !== 'SLAVE' || config.offsetCheckInSlave) {
      storeOffsetMovedEvent(broker, groupName, topicName, queueId, queueOffset, got.nextBeginOffset);
    } else {
      suggested = group.brokerId;
      code = ResponseCode.PULL_RETRY_IMMEDIATELY;
    }
  }
  const found = code === ResponseCode.SUCCESS;
  if (found) broker.stats.got(groupName, topicName, got.records.length, got.totalBytes);
  reply(
    response(
      code,
      got.status,
      {
        suggestWhichBrokerId: String(suggested),
        nextBeginOffset: String(got.nextBeginOffset),
        maxOffset: String(got.maxOffset),
        minOffset: String(got.minOffset),
      },
      found ? concatenated(got) : null,
    ),
  );
  commit();

  function again(sameChannel: Channel, sameRequest: RemotingCommand, sameReply: Reply): void {
    const guarded = broker.pools.pull.guard((c, r, answer) => pull(broker, c, r, answer, false));
    try {
      guarded(sameChannel, sameRequest, sameReply);
    } catch (error) {
      sameReply(response(ResponseCode.SYSTEM_ERROR, failureText(error)));
    }
  }
}

const at = (line: number): string => `PullMessageProcessor.processRequest(PullMessageProcessor.java:${line})`;

interface Wanted {
  readonly filter: MessageFilter | null;
}

/** Whose subscription counts, the request's or the group's, and what it lets through. */
function wantedMessages(
  broker: BrokerParts,
  fields: Readonly<Record<string, string>>,
  sysFlag: number,
  group: {readonly groupName: string; readonly consumeBroadcastEnable: boolean},
  topic: string,
): Wanted | {readonly code: number; readonly remark: string} {
  const notExist = (remark: string) => ({code: ResponseCode.SUBSCRIPTION_NOT_EXIST, remark: remark + FAQ});
  let subscription: SubscriptionData | null;
  if ((sysFlag & FLAG_SUBSCRIPTION) !== 0) {
    const type = fields['expressionType'];
    const expression = fields['subscription'];
    subscription = isTagType(type)
      ? tagSubscription(topic, expression, broker.host.clock.nowMs())
      : sqlSubscription(topic, expression, type as string);
    if (subscription === null) {
      const remark = "parse the consumer's subscription failed";
      return {code: ResponseCode.SUBSCRIPTION_PARSE_FAILED, remark};
    }
  } else {
    const connected = broker.consumers.group(group.groupName);
    if (connected === null) return notExist("the consumer's group info not exist");
    if (!group.consumeBroadcastEnable && connected.messageModel === 'BROADCASTING') {
      const remark = `the consumer group[${group.groupName}] can not consume by broadcast way`;
      return {code: ResponseCode.NO_PERMISSION, remark};
    }
    subscription = connected.subscriptions.get(topic) ?? null;
    if (subscription === null) return notExist("the consumer's subscription not exist");
    const version = javaLong(fields['subVersion']);
    if (version === null) missingField(HEADER, 'subVersion', 'Long', at(196));
    if (subscription.subVersion < version) {
      const remark = "the consumer's subscription not latest";
      return {code: ResponseCode.SUBSCRIPTION_NOT_LATEST, remark};
    }
  }
  if (!isTagType(subscription.expressionType)) {
    // The checks before this one need compiled expressions (27, 28), of which there are none here.
    const remark = `The broker does not support consumer to filter message by ${subscription.expressionType}`;
    return {code: ResponseCode.SYSTEM_ERROR, remark};
  }
  return {filter: filterFor(subscription)};
}

function sqlSubscription(
  topic: string,
  expression: string | undefined,
  expressionType: string,
): SubscriptionData | null {
  if (expression === undefined || expression === '') return null;
  return {
    topic,
    subString: expression,
    tagsSet: [],
    codeSet: [],
    subVersion: 0,
    expressionType,
    classFilterMode: false,
  };
}

function pullCode(got: GetMessageResult, queueOffset: number): number {
  switch (got.status) {
    case 'FOUND':
      return ResponseCode.SUCCESS;
    case 'MESSAGE_WAS_REMOVING':
    case 'NO_MATCHED_MESSAGE':
      return ResponseCode.PULL_RETRY_IMMEDIATELY;
    case 'NO_MATCHED_LOGIC_QUEUE':
    case 'NO_MESSAGE_IN_QUEUE':
      return queueOffset === 0 ? ResponseCode.PULL_NOT_FOUND : ResponseCode.PULL_OFFSET_MOVED;
    case 'OFFSET_FOUND_NULL':
    case 'OFFSET_OVERFLOW_ONE':
      return ResponseCode.PULL_NOT_FOUND;
    case 'OFFSET_OVERFLOW_BADLY':
    case 'OFFSET_TOO_SMALL':
      return ResponseCode.PULL_OFFSET_MOVED;
    default: {
      const never: never = got.status;
      throw new Error(`no such status: ${String(never)}`);
    }
  }
}

/** The records of an answer, end to end. A single one is taken as it lies in the log: the frame will hold the copy. */
function concatenated(got: GetMessageResult): Uint8Array {
  if (got.records.length === 1) return got.records[0]!;
  const body = new Uint8Array(got.totalBytes);
  let position = 0;
  for (const record of got.records) {
    body.set(record, position);
    position += record.length;
  }
  return body;
}

/** Source: `PullMessageProcessor#generateOffsetMovedEvent`. */
function storeOffsetMovedEvent(
  broker: BrokerParts,
  group: string,
  topic: string,
  queueId: number,
  offsetRequest: number,
  offsetNew: number,
): void {
  const event = encodeOffsetMovedEvent({
    consumerGroup: group,
    messageQueue: {topic, brokerName: broker.config.brokerName, queueId},
    offsetNew,
    offsetRequest,
  });
  const properties = new Map([
    ['KEYS', group],
    ['TAGS', group],
  ]);
  putOwnMessage(broker, {topic: OFFSET_MOVED_EVENT, queueId: 0, properties, body: event});
}
