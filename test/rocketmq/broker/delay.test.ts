import {describe, expect, test} from 'vitest';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {BrokerWorld, type Wire} from './broker-world.ts';
import {bodies, heartbeat, pull, send} from './requests.ts';

function pulled(world: BrokerWorld, wire: Wire, topic: string): string[] {
  const opaque = wire.send(pull(topic, 0, 0));
  world.runMs(10);
  return bodies(wire.answerTo(opaque));
}

/** Topic and second of every message stored. */
function stored(world: BrokerWorld): string[] {
  return world.world.trace.entries.flatMap((entry) => {
    if (entry.kind !== 'fact' || entry.fact.kind !== 'message-appended') return [];
    const {topic, queueId} = entry.fact as unknown as {topic: string; queueId: number};
    return [`${(entry.atUs / 1e6).toFixed(1)}s ${topic}/${queueId}`];
  });
}

describe('a message with a delay level', () => {
  test('waits in the queue of its level and is stored again when it is due', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    world.world.runUntil(2_000_000);
    wire.send(send('TopicTest', 0, 'later', 'DELAY\u00013'));
    world.runMs(10);
    wire.send(send('TopicTest', 0, 'soon', 'DELAY\u00012'));
    world.runMs(10);
    wire.send(send('TopicTest', 0, 'now'));
    world.world.runUntil(20_000_000);
    expect(stored(world)).toEqual([
      '2.0s SCHEDULE_TOPIC_XXXX/2',
      '2.0s SCHEDULE_TOPIC_XXXX/1',
      '2.0s TopicTest/0',
      '7.0s TopicTest/0',
      '12.0s TopicTest/0',
    ]);
    expect(pulled(world, wire, 'TopicTest')).toEqual(['now', 'soon', 'later']);
    expect(world.readText('/root/store/config/delayOffset.json')).toContain('"offsetTable":{2:1,3:');
  });

  test('is delivered late, not lost, by a broker that was down when it was due', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    wire.send(send('TopicTest', 0, 'later', 'DELAY\u00012'));
    world.runMs(1000);
    world.world.intervene({kind: 'kill', process: 'broker-a'});
    world.runMs(20_000);
    world.world.intervene({kind: 'start', process: 'broker-a'});
    world.runMs(3000);
    expect(pulled(world, world.connect(), 'TopicTest')).toEqual(['later']);
  });

  test('that asks for more than there is gets the longest delay', () => {
    const world = new BrokerWorld({conf: 'messageDelayLevel=1s 2s'});
    world.connect().send(send('TopicTest', 0, 'x', 'DELAY\u00019'));
    world.runMs(4000);
    expect(stored(world).map((line) => line.split(' ')[1])).toEqual(['SCHEDULE_TOPIC_XXXX/1', 'TopicTest/0']);
  });
});

describe('a message sent back', () => {
  function failedOnce(maxReconsumeTimes: string): {world: BrokerWorld; wire: Wire} {
    const world = new BrokerWorld();
    const wire = world.connect();
    wire.send(heartbeat('c1', ['CG'], ['TopicTest']));
    world.world.runUntil(2_000_000);
    wire.send(send('TopicTest', 0, 'hard'));
    world.runMs(20);
    wire.ask(RequestCode.CONSUMER_SEND_MSG_BACK, {
      offset: '0',
      group: 'CG',
      delayLevel: '0',
      originTopic: 'TopicTest',
      maxReconsumeTimes,
    });
    return {world, wire};
  }

  test('comes to the retry topic of its group after 10 s', () => {
    const {world, wire} = failedOnce('16');
    world.world.runUntil(11_900_000);
    expect(pulled(world, wire, '%RETRY%CG')).toEqual([]);
    world.world.runUntil(12_200_000);
    expect(pulled(world, wire, '%RETRY%CG')).toEqual(['hard']);
  });

  test('goes to the dead letters when it may not be tried again, where nobody may read it', () => {
    const {world, wire} = failedOnce('0');
    world.runMs(100);
    expect(stored(world).at(-1)).toMatch('%DLQ%CG/0');
    const opaque = wire.send(pull('%DLQ%CG', 0, 0));
    world.runMs(20);
    expect(wire.answerTo(opaque)).toMatchObject({
      code: 16,
      remark: 'the topic[%DLQ%CG] pulling message is forbidden',
    });
  });
});

describe('a transactional message', () => {
  const PROPERTIES = 'TRAN_MSG\u0001true\u0002PGROUP\u0001PG\u0002UNIQ_KEY\u0001U1';

  test('is seen by nobody until it is committed', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    wire.send(send('TopicTest', 0, 'before'));
    const half = wire.send(send('TopicTest', 0, 'half', PROPERTIES, {f: '4'}));
    world.runMs(50);
    const {extFields} = wire.answerTo(half)!;
    expect(pulled(world, wire, 'TopicTest')).toEqual(['before']);
    const end = {
      producerGroup: 'PG',
      tranStateTableOffset: extFields!['queueOffset']!,
      commitLogOffset: String(Number.parseInt(extFields!['msgId']!.slice(-16), 16)),
      commitOrRollback: '8',
    };
    expect(wire.ask(RequestCode.END_TRANSACTION, end)?.code).toBe(0);
    expect(pulled(world, wire, 'TopicTest')).toEqual(['before', 'half']);
  });
});
