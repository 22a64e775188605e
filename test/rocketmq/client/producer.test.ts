import {describe, expect, test} from 'vitest';
import type {Host} from '../../../src/ports/host.ts';
import type {ClientError, MQProducer, ProducerConfig, SendOutcome} from '../../../src/rocketmq/client/api.ts';
import {createProducer} from '../../../src/rocketmq/client/default-mq-producer.ts';
import {newMessage} from '../../../src/rocketmq/client/message-builder.ts';
import {decodeUniqueId} from '../../../src/rocketmq/message/message-id.ts';
import {printSendResult} from '../../../src/rocketmq/message/print.ts';
import {RequestCode, ResponseCode} from '../../../src/rocketmq/remoting/codes.ts';
import type {RemotingCommand} from '../../../src/rocketmq/remoting/command.ts';
import {inflateZlib} from '../../../src/rocketmq/zlib/inflate.ts';
import {
  factsOf,
  lines,
  NAMESRV_ADDRESS,
  obliging,
  onSend,
  refuse,
  routeOver,
  type Script,
  scriptedWorld,
  sendTranscript,
  stored,
} from './scripted.ts';

const SECOND = 1_000_000;

/** Sends one message after the other, each when the one before it is done with. */
function sender(
  count: number,
  outcomes: SendOutcome[],
  config: Partial<ProducerConfig> = {},
  body = 'Hello RocketMQ',
): (host: Host) => void {
  return (host) => {
    const producer = createProducer(host, {group: 'PG', namesrvAddr: NAMESRV_ADDRESS, ...config});
    producer.start();
    sendInTurn(producer, count, outcomes, body);
  };
}

function sendInTurn(producer: MQProducer, count: number, outcomes: SendOutcome[], body: string): void {
  if (count === 0) return;
  producer.send(newMessage('TopicTest', 'TagA', null, body), (outcome) => {
    outcomes.push(outcome);
    sendInTurn(producer, count - 1, outcomes, body);
  });
}

const twoBrokers = new Map([['TopicTest', routeOver(['broker-a', 'broker-b'], 2)]]);
const oneBroker = new Map([['TopicTest', routeOver(['broker-a'])]]);

describe('a synchronous send', () => {
  test('goes round the queues of all brokers', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: twoBrokers,
      brokers: {'broker-a': obliging, 'broker-b': obliging},
      client: sender(5, outcomes),
    });
    world.runUntil(SECOND);
    const queues = outcomes.map((outcome) =>
      outcome.ok ? `${outcome.result.messageQueue.brokerName}/${outcome.result.messageQueue.queueId}` : '',
    );
    const round = ['broker-a/0', 'broker-a/1', 'broker-b/0', 'broker-b/1'];
    const first = round.indexOf(queues[0]!);
    expect(queues).toEqual([0, 1, 2, 3, 4].map((i) => round[(first + i) % 4]));
  });

  test('is tried again elsewhere when a broker cannot be connected to', () => {
    // The list of brokers sent to, and the code 10001, are what operators search logs for.
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: twoBrokers,
      brokers: {'broker-b': obliging},
      deadBrokers: ['broker-a'],
      client: sender(3, outcomes),
    });
    world.runUntil(10 * SECOND);
    expect(sendTranscript(world)).toMatchInlineSnapshot(`
      "sync send to TopicTest
        1: broker-b queue 1
        SEND_OK broker-b queue 1 offset 0
      sync send to TopicTest
        1: broker-a queue 0
        1 failed, retry: connect to 10.0.1.1:10911 failed
        2: broker-b queue 0
        SEND_OK broker-b queue 0 offset 1
      sync send to TopicTest
        1: broker-b queue 1
        SEND_OK broker-b queue 1 offset 2"
    `);
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
  });

  test('with one broker a retry goes to its next queue, three times at most', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {'broker-a': onSend(() => refuse(ResponseCode.SYSTEM_ERROR, 'store is shut down'))},
      client: sender(1, outcomes),
    });
    world.runUntil(SECOND);
    expect(sendTranscript(world)).toMatchInlineSnapshot(`
      "sync send to TopicTest
        1: broker-a queue 3
        1 failed, retry: CODE: 1  DESC: store is shut down BROKER: 10.0.1.1:10911
        2: broker-a queue 0
        2 failed, retry: CODE: 1  DESC: store is shut down BROKER: 10.0.1.1:10911
        3: broker-a queue 1
        3 failed: CODE: 1  DESC: store is shut down BROKER: 10.0.1.1:10911
        given up: Send [3] times, still failed, cost [1]ms, Topic: TopicTest, BrokersSent: [broker-a, broker-a, broker-a]"
    `);
    const error = errorOf(outcomes[0]!);
    expect(error.exception).toBe('MQClientException');
    expect(error.code).toBe(ResponseCode.SYSTEM_ERROR);
    expect(error.message).toMatch(
      /^Send \[3\] times, still failed, cost \[\d+\]ms, Topic: TopicTest, BrokersSent: \[broker-a, broker-a, broker-a\]\nSee http:\/\/rocketmq\.apache\.org\/docs\/faq\/ for further details\.$/,
    );
    expect(error.cause).toMatchObject({
      exception: 'MQBrokerException',
      message:
        'CODE: 1  DESC: store is shut down BROKER: 10.0.1.1:10911\nFor more information, please visit the url, http://rocketmq.apache.org/docs/faq/',
    });
  });

  test.each([
    ['SYSTEM_ERROR', 1, true],
    ['SYSTEM_BUSY', 2, false],
    ['MESSAGE_ILLEGAL', 13, false],
    ['SERVICE_NOT_AVAILABLE', 14, true],
    ['NO_PERMISSION', 16, true],
    ['TOPIC_NOT_EXIST', 17, true],
    ['SUBSCRIPTION_GROUP_NOT_EXIST', 26, false],
    ['NO_BUYER_ID', 204, true],
    ['NOT_IN_CURRENT_UNIT', 205, true],
  ])('%s (%i) is tried again: %s', (_, code, retried) => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {
        'broker-a': onSend((request, nth) => (nth === 1 ? refuse(code, 'no') : stored(request, nth))),
      },
      client: sender(1, outcomes),
    });
    world.runUntil(SECOND);
    if (retried) expect(outcomes[0]!.ok).toBe(true);
    else expect(errorOf(outcomes[0]!)).toMatchObject({exception: 'MQBrokerException', code});
  });

  test('statuses that are not quite OK are results', () => {
    for (const [code, status] of [
      [10, 'FLUSH_DISK_TIMEOUT'],
      [11, 'SLAVE_NOT_AVAILABLE'],
      [12, 'FLUSH_SLAVE_TIMEOUT'],
    ] as const) {
      const outcomes: SendOutcome[] = [];
      const script: Script = onSend((request, nth) => stored(request, nth, code));
      const plain = scriptedWorld({
        routes: oneBroker,
        brokers: {'broker-a': script},
        client: sender(1, outcomes),
      });
      plain.runUntil(SECOND);
      expect(outcomes[0]).toMatchObject({ok: true, result: {sendStatus: status}});
      // With retryAnotherBrokerWhenNotStoreOK all tries are used up, and the last such result is returned after all.
      const retried = scriptedWorld({
        routes: oneBroker,
        brokers: {'broker-a': script},
        client: sender(1, outcomes, {retryAnotherBrokerWhenNotStoreOK: true}),
      });
      retried.runUntil(SECOND);
      expect(outcomes[1]).toMatchObject({ok: true, result: {sendStatus: status, queueOffset: 2}});
    }
  });

  test('a broker that does not answer uses the whole budget up', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {'broker-a': onSend(() => null)},
      client: sender(1, outcomes),
    });
    world.runUntil(10 * SECOND);
    // Nothing is left of the time for another attempt, which might only store the message once more.
    expect(sendTranscript(world).replace(/queue \d/, 'queue N')).toBe(
      lines(
        'sync send to TopicTest',
        '  1: broker-a queue N',
        '  1 failed: wait response on the channel <10.0.1.1:10911> timeout, 3000(ms)',
        '  given up: sendDefaultImpl call timeout',
      ),
    );
    expect(errorOf(outcomes[0]!).exception).toBe('RemotingTooMuchRequestException');
    const gaveUp = factsOf(world, 'client').find((fact) => fact.kind === 'send-given-up')!;
    expect(gaveUp.kind === 'send-given-up' && gaveUp.tookMs).toBeGreaterThanOrEqual(3000);
    expect(gaveUp.kind === 'send-given-up' && gaveUp.tookMs).toBeLessThan(3010);
  });

  test('an unknown topic takes the route of TBW102, with four queues at most', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: new Map([['TBW102', routeOver(['broker-a'], 8, 7)]]),
      brokers: {'broker-a': obliging},
      client: sender(8, outcomes),
    });
    world.runUntil(SECOND);
    const queueIds = outcomes.map((outcome) => outcome.ok && outcome.result.messageQueue.queueId);
    expect([...queueIds].sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  test('a topic that nobody knows is told so', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: new Map(),
      brokers: {'broker-a': obliging},
      client: sender(1, outcomes),
    });
    world.runUntil(SECOND);
    expect(errorOf(outcomes[0]!)).toMatchObject({
      exception: 'MQClientException',
      code: 10005,
      message:
        'No route info of this topic: TopicTest\nSee http://rocketmq.apache.org/docs/faq/ for further details.',
    });
  });

  test('without any NameServer the look-up of the route throws', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: new Map(),
      brokers: {'broker-a': obliging},
      client: sender(1, outcomes),
    });
    world.intervene({kind: 'kill', process: 'namesrv'});
    world.runUntil(10 * SECOND);
    expect(errorOf(outcomes[0]!)).toMatchObject({
      exception: 'IllegalStateException',
      message:
        'org.apache.rocketmq.remoting.exception.RemotingConnectException: connect to [10.0.0.1:9876] failed',
    });
  });

  test('when nobody listens anywhere the code says that it was the connection', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {},
      deadBrokers: ['broker-a'],
      client: sender(1, outcomes),
    });
    world.runUntil(20 * SECOND);
    expect(errorOf(outcomes[0]!)).toMatchObject({exception: 'MQClientException', code: 10001});
  });
});

describe('a start', () => {
  test('tells no broker: the first heartbeat comes a second later, as recorded', () => {
    const seen: [number, number][] = [];
    const script: Script = (request, nth, host, push) => {
      seen.push([request.code, host.clock.nowMs()]);
      return obliging(request, nth, host, push);
    };
    const world = scriptedWorld({
      routes: new Map([['TBW102', routeOver(['broker-a'], 8, 7)]]),
      brokers: {'broker-a': script},
      client: (host) => {
        createProducer(host, {group: 'PG', namesrvAddr: NAMESRV_ADDRESS}).start();
      },
    });
    world.runUntil(2 * SECOND);
    expect(seen.map(([code]) => code)).toEqual([RequestCode.HEART_BEAT]);
    expect(Math.floor(seen[0]![1] - 1_795_219_200_000)).toBe(1000);
  });
});

describe('latency faults', () => {
  test('a broker that failed is left alone', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: twoBrokers,
      brokers: {
        'broker-a': onSend(() => refuse(ResponseCode.SYSTEM_ERROR, 'no')),
        'broker-b': obliging,
      },
      client: sender(6, outcomes, {sendLatencyFaultEnable: true}),
    });
    world.runUntil(SECOND);
    const brokers = factsOf(world, 'client').flatMap((fact) =>
      fact.kind === 'send-attempted' ? [fact.brokerName] : [],
    );
    // One failure isolates it for ten minutes; the six messages cost seven attempts, or eight if a queue of it came twice.
    expect(brokers.filter((name) => name === 'broker-a').length).toBe(1);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true, true, true, true, true]);
  });
});

describe('an asynchronous send', () => {
  function asyncSender(outcomes: SendOutcome[], config: Partial<ProducerConfig> = {}): (host: Host) => void {
    return (host) => {
      const producer = createProducer(host, {group: 'PG', namesrvAddr: NAMESRV_ADDRESS, ...config});
      producer.start();
      producer.sendAsync(newMessage('TopicTest', 'TagA', null, 'Hello'), (outcome) => outcomes.push(outcome));
    };
  }

  test('is acknowledged', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {'broker-a': obliging},
      client: asyncSender(outcomes),
    });
    world.runUntil(SECOND);
    expect(outcomes[0]).toMatchObject({ok: true, result: {sendStatus: 'SEND_OK'}});
  });

  test('an error that a broker answers is never tried again', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {'broker-a': onSend(() => refuse(ResponseCode.SYSTEM_ERROR, 'no'))},
      client: asyncSender(outcomes),
    });
    world.runUntil(SECOND);
    expect(sendTranscript(world)).toMatchInlineSnapshot(`
      "async send to TopicTest
        1: broker-a queue 3
        1 failed: CODE: 1  DESC: no BROKER: 10.0.1.1:10911
        given up: CODE: 1  DESC: no BROKER: 10.0.1.1:10911"
    `);
  });

  test('a first try that cannot connect is not tried again', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {},
      deadBrokers: ['broker-a'],
      client: asyncSender(outcomes),
    });
    world.runUntil(20 * SECOND);
    expect(errorOf(outcomes[0]!).message).toMatch(
      /^Send \[1\] times, still failed, .*BrokersSent: \[broker-a\]/,
    );
  });

  test('after a reset it is sent again as it was, and the retry keeps the queue id', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: twoBrokers,
      brokers: {
        'broker-a': onSend((_, __, host) => {
          host.exit(1, 'crashed while storing');
          return null;
        }),
        'broker-b': onSend((_, __, host) => {
          host.exit(1, 'crashed while storing');
          return null;
        }),
      },
      client: asyncSender(outcomes),
    });
    world.runUntil(20 * SECOND);
    expect(sendTranscript(world)).toMatchInlineSnapshot(`
      "async send to TopicTest
        1: broker-b queue 1
        1 failed, retry: send request failed
        2: broker-a queue 1
        2 failed, retry: send request failed
        3: broker-b queue 1
        3 failed: connect to 10.0.1.2:10911 failed
        given up: connect to 10.0.1.2:10911 failed"
    `);
  });
});

describe('a one-way send', () => {
  test('is done with once it is handed over, and is flagged', () => {
    const errors: (ClientError | null)[] = [];
    const seen: RemotingCommand[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {
        'broker-a': onSend((request) => {
          seen.push(request);
          return null;
        }),
      },
      client: (host) => {
        const producer = createProducer(host, {group: 'PG', namesrvAddr: NAMESRV_ADDRESS});
        producer.start();
        producer.sendOneway(newMessage('TopicTest', null, null, 'x'), (error) => errors.push(error));
      },
    });
    world.runUntil(SECOND);
    expect(errors).toEqual([null]);
    expect(seen[0]!.flag & 2).toBe(2);
    expect(sendTranscript(world)).toMatch(
      /oneway send to TopicTest\n {2}1: broker-a queue \d\n {2}handed over/,
    );
  });
});

describe('what goes on the wire', () => {
  function firstSend(body: string, config: Partial<ProducerConfig> = {}) {
    const seen: RemotingCommand[] = [];
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {
        'broker-a': onSend((request, nth) => {
          seen.push(request);
          return stored(request, nth);
        }),
      },
      client: sender(1, outcomes, config, body),
    });
    world.runUntil(SECOND);
    return {request: seen[0]!, outcome: outcomes[0]!};
  }

  test('request 310 with one-letter names', () => {
    const {request, outcome} = firstSend('Hello RocketMQ 0');
    const {a, b, c, d, f, h, j, k, m, i} = request.extFields!;
    expect(request.code).toBe(RequestCode.SEND_MESSAGE_V2);
    expect({a, b, c, d, f, h, j, k, m}).toEqual({
      a: 'PG',
      b: 'TopicTest',
      c: 'TBW102',
      d: '4',
      f: '0',
      h: '0',
      j: '0',
      k: 'false',
      m: 'false',
    });
    expect(Object.keys(request.extFields!)).not.toContain('l');
    const result = outcome.ok ? outcome.result : null;
    expect(i).toContain(`UNIQ_KEY\u0001${result!.msgId}`);
    expect(decodeUniqueId(result!.msgId)).toMatchObject({address: '10.0.0.9'});
    expect(printSendResult(result!)).toMatch(
      /^SendResult \[sendStatus=SEND_OK, msgId=[0-9A-F]{32}, offsetMsgId=7F00000100002A9F0{15}1, messageQueue=MessageQueue \[topic=TopicTest, brokerName=broker-a, queueId=\d\], queueOffset=0\]$/,
    );
  });

  test('a body of 4096 bytes is packed, one of 4095 is not', () => {
    const small = firstSend('x'.repeat(4095)).request;
    expect(small.extFields!['f']).toBe('0');
    expect(small.body!.length).toBe(4095);
    const large = firstSend('x'.repeat(4096)).request;
    expect(large.extFields!['f']).toBe('1');
    expect(new TextDecoder().decode(inflateZlib(large.body!, 10_000)!)).toBe('x'.repeat(4096));
  });
});

describe('arguments', () => {
  test('are refused with the texts of the real client', () => {
    const errors: string[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {'broker-a': obliging},
      client: (host) => {
        const producer = createProducer(host, {
          group: 'PG',
          namesrvAddr: NAMESRV_ADDRESS,
          maxMessageSizeBytes: 10,
        });
        producer.start();
        const note = (outcome: SendOutcome) => errors.push(errorOf(outcome).message.split('\n')[0]!);
        producer.send(newMessage(' ', null, null, 'x'), note);
        producer.send(newMessage('a topic', null, null, 'x'), note);
        producer.send(newMessage('T'.repeat(128), null, null, 'x'), note);
        producer.send(newMessage('SCHEDULE_TOPIC_XXXX', null, null, 'x'), note);
        producer.send(newMessage('T', null, null, ''), note);
        producer.send(newMessage('T', null, null, 'x'.repeat(11)), note);
        errors.push(producer.start()!.message.split('\n')[0]!);
        for (const group of ['', 'a b', 'g'.repeat(256), 'DEFAULT_PRODUCER']) {
          const error = createProducer(host, {group, namesrvAddr: NAMESRV_ADDRESS}).start()!;
          errors.push(error.message.split('\n')[0]!);
        }
        createProducer(host, {group: 'never-started', namesrvAddr: NAMESRV_ADDRESS}).send(
          newMessage('T', null, null, 'x'),
          note,
        );
      },
    });
    world.runUntil(SECOND);
    expect(errors.join('\n')).toBe(
      lines(
        'The producer service state not OK, maybe started once, RUNNING',
        'the specified group is blank',
        'the specified group[a b] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$',
        'the specified group is longer than group max length 255.',
        'producerGroup can not equal DEFAULT_PRODUCER, please specify another one.',
        'The producer service state not OK, CREATE_JUST',
        'The specified topic is blank',
        'The specified topic[a topic] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$',
        'The specified topic is longer than topic max length 127.',
        'Sending message to topic[SCHEDULE_TOPIC_XXXX] is forbidden.',
        'CODE: 13  DESC: the message body length is zero',
        'CODE: 13  DESC: the message body size over max value, MAX: 10',
      ),
    );
  });
});

describe('shutdown', () => {
  test('with a send under way ends it, and connects to nobody again', () => {
    const outcomes: SendOutcome[] = [];
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {'broker-a': onSend(() => null)},
      client: (host) => {
        const producer = createProducer(host, {group: 'PG', namesrvAddr: NAMESRV_ADDRESS});
        producer.start();
        producer.send(newMessage('TopicTest', null, null, 'x'), (outcome) => outcomes.push(outcome));
        host.clock.after(500, () => producer.shutdown(() => {}));
      },
    });
    world.runUntil(5 * SECOND);
    expect(errorOf(outcomes[0]!)).toMatchObject({exception: 'RemotingSendRequestException'});
    const late = world.trace.entries.filter(({kind, atUs}) => kind === 'connecting' && atUs > 500_000);
    expect(late).toEqual([]);
  });

  test('unregisters the group, then the internal producer, and closes', () => {
    const seen: (string | undefined)[] = [];
    let stopped = false;
    const world = scriptedWorld({
      routes: oneBroker,
      brokers: {
        'broker-a': (request, nth, host, push) => {
          if (request.code === RequestCode.UNREGISTER_CLIENT) seen.push(request.extFields!['producerGroup']);
          return obliging(request, nth, host, push);
        },
      },
      client: (host) => {
        const producer = createProducer(host, {group: 'PG', namesrvAddr: NAMESRV_ADDRESS});
        producer.start();
        producer.send(newMessage('TopicTest', null, null, 'x'), () => {
          producer.shutdown(() => {
            stopped = true;
          });
        });
      },
    });
    world.runUntil(SECOND);
    expect(seen).toEqual(['PG', 'CLIENT_INNER_PRODUCER']);
    expect(stopped).toBe(true);
    // Nothing of it goes on: no heartbeat, no poll, no scan.
    const before = world.eventCount;
    world.runUntil(600 * SECOND);
    expect(world.eventCount - before).toBeLessThan(10);
  });
});

function errorOf(outcome: SendOutcome): ClientError {
  if (outcome.ok) throw new Error('expected an error');
  return outcome.error;
}
