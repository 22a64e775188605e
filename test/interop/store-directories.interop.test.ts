import {execFile} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {describe, expect, test} from 'vitest';
import {RunningCluster} from './support/clusters.ts';
import {Driver, type Heard, type Outgoing, type Sent} from './support/driver.ts';
import {bodiesOf, numbered, outgoing, placeOf, sorted, until, untilAll, waitFor} from './support/until.ts';

type Whose = 'ours' | 'apaches';

interface Queue {
  readonly queueId: number;
  readonly min: number;
  readonly max: number;
  readonly messages: readonly Heard[];
}

/** One store folder, and what Apache's Java client is told of what is in it, whoever's broker has it open. */
class Story {
  readonly cluster: RunningCluster;
  readonly sent: Sent[] = [];
  #java: Driver | undefined;
  #drivers = 0;

  constructor(cluster: RunningCluster) {
    this.cluster = cluster;
  }

  get java(): Driver {
    return this.#java!;
  }

  /** A driver of its own for each time that the servers run: nothing is remembered from before. */
  async open(): Promise<void> {
    this.#java = await Driver.java(this.cluster.namesrvAddr, 'JSON', this.cluster.clientHome);
    await this.java.produce('sender', `store-senders-${this.#drivers++}`);
  }

  async close(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.java.end();
    await this.cluster.stop(signal);
  }

  async send(topic: string, how: 'sync' | 'batch', messages: readonly Outgoing[]): Promise<void> {
    const sent = await this.java.send('sender', topic, how, messages);
    for (const {status} of sent) expect(status).toBe('SEND_OK');
    this.sent.push(...sent);
  }

  /** Every message by queue, every sent one by its place in the log, and those of these keys. */
  async everything(keys: readonly (readonly [topic: string, key: string])[]): Promise<unknown> {
    const topics = TOPICS;
    const told: unknown[] = [];
    const plain = ({heardAt: _, body, ...message}: Heard) => ({
      ...message,
      body: body.length < 100 ? body : createHash('sha256').update(body).digest('hex'),
    });
    for (const topic of topics) {
      const queues = await this.java.order<Queue[]>('pull', {group: 'store-readers', topic, expression: '*'});
      for (const {queueId, min, max, messages} of [...queues].sort((a, b) => a.queueId - b.queueId)) {
        expect(messages.map(({queueOffset}) => queueOffset)).toEqual(messages.map((_, i) => min + i));
        expect(min + messages.length).toBe(max);
        told.push({topic, queueId, min, max, messages: messages.map(plain)});
      }
    }
    const msgIds = this.sent.flatMap(({offsetMsgId}) => offsetMsgId.split(','));
    const byOffset = await this.java.order<Heard[]>('query', {topic: topics[0]!, msgIds});
    expect(byOffset).toHaveLength(msgIds.length);
    told.push(byOffset.map(plain));
    for (const [topic, key] of keys) {
      const byKey = await this.java.order<Heard[]>('query', {topic, key});
      expect(byKey.length).toBeGreaterThan(0);
      told.push(byKey.map(plain).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)));
    }
    return told;
  }
}

const TOPICS = ['store-small', 'store-failing', 'store-large', 'store-delayed', '%RETRY%store-failures'];
const random = (bytes: number): string => randomBytes(bytes).toString('base64');

/** Something of every kind that a log may hold: batches, packed bodies, two files, delays, retries, dead letters, offsets. */
async function fill(story: Story): Promise<void> {
  const {java} = story;
  await story.send(
    'store-small',
    'sync',
    numbered(40).map((body, i) => ({
      body,
      tags: `T${i % 3}`,
      keys: i % 2 ? 'odd' : 'even',
      property: '消息',
    })),
  );
  await story.send('store-small', 'batch', outgoing(numbered(40, 'batched')));
  await story.send('store-large', 'sync', outgoing(Array.from({length: 90}, () => random(50_000))));
  await story.send('store-failing', 'sync', [{body: 'first'}]);
  // So that the group's retry topic is there when its consumer asks for routes.
  await untilAll(await java.consume('first', 'store-failures', 'store-failing'), 1);
  await java.stop('first');
  await story.cluster.untilRouted('%RETRY%store-failures');
  await story.send('store-failing', 'sync', [{body: 'fails', keys: 'fails'}]);
  const failing = await java.consume('failing', 'store-failures', 'store-failing', {
    fails: true,
    maxReconsumeTimes: 1,
  });
  const steady = await java.consume('steady', 'store-steady', 'store-small');
  await java.send('sender', 'store-delayed', 'sync', [{body: 'delayed', delayLevel: 1}]);
  const late = await java.consume('late', 'store-late', 'store-delayed');
  await untilAll(steady, 80);
  await untilAll(late, 1);
  await until(
    () => failing.filter(({body}) => body === 'fails').length >= 2,
    () => `failed twice, not ${failing.length}`,
  );
  const topic = '%DLQ%store-failures';
  await story.cluster.untilRouted(topic);
  await waitFor(
    async () => (await java.order<Heard[]>('query', {topic, key: 'fails'}).catch(() => [])).length > 0,
    () => 'the dead letter, by its key',
  );
  for (const name of ['failing', 'steady', 'late']) await java.stop(name);
  // 4.9.1 may keep only one of a group's very first offsets, if several come at once; now there is a table for them.
  await java.consume('steady', 'store-steady', 'store-small');
  await story.cluster.untilKept('store-steady', 'store-small', 80);
  await java.stop('steady');
}

/** How far delayed messages have come is written now and then, and not at the end: what is not written comes again, in 4.9.1 too. */
async function untilDelaysAreKept({java, cluster}: Story): Promise<void> {
  let status = '';
  const isKept = (): boolean => {
    const [, done, max] = /scheduleMessageOffset_1\s*: (\d+),(\d+)/.exec(status) ?? [];
    const file = join(cluster.store, 'config/delayOffset.json');
    if (done === undefined || done !== max || !existsSync(file)) return false;
    return new RegExp(`\\b1"?:${max}\\b`).test(readFileSync(file, 'utf8'));
  };
  await until(
    isKept,
    () => `kept: ${status}`,
    async () => {
      status = await java.mqadmin('brokerStatus', '-b', cluster.brokerAddr);
      await sleep(200);
    },
  );
}

/** What is new is heard, and what was heard before is not, unless the broker lost its offsets. */
async function goOn(story: Story, word: string, mayRepeat = false): Promise<void> {
  const fresh = numbered(12, word);
  await story.send('store-small', 'sync', outgoing(fresh, {keys: word}));
  const heard = await story.java.consume('steady', 'store-steady', 'store-small');
  const bodies = (): Set<string> => new Set(heard.map(({body}) => body));
  await until(
    () => fresh.every((body) => bodies().has(body)),
    () => `all that is new: ${[...bodies()]}`,
  );
  await sleep(500);
  if (!mayRepeat) expect(bodiesOf(heard)).toEqual(sorted(fresh));
  await story.java.stop('steady');
}

async function recordsInStore(cluster: RunningCluster): Promise<string[]> {
  const args = [
    'tools/lab.mjs',
    'store',
    cluster.store,
    '--json',
    '--config',
    join(cluster.folder, 'broker.conf'),
  ];
  const {stdout, stderr} = await promisify(execFile)(process.execPath, args, {maxBuffer: 64 << 20});
  expect(stderr).toBe('');
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return rows.map(({msgId}) => msgId);
}

describe.concurrent('one store folder, with the brokers of both', () => {
  test.each<[Whose, Whose]>([
    ['ours', 'apaches'],
    ['apaches', 'ours'],
  ])(
    'what %s wrote, %s reads, whole, by offset, by queue and by key; and back again after a kill -9',
    async (first, second) => {
      const cluster = first === 'ours' ? await RunningCluster.ours() : await RunningCluster.apaches('JSON');
      const story = new Story(cluster);
      try {
        await story.open();
        await fill(story);
        await untilDelaysAreKept(story);
        const oldKeys = [
          ['store-small', 'odd'],
          ['%DLQ%store-failures', 'fails'],
        ] as const;
        const written = await story.everything(oldKeys);
        await story.close('SIGTERM');
        expect(existsSync(join(cluster.store, 'abort'))).toBe(false);
        expect(readdirSync(join(cluster.store, 'commitlog')).length).toBeGreaterThan(1);
        const ids = await recordsInStore(cluster);
        expect(ids).toEqual(
          expect.arrayContaining(story.sent.flatMap(({offsetMsgId}) => offsetMsgId.split(','))),
        );

        await cluster.start(second);
        await story.open();
        expect(await story.everything(oldKeys)).toEqual(written);
        await goOn(story, `by-${second}`);
        // The index is made anew after a kill, in 4.9.1 too, from the file on that recovery begins with: it holds what came last.
        const newKeys = [['store-small', `by-${second}`]] as const;
        const goneOn = await story.everything(newKeys);
        await story.close('SIGKILL');
        expect(existsSync(join(cluster.store, 'abort'))).toBe(true);

        await cluster.start(first);
        await story.open();
        expect(await story.everything(newKeys)).toEqual(goneOn);
        await goOn(story, `again-by-${first}`, true);
        await story.close('SIGTERM');
      } finally {
        await cluster.end();
      }
    },
  );
});
