import {describe, expect, test} from 'vitest';
import {
  decodeCheckClientRequest,
  encodeCheckClientRequest,
} from '../../../src/rocketmq/remoting/bodies/check-client.ts';
import {decodeClusterInfo, encodeClusterInfo} from '../../../src/rocketmq/remoting/bodies/cluster-info.ts';
import {
  decodeConsumerConnection,
  decodeProducerConnection,
  encodeConsumerConnection,
  encodeProducerConnection,
} from '../../../src/rocketmq/remoting/bodies/connections.ts';
import {
  decodeConsumerIdList,
  encodeConsumerIdList,
} from '../../../src/rocketmq/remoting/bodies/consumer-id-list.ts';
import {
  decodeConsumerRunningInfo,
  encodeConsumerRunningInfo,
} from '../../../src/rocketmq/remoting/bodies/consumer-running-info.ts';
import {
  decodeHeartbeatData,
  encodeHeartbeatData,
} from '../../../src/rocketmq/remoting/bodies/heartbeat-data.ts';
import {decodeKVTable, encodeKVTable} from '../../../src/rocketmq/remoting/bodies/kv-table.ts';
import {
  decodeLockBatchRequest,
  decodeLockBatchResponse,
  encodeLockBatchRequest,
  encodeLockBatchResponse,
} from '../../../src/rocketmq/remoting/bodies/lock-batch.ts';
import {
  decodeConsumerOffsets,
  decodeCorrectionOffsets,
  decodeDelayOffsets,
  decodeResetOffset,
  encodeConsumerOffsets,
  encodeCorrectionOffsets,
  encodeDelayOffsets,
  encodeResetOffset,
  encodeResetOffsetForC,
} from '../../../src/rocketmq/remoting/bodies/offset-tables.ts';
import {
  decodeQueryConsumeQueue,
  encodeQueryConsumeQueue,
} from '../../../src/rocketmq/remoting/bodies/query-consume-queue.ts';
import {
  decodeRegisterBrokerBody,
  encodeRegisterBrokerBody,
  type RegisterBrokerBody,
} from '../../../src/rocketmq/remoting/bodies/register-broker-body.ts';
import {
  decodeBrokerStatsData,
  decodeConsumeStats,
  decodeConsumeStatsList,
  decodeGroupList,
  decodeTopicStatsTable,
  encodeBrokerStatsData,
  encodeConsumeStats,
  encodeConsumeStatsList,
  encodeGroupList,
  encodeTopicStatsTable,
} from '../../../src/rocketmq/remoting/bodies/statistics.ts';
import {
  decodeSubscriptionGroupConfig,
  decodeSubscriptionGroupWrapper,
  encodeSubscriptionGroupConfig,
  encodeSubscriptionGroupWrapper,
} from '../../../src/rocketmq/remoting/bodies/subscription-group.ts';
import {
  decodeTopicConfigSerializeWrapper,
  encodeTopicConfigSerializeWrapper,
} from '../../../src/rocketmq/remoting/bodies/topic-config.ts';
import {decodeTopicList, encodeTopicList} from '../../../src/rocketmq/remoting/bodies/topic-list.ts';
import {
  decodeTopicRouteData,
  encodeTopicRouteData,
} from '../../../src/rocketmq/remoting/bodies/topic-route-data.ts';
import {fromHex, recordedBodies} from './recorded-frames.ts';

/** Decodes and encodes again; null where the bytes are not such a body. */
type RoundTrip = (bytes: Uint8Array) => Uint8Array | null;

function roundTrip<T>(decode: (bytes: Uint8Array) => T | null, encode: (value: T) => Uint8Array): RoundTrip {
  return (bytes) => {
    const value = decode(bytes);
    return value === null ? null : encode(value);
  };
}

const ROUND_TRIPS: Record<string, RoundTrip> = {
  '21 GET_ALL_TOPIC_CONFIG response': roundTrip(
    decodeTopicConfigSerializeWrapper,
    encodeTopicConfigSerializeWrapper,
  ),
  '28 GET_BROKER_RUNTIME_INFO response': roundTrip(decodeKVTable, encodeKVTable),
  '34 HEART_BEAT request': roundTrip(decodeHeartbeatData, encodeHeartbeatData),
  '38 GET_CONSUMER_LIST_BY_GROUP response': roundTrip(decodeConsumerIdList, encodeConsumerIdList),
  '41 LOCK_BATCH_MQ request': roundTrip(decodeLockBatchRequest, encodeLockBatchRequest),
  '41 LOCK_BATCH_MQ response': roundTrip(decodeLockBatchResponse, encodeLockBatchResponse),
  '42 UNLOCK_BATCH_MQ request': roundTrip(decodeLockBatchRequest, encodeLockBatchRequest),
  '43 GET_ALL_CONSUMER_OFFSET response': roundTrip(decodeConsumerOffsets, encodeConsumerOffsets),
  '45 GET_ALL_DELAY_OFFSET response': roundTrip(decodeDelayOffsets, encodeDelayOffsets),
  '46 CHECK_CLIENT_CONFIG request': roundTrip(decodeCheckClientRequest, encodeCheckClientRequest),
  '103 REGISTER_BROKER request': roundTrip(
    (bytes) => decodeRegisterBrokerBody(bytes, false),
    (body) => encodeRegisterBrokerBody(body, false),
  ),
  '103 REGISTER_BROKER response': roundTrip(decodeKVTable, encodeKVTable),
  '105 GET_ROUTEINFO_BY_TOPIC response': roundTrip(decodeTopicRouteData, encodeTopicRouteData),
  '106 GET_BROKER_CLUSTER_INFO response': roundTrip(decodeClusterInfo, encodeClusterInfo),
  '200 UPDATE_AND_CREATE_SUBSCRIPTIONGROUP request': roundTrip(
    decodeSubscriptionGroupConfig,
    encodeSubscriptionGroupConfig,
  ),
  '201 GET_ALL_SUBSCRIPTIONGROUP_CONFIG response': roundTrip(
    decodeSubscriptionGroupWrapper,
    encodeSubscriptionGroupWrapper,
  ),
  '202 GET_TOPIC_STATS_INFO response': roundTrip(decodeTopicStatsTable, encodeTopicStatsTable),
  '203 GET_CONSUMER_CONNECTION_LIST response': roundTrip(decodeConsumerConnection, encodeConsumerConnection),
  '204 GET_PRODUCER_CONNECTION_LIST response': roundTrip(decodeProducerConnection, encodeProducerConnection),
  '206 GET_ALL_TOPIC_LIST_FROM_NAMESERVER response': roundTrip(decodeTopicList, (body) =>
    encodeTopicList(body.topicList, body.brokerAddr),
  ),
  '208 GET_CONSUME_STATS response': roundTrip(decodeConsumeStats, encodeConsumeStats),
  '220 RESET_CONSUMER_CLIENT_OFFSET request': roundTrip(decodeResetOffset, encodeResetOffset),
  '222 INVOKE_BROKER_TO_RESET_OFFSET response': roundTrip(decodeResetOffset, encodeResetOffset),
  '300 QUERY_TOPIC_CONSUME_BY_WHO response': roundTrip(decodeGroupList, encodeGroupList),
  '307 GET_CONSUMER_RUNNING_INFO response': roundTrip(decodeConsumerRunningInfo, encodeConsumerRunningInfo),
  '315 VIEW_BROKER_STATS_DATA response': roundTrip(decodeBrokerStatsData, encodeBrokerStatsData),
  '317 GET_BROKER_CONSUME_STATS response': roundTrip(decodeConsumeStatsList, encodeConsumeStatsList),
  '321 QUERY_CONSUME_QUEUE response': roundTrip(decodeQueryConsumeQueue, encodeQueryConsumeQueue),
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const toText = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes);

describe('bodies recorded from the real 4.9.1 are read, and written the same to the byte', () => {
  const recorded = recordedBodies();

  test('every kind of body in the recording is known here', () => {
    expect(Object.keys(recorded).filter((kind) => !(kind in ROUND_TRIPS))).toEqual([]);
  });

  test.each(Object.keys(ROUND_TRIPS))('%s', (kind) => {
    const bodies = recorded[kind]!;
    expect(bodies.length).toBeGreaterThan(0);
    for (const {text} of bodies) expect(toText(ROUND_TRIPS[kind]!(utf8(text)))).toBe(text);
  });
});

describe('the compressed registration', () => {
  const body: RegisterBrokerBody = {
    filterServerList: [],
    topicConfigSerializeWrapper: {
      dataVersion: {counter: 0, timestamp: 1234567890123},
      topicConfigTable: new Map([
        [
          'T',
          {
            order: false,
            perm: 6,
            readQueueNums: 4,
            topicFilterType: 'SINGLE_TAG',
            topicName: 'T',
            topicSysFlag: 0,
            writeQueueNums: 4,
          },
        ],
      ]),
    },
  };

  test('the bytes of the fact sheet are read', () => {
    const bytes = fromHex(
      '78DA63606050AF564ACE2FCD2B492D52B232D0512AC9CC4D2D2E49CC2D50B232343236313533B7B03400B26A1918181881582844C10408CD14823DFDDC7D5CE3431CDD81A24CD1B100C90E112B',
    );
    expect(decodeRegisterBrokerBody(bytes, true)).toEqual(body);
  });

  test('what is written is read again', () => {
    const bytes = encodeRegisterBrokerBody(body, true);
    expect([...bytes.subarray(0, 2)]).toEqual([0x78, 0xda]);
    expect(decodeRegisterBrokerBody(bytes, true)).toEqual(body);
  });

  test('cut, changed or foreign bytes are refused', () => {
    const bytes = encodeRegisterBrokerBody(body, true);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeRegisterBrokerBody(bytes.subarray(0, length), true)).toBeNull();
    }
    expect(decodeRegisterBrokerBody(utf8('{}'), true)).toBeNull();
  });
});

describe('what fastjson tolerates in bodies', () => {
  test('quoted numeric keys, unknown members, enums in any case and by number', () => {
    expect(
      decodeTopicRouteData(utf8('{"brokerDatas":[{"brokerAddrs":{"0":"a:1"},"x":{}}]}'))?.brokerDatas,
    ).toEqual([{brokerAddrs: new Map([[0, 'a:1']]), brokerName: '', cluster: ''}]);
    const heartbeat =
      '{"consumerDataSet":[{"consumeType":1,"messageModel":"clustering","consumeFromWhere":"NEVER"}]}';
    expect(decodeHeartbeatData(utf8(heartbeat))?.consumerDataSet[0]).toMatchObject({
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: null,
    });
  });

  test('a queue as key may come as the text of its JSON', () => {
    const text = '{"offsetTable":{"{\\"brokerName\\":\\"b\\",\\"queueId\\":3,\\"topic\\":\\"T\\"}":7}}';
    expect(decodeResetOffset(utf8(text))).toEqual([[{brokerName: 'b', queueId: 3, topic: 'T'}, 7]]);
  });

  test('an object printed twice comes as a reference, and is found', () => {
    const text = '{"brokerDatas":[{"brokerName":"a"},{"$ref":"$.brokerDatas[0]"},{"$ref":"$.nowhere"}]}';
    expect(decodeTopicRouteData(utf8(text))?.brokerDatas.map((broker) => broker.brokerName)).toEqual([
      'a',
      'a',
      '',
    ]);
  });

  test('64-bit integers keep every digit', () => {
    const text = '{"correctionOffsets":{0:9223372036854775807,1:6}}';
    expect(toText(encodeCorrectionOffsets(decodeCorrectionOffsets(utf8(text))!))).toBe(text);
  });

  test('no body of the right kind is null, not an exception', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '3',
      '{',
      '{"brokerDatas":7}',
      '{"queueDatas":[{"perm":"x"}]}',
      '\u0000',
    ]) {
      expect(decodeTopicRouteData(utf8(text))).toBeNull();
    }
  });

  test('the list form of offsets for clients without object keys', () => {
    expect(toText(encodeResetOffsetForC([[{brokerName: 'b', queueId: 1, topic: 'T'}, 5]]))).toBe(
      '{"offsetTable":[{"brokerName":"b","offset":5,"queueId":1,"topic":"T"}]}',
    );
  });
});
