import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {storedCrc32} from '../message/crc32.ts';
import {encodeUtf8, readUtf8} from '../message/utf8.ts';
import {encodeClusterInfo} from '../remoting/bodies/cluster-info.ts';
import {isNullBody} from '../remoting/bodies/codec.ts';
import {type DataVersion, decodeDataVersion, encodeDataVersion} from '../remoting/bodies/data-version.ts';
import {decodeRegisterBrokerBody} from '../remoting/bodies/register-broker-body.ts';
import {decodeTopicConfigSerializeWrapper} from '../remoting/bodies/topic-config.ts';
import {encodeTopicList} from '../remoting/bodies/topic-list.ts';
import {encodeTopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import {FAQ_SUFFIX, RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, type RemotingCommand, response} from '../remoting/command.ts';
import {RequestFailure} from '../remoting/dispatch.ts';
import type {Channel, RequestProcessor} from '../remoting/remoting.ts';
import {type KvConfigManager, NAMESPACE_ORDER_TOPIC_CONFIG} from './kv-config-manager.ts';
import type {NamesrvConfiguration} from './namesrv-configuration.ts';
import type {Registration, RouteInfoManager} from './route-info-manager.ts';
import {
  allTopics,
  clusterInfo,
  routeOf,
  systemTopics,
  topicsOfCluster,
  unitSubTopics,
  unitSubUnunitTopics,
  unitTopics,
} from './route-queries.ts';

export interface NamesrvParts {
  readonly host: Host;
  readonly routes: RouteInfoManager;
  readonly kvConfig: KvConfigManager;
  readonly configuration: NamesrvConfiguration;
}

/** From this version on a registration carries filter servers as well. */
const VERSION_3_0_11 = 37;

/**
 * Every request that a NameServer understands. A code that it does not know gets no answer at all.
 * Source: RocketMQ 4.9.1 `namesrv.processor.DefaultRequestProcessor`.
 */
export function namesrvProcessor(namesrv: NamesrvParts): RequestProcessor {
  return (channel, request, reply) => {
    const answer = process(namesrv, channel, request);
    if (answer !== null) reply(answer);
  };
}

function process(namesrv: NamesrvParts, channel: Channel, request: RemotingCommand): RemotingCommand | null {
  const {routes, kvConfig, configuration} = namesrv;
  const {tables} = routes;
  const fields = request.extFields ?? {};
  switch (request.code) {
    case RequestCode.PUT_KV_CONFIG:
      return putKvConfig(kvConfig, fields);
    case RequestCode.GET_KV_CONFIG:
      return getKvConfig(kvConfig, fields);
    case RequestCode.DELETE_KV_CONFIG:
      kvConfig.delete(fields['namespace'], fields['key']);
      return success();
    case RequestCode.QUERY_DATA_VERSION:
      return queryDataVersion(routes, request, fields, namesrv.host.clock.nowMs());
    case RequestCode.REGISTER_BROKER:
      return registerBroker(namesrv, channel, request, fields);
    case RequestCode.UNREGISTER_BROKER:
      routes.unregister(
        fields['clusterName'],
        fields['brokerAddr'],
        fields['brokerName'],
        brokerIdOf(
          fields,
          'UnRegisterBrokerRequestHeader',
          'unregisterBroker(DefaultRequestProcessor.java:336)',
        ),
      );
      return success();
    case RequestCode.GET_ROUTEINFO_BY_TOPIC:
      return routeInfo(namesrv, fields['topic']);
    case RequestCode.GET_BROKER_CLUSTER_INFO:
      return success(encodeClusterInfo(clusterInfo(tables)));
    case RequestCode.WIPE_WRITE_PERM_OF_BROKER: {
      const count = routes.wipeWritePermission(fields['brokerName']);
      return success(null, {wipeTopicCount: String(count)});
    }
    case RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER:
      return success(encodeTopicList(allTopics(tables)));
    case RequestCode.DELETE_TOPIC_IN_NAMESRV:
      routes.deleteTopic(fields['topic']);
      return success();
    case RequestCode.GET_KVLIST_BY_NAMESPACE: {
      const list = kvConfig.list(fields['namespace']);
      if (list !== null) return success(list);
      return response(
        ResponseCode.QUERY_NOT_FOUND,
        `No config item, Namespace: ${fields['namespace'] ?? null}`,
      );
    }
    case RequestCode.GET_TOPICS_BY_CLUSTER:
      return success(encodeTopicList(topicsOfCluster(tables, fields['cluster'])));
    case RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS: {
      const {topics, brokerAddr} = systemTopics(tables);
      return success(encodeTopicList(topics, brokerAddr));
    }
    case RequestCode.GET_UNIT_TOPIC_LIST:
      return success(encodeTopicList(unitTopics(tables)));
    case RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST:
      return success(encodeTopicList(unitSubTopics(tables)));
    case RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST:
      return success(encodeTopicList(unitSubUnunitTopics(tables)));
    case RequestCode.UPDATE_NAMESRV_CONFIG:
      return updateConfig(configuration, request.body);
    case RequestCode.GET_NAMESRV_CONFIG:
      return success(encodeUtf8(configuration.text()));
    default:
      return null;
  }
}

function success(body: Uint8Array | null = null, extFields: ExtFields | null = null): RemotingCommand {
  return response(ResponseCode.SUCCESS, null, extFields, body);
}

function putKvConfig(kvConfig: KvConfigManager, fields: ExtFields): RemotingCommand {
  const {namespace, key, value} = fields;
  if (namespace === undefined || key === undefined) {
    return response(ResponseCode.SYSTEM_ERROR, 'namespace or key is null');
  }
  kvConfig.put(namespace, key, value ?? null);
  return success();
}

function getKvConfig(kvConfig: KvConfigManager, fields: ExtFields): RemotingCommand {
  const {namespace, key} = fields;
  const value = kvConfig.get(namespace, key);
  if (value !== null) return success(null, {value});
  const remark = `No config item, Namespace: ${namespace ?? null} Key: ${key ?? null}`;
  return response(ResponseCode.QUERY_NOT_FOUND, remark, {});
}

function queryDataVersion(
  routes: RouteInfoManager,
  request: RemotingCommand,
  fields: ExtFields,
  nowMs: number,
): RemotingCommand {
  const {brokerAddr} = fields;
  const changed = routes.isVersionChanged(brokerAddr, askedVersion(request.body, nowMs));
  if (!changed) routes.refresh(brokerAddr);
  const known = routes.versionOf(brokerAddr);
  return success(known === null ? null : encodeDataVersion(known), {changed: String(changed)});
}

/** A null asks for no version, and is no version that anybody has; what has no members is the version of this moment. */
function askedVersion(body: Uint8Array | null, nowMs: number): DataVersion | null {
  if (body === null) {
    throw new RequestFailure(
      'java.lang.NullPointerException: Cannot read the array length because "bytes" is null, ' +
        'java.base/java.lang.String.<init>(String.java:1387)',
    );
  }
  const asked = decodeDataVersion(body, nowMs);
  if (asked === null && !isNullBody(body)) throw new RequestFailure(NOT_JSON);
  return asked;
}

const NOT_JSON =
  'com.alibaba.fastjson.JSONException: syntax error, ' +
  'com.alibaba.fastjson.parser.DefaultJSONParser.parse(DefaultJSONParser.java:1510)';

function registerBroker(
  namesrv: NamesrvParts,
  channel: Channel,
  request: RemotingCommand,
  fields: ExtFields,
): RemotingCommand {
  if (!isBodyIntact(request.body, fields['bodyCrc32'])) {
    return response(ResponseCode.SYSTEM_ERROR, 'crc32 not match', {});
  }
  const body = decodeRegistrationBody(request, fields);
  const {brokerAddr, brokerName, clusterName} = fields;
  const brokerId = brokerIdOf(
    fields,
    'RegisterBrokerRequestHeader',
    'registerBrokerWithFilterServer(DefaultRequestProcessor.java:229)',
  );
  // 4.9.1 takes these as null, and stumbles over them later when a channel closes.
  if (brokerAddr === undefined || brokerName === undefined || clusterName === undefined) {
    return response(ResponseCode.SYSTEM_ERROR, 'brokerAddr, brokerName or clusterName is null', {});
  }
  const {haServerAddr, masterAddr} = namesrv.routes.register(
    {...body, brokerAddr, brokerName, clusterName, brokerId, haServerAddr: fields['haServerAddr'] ?? null},
    channel,
  );
  const told: ExtFields = {};
  if (haServerAddr !== null) told['haServerAddr'] = haServerAddr;
  if (masterAddr !== null) told['masterAddr'] = masterAddr;
  return success(namesrv.kvConfig.list(NAMESPACE_ORDER_TOPIC_CONFIG), told);
}

/** 0, or none, is not checked. */
function isBodyIntact(body: Uint8Array | null, crc: string | undefined): boolean {
  const told = int32Of(crc) ?? 0;
  return told === 0 || told === (body === null ? 0 : storedCrc32(body));
}

function decodeRegistrationBody(
  request: RemotingCommand,
  fields: ExtFields,
): Pick<Registration, 'topics' | 'filterServers'> {
  const {body} = request;
  const isBare = request.version < VERSION_3_0_11;
  if (body === null) {
    const topics = {dataVersion: {counter: 0, timestamp: 0}, topicConfigTable: new Map()};
    return {topics, filterServers: isBare ? null : []};
  }
  if (isBare) {
    const topics = decodeTopicConfigSerializeWrapper(body);
    if (topics === null) throw new RequestFailure(NOT_JSON);
    return {topics, filterServers: null};
  }
  const compressed = fields['compressed']?.toLowerCase() === 'true';
  const decoded = decodeRegisterBrokerBody(body, compressed);
  if (decoded === null && !compressed && isNullBody(body)) {
    throw new RequestFailure(
      'java.lang.NullPointerException: Cannot invoke ' +
        '"org.apache.rocketmq.common.protocol.body.RegisterBrokerBody.getTopicConfigSerializeWrapper()" because ' +
        `"registerBrokerBody" is null, ${PROCESSOR}.registerBrokerWithFilterServer(DefaultRequestProcessor.java:231)`,
    );
  }
  if (decoded === null) {
    throw new RequestFailure(
      'org.apache.rocketmq.remoting.exception.RemotingCommandException: Failed to decode RegisterBrokerBody, ' +
        `${PROCESSOR}.registerBrokerWithFilterServer(DefaultRequestProcessor.java:218)`,
    );
  }
  return {topics: decoded.topicConfigSerializeWrapper, filterServers: decoded.filterServerList};
}

const PROCESSOR = 'org.apache.rocketmq.namesrv.processor.DefaultRequestProcessor';

/** A broker id that is missing or no number is a null that Java unboxes. */
function brokerIdOf(fields: ExtFields, header: string, frame: string): number {
  const id = int32Of(fields['brokerId']);
  if (id !== null) return id;
  throw new RequestFailure(
    'java.lang.NullPointerException: Cannot invoke "java.lang.Long.longValue()" because the return value of ' +
      `"org.apache.rocketmq.common.protocol.header.namesrv.${header}.getBrokerId()" is null, ${PROCESSOR}.${frame}`,
  );
}

function int32Of(text: string | undefined): number | null {
  if (text === undefined || !/^[+-]?\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value === (value | 0) ? value | 0 : null;
}

function routeInfo(namesrv: NamesrvParts, topic: string | undefined): RemotingCommand {
  const {routes, kvConfig, configuration, host} = namesrv;
  const orderConf = configuration.settings.orderMessageEnable
    ? kvConfig.get(NAMESPACE_ORDER_TOPIC_CONFIG, topic)
    : null;
  const route = routeOf(routes.tables, topic, orderConf);
  report(host.journal, {kind: 'route-asked', topic: topic ?? 'null', found: route !== null});
  if (route !== null) return success(encodeTopicRouteData(route));
  const remark = `No topic route info in name server for the topic: ${topic ?? null}${FAQ_SUFFIX}`;
  return response(ResponseCode.TOPIC_NOT_EXIST, remark);
}

function updateConfig(configuration: NamesrvConfiguration, body: Uint8Array | null): RemotingCommand {
  // Java reads properties byte by byte as Latin-1, whatever was written in UTF-8.
  if (body !== null && !configuration.update(latin1(encodeUtf8(readUtf8(body))))) {
    return response(ResponseCode.SYSTEM_ERROR, 'string2Properties error');
  }
  return success();
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
