import {expect, test} from 'vitest';
import {offsetOfMessageId} from '../../../src/rocketmq/broker/offset-message-id.ts';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {decodeCorrectionOffsets} from '../../../src/rocketmq/remoting/bodies/offset-tables.ts';
import {decodeQueryConsumeQueue} from '../../../src/rocketmq/remoting/bodies/query-consume-queue.ts';
import {decodeTopicRouteData} from '../../../src/rocketmq/remoting/bodies/topic-route-data.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {BrokerWorld} from './broker-world.ts';
import {send} from './requests.ts';

const HALF = 'RMQ_SYS_TRANS_HALF_TOPIC';

test('321 tells what the entries of a queue say, from an index on', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  for (const body of ['a', 'bb', 'ccc']) {
    wire.send(send('T', 2, body, 'TAGS\u0001A'));
    world.runMs(20);
  }
  const asked = {topic: 'T', queueId: '2', index: '1', count: '5', consumerGroup: 'CG'};
  const answer = wire.ask(RequestCode.QUERY_CONSUME_QUEUE, asked)!;
  expect(answer).toMatchObject({code: 0, remark: 'not set any response code'});
  const told = decodeQueryConsumeQueue(answer.body!)!;
  expect(told).toMatchObject({filterData: 'CG@T is not online!', minQueueIndex: 0, maxQueueIndex: 3});
  const sizes = told.queueData.map(({physicSize}) => physicSize);
  expect(told.queueData.map(({tagsCode}) => tagsCode)).toEqual([65n, 65n]);
  expect(told.queueData[1]!.physicOffset).toBe(told.queueData[0]!.physicOffset + sizes[0]!);
  expect(sizes[1]! - sizes[0]!).toBe(1);
  const unknown = wire.ask(RequestCode.QUERY_CONSUME_QUEUE, {...asked, topic: 'U'});
  expect(unknown).toMatchObject({code: 1, remark: '2@U is not exist!'});
});

test('323 puts a half message behind the others, as one that was never checked', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  const properties = 'TRAN_MSG\u0001true\u0002PGROUP\u0001PG\u0002TRANSACTION_CHECK_TIMES\u000115';
  const sent = wire.send(send('T', 0, 'half', properties, {f: '4'}));
  world.runMs(20);
  const {msgId} = wire.answerTo(sent)!.extFields!;
  expect(wire.ask(RequestCode.RESUME_CHECK_HALF_MESSAGE, {msgId: msgId!})).toMatchObject({
    code: 0,
    remark: null,
  });
  world.runMs(20);
  const queue = {topic: HALF, queueId: '0', index: '0', count: '9'};
  const {queueData} = decodeQueryConsumeQueue(wire.ask(RequestCode.QUERY_CONSUME_QUEUE, queue)!.body!)!;
  const counts = queueData.map(({physicOffset}) => {
    const view = wire.ask(RequestCode.VIEW_MESSAGE_BY_ID, {offset: String(physicOffset)})!;
    return decodeRecord(view.body!)!.properties.get('TRANSACTION_CHECK_TIMES');
  });
  expect(counts).toEqual(['15', '0']);
});

test('308 tells how far the slowest group is in each queue, and forgets the groups that it is told to leave out', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  const commit = (consumerGroup: string, queueId: string, commitOffset: string): void => {
    const fields = {consumerGroup, topic: 'T', queueId, commitOffset};
    expect(wire.ask(RequestCode.UPDATE_CONSUMER_OFFSET, fields)?.code).toBe(0);
  };
  commit('slow', '0', '3');
  commit('fast', '0', '7');
  commit('fast', '1', '5');
  const least = (fields: Record<string, string>) =>
    decodeCorrectionOffsets(wire.ask(RequestCode.QUERY_CORRECTION_OFFSET, {topic: 'T', ...fields})!.body!);
  expect(least({})).toEqual(
    new Map([
      [0, 3n],
      [1, 5n],
    ]),
  );
  expect(least({filterGroups: 'slow'})!.get(0)).toBe(7n);
  expect(least({})!.get(0)).toBe(7n);
});

test('301: the NameServers hear of a filter server with the next registration, and no more once it has gone', () => {
  const world = new BrokerWorld({address: '127.0.0.1'});
  const wire = world.connect();
  const namesrv = world.connect(9876);
  expect(wire.ask(RequestCode.REGISTER_FILTER_SERVER, {filterServerAddr: '10.0.0.9:1'})).toMatchObject({
    code: 0,
    extFields: {brokerId: '0'},
  });
  const known = () => {
    const route = namesrv.ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic: 'TBW102'});
    return decodeTopicRouteData(route!.body!)!.filterServerTable.get(world.address) ?? null;
  };
  expect(known()).toEqual(null);
  world.runMs(12_000);
  expect(known()).toEqual(['10.0.0.9:1']);
  wire.end();
  world.runMs(30_000);
  expect(known()).toEqual(null);
});

test('an offset message id ends with the offset, with a short address or a long one; what is too short is refused', () => {
  expect(offsetOfMessageId('0A00000100002A9F00000000000001FF')).toBe(0x1ff);
  expect(offsetOfMessageId(`${'0'.repeat(32)}00002A9F0000000000000200`)).toBe(0x200);
  expect(() => offsetOfMessageId('m')).toThrow('StringIndexOutOfBoundsException: begin 0, end 32, length 1');
  expect(() => offsetOfMessageId(undefined)).toThrow('java.lang.NullPointerException');
});
