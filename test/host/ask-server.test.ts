import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {lab} from '../cli/lab.ts';
import {Cluster, until} from './serving-fixture.ts';

test('mqadmin asks servers that run, over real connections', () =>
  Cluster.on(async (cluster) => {
    const servers = await cluster.serve();
    const ask = (...words: string[]) => lab('mqadmin', '-n', cluster.namesrvAddr, ...words);
    const {acknowledged} = await cluster.send('TopicTest', ['first', 'second', 'third']);
    const got = cluster.consume('c-group', 'TopicTest');
    await until(() => got.length === 3, 'all consumed');

    const {code, out, err} = await ask('clusterList');
    expect([code, err]).toEqual([0, []]);
    expect(out[0]).toMatch(/^#Cluster Name {5}#Broker Name {12}#BID /);
    expect(out.slice(1)).toEqual([
      expect.stringContaining(
        `DefaultCluster    broker-a                0     127.0.0.1:${cluster.ports.broker}`,
      ),
    ]);

    const {msgId, offsetMsgId, messageQueue, queueOffset} = acknowledged.get('second')!;
    const byUniqueKey = await ask('queryMsgByUniqueKey', '-t', 'TopicTest', '-i', msgId);
    expect(byUniqueKey.err).toEqual([]);
    expect(byUniqueKey.out).toEqual(
      expect.arrayContaining([
        `Queue ID:            ${messageQueue.queueId}`,
        `Queue Offset:        ${queueOffset}`,
        `Store Host:          127.0.0.1:${cluster.ports.broker}`,
        expect.stringMatching(/^MessageTrack \[consumerGroup=c-group, trackType=\w+, exceptionDesc=.*\]$/),
      ]),
    );
    const path = byUniqueKey.out.find((line) => line.startsWith('Message Body Path:'))!.slice(21);
    expect(readFileSync(path, 'utf8')).toBe('second');
    const byId = await ask('queryMsgById', '-i', offsetMsgId);
    expect(byId.out[0]).toBe(`OffsetID:            ${offsetMsgId}`);
    expect(byId.out.slice(1, -1)).toEqual(byUniqueKey.out.slice(0, -1));

    const none = await ask('queryMsgByKey', '-t', 'TopicTest', '-k', 'nothing');
    expect(none.code).toBe(0);
    expect(none.err[1]).toContain('CODE: 208  DESC: query message by key finished, but no message.');
    expect(await servers.stop()).toBe(0);
    const gone = await ask('clusterList');
    expect(gone.err[1]).toBe(
      `Caused by: org.apache.rocketmq.remoting.exception.RemotingConnectException: connect to [${cluster.namesrvAddr}] failed`,
    );
  }));

test('what is wrong with the line is told in one line', async () => {
  const wrong = async (...words: string[]) => {
    const {code, out, err} = await lab('mqadmin', ...words);
    expect([code, out, err.length]).toEqual([2, [], 1]);
    return err[0];
  };
  const {NAMESRV_ADDR} = process.env;
  delete process.env['NAMESRV_ADDR'];
  expect(await wrong('clusterList')).toBe(
    'whom to ask? Give NameServers, e.g. -n 127.0.0.1:9876, or a scenario file before the command',
  );
  if (NAMESRV_ADDR !== undefined) process.env['NAMESRV_ADDR'] = NAMESRV_ADDR;
  expect(await wrong('clusterList', '-n', 'here')).toBe(
    '-n: found "here", expected addresses like "127.0.0.1:9876;192.168.0.1:9876"',
  );
  expect(await wrong('-n', '127.0.0.1:9876', 'deleteTopic')).toContain(
    'The sub command deleteTopic not exist.',
  );
  expect(await wrong('-n', '127.0.0.1:9876', '--until', '1s', 'clusterList')).toBe(
    '--seed and --until go with a scenario file, which would stand before the command',
  );
  expect(await wrong('-n', '127.0.0.1:9876', 'queryMsgByKey', '-t', 'T')).toBe(
    'queryMsgByKey needs -k <msgKey>; it takes -t <topic> -k <msgKey> [-n <namesrvAddr>]',
  );
});
