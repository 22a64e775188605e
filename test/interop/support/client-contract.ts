import {setTimeout as sleep} from 'node:timers/promises';
import {expect} from 'vitest';
import type {RunningCluster} from './clusters.ts';
import type {Driver, Heard, Outgoing, Sent} from './driver.ts';
import {bodiesOf, numbered, outgoing, placeOf, sorted, until, untilAll, untilShared} from './until.ts';

// What clients that we did not write have to find on a cluster, whichever they are: each claim asserts and leaves no consumer behind.

/** One of them, with a producer of the name `sender`. */
export interface ForeignClient {
  readonly driver: Driver;
  readonly cluster: RunningCluster;
  /** A topic's, group's or member's name that no other client uses. */
  own(name: string): string;
  /** A topic of its own with four queues, ready to be sent to. */
  topic(name: string): Promise<string>;
}

const send = (
  {driver}: ForeignClient,
  topic: string,
  messages: readonly Outgoing[],
  how: Parameters<Driver['send']>[2] = 'sync',
): Promise<Sent[]> => driver.send('sender', topic, how, messages);

/** Sync, async, one-way and in a batch: all of it arrives once, with tags, keys, property, id and place; and by tag. */
export async function sendsInEveryManner(client: ForeignClient): Promise<Map<string, Sent>> {
  const {driver, cluster, own} = client;
  const topic = await client.topic('manners');
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
    const sent = await send(client, topic, messages, how);
    expect(sent.map(({status}) => status)).toEqual(sent.map(() => 'SEND_OK'));
    expect(sent).toHaveLength({sync: 40, async: 40, 'one-way': 0, batch: 1}[how]);
    if (how === 'batch') expect(new Set(sent[0]!.offsetMsgId.split(',')).size).toBe(40);
    // Answers of what is sent async need not come in the order of sending.
    if (how === 'sync') for (const [i, result] of sent.entries()) results.set(bodies[i]!, result);
  }
  const heard = await driver.consume(own('all'), own('all'), topic);
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
  await driver.stop(own('all'));
  const some = await driver.consume(own('some'), own('some'), topic, {expression: 'Tag-async || Tag-batch'});
  await untilAll(some, 80);
  expect(bodiesOf(some)).toEqual(sorted(all.filter((body) => /^(async|batch)/.test(body))));
  await driver.stop(own('some'));
  return results;
}

export async function unpacksWhatItPacked(client: ForeignClient): Promise<void> {
  const topic = await client.topic('packed');
  const body = numbered(2000).join(',');
  await send(client, topic, [{body}]);
  const heard = await client.driver.consume(client.own('packed'), client.own('packed'), topic);
  await untilAll(heard, 1);
  expect(heard[0]!.body).toBe(body);
  await client.driver.stop(client.own('packed'));
}

/** A member that joins takes half of the queues, and gives them back when it leaves. */
export async function sharesQueues(client: ForeignClient): Promise<void> {
  const {driver, own} = client;
  const topic = await client.topic('shared');
  await send(client, topic, [{body: 'first'}]);
  const one = await driver.consume(own('one'), own('shared'), topic);
  const two = await driver.consume(own('two'), own('shared'), topic);
  await untilShared([one, two], (bodies) => send(client, topic, outgoing(bodies)));
  await driver.stop(own('one'));
  two.length = 0;
  await send(client, topic, outgoing(numbered(40, 'alone')));
  await until(
    () => new Set(two.map(({body}) => body).filter((body) => body.startsWith('alone'))).size === 40,
    () => `forty alone, not ${two.length}`,
  );
  await driver.stop(own('two'));
}

export async function keepsOffsets(client: ForeignClient): Promise<void> {
  const {driver, cluster, own} = client;
  const topic = await client.topic('kept');
  await send(client, topic, outgoing(numbered(20, 'before')));
  await untilAll(await driver.consume(own('kept-1'), own('kept'), topic), 20);
  // A client tells the test of a message before it counts that as consumed: one that is stopped in between hears it again.
  await cluster.untilKept(own('kept'), topic, 20);
  await driver.stop(own('kept-1'));
  await send(client, topic, outgoing(numbered(20, 'after')));
  const after = await driver.consume(own('kept-2'), own('kept'), topic);
  await untilAll(after, 20, 500);
  expect(bodiesOf(after)).toEqual(sorted(numbered(20, 'after')));
  await driver.stop(own('kept-2'));
}

/** Two members that broadcast, each of whom hears all; they go on listening. */
export async function broadcasts(client: ForeignClient): Promise<string> {
  const {driver, own} = client;
  const topic = await client.topic('broadcast');
  await send(client, topic, outgoing(['before']));
  const ears = await Promise.all(
    ['ear-1', 'ear-2'].map((name) => driver.consume(own(name), own('ears'), topic, {broadcasting: true})),
  );
  const bodies = numbered(20);
  await send(client, topic, outgoing(bodies));
  for (const heard of ears) {
    await untilAll(heard, 21);
    expect(bodiesOf(heard)).toEqual(sorted(['before', ...bodies]));
  }
  return topic;
}

/** With one try more. Answers the topic where dead letters are. */
export async function triesAgain(client: ForeignClient): Promise<string> {
  const {driver, cluster, own} = client;
  const group = own('failures');
  const topic = await client.topic('failing');
  await send(client, topic, outgoing(['first']));
  // A new group's retry topic comes with its first heartbeat; a client that asked for its route before that asks 30 s later.
  await untilAll(await driver.consume(own('failures-0'), group, topic), 1);
  await driver.stop(own('failures-0'));
  await cluster.untilRouted(`%RETRY%${group}`);
  await send(client, topic, outgoing(['fails'], {keys: own('fails')}));
  const all = await driver.consume(group, group, topic, {fails: true, maxReconsumeTimes: 1});
  // What came first comes again, too, if its consumer was stopped before it had told of its offset.
  const heard = (): Heard[] => all.filter(({body}) => body === 'fails');
  await until(
    () => heard().length >= 2,
    () => `failed twice, not ${heard().length} times`,
  );
  await cluster.untilRouted(`%DLQ%${group}`);
  await sleep(1500);
  const [once, again] = heard();
  expect(heard().map(({reconsumeTimes}) => reconsumeTimes)).toEqual([0, 1]);
  expect(again!.heardAt - once!.heardAt).toBeGreaterThanOrEqual(950);
  await driver.stop(group);
  return `%DLQ%${group}`;
}

export async function delays(client: ForeignClient): Promise<void> {
  const {driver, own} = client;
  const topic = await client.topic('delayed');
  await send(client, topic, outgoing(['first']));
  const heard = await driver.consume(own('patient'), own('patient'), topic);
  await untilAll(heard, 1);
  await send(client, topic, [{body: 'in a second', delayLevel: 1}, {body: 'at once'}]);
  await untilAll(heard, 3);
  expect(bodiesOf(heard)).toEqual(sorted(['first', 'at once', 'in a second']));
  const late = heard.find(({body}) => body === 'in a second')!;
  expect(late.heardAt - late.bornTimestamp).toBeGreaterThanOrEqual(950);
  await driver.stop(own('patient'));
}
