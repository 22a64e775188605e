import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Outgoing, type Sent} from './support/driver.ts';
import {
  bodiesOf,
  numbered,
  outgoing,
  placeOf,
  sorted,
  until,
  untilAll,
  untilShared,
} from './support/until.ts';

describe.concurrent('ali-ons, a client for Node, on our cluster', () => {
  let cluster: RunningCluster;
  let node: Driver;

  beforeAll(async () => {
    // It leaves the delay before a retry to the broker, where the first would be 10 s.
    cluster = await RunningCluster.ours({messageDelayLevel: '1s 2s 1s 1s'});
    node = await Driver.node(cluster.namesrvAddr, cluster.clientHome);
    await node.produce('sender', 'node-senders');
  });
  afterAll(async () => {
    await node?.end();
    await cluster?.end();
  });

  async function topicOf(topic: string, queues = 4): Promise<string> {
    await node.order('create-topic', {from: 'sender', broker: cluster.brokerAddr, topic, queues});
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

  test('a body that it packs comes back whole', async () => {
    const topic = await topicOf('node-packed');
    const body = numbered(2000).join(',');
    await send(topic, [{body}]);
    const heard = await node.consume('node-packed', 'node-packed', topic);
    await untilAll(heard, 1);
    expect(heard[0]!.body).toBe(body);
  });

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

  test('a group shares the queues, and one that leaves gives them back', async () => {
    const topic = await topicOf('node-shared');
    const one = await node.consume('node-one', 'node-shared', topic);
    const two = await node.consume('node-two', 'node-shared', topic);
    await untilShared([one, two], (bodies) => send(topic, outgoing(bodies)));
    await node.stop('node-one');
    two.length = 0;
    const alone = numbered(40, 'alone');
    await send(topic, outgoing(alone));
    await until(
      () => new Set(two.map(({body}) => body)).size === 40,
      () => `forty alone, not ${two.length}`,
    );
  });

  test('offsets are kept over a restart of the only consumer', async () => {
    const topic = await topicOf('node-kept');
    await send(topic, outgoing(numbered(20, 'before')));
    const before = await node.consume('node-kept-1', 'node-kept', topic);
    await untilAll(before, 20);
    await node.stop('node-kept-1');
    await send(topic, outgoing(numbered(20, 'after')));
    const after = await node.consume('node-kept-2', 'node-kept', topic);
    await untilAll(after, 20, 500);
    expect(bodiesOf(after)).toEqual(sorted(numbered(20, 'after')));
  });

  test('in broadcasting each member hears everything, and goes on where it was after a restart', async () => {
    const topic = await topicOf('node-broadcast');
    await send(topic, outgoing(['before']));
    const names = ['node-ear-1', 'node-ear-2'];
    const ears = await Promise.all(
      names.map((name) => node.consume(name, 'node-ears', topic, {broadcasting: true})),
    );
    const bodies = numbered(20);
    await send(topic, outgoing(bodies));
    for (const heard of ears) {
      await untilAll(heard, 21);
      expect(bodiesOf(heard)).toEqual(sorted(['before', ...bodies]));
    }
    await node.stop('node-ear-1');
    ears[0]!.length = 0;
    await send(topic, outgoing(numbered(20, 'later')));
    await node.consume('node-ear-1', 'node-ears', topic, {broadcasting: true});
    await untilAll(ears[0]!, 20, 500);
    expect(bodiesOf(ears[0]!)).toEqual(sorted(numbered(20, 'later')));
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
    expect(heard.map(({body}) => body)).toEqual(['at once', 'in one', 'in two seconds']);
    expect(heard[2]!.heardAt - heard[2]!.bornTimestamp).toBeGreaterThanOrEqual(1950);
  });
});
