import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {Driver} from './support/driver.ts';
import {Replicas, SEGMENT_BYTES, type Whose} from './support/replicas.ts';
import {numbered, outgoing, until} from './support/until.ts';

const PAIRS: readonly {master: Whose; slave: Whose}[] = [
  {master: 'apaches', slave: 'ours'},
  {master: 'ours', slave: 'apaches'},
];
const BODY_BYTES = 800;
const bodies = (count: number, word: string): string[] =>
  numbered(count, word).map((text) => text.padEnd(BODY_BYTES, '.'));

// Side by side, since most of the time is spent waiting; within each, in order.
describe.concurrent.each(PAIRS)('a SYNC_MASTER that is $master, and a slave that is $slave', (whose) => {
  let replicas: Replicas;
  let driver: Driver;

  beforeAll(async () => {
    replicas = await Replicas.withMaster(whose, 'SYNC_MASTER');
    driver = await Driver.java(replicas.namesrvAddr, 'JSON', replicas.clientHome);
    await driver.produce('producer', 'senders');
  });
  afterAll(async () => {
    await driver?.end();
    await replicas?.end();
  });

  const send = async (texts: readonly string[]): Promise<string[]> =>
    (await driver.send('producer', 'Copied', 'sync', outgoing(texts))).map(({status}) => status);

  /** Until every file of the slave's log is the master's to the byte; answers how many there are. */
  async function sameFiles(): Promise<number> {
    let differing: string[] = [];
    let count = 0;
    await until(
      () => {
        const [master, slave] = [replicas.files('master', 'commitlog'), replicas.files('slave', 'commitlog')];
        const made = [...slave].filter(([, bytes]) => bytes.some((byte) => byte !== 0));
        differing = made.filter(([name, bytes]) => !master.get(name)?.equals(bytes)).map(([name]) => name);
        count = made.length;
        return differing.length === 0;
      },
      () => `the same files on both sides; ${differing} differ`,
      () => sleep(200),
    );
    return count;
  }

  test.sequential('acknowledges with the slave once it has caught up, and the logs are the same to the byte', async () => {
    expect(new Set(await send(bodies(20, 'before')))).toEqual(new Set(['SLAVE_NOT_AVAILABLE']));
    await replicas.start('slave');
    let last: string[] = [];
    await until(
      () => last[0] === 'SEND_OK',
      () => `a slave that acknowledges; the last send was ${last}`,
      async () => {
        await sleep(1000);
        last = await send(['probe']).catch((error: Error) => [error.message]);
      },
    );
    expect(new Set(await send(bodies(300, 'while')))).toEqual(new Set(['SEND_OK']));
    expect(await sameFiles()).toBeGreaterThanOrEqual(Math.floor((300 * BODY_BYTES) / SEGMENT_BYTES));
  });

  test.sequential('the slave makes the same queues of it', async () => {
    await until(
      () => {
        const folders = [0, 1, 2, 3].map((queueId) => `consumequeue/Copied/${queueId}`);
        return folders.every((folder) => {
          const [master, slave] = [replicas.files('master', folder), replicas.files('slave', folder)];
          return master.size > 0 && [...master].every(([name, bytes]) => slave.get(name)?.equals(bytes));
        });
      },
      () => 'the same queues on both sides',
      () => sleep(200),
    );
  });

  test.sequential('the slave takes over topics, groups and offsets', async () => {
    await driver.consume('consumer', 'listeners', 'Copied');
    await until(
      () => {
        const [master, slave] = [replicas.files('master', 'config'), replicas.files('slave', 'config')];
        const has = (name: string, text: string): boolean =>
          [master, slave].every((files) => files.get(name)?.toString().includes(text) ?? false);
        return (
          has('topics.json', '"Copied"') &&
          has('subscriptionGroup.json', '"listeners"') &&
          has('consumerOffset.json', 'Copied@listeners')
        );
      },
      () => 'the tables on both sides',
      () => sleep(500),
    );
    await driver.stop('consumer');
  });

  test.sequential('a slave that was killed goes on where its log ended', async () => {
    await replicas.stop('slave', 'SIGKILL');
    await send(bodies(100, 'without'));
    await replicas.start('slave');
    let last: string[] = [];
    await until(
      () => last[0] === 'SEND_OK',
      () => `a slave that acknowledges; the last send was ${last}`,
      async () => {
        await sleep(1000);
        last = await send(['probe']).catch((error: Error) => [error.message]);
      },
    );
    await sameFiles();
  });
});
