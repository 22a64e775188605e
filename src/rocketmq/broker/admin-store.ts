import type {MessageExt} from '../message/message.ts';
import {MessageConst, propertiesToString} from '../message/properties.ts';
import {decodeRecord} from '../message/record.ts';
import {type ConsumeQueueData, encodeQueryConsumeQueue} from '../remoting/bodies/query-consume-queue.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import {RequestFailure} from '../remoting/dispatch.ts';
import type {AdminHandler} from './admin-handler.ts';
import type {BrokerParts} from './broker-parts.ts';
import {javaInt, javaLong, missingName} from './java-text.ts';
import {offsetOfMessageId} from './offset-message-id.ts';
import {inJavaOrder} from './stored-properties.ts';
import {TRANS_HALF_TOPIC} from './topic-validator.ts';

const NOT_PUT_BACK = `Exception was thrown when putting message back to ${TRANS_HALF_TOPIC}.`;

/** Looking into consume queues, and giving up on no half message: 321, 323. */
export function adminStoreHandlers(broker: BrokerParts): [number, AdminHandler][] {
  return [
    [RequestCode.QUERY_CONSUME_QUEUE, (request) => queryConsumeQueue(broker, request)],
    [
      RequestCode.RESUME_CHECK_HALF_MESSAGE,
      (request, reply) => {
        resumeCheck(broker, request, reply);
        return null;
      },
    ],
  ];
}

/**
 * Entries of a queue as they stand there. What is no number is 0. The remark is the one that no handler ever set.
 * Source: RocketMQ 4.9.1 `AdminBrokerProcessor#queryConsumeQueue`.
 */
function queryConsumeQueue(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const {store, consumers} = broker;
  const fields = request.extFields ?? {};
  const {topic = missingName(), consumerGroup} = fields;
  const queueId = javaInt(fields['queueId']) ?? 0;
  const index = javaLong(fields['index']) ?? 0;
  const count = javaInt(fields['count']) ?? 0;
  if (!store.hasQueue(topic, queueId)) {
    return response(ResponseCode.SYSTEM_ERROR, `${queueId}@${topic} is not exist!`);
  }
  const subscription =
    consumerGroup === undefined ? null : (consumers.group(consumerGroup)?.subscriptions.get(topic) ?? null);
  const entries = store.queueEntries(topic, queueId, index, count);
  if (entries === null) {
    return response(ResponseCode.SUCCESS, `Index ${index} of ${queueId}@${topic} is not exist!`);
  }
  const body = encodeQueryConsumeQueue({
    // Of a group that is there, 4.9.1 tells its filter of expressions as text; there is none.
    filterData: filterData(consumerGroup, topic, subscription !== null),
    maxQueueIndex: store.maxOffsetInQueue(topic, queueId),
    minQueueIndex: store.minOffsetInQueue(topic, queueId),
    queueData: entries.map(
      ({physicalOffset, sizeBytes, tagsCode}): ConsumeQueueData => ({
        bitMap: null,
        eval: false,
        extendDataJson: null,
        msg: null,
        physicOffset: physicalOffset,
        physicSize: sizeBytes,
        tagsCode,
      }),
    ),
    subscriptionData: subscription,
  });
  return response(ResponseCode.SUCCESS, undefined, null, body);
}

function filterData(group: string | undefined, topic: string, isOnline: boolean): string | null {
  if (group === undefined) return null;
  return isOnline ? 'null' : `${group}@${topic} is not online!`;
}

/**
 * A half message is to be asked about again, from the first time on: a copy of it, with its count of checks at 0, is put at the
 * end of the half messages. Source: RocketMQ 4.9.1 `AdminBrokerProcessor#resumeCheckHalfMessage`.
 */
function resumeCheck(
  broker: BrokerParts,
  request: RemotingCommand,
  reply: (response: RemotingCommand) => void,
): void {
  const found = recordOf(broker, request.extFields?.['msgId']);
  if (found === null) {
    reply(response(ResponseCode.SYSTEM_ERROR, NOT_PUT_BACK));
    return;
  }
  const properties = inJavaOrder(new Map([...found.properties, [MessageConst.TRANSACTION_CHECK_TIMES, '0']]));
  broker.store.putMessage(
    {
      topic: TRANS_HALF_TOPIC,
      flag: found.flag,
      properties,
      body: found.body,
      transactionId: null,
      queueId: 0,
      sysFlag: found.sysFlag,
      bornTimestampMs: found.bornTimestampMs,
      bornHost: found.bornHost,
      storeHost: found.storeHost,
      reconsumeTimes: found.reconsumeTimes,
      preparedTransactionOffset: 0,
      propertiesString: propertiesToString(properties),
    },
    ({status}) =>
      reply(
        status === 'PUT_OK'
          ? response(ResponseCode.SUCCESS, null)
          : response(ResponseCode.SYSTEM_ERROR, `Put message back to ${TRANS_HALF_TOPIC} failed.`),
      ),
  );
}

/** The message of an offset id, its body still packed; null where 4.9.1 comes to an exception, of whatever kind. */
function recordOf(broker: BrokerParts, id: string | undefined): MessageExt | null {
  try {
    const record = broker.store.recordByOffset(offsetOfMessageId(id));
    return record === null ? null : decodeRecord(record);
  } catch (error) {
    if (error instanceof RequestFailure) return null;
    throw error;
  }
}
