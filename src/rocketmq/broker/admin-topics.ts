import {encodeTopicConfigSerializeWrapper, type TopicFilterType} from '../remoting/bodies/topic-config.ts';
import {encodeTopicList} from '../remoting/bodies/topic-list.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import {AdminFields} from './admin-fields.ts';
import type {AdminHandler} from './admin-handler.ts';
import type {BrokerParts} from './broker-parts.ts';
import {inTopicTableOrder} from './config-files.ts';
import {commandException, javaInt} from './java-text.ts';
import type {TopicConfig} from './topic-config-manager.ts';
import {isSystemTopic, topicNameProblem} from './topic-validator.ts';

/** Making, removing and listing topics: 17, 215, 21, 305, 306, 316. */
export function adminTopicHandlers(broker: BrokerParts): [number, AdminHandler][] {
  const {topics, store} = broker;
  const cleanUnused = (): RemotingCommand => {
    store.cleanUnusedTopics(new Set(topics.topics.keys()));
    return response(ResponseCode.SUCCESS, null);
  };
  return [
    [RequestCode.UPDATE_AND_CREATE_TOPIC, (request, reply) => updateTopic(broker, request, reply)],
    [RequestCode.DELETE_TOPIC_IN_BROKER, (request) => deleteTopic(broker, request)],
    [
      RequestCode.GET_ALL_TOPIC_CONFIG,
      () => {
        const table = inTopicTableOrder({dataVersion: topics.dataVersion, topicConfigTable: topics.topics});
        return response(ResponseCode.SUCCESS, null, {}, encodeTopicConfigSerializeWrapper(table));
      },
    ],
    [
      RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER,
      () => response(ResponseCode.SUCCESS, null, null, encodeTopicList([...topics.systemTopics])),
    ],
    [
      RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE,
      () => {
        store.cleanExpiredConsumeQueues();
        return response(ResponseCode.SUCCESS, null);
      },
    ],
    [RequestCode.CLEAN_UNUSED_TOPIC, cleanUnused],
  ];
}

function refusedName(broker: BrokerParts, topic: string | undefined): RemotingCommand | null {
  const problem = topicNameProblem(topic);
  if (problem !== null) return response(ResponseCode.SYSTEM_ERROR, problem);
  if (topic !== undefined && isSystemTopic(topic, broker.topics.ownSystemTopics)) {
    return response(ResponseCode.SYSTEM_ERROR, `The topic[${topic}] is conflict with system topic.`);
  }
  return null;
}

/** Numbers and permission are taken as they come; the order flag is not taken at all. */
function updateTopic(
  broker: BrokerParts,
  request: RemotingCommand,
  reply: (response: RemotingCommand) => void,
): RemotingCommand | null {
  const fields = new AdminFields(request, 'CreateTopicRequestHeader', 'updateAndCreateTopic:262');
  const filterType = fields.optional('topicFilterType');
  if (request.extFields !== null && filterType !== 'SINGLE_TAG' && filterType !== 'MULTI_TAG') {
    commandException(
      `topicFilterType = [${filterType ?? null}] value invalid`,
      'org.apache.rocketmq.common.protocol.header.CreateTopicRequestHeader.checkFields(CreateTopicRequestHeader.java:50)',
    );
  }
  const refusal = refusedName(broker, fields.optional('topic'));
  if (refusal !== null) return refusal;
  const config: TopicConfig = {
    topicName: fields.text('topic'),
    readQueueNums: fields.int('readQueueNums'),
    writeQueueNums: fields.int('writeQueueNums'),
    topicFilterType: filterType as TopicFilterType,
    perm: fields.int('perm'),
    topicSysFlag: javaInt(fields.optional('topicSysFlag')) ?? 0,
    order: false,
  };
  broker.topics.update(config);
  // Answered only once the NameServers have been told. The remark is the one that no handler ever set.
  broker.registration.registerOne(config, () => reply(response(ResponseCode.SUCCESS)));
  return null;
}

/** The NameServers learn of it with the next registration. */
function deleteTopic(broker: BrokerParts, request: RemotingCommand): RemotingCommand {
  const topic = request.extFields?.['topic'];
  const refusal = refusedName(broker, topic);
  if (refusal !== null) return refusal;
  broker.topics.delete(topic as string);
  broker.store.cleanUnusedTopics(new Set(broker.topics.topics.keys()));
  return response(ResponseCode.SUCCESS, null);
}
