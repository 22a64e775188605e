import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {encodeBatch} from '../../../src/rocketmq/message/batch.ts';
import {tagsCode} from '../../../src/rocketmq/message/java-hash.ts';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const FOLDER = '/home/store/commitlog';

describe('a clean stop', () => {
  test('flushes everything, removes the spare file and abort, and the next start finds it all', () => {
    const scene = new StoreScene();
    for (let index = 0; index < 10; index++) scene.put(message({body: Buffer.from(`m${index}`)}));
    scene.time.runFor(1);
    expect(scene.disk.files.has('/home/store/abort')).toBe(true);
    expect(scene.disk.under(FOLDER).length).toBe(2);
    let stoppedAtMs = 0;
    const askedAtMs = scene.time.nowUs / 1000;
    scene.store.shutdown(() => {
      stoppedAtMs = scene.time.nowUs / 1000;
    });
    scene.time.runFor(5000);
    // The real one sleeps a second on its way out.
    expect(stoppedAtMs - askedAtMs).toBeGreaterThanOrEqual(1000);
    expect(scene.disk.files.has('/home/store/abort')).toBe(false);
    expect(scene.disk.under(FOLDER).length).toBe(1);
    for (const file of scene.disk.files.values()) {
      if (scene.disk.under('/home/store/index').length > 0 && file.bytes.length === 4440) continue;
      expect(Buffer.from(file.durable).equals(file.bytes)).toBe(true);
    }
    scene.crash();
    expect(scene.machine.factsOf('store-recovered')).toEqual([
      {
        kind: 'store-recovered',
        cleanExit: true,
        minPhysicalOffset: 0,
        maxPhysicalOffset: 1020,
        truncatedBytes: 0,
        queues: [{topic: 'TopicTest', queueId: 0, minOffset: 0, maxOffset: 10}],
      },
    ]);
    expect(scene.bodies().length).toBe(10);
  });

  test('numbers go on where they were', () => {
    const scene = new StoreScene();
    scene.put(message());
    scene.put(message());
    scene.restart();
    expect(scene.put(message())!.append).toMatchObject({queueOffset: 2, physicalOffset: 210});
  });
});

describe('a kill', () => {
  test('loses nothing that was put, not even what was not dispatched', () => {
    const scene = new StoreScene();
    for (let index = 0; index < 5; index++)
      scene.put(message({body: Buffer.from(`m${index}`), keys: `k${index}`}));
    scene.time.runFor(1);
    for (let index = 5; index < 10; index++)
      scene.put(message({body: Buffer.from(`m${index}`), keys: `k${index}`}));
    scene.crash();
    expect(scene.machine.factsOf('store-recovered')[0]).toMatchObject({cleanExit: false, truncatedBytes: 0});
    expect(scene.bodies()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9']);
    expect(scene.store.queryMessage('TopicTest', 'k3', 32, 0, Number.MAX_SAFE_INTEGER).records.length).toBe(
      1,
    );
    expect(scene.put(message())!.append!.queueOffset).toBe(10);
  });

  test('a torn record is cut off, with its queue entry', () => {
    const scene = new StoreScene();
    for (let index = 0; index < 3; index++) scene.put(message({body: Buffer.from(`m${index}`)}));
    scene.time.runFor(1);
    const log = scene.disk.files.get(scene.disk.under(FOLDER)[0]!)!.bytes;
    log.fill(0, 2 * 102 + 60);
    scene.crash();
    expect(scene.machine.factsOf('store-recovered')[0]).toMatchObject({
      maxPhysicalOffset: 204,
      truncatedBytes: 60,
      queues: [{maxOffset: 2}],
    });
    expect(scene.put(message({body: Buffer.from('new')}))!.append).toMatchObject({queueOffset: 2});
    scene.time.runFor(1);
    expect(scene.bodies()).toEqual(['m0', 'm1', 'new']);
  });

  test('a body that rotted ends the log there, since recovery checks sums', () => {
    const scene = new StoreScene();
    for (let index = 0; index < 3; index++) scene.put(message({body: Buffer.from(`m${index}`)}));
    scene.time.runFor(1);
    scene.disk.files.get(scene.disk.under(FOLDER)[0]!)!.bytes[102 + 88]! ^= 1;
    scene.crash();
    expect(scene.bodies()).toEqual(['m0']);
    expect(scene.store.maxPhysicalOffset).toBe(102);
  });
});

describe('a start', () => {
  test('is refused where a file has another length than the settings say', () => {
    const scene = new StoreScene();
    scene.put(message());
    scene.machine.kill();
    Object.assign(scene.config, {mappedFileSizeCommitLog: 32_768});
    expect(scene.boot()).toBe(false);
    expect(scene.machine.factsOf('warned')[0]!.text).toContain('has 65536 bytes');
  });

  test('with consume queues but no log removes the queues', () => {
    const scene = new StoreScene();
    scene.put(message());
    scene.time.runFor(1);
    for (const path of scene.disk.under(FOLDER)) scene.disk.files.delete(path);
    scene.crash();
    expect(scene.disk.under('/home/store/consumequeue')).toEqual([]);
    expect(scene.put(message())!.append).toMatchObject({queueOffset: 0, physicalOffset: 0});
  });

  test('with a log but no consume queues makes them again, from the checkpoint on', () => {
    const scene = new StoreScene();
    for (let index = 0; index < 300; index++) scene.put(message({body: Buffer.from(`m${index}`)}));
    scene.time.runFor(1);
    for (const path of scene.disk.under('/home/store/consumequeue')) scene.disk.files.delete(path);
    scene.crash();
    expect(scene.bodies().length).toBe(300);
  });
});

test('whatever is put, however often the store is stopped or killed: all is found again, in order, where its queue says', () => {
  const step = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        topic: fc.constantFrom('A', 'B', 'Topic-with-a-longer-name'),
        queueId: fc.integer({min: 0, max: 2}),
        bodyBytes: fc.oneof(fc.integer({min: 0, max: 300}), fc.integer({min: 3500, max: 3800})),
        tags: fc.constantFrom('', 'TagA', '标签'),
        batch: fc.integer({min: 1, max: 3}),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 0.4, 1, 700, 70_000)}),
    },
    {weight: 1, arbitrary: fc.constant({kind: 'restart' as const})},
    {weight: 2, arbitrary: fc.constant({kind: 'crash' as const})},
  );
  fc.assert(
    fc.property(
      fc.array(step, {minLength: 1, maxLength: 60}),
      fc.constantFrom('ASYNC_FLUSH' as const, 'SYNC_FLUSH' as const),
      (steps, flushDiskType) => {
        const scene = new StoreScene(
          smallConfig({
            mappedFileSizeCommitLog: 4096,
            mappedFileSizeConsumeQueue: 100,
            maxIndexNum: 30,
            flushDiskType,
          }),
        );
        const expected = new Map<string, string[]>();
        let count = 0;
        for (const action of steps) {
          if (action.kind === 'wait') scene.time.runFor(action.ms);
          else if (action.kind === 'restart') scene.restart();
          else if (action.kind === 'crash') scene.crash();
          else {
            const {topic, queueId, tags, bodyBytes} = action;
            const isBatch = action.batch > 1 && bodyBytes < 400;
            const items = Array.from({length: isBatch ? action.batch : 1}, () => {
              const name = `${count++}`;
              return message({
                topic,
                queueId,
                tags,
                keys: `k${name}`,
                body: Buffer.from(name.padEnd(bodyBytes, '.')),
              });
            });
            const kept = expected.get(`${topic}/${queueId}`) ?? [];
            expected.set(`${topic}/${queueId}`, kept);
            const before = scene.store.maxPhysicalOffset;
            if (isBatch)
              scene.store.putMessages(message({topic, queueId, body: encodeBatch(items)}), () => {});
            else scene.store.putMessage(items[0]!, () => {});
            expect(scene.store.maxPhysicalOffset).toBeGreaterThan(before);
            kept.push(...items.map((item) => Buffer.from(item.body).toString()));
          }
        }
        scene.time.runFor(1);
        for (const [name, bodies] of expected) {
          const [topic, queueId] = [name.split('/')[0]!, Number(name.split('/')[1])];
          expect(scene.store.maxOffsetInQueue(topic, queueId)).toBe(bodies.length);
          expect(scene.bodies(topic, queueId)).toEqual(bodies);
          for (let offset = 0; offset < bodies.length; offset++) {
            const unit = queueUnit(scene, topic, queueId, offset);
            const stored = decodeRecord(scene.store.recordByOffset(unit.physicalOffset)!)!;
            expect(stored).toMatchObject({queueOffset: offset, storeSize: unit.sizeBytes, topic, queueId});
            expect(unit.tagsCode).toBe(tagsCode(stored.properties.get('TAGS')));
          }
        }
      },
    ),
    {seed: 491, numRuns: 60},
  );
});

function queueUnit(scene: StoreScene, topic: string, queueId: number, offset: number) {
  const fileBytes = scene.config.mappedFileSizeConsumeQueue;
  const at = offset * 20;
  const name = String(at - (at % fileBytes)).padStart(20, '0');
  const {bytes} = scene.disk.files.get(`/home/store/consumequeue/${topic}/${queueId}/${name}`)!;
  const view = new DataView(bytes.buffer, at % fileBytes);
  return {
    physicalOffset: Number(view.getBigInt64(0)),
    sizeBytes: view.getInt32(8),
    tagsCode: view.getBigInt64(12),
  };
}
