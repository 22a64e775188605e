import {describe, expect, test} from 'vitest';
import {decodeTopicRouteData} from '../../../src/rocketmq/remoting/bodies/topic-route-data.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {BrokerWorld, type Wire} from './broker-world.ts';
import {send} from './requests.ts';

const NAMESRV = '10.0.0.3:9876';

function registeredAtS(world: BrokerWorld): number[] {
  return world.world.trace.entries
    .filter((entry) => entry.kind === 'fact' && entry.fact.kind === 'registered-with-namesrv')
    .map((entry) => Math.round(entry.atUs / 1e6));
}

/** The permissions that a NameServer knows of a topic's queues. */
function permsInRoute(world: BrokerWorld, topic: string): number[] {
  const answer = world.connectTo(NAMESRV).ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic});
  const route = answer?.body ? decodeTopicRouteData(answer.body) : null;
  return route?.queueDatas.map(({perm}) => perm) ?? [];
}

function changeConfig(wire: Wire, properties: string): void {
  wire.ask(RequestCode.UPDATE_BROKER_CONFIG, null, new TextEncoder().encode(properties));
}

function createTopic(wire: Wire, topic: string, more: Record<string, string> = {}): void {
  wire.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    topic,
    defaultTopic: 'TBW102',
    readQueueNums: '1',
    writeQueueNums: '1',
    perm: '6',
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: '0',
    order: 'false',
    ...more,
  });
}

test.each([
  [1000, [0, 10, 20, 30, 40, 50, 60]],
  [20_000, [0, 10, 30, 50]],
  [300_000, [0, 10, 70]],
])('a period of %i ms is kept within 10 s and 60 s', (periodMs, atS) => {
  const world = new BrokerWorld({conf: `registerNameServerPeriod=${periodMs}`});
  world.runMs(atS.at(-1)! * 1000);
  expect(registeredAtS(world)).toEqual(atS);
});

test('without forceRegister a broker asks first, and registers only what is new', () => {
  const world = new BrokerWorld({conf: 'forceRegister=false'});
  world.runMs(45_000);
  expect(registeredAtS(world)).toEqual([0]);
  // Asking keeps it from expiring, as a registration would.
  world.runMs(200_000);
  expect(world.facts(['broker-removed'], 'namesrv-1')).toEqual([]);
  // A topic that a send makes is told at once; asking finds nothing new afterwards.
  world.connect().send(send('TopicTest', 0, 'x'));
  world.runMs(100_000);
  expect(registeredAtS(world)).toEqual([0, 245]);
  // A NameServer that has forgotten everything does not know the version, and gets it all.
  world.world.intervene({kind: 'kill', process: 'namesrv-1'});
  world.world.intervene({kind: 'start', process: 'namesrv-1'});
  world.runMs(31_000);
  expect(permsInRoute(world, 'TopicTest')).toEqual([6]);
});

test('a NameServer that does not answer holds a start up for 6 s and a stop for 3 s, not clients', () => {
  const world = new BrokerWorld({namesrvs: 2});
  world.world.intervene({kind: 'kill', process: 'broker-a'});
  world.world.intervene({kind: 'pause', process: 'namesrv-1'});
  const startedMs = world.nowMs;
  world.world.intervene({kind: 'start', process: 'broker-a'});
  world.runMs(5900);
  expect(world.printed()).toHaveLength(1);
  const wire = world.connect();
  const early = wire.send(send('TopicTest', 0, 'x'));
  world.runMs(50);
  expect(wire.answerTo(early)).toMatchObject({code: 0});
  world.runMs(100);
  expect(world.printed()).toHaveLength(2);
  const tries = () => world.facts(['registered-with-namesrv']).filter(({namesrv}) => namesrv === NAMESRV);
  expect(tries().at(-1)?.error).toContain('timeout');
  // The other one has the topic, through the one-way registration that its making set off.
  world.runMs(startedMs + 20_000 - world.nowMs);
  world.world.intervene({kind: 'stop', process: 'broker-a'});
  // It began a round at 16 s, which takes until 22 s; its store has been closed at 21 s; then it takes its leave.
  world.runMs(4900);
  expect(world.world.isRunning('broker-a')).toBe(true);
  world.runMs(200);
  expect(world.endings('broker-a')).toEqual(['killed', 'stopped']);
  expect(world.facts(['broker-removed'], 'namesrv-2').at(-1)).toMatchObject({why: 'unregistered'});
});

test('a compressed registration says the same', () => {
  const world = new BrokerWorld({conf: 'compressedRegister=true'});
  world.connect().send(send('TopicTest', 0, 'x'));
  world.runMs(50);
  expect(permsInRoute(world, 'TopicTest')).toEqual([6]);
});

describe('the permission of the whole broker', () => {
  test('stands in every topic’s place while it lacks read or write, and goes out as soon as it changes', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    createTopic(wire, 'T');
    expect(permsInRoute(world, 'T')).toEqual([6]);
    changeConfig(wire, 'brokerPermission=4');
    world.runMs(50);
    expect(permsInRoute(world, 'T')).toEqual([4]);
    changeConfig(wire, 'brokerPermission=6');
    world.runMs(50);
    expect(permsInRoute(world, 'T')).toEqual([6]);
  });

  test('without write, a send is refused to ordered topics only, which NameServers name', () => {
    const world = new BrokerWorld({conf: 'brokerPermission=4'});
    const wire = world.connect();
    createTopic(wire, 'Plain');
    createTopic(wire, 'Ordered');
    world.connectTo(NAMESRV).ask(RequestCode.PUT_KV_CONFIG, {
      namespace: 'ORDER_TOPIC_CONFIG',
      key: 'Ordered',
      value: 'broker-a:1',
    });
    // Which topics are ordered comes with the answer to the next registration.
    const before = wire.send(send('Ordered', 0, 'x'));
    world.runMs(20);
    expect(wire.answerTo(before)).toMatchObject({code: 0});
    world.world.runUntil(11_000_000);
    const [ordered, plain] = [wire.send(send('Ordered', 0, 'x')), wire.send(send('Plain', 0, 'x'))];
    world.runMs(20);
    expect(wire.answerTo(ordered)).toMatchObject({
      code: 16,
      remark: 'the broker[10.0.0.1] sending message is forbidden',
    });
    expect(wire.answerTo(plain)).toMatchObject({code: 0});
    expect(world.readText('/root/store/config/topics.json')).toContain('"order":true');
  });
});

test('a topic made by administration is told before the answer; a deleted one stays in the route', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  createTopic(wire, 'T');
  const told = world.facts(['route-changed'], 'namesrv-1').at(-1);
  expect(told).toMatchObject({topic: 'T', brokers: [{perm: 6}]});
  wire.ask(RequestCode.DELETE_TOPIC_IN_BROKER, {topic: 'T'});
  world.runMs(60_000);
  expect(permsInRoute(world, 'T')).toEqual([6]);
});
