import {describe, expect, test} from 'vitest';
import {subscriptionGroupConfig} from '../../../src/rocketmq/broker/subscription-group-manager.ts';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {
  type ConsumerData,
  encodeHeartbeatData,
} from '../../../src/rocketmq/remoting/bodies/heartbeat-data.ts';
import {encodeSubscriptionGroupConfig} from '../../../src/rocketmq/remoting/bodies/subscription-group.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import {BrokerWorld, told, type Wire} from './broker-world.ts';
import {bodies, heartbeat, pull, send} from './requests.ts';

const FAQ = '\nSee http://rocketmq.apache.org/docs/faq/ for further details.';

interface Scene {
  readonly world: BrokerWorld;
  readonly wire: Wire;
}

/** A broker with some messages in queue 0 of `T`, each of a text and with its tags. */
function filled(conf: string, messages: readonly (readonly [text: string, tags: string])[]): Scene {
  const world = new BrokerWorld({conf});
  const wire = world.connect();
  for (const [text, tags] of messages) {
    // One after the other: sends that are under way together take their own ways through the workers.
    wire.send(send('T', 0, text, `TAGS\u0001${tags}`));
    world.runMs(5);
  }
  return {world, wire};
}

function ask({world, wire}: Scene, command: RemotingCommand): RemotingCommand | null {
  const opaque = wire.send(command);
  world.runMs(20);
  return wire.answerTo(opaque);
}

function refusal(scene: Scene, more: ExtFields = {}): string {
  const answer = ask(scene, pull('T', 0, 0, more));
  return `${answer?.code} ${answer?.remark}`;
}

function setGroup(wire: Wire, changes: Partial<ReturnType<typeof subscriptionGroupConfig>>): void {
  const body = encodeSubscriptionGroupConfig({...subscriptionGroupConfig('CG'), ...changes});
  wire.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, null, body);
}

describe('a pull is refused', () => {
  test('by a broker that may not be read', () => {
    expect(refusal(filled('brokerPermission=2', []))).toBe(
      '16 the broker[10.0.0.1] pulling message is forbidden',
    );
  });

  test('to a group that is not there and may not be made, which a heartbeat alone does not change', () => {
    const scene = filled('autoCreateSubscriptionGroup=false', [['m', 'A']]);
    ask(scene, heartbeat('c1', ['CG'], ['T']));
    expect(scene.world.facts(['topic-configured']).map(({topic}) => topic)).not.toContain('%RETRY%CG');
    expect(refusal(scene)).toBe(`26 subscription group [CG] does not exist, ${FAQ}`);
    // The names of RocketMQ's own groups are always welcome.
    expect(refusal(scene, {consumerGroup: 'CID_RMQ_SYS_X'})).toBe('0 FOUND');
  });

  test('to a group that may not consume', () => {
    const scene = filled('', [['m', 'A']]);
    setGroup(scene.wire, {consumeEnable: false});
    expect(refusal(scene)).toBe('16 subscription group no permission, CG');
  });

  test('to a group that broadcasts where it may not', () => {
    const scene = filled('', [['m', 'A']]);
    setGroup(scene.wire, {consumeBroadcastEnable: false});
    const consumer: ConsumerData = {
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      consumeType: 'CONSUME_PASSIVELY',
      groupName: 'CG',
      messageModel: 'BROADCASTING',
      subscriptionDataSet: [],
      unitMode: false,
    };
    const body = encodeHeartbeatData({clientID: 'c1', consumerDataSet: [consumer], producerDataSet: []});
    ask(scene, request(RequestCode.HEART_BEAT, null, body));
    expect(refusal(scene, {sysFlag: '0'})).toBe('16 the consumer group[CG] can not consume by broadcast way');
    // One that brings its subscription is not asked how its group consumes.
    expect(refusal(scene)).toBe('0 FOUND');
  });

  test('without a subscription of its own, where its group has none for the topic', () => {
    const scene = filled('', [['m', 'A']]);
    expect(refusal(scene, {sysFlag: '0'})).toBe(`24 the consumer's group info not exist${FAQ}`);
    ask(scene, heartbeat('c1', ['CG'], ['Other']));
    expect(refusal(scene, {sysFlag: '0'})).toBe(`24 the consumer's subscription not exist${FAQ}`);
  });

  test('with an expression that is none', () => {
    const scene = filled('', [['m', 'A']]);
    expect(refusal(scene, {subscription: '||'})).toBe("23 parse the consumer's subscription failed");
    expect(refusal(scene, {subscription: '', expressionType: 'SQL92'})).toBe(
      "23 parse the consumer's subscription failed",
    );
    expect(refusal(scene, {subscription: 'a > 5', expressionType: 'XPATH'})).toBe(
      '1 The broker does not support consumer to filter message by XPATH',
    );
  });
});

describe('tags', () => {
  test('are compared by hash: two with one hash pass alike, and what does not pass is stepped over', () => {
    // "Aa" and "BB" have the same hash in Java; the client compares the texts.
    const scene = filled('', [
      ['m0', 'Aa'],
      ['m1', 'CC'],
      ['m2', 'BB'],
      ['m3', 'CC'],
    ]);
    const answer = ask(scene, pull('T', 0, 0, {subscription: 'Aa'}));
    expect(bodies(answer)).toEqual(['m0', 'm2']);
    expect(answer?.extFields).toEqual({
      suggestWhichBrokerId: '0',
      nextBeginOffset: '4',
      minOffset: '0',
      maxOffset: '4',
    });
    expect(ask(scene, pull('T', 0, 0, {subscription: 'DD || EE'}))).toMatchObject({
      code: 20,
      remark: 'NO_MATCHED_MESSAGE',
      extFields: {nextBeginOffset: '4'},
      body: null,
    });
  });
});

test('a consumer sent elsewhere leaves a message about it in OFFSET_MOVED_EVENT', () => {
  const scene = filled('', [['m', 'A']]);
  expect(ask(scene, pull('T', 0, 7))).toMatchObject({
    code: 21,
    remark: 'OFFSET_OVERFLOW_BADLY',
    extFields: {nextBeginOffset: '0'},
  });
  const event = decodeRecord(ask(scene, pull('OFFSET_MOVED_EVENT', 0, 0))!.body!)!;
  expect([...event.properties]).toEqual([
    ['KEYS', 'CG'],
    ['TAGS', 'CG'],
  ]);
  expect(new TextDecoder().decode(event.body)).toBe(
    '{"consumerGroup":"CG","messageQueue":{"brokerName":"broker-a","queueId":0,"topic":"T"},"offsetNew":0,"offsetRequest":7}',
  );
});

describe('a message that is no longer in memory', () => {
  // Nothing of the log counts as in memory but its very end.
  const COLD = 'accessMessageInMemoryMaxRatio=0';
  const messages = Array.from({length: 20}, (_, i) => [`m${i}`, 'A'] as const);

  test('comes with at most seven others', () => {
    const scene = filled(COLD, messages);
    expect(bodies(ask(scene, pull('T', 0, 0)))).toHaveLength(8);
    expect(bodies(ask(filled('', messages), pull('T', 0, 0)))).toHaveLength(20);
  });

  test('is left to a slave where slaves may be read, by the group’s settings', () => {
    const suggested = (conf: string) => {
      const scene = filled(conf, messages);
      setGroup(scene.wire, {brokerId: 3, whichBrokerWhenConsumeSlowly: 2});
      return ask(scene, pull('T', 0, 0))?.extFields?.['suggestWhichBrokerId'];
    };
    expect(suggested(COLD)).toBe('0');
    expect(suggested(`${COLD}\nslaveReadEnable=true`)).toBe('2');
    expect(suggested('slaveReadEnable=true')).toBe('3');
  });

  test('lets a new group begin where its client wants, not at 0', () => {
    const offsetOf = ({wire}: Scene, consumerGroup: string, topic = 'T') =>
      told(wire.ask(RequestCode.QUERY_CONSUMER_OFFSET, {consumerGroup, topic, queueId: '0'}));
    const notFound = '22 Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first {}';
    const [cold, warm] = [filled(COLD, messages), filled('', messages)];
    expect(offsetOf(cold, 'New')).toBe(notFound);
    expect(offsetOf(warm, 'New')).toBe('0 {"offset":"0"}');
    // A queue that nobody knows counts as young.
    expect(offsetOf(cold, 'New', 'Nowhere')).toBe('0 {"offset":"0"}');
    // Any offset is taken, also backwards; one below 0 counts as none.
    for (const commitOffset of ['9', '4', '-1']) {
      const fields = {consumerGroup: 'G', topic: 'T', queueId: '0', commitOffset};
      cold.wire.ask(RequestCode.UPDATE_CONSUMER_OFFSET, fields);
      expect(offsetOf(cold, 'G')).toBe(commitOffset === '-1' ? notFound : `0 {"offset":"${commitOffset}"}`);
    }
    expect(cold.world.facts(['warned']).map(({text}) => text)).toEqual([
      expect.stringContaining('key=T@G, queueId=0, requestOffset=4, storeOffset=9'),
      expect.stringContaining('key=T@G, queueId=0, requestOffset=-1, storeOffset=4'),
    ]);
  });
});
