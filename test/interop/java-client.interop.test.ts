import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {
  broadcasts,
  delays,
  type ForeignClient,
  sendsInEveryManner,
  sharesQueues,
  triesAgain,
} from './support/client-contract.ts';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Heard, type Outgoing, type Serializer} from './support/driver.ts';
import {bodiesOf, numbered, outgoing, placeOf, sorted, untilAll, waitFor} from './support/until.ts';

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
    let client: ForeignClient;
    /** Topics and groups of one serializer are no other's. */
    const own = (name: string): string => `${name}-${serializer}`;
    const send = (topic: string, how: Parameters<Driver['send']>[2], messages: Outgoing[], queue?: number) =>
      java.send('sender', topic, how, messages, queue);

    beforeAll(async () => {
      java = await Driver.java(cluster.namesrvAddr, serializer, cluster.clientHome);
      await java.produce('sender', own('senders'));
      client = {driver: java, cluster, own, topic: async (name) => own(name)};
    });
    afterAll(() => java?.end());

    test.sequential('what is sent in every manner is consumed once, with its tags, keys, property, id and place', async () => {
      const results = await sendsInEveryManner(client);
      const topic = own('manners');
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

    test.sequential('a group shares the queues, a member that joins takes some, one that leaves gives them back', () =>
      sharesQueues(client));

    test.sequential('in broadcasting, each member hears everything that is sent from its first pull on', async () => {
      await broadcasts(client);
      for (const name of ['ear-1', 'ear-2']) await java.stop(own(name));
    });

    test.sequential('what fails comes again after its delay, and after the last try it is a dead letter', async () => {
      const topic = await triesAgain(client);
      let dead: Heard[] = [];
      await waitFor(
        async () =>
          (dead = await java.order<Heard[]>('query', {topic, key: own('fails')}).catch(() => [])).length > 0,
        () => 'the dead letter, by its key',
      );
      expect(dead.map(({body, topic: place}) => [body, place])).toEqual([['fails', topic]]);
    });

    test.sequential('a delay level holds a message back for its time', () => delays(client));

    test.sequential('pull consumers read each queue from end to end, and find offsets by time', async () => {
      const topic = own('pulled');
      const bodies = numbered(100);
      await send(
        topic,
        'sync',
        bodies.map((body, i) => ({body, tags: i % 2 === 0 ? 'Even' : 'Odd'})),
      );
      await cluster.untilQueued(topic, 100);
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
