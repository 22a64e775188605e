import {describe, expect, test} from 'vitest';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {request} from '../../../src/rocketmq/remoting/command.ts';
import {BrokerWorld} from './broker-world.ts';
import {bodies, pull, send} from './requests.ts';

/** A burst of more sends than one worker takes in 200 ms, a body of 1 MiB each making them slow. */
describe('a send that has waited 200 ms', () => {
  test('is answered SYSTEM_BUSY, and what came in time is stored', () => {
    const world = new BrokerWorld({
      conf: 'sendMessageThreadPoolNums=1\nmappedFileSizeCommitLog=67108864',
      costs: {default: {baseUs: 10, perKiBUs: 0}, kinds: {SEND_MESSAGE_V2: {baseUs: 15_000, perKiBUs: 0}}},
    });
    const wire = world.connect();
    wire.send(send('TopicTest', 0, 'warm up'));
    world.world.runUntil(2_000_000);
    const sent = Array.from({length: 40}, (_, i) => wire.send(send('TopicTest', 0, `m${i}`)));
    world.runMs(2000);
    const answers = sent.map((opaque) => wire.answerTo(opaque)!);
    const refused = answers.filter(({code}) => code === 2);
    const taken = answers.filter(({code}) => code === 0);
    expect(refused.length + taken.length).toBe(40);
    expect(taken.length).toBeGreaterThanOrEqual(12);
    expect(taken.length).toBeLessThanOrEqual(15);
    expect(refused[0]!.remark).toMatch(
      /^\[TIMEOUT_CLEAN_QUEUE\]broker busy, start flow control for a while, period in queue: 20\dms, size of queue: \d+$/,
    );
    // Only those that were told so are stored.
    const opaque = wire.send(pull('TopicTest', 0, 1, {maxMsgNums: '64'}));
    world.runMs(50);
    expect(bodies(wire.answerTo(opaque))).toHaveLength(taken.length);
  });

  test('waits on where fast failure is off', () => {
    const world = new BrokerWorld({
      conf: 'sendMessageThreadPoolNums=1\nbrokerFastFailureEnable=false',
      costs: {default: {baseUs: 10, perKiBUs: 0}, kinds: {SEND_MESSAGE_V2: {baseUs: 15_000, perKiBUs: 0}}},
    });
    const wire = world.connect();
    const sent = Array.from({length: 40}, (_, i) => wire.send(send('TopicTest', 0, `m${i}`)));
    world.runMs(2000);
    expect(sent.map((opaque) => wire.answerTo(opaque)?.code)).toEqual(sent.map(() => 0));
  });
});

test('a send that finds the queue full is refused at once', () => {
  const world = new BrokerWorld({
    conf: 'sendMessageThreadPoolNums=1\nsendThreadPoolQueueCapacity=5',
    costs: {default: {baseUs: 10, perKiBUs: 0}, kinds: {SEND_MESSAGE_V2: {baseUs: 15_000, perKiBUs: 0}}},
  });
  const wire = world.connect();
  const sent = Array.from({length: 10}, (_, i) => wire.send(send('TopicTest', 0, `m${i}`)));
  world.runMs(200);
  const refused = sent.map((opaque) => wire.answerTo(opaque)!).filter(({code}) => code === 2);
  expect(refused.map(({remark}) => remark)).toEqual(
    Array.from({length: 4}, () => '[OVERLOAD]system busy, start flow control for a while'),
  );
});

test.each([
  ['pullMessageThreadPoolNums', 'waitTimeMillsInPullQueue=100', 'PULL_MESSAGE', true],
  ['heartbeatThreadPoolNums', 'waitTimeMillsInHeartbeatQueue=100', 'HEART_BEAT', true],
  ['endTransactionThreadPoolNums', 'waitTimeMillsInTransactionQueue=100', 'END_TRANSACTION', true],
  // Nobody looks after the others, whose requests may grow as old as they like.
  ['queryMessageThreadPoolNums', '', 'VIEW_MESSAGE_BY_ID', false],
  ['consumerManageThreadPoolNums', '', 'QUERY_CONSUMER_OFFSET', false],
] as const)('the queue of %s has a patience of its own (%s)', (threads, patience, kind, watched) => {
  const world = new BrokerWorld({
    conf: `${threads}=1\n${patience}`,
    costs: {default: {baseUs: 10, perKiBUs: 0}, kinds: {[kind]: {baseUs: 15_000, perKiBUs: 0}}},
  });
  const wire = world.connect();
  world.world.runUntil(2_000_000);
  // Whatever they ask, nobody minds: it is about the time that they wait.
  const asked = Array.from({length: 20}, () => wire.send(request(RequestCode[kind], {topic: 'T'})));
  world.runMs(1000);
  const busy = asked.filter((opaque) => wire.answerTo(opaque)?.code === 2);
  if (watched) expect(busy.length).toBeGreaterThanOrEqual(12);
  else expect(busy).toEqual([]);
});
