import {expect, test} from 'vitest';
import {Group, machineOf} from './group.ts';

// Sizes at which six short entries fill three data files and two index files; what the real store wrote with them stands below.
const TINY = {mappedFileSizeForEntryData: 256, mappedFileSizeForEntryIndex: 128};
const BODIES = [6, 16, 26, 36, 46, 56].map((length) => 'b'.repeat(length));

function alone(config = {}): Group {
  const group = new Group({size: 1, seed: '1', config: {...TINY, ...config}}).start();
  group.toLeader();
  return group;
}

function hex(group: Group, path: string, from: number, to: number): string {
  const bytes = group.world.readFile('m1', `/store/dledger-n0/${path}`)!;
  return Buffer.from(bytes.subarray(from, to)).toString('hex');
}

test('entries, blanks and index lie in the files where the real store puts them', () => {
  const group = alone();
  group.append('n0', ...BODIES);
  group.run(4000);
  const {store} = group.server('n0');
  const places = BODIES.map((_, index) => {
    const {pos, size} = store.get(index)!;
    return [index, pos, size];
  });
  expect(places).toEqual([
    [0, 0, 54],
    [1, 54, 64],
    [2, 118, 74],
    [3, 256, 84],
    [4, 340, 94],
    [5, 512, 104],
  ]);
  expect(hex(group, 'data/00000000000000000000', 192, 256)).toBe(`ffffffff00000040${'00'.repeat(56)}`);
  expect(hex(group, 'data/00000000000000000256', 178, 256)).toBe(`ffffffff0000004e${'00'.repeat(70)}`);
  const files = group.world.listFiles('m1').filter((path) => /\d{20}$/.test(path));
  expect(files.map((path) => path.replace('/store/dledger-n0/', ''))).toEqual([
    'data/00000000000000000000',
    'data/00000000000000000256',
    'data/00000000000000000512',
    'index/00000000000000000000',
    'index/00000000000000000128',
  ]);
  expect(group.text('n0', 'checkpoint')).toBe('committedIndex=5\nendIndex=5\n');
  expect(group.text('n0', 'currterm')).toBe('voteLeader=n0\ncurrTerm=0\n');
});

test('one entry is 48 bytes and its body, and 32 bytes of index', () => {
  const group = alone();
  group.append('n0', 'Hello');
  expect(hex(group, 'data/00000000000000000000', 0, 53)).toBe(
    `${'00000001'}00000035${'0'.repeat(16)}${'0'.repeat(16)}${'0'.repeat(16)}${'0'.repeat(24)}0000000548656c6c6f`,
  );
  expect(hex(group, 'index/00000000000000000000', 0, 32)).toBe(
    `00000001${'0'.repeat(16)}00000035${'0'.repeat(16)}${'0'.repeat(16)}`,
  );
});

test('an append hook may change what is written and replicated, at the body that begins 48 bytes in', () => {
  const group = new Group({seed: '1'}).start();
  const leader = group.toLeader();
  group.server(leader).fileStore!.addAppendHook((entry, bytes, bodyOffset) => {
    expect(bodyOffset).toBe(48);
    bytes[bodyOffset] = 65 + entry.index;
  });
  group.append(leader, '-first', '-second');
  group.run(1500);
  for (const id of group.ids)
    expect(group.log(id).map((entry) => entry.split(':')[1])).toEqual(['Afirst', 'Bsecond']);
});

// Recovery.

function stopped(count: number, config = {}): Group {
  const group = alone(config);
  group.append('n0', ...Array.from({length: count}, (_, i) => `entry ${i}`));
  group.run(4000).do({kind: 'stop', process: 'n0'});
  group.runTo('it has stopped', () => !group.world.isRunning('n0'), 1000);
  return group;
}

/** Writes into the stopped member's files, as a fault or a person might. */
function meddle(
  group: Group,
  run: (write: (path: string, at: number, bytes: number[]) => void, disk: Meddled) => void,
) {
  const {disk} = group.meddler();
  run((path, at, bytes) => {
    const file = disk.open(`/store/dledger-n0/${path}`, 'existing');
    file.writeAt(at, Uint8Array.from(bytes));
    file.close();
  }, disk);
}
type Meddled = ReturnType<Group['meddler']>['disk'];

test('a hundred entries and their commit index are found again after a restart', () => {
  const group = stopped(100);
  group.start('n0');
  const {store} = group.server('n0');
  expect([store.ledgerBeginIndex, store.ledgerEndIndex, store.committedIndex]).toEqual([0, 99, 99]);
  expect(group.log('n0')[99]).toBe('0:entry 99');
});

test('without its last two data files a log ends where they began', () => {
  const group = stopped(100);
  const files = group.world.listFiles('m1').filter((path) => path.includes('/data/'));
  meddle(group, (_, disk) => {
    for (const path of files.slice(-2)) disk.remove(path);
  });
  group.start('n0');
  const end = group.server('n0').store.ledgerEndIndex;
  expect(end).toBeLessThan(99);
  expect(end).toBeGreaterThan(85);
  expect(group.log('n0')).toHaveLength(end + 1);
  // And goes on from there.
  group.toLeader();
  group.append('n0', 'next');
  expect(group.log('n0')[end + 1]).toMatch(/next$/);
});

test('without any data file the log is empty, whatever the index says', () => {
  const group = stopped(20);
  meddle(group, (_, disk) => {
    for (const path of group.world.listFiles('m1')) if (path.includes('/data/')) disk.remove(path);
  });
  group.start('n0');
  expect(group.server('n0').store.ledgerEndIndex).toBe(-1);
});

test('an index that disagrees is written anew from there', () => {
  const group = stopped(20);
  const before = group.world.listFiles('m1').filter((path) => path.includes('/index/'));
  const was = before.map((path) => Buffer.from(group.world.readFile('m1', path)!).toString('hex'));
  meddle(group, (write) => write('index/00000000000000000512', 32, [9, 9, 9, 9]));
  group.start('n0');
  expect(group.server('n0').store.ledgerEndIndex).toBe(19);
  expect(before.map((path) => Buffer.from(group.world.readFile('m1', path)!).toString('hex'))).toEqual(was);
});

test('a torn header ends the log; a torn body is believed, as no checksum is looked at', () => {
  const torn = stopped(10, {mappedFileSizeForEntryData: 4096});
  meddle(torn, (write) => write(`data/${'0'.repeat(20)}`, 9 * 55 + 4, [0, 0, 0, 0]));
  torn.start('n0');
  expect(torn.server('n0').store.ledgerEndIndex).toBe(8);

  const believed = stopped(10, {mappedFileSizeForEntryData: 4096});
  meddle(believed, (write) => write(`data/${'0'.repeat(20)}`, 9 * 55 + 48, [0x21, 0x21]));
  believed.start('n0');
  expect(believed.log('n0')[9]).toBe('0:!!try 9');
});

test('files of another length, or that are none of the log, end the process with a reason', () => {
  for (const [name, size] of [
    ['data/00000000000000009999', 10],
    ['data/stray', 256],
  ] as const) {
    const group = stopped(3);
    meddle(group, (_, disk) => {
      const file = disk.open(`/store/dledger-n0/${name}`, 'create');
      file.truncate(size);
      file.close();
    });
    group.start('n0');
    expect(group.world.isRunning('n0')).toBe(false);
    expect(group.world.crashes).toEqual([]);
    expect(group.facts('warned').at(-1)?.fact.text).toContain(name);
  }
});

test('a gap between two files ends the process with a reason', () => {
  const group = stopped(100);
  const files = group.world.listFiles('m1').filter((path) => path.includes('/data/'));
  meddle(group, (_, disk) => disk.remove(files[3]!));
  group.start('n0');
  expect(group.world.isRunning('n0')).toBe(false);
  expect(group.world.crashes).toEqual([]);
  expect(group.facts('warned').at(-1)?.fact.text).toContain('DISK_ERROR');
});

test('whatever stands in the files, a start says what it found and nothing is thrown', () => {
  // Noise where header fields are: a seeded walk over the first data file.
  for (let seed = 0; seed < 60; seed++) {
    const group = stopped(6);
    let state = seed + 1;
    const next = (bound: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % bound;
    };
    meddle(group, (write) => {
      for (let i = 0; i < 3; i++) {
        const folder = next(2) === 0 ? 'data' : 'index';
        write(`${folder}/${'0'.repeat(20)}`, next(folder === 'data' ? 240 : 120), [
          next(256),
          next(256),
          255,
          next(2),
        ]);
      }
      if (seed % 3 === 0) write('currterm', next(20), [next(256), 10]);
      if (seed % 5 === 0) write('checkpoint', next(20), [next(128)]);
    });
    group.start('n0').run(3000);
    expect(group.world.crashes).toEqual([]);
  }
});

test('a lost term file means term 0 and no vote; the log then raises the term', () => {
  const group = new Group({seed: '2'}).start();
  const leader = group.toLeader();
  group.do({kind: 'kill', process: leader});
  group.runTo('another leads', () => group.leader !== null, 20_000, 10);
  group.start(leader).run(3000);
  group.append(group.leader!, 'x');
  group.run(3000);
  const {currTerm} = group.server(group.leader!).memberState;
  expect(currTerm).toBeGreaterThan(0);
  for (const id of group.ids) group.do({kind: 'kill', process: id});
  for (const id of group.ids) group.meddler(machineOf(id)).disk.remove(`/store/dledger-${id}/currterm`);
  group.start();
  for (const id of group.ids) expect(group.server(id).memberState.currTerm).toBe(0);
  group.toLeader();
  group.run(3000);
  expect(group.server(group.leader!).memberState.currTerm).toBeGreaterThanOrEqual(currTerm);
  expect(group.log(group.leader!)).toHaveLength(1);
});

test('old files are deleted at their hour, oldest first, and the log begins later', () => {
  // 04:00 UTC is an hour and a half away; entries are older than the hour that files are kept at least.
  const epochMs = Date.UTC(2024, 0, 1, 2, 30);
  const group = new Group({size: 1, seed: '1', epochMs, config: {...TINY, fileReservedHours: 1}}).start();
  group.toLeader();
  group.append('n0', ...BODIES);
  group.run(95 * 60_000);
  const {store} = group.server('n0');
  expect([store.ledgerBeginIndex, store.ledgerEndIndex]).toEqual([5, 5]);
  expect(() => store.get(4)).toThrow(/INDEX_LESS_THAN_LOCAL_BEGIN/);
});

test('above nine tenths of the disk nothing is appended', () => {
  const group = new Group({size: 1, seed: '1', config: {diskSpaceRatioToForceClean: -0.2}}).start();
  group.toLeader();
  group.append('n0', 'x');
  expect(group.codeOf('x')).toBe(415);
});

test('a body that does not fit into Java’s buffer of 4 MiB escapes as Java’s exception', () => {
  const group = alone();
  const bodies = [new Uint8Array(4 * 1024 * 1024 - 47)];
  const append = (): unknown =>
    group.server('n0').handleAppend({group: 'g', remoteId: 'n0', bodies, isBatch: false});
  expect(append).toThrow('java.nio.BufferOverflowException');
});
