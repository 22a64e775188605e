import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Heard, type Outgoing, type Sent} from './support/driver.ts';
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

describe.concurrent("Apache's Go client on our cluster", () => {
  let cluster: RunningCluster;
  let go: Driver;

  beforeAll(async () => {
    cluster = await RunningCluster.ours();
    go = await Driver.go(cluster.namesrvAddr, cluster.clientHome);
    await go.produce('sender', 'go-senders');
  });
  afterAll(async () => {
    await go?.end();
    await cluster?.end();
  });

  const send = (
    topic: string,
    how: Parameters<Driver['send']>[2],
    messages: readonly Outgoing[],
    queue?: number,
  ): Promise<Sent[]> => go.send('sender', topic, how, messages, queue);

  test('what is sent in every manner is consumed once, with its tags, keys, property, id and place', async () => {
    const topic = 'go-manners';
    const results = new Map<string, Sent>();
    const all: string[] = [];
    for (const how of ['sync', 'async', 'one-way', 'batch'] as const) {
      const bodies = numbered(40, `${how} 消息`);
      all.push(...bodies);
      const messages = bodies.map((body, i) => ({
        body,
        tags: `Tag-${how}`,
        keys: `${how}-${i}`,
        property: `${i}`,
      }));
      const sent = await send(topic, how, messages);
      expect(sent.map(({status}) => status)).toEqual(sent.map(() => 'SEND_OK'));
      expect(sent).toHaveLength({sync: 40, async: 40, 'one-way': 0, batch: 1}[how]);
      if (how === 'batch') expect(new Set(sent[0]!.offsetMsgId.split(',')).size).toBe(40);
      else for (const [i, result] of sent.entries()) results.set(bodies[i]!, result);
    }
    const heard = await go.consume('go-all', 'go-all', topic);
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
    const some = await go.consume('go-some', 'go-some', topic, {expression: 'Tag-async || Tag-batch'});
    await untilAll(some, 80);
    expect(bodiesOf(some)).toEqual(sorted(all.filter((body) => /^(async|batch)/.test(body))));
  });

  test('a body that it packs comes back whole', async () => {
    const body = numbered(2000).join(',');
    await send('go-packed', 'sync', [{body}]);
    const heard = await go.consume('go-packed', 'go-packed', 'go-packed');
    await untilAll(heard, 1);
    expect(heard[0]!.body).toBe(body);
  });

  test('a selector names the queue, and an orderly consumer hears that queue in order', async () => {
    const bodies = numbered(60);
    await send('go-ordered', 'sync', [{body: 'first'}]);
    const sent = await send('go-ordered', 'sync', outgoing(bodies), 2);
    expect(sent.map(({queueId}) => queueId)).toEqual(sent.map(() => 2));
    const sharded = await send('go-ordered', 'sync', outgoing(numbered(10, 'one key'), {shardingKey: 'ann'}));
    expect(new Set(sharded.map(({queueId}) => queueId)).size).toBe(1);
    const heard = await go.consume('go-ordered', 'go-ordered', 'go-ordered', {orderly: true});
    await untilAll(heard, 71);
    expect(heard.map(({body}) => body).filter((body) => bodies.includes(body))).toEqual(bodies);
  });

  test('a group shares the queues, and one that leaves gives them back', async () => {
    const topic = 'go-shared';
    await send(topic, 'sync', [{body: 'first'}]);
    const one = await go.consume('go-one', 'go-shared', topic);
    const two = await go.consume('go-two', 'go-shared', topic);
    await untilShared([one, two], (bodies) => send(topic, 'sync', outgoing(bodies)));
    await go.stop('go-one');
    two.length = 0;
    const alone = numbered(40, 'alone');
    await send(topic, 'sync', outgoing(alone));
    await until(
      () => new Set(two.map(({body}) => body)).size === 40,
      () => `forty alone, not ${two.length}`,
    );
  });

  test('offsets are kept over a restart of the only consumer', async () => {
    const topic = 'go-kept';
    await send(topic, 'sync', outgoing(numbered(20, 'before')));
    await untilAll(await go.consume('go-kept-1', 'go-kept', topic), 20);
    await go.stop('go-kept-1');
    await send(topic, 'sync', outgoing(numbered(20, 'after')));
    const after = await go.consume('go-kept-2', 'go-kept', topic);
    await untilAll(after, 20, 500);
    expect(bodiesOf(after)).toEqual(sorted(numbered(20, 'after')));
  });

  test('in broadcasting, each member hears everything', async () => {
    const topic = 'go-broadcast';
    await send(topic, 'sync', outgoing(['before']));
    const ears = await Promise.all(
      ['go-ear-1', 'go-ear-2'].map((name) => go.consume(name, 'go-ears', topic, {broadcasting: true})),
    );
    const bodies = numbered(20);
    await send(topic, 'sync', outgoing(bodies));
    for (const heard of ears) {
      await untilAll(heard, 21);
      expect(bodiesOf(heard)).toEqual(sorted(['before', ...bodies]));
    }
  });

  test('what fails comes again after its delay, and after the last try it is a dead letter', async () => {
    const topic = 'go-failing';
    await send(topic, 'sync', outgoing(['first']));
    // A new group's retry topic comes with its first heartbeat, and this client asks for its route before that; then 30 s later.
    await untilAll(await go.consume('go-failures-0', 'go-failures', topic), 1);
    await go.stop('go-failures-0');
    await cluster.untilRouted('%RETRY%go-failures');
    await send(topic, 'sync', outgoing(['fails'], {keys: 'go-fails'}));
    const heard = await go.consume('go-failures', 'go-failures', topic, {fails: true, maxReconsumeTimes: 1});
    await untilAll(heard, 2, 1500);
    expect(heard.map(({body, reconsumeTimes}) => [body, reconsumeTimes])).toEqual([
      ['fails', 0],
      ['fails', 1],
    ]);
    expect(heard[1]!.heardAt - heard[0]!.heardAt).toBeGreaterThanOrEqual(950);
    const {topics} = await go.order<{topics: string[]}>('topics', {broker: cluster.brokerAddr});
    expect(topics).toContain('%DLQ%go-failures');
  });

  test('a delay level holds a message back for its time', async () => {
    const topic = 'go-delayed';
    await send(topic, 'sync', outgoing(['first']));
    const heard = await go.consume('go-patient', 'go-patient', topic);
    await untilAll(heard, 1);
    await send(topic, 'sync', [{body: 'in a second', delayLevel: 1}, {body: 'at once'}]);
    await untilAll(heard, 3);
    expect(heard.map(({body}) => body)).toEqual(['first', 'at once', 'in a second']);
    expect(heard[2]!.heardAt - heard[2]!.bornTimestamp).toBeGreaterThanOrEqual(950);
  });

  test('a pull consumer reads each queue from end to end', async () => {
    const topic = 'go-pulled';
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
      messages: Heard[];
    }
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
    await send(topic, 'sync', outgoing(bodies));
    const order = {group: 'go-pollers', topic, expression: '*', count: 60};
    expect(bodiesOf(await go.order<Heard[]>('poll', order))).toEqual(sorted(bodies));
    await send(topic, 'sync', outgoing(['more']));
    expect(bodiesOf(await go.order<Heard[]>('poll', {...order, count: 1}))).toEqual(['more']);
  });

  test('its admin creates a topic, lists topics and groups, and deletes the topic', async () => {
    const broker = cluster.brokerAddr;
    const names = () => go.order<{topics: string[]; groups: string[]}>('topics', {broker});
    await go.order('create-topic', {topic: 'go-made', broker, queues: 3});
    const sent = await send('go-made', 'sync', outgoing(numbered(30)));
    expect(new Set(sent.map(({queueId}) => queueId))).toEqual(new Set([0, 1, 2]));
    const before = await names();
    expect(before.topics).toContain('go-made');
    expect(before.groups).toContain('SELF_TEST_C_GROUP');
    await go.order('delete-topic', {topic: 'go-made', broker});
    const after = await names();
    expect(after.topics).not.toContain('go-made');
  });
});
