/** The one list behind `docs/conformance.md`: every request code, how it is sent well-formed, and what can be wrong with it. */
import {RequestCode} from '../../src/rocketmq/remoting/codes.ts';
import type {ExtFields} from '../../src/rocketmq/remoting/command.ts';

export type ServerKind = 'namesrv' | 'broker';

/** A request and the name of what is odd about it. */
export interface Probe {
  readonly server: ServerKind;
  readonly code: number;
  /** `well-formed`, `no fields at all`, `without topic`, `topic="x"`, … */
  readonly variant: string;
  readonly fields: ExtFields | null;
  readonly body: string | null;
}

/** How a code is sent to the servers that know it. Numbers of a field's text say that it holds a number. */
interface Form {
  readonly server: ServerKind;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const SEND = {
  producerGroup: 'PG',
  topic: 'Conf',
  defaultTopic: 'TBW102',
  defaultTopicQueueNums: '4',
  queueId: '1',
  sysFlag: '0',
  bornTimestamp: '1600000000000',
  flag: '0',
  properties: 'KEYS\u0001k1\u0002TAGS\u0001A',
  reconsumeTimes: '0',
  unitMode: 'false',
  maxReconsumeTimes: '16',
  batch: 'false',
};
const SEND_SHORT = Object.fromEntries(Object.values(SEND).map((value, i) => ['abcdefghijklm'[i]!, value]));
/** An item of a batch: size 28, magic, CRC, flag, body of 2, properties of 4. */
const BATCH =
  '\0\0\0\x1a' + '\0\0\0\0' + '\0\0\0\0' + '\0\0\0\0' + '\0\0\0\x02' + 'hi' + '\0\x04' + 'a\u0001b\u0002';
const REGISTRATION = {
  brokerName: 'probe',
  brokerAddr: '10.1.1.1:10911',
  clusterName: 'ProbeCluster',
  haServerAddr: '10.1.1.1:10912',
  brokerId: '0',
  compressed: 'false',
  bodyCrc32: '0',
};
const REGISTERED_TOPICS =
  '{"filterServerList":[],"topicConfigSerializeWrapper":{"dataVersion":{"counter":1,"timestamp":1},"topicConfigTable":' +
  '{"Probe":{"order":false,"perm":6,"readQueueNums":4,"topicFilterType":"SINGLE_TAG","topicName":"Probe","topicSysFlag":0,"writeQueueNums":4}}}}';
const QUEUE = {topic: 'Conf', queueId: '1'};
const LOCK =
  '{"clientId":"me@1","consumerGroup":"CG","mqSet":[{"brokerName":"broker-a","queueId":1,"topic":"Conf"}]}';
const HEARTBEAT =
  '{"clientID":"me@1","consumerDataSet":[{"consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","consumeType":"CONSUME_PASSIVELY",' +
  '"groupName":"HCG","messageModel":"CLUSTERING","subscriptionDataSet":[{"classFilterMode":false,"codeSet":[],' +
  '"expressionType":"TAG","subString":"*","subVersion":1600000000000,"tagsSet":[],"topic":"Conf"}],"unitMode":false}],' +
  '"producerDataSet":[{"groupName":"HPG"}]}';

const namesrv = (fields?: Form['fields'], body?: string): Form => ({
  server: 'namesrv',
  ...(fields && {fields}),
  ...(body !== undefined && {body}),
});
const broker = (fields?: Form['fields'], body?: string): Form => ({
  ...namesrv(fields, body),
  server: 'broker',
});

/** In the order in which they are sent: what deletes comes late. A code that is not here is sent without fields to both. */
const FORMS: readonly (readonly [keyof typeof RequestCode, Form])[] = [
  ['PUT_KV_CONFIG', namesrv({namespace: 'NS', key: 'k', value: 'v'})],
  ['GET_KV_CONFIG', namesrv({namespace: 'NS', key: 'k'})],
  ['GET_KVLIST_BY_NAMESPACE', namesrv({namespace: 'NS'})],
  ['DELETE_KV_CONFIG', namesrv({namespace: 'NS', key: 'k'})],
  ['REGISTER_BROKER', namesrv(REGISTRATION, REGISTERED_TOPICS)],
  ['QUERY_DATA_VERSION', namesrv({...REGISTRATION}, '{"counter":1,"timestamp":1}')],
  ['GET_ROUTEINFO_BY_TOPIC', namesrv({topic: 'Probe'})],
  ['GET_TOPICS_BY_CLUSTER', namesrv({cluster: 'ProbeCluster'})],
  ['GET_UNIT_TOPIC_LIST', namesrv()],
  ['GET_HAS_UNIT_SUB_TOPIC_LIST', namesrv()],
  ['GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST', namesrv()],
  ['WIPE_WRITE_PERM_OF_BROKER', namesrv({brokerName: 'probe'})],
  ['DELETE_TOPIC_IN_NAMESRV', namesrv({topic: 'Probe'})],
  [
    'UNREGISTER_BROKER',
    namesrv({
      brokerName: 'probe',
      brokerAddr: '10.1.1.1:10911',
      clusterName: 'ProbeCluster',
      brokerId: '0',
    }),
  ],
  ['GET_BROKER_CLUSTER_INFO', namesrv()],
  ['GET_ALL_TOPIC_LIST_FROM_NAMESERVER', namesrv()],
  ['GET_SYSTEM_TOPIC_LIST_FROM_NS', namesrv()],
  ['UPDATE_NAMESRV_CONFIG', namesrv({}, 'clusterTest=false')],
  ['GET_NAMESRV_CONFIG', namesrv()],
  [
    'UPDATE_AND_CREATE_TOPIC',
    broker({
      topic: 'Conf',
      defaultTopic: 'TBW102',
      readQueueNums: '4',
      writeQueueNums: '4',
      perm: '6',
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: '0',
      order: 'false',
    }),
  ],
  [
    'UPDATE_AND_CREATE_SUBSCRIPTIONGROUP',
    broker(
      {},
      '{"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,"groupName":"CG",' +
        '"notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1}',
    ),
  ],
  ['SEND_MESSAGE', broker(SEND, 'hello')],
  ['SEND_MESSAGE_V2', broker(SEND_SHORT, 'hello')],
  ['SEND_BATCH_MESSAGE', broker({...SEND_SHORT, i: '', m: 'true'}, BATCH)],
  [
    'PULL_MESSAGE',
    broker({
      consumerGroup: 'CG',
      topic: 'Conf',
      queueId: '1',
      queueOffset: '0',
      maxMsgNums: '2',
      sysFlag: '4',
      commitOffset: '0',
      suspendTimeoutMillis: '0',
      subscription: '*',
      subVersion: '0',
      expressionType: 'TAG',
    }),
  ],
  [
    'QUERY_MESSAGE',
    broker({
      topic: 'Conf',
      key: 'nosuch',
      maxNum: '10',
      beginTimestamp: '0',
      endTimestamp: '9223372036854775807',
      _UNIQUE_KEY_QUERY: 'false',
    }),
  ],
  ['UPDATE_CONSUMER_OFFSET', broker({consumerGroup: 'CG', ...QUEUE, commitOffset: '1'})],
  ['QUERY_CONSUMER_OFFSET', broker({consumerGroup: 'CG', ...QUEUE})],
  ['GET_ALL_TOPIC_CONFIG', broker()],
  ['SEARCH_OFFSET_BY_TIMESTAMP', broker({...QUEUE, timestamp: '1'})],
  ['GET_MAX_OFFSET', broker(QUEUE)],
  ['GET_MIN_OFFSET', broker(QUEUE)],
  ['GET_EARLIEST_MSG_STORETIME', broker({topic: 'Conf', queueId: '3'})],
  ['VIEW_MESSAGE_BY_ID', broker({offset: '0'})],
  ['HEART_BEAT', broker({}, HEARTBEAT)],
  ['GET_CONSUMER_LIST_BY_GROUP', broker({consumerGroup: 'HCG'})],
  ['GET_CONSUMER_CONNECTION_LIST', broker({consumerGroup: 'HCG'})],
  ['GET_PRODUCER_CONNECTION_LIST', broker({producerGroup: 'HPG', topic: 'Conf'})],
  ['UNREGISTER_CLIENT', broker({clientID: 'me@1', producerGroup: 'HPG', consumerGroup: 'HCG'})],
  [
    'CONSUMER_SEND_MSG_BACK',
    broker({
      offset: '0',
      group: 'CG',
      delayLevel: '18',
      originMsgId: 'm',
      originTopic: 'Conf',
      unitMode: 'false',
      maxReconsumeTimes: '16',
    }),
  ],
  [
    'END_TRANSACTION',
    broker({
      producerGroup: 'PG',
      tranStateTableOffset: '0',
      commitLogOffset: '0',
      commitOrRollback: '8',
      fromTransactionCheck: 'false',
      msgId: 'm',
      transactionId: 't',
    }),
  ],
  ['LOCK_BATCH_MQ', broker({}, LOCK)],
  ['UNLOCK_BATCH_MQ', broker({}, LOCK)],
  ['GET_ALL_CONSUMER_OFFSET', broker()],
  ['GET_ALL_DELAY_OFFSET', broker()],
  [
    'CHECK_CLIENT_CONFIG',
    broker(
      {},
      '{"clientId":"me@1","group":"CG","subscriptionData":{"classFilterMode":false,"codeSet":[],"expressionType":"SQL92",' +
        '"subString":"a > 1","subVersion":1,"tagsSet":[],"topic":"Conf"}}',
    ),
  ],
  ['GET_ALL_SUBSCRIPTIONGROUP_CONFIG', broker()],
  ['GET_TOPIC_STATS_INFO', broker({topic: 'Conf'})],
  ['GET_CONSUME_STATS', broker({consumerGroup: 'CG', topic: 'Conf'})],
  ['INVOKE_BROKER_TO_RESET_OFFSET', broker({topic: 'Conf', group: 'CG', timestamp: '0', isForce: 'true'})],
  ['INVOKE_BROKER_TO_GET_CONSUMER_STATUS', broker({topic: 'Conf', group: 'CG', clientAddr: ''})],
  ['QUERY_TOPIC_CONSUME_BY_WHO', broker({topic: 'Conf'})],
  ['REGISTER_FILTER_SERVER', broker({filterServerAddr: '10.1.1.1:1'})],
  ['QUERY_CONSUME_TIME_SPAN', broker({topic: 'Conf', group: 'CG'})],
  ['GET_SYSTEM_TOPIC_LIST_FROM_BROKER', broker()],
  ['CLEAN_EXPIRED_CONSUMEQUEUE', broker()],
  ['GET_CONSUMER_RUNNING_INFO', broker({consumerGroup: 'CG', clientId: 'nobody', jstackEnable: 'false'})],
  ['QUERY_CORRECTION_OFFSET', broker({topic: 'Conf', compareGroup: 'CG', filterGroups: 'NoSuchGroup'})],
  [
    'CONSUME_MESSAGE_DIRECTLY',
    broker({consumerGroup: 'CG', clientId: 'nobody', msgId: 'm', brokerName: 'broker-a'}),
  ],
  ['CLONE_GROUP_OFFSET', broker({srcGroup: 'CG', destGroup: 'CG2', topic: 'Conf', offline: 'false'})],
  ['VIEW_BROKER_STATS_DATA', broker({statsName: 'TOPIC_PUT_NUMS', statsKey: 'NoSuchTopic'})],
  ['GET_BROKER_CONSUME_STATS', broker({isOrder: 'false'})],
  ['QUERY_CONSUME_QUEUE', broker({topic: 'Conf', queueId: '1', index: '0', count: '1', consumerGroup: 'CG'})],
  ['RESUME_CHECK_HALF_MESSAGE', broker({msgId: 'm'})],
  ['SEND_REPLY_MESSAGE', broker({...SEND, properties: 'REPLY_TO_CLIENT\u0001nobody'}, 'reply')],
  ['SEND_REPLY_MESSAGE_V2', broker({...SEND_SHORT, i: 'REPLY_TO_CLIENT\u0001nobody'}, 'reply')],
  ['GET_BROKER_RUNTIME_INFO', broker()],
  ['GET_BROKER_CONFIG', broker()],
  ['UPDATE_BROKER_CONFIG', broker({}, 'traceOn=true')],
  ['GET_BROKER_CLUSTER_ACL_INFO', broker()],
  ['GET_BROKER_CLUSTER_ACL_CONFIG', broker()],
  ['DELETE_ACL_CONFIG', broker({accessKey: 'nobody'})],
  ['UPDATE_AND_CREATE_ACL_CONFIG', broker({accessKey: 'nobodyyy', secretKey: '1234567'})],
  ['UPDATE_GLOBAL_WHITE_ADDRS_CONFIG', broker({globalWhiteAddrs: '10.1.1.1'})],
  ['DELETE_SUBSCRIPTIONGROUP', broker({groupName: 'NoSuchGroup', removeOffset: 'false'})],
  ['DELETE_TOPIC_IN_BROKER', broker({topic: 'NoSuchTopic'})],
  ['CLEAN_UNUSED_TOPIC', broker()],
];

const NAMELESS =
  'ours refuses a registration without names; 4.9.1 keeps a broker that has none, and from then on stumbles over it: ' +
  'registrations of the same topic, wiping permissions and listing topics end half way';
const RANDOM_QUEUE =
  'a send with a negative queue id gets a queue by chance, and by chance one of them was this one';

/** Why ours answers otherwise and is to stay so, by server, code and variant; by server and code, of every other variant. */
export const ON_PURPOSE: ReadonlyMap<string, string> = new Map([
  ...[103, 322, 105, 224, 205, 304].map((code): [string, string] => [`namesrv ${code}`, NAMELESS]),
  ['broker 321', RANDOM_QUEUE],
  [
    'broker 36 group="No/such thing"',
    'the retry topic bears the name of the group, and a name with a slash would be a path out of the store',
  ],
]);

/** Every probe, in the order in which they are sent on one connection to each server. */
export function probes(): Probe[] {
  const known = FORMS.flatMap(([name, form]) => variantsOf(RequestCode[name], form));
  const unknown = (['broker', 'namesrv'] as const).flatMap((server) =>
    [...Object.values(RequestCode), -1, 9999]
      .filter((code) => !known.some((probe) => probe.code === code && probe.server === server))
      .map((code): Probe => ({server, code, variant: 'without fields', fields: null, body: null})),
  );
  return [...known, ...unknown];
}

function variantsOf(code: number, {server, fields = {}, body}: Form): Probe[] {
  const whole = body ?? null;
  const list: Probe[] = [];
  const add = (variant: string, changed: ExtFields | null, changedBody: string | null = whole): void => {
    list.push({server, code, variant, fields: changed, body: changedBody});
  };
  add('well-formed', fields);
  const names = Object.keys(fields);
  if (names.length > 0) add('no fields at all', null);
  for (const name of names) {
    const {[name]: value, ...others} = fields;
    add(`without ${name}`, others);
    const isNumber = /^-?\d+$/.test(value!);
    for (const wrong of isNumber ? ['', 'x', '-1', '99999999999999999999'] : ['', 'No/such thing']) {
      add(`${name}=${JSON.stringify(wrong)}`, {...fields, [name]: wrong});
    }
  }
  if (body !== undefined) {
    add('no body', fields, null);
    for (const wrong of ['', '{', 'null', '[1]', '{}']) add(`body ${JSON.stringify(wrong)}`, fields, wrong);
  }
  return list;
}

export function bodyBytes(body: string | null): Uint8Array | null {
  return body === null ? null : new TextEncoder().encode(body);
}
