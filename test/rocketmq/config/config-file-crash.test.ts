import {describe, expect, test} from 'vitest';
import type {Disk, DiskFile} from '../../../src/ports/disk.ts';
import {loadConfigFile, persistConfigFile} from '../../../src/rocketmq/config/config-file.ts';
import {MemoryDisk, testHost} from '../store/store-host.ts';

const PATH = '/home/store/config/topics.json';

/** The process dies in front of a disk operation; what it had done before stays. */
class Killed extends Error {}

function killedBefore(disk: Disk, operation: number): Disk {
  let count = 0;
  const step = (): void => {
    if (count++ === operation) throw new Killed();
  };
  const wrap = (file: DiskFile): DiskFile => ({
    ...file,
    truncate: (size) => {
      step();
      file.truncate(size);
    },
    writeAt: (position, bytes) => {
      step();
      file.writeAt(position, bytes);
    },
  });
  return {
    ...disk,
    open: (path, mode) => {
      if (mode === 'create') step();
      return wrap(disk.open(path, mode));
    },
    rename: (from, to) => {
      step();
      disk.rename(from, to);
    },
    remove: (path) => {
      step();
      disk.remove(path);
    },
  };
}

/** What a start reads; `new` where it starts as a new broker, `refused` where it does not start. */
function readBy(disk: MemoryDisk): string {
  let read = 'new';
  const good = loadConfigFile(testHost(disk).host, PATH, (text) => {
    if (!/^v\d+;$/.test(text)) return false;
    read = text;
    return true;
  });
  return good ? read : 'refused';
}

/** Persists version after version, and is killed in front of one operation of the last. Null where it was not. */
function killedWhilePersisting(versions: number, operation: number): MemoryDisk | null {
  const memory = new MemoryDisk();
  const {host} = testHost(memory);
  for (let version = 1; version < versions; version++) persistConfigFile(host, PATH, `v${version};`);
  const disk = killedBefore(host.disk, operation);
  try {
    persistConfigFile({...host, disk}, PATH, `v${versions};`);
    return null;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return memory;
  }
}

describe('a broker killed between any two disk operations of a persist', () => {
  test.each([
    // The first persist: nothing is there before its last operation.
    [1, ['new', 'new', 'new', 'new', 'new']],
    // Then `tmp` is written (3), the old one copied to `.bak` (3), removed, and `tmp` renamed.
    [2, ['v1;', 'v1;', 'v1;', 'v1;', 'v1;', 'v1;', 'v1;', 'v1;']],
    [3, ['v2;', 'v2;', 'v2;', 'v2;', 'v2;', 'v2;', 'v2;', 'v2;']],
  ])('of version %i reads what was there before', (versions, expected) => {
    const seen: string[] = [];
    for (let operation = 0; ; operation++) {
      const disk = killedWhilePersisting(versions, operation);
      if (disk === null) break;
      seen.push(readBy(disk));
      // A start that goes on persisting ends with the version that it wanted.
      persistConfigFile(testHost(disk).host, PATH, 'v9;');
      expect(readBy(disk)).toBe('v9;');
    }
    expect(seen).toEqual(expected);
  });

  test('there is a moment without the file, in which only its .bak holds the state', () => {
    const disk = killedWhilePersisting(3, 7)!;
    expect([...disk.files.keys()].sort()).toEqual([`${PATH}.bak`, `${PATH}.tmp`]);
    expect(readBy(disk)).toBe('v2;');
  });
});

test('nothing is synced: a power cut right after may take all versions, and the broker starts as a new one', () => {
  const disk = new MemoryDisk();
  for (const version of [1, 2]) persistConfigFile(testHost(disk).host, PATH, `v${version};`);
  disk.losePower();
  expect(readBy(disk)).toBe('new');
});

test.each([
  ['a torn file, a good .bak', 'v2', 'v1;', 'v1;'],
  ['a torn file, no .bak', 'v2', null, 'new'],
  ['an empty file, an empty .bak', '', '', 'new'],
  ['a torn file, a torn .bak', 'v2', 'v', 'refused'],
  ['no file, a torn .bak', null, 'v', 'refused'],
])('%s', (_what, text, backup, expected) => {
  const disk = new MemoryDisk();
  if (text !== null) disk.put(PATH, Buffer.from(text));
  if (backup !== null) disk.put(`${PATH}.bak`, Buffer.from(backup));
  expect(readBy(disk)).toBe(expected);
});

test('a file that cannot be read counts as missing', () => {
  const disk = new MemoryDisk();
  for (const version of [1, 2]) persistConfigFile(testHost(disk).host, PATH, `v${version};`);
  disk.unreadable = '.json';
  expect(readBy(disk)).toBe('new');
});
