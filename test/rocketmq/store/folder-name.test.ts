import {expect, test} from 'vitest';
import {encodeRecord} from '../../../src/rocketmq/message/record.ts';
import {message, StoreScene} from './store-scene.ts';

const ESCAPES = ['../../x', '..', '.', '/etc/x', 'a/b', 'x\u0000y', ''];

function paths(scene: StoreScene): string[] {
  return [...scene.disk.files.keys()].filter((path) =>
    /x|\.\.|consumequeue/.test(path.replace('index/', '')),
  );
}

test.each(ESCAPES)('a message for the topic %j is refused, and no file is made', (topic) => {
  const scene = new StoreScene();
  expect(scene.put(message({topic}))).toEqual({status: 'MESSAGE_ILLEGAL', append: null});
  expect(scene.put(message({topic, properties: new Map([['DELAY', '1']])}))).toEqual({
    status: 'MESSAGE_ILLEGAL',
    append: null,
  });
  scene.time.runFor(5000);
  expect(scene.store.maxPhysicalOffset).toBe(0);
  expect(paths(scene)).toEqual([]);
});

test('a log from elsewhere that holds such a topic is read: the message gets no entry, those after it get theirs', () => {
  const scene = new StoreScene();
  scene.put(message({topic: 'Good'}));
  const good = scene.store.recordByOffset(0)!.slice();
  const place = {queueOffset: 0, physicalOffset: good.length, storeTimestampMs: 1_600_000_000_001};
  const foreign = encodeRecord(message({topic: '../../x'}), place);
  const after = encodeRecord(message({topic: 'Good'}), {
    queueOffset: 1,
    physicalOffset: good.length + foreign.length,
    storeTimestampMs: 1_600_000_000_002,
  });
  const log = scene.disk.files.get('/home/store/commitlog/00000000000000000000')!;
  log.bytes.set(foreign, good.length);
  log.bytes.set(after, good.length + foreign.length);
  scene.crash();
  scene.time.runFor(5000);
  expect(scene.store.maxPhysicalOffset).toBe(good.length + foreign.length + after.length);
  expect(scene.store.maxOffsetInQueue('Good', 0)).toBe(2);
  expect(scene.store.maxOffsetInQueue('../../x', 0)).toBe(0);
  expect(scene.machine.factsOf('warned').map(({text}) => text)).toContain(
    'consume queue ../../x-0: entry 0 is left out: no folder can be called so',
  );
  scene.store.cleanUnusedTopics(new Set(['Good']));
  expect(paths(scene)).toEqual(['/home/store/consumequeue/Good/0/00000000000000000000']);
});
