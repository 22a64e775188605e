import {encodeConsumerConnection, encodeProducerConnection} from '../remoting/bodies/connections.ts';
import type {QueueTable} from '../remoting/bodies/message-queue.ts';
import {
  decodeConsumerStatus,
  encodeConsumerStatus,
  encodeResetOffset,
  encodeResetOffsetForC,
} from '../remoting/bodies/offset-tables.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, request as newRequest, type RemotingCommand, response} from '../remoting/command.ts';
import type {Channel} from '../remoting/remoting.ts';
import type {AdminHandler} from './admin-handler.ts';
import type {BrokerParts} from './broker-parts.ts';
import type {ClientChannel} from './client-channel.ts';
import {inQueueOrder, sortedByTable} from './java-table-order.ts';
import {javaBoolean, javaLong, missingName, nullVariable, thrown} from './java-text.ts';
import {offsetOfMessageId} from './offset-message-id.ts';

/** Ordinals of `MQVersion`: what older clients lack. */
const VERSION_3_0_7 = 24;
const VERSION_3_1_8 = 58;

const RELAY_TIMEOUT_MS = 10_000;
const STATUS_TIMEOUT_MS = 5000;
const RESET_PERMIT_MS = 5000;

type Reply = (response: RemotingCommand) => void;

/** Who is connected, and what is asked of them or told to them: 203, 204, 222, 223, 301, 307, 309. */
export function adminClientHandlers(broker: BrokerParts): [number, AdminHandler][] {
  return [
    [RequestCode.GET_CONSUMER_CONNECTION_LIST, (request) => consumerConnections(broker, request)],
    [RequestCode.GET_PRODUCER_CONNECTION_LIST, (request) => producerConnections(broker, request)],
    [
      RequestCode.REGISTER_FILTER_SERVER,
      (request, _reply, channel) => filterServer(broker, request, channel),
    ],
    [RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, (request) => resetOffset(broker, request)],
    [
      RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
      (request, reply) => consumerStatus(broker, request, reply),
    ],
    [
      RequestCode.GET_CONSUMER_RUNNING_INFO,
      (request, reply) => {
        relay(broker, request, request.extFields, null, reply);
        return null;
      },
    ],
    [
      RequestCode.CONSUME_MESSAGE_DIRECTLY,
      (request, reply) => {
        consumeDirectly(broker, request, reply);
        return null;
      },
    ],
  ];
}

const connectionOf = ({channel, clientId, language, version}: ClientChannel) => ({
  clientAddr: channel.remoteAddress,
  clientId,
  language,
  version,
});

function consumerConnections(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const name = request.extFields?.['consumerGroup'] ?? missingName();
  const group = broker.consumers.group(name);
  if (group === null) {
    return response(ResponseCode.CONSUMER_NOT_ONLINE, `the consumer group[${name}] not online`);
  }
  const body = encodeConsumerConnection({
    connectionSet: [...group.channels.values()].map(connectionOf),
    consumeFromWhere: group.consumeFromWhere,
    consumeType: group.consumeType,
    messageModel: group.messageModel,
    subscriptionTable: sortedByTable(group.subscriptions, 16),
  });
  return response(ResponseCode.SUCCESS, null, null, body);
}

function producerConnections(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const name = request.extFields?.['producerGroup'] ?? missingName();
  const members = broker.producers.members(name);
  if (members === null) return response(ResponseCode.SYSTEM_ERROR, `the producer group[${name}] not exist`);
  return response(ResponseCode.SUCCESS, null, null, encodeProducerConnection(members.map(connectionOf)));
}

/** Source: `AdminBrokerProcessor#registerFilterServer`. */
function filterServer(broker: BrokerParts, request: RemotingCommand, channel: Channel): RemotingCommand {
  const {config, filterServers} = broker;
  filterServers.register(channel, request.extFields?.['filterServerAddr'] ?? null);
  broker.watchClients();
  const told = {brokerId: String(config.brokerId), brokerName: config.brokerName};
  return response(ResponseCode.SUCCESS, null, told);
}

const tooOld = (version: number): RemotingCommand =>
  response(
    ResponseCode.SYSTEM_ERROR,
    `the client does not support this feature. version=${versionText(version)}`,
  );

/** `MQVersion#getVersionDesc` for clients before 3.1.8, from 3.0.1 on: two ordinals for each release. */
function versionText(ordinal: number): string {
  const base = ordinal >= 42 ? {minor: 1, first: 42, patch: 0} : {minor: 0, first: 12, patch: 1};
  const patch = base.patch + Math.floor(Math.max(0, ordinal - base.first) / 2);
  return `V3_${base.minor}_${patch}${ordinal % 2 === 0 ? '_SNAPSHOT' : ''}`;
}

/**
 * Tells a group's consumers to go on from a time. The broker's own table is left alone: the consumers commit.
 * Source: RocketMQ 4.9.1 `Broker2Client#resetOffset`.
 */
function resetOffset(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const {topics, offsets, store, config, consumers} = broker;
  const fields = request.extFields ?? {};
  const {topic = missingName(), group = 'null'} = fields;
  // A `long` of Java's, not a `Long`: what cannot be read is 0.
  const timestamp = javaLong(fields['timestamp']) ?? 0;
  const isForce = javaBoolean(fields['isForce']);
  const settings = topics.select(topic);
  const refuse = (code: number, remark: string): RemotingCommand => response(code, remark);
  if (settings === null) {
    const remark = `[reset-offset] reset offset failed, no topic in this broker. topic=${topic}`;
    return refuse(ResponseCode.SYSTEM_ERROR, remark);
  }
  const rows: [{topic: string; brokerName: string; queueId: number}, number][] = [];
  for (let queueId = 0; queueId < settings.writeQueueNums; queueId += 1) {
    const committed = offsets.query(group, topic, queueId);
    if (committed === -1) return refuse(ResponseCode.SYSTEM_ERROR, `THe consumer group <${group}> not exist`);
    const wanted =
      timestamp === -1
        ? store.maxOffsetInQueue(topic, queueId)
        : Math.max(0, store.offsetInQueueByTime(topic, queueId, timestamp));
    const target = isForce || wanted < committed ? wanted : committed;
    rows.push([{topic, brokerName: config.brokerName, queueId}, target]);
  }
  const table: QueueTable<number> = inQueueOrder(rows);
  const members = consumers.group(group);
  if (members === null || members.channels.size === 0) {
    const remark = `Consumer not online, so can not reset offset, Group: ${group} Topic: ${topic} Timestamp: ${timestamp}`;
    return refuse(ResponseCode.CONSUMER_NOT_ONLINE, remark);
  }
  const body = request.language === 'CPP' ? encodeResetOffsetForC(table) : encodeResetOffset(table);
  for (const {channel, version} of members.channels.values()) {
    if (version < VERSION_3_0_7) return tooOld(version);
    const header = {topic, group, timestamp: String(timestamp), isForce: 'false'};
    const command = newRequest(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, header, body);
    broker.toClient.oneway(channel, command, RESET_PERMIT_MS);
  }
  return response(ResponseCode.SUCCESS, undefined, null, encodeResetOffset(table));
}

/** Asks one or all members of a group how far they are, one after the other. Source: `Broker2Client#getConsumeStatus`. */
function consumerStatus(broker: BrokerParts, request: RemotingCommand, reply: Reply): RemotingCommand | null {
  const {topic = 'null', group = missingName(), clientAddr} = request.extFields ?? {};
  const members = broker.consumers.group(group);
  if (members === null) {
    thrown(
      'java.lang.NullPointerException: Cannot invoke "org.apache.rocketmq.broker.client.ConsumerGroupInfo.getChannelInfoTable()" ' +
        'because the return value of "org.apache.rocketmq.broker.client.ConsumerManager.getConsumerGroupInfo(String)" is null',
      'org.apache.rocketmq.broker.client.net.Broker2Client.getConsumeStatus(Broker2Client.java:243)',
    );
  }
  if (members.channels.size === 0) {
    const remark = `No Any Consumer online in the consumer group: [${group}]`;
    return response(ResponseCode.SYSTEM_ERROR, remark);
  }
  const left = [...members.channels.values()];
  const found = new Map<string, QueueTable<number>>();
  const isFor = (clientId: string): boolean =>
    clientAddr === undefined || clientAddr === '' || clientAddr === clientId;
  const next = (): void => {
    const client = left.shift();
    if (client === undefined) {
      const body = encodeConsumerStatus({consumerTable: found, messageQueueTable: []});
      reply(response(ResponseCode.SUCCESS, undefined, null, body));
      return;
    }
    if (client.version < VERSION_3_0_7) {
      reply(tooOld(client.version));
      return;
    }
    if (!isFor(client.clientId)) {
      next();
      return;
    }
    const question = newRequest(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, {topic, group});
    broker.toClient.call(client.channel, question, STATUS_TIMEOUT_MS, (result) => {
      if (result.ok && result.response.code === ResponseCode.SUCCESS && result.response.body !== null) {
        const status = decodeConsumerStatus(result.response.body);
        if (status !== null) found.set(client.clientId, status.messageQueueTable);
      }
      next();
    });
  };
  next();
  return null;
}

/** Passes a request on to one consumer and its answer back. Source: `AdminBrokerProcessor#callConsumer`. */
function relay(
  broker: BrokerParts,
  request: RemotingCommand,
  fields: ExtFields | null,
  body: Uint8Array | null,
  reply: Reply,
): void {
  const group = fields?.['consumerGroup'] ?? missingName();
  const clientId = fields?.['clientId'] ?? 'null';
  const client = broker.consumers.member(group, clientId);
  const refuse = (code: number, remark: string): void => reply(response(code, remark));
  if (client === null) {
    refuse(ResponseCode.SYSTEM_ERROR, `The Consumer <${group}> <${clientId}> not online`);
    return;
  }
  if (client.version < VERSION_3_1_8) {
    const version = versionText(client.version);
    const remark = `The Consumer <${clientId}> Version <${version}> too low to finish, please upgrade it to V3_1_8_SNAPSHOT`;
    refuse(ResponseCode.SYSTEM_ERROR, remark);
    return;
  }
  const question = newRequest(request.code, fields, body);
  broker.toClient.call(client.channel, question, RELAY_TIMEOUT_MS, (result) => {
    if (result.ok) {
      const {code, remark, extFields, body: answer} = result.response;
      reply(response(code, remark, extFields, answer));
      return;
    }
    const {kind, message} = result.error;
    if (kind === 'timeout') {
      const exception = `org.apache.rocketmq.remoting.exception.RemotingTimeoutException: ${message}`;
      refuse(ResponseCode.CONSUME_MSG_TIMEOUT, `consumer <${group}> <${clientId}> Timeout: ${exception}`);
    } else {
      const exception = `org.apache.rocketmq.remoting.exception.RemotingSendRequestException: ${message}`;
      refuse(ResponseCode.SYSTEM_ERROR, `invoke consumer <${group}> <${clientId}> Exception: ${exception}`);
    }
  });
}

/** The consumer gets the stored message with the question. Source: `AdminBrokerProcessor#consumeMessageDirectly`. */
function consumeDirectly(broker: BrokerParts, request: RemotingCommand, reply: Reply): void {
  if (request.extFields === null) {
    thrown(
      'java.lang.NullPointerException: Cannot invoke "java.util.HashMap.put(Object, Object)" because the return value of ' +
        '"org.apache.rocketmq.remoting.protocol.RemotingCommand.getExtFields()" is null',
      `${CONSUME_DIRECTLY}:1199)`,
    );
  }
  const fields = {...request.extFields, brokerName: broker.config.brokerName};
  const record = broker.store.recordByOffset(offsetOfMessageId(request.extFields['msgId']));
  if (record === null) {
    nullVariable(
      'org.apache.rocketmq.store.SelectMappedBufferResult.getSize()',
      'selectMappedBufferResult',
      `${CONSUME_DIRECTLY}:1205)`,
    );
  }
  relay(broker, request, fields, record.slice(), reply);
}

const CONSUME_DIRECTLY =
  'org.apache.rocketmq.broker.processor.AdminBrokerProcessor.consumeMessageDirectly(AdminBrokerProcessor.java';
