import {expect, test} from 'vitest';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {decodeDelayOffsets, encodeDelayOffsets} from '../../../src/rocketmq/store/delay-offsets.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const delayed = (level: number, text: string) =>
  message({body: Buffer.from(text), queueId: 2, properties: new Map([['DELAY', String(level)]])});

/** When each body could be pulled, in ms, rounded up to the poll that saw it. */
function arrivals(scene: StoreScene, ms: number): string[] {
  const seen: string[] = [];
  scene.store.setArrivingListener((topic, queueId, maxOffset) => {
    if (topic !== 'TopicTest') return;
    const {records} = scene.store.getMessage('g', topic, queueId, maxOffset - 1, 1, null);
    const body = Buffer.from(decodeRecord(records[0]!)!.body).toString();
    seen.push(`${Math.round(scene.time.nowUs / 1000)}: ${body}`);
  });
  scene.time.runFor(ms);
  return seen;
}

test('a delayed message waits in the schedule topic and comes to its own when it is due', () => {
  const scene = new StoreScene();
  scene.time.runFor(2000);
  scene.put(delayed(1, 'one second'));
  scene.put(delayed(2, 'five seconds'));
  scene.put(message({body: Buffer.from('now'), queueId: 2}));
  // Due 1,000 ms after it was stored; the level is looked at each 100 ms until a message waits there, then when it is due.
  expect(arrivals(scene, 10_000)).toEqual(['2001: now', '3001: one second', '7001: five seconds']);
  const {records} = scene.store.getMessage('g', 'TopicTest', 2, 1, 32, null);
  const first = decodeRecord(records[0]!)!;
  // Kept from 4.9.1: what the delay added stays in the properties.
  expect([...first.properties]).toEqual([
    ['REAL_TOPIC', 'TopicTest'],
    ['DELAY', '1'],
    ['REAL_QID', '2'],
  ]);
});

test('a level beyond the last is the last, and a level that is none is no delay', () => {
  const scene = new StoreScene();
  scene.put(delayed(99, 'two hours'));
  scene.put(message({properties: new Map([['DELAY', 'x']])}));
  scene.time.runFor(1);
  expect(scene.store.maxOffsetInQueue('SCHEDULE_TOPIC_XXXX', 17)).toBe(1);
  expect(scene.bodies()).toEqual(['hello']);
});

test('offsets are persisted every ten seconds but not at a stop, so the last ten seconds are delivered twice', () => {
  const scene = new StoreScene();
  scene.put(delayed(1, 'a'));
  scene.time.runFor(12_000);
  expect(Buffer.from(scene.disk.files.get('/home/store/config/delayOffset.json')!.bytes).toString()).toBe(
    '{\n\t"offsetTable":{1:1\n\t}\n}',
  );
  scene.put(delayed(1, 'b'));
  scene.time.runFor(2000);
  expect(scene.bodies('TopicTest', 2)).toEqual(['a', 'b']);
  scene.restart();
  scene.time.runFor(5000);
  expect(scene.bodies('TopicTest', 2)).toEqual(['a', 'b', 'b']);
  scene.time.runFor(60_000);
  expect(scene.store.runtimeInfo().get('scheduleMessageOffset_1')).toBe('2,2');
});

test('a store that refuses is tried again after ten seconds', () => {
  const scene = new StoreScene();
  scene.time.runFor(2000);
  scene.put(delayed(1, 'a'));
  scene.time.runFor(500);
  scene.disk.full = true;
  scene.time.runFor(2000);
  scene.disk.full = false;
  expect(arrivals(scene, 20_000)).toEqual(['13001: a']);
});

test('many messages of one level go over queue files and keep their order', () => {
  const scene = new StoreScene(smallConfig({mappedFileSizeConsumeQueue: 100}));
  const texts = Array.from({length: 23}, (_, index) => `m${index}`);
  for (const text of texts) scene.put(delayed(1, text));
  scene.time.runFor(10_000);
  expect(scene.bodies('TopicTest', 2)).toEqual(texts);
  expect(scene.time.pending).toBeLessThanOrEqual(3);
  scene.time.runFor(100_000);
  expect(scene.time.pending).toBe(0);
});

test('the offset file is written as the real one, and quoted levels are read too', () => {
  const offsets = new Map([
    [18, 0],
    [1, 1],
  ]);
  expect(encodeDelayOffsets(offsets)).toBe('{\n\t"offsetTable":{1:1,18:0\n\t}\n}');
  expect(encodeDelayOffsets(new Map())).toBe('{\n\t"offsetTable":{}\n}');
  expect(decodeDelayOffsets('{"offsetTable":{"1":1, 18:0}}')).toEqual(offsets);
  expect(decodeDelayOffsets('{}')).toEqual(new Map());
  for (const text of ['', '[]', '{"offsetTable":{a:1}}', '{"offsetTable":{1:}}', 'x']) {
    expect(decodeDelayOffsets(text)).toBeNull();
  }
});

/** Puts of due messages are answered later, as where a majority has to be asked first; null: never. */
function answeringLater(scene: StoreScene, answerMs: () => number | null): void {
  const put = scene.store.putMessage.bind(scene.store);
  scene.store.putMessage = (toStore, done) => {
    if (toStore.properties.has('DELAY')) put(toStore, done);
    else
      put(toStore, (result) => {
        const ms = answerMs();
        if (ms !== null) scene.machine.host.clock.after(ms, () => done(result));
      });
  };
}

test('one thread delivers: while a put waits for its answer, other messages and other levels do too', () => {
  const scene = new StoreScene();
  answeringLater(scene, () => 300);
  scene.time.runFor(2000);
  for (const text of ['a', 'b', 'c']) scene.put(delayed(1, text));
  const later = new StoreScene(smallConfig({messageDelayLevel: '1s 2s'}));
  answeringLater(later, () => 700);
  later.time.runFor(2000);
  later.put(delayed(2, 'two'));
  later.time.runFor(700);
  later.put(delayed(1, 'one'));
  later.put(delayed(1, 'one more'));
  expect(arrivals(scene, 3000)).toEqual(['3001: a', '3301: b', '3601: c']);
  // Due at 4,000; the thread is with the first level until 5,100.
  expect(arrivals(later, 5000)).toEqual(['3701: one', '4401: one more', '5101: two']);
});

test('an answer that never comes ends the deliveries of this life as master; another life begins anew', () => {
  const scene = new StoreScene();
  let answers = false;
  answeringLater(scene, () => (answers ? 1 : null));
  scene.time.runFor(2000);
  scene.put(delayed(1, 'a'));
  scene.put(delayed(1, 'b'));
  expect(arrivals(scene, 60_000)).toEqual(['3001: a']);
  scene.store.handleScheduleMessageService('SLAVE');
  answers = true;
  scene.store.handleScheduleMessageService('SYNC_MASTER');
  // What was put without an answer is put again.
  expect(arrivals(scene, 5000).map((line) => line.split(' ')[1])).toEqual(['a', 'b']);
});
