import type {Message} from '../message/message.ts';
import {MessageConst, propertiesToString} from '../message/properties.ts';
import {MessageSysFlag} from '../message/sys-flag.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../remoting/command.ts';
import {deflateZlib} from '../zlib/deflate.ts';
import type {SendResult} from './api.ts';
import {int64Of} from './mq-client-api.ts';
import type {ResolvedProducerConfig} from './producer-config.ts';

const RETRY_PREFIX = '%RETRY%';
const DEFAULT_REGION = 'DefaultRegion';

/**
 * The frame of one attempt: 310 with one-letter names (`sendSmartMsg`), a large body packed. The message stays as it is,
 * but for a retry message, whose two counters move into the header.
 * Source: RocketMQ 4.9.1 `DefaultMQProducerImpl#sendKernelImpl`, `MQClientAPIImpl#sendMessage`.
 */
export function sendRequest(
  config: ResolvedProducerConfig,
  message: Message,
  queueId: number,
  nowMs: number,
): RemotingCommand {
  const {properties} = message;
  let {body} = message;
  let sysFlag = 0;
  if (body.length >= config.compressMsgBodyOverHowmuchBytes) {
    body = deflateZlib(body);
    sysFlag |= MessageSysFlag.COMPRESSED;
  }
  if (isTrue(properties.get(MessageConst.TRANSACTION_PREPARED)))
    sysFlag |= MessageSysFlag.TRANSACTION_PREPARED;
  const ext: ExtFields = {
    a: config.group,
    b: message.topic,
    c: config.createTopicKey,
    d: `${config.defaultTopicQueueNums}`,
    e: `${queueId}`,
    f: `${sysFlag}`,
    g: `${nowMs}`,
    h: `${message.flag}`,
    i: propertiesToString(properties),
    j: '0',
    k: 'false',
    m: 'false',
  };
  if (message.topic.startsWith(RETRY_PREFIX)) moveRetryCounters(message, ext);
  const isReply = properties.get(MessageConst.MESSAGE_TYPE) === 'reply';
  return request(isReply ? RequestCode.SEND_REPLY_MESSAGE_V2 : RequestCode.SEND_MESSAGE_V2, ext, body);
}

/** The text of the properties has been made before, so both counters remain in it. */
function moveRetryCounters(message: Message, ext: ExtFields): void {
  const {properties} = message;
  const reconsumeTimes = properties.get(MessageConst.RECONSUME_TIME);
  if (reconsumeTimes !== undefined) {
    ext['j'] = reconsumeTimes;
    properties.delete(MessageConst.RECONSUME_TIME);
  }
  const maxReconsumeTimes = properties.get(MessageConst.MAX_RECONSUME_TIMES);
  if (maxReconsumeTimes !== undefined) {
    ext['l'] = maxReconsumeTimes;
    properties.delete(MessageConst.MAX_RECONSUME_TIMES);
  }
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && text.toLowerCase() === 'true';
}

function sendStatusOf(code: number): SendResult['sendStatus'] | null {
  switch (code) {
    case ResponseCode.SUCCESS:
      return 'SEND_OK';
    case ResponseCode.FLUSH_DISK_TIMEOUT:
      return 'FLUSH_DISK_TIMEOUT';
    case ResponseCode.FLUSH_SLAVE_TIMEOUT:
      return 'FLUSH_SLAVE_TIMEOUT';
    case ResponseCode.SLAVE_NOT_AVAILABLE:
      return 'SLAVE_NOT_AVAILABLE';
    default:
      return null;
  }
}

/**
 * What a response says: a result; `refused` where the broker answered an error; `malformed` where a stored result lacks
 * what it must hold. The queue carries the broker name that the request was meant for.
 * Source: `MQClientAPIImpl#processSendResponse`.
 */
export function sendResultOf(
  response: RemotingCommand,
  message: Message,
  brokerName: string,
): SendResult | 'refused' | 'malformed' {
  const sendStatus = sendStatusOf(response.code);
  if (sendStatus === null) return 'refused';
  const ext = response.extFields;
  const offsetMsgId = ext?.['msgId'];
  const queueId = int64Of(response, 'queueId');
  const queueOffset = int64Of(response, 'queueOffset');
  if (!ext || offsetMsgId === undefined || queueId === undefined || queueOffset === undefined)
    return 'malformed';
  return {
    sendStatus,
    msgId: message.properties.get(MessageConst.UNIQ_KEY)!,
    offsetMsgId,
    messageQueue: {topic: message.topic, brokerName, queueId},
    queueOffset,
    transactionId: ext['transactionId'] ?? null,
    regionId: ext[MessageConst.MSG_REGION] || DEFAULT_REGION,
    traceOn: ext[MessageConst.TRACE_SWITCH] !== 'false',
  };
}
