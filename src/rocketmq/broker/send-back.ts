import {MessageConst, propertiesToString} from '../message/properties.ts';
import {ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import type {MessageToStore} from '../store/message-store.ts';
import type {BrokerParts} from './broker-parts.ts';
import {FAQ, javaBoolean, javaInt, javaLong, missingField, missingName} from './java-text.ts';
import {isWriteable, PERM_READ, PERM_WRITE} from './perm.ts';
import {VERSION_3_4_9} from './send-header.ts';
import {inJavaOrder} from './stored-properties.ts';
import {DLQ_GROUP_TOPIC_PREFIX, RETRY_GROUP_TOPIC_PREFIX} from './topic-validator.ts';

/** The first redelivery waits 10 s, level 3; each further one a level more. */
const FIRST_RETRY_DELAY_LEVEL = 3;
const UNIT_SUB_FLAG = 2;

/**
 * A consumer failed on a message and asks for it again later: a copy goes to the group's retry topic by way of the delay
 * topic, or to the dead letters when it has been tried often enough.
 *
 * A dead letter keeps the delay of the retry before, as in 4.9.1, and so waits once more before it lands.
 * Source: RocketMQ 4.9.1 `SendMessageProcessor#asyncConsumerSendMsgBack`.
 */
export function consumerSendMsgBack(
  broker: BrokerParts,
  request: RemotingCommand,
  reply: (response: RemotingCommand) => void,
): void {
  const {config, topics} = broker;
  const fields = request.extFields ?? {};
  const refuse = (code: number, remark: string): void => reply(response(code, remark));
  const groupName = fields['group'] ?? missingName();
  const group = broker.groups.find(groupName);
  if (group === null) {
    refuse(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, `subscription group not exist, ${groupName} ${FAQ}`);
    return;
  }
  if (!isWriteable(config.brokerPermission)) {
    refuse(ResponseCode.NO_PERMISSION, `the broker[${config.brokerIP1}] sending message is forbidden`);
    return;
  }
  if (group.retryQueueNums <= 0) {
    reply(response(ResponseCode.SUCCESS, null));
    return;
  }
  const random = broker.host.random.stream('send-back-queue');
  let topic = RETRY_GROUP_TOPIC_PREFIX + groupName;
  let queueId = random.below(group.retryQueueNums);
  const sysFlag = javaBoolean(fields['unitMode']) ? UNIT_SUB_FLAG : 0;
  const retryTopic = topics.createInSendBack(topic, group.retryQueueNums, PERM_WRITE | PERM_READ, sysFlag);
  if (retryTopic === null) {
    refuse(ResponseCode.SYSTEM_ERROR, `topic[${topic}] not exist`);
    return;
  }
  if (!isWriteable(retryTopic.perm)) {
    refuse(ResponseCode.NO_PERMISSION, `the topic[${topic}] sending message is forbidden`);
    return;
  }
  const offset = javaLong(fields['offset']);
  const delayLevel = javaInt(fields['delayLevel']);
  const at = 'SendMessageProcessor.asyncConsumerSendMsgBack(SendMessageProcessor.java:153)';
  if (offset === null) missingField('ConsumerSendMsgBackRequestHeader', 'offset', 'Long', at);
  const found = broker.store.lookMessageByOffset(offset);
  if (found === null) {
    refuse(ResponseCode.SYSTEM_ERROR, `look message by offset failed, ${offset}`);
    return;
  }
  if (delayLevel === null) missingField('ConsumerSendMsgBackRequestHeader', 'delayLevel', 'Integer', at);
  const properties = new Map(found.properties);
  if (!properties.has(MessageConst.RETRY_TOPIC)) properties.set(MessageConst.RETRY_TOPIC, found.topic);
  properties.set(MessageConst.WAIT, 'false');
  const asked = request.version >= VERSION_3_4_9 ? javaInt(fields['maxReconsumeTimes']) : null;
  const retryMax = asked ?? group.retryMaxTimes;
  if (found.reconsumeTimes >= retryMax || delayLevel < 0) {
    topic = DLQ_GROUP_TOPIC_PREFIX + groupName;
    queueId = 0;
    if (topics.createInSendBack(topic, 1, PERM_WRITE, 0) === null) {
      refuse(ResponseCode.SYSTEM_ERROR, `topic[${topic}] not exist`);
      return;
    }
  } else {
    const level = delayLevel === 0 ? FIRST_RETRY_DELAY_LEVEL + found.reconsumeTimes : delayLevel;
    properties.set(MessageConst.DELAY, String(level));
  }
  const origin = properties.get(MessageConst.ORIGIN_MESSAGE_ID);
  if (origin === undefined || origin.trim() === '')
    properties.set(MessageConst.ORIGIN_MESSAGE_ID, found.msgId);

  const ordered = inJavaOrder(properties);
  const message: MessageToStore = {
    topic,
    flag: found.flag,
    properties: ordered,
    body: found.body,
    transactionId: null,
    queueId,
    sysFlag: found.sysFlag,
    bornTimestampMs: found.bornTimestampMs,
    bornHost: found.bornHost,
    storeHost: found.storeHost,
    reconsumeTimes: found.reconsumeTimes + 1,
    preparedTransactionOffset: 0,
    propertiesString: propertiesToString(ordered),
  };
  const countedFor = properties.get(MessageConst.RETRY_TOPIC) as string;
  broker.store.putMessage(message, (result) => {
    if (result.status !== 'PUT_OK') {
      refuse(ResponseCode.SYSTEM_ERROR, result.status);
      return;
    }
    broker.stats.sentBack(groupName, countedFor);
    reply(response(ResponseCode.SUCCESS, null));
  });
}
