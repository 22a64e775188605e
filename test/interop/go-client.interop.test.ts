import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {
  broadcasts,
  delays,
  type ForeignClient,
  keepsOffsets,
  sendsInEveryManner,
  sharesQueues,
  triesAgain,
  unpacksWhatItPacked,
} from './support/client-contract.ts';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Heard, type Outgoing, type Sent} from './support/driver.ts';
import {bodiesOf, numbered, outgoing, sorted, untilAll} from './support/until.ts';

describe.concurrent("Apache's Go client on our cluster", () => {
  let cluster: RunningCluster;
  let go: Driver;
  let client: ForeignClient;

  beforeAll(async () => {
    cluster = await RunningCluster.ours();
    go = await Driver.go(cluster.namesrvAddr, cluster.clientHome);
    await go.produce('sender', 'go-senders');
    const own = (name: string): string => `go-${name}`;
    client = {driver: go, cluster, own, topic: async (name) => own(name)};
  });
  afterAll(async () => {
    await go?.end();
    await cluster?.end();
  });

  const send = (topic: string, messages: readonly Outgoing[], queue?: number): Promise<Sent[]> =>
    go.send('sender', topic, 'sync', messages, queue);

  test('what is sent in every manner is consumed once, with its tags, keys, property, id and place', async () => {
    await sendsInEveryManner(client);
  });

  test('a body that it packs comes back whole', () => unpacksWhatItPacked(client));

  test('a selector names the queue, and an orderly consumer hears that queue in order', async () => {
    const bodies = numbered(60);
    await send('go-ordered', [{body: 'first'}]);
    const sent = await send('go-ordered', outgoing(bodies), 2);
    expect(sent.map(({queueId}) => queueId)).toEqual(sent.map(() => 2));
    const sharded = await send('go-ordered', outgoing(numbered(10, 'one key'), {shardingKey: 'ann'}));
    expect(new Set(sharded.map(({queueId}) => queueId)).size).toBe(1);
    const heard = await go.consume('go-ordered', 'go-ordered', 'go-ordered', {orderly: true});
    await untilAll(heard, 71);
    expect(heard.map(({body}) => body).filter((body) => bodies.includes(body))).toEqual(bodies);
  });

  test('a group shares the queues, and one that leaves gives them back', () => sharesQueues(client));

  test('offsets are kept over a restart of the only consumer', () => keepsOffsets(client));

  test('in broadcasting, each member hears everything', async () => {
    await broadcasts(client);
  });

  test('what fails comes again after its delay, and after the last try it is a dead letter', async () => {
    const dead = await triesAgain(client);
    const {topics} = await go.order<{topics: string[]}>('topics', {broker: cluster.brokerAddr});
    expect(topics).toContain(dead);
  });

  test('a delay level holds a message back for its time', () => delays(client));

  test('a pull consumer reads each queue from end to end', async () => {
    const topic = 'go-pulled';
    const bodies = numbered(100);
    await send(
      topic,
      bodies.map((body, i) => ({body, tags: i % 2 === 0 ? 'Even' : 'Odd'})),
    );
    interface Queue {
      queueId: number;
      min: number;
      max: number;
      messages: Heard[];
    }
    await cluster.untilQueued(topic, 100);
    const order = {group: 'go-pullers', topic, expression: '*'};
    const queues = await go.order<Queue[]>('pull', order);
    expect(queues.map(({queueId, min, max}) => [queueId, min, max]).sort()).toEqual(
      [0, 1, 2, 3].map((queueId) => [queueId, 0, 25]),
    );
    expect(bodiesOf(queues.flatMap(({messages}) => messages))).toEqual(sorted(bodies));
    for (const {messages} of queues) {
      expect(messages.map(({queueOffset}) => queueOffset)).toEqual(messages.map((_, i) => i));
    }
    const even = await go.order<Queue[]>('pull', {...order, group: 'go-even', expression: 'Even'});
    expect(bodiesOf(even.flatMap(({messages}) => messages))).toEqual(
      sorted(bodies.filter((_, i) => i % 2 === 0)),
    );
  });

  test('a polling consumer is given everything once, and a second one nothing more', async () => {
    const topic = 'go-polled';
    const bodies = numbered(60);
    await send(topic, outgoing(bodies));
    const order = {group: 'go-pollers', topic, expression: '*', count: 60};
    expect(bodiesOf(await go.order<Heard[]>('poll', order))).toEqual(sorted(bodies));
    await cluster.untilKept('go-pollers', topic, 60);
    await send(topic, outgoing(['more']));
    expect(bodiesOf(await go.order<Heard[]>('poll', {...order, count: 1}))).toEqual(['more']);
  });

  test('its admin creates a topic, lists topics and groups, and deletes the topic', async () => {
    const broker = cluster.brokerAddr;
    const names = () => go.order<{topics: string[]; groups: string[]}>('topics', {broker});
    await go.order('create-topic', {topic: 'go-made', broker, queues: 3});
    // It is told of what the broker has made, and the NameServer a moment later.
    await cluster.untilRouted('go-made');
    const sent = await send('go-made', outgoing(numbered(30)));
    expect(new Set(sent.map(({queueId}) => queueId))).toEqual(new Set([0, 1, 2]));
    const before = await names();
    expect(before.topics).toContain('go-made');
    expect(before.groups).toContain('SELF_TEST_C_GROUP');
    await go.order('delete-topic', {topic: 'go-made', broker});
    const after = await names();
    expect(after.topics).not.toContain('go-made');
  });
});
