import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import type {RequestProcessor} from '../remoting/remoting.ts';
import type {BrokerParts} from './broker-parts.ts';
import {javaInt, javaLong, missingField, thrown} from './java-text.ts';

const UNIQUE_KEY_QUERY = '_UNIQUE_KEY_QUERY';
const at = (method: string, line: number): string =>
  `QueryMessageProcessor.${method}(QueryMessageProcessor.java:${line})`;

/** Codes 12 and 33. Source: RocketMQ 4.9.1 `broker.processor.QueryMessageProcessor`. */
export function queryMessageProcessor(broker: BrokerParts): RequestProcessor {
  return (_channel, request, reply) => {
    if (request.code === RequestCode.QUERY_MESSAGE) reply(queryMessage(broker, request));
    else reply(viewMessageById(broker, request));
  };
}

/** By key. Two keys with one hash are found alike; the client compares texts. */
function queryMessage(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  if (request.extFields === null) {
    thrown(
      'java.lang.NullPointerException: Cannot invoke "java.util.HashMap.get(Object)" because the return value of ' +
        '"org.apache.rocketmq.remoting.protocol.RemotingCommand.getExtFields()" is null',
      `org.apache.rocketmq.broker.processor.${at('queryMessage', 90)}`,
    );
  }
  const fields = request.extFields;
  const isUnique = fields[UNIQUE_KEY_QUERY] === 'true';
  const maxNum = isUnique ? broker.config.defaultQueryMaxNum : javaInt(fields['maxNum']);
  if (maxNum === null) missingField('QueryMessageRequestHeader', 'maxNum', 'Integer', at('queryMessage', 96));
  const beginMs = javaLong(fields['beginTimestamp']);
  if (beginMs === null)
    missingField('QueryMessageRequestHeader', 'beginTimestamp', 'Long', at('queryMessage', 96));
  const endMs = javaLong(fields['endTimestamp']);
  if (endMs === null)
    missingField('QueryMessageRequestHeader', 'endTimestamp', 'Long', at('queryMessage', 96));
  if (maxNum < 0) {
    thrown(
      `java.lang.IllegalArgumentException: Illegal Capacity: ${maxNum}`,
      'java.base/java.util.ArrayList.<init>(ArrayList.java:160)',
    );
  }
  const found = broker.store.queryMessage(
    fields['topic'] ?? 'null',
    fields['key'] ?? 'null',
    maxNum,
    beginMs,
    endMs,
  );
  const told = {
    indexLastUpdatePhyoffset: String(found.indexLastUpdatePhysicalOffset),
    indexLastUpdateTimestamp: String(found.indexLastUpdateTimestampMs),
  };
  let bytes = 0;
  for (const record of found.records) bytes += record.length;
  if (bytes === 0) {
    return response(ResponseCode.QUERY_NOT_FOUND, 'can not find message, maybe time range not correct', told);
  }
  const body = new Uint8Array(bytes);
  let position = 0;
  for (const record of found.records) {
    body.set(record, position);
    position += record.length;
  }
  return response(ResponseCode.SUCCESS, null, told, body);
}

/** By physical offset. What stands there is taken for a record without a look. */
function viewMessageById(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const offset = javaLong(request.extFields?.['offset']);
  if (offset === null) missingField('ViewMessageRequestHeader', 'offset', 'Long', at('viewMessageById', 130));
  const record = broker.store.recordByOffset(offset);
  if (record === null) {
    return response(ResponseCode.SYSTEM_ERROR, `can not find message by the offset, ${offset}`);
  }
  return response(ResponseCode.SUCCESS, null, null, record.slice());
}
