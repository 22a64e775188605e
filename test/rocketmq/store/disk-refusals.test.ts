import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Disk, DiskError, type DiskFile} from '../../../src/ports/disk.ts';
import {createMessageStore} from '../../../src/rocketmq/store/default-message-store.ts';
import type {StoreConfig} from '../../../src/rocketmq/store/store-config.ts';
import {MemoryDisk, testHost, VirtualTime} from './store-host.ts';
import {message, smallConfig} from './store-scene.ts';

/** Counts every operation and refuses those whose number is among `refuses`. */
function refusing(disk: Disk, refuses: (operation: number) => boolean): {disk: Disk; count: () => number} {
  let operation = 0;
  const ask = (path: string, what: string): void => {
    if (refuses(operation++)) throw new DiskError('EIO', path, what);
  };
  const wrap = (file: DiskFile): DiskFile => ({
    path: file.path,
    sizeBytes: () => file.sizeBytes(),
    readAt: (position, length) => {
      ask(file.path, 'read');
      return file.readAt(position, length);
    },
    writeAt: (position, bytes) => {
      ask(file.path, 'write');
      file.writeAt(position, bytes);
    },
    truncate: (size) => {
      ask(file.path, 'truncate');
      file.truncate(size);
    },
    sync: (done) => {
      const failure = refuses(operation++) ? new DiskError('EIO', file.path, 'sync') : null;
      file.sync((other) => done(failure ?? other));
    },
    close: () => file.close(),
  });
  const plain = <A extends readonly unknown[], R>(what: string, run: (...of: A) => R) => {
    return (...of: A): R => {
      ask(String(of[0] ?? '/'), what);
      return run(...of);
    };
  };
  return {
    disk: {
      open: (path, mode) => {
        ask(path, 'open');
        return wrap(disk.open(path, mode));
      },
      exists: plain('stat', disk.exists),
      list: plain('list', disk.list),
      isFolder: plain('stat', disk.isFolder),
      makeFolders: plain('mkdir', disk.makeFolders),
      rename: plain('rename', disk.rename),
      remove: plain('remove', disk.remove),
      modifiedMs: plain('stat', disk.modifiedMs),
      freeBytes: plain('statfs', disk.freeBytes),
      totalBytes: plain('statfs', disk.totalBytes),
    },
    count: () => operation,
  };
}

/**
 * A store's whole life on a disk that refuses now and then: start on what an earlier one left, puts, pulls, queries, cleaning,
 * a stop. Answers how many disk operations it took. Anything thrown but by `start` fails the test.
 */
function live(config: StoreConfig, refuses: (operation: number) => boolean): number {
  const memory = new MemoryDisk();
  const time = new VirtualTime();
  run(() => false, 12, false);
  return run(refuses, 30, true);

  function run(policy: (operation: number) => boolean, puts: number, stops: boolean): number {
    const machine = testHost(memory, time);
    const counted = refusing(machine.host.disk, policy);
    const store = createMessageStore({...machine.host, disk: counted.disk}, config);
    if (!store.load()) return counted.count();
    try {
      store.start();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      machine.kill();
      time.clear();
      return counted.count();
    }
    let answered = 0;
    for (let index = 0; index < puts; index++) {
      const delay = index % 5 === 0 ? {properties: new Map([['DELAY', '1']])} : {};
      const toStore = message({keys: `k${index}`, body: new Uint8Array(150), ...delay});
      store.putMessage(toStore, () => answered++);
      time.runFor(300);
      store.getMessage('g', 'TopicTest', 0, Math.max(0, index - 3), 32, null);
      store.queryMessage('TopicTest', `k${index}`, 32, 0, Number.MAX_SAFE_INTEGER);
      store.offsetInQueueByTime('TopicTest', 0, machine.host.clock.nowMs() - 500);
      store.runtimeInfo();
    }
    time.runFor(90_000);
    expect(answered).toBe(puts);
    store.cleanExpiredConsumeQueues();
    if (stops) {
      let stopped = false;
      store.shutdown(() => {
        stopped = true;
      });
      time.runFor(60_000);
      expect(stopped).toBe(true);
    }
    machine.kill();
    time.clear();
    return counted.count();
  }
}

test('whichever operation a disk refuses, once or from then on: every put is answered, nothing is thrown, the store stops', () => {
  fc.assert(
    fc.property(
      fc.record({
        flushDiskType: fc.constantFrom('ASYNC_FLUSH' as const, 'SYNC_FLUSH' as const),
        transientStorePoolEnable: fc.boolean(),
      }),
      fc.double({min: 0, max: 1, noNaN: true}),
      fc.constantFrom('once', 'ten times', 'from then on'),
      (changes, where, how) => {
        const config = smallConfig({
          mappedFileSizeCommitLog: 1024,
          mappedFileSizeConsumeQueue: 100,
          maxIndexNum: 8,
          fileReservedTime: 0,
          deleteWhen: '0',
          ...changes,
        });
        // The number of operations depends on what was refused; an undisturbed life tells about how many there are.
        const first = Math.floor(where * 900);
        const length = how === 'once' ? 1 : how === 'ten times' ? 10 : Number.POSITIVE_INFINITY;
        live(config, (operation) => operation >= first && operation < first + length);
      },
    ),
    {seed: 4902, numRuns: 150},
  );
  expect(live(smallConfig({mappedFileSizeCommitLog: 1024}), () => false)).toBeGreaterThan(900);
});
