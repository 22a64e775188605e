import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Heard, type Outgoing, type Sent, type Serializer} from './support/driver.ts';
import {bodiesOf, numbered, outgoing, placeOf, sorted, until, untilAll} from './support/until.ts';

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await RunningCluster.ours();
});
afterAll(() => cluster?.end());

// Side by side, since most of the time is spent waiting; within each, in order.
describe.concurrent.each<Serializer>(['JSON', 'ROCKETMQ'])(
  "Apache's Java client, %s headers, on our cluster",
  (serializer) => {
    let java: Driver;
    /** Topics and groups of one serializer are no other's. */
    const own = (name: string): string => `${name}-${serializer}`;
    const send = (topic: string, how: Parameters<Driver['send']>[2], messages: Outgoing[], queue?: number) =>
      java.send('sender', topic, how, messages, queue);

    beforeAll(async () => {
      java = await Driver.java(cluster.namesrvAddr, serializer, cluster.clientHome);
      await java.produce('sender', own('senders'));
    });
    afterAll(() => java?.end());

    test.sequential('what is sent in every manner is consumed once, with its tags, keys, property, id and place', async () => {
      const topic = own('manners');
      const results = new Map<string, Sent>();
      const manners = ['sync', 'async', 'one-way', 'batch'] as const;
      const all: string[] = [];
      for (const how of manners) {
        const bodies = numbered(40, `${how} 消息`);
        all.push(...bodies);
        const messages = bodies.map((body, i) => ({
          body,
          tags: `Tag-${how}`,
          keys: `${how}-${i}`,
          property: `${i}`,
        }));
        const sent = await send(topic, how, messages);
        expect(sent.every((result) => result.status === 'SEND_OK')).toBe(true);
        expect(sent).toHaveLength({sync: 40, async: 40, 'one-way': 0, batch: 1}[how]);
        if (how === 'sync') for (const [i, result] of sent.entries()) results.set(bodies[i]!, result);
        if (how === 'batch') {
          expect(sent[0]!.msgId.split(',')).toHaveLength(40);
          expect(new Set(sent[0]!.offsetMsgId.split(',')).size).toBe(40);
        }
      }
      const heard = await java.consume(own('all'), own('all'), topic);
      await untilAll(heard, all.length);
      expect(bodiesOf(heard)).toEqual(sorted(all));
      expect(new Set(heard.map(placeOf)).size).toBe(all.length);
      for (const message of heard) {
        const [how, , index] = message.body.split(' ');
        expect(message).toMatchObject({
          topic,
          tags: `Tag-${how}`,
          keys: `${how}-${index}`,
          property: index,
          reconsumeTimes: 0,
        });
        const sent = results.get(message.body);
        if (sent === undefined) continue;
        expect(message.msgId).toBe(sent.msgId);
        expect(placeOf(message)).toBe(placeOf(sent));
        expect(sent.brokerName).toBe(cluster.brokerName);
      }
      await java.stop(own('all'));

      const some = await java.consume(own('some'), own('some'), topic, {expression: 'Tag-sync || Tag-batch'});
      await untilAll(some, 80);
      expect(bodiesOf(some)).toEqual(sorted(all.filter((body) => /^(sync|batch)/.test(body))));
      await java.stop(own('some'));

      const byKey = await java.order<Heard[]>('query', {topic, key: 'async-7'});
      expect(byKey.map(({body}) => body)).toEqual(['async 消息 7']);
      const wanted = results.get('sync 消息 5')!;
      const msgIds = [wanted.msgId, wanted.offsetMsgId];
      for (const found of await java.order<Heard[]>('query', {topic, msgIds})) {
        expect(found).toMatchObject({body: 'sync 消息 5', keys: 'sync-5'});
      }
    });

    test.sequential('a selector names the queue, and an orderly consumer hears that queue in order', async () => {
      const topic = own('selected');
      const bodies = numbered(50);
      const sent = await send(topic, 'selector', outgoing(bodies), 2);
      expect(sent.map(placeOf)).toEqual(bodies.map((_, i) => `2@${i}`));
      const heard = await java.consume(own('orderly'), own('orderly'), topic, {orderly: true});
      await untilAll(heard, 50);
      expect(heard.map(({body}) => body)).toEqual(bodies);
      await java.stop(own('orderly'));
    });

    test.sequential('a group shares the queues, a member that joins takes some, one that leaves gives them back', async () => {
      const topic = own('shared');
      const group = own('sharers');
      await send(topic, 'sync', outgoing(['first']));
      const one = await java.consume(own('one'), group, topic);
      await untilAll(one, 1);
      const two = await java.consume(own('two'), group, topic);
      // The newcomer is told to the group by the broker; soon each has two of four queues. What is sent meanwhile comes at least once.
      const early = new Set<string>();
      let round = 0;
      await until(
        () => {
          return two.length > 0 && early.size >= 0;
        },
        () => `the newcomer hears something after ${round} rounds`,
        async () => {
          const bodies = numbered(8, `round ${round++}`);
          for (const body of bodies) early.add(body);
          await send(topic, 'sync', outgoing(bodies));
        },
      );
      await until(
        () => new Set([...one, ...two].map(({body}) => body)).size === early.size + 1,
        () => 'all of the early ones',
      );
      one.length = 0;
      two.length = 0;
      const both = numbered(40, 'both');
      await send(topic, 'sync', outgoing(both));
      await until(
        () => one.length + two.length >= 40,
        () => `40 heard by two: ${one.length} and ${two.length}`,
      );
      expect(sorted([...bodiesOf(one), ...bodiesOf(two)])).toEqual(sorted(both));
      expect([one.length, two.length]).toEqual([20, 20]);

      await java.stop(own('one'));
      two.length = 0;
      const alone = numbered(40, 'alone');
      await send(topic, 'sync', outgoing(alone));
      await untilAll(two, 40);
      expect(bodiesOf(two)).toEqual(sorted(alone));
      await java.stop(own('two'));
    });

    test.sequential('in broadcasting, each member hears everything that is sent from its first pull on', async () => {
      const topic = own('broadcast');
      await send(topic, 'sync', outgoing(['before']));
      const ears = await Promise.all(
        ['ear-1', 'ear-2'].map((name) => java.consume(own(name), own('ears'), topic, {broadcasting: true})),
      );
      const bodies = numbered(20);
      await send(topic, 'sync', outgoing(bodies));
      for (const heard of ears) {
        await untilAll(heard, 21);
        expect(bodiesOf(heard)).toEqual(sorted(['before', ...bodies]));
      }
      for (const name of ['ear-1', 'ear-2']) await java.stop(own(name));
    });

    test.sequential('what fails comes again after its delay, and after the last try it is a dead letter', async () => {
      const topic = own('failing');
      const group = own('failures');
      await send(topic, 'sync', outgoing(['first']));
      // A new group's retry topic comes with its first heartbeat; a client that asked for its route before that asks 30 s later.
      await untilAll(await java.consume(own('failures-0'), group, topic), 1);
      await java.stop(own('failures-0'));
      await cluster.untilRouted(`%RETRY%${group}`);
      await send(topic, 'sync', outgoing(['fails'], {keys: own('fails')}));
      const heard = await java.consume(group, group, topic, {fails: true, maxReconsumeTimes: 1});
      await untilAll(heard, 2, 1500);
      expect(heard.map(({body, reconsumeTimes}) => [body, reconsumeTimes])).toEqual([
        ['fails', 0],
        ['fails', 1],
      ]);
      expect(heard[1]!.heardAt - heard[0]!.heardAt).toBeGreaterThanOrEqual(950);
      await java.stop(group);
      const dead = await java.order<Heard[]>('query', {topic: `%DLQ%${group}`, key: own('fails')});
      expect(dead.map(({body, topic: place}) => [body, place])).toEqual([['fails', `%DLQ%${group}`]]);
    });

    test.sequential('a delay level holds a message back for its time', async () => {
      const topic = own('delayed');
      await send(topic, 'sync', outgoing(['first']));
      const heard = await java.consume(own('patient'), own('patient'), topic);
      await untilAll(heard, 1);
      await send(topic, 'sync', [{body: 'in a second', delayLevel: 1}, {body: 'at once'}]);
      await untilAll(heard, 3);
      expect(heard.map(({body}) => body)).toEqual(['first', 'at once', 'in a second']);
      const waited = heard[2]!.heardAt - heard[2]!.bornTimestamp;
      expect(waited).toBeGreaterThanOrEqual(950);
      await java.stop(own('patient'));
    });

    test.sequential('pull consumers read each queue from end to end, and find offsets by time', async () => {
      const topic = own('pulled');
      const bodies = numbered(100);
      await send(
        topic,
        'sync',
        bodies.map((body, i) => ({body, tags: i % 2 === 0 ? 'Even' : 'Odd'})),
      );
      interface Queue {
        queueId: number;
        min: number;
        max: number;
        atStart: number;
        atEnd: number;
        beyond: string;
        empty: string;
        messages: Heard[];
      }
      const queues = await java.order<Queue[]>('pull', {group: own('pullers'), topic, expression: '*'});
      expect(queues.map(({queueId}) => queueId).sort()).toEqual([0, 1, 2, 3]);
      expect(bodiesOf(queues.flatMap(({messages}) => messages))).toEqual(sorted(bodies));
      for (const {min, max, atStart, atEnd, beyond, empty, messages} of queues) {
        expect([min, max, atStart]).toEqual([0, 25, 0]);
        expect(atEnd).toBe(24); // 4.9.1 answers the last message's offset, not the one behind it.
        expect([beyond, empty]).toEqual(['OFFSET_ILLEGAL', 'NO_NEW_MSG']);
        expect(messages.map(({queueOffset}) => queueOffset)).toEqual(numbered(25).map((_, i) => i));
      }
      const even = await java.order<Queue[]>('pull', {group: own('pullers'), topic, expression: 'Even'});
      expect(even.flatMap(({messages}) => messages).every(({tags}) => tags === 'Even')).toBe(true);
      expect(even.flatMap(({messages}) => messages)).toHaveLength(50);
    });

    test.sequential.each([
      ['subscribes', false],
      ['is assigned its queues', true],
    ])('a lite-pull consumer that %s is given everything once', async (_, assign) => {
      const topic = own(`lite-${assign}`);
      const bodies = numbered(100);
      await send(topic, 'sync', outgoing(bodies));
      const order = {group: own(`lite-${assign}`), topic, expression: '*', count: 100, assign};
      expect(bodiesOf(await java.order<Heard[]>('lite', order))).toEqual(sorted(bodies));
    });
  },
);
