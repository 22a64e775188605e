import {describe, expect, test} from 'vitest';
import type {StoreConfig} from '../../../src/rocketmq/store/store-config.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const FOLDER = '/home/store/commitlog';
const pooled = (changes: Partial<StoreConfig> = {}) =>
  new StoreScene(smallConfig({transientStorePoolEnable: true, ...changes}));
const named = (name: string) => message({body: Buffer.from(name)});
const pages = (count: number) => message({body: new Uint8Array(count * 4096 - 100)});

/** The instants, in ms, at which the pool was emptied, and up to where. */
function commitsOf(scene: StoreScene): string[] {
  const seen: string[] = [];
  const {journal} = scene.machine.host;
  const {record} = journal;
  journal.record = (fact) => {
    if (fact.kind === 'log-committed') {
      const {physicalOffset} = fact as unknown as {physicalOffset: number};
      seen.push(`${scene.time.nowUs / 1000} ms: ${physicalOffset}`);
    }
    record(fact);
  };
  return seen;
}

describe('with a transient store pool', () => {
  test('a message can be read only once it is committed, up to 200 ms after it was acknowledged', () => {
    const scene = pooled();
    const commits = commitsOf(scene);
    scene.time.runFor(50);
    expect(scene.put(named('m0'))!.status).toBe('PUT_OK');
    scene.time.runFor(199);
    expect(scene.store.maxPhysicalOffset).toBe(0);
    expect(scene.store.recordByOffset(0)).toBeNull();
    expect(scene.bodies()).toEqual([]);
    scene.time.runFor(2);
    // The round that the put woke found no four pages; the next comes 200 ms later.
    expect(commits).toEqual(['250 ms: 102']);
    expect(scene.store.maxPhysicalOffset).toBe(102);
    expect(scene.bodies()).toEqual(['m0']);
  });

  test('puts that keep coming are committed by the first that comes 200 ms after the last thorough round', () => {
    const scene = pooled();
    const commits = commitsOf(scene);
    scene.time.runFor(50);
    for (let count = 0; count < 10; count++) {
      scene.put(named('m'));
      scene.time.runFor(30);
    }
    expect(commits).toEqual(['200 ms: 606']);
  });

  test('four pages do not wait', () => {
    const scene = pooled();
    const commits = commitsOf(scene);
    scene.time.runFor(50);
    scene.put(pages(3));
    scene.time.runFor(1);
    expect(commits).toEqual([]);
    scene.put(pages(1));
    scene.time.runFor(0);
    expect(commits).toEqual([`51 ms: ${4 * 4096}`]);
  });

  test('a kill loses what sat in the pool, though it was acknowledged; without a pool it loses nothing', () => {
    const survivors = (transientStorePoolEnable: boolean) => {
      const scene = pooled({transientStorePoolEnable});
      scene.time.runFor(50);
      scene.put(named('old'));
      scene.time.runFor(300);
      for (const name of ['new0', 'new1']) expect(scene.put(named(name))!.status).toBe('PUT_OK');
      scene.time.runFor(1);
      scene.crash();
      return scene.bodies();
    };
    expect(survivors(true)).toEqual(['old']);
    expect(survivors(false)).toEqual(['old', 'new0', 'new1']);
  });

  test('a stop in order commits and flushes everything', () => {
    const scene = pooled({mappedFileSizeCommitLog: 1024});
    const names = Array.from({length: 30}, (_, index) => `m${index}`);
    for (const name of names) scene.put(named(name));
    scene.restart();
    expect(scene.machine.factsOf('store-recovered')[0]).toMatchObject({cleanExit: true, truncatedBytes: 0});
    expect(scene.bodies()).toEqual(names);
  });

  test('the pool writes into the very files that there would be without it', () => {
    const filesOf = (transientStorePoolEnable: boolean) => {
      const scene = pooled({transientStorePoolEnable, mappedFileSizeCommitLog: 4096});
      scene.time.runFor(50);
      for (let count = 0; count < 100; count++) scene.put(named(`m${count}`));
      scene.time.runFor(20_000);
      return scene.disk
        .under(FOLDER)
        .map((path) => [path, Buffer.from(scene.disk.files.get(path)!.bytes).toString('hex')]);
    };
    expect(filesOf(true)).toEqual(filesOf(false));
  });

  test('only what is committed is flushed', () => {
    const scene = pooled();
    scene.put(pages(2));
    scene.time.runFor(11_000);
    scene.put(pages(2));
    expect(scene.store.flushedPhysicalOffset).toBe(2 * 4096);
  });

  test('a full file gives its buffer back; the file in use and the one made ahead hold one each', () => {
    const scene = pooled({mappedFileSizeCommitLog: 4096, transientStorePoolSize: 3});
    expect(scene.store.freeWriteBuffers).toBe(3);
    scene.put(named('m'));
    scene.time.runFor(0);
    expect(scene.store.freeWriteBuffers).toBe(1);
    scene.put(message({body: new Uint8Array(3900)}));
    // The second file is in use, and the first not committed yet.
    expect(scene.store.freeWriteBuffers).toBe(1);
    scene.time.runFor(0);
    // The third took one, and the first, being full, gave its own back.
    expect(scene.store.freeWriteBuffers).toBe(1);
    scene.time.runFor(300);
    expect(scene.store.freeWriteBuffers).toBe(1);
  });

  test('a pool of two is used up by the first message, and no broker takes another', () => {
    const scene = pooled({transientStorePoolSize: 2});
    expect(scene.store.isTransientStorePoolDeficient).toBe(false);
    scene.put(named('m'));
    scene.time.runFor(60_000);
    expect(scene.store.isTransientStorePoolDeficient).toBe(true);
  });

  test('an exhausted pool: the next file goes without a buffer, or with fastFail is not made', () => {
    const fill = (fastFailIfNoBufferInStorePool: boolean) => {
      const scene = pooled({
        mappedFileSizeCommitLog: 4096,
        transientStorePoolSize: 1,
        fastFailIfNoBufferInStorePool,
      });
      scene.put(named('m'));
      scene.time.runFor(0);
      return {scene, second: scene.put(message({body: new Uint8Array(3900)}))!.status};
    };
    const lenient = fill(false);
    expect(lenient.second).toBe('PUT_OK');
    expect(lenient.scene.store.lookMessageByOffset(4096)).not.toBeNull();
    const strict = fill(true);
    expect(strict.second).toBe('CREATE_MAPEDFILE_FAILED');
    expect(strict.scene.disk.under(FOLDER).length).toBe(1);
    strict.scene.time.runFor(300);
    expect(strict.scene.put(named('again'))!.status).toBe('PUT_OK');
  });

  test('after a restart the file in use has no buffer, so nothing in it waits', () => {
    const scene = pooled();
    scene.put(named('m0'));
    scene.restart();
    scene.put(named('m1'));
    scene.crash();
    expect(scene.bodies()).toEqual(['m0', 'm1']);
  });

  test('it does nothing with SYNC_FLUSH, nor on a slave', () => {
    expect(pooled({flushDiskType: 'SYNC_FLUSH'}).store.freeWriteBuffers).toBeNull();
    expect(pooled({brokerRole: 'SLAVE', brokerId: 1}).store.freeWriteBuffers).toBeNull();
  });

  test('a disk that refuses is told, and asked again', () => {
    const scene = pooled();
    scene.time.runFor(50);
    scene.put(named('m'));
    scene.disk.full = true;
    scene.time.runFor(1000);
    expect(scene.machine.factsOf('warned').length).toBeGreaterThan(2);
    scene.disk.full = false;
    scene.time.runFor(300);
    expect(scene.bodies()).toEqual(['m']);
  });

  test('an idle store sets no timer', () => {
    const scene = pooled();
    scene.put(named('m'));
    scene.time.runFor(100_000);
    expect(scene.time.pending).toBe(0);
  });
});

test('warmMapedFileEnable touches every page of a new file; with SYNC_FLUSH durably', () => {
  const touched = (changes: Partial<StoreConfig>) => {
    const scene = new StoreScene(smallConfig({warmMapedFileEnable: true, ...changes}));
    const writes: number[] = [];
    const {disk} = scene.machine.host;
    const {open} = disk;
    disk.open = (path, mode) => {
      const file = open(path, mode);
      const {writeAt} = file;
      file.writeAt = (position, bytes) => {
        if (bytes.length > 1000) writes.push(bytes.length);
        writeAt(position, bytes);
      };
      return file;
    };
    scene.put(named('m'));
    scene.time.runFor(5);
    return {writes, syncs: scene.disk.syncs.filter((path) => path.endsWith('65536')).length};
  };
  expect(touched({})).toEqual({writes: [65_536, 65_536], syncs: 0});
  expect(touched({flushDiskType: 'SYNC_FLUSH'})).toEqual({writes: [65_536, 65_536], syncs: 1});
  expect(touched({warmMapedFileEnable: false}).writes).toEqual([]);
});
