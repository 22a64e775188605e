import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {MessageExt} from '../../src/rocketmq/message/message.ts';
import {bodiesOf, Cluster, exitOf, until} from './serving-fixture.ts';

const numbered = (count: number): string[] => Array.from({length: count}, (_, i) => `message ${i}`);
const sorted = (texts: Iterable<string>): string[] => [...texts].sort();

describe('RocketMQ on real sockets and files', () => {
  test('a thousand messages go from our producer through our broker to our consumer, each once', () =>
    Cluster.on(async (cluster) => {
      const servers = await cluster.serve();
      expect(cluster.printed).toEqual([
        'The Name Server boot success. serializeType=JSON',
        `The broker[broker-a, 127.0.0.1:${cluster.ports.broker}] boot success. serializeType=JSON and name server is ${cluster.namesrvAddr}`,
      ]);
      const bodies = numbered(1000);
      const {acknowledged, failed} = await cluster.send('TopicTest', bodies);
      expect(failed).toEqual([]);
      expect(acknowledged.size).toBe(1000);
      expect(new Set([...acknowledged.values()].map((result) => result.msgId)).size).toBe(1000);
      const got = cluster.consume('c-group', 'TopicTest');
      const heard = (): MessageExt[] => cluster.resends.once(got);
      await until(() => heard().length >= 1000, 'all consumed');
      expect(sorted(bodiesOf(heard())), cluster.resends.tellCopies(got)).toEqual(sorted(bodies));
      // They can be told apart by where they lie, and nothing was lost or doubled between queues.
      expect(new Set(heard().map((message) => `${message.queueId}@${message.queueOffset}`)).size).toBe(1000);
      expect(await servers.stop()).toBe(0);
      expect(cluster.warned).toEqual([]);
    }));

  test('a broker that is stopped and started on its store has everything, and goes on where it was', () =>
    Cluster.on(async (cluster) => {
      const first = await cluster.serve();
      const before = numbered(300);
      expect((await cluster.send('TopicTest', before)).failed).toEqual([]);
      const half = cluster.consume('c-group', 'TopicTest');
      await until(() => cluster.resends.once(half).length >= 300, 'first part consumed');
      expect(await first.stop()).toBe(0);
      expect(existsSync(join(cluster.store, 'abort'))).toBe(false);
      expect(existsSync(join(cluster.store, 'serving.pid'))).toBe(false);

      const second = await cluster.serve();
      const after = ['one more', 'and another'];
      const {acknowledged} = await cluster.send('TopicTest', after);
      expect(sorted(acknowledged.keys())).toEqual(sorted(after));
      const all = cluster.consume('another-group', 'TopicTest');
      await until(() => cluster.resends.once(all).length >= 302, 'everything consumed');
      expect(sorted(bodiesOf(cluster.resends.once(all)))).toEqual(sorted([...before, ...after]));
      expect(await second.stop()).toBe(0);
    }));

  test('a broker process that is killed with signal 9 has, started again, everything it acknowledged', () =>
    Cluster.on(async (cluster) => {
      const conf = join(cluster.folder, 'broker.conf');
      writeFileSync(conf, cluster.conf);
      await cluster.spawn(['namesrv', '-p', String(cluster.ports.namesrv), '--store', cluster.folder]);
      const brokerArgs = ['broker', '-c', conf, '-n', cluster.namesrvAddr, '--store', cluster.store];
      const broker = await cluster.spawn(brokerArgs);
      // It dies in the middle of the sending: what is unanswered then may be there or not.
      let answered = 0;
      const {acknowledged, failed} = await cluster.send('TopicTest', numbered(600), 16, () => {
        if (++answered === 300) broker.kill('SIGKILL');
      });
      expect(acknowledged.size).toBeGreaterThanOrEqual(300);
      expect(failed.length).toBeGreaterThan(0);
      expect(existsSync(join(cluster.store, 'abort'))).toBe(true);

      const restarted = await cluster.spawn(brokerArgs);
      const got = cluster.consume('c-group', 'TopicTest');
      const has = (): Set<string> => new Set(bodiesOf(got));
      await until(
        () => [...acknowledged.keys()].every((body) => has().has(body)),
        'all acknowledged are there',
      );
      for (const message of got) {
        const result = acknowledged.get(new TextDecoder().decode(message.body));
        if (result !== undefined) {
          expect([message.queueId, message.queueOffset]).toEqual([
            result.messageQueue.queueId,
            result.queueOffset,
          ]);
        }
      }
      restarted.kill('SIGTERM');
      expect(await exitOf(restarted)).toBe(0);
      expect(existsSync(join(cluster.store, 'abort'))).toBe(false);
    }));
});

describe('the serve command', () => {
  test('says where a configuration is wrong, and starts nothing', () =>
    Cluster.on(async (cluster) => {
      const conf = join(cluster.folder, 'broker.conf');
      writeFileSync(conf, 'brokerName=a\nlistenPort=many\nflushDiskTyp=SYNC_FLUSH\n');
      const child = await cluster.spawn(['-c', conf, '--store', cluster.store]);
      expect(await exitOf(child)).toBe(2);
      const told = cluster.warned.join('\n');
      expect(told).toContain(
        `${conf}:2:12: error: listenPort: found "many", expected a whole number of 32 bits`,
      );
      expect(told).toContain(`${conf}:3:1: warning: unknown key "flushDiskTyp"`);
      expect(existsSync(cluster.store)).toBe(false);
    }));

  test('a port that is taken, and a store that is in use, are told in one line', () =>
    Cluster.on(async (cluster) => {
      const servers = await cluster.serve();
      const conf = join(cluster.folder, 'broker.conf');
      writeFileSync(conf, cluster.conf);
      const args = ['broker', '-c', conf, '--store'];
      const onPort = await cluster.spawn([...args, join(cluster.folder, 'other')]);
      expect(await exitOf(onPort)).toBe(1);
      const onStore = await cluster.spawn([...args, cluster.store]);
      expect(await exitOf(onStore)).toBe(1);
      expect(cluster.warned).toEqual([
        // The store, with its port for slaves, comes first.
        `broker broker-a has ended: port ${cluster.ports.broker + 1} of 127.0.0.1 is taken (EADDRINUSE)`,
        `${cluster.store} is in use by process ${process.pid}`,
      ]);
      expect(await servers.stop()).toBe(0);
    }));

  test('nobody outside is served unless that is asked for', () =>
    Cluster.on(async (cluster) => {
      const child = await cluster.spawn(['--bind', '198.51.100.7']);
      expect(await exitOf(child)).toBe(2);
      expect(cluster.warned).toEqual(['--bind: this machine does not have the address 198.51.100.7']);
    }));
});
