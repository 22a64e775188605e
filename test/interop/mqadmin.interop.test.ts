import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {askServer} from '../../src/host/ask-server.ts';
import {type MqadminOrder, parseMqadmin} from '../../src/rocketmq/admin/mqadmin.ts';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Heard, javaFlags, type Sent, type Serializer, SLOW} from './support/driver.ts';
import {numbered, until, waitFor} from './support/until.ts';

const TOPIC = 'AdminTopic';
const COUNT = 30;

/** The cells of the table's lines that begin with that cell. */
const rows = (table: string, first: string): string[][] =>
  table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells[0] === first);

/** The values of `name : value` or `name = value` lines. */
const field = (text: string, name: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.startsWith(name) && /^\s*[:=]/.test(line.slice(name.length)))
    ?.replace(/^[^:=]*[:=]\s*/, '')
    .trim();

/** Rates, ages and the share of the disk that is full go on from one command to the next: only where they stand is the same. */
const withoutRates = (table: string): string =>
  table.replace(/ *\d+\.\d\d(?:\d\d)?\b/g, (cell) => '#'.padStart(cell.length));

// Side by side, since most of the time is spent waiting; within each, in order.
describe.concurrent.each<Serializer>(['JSON', 'ROCKETMQ'])(
  "Apache's mqadmin, %s headers, on our cluster, a producer and a consumer online",
  (serializer) => {
    let cluster: RunningCluster;
    /** Takes the part of the programs that are online. */
    let java: Driver;
    /** Runs commands. */
    let admin: Driver;
    let sent: Sent[];
    let heard: Heard[];
    /** What queryMsgByUniqueKey printed of the eighth message. */
    let byUniqueKey: string;

    beforeAll(async () => {
      cluster = await RunningCluster.ours();
      const driver = () => Driver.java(cluster.namesrvAddr, serializer, cluster.clientHome);
      [java, admin] = await Promise.all([driver(), driver()]);
      await java.produce('sender', 'admin-senders');
      sent = await java.send(
        'sender',
        TOPIC,
        'sync',
        numbered(COUNT).map((body, i) => ({body, tags: 'TagA', keys: `KEY${i}`})),
      );
      heard = await java.consume('listener', 'admin-listeners', TOPIC);
      await until(
        () => heard.length >= COUNT,
        () => `all heard, not ${heard.length}`,
      );
      await cluster.untilRouted('%RETRY%admin-listeners');
      // A producer that learns of its broker later than a second after its start tells it of itself half a minute later.
      let online = '';
      await waitFor(
        async () => {
          const words = ['producerConnection', '-g', 'admin-senders', '-t', TOPIC];
          online = await admin.order<string>('mqadmin', {words});
          return online.includes('@sender');
        },
        () => `the producer online: ${online}`,
      );
    });
    afterAll(async () => {
      await Promise.all([java?.end(), admin?.end()]);
      await cluster?.end();
    });

    /** What a command printed. 4.9.1 carries out queryMsgByUniqueKey once in a process: it keeps its client, which it shuts down. */
    async function mqadmin(...words: string[]): Promise<string> {
      const printed = await admin.mqadmin(...words);
      expect(printed).not.toMatch(/Exception/);
      return printed;
    }

    test.sequential('as a program of its own, it prints what it prints when called', async () => {
      const args = [
        ...javaFlags(cluster.clientHome, serializer),
        'org.apache.rocketmq.tools.command.MQAdminStartup',
      ];
      const words = ['topicRoute', '-t', TOPIC];
      let stdout = '';
      await waitFor(
        async () => {
          const run = await promisify(execFile)('java', [...args, ...words, '-n', cluster.namesrvAddr]);
          stdout = run.stdout;
          return !SLOW.test(run.stdout + run.stderr);
        },
        () => `an answer in time: ${stdout}`,
      );
      expect(stdout).toBe(await mqadmin(...words));
    });

    /** What ours printed, over real connections, once its servers were as quick as it wants them. */
    async function ours(...words: string[]): Promise<{printed: string[]; errors: string[]}> {
      let said: {printed: string[]; errors: string[]} = {printed: [], errors: []};
      await waitFor(
        async () => !SLOW.test((said = await oursOnce(words)).errors.join('\n')),
        () => `an answer in time: ${said.errors}`,
      );
      return said;
    }

    function oursOnce(words: readonly string[]): Promise<{printed: string[]; errors: string[]}> {
      const printed: string[] = [];
      const errors: string[] = [];
      const sinks = {
        print: (line: string) => printed.push(line),
        printError: (line: string) => errors.push(line),
      };
      return new Promise((resolve) => {
        const order = parseMqadmin(words) as MqadminOrder;
        askServer(order, cluster.namesrvAddr, sinks, () => resolve({printed, errors}));
      });
    }

    const maxOffsets = (): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const {queueId} of sent) counts.set(String(queueId), (counts.get(String(queueId)) ?? 0) + 1);
      return counts;
    };

    test.sequential('clusterList names the broker, its id, address and version', async () => {
      const [row] = rows(await mqadmin('clusterList'), 'DefaultCluster');
      expect(row!.slice(1, 5)).toEqual([cluster.brokerName, '0', cluster.brokerAddr, 'V4_9_1']);
    });

    test.sequential('topicList, topicClusterList and topicRoute know where the topic is', async () => {
      const topics = (await mqadmin('topicList')).split('\n');
      expect(topics).toEqual(
        expect.arrayContaining([TOPIC, '%RETRY%admin-listeners', 'SCHEDULE_TOPIC_XXXX']),
      );
      expect((await mqadmin('topicClusterList', '-t', TOPIC)).trim()).toBe('DefaultCluster');
      const route = await mqadmin('topicRoute', '-t', TOPIC);
      expect(route).toContain(`0:"${cluster.brokerAddr}"`);
      expect(route).toMatch(/"perm":6/);
      expect(route).toMatch(/"readQueueNums":4/);
      expect(route).toMatch(/"writeQueueNums":4/);
    });

    test.sequential('topicStatus holds the offsets that the sends were told', async () => {
      const table = rows(await mqadmin('topicStatus', '-t', TOPIC), cluster.brokerName);
      expect(table.map(([, queue, min, max]) => [queue, min, Number(max)]).sort()).toEqual(
        [...maxOffsets()].map(([queue, max]) => [queue, '0', max]).sort(),
      );
    });

    test.sequential('consumerProgress holds the offsets of the group, in step once they are kept', async () => {
      // The client tells its offsets every 5 s, the first time 10 s after its start; before that there may be none to show.
      await cluster.untilKept('admin-listeners', TOPIC, COUNT);
      let text = '';
      await until(
        () => field(text, 'Consume Diff Total') === '0' || /Diff Total: 0\b/.test(text),
        () => `in step: ${text}`,
        async () => {
          text = await mqadmin('consumerProgress', '-g', 'admin-listeners');
        },
      );
      const table = rows(text, TOPIC);
      expect(
        table.map(([, , queue, broker, consumer, diff]) => [queue, broker, consumer, diff]).sort(),
      ).toEqual([...maxOffsets()].map(([queue, max]) => [queue, `${max}`, `${max}`, '0']).sort());
    });

    test.sequential('consumerConnection and producerConnection show who is online', async () => {
      const consumers = await mqadmin('consumerConnection', '-g', 'admin-listeners');
      expect(consumers).toMatch(/127\.0\.0\.1@listener|@listener/);
      expect(consumers).toMatch(/JAVA\s+V4_9_1/);
      expect(consumers).toContain(TOPIC);
      expect(consumers).toContain('CONSUME_FROM_FIRST_OFFSET');
      const producers = await mqadmin('producerConnection', '-g', 'admin-senders', '-t', TOPIC);
      expect(producers).toContain('@sender');
      expect(producers).toMatch(/JAVA/);
    });

    test.sequential('brokerStatus and getBrokerConfig tell the true figures', async () => {
      const status = await mqadmin('brokerStatus', '-b', cluster.brokerAddr);
      expect(field(status, 'brokerVersionDesc')).toBe('V4_9_1');
      expect(Number(field(status, 'putMessageTimesTotal'))).toBe(COUNT);
      expect(field(status, 'commitLogMinOffset')).toBe('0');
      const last = sent
        .map(({offsetMsgId}) => Number.parseInt(offsetMsgId.slice(16), 16))
        .sort((a, b) => b - a)[0]!;
      expect(Number(field(status, 'commitLogMaxOffset'))).toBeGreaterThan(last);
      const config = await mqadmin('getBrokerConfig', '-b', cluster.brokerAddr);
      expect(field(config, 'listenPort')).toBe(String(cluster.ports.broker));
      expect(field(config, 'brokerName')).toBe(cluster.brokerName);
      expect(field(config, 'mappedFileSizeCommitLog')).toBe('4194304');
    });

    test.sequential('queryMsgById, queryMsgByOffset and printMsg find what was sent', async () => {
      const wanted = sent[7]!;
      const byId = await mqadmin('queryMsgById', '-i', wanted.offsetMsgId);
      expect(field(byId, 'OffsetID')).toBe(wanted.offsetMsgId);
      const [queue, offset] = [`${wanted.queueId}`, `${wanted.queueOffset}`];
      const place = ['-t', TOPIC, '-b', cluster.brokerName, '-i', queue, '-o', offset];
      for (const text of [byId, await mqadmin('queryMsgByOffset', ...place)]) {
        expect(field(text, 'Topic')).toBe(TOPIC);
        expect(field(text, 'Keys')).toBe('[KEY7]');
        expect(field(text, 'Tags')).toBe('[TagA]');
        expect(field(text, 'Queue ID')).toBe(queue);
        expect(field(text, 'Queue Offset')).toBe(offset);
        expect(field(text, 'Store Host')).toBe(cluster.brokerAddr);
      }
      const printed = await mqadmin('printMsg', '-t', TOPIC);
      for (const {msgId} of sent) expect(printed).toContain(msgId);
    });

    test.sequential('queryMsgByKey and queryMsgByUniqueKey find it in the index', async () => {
      const wanted = sent[7]!;
      const byKey = await mqadmin('queryMsgByKey', '-t', TOPIC, '-k', 'KEY7');
      expect(rows(byKey, wanted.msgId)).toEqual([
        [wanted.msgId, `${wanted.queueId}`, `${wanted.queueOffset}`],
      ]);
      const byId = await mqadmin('queryMsgByUniqueKey', '-t', TOPIC, '-i', wanted.msgId);
      byUniqueKey = byId;
      expect(field(byId, 'Keys')).toBe('[KEY7]');
      expect(field(byId, 'Queue Offset')).toBe(`${wanted.queueOffset}`);
      expect(field(byId, 'CommitLog Offset')).toBe(`${Number.parseInt(wanted.offsetMsgId.slice(16), 16)}`);
      const words = ['queryMsgByKey', '-t', TOPIC, '-k', 'NONE'];
      expect(await admin.mqadmin(...words)).toContain('CODE: 208');
    });

    test.sequential("our own mqadmin prints what Apache's prints, of the same servers", async () => {
      const {msgId, offsetMsgId, queueId, queueOffset} = sent[7]!;
      const [queue, offset] = [`${queueId}`, `${queueOffset}`];
      const orders = [
        ['queryMsgByKey', '-t', TOPIC, '-k', 'KEY7'],
        ['queryMsgById', '-i', offsetMsgId],
        ['queryMsgByOffset', '-t', TOPIC, '-b', cluster.brokerName, '-i', queue, '-o', offset],
        ['topicRoute', '-t', TOPIC],
        ['topicStatus', '-t', TOPIC],
        ['consumerProgress', '-g', 'admin-listeners'],
        ['clusterList'],
        ['clusterList', '-m'],
      ];
      const compare = async (theirs: string, words: readonly string[]) => {
        const {printed, errors} = await ours(...words);
        expect(errors).toEqual([]);
        expect(withoutRates(printed.join('\n'))).toBe(withoutRates(theirs.replace(/\n$/, '')));
      };
      for (const words of orders) await compare(await mqadmin(...words), words);
      await compare(byUniqueKey, ['queryMsgByUniqueKey', '-t', TOPIC, '-i', msgId]);
      const words = ['queryMsgByKey', '-t', TOPIC, '-k', 'NONE'];
      const theirs = (await admin.mqadmin(...words)).split('\n');
      const own = (await ours(...words)).errors.join('\n').split('\n');
      // A stack trace has frames between its lines.
      expect(own).toEqual(theirs.filter((line) => line !== '' && !/^\t/.test(line)));
    });

    test.sequential('updateTopic, updateSubGroup and deleteTopic change the cluster', async () => {
      const made = await mqadmin('updateTopic', '-t', 'Made', '-c', 'DefaultCluster', '-r', '3', '-w', '2');
      expect(made).toContain(`create topic to ${cluster.brokerAddr} success.`);
      await cluster.untilRouted('Made');
      const route = await mqadmin('topicRoute', '-t', 'Made');
      expect(route).toMatch(/"readQueueNums":3/);
      expect(route).toMatch(/"writeQueueNums":2/);
      const group = await mqadmin('updateSubGroup', '-c', 'DefaultCluster', '-g', 'made-group', '-r', '5');
      expect(group).toContain(`create subscription group to ${cluster.brokerAddr} success.`);
      const deleted = await mqadmin('deleteTopic', '-t', 'Made', '-c', 'DefaultCluster');
      expect(deleted).toContain('delete topic [Made] from cluster [DefaultCluster] success.');
      expect((await mqadmin('topicList')).split('\n')).not.toContain('Made');
    });

    test.sequential('resetOffsetByTime makes the group hear everything again', async () => {
      heard.length = 0;
      const table = await mqadmin('resetOffsetByTime', '-g', 'admin-listeners', '-t', TOPIC, '-s', '0');
      expect(rows(table, cluster.brokerName).map(([, , offset]) => offset)).toEqual(['0', '0', '0', '0']);
      const again = (): Set<string> => new Set(heard.map(({msgId}) => msgId));
      await until(
        () => again().size >= COUNT,
        () => `all heard again, not ${again().size}`,
      );
      expect(again()).toEqual(new Set(sent.map(({msgId}) => msgId)));
    });

    test.sequential('wipeWritePerm leaves the broker readable only', async () => {
      expect(await mqadmin('wipeWritePerm', '-b', cluster.brokerName)).toContain(
        `wipe write perm of broker[${cluster.brokerName}] in name server[${cluster.namesrvAddr}] OK`,
      );
      expect(await mqadmin('topicRoute', '-t', TOPIC)).toMatch(/"perm":4/);
    });
  },
);
