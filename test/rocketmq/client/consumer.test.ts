import {describe, expect, test} from 'vitest';
import type {Host} from '../../../src/ports/host.ts';
import type {
  ConsumeConcurrentlyContext,
  ConsumeConcurrentlyStatus,
  MQPushConsumer,
  PushConsumerConfig,
} from '../../../src/rocketmq/client/api.ts';
import {createPushConsumer} from '../../../src/rocketmq/client/default-mq-push-consumer.ts';
import type {MessageExt} from '../../../src/rocketmq/message/message.ts';
import {propertiesToString, stringToProperties} from '../../../src/rocketmq/message/properties.ts';
import {encodeRecord} from '../../../src/rocketmq/message/record.ts';
import {encodeConsumerIdList} from '../../../src/rocketmq/remoting/bodies/consumer-id-list.ts';
import {
  decodeConsumeMessageDirectlyResult,
  decodeConsumerRunningInfo,
} from '../../../src/rocketmq/remoting/bodies/consumer-running-info.ts';
import {decodeHeartbeatData} from '../../../src/rocketmq/remoting/bodies/heartbeat-data.ts';
import {
  decodeConsumerStatus,
  encodeResetOffset,
} from '../../../src/rocketmq/remoting/bodies/offset-tables.ts';
import type {TopicRouteData} from '../../../src/rocketmq/remoting/bodies/topic-route-data.ts';
import {RequestCode, ResponseCode} from '../../../src/rocketmq/remoting/codes.ts';
import {
  request as newRequest,
  type RemotingCommand,
  response,
} from '../../../src/rocketmq/remoting/command.ts';
import {deflateZlib} from '../../../src/rocketmq/zlib/deflate.ts';
import type {World} from '../../../src/sim/api.ts';
import {
  factsOf,
  NAMESRV_ADDRESS,
  obliging,
  type Push,
  refuse,
  routeOver,
  type Script,
  scriptedWorld,
  stored,
} from './scripted.ts';

const SECOND = 1_000_000;
const GROUP = 'CG';

interface Given {
  readonly tags?: string;
  readonly body?: string;
  readonly sysFlag?: number;
}

function record(queueId: number, queueOffset: number, given: Given = {}): Uint8Array {
  const text = new TextEncoder().encode(given.body ?? `m${queueOffset}`);
  const properties = new Map([['UNIQ_KEY', `UNIQ-${queueId}-${queueOffset}`]]);
  if (given.tags !== undefined) properties.set('TAGS', given.tags);
  return encodeRecord(
    {
      topic: 'TopicTest',
      queueId,
      flag: 0,
      sysFlag: given.sysFlag ?? 0,
      bornTimestampMs: 1_795_219_200_000,
      bornHost: '10.0.0.8:1234',
      storeHost: '10.0.1.1:10911',
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: given.sysFlag === 1 ? deflateZlib(text) : text,
      propertiesString: propertiesToString(properties),
    },
    {queueOffset, physicalOffset: queueOffset * 200, storeTimestampMs: 1_795_219_200_001},
  );
}

function joined(records: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(records));
}

/** A broker with one queue of messages, that never holds back and never forgets an offset it was told. */
interface FakeQueue {
  readonly messages: readonly Given[];
  /** What 14 is answered; null: none yet. */
  stored?: number | null;
  readonly pulls: RemotingCommand[];
  readonly seen: RemotingCommand[];
  push: Push | null;
}

function fakeQueue(messages: readonly Given[], storedOffset: number | null = 0): FakeQueue {
  return {messages, stored: storedOffset, pulls: [], seen: [], push: null};
}

/** Keeps what the consumer reports as its offset of `TopicTest`. */
function takingCommits(queue: FakeQueue): Script {
  return ({code, extFields}) => {
    if (code === RequestCode.UPDATE_CONSUMER_OFFSET && extFields!['topic'] === 'TopicTest')
      queue.stored = Number(extFields!['commitOffset']);
    return null;
  };
}

function serving(queue: FakeQueue, special: Script = () => null): Script {
  let clientId = '';
  return (request, nth, host, push) => {
    queue.push = push;
    queue.seen.push(request);
    const own = special(request, nth, host, push);
    if (own !== null) return own;
    switch (request.code) {
      case RequestCode.HEART_BEAT:
        clientId = decodeHeartbeatData(request.body!)!.clientID;
        return response(ResponseCode.SUCCESS, null, {});
      case RequestCode.GET_CONSUMER_LIST_BY_GROUP:
        return response(ResponseCode.SUCCESS, null, {}, encodeConsumerIdList([clientId]));
      case RequestCode.QUERY_CONSUMER_OFFSET:
        if (queue.stored === null || queue.stored === undefined) return refuse(22, 'Not found');
        return response(ResponseCode.SUCCESS, null, {offset: `${queue.stored}`});
      case RequestCode.GET_MAX_OFFSET:
        return response(ResponseCode.SUCCESS, null, {offset: `${queue.messages.length}`});
      case RequestCode.SEARCH_OFFSET_BY_TIMESTAMP:
        return response(ResponseCode.SUCCESS, null, {offset: '2'});
      case RequestCode.PULL_MESSAGE: {
        queue.pulls.push(request);
        const offset = Number(request.extFields!['queueOffset']);
        const ext = {suggestWhichBrokerId: '0', minOffset: '0', maxOffset: `${queue.messages.length}`};
        if (offset > queue.messages.length) {
          return response(ResponseCode.PULL_OFFSET_MOVED, null, {...ext, nextBeginOffset: '1'});
        }
        if (offset === queue.messages.length) return null; // Held for longer than anybody looks.
        const end = Math.min(queue.messages.length, offset + Number(request.extFields!['maxMsgNums']));
        const records = queue.messages.slice(offset, end).map((given, i) => record(0, offset + i, given));
        return response(ResponseCode.SUCCESS, 'FOUND', {...ext, nextBeginOffset: `${end}`}, joined(records));
      }
      default:
        return obliging(request, nth, host, push);
    }
  };
}

interface Run {
  readonly world: World;
  readonly got: MessageExt[][];
  readonly consumer: () => MQPushConsumer;
}

function run(
  script: Script,
  options: Partial<PushConsumerConfig> & {
    expression?: string;
    answer?: (
      messages: readonly MessageExt[],
      host: Host,
      context: ConsumeConcurrentlyContext,
    ) => ConsumeConcurrentlyStatus | null;
    /** Beside that of TopicTest. */
    routes?: readonly (readonly [string, TopicRouteData])[];
  } = {},
): Run {
  const got: MessageExt[][] = [];
  let consumer: MQPushConsumer | null = null;
  const {expression, answer, routes, ...config} = options;
  const world = scriptedWorld({
    routes: new Map([['TopicTest', routeOver(['broker-a'], 1)], ...(routes ?? [])]),
    brokers: {'broker-a': script},
    client: (host) => {
      consumer = createPushConsumer(host, {
        group: GROUP,
        namesrvAddr: NAMESRV_ADDRESS,
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
        ...config,
      });
      consumer.subscribe('TopicTest', expression ?? '*');
      consumer.registerMessageListener((messages, context, finish) => {
        got.push([...messages]);
        const status = answer === undefined ? 'CONSUME_SUCCESS' : answer(messages, host, context);
        if (status !== null) finish(status);
      });
      consumer.start();
    },
  });
  return {world, got, consumer: () => consumer!};
}

/** Twenty threads deliver, so the order is theirs. */
const offsetsOf = (got: MessageExt[][]) =>
  got
    .flat()
    .map(({queueOffset}) => queueOffset)
    .sort((a, b) => a - b);
const numbered = (count: number): Given[] => Array.from({length: count}, () => ({}));

describe('where a new group begins', () => {
  test.each([
    ['CONSUME_FROM_FIRST_OFFSET', 0],
    ['CONSUME_FROM_TIMESTAMP', 2],
    ['CONSUME_FROM_LAST_OFFSET', 5],
  ] as const)('%s: at %i of 5', (consumeFromWhere, first) => {
    const queue = fakeQueue(numbered(5), null);
    const {world, got} = run(serving(queue), {consumeFromWhere});
    world.runUntil(10 * SECOND);
    expect(queue.pulls[0]!.extFields!['queueOffset']).toBe(`${first}`);
    expect(got.length).toBe(5 - first);
  });

  test('a stored offset counts whatever was asked for', () => {
    const queue = fakeQueue(numbered(5), 3);
    const {world, got} = run(serving(queue), {consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET'});
    world.runUntil(10 * SECOND);
    expect(offsetsOf(got)).toEqual([3, 4]);
  });
});

describe('what is pulled', () => {
  test('is filtered once more by the exact tag, and packed bodies are unpacked', () => {
    const queue = fakeQueue([
      {tags: 'TagA', body: 'x'.repeat(5000), sysFlag: 1},
      {tags: 'TagB'},
      {},
      {tags: 'TagC', body: 'plain'},
    ]);
    const {world, got} = run(serving(queue), {expression: 'TagA || TagC'});
    world.runUntil(10 * SECOND);
    const texts = got.flat().map(({body}) => new TextDecoder().decode(body));
    expect(texts.sort()).toEqual(['plain', 'x'.repeat(5000)]);
  });

  test('comes in batches where the listener takes them', () => {
    const queue = fakeQueue(numbered(10));
    const {world, got} = run(serving(queue), {consumeMessageBatchMaxSize: 4});
    world.runUntil(10 * SECOND);
    expect(got.map((batch) => batch.length).sort()).toEqual([2, 4, 4]);
    for (const batch of got) expect(batch[0]!.queueOffset % 4).toBe(0);
  });

  test('is told to be consumed up to the smallest unfinished offset', () => {
    const queue = fakeQueue(numbered(6));
    // The listener keeps offset 2 to itself.
    const {world} = run(serving(queue), {
      answer: ([message]) => (message!.queueOffset === 2 ? null : 'CONSUME_SUCCESS'),
    });
    world.runUntil(12 * SECOND);
    const told = queue.seen.filter(
      ({code, extFields}) =>
        code === RequestCode.UPDATE_CONSUMER_OFFSET && extFields!['topic'] === 'TopicTest',
    );
    expect(told.map(({extFields}) => extFields!['commitOffset'])).toEqual(['2']);
  });

  test('stops when too much of it waits for the listener', () => {
    const queue = fakeQueue(numbered(3000));
    const {world} = run(serving(queue), {answer: () => null});
    world.runUntil(10 * SECOND);
    // 1,000 may wait, asked before each pull of 32, so 1,024 do.
    expect(queue.pulls.length).toBe(32);
    const told = factsOf(world, 'client').filter((fact) => fact.kind === 'flow-controlled');
    expect(told.length).toBe(1);
  });

  test('comes slowly once it is 2,000 offsets ahead of a message held up', () => {
    const queue = fakeQueue(numbered(2400));
    const {world} = run(serving(queue), {
      answer: ([message]) => (message!.queueOffset === 0 ? null : 'CONSUME_SUCCESS'),
    });
    world.runUntil(10 * SECOND);
    expect(factsOf(world, 'client').find((fact) => fact.kind === 'flow-controlled')).toMatchObject({
      why: 'span',
    });
    // What has been done with leaves the cache, so after each pause of 50 ms one more pull fits.
    expect(queue.pulls.length).toBe(76);
  });
});

describe('an offset out of range', () => {
  test('is set right after ten seconds, and the queue is taken anew by a later rebalance', () => {
    const queue = fakeQueue(numbered(3), 50);
    const {world, got} = run(serving(queue, takingCommits(queue)));
    world.runUntil(45 * SECOND);
    expect(offsetsOf(got)).toEqual([1, 2]);
    const story = factsOf(world, 'client').flatMap((fact) => {
      if (fact.kind === 'pull-offset-moved') return [`moved ${fact.fromOffset} to ${fact.toOffset}`];
      if (fact.kind === 'queue-dropped') return [`dropped ${fact.why}`];
      return fact.kind === 'queue-taken' && fact.topic === 'TopicTest'
        ? [`taken at ${fact.queueOffset}`]
        : [];
    });
    expect(story).toEqual(['taken at 50', 'moved 50 to 1', 'dropped offset-illegal', 'taken at 1']);
  });
});

describe('a message that fails', () => {
  test('is sent back, and counts as done with here', () => {
    const queue = fakeQueue(numbered(2));
    const {world, got} = run(serving(queue), {
      answer: ([message]) => (message!.queueOffset === 1 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS'),
    });
    world.runUntil(30 * SECOND);
    const back = queue.seen.filter(({code}) => code === RequestCode.CONSUMER_SEND_MSG_BACK);
    expect(back.map(({extFields}) => extFields)).toEqual([
      {
        group: GROUP,
        originTopic: 'TopicTest',
        offset: '200',
        delayLevel: '0',
        originMsgId: 'UNIQ-0-1',
        maxReconsumeTimes: '16',
        unitMode: 'false',
      },
    ]);
    expect(offsetsOf(got)).toEqual([0, 1]);
  });

  test('goes to the retry topic as a new message if it cannot be sent back', () => {
    const queue = fakeQueue(numbered(1));
    const sent: RemotingCommand[] = [];
    const {world} = run(
      serving(queue, (request, nth) => {
        // The scripted broker would serve the same message from the retry topic.
        if (request.code === RequestCode.PULL_MESSAGE && request.extFields!['topic'] !== 'TopicTest')
          return refuse(ResponseCode.SYSTEM_ERROR, 'no');
        if (request.code === RequestCode.CONSUMER_SEND_MSG_BACK)
          return refuse(1, 'look message by offset failed, 0');
        if (request.code !== RequestCode.SEND_MESSAGE_V2) return null;
        sent.push(request);
        return stored(request, nth);
      }),
      {
        answer: () => (sent.length === 0 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS'),
        routes: [['%RETRY%CG', routeOver(['broker-a'], 1)]],
      },
    );
    world.runUntil(30 * SECOND);
    expect(sent.length).toBe(1);
    // Both counters move into the header, but the text of the properties was made before.
    const {a, b, i, j, l} = sent[0]!.extFields!;
    expect({a, b, j, l}).toEqual({a: 'CLIENT_INNER_PRODUCER', b: '%RETRY%CG', j: '1', l: '16'});
    const properties = stringToProperties(i!);
    expect(properties.get('UNIQ_KEY')).toBe('UNIQ-0-0');
    expect(properties.get('RETRY_TOPIC')).toBe('TopicTest');
    expect(properties.get('RECONSUME_TIME')).toBe('1');
    expect(properties.get('MAX_RECONSUME_TIMES')).toBe('16');
    expect(properties.get('DELAY')).toBe('3');
    // 4.9.1 sets it in a map that it then throws away.
    expect(properties.has('ORIGIN_MESSAGE_ID')).toBe(false);
    expect(new TextDecoder().decode(sent[0]!.body!)).toBe('m0');
  });

  test('is tried again here after five seconds if neither way works', () => {
    const queue = fakeQueue(numbered(1));
    const sent: RemotingCommand[] = [];
    const {world} = run(
      serving(queue, (request, nth) => {
        if (request.code === RequestCode.CONSUMER_SEND_MSG_BACK)
          return refuse(1, 'look message by offset failed, 0');
        if (request.code !== RequestCode.SEND_MESSAGE_V2) return null;
        sent.push(request);
        return stored(request, nth);
      }),
      {answer: () => 'RECONSUME_LATER'},
    );
    // The scripted NameServer knows no retry topic, so the default topic's route is needed to send there.
    world.runUntil(4 * SECOND);
    expect(sent.length).toBe(0);
    const again = factsOf(world, 'client').filter((fact) => fact.kind === 'message-delivered');
    expect(again.length).toBe(1);
    // Neither way worked, so it is tried again here after five seconds, one more time counted.
    world.runUntil(8 * SECOND);
    const times = factsOf(world, 'client').flatMap((fact) =>
      fact.kind === 'message-delivered' ? [fact.reconsumeTimes] : [],
    );
    expect(times).toEqual([0, 1]);
  });

  test('may be one of a batch: what lies behind the ack index is sent back, with the delay asked for', () => {
    const queue = fakeQueue(numbered(4));
    const {world} = run(serving(queue), {
      consumeMessageBatchMaxSize: 4,
      answer: (_, __, context) => {
        context.ackIndex = 1;
        context.delayLevelWhenNextConsume = 5;
        return 'CONSUME_SUCCESS';
      },
    });
    world.runUntil(12 * SECOND);
    const back = queue.seen.filter(({code}) => code === RequestCode.CONSUMER_SEND_MSG_BACK);
    expect(back.map(({extFields}) => [extFields!['originMsgId'], extFields!['delayLevel']])).toEqual([
      ['UNIQ-0-2', '5'],
      ['UNIQ-0-3', '5'],
    ]);
    const told = factsOf(world, 'client').flatMap((fact) =>
      fact.kind === 'consumption-finished' ? [`${fact.status} ${fact.msgIds.join(' ')}`] : [],
    );
    expect(told).toEqual(['CONSUME_SUCCESS UNIQ-0-0 UNIQ-0-1', 'RECONSUME_LATER UNIQ-0-2 UNIQ-0-3']);
    const reported = queue.seen.filter(({code}) => code === RequestCode.UPDATE_CONSUMER_OFFSET);
    expect(reported[0]!.extFields!['commitOffset']).toBe('4');
  });

  test('because its listener threw, is one that failed', () => {
    const queue = fakeQueue(numbered(1));
    const {world} = run(serving(queue), {
      answer: () => {
        throw new Error('cannot parse order');
      },
    });
    world.runUntil(5 * SECOND);
    expect(queue.seen.filter(({code}) => code === RequestCode.CONSUMER_SEND_MSG_BACK).length).toBe(1);
    expect(
      factsOf(world, 'client').some((fact) => fact.kind === 'warned' && /cannot parse/.test(fact.text)),
    ).toBe(true);
  });
});

/** The settings in a recorded answer to 307, but for `messageListener`. */
const RECORDED_SETTINGS = [
  ...['PROP_CLIENT_VERSION', 'PROP_CONSUMEORDERLY', 'PROP_CONSUMER_START_TIMESTAMP', 'PROP_CONSUME_TYPE'],
  ...['PROP_NAMESERVER_ADDR', 'PROP_THREADPOOL_CORE_SIZE', 'adjustThreadPoolNumsThreshold'],
  ...['allocateMessageQueueStrategy', 'awaitTerminationMillisWhenShutdown', 'consumeConcurrentlyMaxSpan'],
  ...['consumeFromWhere', 'consumeMessageBatchMaxSize', 'consumeThreadMax', 'consumeThreadMin'],
  ...['consumeTimeout', 'consumeTimestamp', 'consumerGroup', 'defaultMQPushConsumerImpl', 'log'],
  ...['maxReconsumeTimes', 'messageModel', 'offsetStore', 'postSubscriptionWhenPull', 'pullBatchSize'],
  ...['pullInterval', 'pullThresholdForQueue', 'pullThresholdForTopic', 'pullThresholdSizeForQueue'],
  ...['pullThresholdSizeForTopic', 'subscription', 'suspendCurrentQueueTimeMillis', 'unitMode'],
];

describe('what a broker asks of a consumer', () => {
  function ask(code: number, ext: Record<string, string>, body: Uint8Array | null = null) {
    const queue = fakeQueue(numbered(3));
    const {world} = run(serving(queue));
    world.runUntil(5 * SECOND);
    let answer: RemotingCommand | null = null;
    queue.push!(newRequest(code, ext, body), (got) => {
      answer = got;
    });
    world.runUntil(6 * SECOND);
    return answer as RemotingCommand | null;
  }

  test('307: how it is doing', () => {
    const answer = ask(RequestCode.GET_CONSUMER_RUNNING_INFO, {consumerGroup: GROUP, clientId: 'c'})!;
    expect([answer.code, answer.remark]).toEqual([0, 'not set any response code']);
    const info = decodeConsumerRunningInfo(answer.body!)!;
    expect([...info.properties.keys()].sort()).toEqual(RECORDED_SETTINGS.toSorted());
    expect(info.properties.get('PROP_CONSUME_TYPE')).toBe('CONSUME_PASSIVELY');
    expect(info.properties.get('PROP_THREADPOOL_CORE_SIZE')).toBe('20');
    expect(
      info.mqTable.map(([{topic}, {commitOffset, cachedMsgCount}]) => [topic, commitOffset, cachedMsgCount]),
    ).toEqual([['TopicTest', 3, 0]]);
    expect(info.subscriptionSet.map(({topic}) => topic).sort()).toEqual(['%RETRY%CG', 'TopicTest']);
    expect(ask(RequestCode.GET_CONSUMER_RUNNING_INFO, {consumerGroup: 'other'})).toMatchObject({
      code: 1,
      remark: 'The Consumer Group <other> not exist in this consumer',
    });
  });

  test('309: to consume one message, now', () => {
    const answer = ask(
      RequestCode.CONSUME_MESSAGE_DIRECTLY,
      {consumerGroup: GROUP, brokerName: 'broker-a'},
      record(0, 9),
    )!;
    expect(decodeConsumeMessageDirectlyResult(answer.body!)).toMatchObject({
      autoCommit: true,
      consumeResult: 'CR_SUCCESS',
      order: false,
      remark: null,
    });
  });

  test('221: its offsets', () => {
    const answer = ask(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, {topic: 'TopicTest', group: GROUP})!;
    expect(decodeConsumerStatus(answer.body!)!.messageQueueTable).toEqual([
      [{topic: 'TopicTest', brokerName: 'broker-a', queueId: 0}, 3],
    ]);
  });

  test('220: to begin elsewhere, after ten seconds', () => {
    const queue = fakeQueue(numbered(3));
    const {world, got} = run(serving(queue, takingCommits(queue)));
    world.runUntil(5 * SECOND);
    const body = encodeResetOffset([[{topic: 'TopicTest', brokerName: 'broker-a', queueId: 0}, 1]]);
    queue.push!(
      newRequest(
        RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
        {topic: 'TopicTest', group: GROUP, timestamp: '0', isForce: 'false'},
        body,
      ),
      () => {},
    );
    world.runUntil(14 * SECOND);
    expect(offsetsOf(got)).toEqual([0, 1, 2]);
    world.runUntil(20 * SECOND);
    expect(offsetsOf(got)).toEqual([0, 1, 1, 2, 2]);
  });
});

describe('settings', () => {
  test('are refused with the texts of the real client', () => {
    const errors: string[] = [];
    const world = scriptedWorld({
      routes: new Map(),
      brokers: {},
      client: (host) => {
        const start = (config: Partial<PushConsumerConfig>, listener = true): void => {
          const consumer = createPushConsumer(host, {group: GROUP, namesrvAddr: NAMESRV_ADDRESS, ...config});
          if (listener) consumer.registerMessageListener((_, __, finish) => finish('CONSUME_SUCCESS'));
          errors.push(consumer.start()?.message.split('\n')[0] ?? 'started');
        };
        start({group: 'DEFAULT_CONSUMER'});
        start({consumeTimestamp: 'yesterday'});
        start({}, false);
        start({consumeThreadMin: 0});
        start({consumeThreadMin: 30});
        start({pullBatchSize: 1025});
        start({pullThresholdForTopic: 0});
        errors.push(
          createPushConsumer(host, {group: GROUP, namesrvAddr: ''})
            .subscribe('T', '||')!
            .message.split('\n')[0]!,
        );
      },
    });
    world.runUntil(SECOND);
    expect(errors).toEqual([
      'consumerGroup can not equal DEFAULT_CONSUMER, please specify another one.',
      'consumeTimestamp is invalid, the valid format is yyyyMMddHHmmss,but received yesterday ',
      'messageListener is null',
      'consumeThreadMin Out of range [1, 1000]',
      'consumeThreadMin (30) is larger than consumeThreadMax (20)',
      'pullBatchSize Out of range [1, 1024]',
      'pullThresholdForTopic Out of range [1, 6553500]',
      'subscription exception',
    ]);
  });
});
