import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {DiskError} from '../../src/ports/disk.ts';
import type {Host} from '../../src/ports/host.ts';
import type {DiskSpec, World} from '../../src/sim/api.ts';
import {CHUNK_BYTES} from '../../src/sim/page-chunk.ts';
import {PageFile} from '../../src/sim/page-file.ts';
import {PAGE_BYTES, PageStock} from '../../src/sim/page-stock.ts';
import {DEFAULT_MACHINE} from '../../src/sim/presets.ts';
import {lines, transcript} from './transcript.ts';
import {program, startedWorld} from './worlds.ts';

const DISK: DiskSpec = {
  capacityBytes: 64 * PAGE_BYTES,
  syncLatencyUs: 1000,
  syncJitterUs: 0,
  bandwidthBytesPerSecond: 1_000_000 * PAGE_BYTES,
};

/** One process on one machine with a small disk. */
function diskWorld(start: (host: Host) => void): World {
  const machines = [{...DEFAULT_MACHINE, name: 'm1', address: '10.0.0.1', disk: DISK}];
  return startedWorld({machines, programs: {p: program(start)}});
}

describe('page file', () => {
  test('any mix of writes, cuts, growth and syncs reads as a plain array would, cached and durable', () => {
    const positions = fc.oneof(
      fc.nat(40_000),
      fc.nat(2 * CHUNK_BYTES),
      // Where pages and chunks meet.
      fc
        .tuple(fc.constantFrom(PAGE_BYTES, CHUNK_BYTES), fc.nat(3), fc.integer({min: -3, max: 3}))
        .map(([unit, n, d]) => Math.max(0, unit * n + d)),
    );
    const commands = fc.array(
      fc.oneof(
        fc.record({
          do: fc.constant('write' as const),
          at: positions,
          length: fc.oneof(fc.nat(300), fc.nat(2 * CHUNK_BYTES)),
          byte: fc.integer({min: 1, max: 255}),
        }),
        fc.record({do: fc.constant('truncate' as const), at: positions}),
        fc.record({do: fc.constant('begin' as const)}),
        fc.record({do: fc.constant('finish' as const)}),
      ),
      {maxLength: 30},
    );
    fc.assert(
      fc.property(commands, (list) => {
        const file = new PageFile();
        let model = new Uint8Array(0);
        let durable = new Uint8Array(0);
        let outgoing: Uint8Array<ArrayBuffer> | null = null;
        for (const command of list) {
          if (command.do === 'write') {
            const bytes = new Uint8Array(command.length).fill(command.byte);
            file.write(command.at, bytes);
            if (command.length > 0 && command.at + command.length > model.length) {
              model = resized(model, command.at + command.length);
            }
            model.set(bytes, command.length > 0 ? command.at : 0);
          } else if (command.do === 'truncate') {
            file.truncate(command.at);
            model = resized(model, command.at);
            // What is cut off is gone from the platter, too.
            durable = durable.slice(0, command.at);
            outgoing?.fill(0, Math.min(command.at, outgoing.length));
          } else if (command.do === 'begin') {
            if (outgoing !== null) continue;
            file.beginSync();
            outgoing = model.slice();
          } else if (outgoing !== null) {
            file.finishSync(outgoing.length);
            durable = resized(outgoing, Math.min(outgoing.length, model.length));
            outgoing = null;
          }
          expect(file.sizeBytes).toBe(model.length);
        }
        expect(Buffer.compare(file.read(0, model.length + 10), model)).toBe(0);
        expect(Buffer.compare(file.durableContents(), durable)).toBe(0);
      }),
      {seed: 491, numRuns: 300},
    );
  });

  test('a read within a chunk is a view, and a page is dirty once however often it is written', () => {
    const file = new PageFile();
    file.write(0, new Uint8Array(PAGE_BYTES).fill(1));
    const view = file.read(10, 20);
    file.write(10, new Uint8Array([7]));
    expect(view[0]).toBe(7);
    expect(file.dirtyBytes).toBe(PAGE_BYTES);
    file.write(PAGE_BYTES - 1, new Uint8Array(2));
    expect(file.dirtyBytes).toBe(2 * PAGE_BYTES);
  });

  test('space is taken by pages that were written, not by holes', () => {
    const file = new PageFile();
    file.truncate(1024 ** 3);
    expect(file.allocatedBytes).toBe(0);
    file.write(512 * 1024 ** 2, new Uint8Array(10));
    expect(file.allocatedBytes).toBe(PAGE_BYTES);
    file.truncate(100);
    expect(file.allocatedBytes).toBe(0);
  });

  test('pages written in any order in the middle of a hole read as they were written, and as zeros between', () => {
    const file = new PageFile();
    const places = [20, 9, 30, 8, 3, 31].map((page) => CHUNK_BYTES + page * PAGE_BYTES);
    for (const [i, place] of places.entries()) file.write(place + 100, new Uint8Array([i + 1]));
    const read = file.read(CHUNK_BYTES, CHUNK_BYTES);
    expect([...read.entries()].filter(([, byte]) => byte !== 0)).toEqual(
      [4, 3, 1, 0, 2, 5].map((i) => [places[i]! + 100 - CHUNK_BYTES, i + 1]),
    );
    expect(file.allocatedBytes).toBe(places.length * PAGE_BYTES);
  });

  test('a page put aside for one sync is not changed by what is put aside for the next', () => {
    const stock = new PageStock();
    const [one, two] = [new PageFile(stock), new PageFile(stock)];
    const page = (byte: number): Uint8Array => new Uint8Array(PAGE_BYTES).fill(byte);
    for (const file of [one, two]) {
      file.write(0, page(1));
      file.beginSync();
      file.finishSync(PAGE_BYTES);
      file.write(0, page(2));
    }
    one.beginSync();
    one.write(0, page(3));
    one.finishSync(PAGE_BYTES);
    two.beginSync();
    two.write(0, page(4));
    two.failOut();
    expect(one.durableContents()).toEqual(page(2));
    expect(two.durableContents()).toEqual(page(1));
    expect([one.read(0, 1)[0], two.read(0, 1)[0]]).toEqual([3, 4]);
  });
});

function resized(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  return result;
}

describe('disk', () => {
  test('syncs take latency and the time of the dirty bytes, one after another', () => {
    const world = diskWorld((host) => {
      const one = host.disk.open('/store/one', 'create');
      const two = host.disk.open('/store/two', 'create');
      one.writeAt(0, new Uint8Array(3 * PAGE_BYTES));
      two.writeAt(0, new Uint8Array(1));
      one.sync(() => {});
      two.sync(() => {});
      two.sync(() => {});
    });
    world.runUntil(1_000_000);
    expect(transcript(world, {without: ['intervened', 'process-started']})).toBe(
      lines(
        '0 p writes /store/one 0+12288',
        '0 p writes /store/two 0+1',
        '0 p syncs /store/one, 12288 dirty',
        '0 p syncs /store/two, 4096 dirty',
        '0 p syncs /store/two, 4096 dirty',
        '1.003 p synced /store/one',
        '2.004 p synced /store/two',
        '2.009 p synced /store/two',
      ),
    );
  });

  test('what a process wrote is there for its next life, synced or not, and its handles are closed', () => {
    let lives = 0;
    const found: string[] = [];
    const told: string[] = [];
    const world = diskWorld((host) => {
      const file = host.disk.open('/state', 'create');
      found.push(new TextDecoder().decode(file.readAt(0, 100)));
      const life = `life ${++lives}`;
      file.writeAt(0, new TextEncoder().encode(life));
      file.sync(() => told.push(`${life} is durable`));
    });
    world.runUntil(10);
    world.intervene({kind: 'kill', process: 'p'});
    world.intervene({kind: 'start', process: 'p'});
    world.runUntil(1_000_000);
    expect(found).toEqual(['', 'life 1']);
    expect(world.listFiles('m1')).toEqual(['/state']);
    expect(new TextDecoder().decode(world.readFile('m1', '/state')!)).toBe('life 2');
    expect(world.readFile('m1', '/none')).toBeNull();
    // The sync of the killed life went out all the same, but nobody was told.
    expect(world.trace.entries.filter(({kind}) => kind === 'disk-synced').length).toBe(2);
    expect(told).toEqual(['life 2 is durable']);
  });

  test('a full disk refuses the write and changes nothing; what is removed makes room', () => {
    const told: unknown[] = [];
    diskWorld((host) => {
      const {disk} = host;
      const big = disk.open('/big', 'create');
      big.writeAt(0, new Uint8Array(60 * PAGE_BYTES));
      told.push(disk.freeBytes() / PAGE_BYTES);
      const file = disk.open('/file', 'create');
      try {
        file.writeAt(0, new Uint8Array(5 * PAGE_BYTES));
      } catch (error) {
        told.push(error instanceof DiskError ? `${error.code} ${error.path}` : error);
      }
      told.push(file.sizeBytes());
      big.truncate(30 * PAGE_BYTES);
      told.push(disk.freeBytes() / PAGE_BYTES);
      disk.remove('/big');
      // Still open: its space is taken until it is closed.
      told.push(disk.freeBytes() / PAGE_BYTES);
      big.close();
      told.push(disk.freeBytes() / PAGE_BYTES);
    }).runUntil(1);
    expect(told).toEqual([4, 'ENOSPC /file', 0, 34, 34, 64]);
  });

  test('a file that replaces another by rename frees the space of the other', () => {
    const free: number[] = [];
    diskWorld((host) => {
      const {disk} = host;
      for (const path of ['/a', '/b']) {
        const file = disk.open(path, 'create');
        file.writeAt(0, new Uint8Array(PAGE_BYTES));
        file.close();
      }
      free.push(disk.freeBytes() / PAGE_BYTES);
      disk.rename('/a', '/b');
      free.push(disk.freeBytes() / PAGE_BYTES);
    }).runUntil(1);
    expect(free).toEqual([62, 63]);
  });

  test('a folder moves with all that is in it', () => {
    const world = diskWorld((host) => {
      host.disk.open('/a/b/c', 'create').close();
      host.disk.open('/a/d', 'create').close();
      host.disk.rename('/a', '/z');
    });
    world.runUntil(1);
    expect(world.listFiles('m1')).toEqual(['/z/b/c', '/z/d']);
  });
});
