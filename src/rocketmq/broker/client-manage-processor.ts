import {decodeCheckClientRequest} from '../remoting/bodies/check-client.ts';
import {isNullBody} from '../remoting/bodies/codec.ts';
import {decodeHeartbeatData} from '../remoting/bodies/heartbeat-data.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import type {Channel, RequestProcessor} from '../remoting/remoting.ts';
import type {BrokerParts} from './broker-parts.ts';
import type {ClientChannel} from './client-channel.ts';
import {missingBody, notJson, nullVariable} from './java-text.ts';
import {isTagType} from './message-filter.ts';
import {PERM_READ, PERM_WRITE} from './perm.ts';
import {RETRY_GROUP_TOPIC_PREFIX} from './topic-validator.ts';

const UNIT_SUB_FLAG = 2;

/** Codes 34, 35 and 46. Source: RocketMQ 4.9.1 `broker.processor.ClientManageProcessor`. */
export function clientManageProcessor(broker: BrokerParts): RequestProcessor {
  return (channel, request, reply) => {
    switch (request.code) {
      case RequestCode.HEART_BEAT:
        reply(heartBeat(broker, channel, request));
        break;
      case RequestCode.UNREGISTER_CLIENT:
        reply(unregisterClient(broker, channel, request));
        break;
      case RequestCode.CHECK_CLIENT_CONFIG:
        reply(checkClientConfig(request));
        break;
      default:
    }
  };
}

function heartBeat(broker: BrokerParts, channel: Channel, request: RemotingCommand): RemotingCommand {
  if (request.body === null) missingBody();
  const heartbeat = decodeHeartbeatData(request.body);
  if (heartbeat === null) {
    if (!isNullBody(request.body)) notJson();
    nullVariable(
      'org.apache.rocketmq.common.protocol.heartbeat.HeartbeatData.getClientID()',
      'heartbeatData',
      'org.apache.rocketmq.broker.processor.ClientManageProcessor.heartBeat(ClientManageProcessor.java:80)',
    );
  }
  const now = broker.host.clock.nowMs();
  const client = (): ClientChannel => ({
    channel,
    clientId: heartbeat.clientID,
    language: request.language,
    version: request.version,
    lastUpdateMs: now,
  });
  for (const data of heartbeat.consumerDataSet) {
    const group = broker.groups.find(data.groupName);
    let notifies = true;
    if (group !== null) {
      notifies = group.notifyConsumerIdsChangedEnable;
      const sysFlag = data.unitMode ? UNIT_SUB_FLAG : 0;
      const retryTopic = RETRY_GROUP_TOPIC_PREFIX + data.groupName;
      broker.topics.createInSendBack(retryTopic, group.retryQueueNums, PERM_WRITE | PERM_READ, sysFlag);
    }
    broker.consumers.register(
      {
        group: data.groupName,
        consumeType: data.consumeType,
        messageModel: data.messageModel,
        consumeFromWhere: data.consumeFromWhere,
        // A client that gives no version means this one is new.
        subscriptions: data.subscriptionDataSet.map((wanted) =>
          wanted.subVersion === 0 ? {...wanted, subVersion: now} : wanted,
        ),
      },
      client(),
      notifies,
    );
  }
  for (const data of heartbeat.producerDataSet) broker.producers.register(data.groupName, client());
  broker.watchClients();
  return response(ResponseCode.SUCCESS, null);
}

function unregisterClient(broker: BrokerParts, channel: Channel, request: RemotingCommand): RemotingCommand {
  const fields = request.extFields ?? {};
  const {producerGroup, consumerGroup} = fields;
  if (producerGroup !== undefined) {
    broker.producers.unregister(producerGroup, fields['clientID'] ?? '', channel);
  }
  if (consumerGroup !== undefined) {
    const group = broker.groups.find(consumerGroup);
    broker.consumers.unregister(consumerGroup, channel, group?.notifyConsumerIdsChangedEnable ?? true);
  }
  return response(ResponseCode.SUCCESS, null, {});
}

/** Tags need no check; expressions are not compiled here, so they are refused as a broker does that has them switched off. */
function checkClientConfig(request: RemotingCommand): RemotingCommand {
  if (request.body === null) missingBody();
  const asked = decodeCheckClientRequest(request.body);
  if (asked === null) {
    if (isNullBody(request.body)) return response(ResponseCode.SUCCESS, null);
    notJson();
  }
  if (isTagType(asked.subscriptionData.expressionType)) return response(ResponseCode.SUCCESS, null);
  return response(
    ResponseCode.SYSTEM_ERROR,
    'The broker does not support consumer to filter message by SQL92',
  );
}
