import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createHost} from '../../src/host/host.ts';
import {LocalFileOffsetStore} from '../../src/rocketmq/client/local-offset-store.ts';
import {queueRef} from '../../src/rocketmq/client/message-queue-ref.ts';
import type {MQClientInstance} from '../../src/rocketmq/client/mq-client-instance.ts';

test('offsets of a broadcasting group are kept in the home of whoever runs the client, and found there again', () => {
  // In anybody else's home they cannot be written, or are those of another client of that name.
  const home = mkdtempSync(join(tmpdir(), 'lab-home-'));
  const store = (): LocalFileOffsetStore => {
    const instance = {host: createHost({name: 'listener', home}), clientId: '127.0.0.1@DEFAULT'};
    return new LocalFileOffsetStore(instance as unknown as MQClientInstance, 'ears');
  };
  try {
    const queue = queueRef({topic: 'T', brokerName: 'b', queueId: 3});
    const first = store();
    first.update(queue, 7, false);
    first.persistAll([queue]);
    const file = join(home, '.rocketmq_offsets/127.0.0.1@DEFAULT/ears/offsets.json');
    expect(readFileSync(file, 'utf8')).toContain('"queueId":3');
    expect(store().fromMemory(queue)).toBe(7);
  } finally {
    rmSync(home, {recursive: true, force: true});
  }
  expect(createHost({name: 'listener'}).identity.home).toBe(homedir());
});
