import {expect, test} from 'vitest';
import {offsetsFile} from '../../../src/rocketmq/broker/config-files.ts';
import {ConsumerOffsetManager} from '../../../src/rocketmq/broker/consumer-offset-manager.ts';
import {testHost} from '../store/store-host.ts';

const FOLDER = '/home/store/config';
const PATH = `${FOLDER}/consumerOffset.json`;

function manager() {
  const machine = testHost();
  const {host} = machine;
  const offsets = new ConsumerOffsetManager(host.clock, host.journal, offsetsFile(host, FOLDER), 5000);
  const commit = (offset: number) => offsets.commit('10.0.0.2:1', 'G', 'T', 0, offset);
  const written = () => {
    const file = machine.disk.files.get(PATH);
    return file === undefined ? null : Number(/\{0:(\d+)/.exec(Buffer.from(file.bytes).toString())?.[1]);
  };
  return {...machine, offsets, commit, written};
}

test('offsets are written 10 s after the start at the earliest, then every 5 s, and only what is new', () => {
  const {time, commit, written, factsOf} = manager();
  commit(1);
  time.runFor(9999);
  expect(written()).toBeNull();
  time.runFor(1);
  expect(written()).toBe(1);
  time.runFor(2000);
  commit(2);
  time.runFor(2999);
  expect(written()).toBe(1);
  time.runFor(1);
  expect(written()).toBe(2);
  time.runFor(60_000);
  expect(factsOf('config-persisted')).toHaveLength(2);
});

test('a disk that has refused is tried again, although nothing new was committed', () => {
  const {time, disk, commit, written} = manager();
  commit(1);
  disk.full = true;
  time.runFor(12_000);
  expect(written()).toBeNull();
  disk.full = false;
  time.runFor(3000);
  expect(written()).toBe(1);
});
