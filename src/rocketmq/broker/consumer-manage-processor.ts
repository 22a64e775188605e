import {encodeConsumerIdList} from '../remoting/bodies/consumer-id-list.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, type RemotingCommand, response} from '../remoting/command.ts';
import type {Channel, RequestProcessor} from '../remoting/remoting.ts';
import type {BrokerParts} from './broker-parts.ts';
import {javaInt, javaLong, missingField, missingName} from './java-text.ts';

const BOOTED_FIRST = 'Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first';
const at = (method: string, line: number): string =>
  `ConsumerManageProcessor.${method}(ConsumerManageProcessor.java:${line})`;

/** Codes 38, 14 and 15. Source: RocketMQ 4.9.1 `broker.processor.ConsumerManageProcessor`. */
export function consumerManageProcessor(broker: BrokerParts): RequestProcessor {
  return (channel, request, reply) => {
    const fields = request.extFields ?? {};
    switch (request.code) {
      case RequestCode.UPDATE_CONSUMER_OFFSET:
        reply(updateConsumerOffset(broker, channel, fields));
        break;
      case RequestCode.QUERY_CONSUMER_OFFSET:
        reply(queryConsumerOffset(broker, fields));
        break;
      case RequestCode.GET_CONSUMER_LIST_BY_GROUP:
        reply(consumerList(broker, fields));
        break;
      default:
    }
  };
}

/** Any topic, any group, any value: nothing is checked. */
function updateConsumerOffset(broker: BrokerParts, channel: Channel, fields: ExtFields): RemotingCommand {
  const method = 'updateConsumerOffset';
  const queueId = javaInt(fields['queueId']);
  if (queueId === null)
    missingField('UpdateConsumerOffsetRequestHeader', 'queueId', 'Integer', at(method, 113));
  const offset = javaLong(fields['commitOffset']);
  if (offset === null)
    missingField('UpdateConsumerOffsetRequestHeader', 'commitOffset', 'Long', at(method, 113));
  broker.offsets.commit(
    channel.remoteAddress,
    String(fields['consumerGroup'] ?? null),
    String(fields['topic'] ?? null),
    queueId,
    offset,
  );
  return response(ResponseCode.SUCCESS, null, {});
}

/**
 * What is committed. Where nothing is: 0 if the queue still begins at 0 and its first message is still in memory, so
 * that a new group on a young queue misses nothing; otherwise not found, and the client decides.
 */
function queryConsumerOffset(broker: BrokerParts, fields: ExtFields): RemotingCommand {
  const group = fields['consumerGroup'] ?? 'null';
  const topic = fields['topic'] ?? 'null';
  const queueId = javaInt(fields['queueId']);
  if (queueId === null) {
    missingField('QueryConsumerOffsetRequestHeader', 'queueId', 'Integer', at('queryConsumerOffset', 135));
  }
  const offset = broker.offsets.query(group, topic, queueId);
  if (offset >= 0) return response(ResponseCode.SUCCESS, null, {offset: String(offset)});
  const {store} = broker;
  if (store.minOffsetInQueue(topic, queueId) <= 0 && !store.isInDiskByConsumeOffset(topic, queueId, 0)) {
    return response(ResponseCode.SUCCESS, null, {offset: '0'});
  }
  return response(ResponseCode.QUERY_NOT_FOUND, BOOTED_FIRST, {});
}

function consumerList(broker: BrokerParts, fields: ExtFields): RemotingCommand {
  const name = fields['consumerGroup'] ?? missingName();
  const ids: string[] = [];
  for (const client of broker.consumers.group(name)?.channels.values() ?? []) ids.push(client.clientId);
  if (ids.length === 0) {
    return response(ResponseCode.SYSTEM_ERROR, `no consumer for this group, ${name}`, {});
  }
  return response(ResponseCode.SUCCESS, null, {}, encodeConsumerIdList(ids));
}
