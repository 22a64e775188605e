import {expect, test} from 'vitest';
import {type ExtFields, request} from '../../../src/rocketmq/remoting/command.ts';
import {BrokerWorld} from './broker-world.ts';
import {bodies, pull, send} from './requests.ts';

const encoder = new TextEncoder();

/** Texts that a field may hold which no well-behaved client would send. */
const ODD = [
  '',
  ' ',
  '-1',
  '0',
  '1',
  '99999999999',
  '9223372036854775807',
  '-9223372036854775808',
  'x',
  'true',
  '%RETRY%',
  '%',
  'null',
  '\u0001\u0002',
  '日本',
  'TBW102',
  'TopicTest',
  'CG',
];
const NAMES =
  'a b c d e f g h i j k l m topic queueId offset commitOffset consumerGroup producerGroup group groupName clientID clientId timestamp maxNum key beginTimestamp endTimestamp commitOrRollback commitLogOffset tranStateTableOffset sysFlag queueOffset maxMsgNums suspendTimeoutMillis subVersion expressionType subscription defaultTopic defaultTopicQueueNums readQueueNums writeQueueNums perm topicFilterType topicSysFlag delayLevel msgId statsName statsKey srcGroup destGroup isForce bornTimestamp flag properties batch reconsumeTimes'.split(
    ' ',
  );
const BODIES = [
  null,
  '',
  '{}',
  '[]',
  'null',
  '{"clientID":1,"consumerDataSet":[null,{}],"producerDataSet":[{}]}',
  '{"mqSet":[null,{"queueId":"x"}]}',
  '{{{{',
  'listenPort=\\uzzzz',
  'brokerPermission=9',
  '\u0000\u0000\u0000\u0010junk',
].map((text) => (text === null ? null : encoder.encode(text)));

/** A small generator, so that a failure can be found again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
}

test.each([1, 2, 3])('whatever arrives, the broker lives and goes on serving (seed %i)', (seed) => {
  const world = new BrokerWorld();
  const roll = dice(seed);
  const wire = world.connect();
  const codes = [
    ...Array.from({length: 60}, (_, i) => i),
    ...Array.from({length: 30}, (_, i) => 200 + i),
    ...Array.from({length: 30}, (_, i) => 300 + i),
  ];
  for (let round = 0; round < 12; round += 1) {
    for (const code of codes) {
      const fields: ExtFields = {};
      for (let count = roll(16); count > 0; count -= 1) {
        fields[NAMES[roll(NAMES.length)]!] = ODD[roll(ODD.length)]!;
      }
      wire.send(request(code, roll(5) === 0 ? null : fields, BODIES[roll(BODIES.length)]!));
    }
    world.runMs(1000);
  }
  // Also without its permission the broker answers; give it back.
  wire.ask(25, null, encoder.encode('brokerPermission=6\nautoCreateTopicEnable=true'));
  world.runMs(20_000);
  expect(world.world.crashes).toEqual([]);
  expect(world.world.isRunning('broker-a')).toBe(true);
  const fresh = world.connect();
  fresh.send(send('StillHere', 0, 'yes'));
  world.runMs(50);
  const opaque = fresh.send(pull('StillHere', 0, 0));
  world.runMs(50);
  expect(bodies(fresh.answerTo(opaque))).toEqual(['yes']);
});
