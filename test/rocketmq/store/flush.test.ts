import {describe, expect, test} from 'vitest';
import {FlushCadence} from '../../../src/rocketmq/store/poll-cadence.ts';
import {SYNC_MS} from './store-host.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const KIB = 1024;

/** The instants, in ms, at which the commit log was found flushed, and up to where. */
function watchFlushes(scene: StoreScene): string[] {
  const seen: string[] = [];
  const {journal} = scene.machine.host;
  const {record} = journal;
  journal.record = (fact) => {
    if (fact.kind === 'log-flushed') {
      const {physicalOffset} = fact as unknown as {physicalOffset: number};
      seen.push(`${scene.time.nowUs / 1000} ms: ${physicalOffset}`);
    }
    record(fact);
  };
  return seen;
}

const pages = (count: number) => message({body: new Uint8Array(count * 4096 - 100)});

describe('ASYNC_FLUSH', () => {
  test('answers at once; four pages are flushed at the next half second, less waits for ten seconds to pass', () => {
    const scene = new StoreScene();
    const flushed = watchFlushes(scene);
    scene.time.runFor(600);
    expect(scene.put(pages(1))!.status).toBe('PUT_OK');
    scene.time.runFor(1000);
    expect(flushed).toEqual([]);
    scene.put(pages(3));
    scene.time.runFor(30_000);
    // The first round is thorough, at 500 ms, and had nothing. The next thorough one is at 10,500 ms.
    expect(flushed).toEqual([`${2000 + SYNC_MS} ms: ${16 * KIB}`]);
    scene.put(pages(1));
    scene.time.runFor(30_000);
    expect(flushed.length).toBe(2);
  });

  test('a single message is flushed by the next thorough round', () => {
    const scene = new StoreScene();
    const flushed = watchFlushes(scene);
    scene.time.runFor(600);
    scene.put(message());
    scene.time.runFor(9_901);
    expect(flushed).toEqual([]);
    scene.time.runFor(1);
    expect(flushed).toEqual([`${10_500 + SYNC_MS} ms: 105`]);
  });

  test('without flushCommitLogTimed a flush follows each put; one that fails is tried again half a second later, not at once', () => {
    const scene = new StoreScene(smallConfig({flushCommitLogTimed: false, flushCommitLogLeastPages: 0}));
    scene.time.runFor(600);
    scene.disk.failingSync = 'commitlog';
    scene.put(message());
    scene.time.runFor(2000);
    expect(scene.disk.syncs.filter((path) => path.includes('commitlog')).length).toBeLessThan(8);
    scene.disk.failingSync = null;
    scene.time.runFor(1000);
    expect(scene.store.flushedPhysicalOffset).toBe(105);
  });

  test('one round flushes one file; a full one needs no pages', () => {
    const scene = new StoreScene(smallConfig({mappedFileSizeCommitLog: 8192}));
    const flushed = watchFlushes(scene);
    scene.time.runFor(600);
    for (let count = 0; count < 3; count++) scene.put(message({body: new Uint8Array(5000)}));
    scene.time.runFor(2000);
    expect(flushed).toEqual([`${1000 + SYNC_MS} ms: 8192`, `${1500 + 2 * SYNC_MS} ms: 16384`]);
    expect(scene.store.flushedPhysicalOffset).toBe(16_384);
  });

  test('an idle store sets no timer', () => {
    const scene = new StoreScene();
    scene.time.runFor(100_000);
    scene.put(message());
    scene.time.runFor(100_000);
    expect(scene.time.pending).toBe(0);
    expect(scene.store.flushedPhysicalOffset).toBe(105);
  });

  test('a failed sync is told, and the next round tries again', () => {
    const scene = new StoreScene();
    scene.disk.failingSync = 'commitlog';
    scene.put(pages(5));
    scene.time.runFor(3000);
    expect(scene.store.flushedPhysicalOffset).toBe(0);
    expect(scene.machine.factsOf('warned').length).toBeGreaterThan(2);
    scene.disk.failingSync = null;
    scene.time.runFor(600);
    expect(scene.store.flushedPhysicalOffset).toBe(20 * KIB);
  });
});

describe('SYNC_FLUSH', () => {
  const sync = (changes = {}) => new StoreScene(smallConfig({flushDiskType: 'SYNC_FLUSH', ...changes}));

  test('a put is answered when it is durable; what comes during a sync shares the next', () => {
    const scene = sync();
    scene.time.runFor(10);
    const answers: string[] = [];
    const put = (name: string) =>
      scene.store.putMessage(message(), ({status}) =>
        answers.push(
          `${scene.time.nowUs / 1000} ms: ${name} ${status}, flushed ${scene.store.flushedPhysicalOffset}`,
        ),
      );
    put('a');
    scene.time.runFor(1);
    put('b');
    put('c');
    scene.time.runFor(10);
    expect(answers).toEqual([
      `${10 + SYNC_MS} ms: a PUT_OK, flushed 105`,
      `${10 + 2 * SYNC_MS} ms: b PUT_OK, flushed 315`,
      `${10 + 2 * SYNC_MS} ms: c PUT_OK, flushed 315`,
    ]);
  });

  test('a put that began a new file takes two flushes', () => {
    const scene = sync({mappedFileSizeCommitLog: 1024});
    const statuses: string[] = [];
    const put = () =>
      scene.store.putMessage(message({body: new Uint8Array(500)}), ({status}) => statuses.push(status));
    put();
    put();
    scene.time.runFor(20);
    expect(statuses).toEqual(['PUT_OK', 'PUT_OK']);
    expect(scene.store.flushedPhysicalOffset).toBe(1624);
  });

  test('WAIT=false is answered at once, and flushed all the same', () => {
    const scene = sync();
    expect(scene.put(message({properties: new Map([['WAIT', 'false']])}))!.status).toBe('PUT_OK');
    scene.time.runFor(SYNC_MS);
    expect(scene.store.flushedPhysicalOffset).toBe(115);
  });

  test('a put whose sync fails is told so', () => {
    const scene = sync();
    scene.disk.failingSync = 'commitlog';
    let status = '';
    scene.store.putMessage(message(), (result) => {
      status = result.status;
    });
    scene.time.runFor(50);
    expect(status).toBe('FLUSH_DISK_TIMEOUT');
    scene.disk.failingSync = null;
    scene.time.runFor(50);
    expect(scene.store.flushedPhysicalOffset).toBe(105);
  });

  test('a stop in the middle of a sync answers what waits', () => {
    const scene = sync();
    let status = '';
    scene.store.putMessage(message(), (result) => {
      status = result.status;
    });
    scene.restart();
    expect(status).toBe('PUT_OK');
    expect(scene.bodies()).toEqual(['hello']);
  });
});

test('queues are flushed each second where two pages are dirty, each minute whatever is, and the checkpoint then', () => {
  const scene = new StoreScene(smallConfig({mappedFileSizeConsumeQueue: 20_000}));
  const syncs = () =>
    scene.disk.syncs.filter((path) => !path.includes('commitlog') && !path.endsWith('lock'));
  scene.time.runFor(1500);
  scene.put(message());
  scene.time.runFor(58_000);
  expect(syncs()).toEqual([]);
  scene.time.runFor(2000);
  expect(syncs().map((path) => path.split('/')[3])).toEqual(['consumequeue', 'checkpoint']);
  const checkpoint = new DataView(scene.disk.files.get('/home/store/checkpoint')!.durable.buffer);
  const storedAt = BigInt(scene.machine.factsOf('message-appended')[0]!.storeTimestampMs);
  expect([checkpoint.getBigInt64(0), checkpoint.getBigInt64(8)]).toEqual([storedAt, storedAt]);
});

test('the rounds of a service that was idle for long are those it would have made', () => {
  const MS = 1e6;
  const cadence = new FlushCadence(
    0,
    true,
    () => 500,
    () => 10_000,
  );
  expect(cadence.next(0)).toEqual({atNs: 500 * MS, thorough: true});
  expect(cadence.next(500 * MS)).toEqual({atNs: 1000 * MS, thorough: false});
  expect(cadence.nextThorough(500 * MS)).toEqual({atNs: 10_500 * MS, thorough: true});
  expect(cadence.nextThorough(3_600_000 * MS)).toEqual({atNs: 3_600_500 * MS, thorough: true});
  expect(cadence.next(3_600_400 * MS)).toEqual({atNs: 3_600_500 * MS, thorough: true});
  cadence.ended({atNs: 1000 * MS, thorough: false}, 1003 * MS);
  expect(cadence.next(1003 * MS)).toEqual({atNs: 1503 * MS, thorough: false});
  // The last thorough look at the clock was at 0; the first round to begin at least 10 s later flushes half a second on.
  expect(cadence.nextThorough(1003 * MS)).toEqual({atNs: 10_503 * MS, thorough: true});
});
