import type {MessageExt} from '../message/message.ts';
import {MessageConst, propertiesToString} from '../message/properties.ts';
import {MessageSysFlag} from '../message/sys-flag.ts';
import {ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import type {RequestProcessor} from '../remoting/remoting.ts';
import type {MessageToStore, PutMessageResult} from '../store/message-store.ts';
import type {BrokerParts} from './broker-parts.ts';
import {commandException, javaInt, javaLong, missingField, nullVariable, thrown} from './java-text.ts';
import {putOwnMessage} from './own-message.ts';
import {ILLEGAL_MESSAGE} from './send-refusals.ts';
import {inJavaOrder} from './stored-properties.ts';
import {TRANS_HALF_TOPIC, TRANS_OP_HALF_TOPIC} from './topic-validator.ts';

const CHECK_FIELDS =
  'org.apache.rocketmq.common.protocol.header.EndTransactionRequestHeader.checkFields(EndTransactionRequestHeader.java';
const TYPE_BITS = 12;
const ROLLBACK = 12;
const COMMIT = 8;

/**
 * Stores a transactional message where no consumer sees it; its own topic and queue go into its properties.
 * Source: RocketMQ 4.9.1 `TransactionalMessageBridge#parseHalfMessageInner`.
 */
export function prepareMessage(
  broker: BrokerParts,
  message: MessageToStore,
  done: (result: PutMessageResult) => void,
): void {
  const properties = inJavaOrder(
    new Map([
      ...message.properties,
      [MessageConst.REAL_TOPIC, message.topic],
      [MessageConst.REAL_QUEUE_ID, String(message.queueId)],
    ]),
  );
  broker.store.putMessage(
    {
      ...message,
      topic: TRANS_HALF_TOPIC,
      queueId: 0,
      sysFlag: message.sysFlag & ~TYPE_BITS,
      properties,
      propertiesString: propertiesToString(properties),
    },
    done,
  );
}

/**
 * Code 37: a producer says how its transaction ended. Unknown outcomes are not answered. Nothing remembers that a half
 * message was ended already: a second commit stores the message again.
 * Source: RocketMQ 4.9.1 `broker.processor.EndTransactionProcessor`.
 */
export function endTransactionProcessor(broker: BrokerParts): RequestProcessor {
  return (_channel, request, reply) => {
    const fields = request.extFields ?? {};
    const outcome = javaInt(fields['commitOrRollback']);
    if (request.extFields !== null && outcome !== 0 && outcome !== COMMIT && outcome !== ROLLBACK) {
      if (outcome === null)
        nullVariable('java.lang.Integer.intValue()', 'this.commitOrRollback', `${CHECK_FIELDS}:48)`);
      commandException('commitOrRollback field wrong', `${CHECK_FIELDS}:60)`);
    }
    if (broker.config.brokerRole === 'SLAVE') {
      reply(response(ResponseCode.SLAVE_NOT_AVAILABLE));
      return;
    }
    if (outcome === null) {
      const at = 'EndTransactionProcessor.processRequest(EndTransactionProcessor.java:99)';
      missingField('EndTransactionRequestHeader', 'commitOrRollback', 'Integer', at);
    }
    if (outcome !== COMMIT && outcome !== ROLLBACK) return;
    const header = {
      producerGroup: fields['producerGroup'],
      stateOffset: javaLong(fields['tranStateTableOffset']),
      logOffset: javaLong(fields['commitLogOffset']),
    };
    if (header.logOffset === null) {
      const at = 'EndTransactionProcessor.processRequest(EndTransactionProcessor.java:126)';
      missingField('EndTransactionRequestHeader', 'commitLogOffset', 'Long', at);
    }
    const half = broker.store.lookMessageByOffset(header.logOffset);
    const wrong = half === null ? 'Find prepared transaction message failed' : wrongHalf(half, header);
    if (half === null || wrong !== null) {
      reply(response(ResponseCode.SYSTEM_ERROR, wrong));
      return;
    }
    if (outcome === ROLLBACK) {
      putOperation(broker, half);
      reply(response(ResponseCode.SUCCESS));
      return;
    }
    broker.store.putMessage(finalMessage(half, header.logOffset), (result) => {
      const answer = finalAnswer(result);
      if (answer.code === ResponseCode.SUCCESS) putOperation(broker, half);
      reply(answer);
    });
  };
}

function wrongHalf(
  half: MessageExt,
  header: {
    readonly producerGroup: string | undefined;
    readonly stateOffset: number | null;
    readonly logOffset: number | null;
  },
): string | null {
  const group = half.properties.get(MessageConst.PRODUCER_GROUP);
  if (group === undefined) {
    thrown(
      'java.lang.NullPointerException: Cannot invoke "String.equals(Object)" because "<local4>" is null',
      'org.apache.rocketmq.broker.processor.EndTransactionProcessor.checkPrepareMessage(EndTransactionProcessor.java:169)',
    );
  }
  if (group !== header.producerGroup) return 'The producer group wrong';
  if (half.queueOffset !== header.stateOffset) return 'The transaction state table offset wrong';
  return half.commitLogOffset === header.logOffset ? null : 'The commit log offset wrong';
}

/** The properties are stored as the half message had them, `TRAN_MSG` and the real topic's name still among them. */
function finalMessage(half: MessageExt, logOffset: number): MessageToStore {
  const properties = inJavaOrder(half.properties);
  return {
    topic: half.properties.get(MessageConst.REAL_TOPIC) ?? '',
    queueId: Number(half.properties.get(MessageConst.REAL_QUEUE_ID) ?? 0),
    flag: half.flag,
    properties,
    body: half.body,
    transactionId: half.properties.get(MessageConst.UNIQ_KEY) ?? null,
    sysFlag: (half.sysFlag & ~TYPE_BITS) | MessageSysFlag.TRANSACTION_COMMIT,
    bornTimestampMs: half.bornTimestampMs,
    bornHost: half.bornHost,
    storeHost: half.storeHost,
    reconsumeTimes: half.reconsumeTimes,
    preparedTransactionOffset: logOffset,
    propertiesString: propertiesToString(properties),
  };
}

/** Source: `EndTransactionProcessor#sendFinalMessage`. */
function finalAnswer(result: PutMessageResult): RemotingCommand {
  const failed = (code: number, remark: string): RemotingCommand => response(code, remark);
  switch (result.status) {
    case 'PUT_OK':
    case 'FLUSH_DISK_TIMEOUT':
    case 'FLUSH_SLAVE_TIMEOUT':
    case 'SLAVE_NOT_AVAILABLE':
      return response(ResponseCode.SUCCESS, null);
    case 'CREATE_MAPEDFILE_FAILED':
      return failed(ResponseCode.SYSTEM_ERROR, 'Create mapped file failed.');
    case 'MESSAGE_ILLEGAL':
    case 'PROPERTIES_SIZE_EXCEEDED':
      return failed(ResponseCode.MESSAGE_ILLEGAL, `T${ILLEGAL_MESSAGE.slice(1)}`);
    case 'SERVICE_NOT_AVAILABLE':
      return failed(ResponseCode.SERVICE_NOT_AVAILABLE, 'Service not available now.');
    case 'OS_PAGECACHE_BUSY':
      return failed(ResponseCode.SYSTEM_ERROR, 'OS page cache busy, please try another machine');
    default:
      return failed(ResponseCode.SYSTEM_ERROR, 'UNKNOWN_ERROR');
  }
}

/** Notes that a half message is done with. Source: `TransactionalMessageBridge#putOpMessage`. */
function putOperation(broker: BrokerParts, half: MessageExt): void {
  const properties = inJavaOrder(
    new Map<string, string>([
      [MessageConst.TAGS, 'd'],
      [MessageConst.WAIT, 'true'],
    ]),
  );
  const body = new TextEncoder().encode(String(half.queueOffset));
  putOwnMessage(broker, {topic: TRANS_OP_HALF_TOPIC, queueId: half.queueId, properties, body});
}
