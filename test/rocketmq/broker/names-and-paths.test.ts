import {expect, test} from 'vitest';
import {encodeSubscriptionGroupConfig} from '../../../src/rocketmq/remoting/bodies/subscription-group.ts';
import {request} from '../../../src/rocketmq/remoting/command.ts';
import {BrokerWorld} from './broker-world.ts';
import {heartbeat, pull, send, sendFields} from './requests.ts';

const STORE = '/root/store';
/** Climbs out of `consumequeue/<topic>`, out of the store, and to a place of its own choice. */
const ESCAPES = [
  '../../x',
  '../../../../tmp/x',
  '/tmp/x',
  'a/b',
  '..',
  '.',
  'x\u0000y',
  `${'../'.repeat(20)}tmp/x`,
];
const HALF = 'RMQ_SYS_TRANS_HALF_TOPIC';

/** Files of the broker's machine that are not where they belong, and folders of queues, but for those of good topics. */
function strays(world: BrokerWorld): string[] {
  return world.world.listFiles('m1').filter((path) => {
    const isInStore =
      /^\/root\/store\/(commitlog|index|config)\/[^/]+$|^\/root\/store\/(abort|checkpoint|lock)$/.test(path);
    const isQueue =
      /^\/root\/store\/consumequeue\/(Good|RMQ_SYS_TRANS_HALF_TOPIC|SCHEDULE_TOPIC_XXXX)\/\d+\/\d{20}$/.test(
        path,
      );
    return !isInStore && !isQueue;
  });
}

test.each(ESCAPES)('no request makes a path of the name %j', (name) => {
  const world = new BrokerWorld();
  const wire = world.connect();
  const bytes = new TextEncoder();
  wire.send(send('Good', 0, 'a message'));
  world.runMs(50);
  expect(world.world.listFiles('m1').some((path) => path.startsWith(`${STORE}/consumequeue/Good/`))).toBe(
    true,
  );
  expect(strays(world)).toEqual([]);

  // Topics, where they are sent to.
  const topicFields = {...sendFields(name, 0), i: ''};
  expect(wire.ask(310, topicFields, bytes.encode('x'))?.code).toBe(1);
  expect(wire.ask(320, {...topicFields, m: 'true'}, bytes.encode('x'))?.code).toBe(1);
  expect(wire.ask(325, topicFields, bytes.encode('x'))?.code).not.toBe(0);
  expect(wire.ask(310, {...topicFields, b: `%RETRY%${name}`}, bytes.encode('x'))?.code).toBe(1);
  // Topics, where they are made, asked about and deleted.
  const queue = {topic: name, queueId: '0', timestamp: '0'};
  const making = {
    defaultTopic: 'TBW102',
    readQueueNums: '1',
    writeQueueNums: '1',
    perm: '6',
    topicFilterType: 'SINGLE_TAG',
  };
  expect(wire.ask(17, {...making, topic: name})?.code).toBe(1);
  for (const code of [29, 30, 31, 32, 202, 303, 321])
    wire.ask(code, {...queue, group: 'G', index: '0', count: '1'});
  wire.send(pull(name, 0, 0));

  // Groups: each brings a retry topic and a dead-letter topic of its name.
  wire.send(heartbeat('c@1', [name], ['Good']));
  wire.ask(
    200,
    null,
    encodeSubscriptionGroupConfig({
      groupName: name,
      brokerId: 0,
      consumeBroadcastEnable: true,
      consumeEnable: true,
      consumeFromMinEnable: true,
      notifyConsumerIdsChangedEnable: true,
      retryMaxTimes: 16,
      retryQueueNums: 1,
      whichBrokerWhenConsumeSlowly: 1,
    }),
  );
  wire.ask(15, {consumerGroup: name, topic: name, queueId: '0', commitOffset: '1'});
  const isPath = !['..', '.'].includes(name);
  for (const delayLevel of ['0', '1', '-1']) {
    const answer = wire.ask(36, {offset: '0', group: name, delayLevel, originTopic: 'Good'});
    // Behind `%RETRY%`, two dots are letters like others.
    if (isPath) expect([answer?.code, answer?.remark]).toEqual([1, 'MESSAGE_ILLEGAL']);
  }

  // A real topic in a property: of a half message that a client made itself, and then commits.
  const properties = `TRAN_MSG\u0001true\u0002PGROUP\u0001PG\u0002REAL_TOPIC\u0001${name}\u0002REAL_QID\u0001../../x`;
  const half = wire.ask(
    310,
    {...sendFields(HALF, 0), i: properties.replace('TRAN_MSG\u0001true\u0002', '')},
    bytes.encode('x'),
  );
  expect(half?.code).toBe(0);
  const commitLogOffset = String(Number.parseInt(half!.extFields!['msgId']!.slice(16), 16));
  const tranStateTableOffset = half!.extFields!['queueOffset']!;
  const ending = {
    producerGroup: 'PG',
    tranStateTableOffset,
    commitLogOffset,
    commitOrRollback: '8',
    msgId: 'm',
  };
  expect(wire.ask(37, ending)?.code).toBe(13);
  // And of one that is to be delayed.
  wire.send(send('Good', 0, 'later', `DELAY\u00011\u0002REAL_TOPIC\u0001${name}\u0002REAL_QID\u00010`));

  world.runMs(20_000);
  for (const code of [215, 316, 306]) wire.ask(code, {topic: name});
  wire.ask(207, {groupName: name, removeOffset: 'true'});
  world.runMs(20_000);
  expect(world.world.crashes).toEqual([]);
  const found = strays(world).filter((path) => isPath || !path.startsWith(`${STORE}/consumequeue/%`));
  expect(found).toEqual([]);
  // Nothing hangs behind what was refused: the delayed message has come back to its own topic.
  const fresh = world.connect();
  expect(fresh.send(request(30, {topic: 'Good', queueId: '0'}))).toBe(1);
  world.runMs(50);
  expect(fresh.answerTo(1)?.extFields?.['offset']).toBe('2');
});
