import {expect, test} from 'vitest';
import {loadConfigFile, persistConfigFile} from '../../../src/rocketmq/config/config-file.ts';
import {testHost} from '../store/store-host.ts';

const PATH = '/home/store/config/topics.json';

test('each version is kept until the next is in place', () => {
  const {host, disk, facts} = testHost();
  for (const text of ['{"v":1}', '{"v":2}', '{"v":3,"地":1}'])
    expect(persistConfigFile(host, PATH, text)).toBe(true);
  const textOf = (path: string) => Buffer.from(disk.files.get(path)!.bytes).toString();
  expect(disk.under('/home/store/config')).toEqual([PATH, `${PATH}.bak`]);
  expect([textOf(PATH), textOf(`${PATH}.bak`)]).toEqual(['{"v":3,"地":1}', '{"v":2}']);
  expect(facts.filter((fact) => fact.kind === 'config-persisted').length).toBe(3);
});

test('reading falls back to the .bak; without one a broker is new, with a spoilt one it must not start', () => {
  const {host, disk} = testHost();
  const seen: string[] = [];
  const load = () =>
    loadConfigFile(host, PATH, (text) => {
      seen.push(text);
      return text.startsWith('{');
    });
  expect(load()).toBe(true);
  expect(seen).toEqual([]);
  disk.put(PATH, Buffer.from('spoilt'));
  expect(load()).toBe(true);
  disk.put(`${PATH}.bak`, Buffer.from('{"v":1}'));
  expect(load()).toBe(true);
  expect(seen.at(-1)).toBe('{"v":1}');
  disk.put(`${PATH}.bak`, Buffer.from('spoilt too'));
  expect(load()).toBe(false);
  disk.files.delete(PATH);
  expect(load()).toBe(false);
});

test('a disk that refuses leaves what was there', () => {
  const {host, disk} = testHost();
  persistConfigFile(host, PATH, '{"v":1}');
  disk.full = true;
  expect(persistConfigFile(host, PATH, '{"v":2}')).toBe(false);
  expect(Buffer.from(disk.files.get(PATH)!.bytes).toString()).toBe('{"v":1}');
});
