import {expect, test} from 'vitest';
import {manifestOf, recordedHashes, StoreFolder} from '../host/store-folder.ts';
import {lab, type Said} from './lab.ts';

const rows = (said: Said): unknown[] => said.out.map((line) => JSON.parse(line));
const startOf = (said: Said): string[] => said.out.slice(said.out.lastIndexOf('') + 1);

test.each(['single', 'killed'] as const)(
  "each record of a real broker's store (%s) is one line, equal to what the real client read",
  async (name) => {
    using folder = new StoreFolder(name);
    const said = await lab('store', folder.path, '--json');
    expect(said.code).toBe(0);
    expect(rows(said)).toEqual(manifestOf(name));
    expect(said.err).toEqual([]);
  },
);

test.each(['single', 'killed'] as const)('looking at a store (%s) changes nothing in it', async (name) => {
  using folder = new StoreFolder(name);
  await lab('store', folder.path);
  await lab('store', folder.path, '--json');
  expect(folder.hashes()).toEqual(recordedHashes(name, 'files'));
});

test('a store that was stopped in order: what is in it, and a start that has nothing to repair', async () => {
  using folder = new StoreFolder('single');
  const {out, err, code} = await lab('store', folder.path);
  expect(code).toBe(0);
  expect(err).toEqual([]);
  expect(out[0]).toBe(`${folder.path}: stopped in order`);
  expect(out).toContain('commit log: 5 files of 65,536 bytes, 312 records');
  expect(out).toContain(
    '  00000000000000065536  37 records, to offset 131064, then a blank to the end of the file',
  );
  expect(out).toContain('consume queues: 10, 312 entries');
  expect(out).toContain('  VecOrder 0  offsets 0 to 249, 3 files');
  expect(out).toContain('  VecPlain@CG_store  0: 13, 1: 13, 2: 13, 3: 16');
  expect(out).toContain('delay levels: 1: 1, 18: 0');
  expect(out).toContainEqual(expect.stringMatching(/^ {2}20261121012036644 {2}51 keys, of messages stored /));
  expect(out).toContain(
    'checkpoint: log 2026-11-21T01:20:38.003Z, queues 2026-11-21T01:20:38.003Z, index 2026-11-21T01:20:36.643Z',
  );
  expect(out).toContain('  topics.json  12 topics');
  expect(startOf({out, err, code})).toEqual([
    'a start would recover it as after a stop in order (normal): it reads the log from 00000000000000131072 on',
    '  the log ends at offset 268918; nothing is cut off',
    '  dispatched again: 0 records, 0 bytes',
  ]);
});

test('a store of a killed broker: a start removes what the real broker removed, and dispatches again', async () => {
  using folder = new StoreFolder('killed');
  const said = await lab('store', folder.path);
  expect(said.out[0]).toBe(`${folder.path}: not stopped in order (abort is there)`);
  expect(startOf(said)).toEqual([
    'a start would recover it as after a crash (abnormal): it reads the log from 00000000000000000000 on',
    '  the log ends at offset 325971; nothing is cut off',
    '  dispatched again: 1,089 records, 325,016 bytes',
    `  removed: ${folder.path}/index/20261121013007335`,
    `  removed: ${folder.path}/commitlog/00000000000000327680`,
  ]);
});

test('a torn record is told, the records before it are read, and a start cuts it off', async () => {
  using folder = new StoreFolder('single');
  const path = 'commitlog/00000000000000262144';
  const bytes = folder.read(path);
  // Half of the last record (offset 268729) never reached the disk.
  bytes.fill(0, 268_729 - 262_144 + 95);
  folder.write(path, bytes);
  const torn = `${folder.at(path)}: torn: what is at offset 268729 is no good record`;
  const json = await lab('store', folder.path, '--json');
  expect(rows(json)).toEqual(
    manifestOf('single').filter((row) => (row['commitLogOffset'] as number) < 268_729),
  );
  expect(json.err).toEqual([torn]);
  const said = await lab('store', folder.path);
  expect([said.code, said.err]).toEqual([0, [torn]]);
  expect(startOf(said)).toContain('  the log ends at offset 268729; 95 bytes behind it are cut off');
});

test('queues that lost their files are said to be filled again from the log', async () => {
  using folder = new StoreFolder('single');
  folder.remove('consumequeue');
  const said = await lab('store', folder.path);
  expect(said.out).toContain('consume queues: 0, 0 entries');
  expect(startOf(said).at(-1)).toMatch(/^ {2}dispatched again: 312 records/);
});

test('foreign files are told in a line each, and what makes a start refuse is told as that', async () => {
  using folder = new StoreFolder('single');
  folder.write('commitlog/notes.txt', 'mine');
  folder.write('consumequeue/VecPlain/0/00000000000000002000', 'short');
  folder.write('index/backup', 'x');
  folder.write('config/topics.json', '{"topicConfigTable":');
  folder.remove('config/topics.json.bak');
  folder.write('config/topics.json.bak', 'no JSON');
  const said = await lab('store', folder.path);
  expect(said.code).toBe(0);
  expect(said.err).toEqual([
    `${folder.at('commitlog/notes.txt')}: not a file of the log: its name is not 20 digits`,
    `${folder.at('consumequeue/VecPlain/0/00000000000000002000')}: has 5 bytes; a file of this log has 2000`,
    `${folder.at('config/topics.json')}: torn: neither it nor its .bak can be understood`,
    `${folder.at('index/backup')}: not an index file: its name is no moment; a start passes it over`,
  ]);
  expect(startOf(said)[0]).toBe('a start would be refused:');
  expect(rows(await lab('store', folder.path, '--json'))).toHaveLength(312);
});

test('sizes come from a broker.conf where one is given', async () => {
  using folder = new StoreFolder('single');
  folder.write('broker.conf', 'mappedFileSizeCommitLog=131072\n');
  const said = await lab('store', folder.path, '-c', folder.at('broker.conf'));
  expect(startOf(said)[0]).toBe('a start would be refused:');
  expect(startOf(said)[1]).toContain('65536 bytes');
});

test('what is no store is told in one line', async () => {
  using folder = new StoreFolder('single');
  for (const [path, why] of [
    [folder.at('nowhere'), 'there is no such folder'],
    [folder.at('checkpoint'), 'not a folder'],
    [folder.at('config'), 'not a store: there is neither commitlog, nor consumequeue, nor checkpoint in it'],
  ]) {
    for (const args of [[], ['--json']]) {
      expect(await lab('store', path!, ...args)).toEqual({code: 2, out: [], err: [`${path}: ${why}`]});
    }
  }
});

test('log files whose time is over are told, and so are extension files, which nobody reads', async () => {
  using folder = new StoreFolder('single');
  const {mkdirSync, utimesSync} = await import('node:fs');
  const first = folder.at('commitlog/00000000000000000000');
  utimesSync(first, 0, 0);
  mkdirSync(folder.at('consumequeue_ext'));
  const said = await lab('store', folder.path);
  expect(startOf(said)).toContain(
    `  old enough to be deleted at hour 04, or when the disk fills up: ${first}`,
  );
  expect(said.err).toEqual([
    `${folder.at('consumequeue_ext')}: of a broker with enableConsumeQueueExt; a start passes it over`,
  ]);
});
