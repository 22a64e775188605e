import {describe, expect, test} from 'vitest';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {BrokerWorld, told} from './broker-world.ts';
import {bodies, pull, send} from './requests.ts';

describe('a broker starts', () => {
  test('prints its line once the first registration is through, and registers after 10 s and then every 30 s', () => {
    const world = new BrokerWorld();
    expect(world.printed()).toEqual([
      'The broker[broker-a, 10.0.0.1:10911] boot success. serializeType=JSON and name server is 10.0.0.3:9876',
    ]);
    world.runMs(100_000);
    const registeredS = world.world.trace.entries
      .filter((entry) => entry.kind === 'fact' && entry.fact.kind === 'registered-with-namesrv')
      .map((entry) => Math.round(entry.atUs / 1e6));
    expect(registeredS).toEqual([0, 10, 40, 70, 100]);
    expect(world.facts(['broker-registered'], 'namesrv-1').map(({isNew}) => isNew)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('registers nowhere and says so in nothing without a NameServer', () => {
    const world = new BrokerWorld({namesrvs: 0});
    expect(world.printed()).toEqual([
      'The broker[broker-a, 10.0.0.1:10911] boot success. serializeType=JSON',
    ]);
    world.runMs(60_000);
    expect(world.facts(['registered-with-namesrv'])).toEqual([]);
  });

  test('serves although a NameServer is dead, and tells the others', () => {
    const world = new BrokerWorld({namesrvs: 2});
    world.world.intervene({kind: 'kill', process: 'namesrv-1'});
    world.runMs(45_000);
    const outcomes = world.facts(['registered-with-namesrv']).slice(-2);
    expect(outcomes.map(({namesrv, error}) => [namesrv, error === null]).sort()).toEqual([
      ['10.0.0.3:9876', false],
      ['10.0.0.4:9876', true],
    ]);
  });

  test.each([
    ['topics.json', 'a configuration file and its .bak cannot be read'],
    ['consumerOffset.json', 'a configuration file and its .bak cannot be read'],
    ['subscriptionGroup.json', 'a configuration file and its .bak cannot be read'],
    ['delayOffset.json', 'the store cannot be loaded'],
  ])('does without a spoilt %s, but refuses to start if its .bak is spoilt too', (name, reason) => {
    const world = new BrokerWorld({address: '10.0.0.1'});
    const restartWithSpoilt = (file: string): void => {
      world.world.intervene({kind: 'kill', process: 'broker-a'});
      const spoilt = world.probe.disk.open(`/root/store/config/${file}`, 'create');
      spoilt.truncate(0);
      spoilt.writeAt(0, new TextEncoder().encode('[spoilt'));
      spoilt.close();
      world.world.intervene({kind: 'start', process: 'broker-a'});
      world.runMs(1000);
    };
    restartWithSpoilt(name);
    expect(world.world.isRunning('broker-a')).toBe(true);
    restartWithSpoilt(`${name}.bak`);
    expect(world.world.isRunning('broker-a')).toBe(false);
    expect(world.endings('broker-a')).toEqual(['killed', 'killed', `exited: ${reason} (exit code -3)`]);
  });

  test.each([10_911, 10_909])('refuses to start where its port %i is taken', (port) => {
    const world = new BrokerWorld({address: '10.0.0.1'});
    world.world.intervene({kind: 'kill', process: 'broker-a'});
    world.probe.network.listen(port, () => ({data() {}, closed() {}}));
    world.world.intervene({kind: 'start', process: 'broker-a'});
    world.runMs(5000);
    expect(world.endings('broker-a')).toEqual(['killed', `exited: EADDRINUSE: port ${port} (exit code -1)`]);
    // Its store was open by then and has been closed in order: the next start has nothing to recover.
    expect(world.readText('/root/store/lock')).toBe('lock');
    expect(world.readText('/root/store/abort')).toBeNull();
  });
});

test('an unknown topic is made from TBW102 by the first send, and every NameServer hears of it at once', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  const opaque = wire.send(send('TopicTest', 3, 'first'));
  world.runMs(20);
  expect(told(wire.answerTo(opaque))).toBe(
    '0 {"MSG_REGION":"DefaultRegion","TRACE_ON":"true","msgId":"0A00000100002A9F0000000000000000","queueId":"3","queueOffset":"0"}',
  );
  expect(world.facts(['topic-configured']).at(-1)).toEqual({
    kind: 'topic-configured',
    topic: 'TopicTest',
    readQueueNums: 4,
    writeQueueNums: 4,
    perm: 6,
    why: 'auto-created',
  });
  expect(world.facts(['route-changed'], 'namesrv-1').map(({topic}) => topic)).toContain('TopicTest');
});

test('a topic is refused where it may not be made, and the journal says so', () => {
  const world = new BrokerWorld({conf: 'autoCreateTopicEnable=false'});
  const wire = world.connect();
  wire.send(send('Nope', 0, 'x'));
  world.runMs(20);
  expect(world.facts(['send-refused'])).toMatchObject([{topic: 'Nope', code: 17}]);
  // But a client that names the cluster's topic as model gets it: that one is always inherited.
  const opaque = wire.send(send('Nope', 0, 'x', '', {c: 'DefaultCluster'}));
  world.runMs(20);
  expect(wire.answerTo(opaque)?.code).toBe(0);
});

describe('after a restart a broker knows', () => {
  function filled(): BrokerWorld {
    const world = new BrokerWorld();
    const wire = world.connect();
    for (let i = 0; i < 20; i += 1) wire.send(send('TopicTest', i % 4, `m${i}`));
    world.runMs(50);
    wire.ask(RequestCode.UPDATE_CONSUMER_OFFSET, {
      consumerGroup: 'CG',
      topic: 'TopicTest',
      queueId: '1',
      commitOffset: '3',
    });
    return world;
  }

  function lookAgain(world: BrokerWorld): string[] {
    const wire = world.connect();
    const found = [0, 1, 2, 3].map((queueId) => {
      const opaque = wire.send(pull('TopicTest', queueId, 0));
      world.runMs(20);
      return bodies(wire.answerTo(opaque)).join(' ');
    });
    const offset = wire.ask(RequestCode.QUERY_CONSUMER_OFFSET, {
      consumerGroup: 'CG',
      topic: 'TopicTest',
      queueId: '1',
    });
    return [...found, told(offset)];
  }

  const MESSAGES = ['m0 m4 m8 m12 m16', 'm1 m5 m9 m13 m17', 'm2 m6 m10 m14 m18', 'm3 m7 m11 m15 m19'];

  test('its topics, messages and offsets, if it was stopped in order', () => {
    const world = filled();
    world.world.intervene({kind: 'stop', process: 'broker-a'});
    world.runMs(15_000);
    expect(world.facts(['broker-removed'], 'namesrv-1')).toMatchObject([{why: 'unregistered'}]);
    expect(world.readText('/root/store/config/consumerOffset.json')).toBe(
      '{\n\t"offsetTable":{\n\t\t"TopicTest@CG":{1:3\n\t\t}\n\t}\n}',
    );
    world.world.intervene({kind: 'start', process: 'broker-a'});
    world.runMs(1000);
    expect(world.facts(['store-recovered']).map(({cleanExit}) => cleanExit)).toEqual([true, true]);
    expect(lookAgain(world)).toEqual([...MESSAGES, '0 {"offset":"3"}']);
  });

  test('all but the offsets of its last seconds, if it was killed', () => {
    const world = filled();
    world.world.intervene({kind: 'kill', process: 'broker-a'});
    world.runMs(1000);
    world.world.intervene({kind: 'start', process: 'broker-a'});
    world.runMs(1000);
    expect(world.facts(['store-recovered']).map(({cleanExit}) => cleanExit)).toEqual([true, false]);
    // Nothing was committed that is on disk, and queue 1 begins at 0 in memory: the group begins again at 0.
    expect(lookAgain(world)).toEqual([...MESSAGES, '0 {"offset":"0"}']);
  });

  test('the offsets too, if it was killed after they were written', () => {
    const world = filled();
    world.runMs(16_000);
    world.world.intervene({kind: 'kill', process: 'broker-a'});
    world.runMs(1000);
    world.world.intervene({kind: 'start', process: 'broker-a'});
    world.runMs(1000);
    expect(lookAgain(world)).toEqual([...MESSAGES, '0 {"offset":"3"}']);
  });
});

test('an idle broker costs less than half an event a second, its registrations included', () => {
  const world = new BrokerWorld();
  world.runMs(1000);
  const before = world.world.eventCount;
  world.runMs(600_000);
  expect((world.world.eventCount - before) / 600).toBeLessThan(0.5);
});
