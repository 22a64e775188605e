import {expect, test} from 'vitest';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {BrokerWorld} from './broker-world.ts';
import {bodies, heartbeat, pull, send} from './requests.ts';

const HELD = {sysFlag: '6'};

function transcript(world: BrokerWorld): string[] {
  return world.world.trace.entries.flatMap((entry) => {
    if (entry.kind !== 'fact') return [];
    const {fact} = entry;
    if (fact.kind !== 'pull-held' && fact.kind !== 'pull-released') return [];
    const {queueId, queueOffset, why} = fact as unknown as {
      queueId: number;
      queueOffset: number;
      why: string;
    };
    return [`${(entry.atUs / 1e6).toFixed(2)}s ${fact.kind} queue ${queueId} at ${queueOffset}: ${why}`];
  });
}

function worldWithTopic(conf = ''): BrokerWorld {
  const world = new BrokerWorld({conf});
  const wire = world.connect();
  for (let queueId = 0; queueId < 4; queueId += 1) wire.send(send('TopicTest', queueId, 'first'));
  world.world.runUntil(1_000_000);
  return world;
}

test('a pull that finds nothing is answered when a message comes, and tells of nothing until then', () => {
  const world = worldWithTopic();
  const [consumer, producer] = [world.connect(), world.connect()];
  const held = consumer.send(pull('TopicTest', 0, 1, HELD));
  world.world.runUntil(3_000_000);
  expect(consumer.answerTo(held)).toBeNull();
  // To another queue first: that is none of its business.
  producer.send(send('TopicTest', 1, 'elsewhere'));
  world.world.runUntil(4_000_000);
  expect(consumer.answerTo(held)).toBeNull();
  producer.send(send('TopicTest', 0, 'second'));
  world.world.runUntil(4_010_000);
  expect(bodies(consumer.answerTo(held))).toEqual(['second']);
  expect(transcript(world)).toEqual([
    '1.02s pull-held queue 0 at 1: nothing-new',
    '4.00s pull-released queue 0 at 1: message-arrived',
  ]);
});

test('its time runs out at a sweep, every 5 s, so up to 5 s late', () => {
  const world = worldWithTopic();
  const consumer = world.connect();
  const held = consumer.send(pull('TopicTest', 0, 1, {...HELD, suspendTimeoutMillis: '3000'}));
  world.world.runUntil(4_900_000);
  expect(consumer.answerTo(held)).toBeNull();
  world.world.runUntil(5_100_000);
  expect(consumer.answerTo(held)).toMatchObject({code: 19, remark: 'OFFSET_OVERFLOW_ONE'});
  expect(transcript(world)).toEqual([
    '1.01s pull-held queue 0 at 1: nothing-new',
    '5.00s pull-released queue 0 at 1: timed-out',
  ]);
});

test('a message with another tag does not wake it at once; the next sweep does, to say 20', () => {
  const world = worldWithTopic();
  const [consumer, producer] = [world.connect(), world.connect()];
  const held = consumer.send(pull('TopicTest', 0, 1, {...HELD, subscription: 'TagA || TagB'}));
  world.runMs(10);
  producer.send(send('TopicTest', 0, 'other', 'TAGS\u0001TagC'));
  world.world.runUntil(4_900_000);
  expect(consumer.answerTo(held)).toBeNull();
  world.world.runUntil(5_100_000);
  expect(consumer.answerTo(held)).toMatchObject({code: 20, extFields: {nextBeginOffset: '2'}});
  // And what it wants, it gets without delay.
  const again = consumer.send(pull('TopicTest', 0, 2, {...HELD, subscription: 'TagA || TagB'}));
  world.runMs(10);
  producer.send(send('TopicTest', 0, 'wanted', 'TAGS\u0001TagB'));
  world.runMs(10);
  expect(bodies(consumer.answerTo(again))).toEqual(['wanted']);
});

test('of those that wait at one queue, only those whose messages came are answered', () => {
  const world = worldWithTopic();
  const [wantsA, wantsB, behind, producer] = [
    world.connect(),
    world.connect(),
    world.connect(),
    world.connect(),
  ];
  const held = [
    wantsA.send(pull('TopicTest', 0, 1, {...HELD, subscription: 'TagA'})),
    wantsB.send(pull('TopicTest', 0, 1, {...HELD, subscription: 'TagB'})),
    behind.send(pull('TopicTest', 0, 3, {...HELD, consumerGroup: 'Far'})),
  ];
  world.runMs(10);
  producer.send(send('TopicTest', 0, 'b', 'TAGS\u0001TagB'));
  world.runMs(10);
  expect(wantsA.answerTo(held[0]!)).toBeNull();
  expect(bodies(wantsB.answerTo(held[1]!))).toEqual(['b']);
  // Two beyond the end was no reason to wait: it is told where to go.
  expect(behind.answerTo(held[2]!)).toMatchObject({code: 21, extFields: {nextBeginOffset: '0'}});
  producer.send(send('TopicTest', 0, 'a', 'TAGS\u0001TagA'));
  world.runMs(10);
  expect(bodies(wantsA.answerTo(held[0]!))).toEqual(['a']);
});

test('short polling looks every second', () => {
  const world = worldWithTopic('longPollingEnable=false');
  const consumer = world.connect();
  const held = consumer.send(pull('TopicTest', 0, 1, HELD));
  world.world.runUntil(1_950_000);
  expect(consumer.answerTo(held)).toBeNull();
  world.world.runUntil(3_100_000);
  expect(consumer.answerTo(held)?.code).toBe(19);
});

test('short polling can be switched on in the run, from the next sweep on', () => {
  const world = worldWithTopic();
  const consumer = world.connect();
  const properties = new TextEncoder().encode('longPollingEnable=false');
  consumer.ask(RequestCode.UPDATE_BROKER_CONFIG, null, properties);
  const [first, second] = [
    consumer.send(pull('TopicTest', 0, 1, HELD)),
    consumer.send(pull('TopicTest', 1, 1, HELD)),
  ];
  world.world.runUntil(4_990_000);
  expect(consumer.answerTo(first)).toBeNull();
  world.world.runUntil(5_200_000);
  expect([consumer.answerTo(first)?.code, consumer.answerTo(second)?.code]).toEqual([19, 19]);
  const third = consumer.send(pull('TopicTest', 0, 1, HELD));
  world.world.runUntil(6_990_000);
  expect(consumer.answerTo(third)).toBeNull();
  world.world.runUntil(7_100_000);
  expect(consumer.answerTo(third)?.code).toBe(19);
});

test('the pull of a consumer that is gone is handled at its time, and nobody gets the answer', () => {
  const world = worldWithTopic();
  const consumer = world.connect();
  consumer.send(pull('TopicTest', 0, 1, HELD));
  world.runMs(10);
  consumer.end();
  world.world.runUntil(21_000_000);
  expect(transcript(world)).toEqual([
    '1.01s pull-held queue 0 at 1: nothing-new',
    '20.00s pull-released queue 0 at 1: connection-closed',
  ]);
});

test('a pull commits the offset it carries, also one that is held', () => {
  const world = worldWithTopic();
  const consumer = world.connect();
  consumer.send(pull('TopicTest', 0, 1, {sysFlag: '7', commitOffset: '1'}));
  world.runMs(10);
  expect(world.facts(['offset-committed'])).toEqual([
    {kind: 'offset-committed', group: 'CG', topic: 'TopicTest', queueId: 0, queueOffset: 1},
  ]);
});

test('a pull without its own subscription needs a heartbeat, and one that is not older', () => {
  const world = worldWithTopic();
  const consumer = world.connect();
  const ask = (version: number) => {
    const opaque = consumer.send(pull('TopicTest', 0, 0, {sysFlag: '0', subVersion: String(version)}));
    world.runMs(20);
    return consumer.answerTo(opaque)?.code;
  };
  expect(ask(5)).toBe(24);
  consumer.send(heartbeat('c1', ['CG'], ['TopicTest'], 4));
  world.runMs(20);
  expect(ask(5)).toBe(25);
  expect(ask(4)).toBe(0);
});
