import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {createHost, type NodeHost} from '../../src/host/host.ts';
import type {MQProducer, SendOutcome} from '../../src/rocketmq/client/api.ts';
import {createProducer} from '../../src/rocketmq/client/default-mq-producer.ts';
import {createPushConsumer} from '../../src/rocketmq/client/default-mq-push-consumer.ts';
import {newMessage} from '../../src/rocketmq/client/message-builder.ts';
import type {MessageExt} from '../../src/rocketmq/message/message.ts';
import {RunningCluster} from './support/clusters.ts';
import type {Serializer} from './support/driver.ts';
import {numbered, sorted, untilAll} from './support/until.ts';

const bodyOf = ({body}: MessageExt): string => new TextDecoder().decode(body);

describe.each<Serializer>(['JSON', 'ROCKETMQ'])(
  "our clients on Apache's NameServer and broker, which speak %s",
  (serializer) => {
    let cluster: RunningCluster;
    const hosts: NodeHost[] = [];
    const crashes: unknown[] = [];

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
        storeRoot: cluster.folder,
        ended: (end) => end.kind === 'crashed' && crashes.push(end.error),
      });
      hosts.push(host);
      return host;
    }

    function produce(): Promise<
      (topic: string, bodies: readonly string[], tags?: string) => Promise<SendOutcome[]>
    > {
      const host = client('producer');
      const sending =
        (producer: MQProducer) =>
        (topic: string, bodies: readonly string[], tags: string | null = null): Promise<SendOutcome[]> =>
          Promise.all(
            bodies.map(
              (body) =>
                new Promise<SendOutcome>((done) =>
                  host.run(() => producer.send(newMessage(topic, tags, `key ${body}`, body), done)),
                ),
            ),
          );
      return new Promise((resolve) =>
        host.run(() => {
          const producer = createProducer(host, {group: 'own-senders', namesrvAddr: cluster.namesrvAddr});
          producer.start(() => resolve(sending(producer)));
        }),
      );
    }

    function consume(
      group: string,
      topic: string,
      expression = '*',
      answer: (message: MessageExt) => 'CONSUME_SUCCESS' | 'RECONSUME_LATER' = () => 'CONSUME_SUCCESS',
    ): MessageExt[] {
      const host = client(group);
      const got: MessageExt[] = [];
      host.run(() => {
        const consumer = createPushConsumer(host, {
          group,
          namesrvAddr: cluster.namesrvAddr,
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
      return got;
    }

    test('three hundred messages arrive once, where the broker said it put them', async () => {
      const send = await produce();
      const bodies = numbered(300, '消息');
      const outcomes = [
        ...(await send('Own', bodies.slice(0, 1), 'A')),
        ...(await send('Own', bodies.slice(1), 'A')),
      ];
      const places = new Map<string, string>();
      outcomes.forEach((outcome, i) => {
        if (!outcome.ok) throw new Error(outcome.error.message);
        const {messageQueue, queueOffset, sendStatus} = outcome.result;
        expect(sendStatus).toBe('SEND_OK');
        places.set(bodies[i]!, `${messageQueue.queueId}@${queueOffset}`);
      });
      const got = consume('own-listeners', 'Own');
      await untilAll(got, 300);
      expect(sorted(got.map(bodyOf))).toEqual(sorted(bodies));
      for (const message of got) {
        expect(`${message.queueId}@${message.queueOffset}`).toBe(places.get(bodyOf(message)));
        expect(message.properties.get('KEYS')).toBe(`key ${bodyOf(message)}`);
      }
      await send('Own', ['other'], 'B');
      const some = consume('own-choosers', 'Own', 'B || C');
      await untilAll(some, 1);
      expect(some.map(bodyOf)).toEqual(['other']);
    });

    test('what fails is sent back and comes again', async () => {
      const send = await produce();
      await send('OwnFailing', ['fails once']);
      const got = consume('own-failures', 'OwnFailing', '*', ({reconsumeTimes}) =>
        reconsumeTimes === 0 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS',
      );
      await untilAll(got, 2);
      expect(got.map((message) => [bodyOf(message), message.reconsumeTimes])).toEqual([
        ['fails once', 0],
        ['fails once', 1],
      ]);
    }, 45_000);
  },
);
