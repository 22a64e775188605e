import {describe, expect, test} from 'vitest';
import {indexKeyHash} from '../../../src/rocketmq/message/java-hash.ts';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {EPOCH_MS} from './store-host.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const END = Number.MAX_SAFE_INTEGER;

function put(scene: StoreScene, body: string, keys: string, uniqueKey?: string): void {
  const properties = new Map(uniqueKey === undefined ? [] : [['UNIQ_KEY', uniqueKey]]);
  scene.put(message({body: Buffer.from(body), keys, properties}));
}

function find(scene: StoreScene, key: string, max = 32, beginMs = 0, endMs = END): string[] {
  const {records} = scene.store.queryMessage('TopicTest', key, max, beginMs, endMs);
  return records.map((record) => Buffer.from(decodeRecord(record)!.body).toString());
}

describe('a query by key', () => {
  test('finds a message by each of its keys and by its unique key, oldest first', () => {
    const scene = new StoreScene();
    put(scene, 'a', 'red blue', 'U1');
    put(scene, 'b', 'blue', 'U2');
    scene.time.runFor(1);
    expect([find(scene, 'red'), find(scene, 'blue'), find(scene, 'U2'), find(scene, 'green')]).toEqual([
      ['a'],
      ['a', 'b'],
      ['b'],
      [],
    ]);
  });

  test('finds the newest where there are more than asked for, and never more than maxMsgsNumBatch', () => {
    const scene = new StoreScene(smallConfig({maxIndexNum: 1000, maxMsgsNumBatch: 5}));
    for (let index = 0; index < 9; index++) put(scene, `m${index}`, 'k');
    scene.time.runFor(1);
    expect(find(scene, 'k', 3)).toEqual(['m6', 'm7', 'm8']);
    expect(find(scene, 'k', 1000)).toEqual(['m4', 'm5', 'm6', 'm7', 'm8']);
  });

  test('looks only at the time asked for, to the second', () => {
    const scene = new StoreScene();
    for (let index = 0; index < 5; index++) {
      put(scene, `m${index}`, 'k');
      scene.time.runFor(10_000);
    }
    const at = (seconds: number) => EPOCH_MS + seconds * 1000;
    expect(find(scene, 'k', 32, at(10), at(30))).toEqual(['m1', 'm2', 'm3']);
    expect(find(scene, 'k', 32, at(41), END)).toEqual([]);
    expect(find(scene, 'k', 32, 0, at(9))).toEqual(['m0']);
  });

  test('two keys of one hash come together: the client sorts them out', () => {
    const [one, other] = ['Aa', 'BB'];
    expect(indexKeyHash(`TopicTest#${one}`)).toBe(indexKeyHash(`TopicTest#${other}`));
    const scene = new StoreScene();
    put(scene, 'a', one);
    put(scene, 'b', other);
    scene.time.runFor(1);
    expect(find(scene, one)).toEqual(['a', 'b']);
  });

  test('two hashes of one slot do not', () => {
    const scene = new StoreScene(smallConfig({maxHashSlotNum: 1}));
    for (const key of ['x', 'y', 'z']) put(scene, key, key);
    scene.time.runFor(1);
    expect(find(scene, 'y')).toEqual(['y']);
  });

  test('goes through all files, each of which holds one key less than maxIndexNum', () => {
    const scene = new StoreScene(smallConfig({maxIndexNum: 4}));
    for (let index = 0; index < 7; index++) {
      put(scene, `m${index}`, `k${index} all`);
      scene.time.runFor(5);
    }
    // Fourteen keys, three to a file.
    expect(scene.disk.under('/home/store/index').length).toBe(5);
    expect(find(scene, 'all')).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6']);
    expect([find(scene, 'k0'), find(scene, 'k6')]).toEqual([['m0'], ['m6']]);
  });

  test('a full file is made durable and vouched for by the checkpoint; after a crash it stays, the newest goes', () => {
    const scene = new StoreScene(smallConfig({maxIndexNum: 4}));
    for (let index = 0; index < 5; index++) {
      put(scene, `m${index}`, `k${index}`);
      scene.time.runFor(1000);
    }
    const [full, newest] = scene.disk.under('/home/store/index');
    const checkpoint = scene.disk.files.get('/home/store/checkpoint')!;
    const view = new DataView(checkpoint.durable.buffer, checkpoint.durable.byteOffset);
    expect(view.getBigInt64(16)).toBe(BigInt(EPOCH_MS + 2000));
    expect(Buffer.from(scene.disk.files.get(full!)!.durable).equals(scene.disk.files.get(full!)!.bytes)).toBe(
      true,
    );
    scene.crash();
    const deleted = scene.machine.facts.flatMap((fact) => (fact.kind === 'file-deleted' ? [fact.path] : []));
    expect(deleted.filter((path) => path.includes('/index/'))).toEqual([newest]);
    expect(scene.disk.files.has(full!)).toBe(true);
    expect([find(scene, 'k0'), find(scene, 'k4')]).toEqual([['m0'], ['m4']]);
  });

  test.each([
    [false, []],
    [true, ['m0']],
  ])(
    'with messageIndexSafe=%s, a crash leaves of the keys of an old log file: %j',
    (messageIndexSafe, found) => {
      const scene = new StoreScene(smallConfig({mappedFileSizeCommitLog: 1024, messageIndexSafe}));
      put(scene, 'm0', 'old');
      scene.time.runFor(70_000);
      for (let index = 1; index < 20; index++) {
        put(scene, `m${index}`, `k${index}`);
        scene.time.runFor(70_000);
      }
      scene.crash();
      // The index that was not full is gone; it comes back as far as the log is read again.
      expect(find(scene, 'old')).toEqual(found);
      expect(find(scene, 'k19')).toEqual(['m19']);
      expect(scene.bodies()[0]).toBe('m0');
    },
  );

  test('tells up to which message the newest file reaches, where anything is found', () => {
    const scene = new StoreScene();
    put(scene, 'a', 'k');
    scene.time.runFor(1000);
    put(scene, 'b', 'l');
    scene.time.runFor(1);
    expect(scene.store.queryMessage('TopicTest', 'k', 32, 0, END)).toMatchObject({
      indexLastUpdateTimestampMs: EPOCH_MS + 1000,
      indexLastUpdatePhysicalOffset: scene.machine.factsOf('message-appended')[1]!.physicalOffset,
    });
    expect(scene.store.queryMessage('TopicTest', 'none', 32, 0, END)).toMatchObject({
      indexLastUpdateTimestampMs: 0,
      indexLastUpdatePhysicalOffset: 0,
    });
  });

  test('a message without keys makes the first file all the same, as the real one does', () => {
    const scene = new StoreScene();
    scene.put(message());
    scene.time.runFor(1);
    expect(scene.disk.under('/home/store/index').length).toBe(1);
  });

  test('messageIndexEnable=false makes none', () => {
    const scene = new StoreScene(smallConfig({messageIndexEnable: false}));
    put(scene, 'a', 'k');
    scene.time.runFor(1);
    expect(scene.disk.under('/home/store/index')).toEqual([]);
    expect(find(scene, 'k')).toEqual([]);
  });
});

describe('a queue offset by time', () => {
  /** Messages stored at second 0, 10, 20, ... */
  function scene(count: number): StoreScene {
    const made = new StoreScene();
    for (let index = 0; index < count; index++) {
      made.put(message({body: Buffer.from(`m${index}`)}));
      made.time.runFor(10_000);
    }
    return made;
  }
  const at = (made: StoreScene, seconds: number) =>
    made.store.offsetInQueueByTime('TopicTest', 0, EPOCH_MS + seconds * 1000);

  test.each([
    ['of a message is its own', 30, 3],
    ['before the first message is the first', -100, 0],
    ['after the last message is the last, not the end', 1000, 9],
    ['nearer to the earlier one is the earlier', 34, 3],
    ['nearer to the later one is the later', 36, 4],
    ['in the middle of two is the earlier', 35, 3],
  ])('%s', (_what, seconds, offset) => {
    expect(at(scene(10), seconds)).toBe(offset);
  });

  test('of a queue without messages is 0', () => {
    expect(at(scene(0), 5)).toBe(0);
  });

  test('is looked for in the first file that was written at or after it', () => {
    const made = new StoreScene(smallConfig({mappedFileSizeConsumeQueue: 60}));
    for (let index = 0; index < 10; index++) {
      made.put(message());
      made.time.runFor(10_000);
    }
    // Three entries to a file; 25 s is after the last entry of the first, so the second is looked at, and the first of it is nearest.
    expect([at(made, 25), at(made, 20), at(made, 61)]).toEqual([3, 2, 6]);
  });

  test('is 0 where a record on the way cannot be read', () => {
    const made = scene(9);
    made.disk.unreadable = 'commitlog';
    expect(at(made, 40)).toBe(0);
  });

  test('passes over messages that the log has deleted', () => {
    const made = new StoreScene(
      smallConfig({mappedFileSizeCommitLog: 1024, fileReservedTime: 0, deleteWhen: '0'}),
    );
    for (let index = 0; index < 8; index++) {
      made.put(message({body: new Uint8Array(400)}));
      made.time.runFor(1000);
    }
    made.time.runFor(60_000);
    expect(made.store.minOffsetInQueue('TopicTest', 0)).toBe(6);
    expect(at(made, 0)).toBe(6);
    expect(at(made, 7)).toBe(7);
  });
});
