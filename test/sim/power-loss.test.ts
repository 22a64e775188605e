import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {SECTOR_BYTES} from '../../src/sim/disk-fault.ts';
import {PAGE_BYTES} from '../../src/sim/page-stock.ts';
import {ascii, DiskWorld, pagesOf} from './disk-worlds.ts';

const SECTORS = PAGE_BYTES / SECTOR_BYTES;

describe('pages', () => {
  test('each un-synced page comes out old, new or torn at a sector, as the seed decides; synced ones stay', () => {
    const seen = {old: 0, new: 0, torn: 0};
    for (let seed = 1; seed <= 10; seed++) {
      const w = new DiskWorld({seed: String(seed)});
      const file = w.open();
      file.writeAt(0, pagesOf(20, 1));
      w.sync(file);
      w.run(10);
      file.writeAt(5 * PAGE_BYTES, pagesOf(15, 101));
      w.losePower();
      const bytes = w.world.readFile('m1', '/f')!;
      const found = {old: 0, new: 0, torn: 0};
      for (let page = 0; page < 20; page++) {
        const sectors = Array.from({length: SECTORS}, (_, i) => bytes[page * PAGE_BYTES + i * SECTOR_BYTES]!);
        if (page < 5) {
          expect(new Set(sectors)).toEqual(new Set([1 + page]));
          continue;
        }
        const news = sectors.map((byte) => byte === 96 + page);
        expect(sectors.every((byte, i) => news[i] || byte === 1 + page)).toBe(true);
        const turns = news.filter((isNew, i) => i > 0 && isNew !== news[i - 1]).length;
        expect(turns).toBeLessThanOrEqual(1);
        found[turns === 1 ? 'torn' : news[0] ? 'new' : 'old']++;
      }
      const [told] = w.entries('disk-pages-lost');
      expect(told).toMatchObject({path: '/f', sizeBytes: 20 * PAGE_BYTES, ...found});
      for (const fate of ['old', 'new', 'torn'] as const) seen[fate] += found[fate];
    }
    expect(Math.min(seen.old, seen.new, seen.torn)).toBeGreaterThan(10);
  });

  test('what becomes of a page is the same in every run of a timeline, and whatever becomes of another file', () => {
    const lose = (others: number): Uint8Array => {
      const w = new DiskWorld({seed: '7'});
      for (let i = 0; i < others; i++) w.open(`/a${i}`).writeAt(0, pagesOf(3));
      const file = w.open();
      file.truncate(30 * PAGE_BYTES);
      w.sync(file);
      w.run(10);
      file.writeAt(0, pagesOf(30));
      w.losePower();
      return w.world.readFile('m1', '/f')!;
    };
    expect(lose(0)).toEqual(lose(0));
    expect(lose(4)).toEqual(lose(0));
  });

  test('a file is as long as what was synced of it, or the last page that was written in time', () => {
    const lengths = new Set<number>();
    for (let seed = 1; seed <= 20; seed++) {
      const w = new DiskWorld({seed: String(seed)});
      const file = w.open();
      file.writeAt(0, ascii('synced'));
      w.sync(file);
      w.run(10);
      file.writeAt(6, new Uint8Array(2 * PAGE_BYTES).fill(7));
      w.losePower();
      const bytes = w.world.readFile('m1', '/f')!;
      expect(new TextDecoder().decode(bytes.subarray(0, 6))).toBe('synced');
      lengths.add(bytes.length);
    }
    expect([...lengths].sort((a, b) => a - b)).toEqual([6, PAGE_BYTES, 2 * PAGE_BYTES, 2 * PAGE_BYTES + 6]);
  });

  test('the machine comes back with what the platter held, all of it clean, and its space counted anew', () => {
    const w = new DiskWorld({seed: '3'});
    const file = w.open();
    file.writeAt(0, pagesOf(40));
    w.losePower();
    expect(w.world.isRunning('p')).toBe(false);
    w.boot();
    expect(w.world.isRunning('p')).toBe(true);
    const pages = w.pages();
    const left = pages?.clean ?? 0;
    expect(pages?.dirty ?? 0).toBe(0);
    expect(w.disk.totalBytes() - w.disk.freeBytes()).toBe(left * PAGE_BYTES);
    w.run(60_000);
    expect(w.entries('disk-write-back')).toEqual([]);
  });

  test('a disk that refuses writes has only the old', () => {
    const w = new DiskWorld();
    const file = w.open();
    file.writeAt(0, pagesOf(10));
    w.sync(file);
    w.run(10);
    file.writeAt(0, pagesOf(10, 50));
    w.strike({kind: 'write-errors'});
    w.losePower();
    expect(w.world.readFile('m1', '/f')).toEqual(pagesOf(10));
  });

  test('a damaged place under a page that was written in time is damaged no more', () => {
    const ends = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const w = new DiskWorld({seed: String(seed)});
      const file = w.open();
      file.writeAt(0, pagesOf(1, 1));
      w.sync(file);
      w.run(10);
      w.strike({kind: 'bit-rot', path: '/f', positionBytes: 0, bit: 7});
      file.writeAt(0, pagesOf(1, 2));
      w.losePower();
      const isOver = w.world.diskFaults('m1').length === 0;
      expect(w.world.readFile('m1', '/f')![0]).toBe(isOver ? 2 : 0x81);
      ends.add(String(isOver));
    }
    expect(ends.size).toBe(2);
  });
});

describe('names', () => {
  test('what was not in the journal is undone from the latest back, and told', () => {
    const listings = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const w = new DiskWorld({seed: String(seed)});
      const kept = w.open('/kept');
      kept.writeAt(0, ascii('kept'));
      w.sync(kept);
      w.run(10);
      w.disk.rename('/kept', '/moved');
      w.open('/d/new');
      w.disk.remove('/moved');
      w.losePower();
      const listing = w.world.listFiles('m1').join(' ');
      listings.add(listing);
      const undone = w.entries('disk-undone').map(({operation}) => operation);
      expect(undone).toEqual(['remove', 'create', 'make-folder', 'rename'].slice(0, undone.length));
      const path = listing.split(' ').find((name) => name === '/kept' || name === '/moved');
      if (path !== undefined) expect(w.text(path)).toBe('kept');
      w.boot();
      expect(w.disk.isFolder('/d')).toBe(undone.length < 3);
    }
    expect([...listings].sort()).toEqual(['/d/new', '/d/new /moved', '/kept', '/moved']);
  });

  test('a file that was replaced by a rename is back with its contents when that is undone', () => {
    const found = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const w = new DiskWorld({seed: String(seed)});
      for (const path of ['/old', '/tmp']) {
        const file = w.open(path);
        file.writeAt(0, ascii(path));
        w.sync(file);
        file.close();
      }
      w.run(10);
      w.disk.rename('/tmp', '/old');
      w.losePower();
      found.add(
        w.world
          .listFiles('m1')
          .map((path) => `${path}=${w.text(path)}`)
          .join(' '),
      );
    }
    expect([...found].sort()).toEqual(['/old=/old /tmp=/tmp', '/old=/tmp']);
  });

  test('any sync that writes takes all earlier changes of names and sizes with it, and so do five seconds', () => {
    for (const how of ['sync', 'time'] as const) {
      for (let seed = 1; seed <= 8; seed++) {
        const w = new DiskWorld({seed: String(seed)});
        w.open('/a').truncate(5000);
        w.open('/b');
        const other = w.open('/other');
        if (how === 'sync') {
          other.writeAt(0, ascii('x'));
          w.sync(other);
          w.run(10);
        } else {
          w.run(5000);
        }
        w.losePower();
        expect(w.world.listFiles('m1')).toEqual(['/a', '/b', '/other']);
        expect(w.world.readFile('m1', '/a')).toHaveLength(5000);
      }
    }
  });

  test('a stalled disk has nothing in its journal', () => {
    const w = new DiskWorld();
    w.strike({kind: 'stalled'});
    w.open('/a');
    w.run(20_000);
    w.losePower();
    expect(w.world.listFiles('m1')).toEqual([]);
  });
});

type Step =
  | {readonly do: 'write'; readonly file: number; readonly at: number; readonly length: number}
  | {readonly do: 'grow'; readonly file: number; readonly at: number}
  | {readonly do: 'sync'; readonly file: number}
  | {readonly do: 'wait'; readonly ms: number}
  | {readonly do: 'lose-power'};

const FILES = 2;
const fileIndex = fc.nat(FILES - 1);
const position = fc.nat(6 * PAGE_BYTES);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        file: fileIndex,
        at: position,
        length: fc.oneof(fc.integer({min: 1, max: 700}), fc.integer({min: 1, max: 3 * PAGE_BYTES})),
      }),
    },
    {weight: 1, arbitrary: fc.record({do: fc.constant('grow' as const), file: fileIndex, at: position})},
    {weight: 3, arbitrary: fc.record({do: fc.constant('sync' as const), file: fileIndex})},
    {
      weight: 3,
      arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.constantFrom(0.3, 1, 3, 36_000)}),
    },
    {weight: 1, arbitrary: fc.record({do: fc.constant('lose-power' as const)})},
  ),
  {minLength: 8, maxLength: 40, size: 'max'},
);

/** What may be found of one file after a loss of power: of each sector, any version since the last sync that said yes. */
class Expected {
  contents = new Uint8Array(12 * PAGE_BYTES);
  sizeBytes = 0;
  sizeMin = 0;
  readonly #versions: {readonly at: number; readonly bytes: string}[][] = [];

  constructor() {
    this.#note(0, this.contents.length, 0);
  }

  #sector(sector: number): string {
    return this.contents.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES).join();
  }

  #note(from: number, to: number, at: number): void {
    for (let sector = Math.floor(from / SECTOR_BYTES); sector * SECTOR_BYTES < to; sector++) {
      this.#versions[sector] ??= [];
      this.#versions[sector]!.push({at, bytes: this.#sector(sector)});
    }
  }

  write(position: number, bytes: Uint8Array, at: number): void {
    this.contents.set(bytes, position);
    this.sizeBytes = Math.max(this.sizeBytes, position + bytes.length);
    this.#note(position, position + bytes.length, at);
  }

  /** A sync that was asked for at step `at`, of a file that was so long then, has said yes. */
  synced(at: number, sizeBytes: number): void {
    this.sizeMin = Math.max(this.sizeMin, sizeBytes);
    for (const versions of this.#versions) {
      let keep = 0;
      versions.forEach((version, i) => {
        if (version.at <= at) keep = i;
      });
      versions.splice(0, keep);
    }
  }

  /** What is wrong with what was found, or null; what was found is durable from now on. */
  found(bytes: Uint8Array, at: number): string | null {
    if (bytes.length < this.sizeMin) return `${bytes.length} bytes are left of ${this.sizeMin}`;
    if (bytes.length > this.sizeBytes) return `${bytes.length} bytes of ${this.sizeBytes}`;
    const before = this.#versions.map((versions) => versions.map((version) => version.bytes));
    this.contents = new Uint8Array(this.contents.length);
    this.contents.set(bytes);
    const wrong = before.findIndex(
      (known, sector) => (sector + 1) * SECTOR_BYTES <= bytes.length && !known.includes(this.#sector(sector)),
    );
    this.sizeBytes = bytes.length;
    this.sizeMin = bytes.length;
    this.#versions.length = 0;
    this.#note(0, this.contents.length, at);
    return wrong < 0 ? null : `sector ${wrong} was never so`;
  }
}

test('whatever is written, synced and lost: a sync that said yes is never lost, and nothing is made up', () => {
  let losses = 0;
  let survivals = 0;
  fc.assert(
    fc.property(steps, fc.nat(1000), (list, seed) => {
      const w = new DiskWorld({seed: String(seed)});
      const expected = Array.from({length: FILES}, () => new Expected());
      const open = () => expected.map((_, i) => w.open(`/f${i}`));
      let files = open();
      let life = 0;
      [...list, {do: 'lose-power'} as const].forEach((step, at) => {
        switch (step.do) {
          case 'write': {
            const bytes = new Uint8Array(step.length).fill(1 + (at % 250));
            files[step.file]!.writeAt(step.at, bytes);
            expected[step.file]!.write(step.at, bytes, at);
            break;
          }
          case 'grow': {
            const file = expected[step.file]!;
            if (step.at <= file.sizeBytes) break;
            files[step.file]!.truncate(step.at);
            file.sizeBytes = step.at;
            break;
          }
          case 'sync': {
            const file = expected[step.file]!;
            const {sizeBytes} = file;
            const asked = life;
            files[step.file]!.sync((failure) => {
              expect(failure).toBeNull();
              expect(asked).toBe(life);
              file.synced(at, sizeBytes);
            });
            break;
          }
          case 'wait':
            w.run(step.ms);
            break;
          default: {
            losses++;
            life++;
            w.losePower();
            w.boot();
            for (const [i, file] of expected.entries()) {
              const bytes = w.world.readFile('m1', `/f${i}`) ?? new Uint8Array(0);
              if (file.sizeMin > 0) survivals++;
              expect(file.found(bytes, at)).toBeNull();
            }
            files = open();
          }
        }
      });
    }),
    {seed: 491, numRuns: 150},
  );
  expect(losses).toBeGreaterThan(100);
  expect(survivals).toBeGreaterThan(50);
});
