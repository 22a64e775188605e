import {describe, expect, test} from 'vitest';
import {createHost, type LifeEnd} from '../../src/host/host.ts';
import {decodeRecord} from '../../src/rocketmq/message/record.ts';
import {
  createMessageStore,
  type DefaultMessageStore,
} from '../../src/rocketmq/store/default-message-store.ts';
import {defaultStoreConfig} from '../../src/rocketmq/store/store-config.ts';
import {pullAll} from '../rocketmq/store/store-scene.ts';
import {manifestOf, recordedHashes, StoreFolder, stateOf} from './store-folder.ts';

/** Opens a store on real files, looks at it in one event, and lets go of it as a killed process does. */
function opened(folder: StoreFolder, look: (store: DefaultMessageStore) => void): void {
  const ends: LifeEnd[] = [];
  const host = createHost({name: 'broker', storeRoot: folder.path, ended: (end) => ends.push(end)});
  const config = {
    ...defaultStoreConfig('/home'),
    storePathRootDir: folder.path,
    storePathCommitLog: folder.at('commitlog'),
    mappedFileSizeCommitLog: 65_536,
    mappedFileSizeConsumeQueue: 2000,
    maxHashSlotNum: 100,
    maxIndexNum: 200,
  };
  host.run(() => {
    const store = createMessageStore(host, config);
    expect(store.load()).toBe(true);
    store.start();
    look(store);
  });
  host.end();
  for (const end of ends) if (end.kind === 'crashed') throw end.error;
}

describe.each(['single', 'killed'] as const)('on real files, the store of a real broker, %s', (name) => {
  test('is recovered to the same end, and every queue and key served as the real broker served it', () => {
    using folder = new StoreFolder(name);
    const state = stateOf(name);
    opened(folder, (store) => {
      expect(store.minPhysicalOffset).toBe(Number(state.commitLogMinOffset));
      expect(store.maxPhysicalOffset).toBe(Number(state.commitLogMaxOffset));
      expect(state.queues.length).toBeGreaterThan(4);
      for (const {topic, queueId, minOffset, maxOffset, pulledCommitLogOffsets} of state.queues) {
        expect(store.minOffsetInQueue(topic, queueId)).toBe(minOffset);
        expect(store.maxOffsetInQueue(topic, queueId)).toBe(maxOffset);
        expect(pullAll(store, topic, queueId, minOffset)).toEqual(pulledCommitLogOffsets);
      }
      for (const {topic, key, commitLogOffsets} of state.keyQueries ?? []) {
        const found = store
          .queryMessage(topic, key, 64, 0, Number.MAX_SAFE_INTEGER)
          .records.flatMap((record) => {
            const message = decodeRecord(record)!;
            const keys =
              `${message.properties.get('KEYS') ?? ''} ${message.properties.get('UNIQ_KEY')}`.split(' ');
            return message.topic === topic && keys.includes(key) ? [message.commitLogOffset] : [];
          });
        expect(found).toEqual(commitLogOffsets ?? []);
      }
      for (const row of manifestOf(name)) {
        expect(store.lookMessageByOffset(row['commitLogOffset'] as number)?.msgId).toBe(row['msgId']);
      }
      for (const offset of state.nonMessageOffsets_endOfFileBlanks) {
        expect(store.lookMessageByOffset(offset)).toBeNull();
      }
    });
  });

  test('opening it changes the files that the real broker changed, and no others', () => {
    using folder = new StoreFolder(name);
    expect(folder.hashes()).toEqual(recordedHashes(name, 'files'));
    opened(folder, () => {});
    const ours = folder.hashes();
    const theirs = recordedHashes(name, 'files-after-restart');
    // The index file made anew is named by the moment, and the checkpoint is written by a later flush.
    const steady = (hashes: Map<string, string>) =>
      [...hashes].filter(
        ([path]) =>
          path !== 'checkpoint' && (recordedHashes(name, 'files').has(path) || !path.startsWith('index/')),
      );
    expect(steady(ours)).toEqual(steady(theirs));
    expect(ours.size).toBe(theirs.size);
  });
});
