import {describe, expect, test} from 'vitest';
import type {LabFix} from '../../../src/rocketmq/store/lab-fixes.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const GIB = 1024 ** 3;

/** Each message fills half a file of the log. */
const half = (name: string) => message({queueId: 0, keys: name, body: Buffer.from(name.padEnd(400, '.'))});

/** Of eight messages, two are dispatched; the disk, which fills up, takes no entry of the next ones until they have left the log. */
function play(...fixes: LabFix[]): StoreScene {
  const scene = new StoreScene(
    smallConfig({mappedFileSizeCommitLog: 1024, mappedFileSizeConsumeQueue: 60, labFixes: new Set(fixes)}),
  );
  // The first cleaning comes after a minute; an entry is tried for half of one.
  scene.time.runFor(55_000);
  for (let index = 0; index < 8; index++) {
    scene.put(half(`m${index}`));
    scene.time.runFor(1);
    if (index === 1) scene.disk.unwritable = 'consumequeue';
  }
  scene.disk.usedBytes = 87 * GIB;
  scene.time.runFor(12_000);
  scene.disk.unwritable = null;
  scene.disk.usedBytes = 40 * GIB;
  scene.time.runFor(3000);
  return scene;
}

/** What the queue says at each offset: which of the log's bytes, or that a place is filled. */
function places({disk, store}: StoreScene): string[] {
  const bytes = Buffer.concat(
    disk.under('/home/store/consumequeue/TopicTest/0').map((path) => disk.files.get(path)!.bytes),
  );
  return Array.from({length: store.maxOffsetInQueue('TopicTest', 0)}, (_, offset) =>
    bytes.readInt32BE(offset * 20 + 8) === 0x7fffffff ? 'filled' : String(bytes.readBigInt64BE(offset * 20)),
  );
}

describe('entries whose predecessors left the log before they were dispatched', () => {
  test('take their places, and are found under offsets that they were not given', () => {
    const scene = play();
    expect(scene.store.minPhysicalOffset).toBeGreaterThan(1024);
    expect(places(scene)).toEqual(['0', '507', '3072', '3579']);
  });

  test('keep-queue-places: each has its own', () => {
    const scene = play('keep-queue-places');
    const expected = ['0', '507', 'filled', 'filled', 'filled', 'filled', '3072', '3579'];
    expect(places(scene)).toEqual(expected);
    // Who asks for what is filled is led to what is there, a file of the queue at a time.
    const at = (offset: number) => scene.store.getMessage('g', 'TopicTest', 0, offset, 32, null);
    expect(at(2)).toMatchObject({status: 'MESSAGE_WAS_REMOVING', nextBeginOffset: 3});
    expect(at(3)).toMatchObject({status: 'MESSAGE_WAS_REMOVING', nextBeginOffset: 6});
    expect(at(6).records.length).toBe(2);
  });
});
