import {describe, expect, test} from 'vitest';
import type {StoreConfig} from '../../../src/rocketmq/store/store-config.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const LOG = '/home/store/commitlog';
const GIB = 1024 ** 3;
const HOUR_MS = 3_600_000;

/** Each message fills half a file of the log. */
const half = (name: string, queueId = 0) =>
  message({queueId, keys: name, body: Buffer.from(name.padEnd(400, '.'))});

function scene(changes: Partial<StoreConfig> = {}): StoreScene {
  return new StoreScene(
    smallConfig({mappedFileSizeCommitLog: 1024, mappedFileSizeConsumeQueue: 40, maxIndexNum: 4, ...changes}),
  );
}

/** Puts `count` messages and has them dispatched. */
function fill(store: StoreScene, count: number, queueId = 0, from = 0): void {
  for (let index = from; index < from + count; index++) store.put(half(`m${index}`, queueId));
  store.time.runFor(1);
}

const logFiles = (store: StoreScene) => store.disk.under(LOG).map((path) => Number(path.slice(-20)));
const cleanings = (store: StoreScene) => store.machine.factsOf('log-cleaned');

describe('old files of the log', () => {
  test('go at the hour that deleteWhen names, once their last write is fileReservedTime ago', () => {
    const store = scene({fileReservedTime: 3});
    fill(store, 6);
    expect(logFiles(store)).toEqual([0, 1024, 2048, 3072]);
    // It is midnight. At three their time is over, but the hour is not yet four.
    store.time.runFor(4 * HOUR_MS - 1000);
    expect(logFiles(store)).toEqual([0, 1024, 2048, 3072]);
    store.time.runFor(2000);
    // The file in use stays, and so does the one made ahead.
    expect(logFiles(store)).toEqual([2048, 3072]);
    expect(store.store.minPhysicalOffset).toBe(2048);
    expect(cleanings(store)).toEqual([
      {
        kind: 'log-cleaned',
        minPhysicalOffset: 2048,
        why: 'expired',
        queues: [{topic: 'TopicTest', queueId: 0, minOffset: 4}],
      },
    ]);
  });

  test('stay while their time is not over; several hours may be named', () => {
    const store = scene({fileReservedTime: 10, deleteWhen: '2;11;12'});
    fill(store, 4);
    store.time.runFor(11 * HOUR_MS - 1000);
    expect(logFiles(store).length).toBe(3);
    store.time.runFor(2000);
    expect(logFiles(store).length).toBe(2);
  });

  test('the oldest that has to stay keeps all behind it', () => {
    const store = scene({fileReservedTime: 1, deleteWhen: '4'});
    fill(store, 4);
    store.time.runFor(3.5 * HOUR_MS);
    // Its blank is the last thing that is written to the second file.
    fill(store, 2, 0, 4);
    store.time.runFor(0.51 * HOUR_MS);
    expect(store.store.minPhysicalOffset).toBe(1024);
  });

  test('ten go per run, one each 100 ms', () => {
    const store = scene({fileReservedTime: 0, deleteWhen: '0', maxIndexNum: 400});
    fill(store, 30);
    store.time.runFor(59_998);
    expect(store.store.minPhysicalOffset).toBe(0);
    store.time.runFor(1);
    expect(store.store.minPhysicalOffset).toBe(1024);
    store.time.runFor(300);
    expect(store.store.minPhysicalOffset).toBe(4 * 1024);
    store.time.runFor(9000);
    expect(store.store.minPhysicalOffset).toBe(10 * 1024);
    store.time.runFor(10_000);
    expect(store.store.minPhysicalOffset).toBe(14 * 1024);
  });

  test('a disk three quarters full lets what is over go at any hour, and what is not over stay', () => {
    const store = scene({fileReservedTime: 1});
    fill(store, 6);
    store.disk.usedBytes = 76 * GIB;
    store.time.runFor(0.9 * HOUR_MS);
    expect(store.store.minPhysicalOffset).toBe(0);
    store.time.runFor(0.2 * HOUR_MS);
    expect(store.store.minPhysicalOffset).toBe(2048);
    expect(cleanings(store)[0]!.why).toBe('disk-filling');
  });

  test('above 85 % everything but the last file goes, however young; unless cleanFileForciblyEnable is off', () => {
    const minAfter = (cleanFileForciblyEnable: boolean) => {
      const store = scene({cleanFileForciblyEnable});
      fill(store, 6);
      store.disk.usedBytes = 86 * GIB;
      store.time.runFor(61_000);
      expect(store.put(half('more'))!.status).toBe('PUT_OK');
      return store.store.minPhysicalOffset;
    };
    expect(minAfter(true)).toBe(2048);
    expect(minAfter(false)).toBe(0);
  });

  test('the ratio at which files go is taken as 10 at least and 95 at most', () => {
    const goesAt = (diskMaxUsedSpaceRatio: number, usedGib: number) => {
      const store = scene({diskMaxUsedSpaceRatio, fileReservedTime: 0, deleteWhen: '23'});
      fill(store, 4);
      store.disk.usedBytes = usedGib * GIB;
      store.time.runFor(61_000);
      return store.store.minPhysicalOffset > 0;
    };
    expect([goesAt(1, 9), goesAt(1, 11), goesAt(50, 49), goesAt(50, 51)]).toEqual([false, true, false, true]);
  });

  test('above 90 % nothing is taken, and below 85 % it is again', () => {
    const store = scene();
    fill(store, 4);
    const statusAt = (usedGib: number) => {
      store.disk.usedBytes = usedGib * GIB;
      store.time.runFor(70_000);
      return store.put(half('x'))!.status;
    };
    expect([statusAt(91), statusAt(84)]).toEqual(['SERVICE_NOT_AVAILABLE', 'PUT_OK']);
  });

  test('a deleteWhen that is no hour is told, and nothing is deleted', () => {
    const store = scene({deleteWhen: 'noon', fileReservedTime: 0});
    fill(store, 4);
    store.disk.usedBytes = 86 * GIB;
    store.time.runFor(61_000);
    expect(store.store.minPhysicalOffset).toBe(0);
    expect(store.machine.factsOf('warned')[0]!.text).toContain('noon');
  });

  test('a log of one file asks for no timer', () => {
    const store = scene();
    fill(store, 1);
    store.time.runFor(200_000);
    expect(store.time.pending).toBe(0);
  });
});

describe('what follows the log', () => {
  const cleaned = () => {
    const store = scene({fileReservedTime: 0, deleteWhen: '0'});
    // Six messages in queue 0, then two in queue 1.
    fill(store, 6);
    fill(store, 2, 1, 6);
    store.time.runFor(62_000);
    return store;
  };

  test('queues lose the files of which every message is gone, and begin at the first that is there', () => {
    const store = cleaned();
    expect(store.store.minPhysicalOffset).toBe(3072);
    // Queue 0 keeps its last file though the log has nothing of it any more, and its minimum stays where it was.
    expect(store.disk.under('/home/store/consumequeue/TopicTest/0').length).toBe(1);
    expect(store.store.minOffsetInQueue('TopicTest', 1)).toBe(0);
    expect(store.bodies('TopicTest', 1).length).toBe(2);
  });

  test('who asks for a message that is gone is told OFFSET_TOO_SMALL and where to go on', () => {
    const store = scene({fileReservedTime: 0, deleteWhen: '0'});
    fill(store, 7);
    store.time.runFor(62_000);
    expect(store.store.getMessage('g', 'TopicTest', 0, 2, 32, null)).toMatchObject({
      status: 'OFFSET_TOO_SMALL',
      nextBeginOffset: 6,
      minOffset: 6,
      maxOffset: 7,
    });
    expect(store.bodies('TopicTest', 0, 6).map((body) => body.slice(0, 2))).toEqual(['m6']);
  });

  test('index files go with the messages they point to, the newest never', () => {
    const store = cleaned();
    const find = (key: string) =>
      store.store.queryMessage('TopicTest', key, 32, 0, Number.MAX_SAFE_INTEGER).records.length;
    // Three keys to a file: m0 to m2, m3 to m5, m6 and m7.
    expect(store.disk.under('/home/store/index').length).toBe(1);
    expect([find('m0'), find('m5'), find('m6'), find('m7')]).toEqual([0, 0, 1, 1]);
  });

  test('a queue whose messages are all gone is removed when an admin says so, and numbers from 0 again', () => {
    const store = cleaned();
    store.store.cleanExpiredConsumeQueues();
    expect(store.disk.under('/home/store/consumequeue/TopicTest/0')).toEqual([]);
    expect(store.store.maxOffsetInQueue('TopicTest', 0)).toBe(0);
    expect(store.store.maxOffsetInQueue('TopicTest', 1)).toBe(2);
    expect(store.put(half('again'))!.append!.queueOffset).toBe(0);
  });

  test('after a restart the log begins where it began', () => {
    const store = cleaned();
    store.restart();
    expect(store.store.minPhysicalOffset).toBe(3072);
    expect(store.put(half('again'))!.append!.queueOffset).toBe(6);
    store.crash();
    expect(store.store.minPhysicalOffset).toBe(3072);
    expect(store.bodies('TopicTest', 1).length).toBe(2);
  });

  test('a file that the disk does not let go is told, and dropped from the log all the same', () => {
    const store = scene({fileReservedTime: 0, deleteWhen: '0'});
    fill(store, 6);
    store.disk.unremovable = 'commitlog';
    store.time.runFor(62_000);
    expect(store.store.minPhysicalOffset).toBe(2048);
    expect(logFiles(store)).toEqual([0, 1024, 2048, 3072]);
    expect(store.machine.factsOf('warned').map(({text}) => text)).toContainEqual(
      expect.stringContaining('EROFS: remove /home/store/commitlog/00000000000000000000'),
    );
    // The next start finds them again, as it does in 4.9.1.
    store.crash();
    expect(store.store.minPhysicalOffset).toBe(0);
  });
});
