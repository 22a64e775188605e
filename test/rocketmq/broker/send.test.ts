import {describe, expect, test} from 'vitest';
import type {BrokerParts} from '../../../src/rocketmq/broker/broker-parts.ts';
import {putRefusal, storedCode} from '../../../src/rocketmq/broker/send-refusals.ts';
import {encodeBatch} from '../../../src/rocketmq/message/batch.ts';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import type {PutMessageStatus} from '../../../src/rocketmq/store/message-store.ts';
import {BrokerWorld, told, type Wire} from './broker-world.ts';
import {bodies, pull, send, sendFields} from './requests.ts';

const ALWAYS = {MSG_REGION: 'DefaultRegion', TRACE_ON: 'true'};

function answerTo(world: BrokerWorld, wire: Wire, command: RemotingCommand): RemotingCommand | null {
  const opaque = wire.send(command);
  world.runMs(20);
  return wire.answerTo(opaque);
}

function createTopic(wire: Wire, topic: string, more: ExtFields = {}): void {
  wire.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    topic,
    defaultTopic: 'TBW102',
    readQueueNums: '4',
    writeQueueNums: '4',
    perm: '6',
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: '0',
    order: 'false',
    ...more,
  });
}

describe('a send is refused', () => {
  test('before the broker’s time has come', () => {
    const world = new BrokerWorld({conf: 'startAcceptSendRequestTimeStamp=32503680000123'});
    const answer = answerTo(world, world.connect(), send('T', 0, 'x'));
    expect(answer).toMatchObject({
      code: 1,
      remark: 'broker unable to service, until 3000-01-01 00:00:00,123',
      extFields: ALWAYS,
    });
  });

  test('by a slave, whose store takes nothing', () => {
    const world = new BrokerWorld({conf: 'brokerRole=SLAVE\nbrokerId=1'});
    const answer = answerTo(world, world.connect(), send('T', 0, 'x'));
    expect(answer?.code).toBe(14);
    expect(answer?.remark).toMatch(
      /^service not available now\. .* \[CL: {2}\d\.\d\d CQ: {2}\d\.\d\d INDEX: {2}\d\.\d\d\], messages are put to the slave, /,
    );
  });

  test('half a transaction, where transactions are switched off', () => {
    const world = new BrokerWorld({conf: 'rejectTransactionMessage=true'});
    const answer = answerTo(world, world.connect(), send('T', 0, 'x', 'TRAN_MSG\u0001true', {f: '4'}));
    expect(answer).toMatchObject({
      code: 16,
      remark: 'the broker[10.0.0.1] sending transaction message is forbidden',
    });
  });

  test('to the retry topic of a group that is not there and may not be made', () => {
    const world = new BrokerWorld({conf: 'autoCreateSubscriptionGroup=false'});
    const answer = answerTo(world, world.connect(), send('%RETRY%G', 0, 'x', '', {l: '16'}));
    expect(answer).toMatchObject({
      code: 26,
      remark:
        'subscription group not exist, G \nSee http://rocketmq.apache.org/docs/faq/ for further details.',
    });
  });
});

test('with SYNC_FLUSH an answer means durable, unless the producer does not wait', () => {
  /** What the broker did first with the message in its log: make it durable, or answer. */
  const first = (wait: boolean): string | undefined => {
    const world = new BrokerWorld({conf: 'flushDiskType=SYNC_FLUSH'});
    const answer = answerTo(world, world.connect(), send('T', 0, 'x', `WAIT\u0001${wait}`));
    expect(answer).toMatchObject({code: 0});
    const {entries} = world.world.trace;
    const appended = entries.findIndex(
      (entry) => entry.kind === 'fact' && entry.fact.kind === 'message-appended',
    );
    const next = entries
      .slice(appended)
      .find(
        (entry) =>
          (entry.kind === 'fact' && entry.fact.kind === 'log-flushed') ||
          (entry.kind === 'bytes-sent' && entry.process === 'broker-a'),
      );
    return next?.kind === 'fact' ? 'flushes' : 'answers';
  };
  expect([first(true), first(false)]).toEqual(['flushes', 'answers']);
});

test('what the store says becomes a code, with which a producer knows whether its message is stored', () => {
  const disk = {totalBytes: () => 1000, freeBytes: () => 55};
  const codeOf = (status: PutMessageStatus): string => {
    const refusal = putRefusal({host: {disk}} as unknown as BrokerParts, {status, append: null});
    return refusal === null
      ? `stored ${storedCode({status, append: null})}`
      : `${refusal.code} ${refusal.remark.slice(0, 40)}`;
  };
  expect(codeOf('PUT_OK')).toBe('stored 0');
  expect(codeOf('FLUSH_DISK_TIMEOUT')).toBe('stored 10');
  expect(codeOf('SLAVE_NOT_AVAILABLE')).toBe('stored 11');
  expect(codeOf('FLUSH_SLAVE_TIMEOUT')).toBe('stored 12');
  expect(codeOf('SERVICE_NOT_AVAILABLE')).toBe('14 service not available now. It may be cau');
  expect(codeOf('CREATE_MAPEDFILE_FAILED')).toBe('1 create mapped file failed, server is bus');
  expect(codeOf('MESSAGE_ILLEGAL')).toBe('13 the message is illegal, maybe msg body o');
  expect(codeOf('PROPERTIES_SIZE_EXCEEDED')).toBe('13 the message is illegal, maybe msg body o');
  expect(codeOf('OS_PAGECACHE_BUSY')).toBe('1 [PC_SYNCHRONIZED]broker busy, start flow');
  expect(codeOf('UNKNOWN_ERROR')).toBe('1 UNKNOWN_ERROR');
});

describe('what a topic says of itself', () => {
  test('permission and number of write queues do not keep a send out', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    createTopic(wire, 'T', {readQueueNums: '3', writeQueueNums: '1', perm: '4'});
    expect(answerTo(world, wire, send('T', 2, 'x'))).toMatchObject({code: 0, extFields: {queueId: '2'}});
    expect(answerTo(world, wire, send('T', 3, 'x'))?.remark).toMatch(/^request queueId\[3\] is illegal, /);
  });

  test('MULTI_TAG is marked in the record', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    createTopic(wire, 'T', {topicFilterType: 'MULTI_TAG'});
    answerTo(world, wire, send('T', 0, 'x'));
    const record = decodeRecord(answerTo(world, wire, pull('T', 0, 0))!.body!);
    expect(record?.sysFlag).toBe(2);
  });
});

test('a record says where it came from and by which cluster, and not that its producer waits', () => {
  const world = new BrokerWorld();
  const wire = world.connect();
  answerTo(world, wire, send('T', 0, 'x', 'WAIT\u0001true\u0002KEYS\u0001k'));
  const record = decodeRecord(answerTo(world, wire, pull('T', 0, 0))!.body!)!;
  expect([...record.properties]).toEqual([
    ['KEYS', 'k'],
    ['CLUSTER', 'DefaultCluster'],
  ]);
  expect(record.bornHost).toMatch(/^10\.0\.0\.2:\d+$/);
  expect(record.storeHost).toBe('10.0.0.1:10911');
});

describe('a consumer that sends to its retry topic itself', () => {
  const retried = (reconsumeTimes: string) => send('%RETRY%G', 0, 'x', '', {j: reconsumeTimes, l: '3'});

  test('reaches it until it has tried often enough, then the dead letters, which nobody may read', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    for (const times of ['2', '3']) expect(answerTo(world, wire, retried(times))?.code).toBe(0);
    expect(world.facts(['message-appended']).map(({topic}) => topic)).toEqual(['%RETRY%G', '%DLQ%G']);
    expect(world.facts(['topic-configured']).at(-1)).toMatchObject({
      topic: '%DLQ%G',
      readQueueNums: 1,
      perm: 2,
    });
  });

  test('must say how often it may try', () => {
    const world = new BrokerWorld();
    const answer = answerTo(world, world.connect(), send('%RETRY%G', 0, 'x'));
    expect(answer?.code).toBe(1);
    expect(answer?.remark).toContain('SendMessageRequestHeader.getMaxReconsumeTimes()" is null');
  });

  test('is not looked at so closely if it sends a batch', () => {
    const world = new BrokerWorld();
    const wire = world.connect();
    const items = ['a', 'b'].map((text) => ({
      topic: '%RETRY%G',
      flag: 0,
      properties: new Map<string, string>(),
      body: new TextEncoder().encode(text),
      transactionId: null,
    }));
    const fields = sendFields('%RETRY%G', 0, '', {j: '99', m: 'true'});
    const answer = answerTo(world, wire, request(RequestCode.SEND_BATCH_MESSAGE, fields, encodeBatch(items)));
    expect(told(answer)).toMatch(/^0 /);
    expect(bodies(answerTo(world, wire, pull('%RETRY%G', 0, 0)))).toEqual(['a', 'b']);
  });
});
