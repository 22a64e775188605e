import {expect, test} from 'vitest';
import {decodeTopicConfigSerializeWrapper} from '../../../src/rocketmq/remoting/bodies/topic-config.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import type {ExtFields} from '../../../src/rocketmq/remoting/command.ts';
import {BrokerWorld, type Wire} from './broker-world.ts';
import {send} from './requests.ts';

/** A topic in short: read and write queues, permission bits. */
function topicOf(wire: Wire, topic: string): string | null {
  const answer = wire.ask(RequestCode.GET_ALL_TOPIC_CONFIG);
  const config = decodeTopicConfigSerializeWrapper(answer!.body!)?.topicConfigTable.get(topic);
  return config === undefined ? null : `${config.readQueueNums}/${config.writeQueueNums} perm ${config.perm}`;
}

/** Sends to an unknown topic and says what became of it: the code, or how the topic was made. */
function made(world: BrokerWorld, wire: Wire, topic: string, more: ExtFields): string {
  const opaque = wire.send(send(topic, 0, 'x', '', more));
  world.runMs(20);
  const code = wire.answerTo(opaque)?.code;
  return code === 0 ? String(topicOf(wire, topic)) : String(code);
}

test('a new topic has as many queues as its producer asks for and its model allows, and may not be a model itself', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  expect(made(world, wire, 'Few', {d: '3'})).toBe('3/3 perm 6');
  expect(made(world, wire, 'Many', {d: '50'})).toBe('8/8 perm 6');
  // The topics of cluster and broker are models too; any other topic is none.
  expect(made(world, wire, 'OfCluster', {c: 'DefaultCluster', d: '50'})).toBe('16/16 perm 6');
  expect(made(world, wire, 'OfBroker', {c: 'broker-a', d: '50'})).toBe('1/1 perm 6');
  expect(made(world, wire, 'OfFew', {c: 'Few'})).toBe('17');
  expect(made(world, wire, 'OfNobody', {c: 'Nobody'})).toBe('17');
  // Below 0 means no queue at all, and so none to send to: the topic is there all the same.
  expect(made(world, wire, 'Negative', {d: '-1'})).toBe('1');
  expect(topicOf(wire, 'Negative')).toBe('0/0 perm 6');
  // A retry topic needs no model.
  expect(made(world, wire, '%RETRY%G', {c: 'Nobody', l: '16'})).toBe('1/1 perm 6');
});

test('where cluster and broker topics are switched off they still hand on what is left: no permission at all', () => {
  const world = new BrokerWorld({conf: 'clusterTopicEnable=false\nbrokerTopicEnable=false'});
  const wire = world.connect();
  expect(topicOf(wire, 'DefaultCluster')).toBe('16/16 perm 1');
  expect(topicOf(wire, 'broker-a')).toBe('1/1 perm 1');
  expect(made(world, wire, 'OfCluster', {c: 'DefaultCluster'})).toBe('4/4 perm 0');
});

test('automatic creation switched off in the run takes TBW102 its permission, which switching it on does not give back', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  const setAutomatic = (on: boolean) =>
    wire.ask(RequestCode.UPDATE_BROKER_CONFIG, null, new TextEncoder().encode(`autoCreateTopicEnable=${on}`));
  expect(topicOf(wire, 'TBW102')).toBe('8/8 perm 7');
  setAutomatic(false);
  expect(made(world, wire, 'A', {})).toBe('17');
  expect(topicOf(wire, 'TBW102')).toBe('8/8 perm 6');
  setAutomatic(true);
  expect(made(world, wire, 'A', {})).toBe('17');
  // Nor does a restart, once the table has been written: what was loaded lies over what is built in.
  expect(made(world, wire, 'B', {c: 'DefaultCluster'})).toBe('4/4 perm 6');
  world.world.intervene({kind: 'restart', process: 'broker-a'});
  world.runMs(20_000);
  const again = world.connect();
  expect([topicOf(again, 'B'), topicOf(again, 'TBW102')]).toEqual(['4/4 perm 6', '8/8 perm 6']);
  expect(made(world, again, 'A', {})).toBe('17');
});

test('the trace topic is built in on demand, TBW102 with the queues that are asked for', () => {
  const wire = new BrokerWorld({conf: 'traceTopicEnable=true\ndefaultTopicQueueNums=6'}).connect();
  expect(topicOf(wire, 'RMQ_SYS_TRACE_TOPIC')).toBe('1/1 perm 6');
  expect(topicOf(wire, 'TBW102')).toBe('6/6 perm 7');
  expect(topicOf(new BrokerWorld().connect(), 'RMQ_SYS_TRACE_TOPIC')).toBeNull();
});
