import {describe, expect, test} from 'vitest';
import {subscriptionGroupConfig} from '../../../src/rocketmq/broker/subscription-group-manager.ts';
import {stringToProperties} from '../../../src/rocketmq/message/properties.ts';
import {encodeHeartbeatData} from '../../../src/rocketmq/remoting/bodies/heartbeat-data.ts';
import {encodeSubscriptionGroupConfig} from '../../../src/rocketmq/remoting/bodies/subscription-group.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {FLAG_RESPONSE, isResponse, request, response} from '../../../src/rocketmq/remoting/command.ts';
import {encodeFrame} from '../../../src/rocketmq/remoting/frame.ts';
import {BrokerWorld, told, type Wire} from './broker-world.ts';
import {heartbeat, sendFields} from './requests.ts';

/** What a client has received, a word for each frame. */
function heard(wire: Wire): string[] {
  return wire.received.map((one) => (isResponse(one) ? `answer ${one.code}` : `request ${one.code}`));
}

function membership(world: BrokerWorld): string[] {
  return world
    .facts(['client-joined', 'client-left', 'group-notified'])
    .map((fact) =>
      fact.kind === 'group-notified'
        ? `told ${fact.clientIds.join(', ')} of ${fact.group}`
        : `${fact.clientId} ${fact.kind === 'client-joined' ? 'joined' : 'left'} ${fact.group}: ${fact.why}`,
    );
}

describe('the consumers of a group', () => {
  test('are told when one joins, the new one before its heartbeat is answered', () => {
    const world = new BrokerWorld();
    const [first, second] = [world.connect(), world.connect()];
    first.send(heartbeat('c1', ['CG'], ['T']));
    world.runMs(20);
    second.send(heartbeat('c2', ['CG'], ['T']));
    world.runMs(20);
    expect(heard(first)).toEqual(['request 40', 'answer 0', 'request 40']);
    expect(heard(second)).toEqual(['request 40', 'answer 0']);
    expect(first.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, {consumerGroup: 'CG'})?.body).toEqual(
      new TextEncoder().encode('{"consumerIdList":["c1","c2"]}'),
    );
    expect(membership(world)).toEqual([
      'c1 joined CG: heartbeat',
      'told c1 of CG',
      'c2 joined CG: heartbeat',
      'told c1, c2 of CG',
    ]);
    // A heartbeat that changes nothing is only answered.
    first.send(heartbeat('c1', ['CG'], ['T']));
    world.runMs(20);
    expect(heard(first)).toEqual(['request 40', 'answer 0', 'request 40', 'answer 0', 'answer 0']);
  });

  test('get a retry topic with their first heartbeat', () => {
    const world = new BrokerWorld();
    world.connect().send(heartbeat('c1', ['CG'], ['T']));
    world.runMs(20);
    expect(world.facts(['topic-configured']).at(-1)).toMatchObject({
      topic: '%RETRY%CG',
      readQueueNums: 1,
      perm: 6,
      why: 'retry',
    });
  });

  test('are told when one takes leave or loses its connection, and the last one is forgotten', () => {
    const world = new BrokerWorld();
    const [first, second, third] = [world.connect(), world.connect(), world.connect()];
    for (const [i, wire] of [first, second, third].entries())
      wire.send(heartbeat(`c${i + 1}`, ['CG'], ['T']));
    world.runMs(20);
    const before = membership(world).length;
    first.ask(RequestCode.UNREGISTER_CLIENT, {clientID: 'c1', consumerGroup: 'CG'});
    second.end();
    third.end();
    expect(membership(world).slice(before)).toEqual([
      'c1 left CG: unregistered',
      'told c2, c3 of CG',
      'c2 left CG: connection-closed',
      'told c3 of CG',
      'c3 left CG: connection-closed',
    ]);
    expect(told(first.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, {consumerGroup: 'CG'}))).toBe(
      '1 no consumer for this group, CG {}',
    );
  });

  test('are dropped after 120 s without a heartbeat, and nobody is told', () => {
    const world = new BrokerWorld();
    const [silent, lively] = [world.connect(), world.connect()];
    silent.send(heartbeat('silent', ['CG'], ['T']));
    lively.send(heartbeat('lively', ['CG'], ['T']));
    world.runMs(20);
    const before = membership(world).length;
    for (let i = 0; i < 5; i += 1) {
      world.runMs(30_000);
      lively.send(heartbeat('lively', ['CG'], ['T']));
      // It goes on talking, so that its connection is not idle.
      if (silent.closed === null) silent.ask(RequestCode.GET_MAX_OFFSET, {topic: 'T', queueId: '0'});
    }
    expect(membership(world).slice(before)).toEqual(['silent left CG: expired']);
    expect(silent.closed).not.toBeNull();
    expect(heard(lively).filter((frame) => frame === 'request 40')).toHaveLength(1);
  });

  test('are told when a silent one’s connection is closed for idleness', () => {
    const world = new BrokerWorld();
    const [silent, lively] = [world.connect(), world.connect()];
    silent.send(heartbeat('silent', ['CG'], ['T']));
    world.runMs(20);
    for (let i = 0; i < 5; i += 1) {
      lively.send(heartbeat('lively', ['CG'], ['T']));
      world.runMs(25_000);
    }
    expect(membership(world).slice(-2)).toEqual(['silent left CG: connection-closed', 'told lively of CG']);
  });

  test.each([
    ['the broker', 'notifyConsumerIdsChangedEnable=false', true],
    ['their group', '', false],
  ])('are not told where %s says so', (_, conf, ofGroup) => {
    const world = new BrokerWorld({conf});
    const [first, second] = [world.connect(), world.connect()];
    const group = {...subscriptionGroupConfig('CG'), notifyConsumerIdsChangedEnable: ofGroup};
    const body = encodeSubscriptionGroupConfig(group);
    first.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, null, body);
    for (const [i, wire] of [first, second].entries()) wire.send(heartbeat(`c${i}`, ['CG'], ['T']));
    world.runMs(20);
    first.ask(RequestCode.UNREGISTER_CLIENT, {clientID: 'c0', consumerGroup: 'CG'});
    expect([...heard(first), ...heard(second)]).not.toContain('request 40');
  });

  test('lose what a heartbeat of any of them does not mention', () => {
    const world = new BrokerWorld();
    const [one, other] = [world.connect(), world.connect()];
    one.send(heartbeat('c1', ['CG'], ['A']));
    world.runMs(20);
    other.send(heartbeat('c2', ['CG'], ['B']));
    world.runMs(20);
    const answer = one.ask(RequestCode.GET_CONSUMER_CONNECTION_LIST, {consumerGroup: 'CG'});
    expect(told(answer)).toContain('"subscriptionTable":{"B":');
    expect(told(answer)).not.toContain('"A":');
  });
});

test('a producer is found by its group until it takes leave; one that fell silent leaves the empty group behind', () => {
  const world = new BrokerWorld();
  const [leaves, falls] = [world.connect(), world.connect()];
  const register = (wire: Wire, clientID: string, groupName: string): void => {
    const heartbeatBody = encodeHeartbeatData({
      clientID,
      consumerDataSet: [],
      producerDataSet: [{groupName}],
    });
    wire.send(request(RequestCode.HEART_BEAT, null, heartbeatBody));
    world.runMs(20);
  };
  register(leaves, 'p1', 'PG1');
  register(falls, 'p2', 'PG2');
  const ask = (producerGroup: string) =>
    told(world.connect().ask(RequestCode.GET_PRODUCER_CONNECTION_LIST, {producerGroup}));
  expect(ask('PG1')).toContain('"clientId":"p1"');
  leaves.ask(RequestCode.UNREGISTER_CLIENT, {clientID: 'p1', producerGroup: 'PG1'});
  expect(ask('PG1')).toBe('1 the producer group[PG1] not exist');
  world.runMs(131_000);
  expect(falls.closed).not.toBeNull();
  expect(ask('PG2')).toBe('0 {"connectionSet":[]}');
});

test('a connection is closed after 120 s of silence', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  world.runMs(119_000);
  expect(wire.closed).toBeNull();
  world.runMs(3000);
  expect(wire.closed).not.toBeNull();
});

test('the lock on a queue is one client’s, until it is let go or 60 s old', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  const queue = '{"brokerName":"broker-a","queueId":0,"topic":"T"}';
  const ask = (code: number, clientId: string): string => {
    const body = `{"clientId":"${clientId}","consumerGroup":"CG","mqSet":[${queue}]}`;
    return told(wire.ask(code, null, new TextEncoder().encode(body)));
  };
  const [granted, refused] = [`0 {"lockOKMQSet":[${queue}]}`, '0 {"lockOKMQSet":[]}'];
  expect(ask(RequestCode.LOCK_BATCH_MQ, 'c1')).toBe(granted);
  expect(ask(RequestCode.LOCK_BATCH_MQ, 'c2')).toBe(refused);
  world.runMs(59_000);
  expect(ask(RequestCode.LOCK_BATCH_MQ, 'c2')).toBe(refused);
  world.runMs(2000);
  expect(ask(RequestCode.LOCK_BATCH_MQ, 'c2')).toBe(granted);
  expect(ask(RequestCode.UNLOCK_BATCH_MQ, 'c2')).toBe('0');
  expect(ask(RequestCode.LOCK_BATCH_MQ, 'c1')).toBe(granted);
});

test('a reply is pushed to the client that asked, and the one who replied hears of it when that one has it', () => {
  const world = new BrokerWorld();
  const [asker, replier] = [world.connect(), world.connect()];
  const producerDataSet = [{groupName: 'PG'}];
  asker.send(
    request(
      RequestCode.HEART_BEAT,
      null,
      encodeHeartbeatData({clientID: 'asker', consumerDataSet: [], producerDataSet}),
    ),
  );
  world.runMs(20);
  const reply = (to: string): number => {
    const properties = `MSG_TYPE\u0001reply\u0002REPLY_TO_CLIENT\u0001${to}\u0002CORRELATION_ID\u0001x`;
    const fields = sendFields('DefaultCluster_REPLY_TOPIC', 0, properties);
    return replier.send(request(RequestCode.SEND_REPLY_MESSAGE_V2, fields, new TextEncoder().encode('yes')));
  };
  const nobody = reply('someone');
  const sent = reply('asker');
  world.runMs(20);
  expect(replier.answerTo(nobody)?.remark).toBe('push reply message fail, channel of <someone> not found.');
  expect(replier.answerTo(sent)).toBeNull();
  const pushed = asker.received.find(({code}) => code === RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT)!;
  expect(new TextDecoder().decode(pushed.body!)).toBe('yes');
  expect(pushed.extFields).toMatchObject({topic: 'DefaultCluster_REPLY_TOPIC', storeHost: '/10.0.0.1:10911'});
  expect([...stringToProperties(pushed.extFields!['properties']!).keys()]).toEqual([
    'PUSH_REPLY_TIME',
    'MSG_TYPE',
    'REPLY_TO_CLIENT',
    'CORRELATION_ID',
  ]);
  asker.write(encodeFrame({...response(0, null), opaque: pushed.opaque, flag: FLAG_RESPONSE}));
  world.runMs(20);
  expect(replier.answerTo(sent)).toMatchObject({code: 0, extFields: {queueOffset: '1'}});
});
