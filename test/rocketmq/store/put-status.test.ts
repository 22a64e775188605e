import {describe, expect, test} from 'vitest';
import type {PutMessageStatus} from '../../../src/rocketmq/store/message-store.ts';
import type {StoreConfig} from '../../../src/rocketmq/store/store-config.ts';
import {message, StoreScene, smallConfig} from './store-scene.ts';

const GIB = 1024 ** 3;

interface Cause {
  readonly status: PutMessageStatus;
  readonly because: string;
  /** Is the message in the log, although the producer may be told otherwise? */
  readonly stored: boolean;
  readonly config?: Partial<StoreConfig>;
  readonly before?: (scene: StoreScene) => void;
  readonly put?: Parameters<typeof message>[0];
  readonly asBatch?: boolean;
}

const fast = new Map([['WAIT', 'false']]);

/** FLUSH_SLAVE_TIMEOUT and SLAVE_NOT_AVAILABLE are causes of replication, and stand with its tests. */
const CAUSES: readonly Cause[] = [
  {status: 'PUT_OK', because: 'ASYNC_FLUSH waits for nothing', stored: true},
  {
    status: 'PUT_OK',
    because: 'SYNC_FLUSH has made it durable',
    stored: true,
    config: {flushDiskType: 'SYNC_FLUSH'},
  },
  {
    status: 'PUT_OK',
    because: 'WAIT=false does not ask whether the disk could',
    stored: true,
    config: {flushDiskType: 'SYNC_FLUSH'},
    before: ({disk}) => {
      disk.failingSync = 'commitlog';
    },
    put: {properties: fast},
  },
  {
    status: 'FLUSH_DISK_TIMEOUT',
    because: 'SYNC_FLUSH, and the disk fails to sync',
    stored: true,
    config: {flushDiskType: 'SYNC_FLUSH'},
    before: ({disk}) => {
      disk.failingSync = 'commitlog';
    },
  },
  {
    status: 'SERVICE_NOT_AVAILABLE',
    because: 'the store is stopping',
    stored: false,
    before: ({store}) => store.shutdown(() => {}),
  },
  {
    status: 'SERVICE_NOT_AVAILABLE',
    because: 'the broker is a slave',
    stored: false,
    config: {brokerRole: 'SLAVE', brokerId: 1},
  },
  {
    status: 'SERVICE_NOT_AVAILABLE',
    because: 'nine tenths of the disk are used',
    stored: false,
    before: ({disk, time}) => {
      disk.usedBytes = 91 * GIB;
      time.runFor(11_000);
    },
  },
  {
    status: 'SERVICE_NOT_AVAILABLE',
    because: 'a queue could not be written for half a minute',
    stored: false,
    before: (scene) => {
      scene.disk.unwritable = 'consumequeue';
      scene.put(message());
      scene.time.runFor(31_000);
    },
  },
  {
    status: 'SERVICE_NOT_AVAILABLE',
    because: 'the index could not be written three times',
    stored: false,
    before: (scene) => {
      scene.disk.unwritable = '/index/';
      scene.put(message({keys: 'k'}));
      scene.time.runFor(4000);
    },
  },
  {
    status: 'OS_PAGECACHE_BUSY',
    because: 'the clock stands at 1970, so that a lock that nobody holds seems held since then',
    stored: false,
    before: ({machine}) => {
      machine.host.clock.nowMs = () => 1001;
    },
  },
  {
    status: 'CREATE_MAPEDFILE_FAILED',
    because: 'the disk has no room for the first file',
    stored: false,
    before: ({disk}) => {
      disk.full = true;
    },
  },
  {
    status: 'CREATE_MAPEDFILE_FAILED',
    because: 'the write pool is used up, and fails fast',
    stored: false,
    config: {
      transientStorePoolEnable: true,
      transientStorePoolSize: 0,
      fastFailIfNoBufferInStorePool: true,
    },
  },
  {
    status: 'UNKNOWN_ERROR',
    because: 'the disk refuses the write',
    stored: false,
    before: (scene) => {
      scene.put(message());
      scene.disk.full = true;
    },
  },
  {
    status: 'MESSAGE_ILLEGAL',
    because: 'the topic has 128 characters',
    stored: false,
    put: {topic: 'T'.repeat(128)},
  },
  {
    status: 'MESSAGE_ILLEGAL',
    because: 'the properties have 32,768 characters',
    stored: false,
    put: {propertiesString: 'p'.repeat(32_768)},
  },
  {
    status: 'MESSAGE_ILLEGAL',
    because: 'the record is larger than maxMessageSize',
    stored: false,
    config: {maxMessageSize: 1000},
    put: {body: new Uint8Array(901)},
  },
  {
    status: 'MESSAGE_ILLEGAL',
    because: 'no file of the log could hold the record',
    stored: false,
    config: {mappedFileSizeCommitLog: 1024},
    put: {body: new Uint8Array(1000)},
  },
  {
    status: 'MESSAGE_ILLEGAL',
    because: 'a batch is delayed',
    stored: false,
    put: {properties: new Map([['DELAY', '3']])},
    asBatch: true,
  },
  {
    status: 'UNKNOWN_ERROR',
    because: 'a batch holds nothing that can be read',
    stored: false,
    asBatch: true,
  },
  {
    status: 'PROPERTIES_SIZE_EXCEEDED',
    because: 'few enough characters are too many bytes',
    stored: false,
    put: {propertiesString: '字'.repeat(20_000)},
  },
];

describe('a put is answered', () => {
  test.each(CAUSES)('$status: $because', ({status, stored, config, before, put, asBatch}) => {
    const scene = new StoreScene(smallConfig(config));
    before?.(scene);
    const appendedBefore = scene.machine.factsOf('message-appended').length;
    const answers: string[] = [];
    const done = (result: {status: string; append: unknown}) => {
      answers.push(result.status);
      expect(result.append !== null).toBe(stored);
    };
    if (asBatch === true) scene.store.putMessages(message(put), done);
    else scene.store.putMessage(message(put), done);
    scene.time.runFor(100);
    expect(answers).toEqual([status]);
    // What is told as appended is in the log, and nothing else is.
    expect(scene.machine.factsOf('message-appended').length - appendedBefore).toBe(stored ? 1 : 0);
  });

  test('and every status of a store without replication has its cause here', () => {
    const all: readonly PutMessageStatus[] = [
      'PUT_OK',
      'FLUSH_DISK_TIMEOUT',
      'SERVICE_NOT_AVAILABLE',
      'CREATE_MAPEDFILE_FAILED',
      'MESSAGE_ILLEGAL',
      'PROPERTIES_SIZE_EXCEEDED',
      'OS_PAGECACHE_BUSY',
      'UNKNOWN_ERROR',
    ];
    expect([...new Set(CAUSES.map(({status}) => status))].sort()).toEqual([...all].sort());
  });
});
