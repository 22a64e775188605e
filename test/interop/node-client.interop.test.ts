import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {
  broadcasts,
  type ForeignClient,
  keepsOffsets,
  sharesQueues,
  unpacksWhatItPacked,
} from './support/client-contract.ts';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Outgoing, type Sent} from './support/driver.ts';
import {bodiesOf, numbered, outgoing, placeOf, sorted, untilAll} from './support/until.ts';

describe.concurrent('ali-ons, a client for Node, on our cluster', () => {
  let cluster: RunningCluster;
  let node: Driver;
  let client: ForeignClient;

  beforeAll(async () => {
    // It leaves the delay before a retry to the broker, where the first would be 10 s.
    cluster = await RunningCluster.ours({messageDelayLevel: '1s 2s 1s 1s'});
    node = await Driver.node(cluster.namesrvAddr, cluster.clientHome);
    await node.produce('sender', 'node-senders');
    const own = (name: string): string => `node-${name}`;
    client = {driver: node, cluster, own, topic: (name) => topicOf(own(name))};
  });
  afterAll(async () => {
    await node?.end();
    await cluster?.end();
  });

  async function topicOf(topic: string, queues = 4): Promise<string> {
    await node.order('create-topic', {from: 'sender', broker: cluster.brokerAddr, topic, queues});
    await cluster.untilRouted(topic);
    return topic;
  }
  const send = (
    topic: string,
    messages: readonly Outgoing[],
    how: 'sync' | 'async' = 'sync',
  ): Promise<Sent[]> => node.send('sender', topic, how, messages);

  test('what is sent is consumed once, with its tags, keys, property, id and place', async () => {
    const topic = await topicOf('node-manners');
    const bodies = numbered(60, '消息');
    const messages = bodies.map((body, i) => ({
      body,
      tags: i % 3 === 0 ? 'Third' : 'Other',
      keys: `key-${i} all`,
      property: `${i}`,
    }));
    const sent = [
      ...(await send(topic, messages.slice(0, 20))),
      ...(await send(topic, messages.slice(20), 'async')),
    ];
    expect(sent.map(({status}) => status)).toEqual(sent.map(() => 'SEND_OK'));
    const heard = await node.consume('node-all', 'node-all', topic);
    await untilAll(heard, 60);
    expect(bodiesOf(heard)).toEqual(sorted(bodies));
    for (const message of heard) {
      const i = bodies.indexOf(message.body);
      expect(message).toMatchObject({
        topic,
        tags: messages[i]!.tags,
        keys: `key-${i} all`,
        property: `${i}`,
        msgId: sent[i]!.offsetMsgId,
        reconsumeTimes: 0,
      });
      expect(placeOf(message)).toBe(placeOf(sent[i]!));
    }
    const some = await node.consume('node-some', 'node-some', topic, {expression: 'Third || None'});
    await untilAll(some, 20);
    expect(bodiesOf(some)).toEqual(sorted(bodies.filter((_, i) => i % 3 === 0)));
  });

  test('a body that it packs comes back whole', () => unpacksWhatItPacked(client));

  test('what has one sharding key goes to one queue, in order', async () => {
    const topic = await topicOf('node-shards');
    // By its hash these belong to three queues; what belongs to queue 0 it sends anywhere, taking 0 for none.
    const keys = ['ann', 'cid', 'eve', 'gus', 'kim'];
    const messages = numbered(50).map((body, i) => ({body, shardingKey: keys[i % keys.length]!}));
    const sent = await send(topic, messages);
    const heard = await node.consume('node-shards', 'node-shards', topic);
    await untilAll(heard, 50);
    for (const key of keys) {
      const isMine = (i: number): boolean => messages[i]!.shardingKey === key;
      expect(new Set(sent.filter((_, i) => isMine(i)).map(({queueId}) => queueId)).size).toBe(1);
      const mine = messages.filter((_, i) => isMine(i)).map(({body}) => body);
      expect(heard.map(({body}) => body).filter((body) => mine.includes(body))).toEqual(mine);
    }
    expect(new Set(sent.map(({queueId}) => queueId)).size).toBe(3);
  });

  test('a group shares the queues, and one that leaves gives them back', () => sharesQueues(client));

  test('offsets are kept over a restart of the only consumer', () => keepsOffsets(client));

  test('in broadcasting each member hears everything, and goes on where it was after a restart', async () => {
    const topic = await broadcasts(client);
    await node.stop('node-ear-1');
    const heard = node.heard('node-ear-1');
    heard.length = 0;
    await send(topic, outgoing(numbered(20, 'later')));
    await node.consume('node-ear-1', 'node-ears', topic, {broadcasting: true});
    await untilAll(heard, 20, 500);
    expect(bodiesOf(heard)).toEqual(sorted(numbered(20, 'later')));
  });

  test('what fails comes again, and after the last try no more', async () => {
    const topic = await topicOf('node-failing');
    await send(topic, [{body: 'fails', keys: 'fails', property: 'kept'}]);
    const options = {fails: true, maxReconsumeTimes: 2};
    const heard = await node.consume('node-failures', 'node-failures', topic, options);
    await untilAll(heard, 3, 2500);
    expect(
      heard.map(({body, topic: place, property, reconsumeTimes}) => [body, place, property, reconsumeTimes]),
    ).toEqual([
      ['fails', topic, 'kept', 0],
      ['fails', topic, 'kept', 1],
      ['fails', topic, 'kept', 2],
    ]);
  });

  test('a delay level holds a message back for its time', async () => {
    const topic = await topicOf('node-delayed', 1);
    const heard = await node.consume('node-patient', 'node-patient', topic);
    await send(topic, [
      {body: 'in two seconds', delayLevel: 2},
      {body: 'in one', delayLevel: 1},
      {body: 'at once'},
    ]);
    await untilAll(heard, 3);
    expect(bodiesOf(heard)).toEqual(['at once', 'in one', 'in two seconds']);
    const afterMs = (wanted: string): number => {
      const {heardAt, bornTimestamp} = heard.find(({body}) => body === wanted)!;
      return heardAt - bornTimestamp;
    };
    expect(afterMs('in one')).toBeGreaterThanOrEqual(950);
    expect(afterMs('in two seconds')).toBeGreaterThanOrEqual(1950);
  });
});
