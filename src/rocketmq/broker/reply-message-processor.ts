import {MessageConst, propertiesToString, stringToProperties} from '../message/properties.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, request as newRequest, type RemotingCommand, response} from '../remoting/command.ts';
import type {Channel, RequestProcessor} from '../remoting/remoting.ts';
import type {MessageToStore} from '../store/message-store.ts';
import type {BrokerParts} from './broker-parts.ts';
import {humanTime, missingField} from './java-text.ts';
import {decodeReplyHeaderV2, decodeSendHeaderV1, type SendHeader} from './send-header.ts';
import {checkMessage} from './send-message-processor.ts';
import {inJavaOrder} from './stored-properties.ts';

const PUSH_TIMEOUT_MS = 10_000;
const EMPTY_BODY = new Uint8Array(0);

const HEADER = 'SendMessageRequestHeader';
const at = (line: number): string =>
  `ReplyMessageProcessor.processReplyMessageRequest(ReplyMessageProcessor.java:${line})`;

type Reply = (response: RemotingCommand) => void;

/**
 * Codes 324 and 325: an answer to a request that travelled as a message. It is pushed to the client that asked, and stored.
 * Source: RocketMQ 4.9.1 `broker.processor.ReplyMessageProcessor`.
 */
export function replyMessageProcessor(broker: BrokerParts): RequestProcessor {
  return (channel, request, reply) => {
    const header =
      request.code === RequestCode.SEND_REPLY_MESSAGE
        ? decodeSendHeaderV1(request.extFields)
        : decodeReplyHeaderV2(request.extFields);
    const {config, host} = broker;
    const told = {TRACE_ON: String(config.traceOn), MSG_REGION: config.regionId};
    if (host.clock.nowMs() < config.startAcceptSendRequestTimeStamp) {
      const until = humanTime(config.startAcceptSendRequestTimeStamp);
      reply(response(ResponseCode.SYSTEM_ERROR, `broker unable to service, until ${until}`, told));
      return;
    }
    const checked = checkMessage(broker, channel, header);
    if ('code' in checked) {
      reply(response(checked.code, checked.remark, told));
      return;
    }
    const message = replyMessage(broker, channel, request, header, checked.writeQueueNums);
    push(broker, channel, header, message, (failure) => answer(broker, message, failure, told, reply));
  };
}

function replyMessage(
  broker: BrokerParts,
  channel: Channel,
  request: RemotingCommand,
  header: SendHeader,
  writeQueueNums: number,
): MessageToStore {
  const queueId = header.queueId ?? 0;
  if (header.flag === null) missingField(HEADER, 'flag', 'Integer', at(135));
  if (header.bornTimestampMs === null) missingField(HEADER, 'bornTimestamp', 'Long', at(138));
  return {
    topic: header.topic ?? '',
    flag: header.flag,
    properties: stringToProperties(header.properties ?? ''),
    body: request.body ?? EMPTY_BODY,
    transactionId: null,
    queueId:
      queueId < 0 ? broker.host.random.stream('send-queue').below(Math.max(1, writeQueueNums)) : queueId,
    // The header's is pushed, and not stored.
    sysFlag: 0,
    bornTimestampMs: header.bornTimestampMs,
    bornHost: channel.remoteAddress,
    storeHost: broker.address,
    reconsumeTimes: header.reconsumeTimes ?? 0,
    preparedTransactionOffset: 0,
    propertiesString: header.properties ?? '',
  };
}

/** Hands the reply to the client that asked; `done` hears null, or why not. */
function push(
  broker: BrokerParts,
  channel: Channel,
  header: SendHeader,
  message: MessageToStore,
  done: (failure: string | null) => void,
): void {
  const clientId = message.properties.get(MessageConst.REPLY_TO_CLIENT);
  if (clientId === undefined) {
    done(`reply message properties[${MessageConst.REPLY_TO_CLIENT}] is null`);
    return;
  }
  const target = broker.producers.channelOf(clientId);
  if (target === null) {
    done(`push reply message fail, channel of <${clientId}> not found.`);
    return;
  }
  const nowMs = broker.host.clock.nowMs();
  const properties = new Map(message.properties);
  properties.set(MessageConst.PUSH_REPLY_TIME, String(nowMs));
  const fields: ExtFields = {
    ...told('producerGroup', header.producerGroup),
    topic: message.topic,
    ...told('defaultTopic', header.defaultTopic),
    ...told('defaultTopicQueueNums', header.defaultTopicQueueNums),
    ...told('queueId', header.queueId),
    ...told('sysFlag', header.sysFlag),
    bornTimestamp: String(message.bornTimestampMs),
    flag: String(message.flag),
    properties: propertiesToString(inJavaOrder(properties)),
    ...told('reconsumeTimes', header.reconsumeTimes),
    unitMode: String(header.unitMode),
    bornHost: `/${channel.remoteAddress}`,
    storeHost: `/${broker.address}`,
    storeTimestamp: String(nowMs),
  };
  const pushed = newRequest(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, fields, message.body);
  broker.toClient.call(target, pushed, PUSH_TIMEOUT_MS, (result) => {
    const ok = result.ok && result.response.code === ResponseCode.SUCCESS;
    done(ok ? null : `push reply message to ${clientId}fail.`);
  });
}

/** A header field as it came, if it did. */
function told(name: string, value: string | number | null | undefined): ExtFields {
  return value === null || value === undefined ? {} : {[name]: String(value)};
}

/** The reply is stored whether it could be pushed or not; whether it could be stored, nobody is told. */
function answer(
  broker: BrokerParts,
  message: MessageToStore,
  failure: string | null,
  toldAlways: ExtFields,
  reply: Reply,
): void {
  const code = failure === null ? ResponseCode.SUCCESS : ResponseCode.SYSTEM_ERROR;
  const queueId = String(message.queueId);
  const unstored = failure === null ? {queueId, ...toldAlways, msgId: '0', queueOffset: '0'} : toldAlways;
  if (!broker.config.storeReplyMessageEnable) {
    reply(response(code, failure, unstored));
    return;
  }
  broker.store.putMessage(message, ({append}) => {
    if (append === null) {
      reply(response(code, failure, unstored));
      return;
    }
    broker.stats.put(message.topic, append.messageCount, append.sizeBytes);
    const {msgId, queueOffset} = append;
    reply(response(code, failure, {queueId, ...toldAlways, msgId, queueOffset: String(queueOffset)}));
  });
}
