import {expect, test} from 'vitest';
import {
  type ConfigFile,
  groupsFile,
  offsetsFile,
  topicsFile,
} from '../../../src/rocketmq/broker/config-files.ts';
import {fixture, MemoryDisk, testHost, unpackStore} from '../store/store-host.ts';

const FOLDER = '/home/store/config';

test.each([
  ['single', 'topics.json', topicsFile],
  ['single', 'subscriptionGroup.json', groupsFile],
  ['single', 'consumerOffset.json', offsetsFile],
  ['killed', 'topics.json', topicsFile],
  ['killed', 'consumerOffset.json', offsetsFile],
])('of the %s store recorded, %s is read and written again to its very bytes', (store, name, fileOf) => {
  const disk = new MemoryDisk();
  unpackStore(fixture(`${store}/store.tar.gz`), disk);
  const textOfFile = () => Buffer.from(disk.files.get(`${FOLDER}/${name}`)!.bytes).toString();
  const recorded = textOfFile();
  const file = fileOf(testHost(disk).host, FOLDER) as ConfigFile<unknown>;
  const table = file.load();
  expect(table).not.toBeNull();
  disk.files.delete(`${FOLDER}/${name}`);
  expect(file.persist(table)).toBe(true);
  expect(textOfFile()).toBe(recorded);
});
