import {describe, expect, test} from 'vitest';
import type {MQPushConsumer} from '../../../src/rocketmq/client/api.ts';
import {
  CONSUMER_GROUP,
  clusterWorld,
  consumingProgram,
  deliveries,
  facts,
  namesrvAddr,
  printed,
  SECOND,
  sendingProgram,
} from './cluster.ts';

const producer = (count: number, namesrvs = 1) => ({
  kind: 'producer' as const,
  program: sendingProgram(count, namesrvAddr(namesrvs)),
});
const consumer = (namesrvs = 1) => ({
  kind: 'consumer' as const,
  program: consumingProgram(namesrvAddr(namesrvs)),
});

/** Acknowledged, by queue. */
function ackedByQueue(world: Parameters<typeof facts>[0]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fact of facts(world, 'send-acknowledged')) {
    const queue = `${fact.brokerName}/${fact.queueId}`;
    counts[queue] = (counts[queue] ?? 0) + 1;
  }
  return counts;
}

describe('the quickstart', () => {
  test('1,000 messages, 250 per queue, each delivered once', () => {
    const world = clusterWorld({clients: {producer: producer(1000), consumer: consumer()}});
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(60 * SECOND);
    expect(ackedByQueue(world)).toEqual({
      'broker-a/0': 250,
      'broker-a/1': 250,
      'broker-a/2': 250,
      'broker-a/3': 250,
    });
    const counts = deliveries(world);
    expect(counts.size).toBe(1000);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    const sent = new Set(facts(world, 'send-acknowledged').map(({msgId}) => msgId));
    for (const msgId of counts.keys()) expect(sent.has(msgId)).toBe(true);
  });

  test('prints what the real programs print', () => {
    const world = clusterWorld({clients: {producer: producer(20), consumer: consumer()}});
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(3 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(10 * SECOND);
    expect(printed(world, 'producer')[0]).toMatch(
      /^SendResult \[sendStatus=SEND_OK, msgId=0A000201[0-9A-F]{24}, offsetMsgId=0A00010100002A9F0{16}, messageQueue=MessageQueue \[topic=TopicTest, brokerName=broker-a, queueId=\d\], queueOffset=0\]$/,
    );
    const [started, first] = printed(world, 'consumer');
    expect(started).toBe('Consumer Started.');
    expect(first).toMatch(
      /^ConsumeMessageThread_1 Receive New Messages: \[MessageExt \[brokerName=broker-a, queueId=\d, storeSize=\d+, queueOffset=0, sysFlag=0, bornTimestamp=\d{13}, bornHost=\/10\.0\.2\.1:\d+, storeTimestamp=\d{13}, storeHost=\/10\.0\.1\.1:10911, msgId=0A00010100002A9F[0-9A-F]{16}, commitLogOffset=\d+, bodyCRC=\d+, reconsumeTimes=0, preparedTransactionOffset=0, toString\(\)=Message\{topic='TopicTest', flag=0, properties=\{MIN_OFFSET=0, MAX_OFFSET=5, CONSUME_START_TIME=\d{13}, UNIQ_KEY=[0-9A-F]{32}, CLUSTER=DefaultCluster, TAGS=TagA\}, body=\[72, 101, 108, 108, 111, [^\]]*\], transactionId='null'\}\]\] $/,
    );
  });

  test('the first pulls are often too early, and come again after a second', () => {
    // Recorded from the real client: the pull names a subscription version that is still on its way in a heartbeat.
    const world = clusterWorld({clients: {producer: producer(8), consumer: consumer()}});
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(3 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(6 * SECOND);
    const failures = facts(world, 'pull-failed');
    expect(failures.length).toBe(4);
    for (const {error} of failures)
      expect(error).toMatch(/^CODE: 25 {2}DESC: the consumer's subscription not latest/);
    const firstDelivery = facts(world, 'message-delivered')[0]!;
    expect(firstDelivery.atUs - failures[0]!.atUs).toBeGreaterThan(SECOND);
    expect(firstDelivery.atUs - failures[0]!.atUs).toBeLessThan(1.01 * SECOND);
  });

  test('a consumer stopped in order commits, and another goes on from there', () => {
    const world = clusterWorld({clients: {producer: producer(100), first: consumer(), second: consumer()}});
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(3 * SECOND);
    world.intervene({kind: 'start', process: 'first'});
    world.runUntil(12 * SECOND);
    world.intervene({kind: 'stop', process: 'first'});
    world.runUntil(13 * SECOND);
    world.intervene({kind: 'start', process: 'second'});
    world.runUntil(40 * SECOND);
    expect(facts(world, 'message-delivered', 'first').length).toBe(100);
    expect(facts(world, 'message-delivered', 'second').length).toBe(0);
    expect(facts(world, 'client-stopped', 'first').length).toBe(1);
    expect(facts(world, 'client-left', 'broker-a').map(({why}) => why)).toContain('unregistered');
  });
});

describe('a broker killed midway', () => {
  test('is survived: the producer fails and goes on, every acknowledged message arrives', () => {
    const world = clusterWorld({clients: {producer: producer(1000), consumer: consumer()}});
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(2.2 * SECOND);
    expect(facts(world, 'send-acknowledged').length).toBeGreaterThan(100);
    world.intervene({kind: 'kill', process: 'broker-a'});
    world.runUntil(10 * SECOND);
    const whileDown = printed(world, 'producer').filter((line) => !line.startsWith('SendResult'));
    expect(whileDown.length).toBeGreaterThan(3);
    expect(whileDown[0]).toMatch(
      /^org\.apache\.rocketmq\.client\.exception\.MQClientException: Send \[3\] times, still failed, cost \[\d+\]ms, Topic: TopicTest, BrokersSent: \[broker-a, broker-a, broker-a\]/,
    );
    world.intervene({kind: 'start', process: 'broker-a'});
    world.runUntil(120 * SECOND);
    const acked = facts(world, 'send-acknowledged').map(({msgId}) => msgId);
    expect(acked.length).toBeGreaterThan(980);
    const counts = deliveries(world);
    for (const msgId of acked) expect(counts.get(msgId) ?? 0).toBeGreaterThanOrEqual(1);
  });
});

describe('two consumers of a group', () => {
  test('share the queues, and take them over from one another as they come and go', () => {
    const world = clusterWorld({
      clients: {producer: producer(400), first: consumer(), second: consumer()},
    });
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'first'});
    world.runUntil(5 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(30 * SECOND);
    world.intervene({kind: 'start', process: 'second'});
    world.runUntil(35 * SECOND);
    const held = (process: string): number => {
      const own = (kind: 'queue-taken' | 'queue-dropped') =>
        facts(world, kind, process).filter(({topic}) => topic === 'TopicTest').length;
      return own('queue-taken') - own('queue-dropped');
    };
    // The broker tells everybody at once when somebody joins.
    expect([held('first'), held('second')]).toEqual([2, 2]);
    world.intervene({kind: 'kill', process: 'first'});
    world.runUntil(40 * SECOND);
    expect(held('second')).toBe(4);
    expect(deliveries(world).size).toBe(400);
  });
});

describe('several NameServers', () => {
  test('one of them dead is not noticed', () => {
    const world = clusterWorld({
      namesrvs: 3,
      clients: {producer: producer(100, 3), consumer: consumer(3)},
    });
    world.intervene({kind: 'kill', process: 'namesrv-2'});
    world.runUntil(12 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(60 * SECOND);
    expect(facts(world, 'send-acknowledged').length).toBe(100);
    expect(deliveries(world).size).toBe(100);
  });

  test('the one in use dying is survived', () => {
    const world = clusterWorld({namesrvs: 2, clients: {producer: producer(100, 2), consumer: consumer(2)}});
    world.runUntil(12 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(15 * SECOND);
    for (const name of ['namesrv-1', 'namesrv-2']) {
      world.intervene({kind: 'kill', process: name});
      world.runUntil(world.nowUs + 40 * SECOND);
      world.intervene({kind: 'start', process: name});
      world.runUntil(world.nowUs + 40 * SECOND);
    }
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(world.nowUs + 60 * SECOND);
    expect(facts(world, 'send-acknowledged').length).toBe(100);
    expect(deliveries(world).size).toBe(100);
  });

  test('a consumer started before any NameServer finds its queues once there is one', () => {
    const world = clusterWorld({clients: {producer: producer(20), consumer: consumer()}});
    world.intervene({kind: 'kill', process: 'namesrv-1'});
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(20 * SECOND);
    world.intervene({kind: 'start', process: 'namesrv-1'});
    world.runUntil(100 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(200 * SECOND);
    expect(deliveries(world).size).toBe(20);
  });
});

describe('two brokers', () => {
  test('both carry the load; with one of them dead the other does', () => {
    const world = clusterWorld({
      brokers: {'broker-a': '', 'broker-b': ''},
      clients: {setup: producer(200), producer: producer(200), consumer: consumer()},
    });
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.intervene({kind: 'start', process: 'setup'});
    world.runUntil(40 * SECOND);
    const before = ackedByQueue(world);
    expect(Object.keys(before).sort()).toEqual(
      ['broker-a', 'broker-b'].flatMap((name) => [0, 1, 2, 3].map((queueId) => `${name}/${queueId}`)),
    );
    world.intervene({kind: 'kill', process: 'broker-b'});
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(120 * SECOND);
    // Every send that meets the dead broker goes to the other at once.
    expect(facts(world, 'send-given-up').length).toBe(0);
    const acked = facts(world, 'send-acknowledged', 'producer');
    expect(acked.length).toBe(200);
    expect(acked.every(({brokerName}) => brokerName === 'broker-a')).toBe(true);
    const counts = deliveries(world);
    for (const {msgId} of acked) expect(counts.get(msgId)).toBe(1);
  });
});

describe('tags', () => {
  test('what is not wanted is passed over, and not asked for again', () => {
    const world = clusterWorld({
      clients: {
        producer: producer(40),
        other: {kind: 'consumer', program: consumingProgram(namesrvAddr(1), {expression: 'TagB || TagC'})},
      },
    });
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(3 * SECOND);
    world.intervene({kind: 'start', process: 'other'});
    world.runUntil(20 * SECOND);
    expect(deliveries(world).size).toBe(0);
    const reported = facts(world, 'offset-reported').filter(({topic}) => topic === 'TopicTest');
    expect(new Set(reported.slice(-4).map(({queueOffset}) => queueOffset))).toEqual(new Set([10]));
  });
});

describe('broadcasting', () => {
  test('everybody gets everything, and remembers on his own disk', () => {
    const everybody = () => ({
      kind: 'consumer' as const,
      program: consumingProgram(namesrvAddr(1), {messageModel: 'BROADCASTING'}),
    });
    const world = clusterWorld({
      brokers: {'broker-a': 'defaultTopicQueueNums=4'},
      clients: {producer: producer(40), more: producer(8), first: everybody(), second: everybody()},
    });
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(3 * SECOND);
    world.intervene({kind: 'start', process: 'first'});
    world.intervene({kind: 'start', process: 'second'});
    world.runUntil(20 * SECOND);
    const count = (name: string) => facts(world, 'message-delivered', name).length;
    expect([count('first'), count('second')]).toEqual([40, 40]);
    const path = `/root/.rocketmq_offsets/10.0.2.3@DEFAULT/${CONSUMER_GROUP}/offsets.json`;
    const file = new TextDecoder().decode(world.readFile('m-first', path)!);
    expect(file).toBe(
      `{\n\t"offsetTable":{${[3, 2, 1, 0]
        .map(
          (id) =>
            `{\n\t\t\t"brokerName":"broker-a",\n\t\t\t"queueId":${id},\n\t\t\t"topic":"TopicTest"\n\t\t}:10`,
        )
        .join(',')}\n\t}\n}`,
    );
    // No retry topic: what fails while broadcasting is dropped.
    expect(facts(world, 'queue-taken', 'first').every(({topic}) => topic === 'TopicTest')).toBe(true);
    world.intervene({kind: 'kill', process: 'first'});
    world.intervene({kind: 'start', process: 'first'});
    world.intervene({kind: 'start', process: 'more'});
    world.runUntil(40 * SECOND);
    expect([count('first'), count('second')]).toEqual([48, 48]);
  });
});

describe('a message that fails', () => {
  test('comes again after 10 s and 30 s, through the retry topic, as itself', () => {
    const tries: string[] = [];
    const world = clusterWorld({
      clients: {
        producer: producer(1),
        consumer: {
          kind: 'consumer',
          program: consumingProgram(namesrvAddr(1), {
            answer: ([message]) => {
              tries.push(`${message!.topic} ${message!.reconsumeTimes}`);
              return message!.reconsumeTimes < 2 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS';
            },
          }),
        },
      },
    });
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(3 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(100 * SECOND);
    expect(tries).toEqual(['TopicTest 0', 'TopicTest 1', 'TopicTest 2']);
    const delivered = facts(world, 'message-delivered');
    expect(new Set(delivered.map(({msgId}) => msgId)).size).toBe(1);
    expect(delivered.map(({topic}) => topic)).toEqual([
      'TopicTest',
      `%RETRY%${CONSUMER_GROUP}`,
      `%RETRY%${CONSUMER_GROUP}`,
    ]);
    const waits = delivered.slice(1).map(({atUs}, i) => Math.round((atUs - delivered[i]!.atUs) / SECOND));
    expect(waits).toEqual([10, 30]);
    // What the real client prints of a message that was retried.
    expect(printed(world, 'consumer').at(-1)).toContain(
      'properties={MIN_OFFSET=0, REAL_TOPIC=%RETRY%please_rename_unique_group_name_4, ORIGIN_MESSAGE_ID=',
    );
  });
});

describe('large bodies', () => {
  test('travel packed and arrive whole', () => {
    const body = (i: number) => `${i} `.repeat(3000);
    const world = clusterWorld({
      clients: {
        producer: {kind: 'producer', program: sendingProgram(5, namesrvAddr(1), body)},
        consumer: consumer(),
      },
    });
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(3 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(10 * SECOND);
    const appended = facts(world, 'message-appended', 'broker-a').filter(({topic}) => topic === 'TopicTest');
    expect(appended.every(({sizeBytes}) => sizeBytes < 500)).toBe(true);
    const lines = printed(world, 'consumer').slice(1);
    expect(lines.length).toBe(5);
    for (const line of lines) {
      const bytes = /body=\[([^\]]*)\]/.exec(line)![1]!.split(', ').map(Number);
      const text = new TextDecoder().decode(Int8Array.from(bytes));
      expect(text).toBe(body(Number(text[0])));
    }
  });
});

describe('the same seed', () => {
  test('gives the same history', () => {
    const hash = (seed: string): string => {
      const world = clusterWorld({seed, clients: {producer: producer(50), consumer: consumer()}});
      world.runUntil(2 * SECOND);
      world.intervene({kind: 'start', process: 'producer'});
      world.intervene({kind: 'start', process: 'consumer'});
      world.runUntil(40 * SECOND);
      return world.traceHash();
    };
    expect(hash('7')).toBe(hash('7'));
    expect(hash('7')).not.toBe(hash('8'));
  });
});

describe('suspend and resume', () => {
  test('a suspended consumer pulls nothing and goes on when resumed', () => {
    let control: MQPushConsumer | null = null;
    const world = clusterWorld({
      clients: {
        producer: producer(40),
        consumer: {
          kind: 'consumer',
          program: consumingProgram(namesrvAddr(1), {
            group: CONSUMER_GROUP,
            onConsumer: (each) => {
              control = each;
            },
          }),
        },
      },
    });
    world.runUntil(2 * SECOND);
    world.intervene({kind: 'start', process: 'consumer'});
    world.runUntil(40 * SECOND);
    control!.suspend();
    world.runUntil(80 * SECOND);
    world.intervene({kind: 'start', process: 'producer'});
    world.runUntil(120 * SECOND);
    expect(deliveries(world).size).toBeLessThan(40);
    control!.resume();
    world.runUntil(180 * SECOND);
    expect(deliveries(world).size).toBe(40);
  });
});
