import {describe, expect, test} from 'vitest';
import {encodeSubscriptionGroupConfig} from '../../../src/rocketmq/remoting/bodies/subscription-group.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {isResponse, type RemotingCommand} from '../../../src/rocketmq/remoting/command.ts';
import {decodeFrame} from '../../../src/rocketmq/remoting/frame.ts';
import {fromHex, type RecordedLine, recordedSession, type SESSIONS} from '../remoting/recorded-frames.ts';
import {BrokerWorld, told, type Wire} from './broker-world.ts';

function commandOf(line: RecordedLine): RemotingCommand {
  const command = decodeFrame(fromHex(line.hex!));
  if ('error' in command) throw new Error(command.error);
  return command;
}

/**
 * Sends our broker what the real one received, over as many connections and at the same moments, and puts beside each
 * other what both answered.
 */
function replay(
  world: BrokerWorld,
  session: (typeof SESSIONS)[number],
  skip: (line: RecordedLine) => boolean = () => false,
): {theirs: string[]; ours: string[]} {
  const wires = new Map<number, Wire>();
  const wanted: {line: RecordedLine; answer: RemotingCommand}[] = [];
  const beginMs = world.nowMs;
  for (const line of recordedSession(session)) {
    if (!/^client->broker|^broker(-vip)?->client/.test(line.direction)) continue;
    const leftMs = beginMs + line.t_ms - world.nowMs;
    if (leftMs > 0) world.runMs(leftMs);
    if (line.direction.startsWith('client->')) {
      const port = line.direction.endsWith('vip') ? world.port - 2 : world.port;
      if (line.event !== 'close' && !wires.has(line.conn)) wires.set(line.conn, world.connect(port));
      if (line.event === 'close') {
        // Our machines are slower than the recorded one: nobody hangs up before the answer.
        world.runMs(30);
        wires.get(line.conn)?.end();
      }
      if (line.hex !== undefined) wires.get(line.conn)!.write(fromHex(line.hex));
    } else if (line.hex !== undefined && line.code !== null && !skip(line)) {
      wanted.push({line, answer: commandOf(line)});
    }
  }
  world.runMs(100);
  const theirs: string[] = [];
  const ours: string[] = [];
  for (const {line, answer} of wanted) {
    const {received} = wires.get(line.conn)!;
    const match = isResponse(answer)
      ? received.find((one) => isResponse(one) && one.opaque === answer.opaque)
      : received.find((one) => !isResponse(one) && one.code === answer.code);
    theirs.push(`${line.seq} ${line.note}: ${told(answer)}`);
    ours.push(`${line.seq} ${line.note}: ${told(match ?? null)}`);
  }
  return {theirs, ours};
}

describe('asked what the real 4.9.1 was asked, our broker answers the same', () => {
  test('e-errors', () => {
    const world = new BrokerWorld({
      address: '127.0.0.1',
      port: 34_911,
      // The recorded broker kept no index: what it says of its last update is 0.
      conf: 'autoCreateTopicEnable=false\nmaxMessageSize=16384\nmessageIndexEnable=false',
      // Chance must pick the queue that it picked when the session was recorded.
      seed: '3',
    });
    const admin = world.connect();
    const topic = {
      defaultTopic: 'TBW102',
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: '0',
      order: 'false',
    };
    for (const [name, queues, perm] of [
      ['ErrTopic', '4', '6'],
      ['ReadOnlyTopic', '1', '6'],
      ['ReadOnlyTopic', '1', '4'],
    ] as const) {
      const fields = {...topic, topic: name, readQueueNums: queues, writeQueueNums: queues, perm};
      admin.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, fields);
    }
    const group = encodeSubscriptionGroupConfig({
      groupName: 'CG_err',
      brokerId: 0,
      consumeBroadcastEnable: false,
      consumeEnable: true,
      consumeFromMinEnable: false,
      notifyConsumerIdsChangedEnable: true,
      retryMaxTimes: 16,
      retryQueueNums: 1,
      whichBrokerWhenConsumeSlowly: 1,
    });
    admin.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, null, group);
    // The one held pull ended 2.75 s after it began, at a sweep; so ours must begin as long before a sweep.
    world.world.runUntil(290_000);
    // Where a view does not hit a record, 4.9.1 serves what it takes for one: here, nothing at all.
    const {theirs, ours} = replay(world, 'e-errors', ({seq}) => seq === 335);
    expect(theirs.length).toBeGreaterThan(50);
    expect(ours).toEqual(theirs);
  });

  test('a-quickstart', () => {
    const world = new BrokerWorld({address: '127.0.0.1', port: 30_911});
    const {theirs, ours} = replay(world, 'a-quickstart');
    expect(theirs.length).toBeGreaterThan(60);
    expect(ours).toEqual(theirs);
  });

  test('c-binary-header', () => {
    const world = new BrokerWorld({address: '127.0.0.1', port: 38_911, serializer: 'ROCKETMQ'});
    // 4.9.1 glues the batch's properties to each item's without a separator, a defect that is not copied: those records
    // are a byte longer here. And figures of a running broker (28) are its own.
    const {theirs, ours} = replay(world, 'c-binary-header', ({seq}) => [36, 85, 118].includes(seq));
    expect(theirs.length).toBeGreaterThan(20);
    expect(ours).toEqual(theirs);
  });

  test('d-mqadmin', () => {
    const world = new BrokerWorld({address: '127.0.0.1', port: 36_911});
    // Left out: figures of a running broker (28), the raw consume queue (321), what a client has to answer (307), and a pull
    // that raced with a heartbeat.
    const {theirs, ours} = replay(
      world,
      'd-mqadmin',
      ({seq, note}) => /RUNTIME_INFO|QUERY_CONSUME_QUEUE|RUNNING_INFO/.test(note) || seq === 975,
    );
    expect(theirs.length).toBeGreaterThan(150);
    expect(ours).toEqual(theirs);
  });
});
