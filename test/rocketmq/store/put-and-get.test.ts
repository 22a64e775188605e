import {describe, expect, test} from 'vitest';
import {encodeBatch} from '../../../src/rocketmq/message/batch.ts';
import {tagsCode} from '../../../src/rocketmq/message/java-hash.ts';
import {propertiesToString} from '../../../src/rocketmq/message/properties.ts';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import type {MessageFilter} from '../../../src/rocketmq/store/message-store.ts';
import type {StoreConfig} from '../../../src/rocketmq/store/store-config.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const onlyTag = (tag: string): MessageFilter => ({
  matchesConsumeQueue: (code) => code === tagsCode(tag),
  matchesCommitLog: () => true,
});

describe('putting', () => {
  test('the answer tells where the message lies, under which id', () => {
    const scene = new StoreScene();
    scene.put(message({queueId: 3}));
    expect(scene.put(message({queueId: 3}))).toEqual({
      status: 'PUT_OK',
      append: {
        physicalOffset: 105,
        sizeBytes: 105,
        msgId: '7F00000100002A9F0000000000000069',
        storeTimestampMs: scene.machine.host.clock.nowMs(),
        queueOffset: 1,
        messageCount: 1,
      },
    });
    expect(
      scene.machine.factsOf('message-appended').map((fact) => [fact.queueOffset, fact.physicalOffset]),
    ).toEqual([
      [0, 0],
      [1, 105],
    ]);
  });

  test('a full file ends with a blank of at least 8 bytes, and a spare one is always ahead', () => {
    const scene = new StoreScene(smallConfig({mappedFileSizeCommitLog: 1024}));
    // 91 fixed bytes and the topic's 9: two records fill the file but for its last 8 bytes exactly.
    scene.put(message({body: new Uint8Array(408)}));
    scene.put(message({body: new Uint8Array(408)}));
    scene.time.runFor(0);
    const folder = '/home/store/commitlog';
    expect(scene.disk.under(folder)).toEqual([
      `${folder}/${'0'.repeat(20)}`,
      `${folder}/${'0'.repeat(16)}1024`,
    ]);
    expect(scene.put(message())!.append!.physicalOffset).toBe(1024);
    scene.time.runFor(1);
    const first = scene.disk.files.get(`${folder}/${'0'.repeat(20)}`)!.bytes;
    expect(Buffer.from(first.subarray(1016)).toString('hex')).toBe('00000008cbd43194');
    expect(scene.disk.under(folder).length).toBe(3);
    expect(scene.store.maxOffsetInQueue('TopicTest', 0)).toBe(3);
    expect(scene.store.lookMessageByOffset(1016)).toBeNull();
  });

  test('what is too large is refused, and says how', () => {
    const scene = new StoreScene(smallConfig({maxMessageSize: 4096}));
    const propertiesOf = (bytes: number, unit = 'v') => {
      const properties = new Map([['k', unit.repeat(bytes - 2)]]);
      return {properties, propertiesString: propertiesToString(properties)};
    };
    const statusOf = (toStore: Parameters<typeof message>[0]) => scene.put(message(toStore))!.status;
    // The bound is on the whole record.
    expect(statusOf({body: new Uint8Array(4096 - 100)})).toBe('PUT_OK');
    expect(statusOf({body: new Uint8Array(4096 - 99)})).toBe('MESSAGE_ILLEGAL');
    expect(statusOf({topic: 'T'.repeat(128)})).toBe('MESSAGE_ILLEGAL');
    expect(statusOf(propertiesOf(32_768))).toBe('MESSAGE_ILLEGAL');
    // Few enough characters, too many bytes.
    expect(statusOf(propertiesOf(20_000, '地'))).toBe('PROPERTIES_SIZE_EXCEEDED');
    expect(scene.store.maxPhysicalOffset).toBe(4096);
  });

  test('a record that no file can hold is refused, not lost', () => {
    const scene = new StoreScene(smallConfig({mappedFileSizeCommitLog: 1024}));
    expect(scene.put(message({body: new Uint8Array(1024 - 8 - 100)}))!.status).toBe('PUT_OK');
    expect(scene.put(message({body: new Uint8Array(1024 - 7 - 100)}))!.status).toBe('MESSAGE_ILLEGAL');
  });

  test('a slave, and a store that is stopping, take nothing', () => {
    const slave = new StoreScene(smallConfig({brokerRole: 'SLAVE', brokerId: 1}));
    expect(slave.put(message())).toEqual({status: 'SERVICE_NOT_AVAILABLE', append: null});
    const scene = new StoreScene();
    scene.store.shutdown(() => {});
    expect(scene.put(message())).toEqual({status: 'SERVICE_NOT_AVAILABLE', append: null});
  });

  test('a full disk refuses the message, and the store lives on', () => {
    const scene = new StoreScene();
    scene.put(message());
    scene.disk.full = true;
    expect(scene.put(message())!.status).toBe('UNKNOWN_ERROR');
    scene.disk.full = false;
    expect(scene.put(message())!.append!.queueOffset).toBe(1);
    const fresh = new StoreScene();
    fresh.disk.full = true;
    expect(fresh.put(message())!.status).toBe('CREATE_MAPEDFILE_FAILED');
  });

  test('above nine tenths of the disk nothing is taken, from the next look at it on', () => {
    const scene = new StoreScene();
    scene.time.runFor(2000);
    scene.disk.usedBytes = 91 * 1024 ** 3;
    const statuses = () => {
      scene.time.runFor(3000);
      return scene.put(message())!.status;
    };
    // The first put after 1, 11, 21, ... seconds looks; puts come at 5, 8, 11, 14 seconds and so on.
    expect([statuses(), statuses(), statuses(), statuses()]).toEqual([
      'SERVICE_NOT_AVAILABLE',
      'SERVICE_NOT_AVAILABLE',
      'SERVICE_NOT_AVAILABLE',
      'SERVICE_NOT_AVAILABLE',
    ]);
    scene.disk.usedBytes = 90 * 1024 ** 3;
    expect([statuses(), statuses(), statuses(), statuses()]).toEqual([
      'SERVICE_NOT_AVAILABLE',
      'SERVICE_NOT_AVAILABLE',
      'PUT_OK',
      'PUT_OK',
    ]);
  });

  test('a batch becomes ordinary records, and its common properties do not spoil those of its items', () => {
    const scene = new StoreScene();
    const items = ['a', 'b', 'c'].map((text) => message({body: Buffer.from(text), tags: `Tag${text}`}));
    const properties = new Map([['CLUSTER', 'DefaultCluster']]);
    const batch = message({
      body: encodeBatch(items),
      properties,
      propertiesString: propertiesToString(properties),
    });
    let status = '';
    scene.store.putMessages(batch, (result) => {
      status = result.status;
      expect(result.append!.msgId.split(',').length).toBe(3);
      expect(result.append!.messageCount).toBe(3);
    });
    expect(status).toBe('PUT_OK');
    scene.time.runFor(1);
    expect(scene.bodies()).toEqual(['a', 'b', 'c']);
    const {records} = scene.store.getMessage('g', 'TopicTest', 0, 0, 32, onlyTag('Tagb'));
    expect([...decodeRecord(records[0]!)!.properties]).toEqual([
      ['TAGS', 'Tagb'],
      ['CLUSTER', 'DefaultCluster'],
    ]);
    scene.store.putMessages(message({body: Buffer.from('no batch')}), (result) => {
      expect(result.status).toBe('UNKNOWN_ERROR');
    });
  });
});

describe('dispatch', () => {
  test('a message is in its queue at the next millisecond of the dispatcher, and is told once', () => {
    const scene = new StoreScene();
    const arrived: [string, number, number, bigint][] = [];
    scene.store.setArrivingListener((...args) => arrived.push(args));
    scene.time.runFor(0.3);
    scene.put(message({tags: 'TagA'}));
    scene.time.runFor(0.3);
    scene.put(message({queueId: 1}));
    expect(scene.store.maxOffsetInQueue('TopicTest', 0)).toBe(0);
    expect(scene.store.dispatchBehindBytes).toBe(114 + 105);
    scene.time.runFor(0.399);
    expect(arrived).toEqual([]);
    scene.time.runFor(0.001);
    expect(arrived).toEqual([
      ['TopicTest', 0, 1, 2598919n],
      ['TopicTest', 1, 1, 0n],
    ]);
    expect(scene.store.dispatchBehindBytes).toBe(0);
    expect(scene.machine.factsOf('log-dispatched')).toEqual([{kind: 'log-dispatched', physicalOffset: 219}]);
  });

  test('a delayed message is filed under the time when it is due', () => {
    const scene = new StoreScene();
    scene.put(message({topic: 'SCHEDULE_TOPIC_XXXX', properties: new Map([['DELAY', '1']])}));
    scene.time.runFor(1);
    const unit = scene.disk.files.get(
      `/home/store/consumequeue/SCHEDULE_TOPIC_XXXX/0/${'0'.repeat(20)}`,
    )!.bytes;
    const dueMs = scene.machine.factsOf('message-appended')[0]!.storeTimestampMs + 1000;
    expect(new DataView(unit.buffer).getBigInt64(12)).toBe(BigInt(dueMs));
  });

  test('a disk that refuses queue entries is tried again each second, and then the store is closed for puts', () => {
    const scene = new StoreScene();
    scene.put(message());
    scene.disk.full = true;
    scene.time.runFor(28_500);
    expect(scene.store.dispatchBehindBytes).toBe(105);
    scene.disk.full = false;
    scene.time.runFor(1000);
    expect(scene.store.dispatchBehindBytes).toBe(0);
    expect(scene.bodies()).toEqual(['hello']);
    scene.put(message({topic: 'Other'}));
    scene.disk.full = true;
    scene.time.runFor(40_000);
    scene.disk.full = false;
    expect(scene.store.dispatchBehindBytes).toBe(0);
    expect(scene.put(message())!.status).toBe('SERVICE_NOT_AVAILABLE');
  });
});

describe('getting', () => {
  function filled(count: number): StoreScene {
    const scene = new StoreScene();
    for (let index = 0; index < count; index++) {
      scene.put(message({body: Buffer.from(`m${index}`), tags: index % 10 === 0 ? 'Rare' : 'Common'}));
      scene.time.runFor(10);
    }
    return scene;
  }
  const statusAt = (scene: StoreScene, offset: number) => {
    const {status, nextBeginOffset} = scene.store.getMessage('g', 'TopicTest', 0, offset, 32, null);
    return [status, nextBeginOffset];
  };

  test('every offset has its status and its next', () => {
    const scene = filled(5);
    expect(scene.store.getMessage('g', 'Nowhere', 7, 3, 32, null)).toMatchObject({
      status: 'NO_MESSAGE_IN_QUEUE',
      nextBeginOffset: 0,
    });
    expect(statusAt(scene, 2)).toEqual(['FOUND', 5]);
    expect(statusAt(scene, -1)).toEqual(['OFFSET_TOO_SMALL', 0]);
    expect(statusAt(scene, 5)).toEqual(['OFFSET_OVERFLOW_ONE', 5]);
    // A consumer beyond the end of a queue that begins at 0 is sent to its beginning: kept from 4.9.1.
    expect(statusAt(scene, 6)).toEqual(['OFFSET_OVERFLOW_BADLY', 0]);
  });

  test('a batch has at most 32 messages or 256 KiB, but its first message always', () => {
    const scene = filled(40);
    expect(scene.store.getMessage('g', 'TopicTest', 0, 0, 100, null).records.length).toBe(32);
    expect(scene.store.getMessage('g', 'TopicTest', 0, 0, 5, null).nextBeginOffset).toBe(5);
    const large = new StoreScene(smallConfig({mappedFileSizeCommitLog: 4_194_304}));
    large.put(message({body: new Uint8Array(300_000)}));
    large.put(message({body: new Uint8Array(200_000)}));
    large.put(message({body: new Uint8Array(100_000)}));
    large.time.runFor(1);
    const counts = [0, 1, 2].map(
      (offset) => large.store.getMessage('g', 'TopicTest', 0, offset, 32, null).records.length,
    );
    expect(counts).toEqual([1, 1, 1]);
  });

  test('a filter passes over what it does not want, up to the end of a queue file', () => {
    const scene = filled(95);
    const rare = scene.store.getMessage('g', 'TopicTest', 0, 0, 32, onlyTag('Rare'));
    expect(rare.records.map((record) => Buffer.from(decodeRecord(record)!.body).toString())).toEqual([
      'm0',
      'm10',
      'm20',
      'm30',
      'm40',
      'm50',
      'm60',
      'm70',
      'm80',
      'm90',
    ]);
    expect(rare.nextBeginOffset).toBe(95);
    expect(scene.store.getMessage('g', 'TopicTest', 0, 91, 32, onlyTag('Rare'))).toMatchObject({
      status: 'NO_MATCHED_MESSAGE',
      nextBeginOffset: 95,
    });
  });

  test('one look goes over 800 entries at most, or as many as messages are wanted', () => {
    const scene = new StoreScene(smallConfig({mappedFileSizeConsumeQueue: 40_000}));
    for (let index = 0; index < 1000; index++) scene.put(message({tags: index === 900 ? 'Rare' : 'Common'}));
    scene.time.runFor(1);
    const look = (offset: number, count = 32) => {
      const found = scene.store.getMessage('g', 'TopicTest', 0, offset, count, onlyTag('Rare'));
      return [found.status, found.nextBeginOffset];
    };
    expect(look(0)).toEqual(['NO_MATCHED_MESSAGE', 800]);
    expect(look(800)).toEqual(['FOUND', 1000]);
    expect(look(0, 950)).toEqual(['FOUND', 950]);
  });

  test('what is no longer in memory comes in batches of 8 messages or 64 KiB, and sends the reader to a slave', () => {
    // 8 GiB of memory, of which a ratio of 0 leaves nothing for the log.
    const scene = new StoreScene(
      smallConfig({accessMessageInMemoryMaxRatio: 0, mappedFileSizeCommitLog: 1_048_576}),
    );
    for (let index = 0; index < 10; index++) scene.put(message());
    for (let index = 0; index < 3; index++) scene.put(message({body: new Uint8Array(30_000)}));
    scene.time.runFor(1);
    const get = (offset: number) => scene.store.getMessage('g', 'TopicTest', 0, offset, 32, null);
    expect(get(0)).toMatchObject({nextBeginOffset: 8, suggestPullingFromSlave: true});
    // Eight would fit by number, but the second large one brings the bytes to their bound.
    expect(get(10)).toMatchObject({nextBeginOffset: 12});
    expect(scene.store.isInDiskByConsumeOffset('TopicTest', 0, 0)).toBe(true);
    expect(scene.store.isInDiskByConsumeOffset('Nowhere', 0, 0)).toBe(false);
    const warm = new StoreScene();
    warm.put(message());
    warm.time.runFor(1);
    expect(warm.store.getMessage('g', 'TopicTest', 0, 0, 32, null).suggestPullingFromSlave).toBe(false);
    expect(warm.store.isInDiskByConsumeOffset('TopicTest', 0, 0)).toBe(false);
  });

  test('a slave, which may be behind, corrects nobody unless it is told to', () => {
    const nexts = (changes: Partial<StoreConfig>) => {
      const scene = new StoreScene(smallConfig({brokerRole: 'SLAVE', brokerId: 1, ...changes}));
      return statusAt(scene, 7);
    };
    expect(nexts({})).toEqual(['NO_MESSAGE_IN_QUEUE', 7]);
    expect(nexts({offsetCheckInSlave: true})).toEqual(['NO_MESSAGE_IN_QUEUE', 0]);
  });

  test('a time finds the message stored then, or the nearest; after the end, the last', () => {
    const scene = filled(90);
    const first = scene.store.earliestMessageTimeMs('TopicTest', 0);
    const at = (ms: number) => scene.store.offsetInQueueByTime('TopicTest', 0, first + ms);
    expect([at(0), at(200), at(204), at(205), at(206), at(5000), at(-50)]).toEqual([
      0, 20, 20, 20, 21, 89, 0,
    ]);
    expect(scene.store.messageStoreTimestampMs('TopicTest', 0, 20)).toBe(first + 200);
    expect(scene.store.offsetInQueueByTime('Nowhere', 0, first)).toBe(0);
    expect(scene.store.earliestMessageTimeMs('Nowhere', 0)).toBe(-1);
  });

  test('keys are found by the index, over several of its files', () => {
    const scene = new StoreScene(smallConfig({maxIndexNum: 20}));
    for (let index = 0; index < 50; index++) {
      scene.put(message({body: Buffer.from(`m${index}`), keys: `key${index} group${index % 5}`}));
      scene.time.runFor(1);
    }
    const find = (key: string) =>
      scene.store
        .queryMessage('TopicTest', key, 64, 0, Number.MAX_SAFE_INTEGER)
        .records.map((record) => Buffer.from(decodeRecord(record)!.body).toString());
    expect(find('key7')).toEqual(['m7']);
    expect(find('group3')).toEqual(['m3', 'm8', 'm13', 'm18', 'm23', 'm28', 'm33', 'm38', 'm43', 'm48']);
    expect(find('nothing')).toEqual([]);
    expect(scene.disk.under('/home/store/index').length).toBe(6);
  });

  test('run-time figures are printed as the real ones are', () => {
    const scene = filled(4);
    scene.time.runFor(12_000);
    statusAt(scene, 0);
    statusAt(scene, 4);
    scene.time.runFor(1000);
    const info = scene.store.runtimeInfo();
    expect(info.get('putMessageDistributeTime')).toMatch(/^\[<=0ms\]:4 \[0~10ms\]:0 .*\[10s~\]:0 $/);
    expect(info.get('putMessageAverageSize')).toBe('112.5');
    expect(info.get('getFoundTps')).toBe('0.1  ');
    expect(info.get('getTotalTps')).toBe('0.2 0.0 0.0');
    expect(info.get('runtime')).toBe('[ 0 days, 0 hours, 0 minutes, 13 seconds ]');
    expect(info.get('commitLogDiskRatio')).toBe('0.4');
  });
});

test('queues of topics that are gone are removed, and begin at 0 should the topic come back', () => {
  const scene = new StoreScene();
  scene.put(message());
  scene.put(message({topic: 'Kept'}));
  scene.time.runFor(1);
  scene.store.cleanUnusedTopics(new Set(['Kept']));
  expect(scene.disk.under('/home/store/consumequeue').map((path) => path.split('/')[4])).toEqual(['Kept']);
  expect(scene.put(message())!.append!.queueOffset).toBe(0);
});

test('an entry that points into an extension file passes every filter by tags, as where 4.9.1 lacks the extension', () => {
  const scene = new StoreScene();
  scene.put(message({tags: 'TagA'}));
  scene.put(message({tags: 'TagB'}));
  scene.time.runFor(1);
  const path = scene.disk.under('/home/store/consumequeue')[0]!;
  const {bytes} = scene.disk.files.get(path)!;
  // Extension address 0, in place of the code of TagB.
  new DataView(bytes.buffer, bytes.byteOffset).setBigInt64(20 + 12, -(2n ** 63n));
  const tagsOf = (tag: string) =>
    scene.store
      .getMessage('g', 'TopicTest', 0, 0, 32, onlyTag(tag))
      .records.map((record) => decodeRecord(record)!.properties.get('TAGS'));
  expect([tagsOf('TagA'), tagsOf('TagC')]).toEqual([['TagA', 'TagB'], ['TagB']]);
});
