import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {askServer} from '../../src/host/ask-server.ts';
import {createHost, type NodeHost} from '../../src/host/host.ts';
import {type MqadminOrder, parseMqadmin} from '../../src/rocketmq/admin/mqadmin.ts';
import type {MQProducer, MQPushConsumer, SendOutcome} from '../../src/rocketmq/client/api.ts';
import {createProducer} from '../../src/rocketmq/client/default-mq-producer.ts';
import {createPushConsumer} from '../../src/rocketmq/client/default-mq-push-consumer.ts';
import {newMessage} from '../../src/rocketmq/client/message-builder.ts';
import type {MessageExt} from '../../src/rocketmq/message/message.ts';
import {Resends} from '../host/resends.ts';
import {RunningCluster} from './support/clusters.ts';
import {type Serializer, SLOW} from './support/driver.ts';
import {numbered, sorted, until, untilAll, waitFor} from './support/until.ts';

const bodyOf = ({body}: MessageExt): string => new TextDecoder().decode(body);

// Both headers side by side: most of the time is spent waiting.
describe.concurrent.each<Serializer>(['JSON', 'ROCKETMQ'])(
  "our clients on Apache's NameServer and broker, which speak %s",
  (serializer) => {
    let cluster: RunningCluster;
    const hosts: NodeHost[] = [];
    const crashes: unknown[] = [];
    const resends = new Resends();

    /** Until so many have been heard, and a moment longer; without the copies of what had to be sent again. */
    async function allOf(got: readonly MessageExt[], count: number): Promise<MessageExt[]> {
      await until(
        () => resends.once(got).length >= count,
        () => `${count} of them; there were ${got.length}`,
      );
      await sleep(250);
      return resends.once(got);
    }

    beforeAll(async () => {
      cluster = await RunningCluster.apaches(serializer);
    });
    afterAll(async () => {
      for (const host of hosts) host.end();
      await cluster?.end();
      expect(crashes).toEqual([]);
    });

    function client(name: string): NodeHost {
      const host = createHost({
        name,
        pid: 60_000 + hosts.length, // Part of a client's id: these stand for processes of their own.
        home: join(cluster.folder, name, `${hosts.length}`), // Of broadcast groups each client keeps its own offsets.
        storeRoot: cluster.folder,
        ended: (end) => end.kind === 'crashed' && crashes.push(end.error),
        record: resends.record,
      });
      hosts.push(host);
      return host;
    }

    type Manner = 'sync' | 'async' | 'one-way';

    /** Null for what is sent one-way, of which nothing is told. */
    type Send = (
      topic: string,
      bodies: readonly string[],
      how?: Manner,
      tags?: string,
    ) => Promise<(SendOutcome | null)[]>;

    function produce(): Promise<Send> {
      const host = client('producer');
      const sending =
        (producer: MQProducer): Send =>
        (topic, bodies, how = 'sync', tags) =>
          Promise.all(
            bodies.map((body) => {
              const message = newMessage(topic, tags ?? null, `key ${body}`, body);
              return new Promise<SendOutcome | null>((done, refuse) =>
                host.run(() => {
                  if (how === 'sync') producer.send(message, done);
                  else if (how === 'async') producer.sendAsync(message, done);
                  else producer.sendOneway(message, (error) => (error === null ? done(null) : refuse(error)));
                }),
              );
            }),
          );
      return new Promise((resolve) =>
        host.run(() => {
          const producer = createProducer(host, {
            group: 'own-senders',
            namesrvAddr: cluster.namesrvAddr,
            sendMsgTimeoutMs: 120_000,
          });
          producer.start(() => resolve(sending(producer)));
        }),
      );
    }

    interface Listener {
      readonly got: MessageExt[];
      stop(): Promise<void>;
    }

    function consume(
      group: string,
      topic: string,
      {
        expression = '*',
        messageModel = 'CLUSTERING',
        answer = () => 'CONSUME_SUCCESS',
      }: {
        expression?: string;
        messageModel?: 'CLUSTERING' | 'BROADCASTING';
        answer?: (message: MessageExt) => 'CONSUME_SUCCESS' | 'RECONSUME_LATER';
      } = {},
    ): Listener {
      const host = client(group);
      const got: MessageExt[] = [];
      let consumer: MQPushConsumer | undefined;
      host.run(() => {
        consumer = createPushConsumer(host, {
          group,
          namesrvAddr: cluster.namesrvAddr,
          messageModel,
          consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
        });
        expect(consumer.subscribe(topic, expression)).toBe(null);
        consumer.registerMessageListener((messages, context, finish) => {
          got.push(...messages);
          context.delayLevelWhenNextConsume = 1;
          finish(answer(messages[0]!));
        });
        consumer.start();
      });
      return {got, stop: () => new Promise((done) => host.run(() => consumer!.shutdown(done)))};
    }

    /** Ends when a route is there, so that what follows is spread over the topic's queues. */
    async function makeTopic(send: Send, topic: string): Promise<void> {
      expect((await send(topic, ['first']))[0]).toMatchObject({ok: true});
      await cluster.untilRouted(topic);
    }

    test('three hundred messages arrive once, where the broker said it put them', async () => {
      const send = await produce();
      const bodies = numbered(300, '消息');
      const outcomes = [
        ...(await send('Own', bodies.slice(0, 1), 'sync', 'A')),
        ...(await send('Own', bodies.slice(1, 150), 'sync', 'A')),
        ...(await send('Own', bodies.slice(150), 'async', 'A')),
      ];
      const places = new Map<string, string>();
      outcomes.forEach((outcome, i) => {
        if (!outcome!.ok) throw new Error(outcome!.error.message);
        const {messageQueue, queueOffset, sendStatus} = outcome!.result;
        expect(sendStatus).toBe('SEND_OK');
        places.set(bodies[i]!, `${messageQueue.queueId}@${queueOffset}`);
      });
      expect(new Set(places.values()).size).toBe(300);
      await cluster.untilRouted('Own');
      const got = await allOf(consume('own-listeners', 'Own').got, 300);
      expect(sorted(got.map(bodyOf)), resends.tellCopies(got)).toEqual(sorted(bodies));
      for (const message of got) {
        if (resends.has(message)) continue; // It may be the copy that nobody was told of.
        expect(`${message.queueId}@${message.queueOffset}`).toBe(places.get(bodyOf(message)));
        expect(message.properties.get('KEYS')).toBe(`key ${bodyOf(message)}`);
      }
      await send('Own', ['other'], 'sync', 'B');
      const some = await allOf(consume('own-choosers', 'Own', {expression: 'B || C'}).got, 1);
      expect(some.map(bodyOf)).toEqual(['other']);
    });

    test('our mqadmin lists them, and finds a message by its key, its ids and its place', async () => {
      const send = await produce();
      await makeTopic(send, 'OwnAsked');
      const [outcome] = await send('OwnAsked', ['wanted'], 'sync', 'A');
      if (!outcome?.ok) throw new Error('not sent');
      const {msgId, offsetMsgId, messageQueue, queueOffset} = outcome.result;
      const askOnce = (words: readonly string[]): Promise<string[]> =>
        new Promise((resolve) => {
          const lines: string[] = [];
          const sinks = {
            print: (line: string) => lines.push(line),
            printError: (line: string) => lines.push(line),
          };
          const order = parseMqadmin(words) as MqadminOrder;
          askServer(order, cluster.namesrvAddr, sinks, () => resolve(lines));
        });
      const ask = async (...words: string[]): Promise<string[]> => {
        let lines: string[] = [];
        await waitFor(
          async () => !SLOW.test((lines = await askOnce(words)).join('\n')),
          () => `an answer in time: ${lines.join('\n')}`,
        );
        return lines;
      };
      // Asked for its rates in its first second, a broker of 4.9.1 answers with an exception.
      let clusters: string[] = [];
      await waitFor(
        async () =>
          /^DefaultCluster +broker-a +0 +\S+ +V4_9_1 /.test((clusters = await ask('clusterList'))[1]!),
        () => clusters.join('\n'),
      );
      const place = ['-i', `${messageQueue.queueId}`, '-o', `${queueOffset}`];
      let byKey: string[] = [];
      // The index may be a moment behind.
      await waitFor(
        async () => (byKey = await ask('queryMsgByKey', '-t', 'OwnAsked', '-k', 'wanted')).length === 2,
        () => byKey.join('\n'),
      );
      expect(byKey[1]!.trim().split(/ +/)).toEqual([msgId, place[1], place[3]]);
      const byUniqueKey = await ask('queryMsgByUniqueKey', '-t', 'OwnAsked', '-i', msgId);
      expect(byUniqueKey).toEqual(
        expect.arrayContaining([
          'Topic:               OwnAsked',
          'Tags:                [A]',
          'WARN: No Consumer',
        ]),
      );
      const byId = await ask('queryMsgById', '-i', offsetMsgId);
      expect(byId).toEqual([`OffsetID:            ${offsetMsgId}`, ...byUniqueKey]);
      const byOffset = await ask('queryMsgByOffset', '-t', 'OwnAsked', '-b', 'broker-a', ...place);
      expect(byOffset.map((line) => line.replace(/M(IN|AX)_OFFSET=\d+, /g, ''))).toEqual(byId);
    });

    test('what is sent one-way arrives, once', async () => {
      const send = await produce();
      await makeTopic(send, 'OwnOneWay');
      const bodies = numbered(100);
      await send('OwnOneWay', bodies, 'one-way');
      const got = await allOf(consume('own-one-way', 'OwnOneWay').got, 101);
      expect(sorted(got.map(bodyOf)), resends.tellCopies(got)).toEqual(sorted(['first', ...bodies]));
    });

    test('in broadcasting, each member hears everything', async () => {
      const send = await produce();
      await makeTopic(send, 'OwnBroadcast');
      const ears = [1, 2].map(() => consume('own-ears', 'OwnBroadcast', {messageModel: 'BROADCASTING'}));
      const bodies = numbered(40);
      await send('OwnBroadcast', bodies, 'async');
      for (const ear of ears) {
        const got = await allOf(ear.got, 41);
        expect(sorted(got.map(bodyOf)), resends.tellCopies(got)).toEqual(sorted(['first', ...bodies]));
      }
    });

    test('offsets are kept by the broker over a restart of the only consumer', async () => {
      const send = await produce();
      await makeTopic(send, 'OwnKept');
      // 4.9.1 makes a group's table with its first offset; of several that come at once, each in a table of its own, it keeps one.
      const first = consume('own-kept', 'OwnKept');
      await untilAll(first.got, 1);
      await first.stop();
      await send('OwnKept', numbered(20, 'before'));
      const before = consume('own-kept', 'OwnKept');
      await until(
        () => resends.once(before.got).filter((message) => bodyOf(message).startsWith('before')).length >= 20,
        () => `twenty, not ${before.got.length}`,
      );
      // Each pull tells an offset too, that of before what it brings, and is taken by another thread of the broker's than what is told
      // at the end: that may be overtaken, and then some comes again. What the consumer tells now and then it tells again.
      await cluster.untilKept('own-kept', 'OwnKept', 21);
      await before.stop();
      await send('OwnKept', numbered(20, 'after'));
      const after = await allOf(consume('own-kept', 'OwnKept').got, 20);
      expect(sorted(after.map(bodyOf)), resends.tellCopies(after)).toEqual(sorted(numbered(20, 'after')));
    });

    test('what fails is sent back and comes again', async () => {
      const send = await produce();
      await makeTopic(send, 'OwnFailing');
      // A new group's retry topic comes with its first heartbeat, after its consumer asked for routes; the next asks again.
      const first = consume('own-failures', 'OwnFailing');
      await untilAll(first.got, 1);
      await first.stop();
      await cluster.untilRouted('%RETRY%own-failures');
      await send('OwnFailing', ['fails once']);
      const {got} = consume('own-failures', 'OwnFailing', {
        answer: ({reconsumeTimes}) => (reconsumeTimes === 0 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS'),
      });
      // What came first comes again, too, if its consumer was stopped before it had told of its offset.
      const tries = (): number[] =>
        got.filter((message) => bodyOf(message) === 'fails once').map(({reconsumeTimes}) => reconsumeTimes);
      await until(
        () => tries().length >= 2,
        () => `two tries, not ${tries()}`,
      );
      await sleep(250);
      expect(tries()).toEqual([0, 1]);
    });
  },
);
