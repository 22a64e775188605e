import {expect, test} from 'vitest';
import type {SendOutcome} from '../../../src/rocketmq/client/api.ts';
import {createProducer} from '../../../src/rocketmq/client/default-mq-producer.ts';
import {newMessage} from '../../../src/rocketmq/client/message-builder.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {
  lines,
  NAMESRV_ADDRESS,
  obliging,
  routeOver,
  type Script,
  scriptedWorld,
  sendTranscript,
  stored,
} from './scripted.ts';

// 4.9.1: a synchronous call that runs out of time closes its connection (`closeSocketIfTimeout`), and a heartbeat has 3 s, whatever
// patience a send has. The first message of a producer is the one that is under way when it sends its first heartbeat.
test('a heartbeat that is not answered in time ends the connection under a patient send, which is sent again and stored twice', () => {
  const msgIds: string[] = [];
  const slow: Script = (request, nth, host, push) => {
    if (request.code === RequestCode.HEART_BEAT) return null;
    if (request.code !== RequestCode.SEND_MESSAGE_V2) return obliging(request, nth, host, push);
    msgIds.push(/UNIQ_KEY.([0-9A-F]+)/s.exec(request.extFields!['i']!)![1]!);
    return nth === 1 ? null : stored(request, nth);
  };
  const outcomes: SendOutcome[] = [];
  const world = scriptedWorld({
    routes: new Map([['TopicTest', routeOver(['broker-a'])]]),
    brokers: {'broker-a': slow},
    client: (host) => {
      const producer = createProducer(host, {
        group: 'PG',
        namesrvAddr: NAMESRV_ADDRESS,
        sendMsgTimeoutMs: 120_000,
      });
      producer.start();
      producer.send(newMessage('TopicTest', null, null, 'first'), (outcome) => outcomes.push(outcome));
    },
  });
  world.runUntil(10_000_000);
  expect(sendTranscript(world).replace(/queue \d/g, 'queue N')).toBe(
    lines(
      'sync send to TopicTest',
      '  1: broker-a queue N',
      '  1 failed, retry: send request to <10.0.1.1:10911> failed',
      '  2: broker-a queue N',
      '  SEND_OK broker-a queue N offset 1',
    ),
  );
  expect(outcomes).toHaveLength(1);
  expect(msgIds).toHaveLength(2);
  expect(new Set(msgIds)).toEqual(new Set([outcomes[0]!.ok && outcomes[0]!.result.msgId]));
});
