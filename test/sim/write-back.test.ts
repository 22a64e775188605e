import {describe, expect, test} from 'vitest';
import {PAGE_BYTES} from '../../src/sim/page-stock.ts';
import {ascii, DiskWorld, pagesOf} from './disk-worlds.ts';

const MIB = 1024 ** 2;

describe('write-back', () => {
  test('what has been dirty for half a minute goes out at the next look of the flusher, and is durable then', () => {
    const w = new DiskWorld();
    w.run(1000);
    const file = w.open();
    file.writeAt(0, pagesOf(3));
    w.run(33_999);
    expect(w.entries('disk-write-back')).toEqual([]);
    expect(w.pages()).toMatchObject({clean: 0, dirty: 3});
    w.run(2);
    const [begun] = w.entries('disk-write-back');
    expect(begun).toMatchObject({atUs: 35_000_000, machine: 'm1', path: '/f', pages: 3});
    expect(w.pages()).toMatchObject({goingOut: 3});
    w.run(10);
    expect(w.entries('disk-written-back')).toMatchObject([{failure: null, cause: begun!.id}]);
    expect(w.pages()).toMatchObject({clean: 3, dirty: 0, goingOut: 0});
    w.run(5000);
    w.losePower();
    expect(w.world.readFile('m1', '/f')).toEqual(pagesOf(3));
  });

  test('nothing dirty, nothing to wake for: an idle machine has no event left', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(3));
    w.sync(file);
    w.run(60_000);
    expect(w.entries('disk-write-back')).toEqual([]);
    expect(w.world.nextEventUs()).toBe(-1);
    const before = w.world.eventCount;
    file.writeAt(0, ascii('x'));
    w.run(3_600_000);
    // One look, one piece.
    expect(w.world.eventCount - before).toBe(2);
    expect(w.world.nextEventUs()).toBe(-1);
  });

  test('what is written while its file goes out waits half a minute of its own', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(2));
    w.run(30_000);
    expect(w.pages()).toMatchObject({goingOut: 2});
    file.writeAt(0, ascii('x'));
    expect(w.pages()).toMatchObject({dirty: 1, goingOut: 1});
    w.run(29_000);
    expect(w.pages()).toMatchObject({dirty: 1, clean: 1});
    w.run(2000);
    expect(w.entries('disk-write-back')).toHaveLength(2);
    expect(w.pages()).toMatchObject({dirty: 0, clean: 2});
  });

  test('a sync waits for no more than the piece that is going out, and goes before the next', () => {
    const w = new DiskWorld();
    const big = w.open('/big');
    big.writeAt(0, new Uint8Array(3 * 1024 * PAGE_BYTES));
    const small = w.open('/small');
    w.run(30_001);
    expect(w.entries('disk-write-back').map(({pages}) => pages)).toEqual([1024]);
    small.writeAt(0, ascii('x'));
    w.sync(small);
    w.run(15);
    // A piece takes 1 + 10.24 ms, the sync another 1.01 ms.
    expect(w.entries('disk-synced')[0]!.atUs).toBe(30_000_000 + 11_240 + 1_010);
    w.run(50);
    expect(w.pages('/big')).toMatchObject({clean: 3 * 1024, dirty: 0});
  });

  test('with more than a tenth of memory dirty, the oldest goes out without waiting', () => {
    const w = new DiskWorld({memoryBytes: 10 * MIB});
    w.open('/old').writeAt(0, pagesOf(100));
    w.run(10);
    w.open('/new').writeAt(0, pagesOf(156));
    w.run(100);
    expect(w.entries('disk-write-back')).toEqual([]);
    w.open('/last').writeAt(0, ascii('x'));
    w.run(100);
    expect(w.entries('disk-write-back').map(({path}) => path)).toEqual(['/old']);
    expect(w.pages('/old')).toMatchObject({clean: 100});
    expect(w.pages('/new')).toMatchObject({dirty: 156});
  });

  test('a file that is gone is not written back', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(5));
    file.close();
    w.disk.remove('/f');
    w.run(60_000);
    expect(w.entries('disk-write-back')).toEqual([]);
  });
});
