import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import type {Host, Program} from '../../../src/ports/host.ts';
import {createProducer} from '../../../src/rocketmq/client/default-mq-producer.ts';
import {createPushConsumer} from '../../../src/rocketmq/client/default-mq-push-consumer.ts';
import {printMessageExt, printSendResult} from '../../../src/rocketmq/message/print.ts';
import {stringToProperties} from '../../../src/rocketmq/message/properties.ts';
import {encodeConsumerIdList} from '../../../src/rocketmq/remoting/bodies/consumer-id-list.ts';
import {decodeHeartbeatData} from '../../../src/rocketmq/remoting/bodies/heartbeat-data.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {isResponse, type RemotingCommand, response} from '../../../src/rocketmq/remoting/command.ts';
import {decodeFrame} from '../../../src/rocketmq/remoting/frame.ts';
import {createRemotingServer} from '../../../src/rocketmq/remoting/server.ts';
import {DEFAULT_COSTS, DEFAULT_MACHINE, NETWORK_PRESETS} from '../../../src/sim/presets.ts';
import {createWorld} from '../../../src/sim/world.ts';
import {fromHex, recordedSession} from '../remoting/recorded-frames.ts';

const SECOND = 1_000_000;
const CLIENT_CODES: ReadonlySet<number> = new Set([
  RequestCode.GET_ROUTEINFO_BY_TOPIC,
  RequestCode.SEND_MESSAGE_V2,
  RequestCode.HEART_BEAT,
  RequestCode.UNREGISTER_CLIENT,
  RequestCode.GET_CONSUMER_LIST_BY_GROUP,
  RequestCode.QUERY_CONSUMER_OFFSET,
  RequestCode.PULL_MESSAGE,
  RequestCode.UPDATE_CONSUMER_OFFSET,
]);

interface Exchange {
  readonly request: RemotingCommand;
  readonly answer: RemotingCommand | null;
}

/** What the real client asked in the recorded quickstart, with what it was answered. */
function recordedExchanges(): Exchange[] {
  const frames = recordedSession('a-quickstart').flatMap((line) => {
    if (line.hex === undefined) return [];
    const frame = decodeFrame(fromHex(line.hex));
    if ('error' in frame) throw new Error(frame.error);
    return [{conn: line.conn, frame}];
  });
  return frames.flatMap(({conn, frame}, at) => {
    if (isResponse(frame) || !CLIENT_CODES.has(frame.code)) return [];
    const answer = frames
      .slice(at)
      .find((other) => other.conn === conn && isResponse(other.frame) && other.frame.opaque === frame.opaque);
    return [{request: frame, answer: answer?.frame ?? null}];
  });
}

function recordedOutput(): string[] {
  const url = new URL('../../fixtures/client/a-quickstart.client-output.txt.gz', import.meta.url);
  return gunzipSync(readFileSync(url)).toString('utf8').split('\n');
}

const exchanges = recordedExchanges();
const of = (code: number, among = exchanges): Exchange[] =>
  among.filter(({request}) => request.code === code);
/** The producer had gone when the consumer came. */
const consumerBegan =
  exchanges.findLastIndex(({request}) => request.code === RequestCode.SEND_MESSAGE_V2) + 1;
const producerPart = exchanges.slice(0, consumerBegan);
const consumerPart = exchanges.slice(consumerBegan);

/** Answers as the real peers did: by topic or queue where that matters, otherwise in turn. */
function recordedAnswer(
  part: readonly Exchange[],
  request: RemotingCommand,
  nth: number,
): RemotingCommand | null {
  const of = (code: number) => part.filter((each) => each.request.code === code);
  const same = (key: string) => (each: Exchange) =>
    each.request.extFields?.[key] === request.extFields?.[key];
  switch (request.code) {
    case RequestCode.GET_ROUTEINFO_BY_TOPIC: {
      const answers = of(request.code).filter(same('topic'));
      return answers[Math.min(nth, answers.length) - 1]!.answer;
    }
    case RequestCode.SEND_MESSAGE_V2:
      return of(request.code)[nth - 1]!.answer;
    case RequestCode.QUERY_CONSUMER_OFFSET: {
      const known = of(request.code).filter(same('topic')).find(same('queueId'));
      return known?.answer ?? response(0, null, {offset: '0'});
    }
    case RequestCode.PULL_MESSAGE: {
      const answers = of(request.code).filter(same('topic')).filter(same('queueId'));
      // Then the broker held the pull until the client went away.
      return answers[nth - 1]?.answer ?? null;
    }
    default:
      return response(0, null, {});
  }
}

/** Counts requests of a kind: by topic and queue where there is one. */
function counter(): (request: RemotingCommand) => number {
  const counts = new Map<string, number>();
  return (request) => {
    const {topic = '', queueId = ''} = request.extFields ?? {};
    const key = `${request.code}/${topic}/${queueId}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key)!;
  };
}

/** Runs a client against the recorded peers; answers what it asked and what it printed. */
function replay(
  part: readonly Exchange[],
  client: (host: Host, print: (line: string) => void) => () => void,
) {
  const asked: RemotingCommand[] = [];
  const printed: string[] = [];
  let stop = (): void => {};
  let clientId = '';
  const count = counter();
  const peer = (port: number): Program => ({
    start(host) {
      const remoting = createRemotingServer(host, {port});
      remoting.registerDefaultProcessor(host.cpu.pool('peer', 1, 1000), (_, request, reply) => {
        asked.push(request);
        if (request.code === RequestCode.HEART_BEAT) clientId = decodeHeartbeatData(request.body!)!.clientID;
        const answer =
          request.code === RequestCode.GET_CONSUMER_LIST_BY_GROUP
            ? response(0, null, {}, encodeConsumerIdList([clientId]))
            : recordedAnswer(part, request, count(request));
        if (answer !== null) reply({...answer});
      });
      remoting.start();
      return {stop: (done) => done()};
    },
  });
  const machine = {...DEFAULT_MACHINE, name: 'm', address: '127.0.0.1'};
  const world = createWorld({
    seed: '1',
    epochMs: 1_795_223_950_000,
    machines: [machine],
    network: {between: NETWORK_PRESETS.loopback, loopback: NETWORK_PRESETS.loopback, links: []},
    costs: DEFAULT_COSTS,
    processes: [
      {name: 'namesrv', kind: 'namesrv', machine: 'm', program: () => peer(9876)},
      {name: 'broker-a', kind: 'broker', machine: 'm', program: () => peer(30911)},
      {
        name: 'client',
        kind: 'other',
        machine: 'm',
        program: () => ({
          start(host: Host) {
            stop = client(host, (line) => printed.push(line));
            return {stop: (done: () => void) => done()};
          },
        }),
      },
    ],
  });
  for (const process of ['namesrv', 'broker-a', 'client']) world.intervene({kind: 'start', process});
  world.runUntil(8 * SECOND);
  stop();
  world.runUntil(9 * SECOND);
  return {asked, printed};
}

function replayProducer() {
  return replay(producerPart, (host, print) => {
    const producer = createProducer(host, {group: 'quickstart_producer', namesrvAddr: '127.0.0.1:9876'});
    producer.start();
    const sends = of(RequestCode.SEND_MESSAGE_V2);
    const next = (i: number): void => {
      const recorded = sends[i];
      if (recorded === undefined) return;
      const message = {
        topic: 'TopicTest',
        flag: 0,
        properties: stringToProperties(recorded.request.extFields!['i']!),
        body: recorded.request.body!,
        transactionId: null,
      };
      producer.send(message, (outcome) => {
        print(outcome.ok ? printSendResult(outcome.result) : outcome.error.message);
        next(i + 1);
      });
    };
    next(0);
    return () => producer.shutdown(() => {});
  });
}

function replayConsumer() {
  return replay(consumerPart, (host, print) => {
    const consumer = createPushConsumer(host, {
      group: 'quickstart_consumer',
      namesrvAddr: '127.0.0.1:9876',
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    });
    consumer.subscribe('TopicTest', '*');
    consumer.registerMessageListener((messages, _, finish) => {
      for (const message of messages) print(printMessageExt(message));
      finish('CONSUME_SUCCESS');
    });
    consumer.start();
    return () => consumer.shutdown(() => {});
  });
}

/** Without what differs from run to run. */
function withoutStartTime(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/CONSUME_START_TIME=\d+/, 'CONSUME_START_TIME=…')).sort();
}

describe('against the recorded peers of the real client', () => {
  const producer = replayProducer();
  const consumer = replayConsumer();

  test('the producer prints the recorded lines', () => {
    const recorded = recordedOutput().filter((line) => line.startsWith('SendResult'));
    expect(recorded.length).toBe(50);
    expect(producer.printed).toEqual(recorded);
  });

  test('the consumer prints the recorded lines, whatever order its threads ran in', () => {
    const recorded = recordedOutput().filter((line) => line.startsWith('MessageExt'));
    expect(recorded.length).toBe(50);
    expect(withoutStartTime(consumer.printed)).toEqual(withoutStartTime(recorded));
  });

  test('every request has the fields of a recorded one', () => {
    const shape = (request: RemotingCommand): string =>
      `${request.code} ${request.language} ${request.version} flag ${request.flag} ` +
      `[${Object.keys(request.extFields ?? {}).sort()}] ${request.body === null ? 'no body' : 'body'}`;
    const recorded = new Set(exchanges.map(({request}) => shape(request)));
    const ours = new Set([...producer.asked, ...consumer.asked].map(shape));
    for (const each of ours) expect(recorded).toContain(each);
    expect(ours.size).toBe(recorded.size);
  });

  test('every send is the recorded one but for queue and time', () => {
    const fields = ({extFields, body}: RemotingCommand) => {
      const {e: _queue, g: _born, i, ...rest} = extFields!;
      return {...rest, properties: new Map([...stringToProperties(i!)].sort()), body: [...body!]};
    };
    const ours = producer.asked.filter(({code}) => code === RequestCode.SEND_MESSAGE_V2);
    expect(ours.map(fields)).toEqual(of(RequestCode.SEND_MESSAGE_V2).map(({request}) => fields(request)));
  });

  test('heartbeats say the same', () => {
    const beats = consumer.asked.filter(({code}) => code === RequestCode.HEART_BEAT);
    const plain = (request: RemotingCommand) => {
      const {clientID, ...beat} = decodeHeartbeatData(request.body!)!;
      expect(clientID).toMatch(/^\d+\.\d+\.\d+\.\d+@\d+#\d+$/);
      return JSON.parse(JSON.stringify(beat).replace(/"subVersion":\d+/g, '"subVersion":0'));
    };
    const recorded = plain(of(RequestCode.HEART_BEAT)[0]!.request);
    for (const beat of beats) expect(plain(beat)).toEqual(recorded);
  });

  test('pulls are the recorded ones, in the recorded order of queues', () => {
    const fields = ({extFields}: RemotingCommand) => ({...extFields, subVersion: '…'});
    const ours = consumer.asked.filter(
      ({code, extFields}) => code === RequestCode.PULL_MESSAGE && extFields!['topic'] === 'TopicTest',
    );
    const recorded = of(RequestCode.PULL_MESSAGE).map(({request}) => request);
    expect(ours.slice(0, 4).map(fields)).toEqual(recorded.slice(0, 4).map(fields));
  });

  test('the consumer asks for its offsets in the recorded order', () => {
    const queueIds = (requests: readonly RemotingCommand[]) =>
      requests
        .filter(
          ({code, extFields}) =>
            code === RequestCode.QUERY_CONSUMER_OFFSET && extFields!['topic'] === 'TopicTest',
        )
        .map(({extFields}) => extFields!['queueId']);
    expect(queueIds(consumer.asked)).toEqual(queueIds(exchanges.map(({request}) => request)));
  });

  test('both go as they went: offsets, then the group, then the internal producer', () => {
    const ends = (requests: readonly RemotingCommand[]) =>
      requests
        .filter(
          ({code}) => code === RequestCode.UNREGISTER_CLIENT || code === RequestCode.UPDATE_CONSUMER_OFFSET,
        )
        .slice(-6)
        .map(({extFields}) => {
          const {clientID: _, ...rest} = extFields!;
          return rest;
        });
    const topicOnly = consumer.asked.filter(
      ({extFields}) => extFields?.['topic'] !== '%RETRY%quickstart_consumer',
    );
    expect(ends(topicOnly)).toEqual(ends(exchanges.map(({request}) => request)));
  });
});
