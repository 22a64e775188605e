import {describe, expect, test} from 'vitest';
import {PAGE_BYTES} from '../../src/sim/page-stock.ts';
import {ascii, DiskWorld, pagesOf, refusal} from './disk-worlds.ts';

describe('space, speed and silence', () => {
  test('a full disk takes no new page, lets old ones be written, and takes new ones once healed', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(1));
    w.strike({kind: 'full'});
    expect(w.disk.freeBytes()).toBe(0);
    expect(refusal(() => file.writeAt(PAGE_BYTES, ascii('x')))).toBe('ENOSPC');
    file.writeAt(0, ascii('old pages are there already'));
    w.heal('full');
    file.writeAt(PAGE_BYTES, ascii('x'));
    expect(w.disk.freeBytes()).toBeGreaterThan(0);
  });

  test('a slow disk takes so many times as long; a second slowness takes the place of the first', () => {
    const w = new DiskWorld();
    const file = w.open();
    const syncMs = (): number => {
      const before = w.world.nowUs;
      file.writeAt(0, pagesOf(100));
      w.sync(file);
      while (w.synced.length === 0) w.world.step();
      w.synced.length = 0;
      return (w.world.nowUs - before) / 1000;
    };
    expect(syncMs()).toBe(2);
    w.strike({kind: 'slow', factor: 10});
    expect(syncMs()).toBe(20);
    w.strike({kind: 'slow', factor: 3});
    expect(w.world.diskFaults('m1').map(({name}) => name)).toEqual(['slow']);
    expect(syncMs()).toBe(6);
    w.heal();
    expect(syncMs()).toBe(2);
  });

  test('a stalled disk answers nothing, and goes on where it was once healed', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(100));
    w.sync(file);
    w.run(1.5);
    w.strike({kind: 'stalled'});
    file.writeAt(0, ascii('the cache still takes this'));
    w.sync(file);
    w.run(60_000);
    expect(w.synced).toEqual([]);
    expect(file.readAt(0, 3)).toEqual(ascii('the'));
    w.heal('stalled');
    w.run(0.4);
    expect(w.synced).toEqual([]);
    w.run(0.2);
    expect(w.synced).toEqual([null]);
    w.run(2);
    expect(w.synced).toEqual([null, null]);
  });
});

describe('failing syncs and writes', () => {
  test('after a failed sync Linux takes the pages for clean: the next sync says yes, and power takes them', () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const w = new DiskWorld({seed: String(seed)});
      const file = w.open();
      file.writeAt(0, pagesOf(1, 1));
      w.sync(file);
      w.run(10);
      w.strike({kind: 'sync-errors'});
      file.writeAt(0, pagesOf(1, 2));
      w.sync(file);
      w.run(10);
      expect(w.pages()).toEqual({clean: 0, dirty: 0, goingOut: 0, failed: 1});
      w.heal('sync-errors');
      w.sync(file);
      w.run(10);
      expect(w.synced).toEqual([null, 'EIO', null]);
      expect(file.readAt(0, 1)[0]).toBe(2);
      w.losePower();
      outcomes.add(String(w.world.readFile('m1', '/f')![0]));
    }
    expect([...outcomes].sort()).toEqual(['1', '2']);
  });

  test('a page whose sync failed is written again only if it is written to again', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(2));
    w.strike({kind: 'sync-errors'});
    w.sync(file);
    w.run(10);
    w.heal();
    file.writeAt(PAGE_BYTES, ascii('again'));
    w.sync(file);
    w.run(10);
    expect(w.pages()).toEqual({clean: 1, dirty: 0, goingOut: 0, failed: 1});
  });

  test('each handle is told once of a failure, also of one that nobody asked for', () => {
    const w = new DiskWorld();
    const one = w.open();
    const two = w.open();
    w.strike({kind: 'write-errors'});
    one.writeAt(0, pagesOf(1));
    w.run(40_000); // Write-back fails meanwhile.
    expect(w.entries('disk-written-back').map(({failure}) => failure)).toEqual(['EIO']);
    w.heal();
    for (const file of [one, one, two, two]) w.sync(file);
    w.run(10);
    expect(w.synced).toEqual(['EIO', null, 'EIO', null]);
    const three = w.open();
    w.sync(three);
    w.run(10);
    expect(w.synced[4]).toBeNull();
  });

  test('a disk that refuses writes turns read-only with the first of them, until it is healed', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(1));
    w.strike({kind: 'write-errors'});
    file.writeAt(0, ascii('the cache takes it'));
    w.sync(file);
    w.run(10);
    expect(w.synced).toEqual(['EIO']);
    expect(w.entries('disk-read-only')).toHaveLength(1);
    expect(refusal(() => file.writeAt(0, ascii('x')))).toBe('EROFS');
    expect(refusal(() => w.open('/new'))).toBe('EROFS');
    expect(refusal(() => w.disk.rename('/f', '/g'))).toBe('EROFS');
    expect(refusal(() => w.disk.remove('/f'))).toBe('EROFS');
    expect(refusal(() => file.truncate(0))).toBe('EROFS');
    expect(file.readAt(0, 9)).toEqual(ascii('the cache'));
    w.heal('write-errors');
    file.writeAt(0, ascii('x'));
    w.sync(file);
    w.run(10);
    expect(w.synced).toEqual(['EIO', null]);
  });

  test('the journal of names is written after five seconds, and a disk that refuses it is read-only from then on', () => {
    const w = new DiskWorld();
    w.open('/a');
    w.strike({kind: 'write-errors'});
    w.run(4000);
    w.open('/b');
    w.run(1001);
    expect(refusal(() => w.open('/c'))).toBe('EROFS');
  });
});

describe('damaged places', () => {
  const synced = (): {w: DiskWorld; file: ReturnType<DiskWorld['open']>} => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(3));
    w.sync(file);
    w.run(10);
    return {w, file};
  };

  test('a bad sector fails every read of its page, in this life and the next, until the page is written whole', () => {
    const {w, file} = synced();
    w.strike({kind: 'bad-sector', path: '/f', positionBytes: PAGE_BYTES + 700});
    expect(w.world.diskFaults('m1').map(({name}) => name)).toEqual([`bad-sector /f:${PAGE_BYTES + 512}`]);
    expect(refusal(() => file.readAt(PAGE_BYTES + 4000, 1))).toBe('EIO');
    expect(refusal(() => file.readAt(0, 3 * PAGE_BYTES))).toBe('EIO');
    expect(file.readAt(0, PAGE_BYTES)[0]).toBe(1);
    // Part of a page cannot be written without reading the rest.
    expect(refusal(() => file.writeAt(PAGE_BYTES, ascii('part')))).toBe('EIO');
    w.losePower();
    w.boot();
    const again = w.open();
    expect(refusal(() => again.readAt(PAGE_BYTES, 1))).toBe('EIO');
    again.writeAt(PAGE_BYTES, pagesOf(1, 9));
    expect(again.readAt(PAGE_BYTES, 1)[0]).toBe(9);
    expect(w.world.diskFaults('m1')).toHaveLength(1);
    w.sync(again);
    w.run(10);
    expect(w.world.diskFaults('m1')).toEqual([]);
    expect(w.entries('disk-fault-lifted').map(({why}) => why)).toEqual(['rewritten']);
    expect(again.readAt(PAGE_BYTES, 1)[0]).toBe(9);
  });

  test('rotten bits read the same wrong way each time, and lifting the fault brings the right byte back', () => {
    const {w, file} = synced();
    w.strike({kind: 'bit-rot', path: '/f', positionBytes: 5, bit: 0});
    w.strike({kind: 'bit-rot', path: '/f', positionBytes: 5, bit: 4});
    for (let i = 0; i < 2; i++) expect([...file.readAt(4, 3)]).toEqual([1, 1 ^ 0b10001, 1]);
    w.world.intervene({kind: 'heal-disk', machine: 'm1', fault: 'bit-rot /f:5.0'});
    expect(file.readAt(5, 1)[0]).toBe(1 ^ 0b10000);
    w.heal('bit-rot');
    expect(file.readAt(5, 1)[0]).toBe(1);
    expect(w.world.readFile('m1', '/f')).toEqual(pagesOf(3));
  });

  test('a rotten bit beside what is written is written with it, for good', () => {
    const {w, file} = synced();
    w.strike({kind: 'bit-rot', path: '/f', positionBytes: 5, bit: 1});
    file.writeAt(100, ascii('x'));
    w.sync(file);
    w.run(10);
    expect(w.world.diskFaults('m1')).toEqual([]);
    expect(file.readAt(5, 1)[0]).toBe(1 ^ 2);
  });

  test('what is newer in the cache hides a damaged place, and is rid of it once written out', () => {
    const {w, file} = synced();
    file.writeAt(0, ascii('new'));
    w.strike({kind: 'bit-rot', path: '/f', positionBytes: 0, bit: 0});
    expect(file.readAt(0, 3)).toEqual(ascii('new'));
    w.sync(file);
    w.run(10);
    expect(w.entries('disk-fault-lifted').map(({why}) => why)).toEqual(['rewritten']);
    expect(file.readAt(0, 3)).toEqual(ascii('new'));
  });

  test('a damaged place goes with its file', () => {
    const {w, file} = synced();
    w.strike({kind: 'bad-sector', path: '/f', positionBytes: 2 * PAGE_BYTES});
    file.truncate(PAGE_BYTES);
    expect(w.entries('disk-fault-lifted').map(({why}) => why)).toEqual(['freed']);
    w.strike({kind: 'bad-sector', path: '/f', positionBytes: 0});
    w.disk.remove('/f');
    expect(w.world.diskFaults('m1')).toHaveLength(1); // Still open.
    file.close();
    expect(w.world.diskFaults('m1')).toEqual([]);
  });

  test('where there is nothing on the disk, nothing can be damaged', () => {
    const {w} = synced();
    w.strike({kind: 'bad-sector', path: '/none', positionBytes: 0});
    w.strike({kind: 'bit-rot', path: '/f', positionBytes: 3 * PAGE_BYTES, bit: 0});
    expect(w.entries('disk-fault-struck')).toEqual([]);
    expect(w.world.diskFaults('m1')).toEqual([]);
  });
});

describe('a disk destroyed', () => {
  test('everything on it fails, waiting syncs too; an empty one in its place is good for what is opened anew', () => {
    const w = new DiskWorld();
    const file = w.open('/a/f');
    file.writeAt(0, pagesOf(1));
    w.sync(file);
    w.sync(file);
    w.strike({kind: 'slow', factor: 2});
    w.world.intervene({kind: 'destroy-disk', machine: 'm1', replace: false});
    w.run(0);
    expect(w.synced).toEqual(['EIO', 'EIO']);
    expect(refusal(() => file.readAt(0, 1))).toBe('EIO');
    expect(refusal(() => file.writeAt(0, ascii('x')))).toBe('EIO');
    expect(refusal(() => w.disk.open('/a/f', 'existing'))).toBe('EIO');
    expect(refusal(() => w.open('/b'))).toBe('EIO');
    expect(refusal(() => w.disk.modifiedMs('/a/f'))).toBe('EIO');
    expect([w.disk.exists('/a/f'), w.disk.list('/a'), w.disk.isFolder('/a')]).toEqual([false, [], false]);
    w.world.intervene({kind: 'replace-disk', machine: 'm1'});
    expect(w.world.diskFaults('m1')).toEqual([]);
    expect(refusal(() => file.readAt(0, 1))).toBe('EIO');
    w.sync(file);
    const fresh = w.open('/a/f');
    expect(fresh.sizeBytes()).toBe(0);
    fresh.writeAt(0, ascii('new'));
    w.sync(fresh);
    w.run(10);
    expect(w.synced.slice(2)).toEqual(['EIO', null]);
    expect(w.text('/a/f')).toBe('new');
  });

  test('with its replacement at once the machine goes on with an empty disk', () => {
    const w = new DiskWorld();
    w.open().writeAt(0, pagesOf(10));
    w.world.intervene({kind: 'destroy-disk', machine: 'm1', replace: true});
    expect(w.world.listFiles('m1')).toEqual([]);
    expect(w.disk.freeBytes()).toBe(w.disk.totalBytes());
    expect(w.world.trace.entries.slice(-2).map(({kind}) => kind)).toEqual([
      'disk-destroyed',
      'disk-replaced',
    ]);
  });
});

test('what is no fault is refused, and what is there already changes nothing', () => {
  const w = new DiskWorld();
  expect(() => w.strike({kind: 'slow', factor: 1})).toThrow('factor');
  expect(() => w.strike({kind: 'bit-rot', path: '/f', positionBytes: 0, bit: 8})).toThrow('bit');
  expect(() => w.strike({kind: 'bad-sector', path: 'f', positionBytes: 0})).toThrow('absolute');
  expect(() => w.strike({kind: 'melted'} as never)).toThrow('melted');
  w.strike({kind: 'full'});
  w.strike({kind: 'full'});
  w.heal('stalled');
  expect(w.entries('disk-fault-struck')).toHaveLength(1);
  expect(w.entries('disk-fault-lifted')).toHaveLength(0);
});
