import {report} from '../facts.ts';
import {decodeBatch} from '../message/batch.ts';
import {MessageConst} from '../message/properties.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, type RemotingCommand, response} from '../remoting/command.ts';
import type {Channel, RequestProcessor} from '../remoting/remoting.ts';
import type {MessageToStore, PutMessageResult} from '../store/message-store.ts';
import type {BrokerParts} from './broker-parts.ts';
import {FAQ, humanTime, javaBoolean, missingField, thrown} from './java-text.ts';
import {isWriteable, PERM_READ, PERM_WRITE, permText} from './perm.ts';
import {consumerSendMsgBack} from './send-back.ts';
import {decodeSendHeaderV1, decodeSendHeaderV2, type SendHeader, VERSION_3_4_9} from './send-header.ts';
import {putRefusal, type Refusal, storedCode} from './send-refusals.ts';
import type {TopicConfig} from './topic-config-manager.ts';
import {
  DLQ_GROUP_TOPIC_PREFIX,
  RETRY_GROUP_TOPIC_PREFIX,
  SCHEDULE_TOPIC,
  topicNameProblem,
} from './topic-validator.ts';
import {prepareMessage} from './transaction.ts';

const MULTI_TAGS_FLAG = 2;
const DLQ_QUEUE_NUMS = 1;

const EMPTY_BODY = new Uint8Array(0);

type Reply = (response: RemotingCommand) => void;

/**
 * Codes 10, 310, 320 and 36. A topic's own write permission is not looked at: clients honour it, the broker does not.
 * Source: RocketMQ 4.9.1 `broker.processor.SendMessageProcessor`, `AbstractSendMessageProcessor`.
 */
export function sendMessageProcessor(broker: BrokerParts): RequestProcessor {
  return (channel, request, reply) => {
    if (request.code === RequestCode.CONSUMER_SEND_MSG_BACK) {
      consumerSendMsgBack(broker, request, reply);
      return;
    }
    const header =
      request.code === RequestCode.SEND_MESSAGE
        ? decodeSendHeaderV1(request.extFields)
        : decodeSendHeaderV2(request.extFields);
    send(broker, channel, request, header, reply);
  };
}

function send(
  broker: BrokerParts,
  channel: Channel,
  request: RemotingCommand,
  header: SendHeader,
  reply: Reply,
): void {
  const {config} = broker;
  const refuse = ({code, remark}: Refusal): void => {
    report(broker.host.journal, {kind: 'send-refused', topic: header.topic ?? '', code, remark});
    reply(response(code, remark, toldAlways(broker)));
  };
  if (broker.host.clock.nowMs() < config.startAcceptSendRequestTimeStamp) {
    const until = humanTime(config.startAcceptSendRequestTimeStamp);
    refuse({code: ResponseCode.SYSTEM_ERROR, remark: `broker unable to service, until ${until}`});
    return;
  }
  const checked = checkMessage(broker, channel, header);
  if ('code' in checked) {
    refuse(checked);
    return;
  }
  let target: Target = {
    topic: checked.topicName,
    // The real one forgets the absolute value and may store into a negative queue id.
    queueId:
      (header.queueId as number) < 0
        ? broker.host.random.stream('send-queue').below(Math.max(1, checked.writeQueueNums))
        : (header.queueId as number),
    config: checked,
  };
  // Only single messages are looked at: a batch may go on being retried for ever.
  if (!header.batch && target.topic.startsWith(RETRY_GROUP_TOPIC_PREFIX)) {
    const redirected = redirectRetry(broker, request, header, target);
    if ('code' in redirected) {
      refuse(redirected);
      return;
    }
    target = redirected;
  }
  if (header.flag === null) missing('flag', 'Integer');
  if (header.bornTimestampMs === null) missing('bornTimestamp', 'Long');
  if (header.sysFlag === null) missing('sysFlag', 'Integer');

  const properties = broker.properties.rewrite(header.properties, header.batch);
  const message: MessageToStore = {
    topic: target.topic,
    flag: header.flag,
    properties: properties.map,
    body: request.body ?? EMPTY_BODY,
    transactionId: null,
    queueId: target.queueId,
    sysFlag:
      target.config.topicFilterType === 'MULTI_TAG' ? header.sysFlag | MULTI_TAGS_FLAG : header.sysFlag,
    bornTimestampMs: header.bornTimestampMs,
    bornHost: channel.remoteAddress,
    storeHost: broker.address,
    reconsumeTimes: header.reconsumeTimes ?? 0,
    preparedTransactionOffset: 0,
    propertiesString: properties.text,
  };
  const queueId = target.queueId;
  const answered = (result: PutMessageResult): void => {
    const refusal = putRefusal(broker, result);
    if (refusal !== null) {
      refuse(refusal);
      return;
    }
    const {append} = result;
    if (append === null) return;
    broker.stats.put(message.topic, append.messageCount, append.sizeBytes);
    reply(
      response(storedCode(result), null, {
        queueId: String(queueId),
        TRACE_ON: String(config.traceOn),
        MSG_REGION: config.regionId,
        msgId: append.msgId,
        queueOffset: String(append.queueOffset),
      }),
    );
  };
  if (header.batch) {
    if (request.body === null) {
      thrown(
        'java.lang.NullPointerException: Cannot read the array length because the return value of ' +
          '"org.apache.rocketmq.common.message.MessageExtBatch.getBody()" is null',
        'org.apache.rocketmq.store.DefaultMessageStore.checkMessages(DefaultMessageStore.java:379)',
      );
    }
    broker.store.putMessages(message, (result) => {
      const exception = result.append === null ? batchException(message, result) : null;
      if (exception === null) answered(result);
      else reply(response(ResponseCode.SYSTEM_ERROR, exception));
    });
    return;
  }
  const prepared = properties.map.get(MessageConst.TRANSACTION_PREPARED);
  if (prepared !== undefined && javaBoolean(prepared)) {
    if (config.rejectTransactionMessage) {
      const remark = `the broker[${config.brokerIP1}] sending transaction message is forbidden`;
      refuse({code: ResponseCode.NO_PERMISSION, remark});
      return;
    }
    prepareMessage(broker, message, answered);
    return;
  }
  broker.store.putMessage(message, answered);
}

/** What 4.9.1 throws out of the put of a batch; null where it refuses in order. */
function batchException(batch: MessageToStore, result: PutMessageResult): string | null {
  if (result.status !== 'UNKNOWN_ERROR') return null;
  return decodeBatch(batch.body) === null
    ? 'java.nio.BufferUnderflowException, java.base/java.nio.Buffer.nextGetIndex(Buffer.java:707)'
    : 'java.lang.RuntimeException: message size exceeded, ' +
        'org.apache.rocketmq.store.CommitLog$MessageExtBatchEncoder.encode(CommitLog.java:1779)';
}

/** Where a message goes, by name and by the settings of that topic. */
interface Target {
  readonly topic: string;
  readonly queueId: number;
  readonly config: TopicConfig;
}

/** Every answer to a send says these, also an error. */
function toldAlways(broker: BrokerParts): ExtFields {
  return {TRACE_ON: String(broker.config.traceOn), MSG_REGION: broker.config.regionId};
}

function missing(field: string, type: 'Integer' | 'Long'): never {
  missingField(
    'SendMessageRequestHeader',
    field,
    type,
    'SendMessageProcessor.asyncSendMessage(SendMessageProcessor.java:286)',
  );
}

/**
 * The checks before anything is stored; answers the topic's settings, making the topic where it may be made.
 * Source: `AbstractSendMessageProcessor#msgCheck`.
 */
export function checkMessage(
  broker: BrokerParts,
  channel: Channel,
  header: SendHeader,
): TopicConfig | Refusal {
  const {config, topics} = broker;
  if (
    !isWriteable(config.brokerPermission) &&
    header.topic !== undefined &&
    topics.isOrderTopic(header.topic)
  ) {
    const remark = `the broker[${config.brokerIP1}] sending message is forbidden`;
    return {code: ResponseCode.NO_PERMISSION, remark};
  }
  const problem = topicNameProblem(header.topic);
  if (problem !== null) return {code: ResponseCode.SYSTEM_ERROR, remark: problem};
  if (header.topic === SCHEDULE_TOPIC) {
    const remark = `Sending message to topic[${SCHEDULE_TOPIC}] is forbidden.`;
    return {code: ResponseCode.NO_PERMISSION, remark};
  }
  const topic = header.topic as string;
  let settings = topics.select(topic);
  if (settings === null) {
    const sysFlag = header.unitMode ? (topic.startsWith(RETRY_GROUP_TOPIC_PREFIX) ? 2 : 1) : 0;
    if (header.defaultTopicQueueNums === null) {
      const at = 'AbstractSendMessageProcessor.msgCheck(AbstractSendMessageProcessor.java:197)';
      missingField('SendMessageRequestHeader', 'defaultTopicQueueNums', 'Integer', at);
    }
    settings = topics.createInSend(topic, header.defaultTopic, header.defaultTopicQueueNums, sysFlag);
    if (settings === null && topic.startsWith(RETRY_GROUP_TOPIC_PREFIX)) {
      settings = topics.createInSendBack(topic, 1, PERM_WRITE | PERM_READ, sysFlag);
    }
    if (settings === null) {
      return {
        code: ResponseCode.TOPIC_NOT_EXIST,
        remark: `topic[${topic}] not exist, apply first please!${FAQ}`,
      };
    }
  }
  if (header.queueId === null) {
    const at = 'AbstractSendMessageProcessor.msgCheck(AbstractSendMessageProcessor.java:220)';
    missingField('SendMessageRequestHeader', 'queueId', 'Integer', at);
  }
  if (header.queueId >= Math.max(settings.writeQueueNums, settings.readQueueNums)) {
    const remark = `request queueId[${header.queueId}] is illegal, ${topicText(settings)} Producer: ${channel.remoteAddress}`;
    return {code: ResponseCode.SYSTEM_ERROR, remark};
  }
  return settings;
}

/** Source: `common.TopicConfig#toString`. */
function topicText(config: TopicConfig): string {
  return (
    `TopicConfig [topicName=${config.topicName}, readQueueNums=${config.readQueueNums}, ` +
    `writeQueueNums=${config.writeQueueNums}, perm=${permText(config.perm)}, ` +
    `topicFilterType=${config.topicFilterType}, topicSysFlag=${config.topicSysFlag}, order=${config.order}]`
  );
}

/**
 * A consumer that could not send a message back sends it to its retry topic itself; one that has been retried too often
 * goes to the dead letters. Source: `SendMessageProcessor#handleRetryAndDLQ`.
 */
function redirectRetry(
  broker: BrokerParts,
  request: RemotingCommand,
  header: SendHeader,
  target: Target,
): Target | Refusal {
  const groupName = target.topic.slice(RETRY_GROUP_TOPIC_PREFIX.length);
  const group = broker.groups.find(groupName);
  if (group === null) {
    const remark = `subscription group not exist, ${groupName} ${FAQ}`;
    return {code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark};
  }
  let retryMax = group.retryMaxTimes;
  if (request.version >= VERSION_3_4_9) {
    if (header.maxReconsumeTimes === null) {
      const at = 'SendMessageProcessor.handleRetryAndDLQ(SendMessageProcessor.java:212)';
      missingField('SendMessageRequestHeader', 'maxReconsumeTimes', 'Integer', at);
    }
    retryMax = header.maxReconsumeTimes;
  }
  if ((header.reconsumeTimes ?? 0) < retryMax) return target;
  const topic = DLQ_GROUP_TOPIC_PREFIX + groupName;
  const config = broker.topics.createInSendBack(topic, DLQ_QUEUE_NUMS, PERM_WRITE, 0);
  if (config === null) return {code: ResponseCode.SYSTEM_ERROR, remark: `topic[${topic}] not exist`};
  return {topic, queueId: 0, config};
}
