import {describe, expect, test} from 'vitest';
import type {Random} from '../../../src/ports/random.ts';
import {ConsumerStats} from '../../../src/rocketmq/client/consumer-stats.ts';
import {FaultStrategy, notAvailableMs} from '../../../src/rocketmq/client/latency-fault.ts';
import {RotatingIndex, TopicPublishInfo} from '../../../src/rocketmq/client/queue-selection.ts';
import {subscriptionOf} from '../../../src/rocketmq/client/subscription.ts';
import {publishQueues, sameRoute, subscribeQueues} from '../../../src/rocketmq/client/topic-routes.ts';
import {routeOver} from './scripted.ts';

/** Chance that always answers the same. */
function fixed(value: number): Random {
  const random: Random = {below: () => 0, int32: () => value, stream: () => random};
  return random;
}

function topic(brokerNames: readonly string[], queueNums: number, start = -1): TopicPublishInfo {
  const route = routeOver(brokerNames, queueNums);
  const writeQueueNums = new Map(route.queueDatas.map((data) => [data.brokerName, data.writeQueueNums]));
  return new TopicPublishInfo(publishQueues('T', route), true, writeQueueNums, fixed(start));
}

describe('the index of a topic', () => {
  test('begins at random, and survives both ends of an int', () => {
    expect(new RotatingIndex(fixed(-5)).incrementAndGet()).toBe(6);
    const top = new RotatingIndex(fixed(2147483647));
    // Java's Math.abs leaves the lowest int negative; the position is then taken to be 0.
    expect(top.incrementAndGet()).toBe(-2147483648);
    expect(top.incrementAndGet()).toBe(2147483647);
    expect(topic(['broker-a'], 4).position(-2147483648)).toBe(0);
  });
});

describe('the choice of a queue', () => {
  const names = (info: TopicPublishInfo, strategy: FaultStrategy, lasts: (string | null)[]) =>
    lasts.map((last) => {
      const queue = strategy.select(info, last);
      return `${queue.brokerName}/${queue.queueId}`;
    });

  test('without latency faults: the next one; after a failure the next one elsewhere', () => {
    const strategy = new FaultStrategy(false, fixed(0), () => 0);
    const info = topic(['broker-a', 'broker-b'], 2);
    expect(names(info, strategy, [null, null, 'broker-b', 'broker-a', null])).toEqual([
      'broker-b/0',
      'broker-b/1',
      'broker-a/0',
      'broker-b/0',
      'broker-b/1',
    ]);
    // With one broker only there is no elsewhere: as many steps as there are queues, then one more.
    expect(names(topic(['broker-a'], 4), strategy, [null, 'broker-a'])).toEqual(['broker-a/2', 'broker-a/3']);
  });

  test('with latency faults: whoever is available, whatever failed last', () => {
    let nowMs = 0;
    const strategy = new FaultStrategy(true, fixed(0), () => nowMs);
    const info = topic(['broker-a', 'broker-b'], 2, 0);
    strategy.update('broker-a', 20, true);
    const chosen = names(info, strategy, [null, null, null, null, null]);
    expect(chosen.every((name) => name.startsWith('broker-b/'))).toBe(true);
    nowMs = 599_999;
    expect(strategy.isAvailable('broker-a')).toBe(false);
    nowMs = 600_000;
    expect(strategy.isAvailable('broker-a')).toBe(true);
    strategy.update('broker-a', 700, false);
    expect(strategy.isAvailable('broker-a')).toBe(false);
    strategy.update('broker-a', 5, false);
    expect(strategy.isAvailable('broker-a')).toBe(true);
  });

  test('with nobody available the better half is asked, and the list is written over', () => {
    const strategy = new FaultStrategy(true, fixed(0), () => 0);
    const info = topic(['broker-a', 'broker-b'], 2, 0);
    strategy.update('broker-a', 900, true);
    strategy.update('broker-b', 100, true);
    const before = info.queues.map(({brokerName}) => brokerName).filter((name) => name === 'broker-b').length;
    for (let i = 0; i < 8; i++) expect(strategy.select(info, null).brokerName).toBe('broker-b');
    const after = info.queues.map(({brokerName}) => brokerName).filter((name) => name === 'broker-b').length;
    expect([before, after]).toEqual([2, 4]);
  });

  test.each([
    [49, 0],
    [100, 0],
    [549, 0],
    [550, 30_000],
    [1000, 60_000],
    [2000, 120_000],
    [3000, 180_000],
    [14_999, 180_000],
    [15_000, 600_000],
    [30_000, 600_000],
  ])('a latency of %i ms is worth %i ms of rest', (latencyMs, restMs) => {
    expect(notAvailableMs(latencyMs)).toBe(restMs);
  });
});

describe('queues of a route', () => {
  test('a broker without a master is read from and not written to', () => {
    const route = routeOver(['broker-b', 'broker-a'], 1);
    const slaveOnly = {
      ...route,
      brokerDatas: route.brokerDatas.map((broker) =>
        broker.brokerName === 'broker-a'
          ? {...broker, brokerAddrs: new Map([[1, '10.0.1.9:10911']])}
          : broker,
      ),
    };
    expect(publishQueues('T', route).map(({brokerName}) => brokerName)).toEqual(['broker-a', 'broker-b']);
    expect(publishQueues('T', slaveOnly).map(({brokerName}) => brokerName)).toEqual(['broker-b']);
    expect(subscribeQueues('T', slaveOnly).length).toBe(2);
  });

  test('permissions are heeded, and an ordered topic is as it is configured', () => {
    expect(publishQueues('T', routeOver(['broker-a'], 4, 4))).toEqual([]);
    expect(subscribeQueues('T', routeOver(['broker-a'], 4, 2))).toEqual([]);
    const ordered = {...routeOver(['broker-a'], 4), orderTopicConf: 'broker-b:2;broker-a:1'};
    expect(publishQueues('T', ordered).map(({brokerName, queueId}) => `${brokerName}/${queueId}`)).toEqual([
      'broker-b/0',
      'broker-b/1',
      'broker-a/0',
    ]);
  });

  test('two routes are the same in whatever order they come', () => {
    const route = routeOver(['broker-a', 'broker-b']);
    const turned = {
      ...route,
      brokerDatas: [...route.brokerDatas].reverse(),
      queueDatas: [...route.queueDatas].reverse(),
    };
    expect(sameRoute(route, turned)).toBe(true);
    expect(sameRoute(route, routeOver(['broker-a', 'broker-b'], 5))).toBe(false);
    expect(sameRoute(route, routeOver(['broker-a']))).toBe(false);
  });
});

describe('a subscription', () => {
  const read = (expression: string) => {
    const subscription = subscriptionOf('T', expression, 7);
    if ('error' in subscription) return subscription.error.cause!.message;
    return [subscription.subString, [...subscription.tags], subscription.codes];
  };

  test('is read as the real client reads it', () => {
    expect(read('*')).toEqual(['*', [], []]);
    expect(read('')).toEqual(['*', [], []]);
    expect(read('TagA || TagB||TagA')).toEqual(['TagA || TagB||TagA', ['TagA', 'TagB'], [2598919, 2598920]]);
    expect(read(' ')).toEqual([' ', [], []]);
    expect(read('||')).toBe('subString split error');
  });
});

describe('rates', () => {
  test('are taken over the samples of the last minute, without a timer', () => {
    const stats = new ConsumerStats(0);
    for (let second = 1; second <= 30; second++) {
      stats.listened('T', 2, second * 1000);
      stats.consumed('T', 10, 0, second * 1000);
    }
    // Samples at 10, 20 and 30 s, and one made up at 0: 290 messages in 30 s, the last ten after the sample.
    expect(stats.status('T', 30_500)).toMatchObject({
      consumeOKTPS: 290 / 30,
      consumeRT: 2,
      consumeFailedTPS: 0,
    });
    // A minute later nothing is left of them in the window.
    expect(stats.status('T', 130_000)).toMatchObject({consumeOKTPS: 0});
    stats.listened('T', 2, 131_000);
    stats.consumed('T', 0, 3, 131_000);
    expect(stats.status('T', 600_500)).toMatchObject({consumeFailedMsgs: 3});
    expect(stats.status('other', 0)).toMatchObject({pullTPS: 0});
  });
});
