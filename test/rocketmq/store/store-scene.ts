import {propertiesToString} from '../../../src/rocketmq/message/properties.ts';
import {decodeRecord} from '../../../src/rocketmq/message/record.ts';
import {
  createMessageStore,
  type DefaultMessageStore,
} from '../../../src/rocketmq/store/default-message-store.ts';
import type {MessageToStore, PutMessageResult} from '../../../src/rocketmq/store/message-store.ts';
import {defaultStoreConfig, type StoreConfig} from '../../../src/rocketmq/store/store-config.ts';
import {MemoryDisk, type TestHost, testHost, VirtualTime} from './store-host.ts';

/** Small files, so that everything rolls soon. */
export function smallConfig(changes: Partial<StoreConfig> = {}): StoreConfig {
  return {
    ...defaultStoreConfig('/home'),
    mappedFileSizeCommitLog: 65_536,
    mappedFileSizeConsumeQueue: 2000,
    maxHashSlotNum: 100,
    maxIndexNum: 200,
    ...changes,
  };
}

export function message(
  changes: Partial<MessageToStore> & {tags?: string; keys?: string} = {},
): MessageToStore {
  const properties = new Map(changes.properties ?? []);
  if (changes.keys !== undefined) properties.set('KEYS', changes.keys);
  if (changes.tags !== undefined) properties.set('TAGS', changes.tags);
  const {tags: _tags, keys: _keys, ...fields} = changes;
  return {
    topic: 'TopicTest',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    bornTimestampMs: 1_600_000_000_000,
    bornHost: '10.1.2.3:4567',
    storeHost: '127.0.0.1:10911',
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.from('hello'),
    transactionId: null,
    propertiesString: propertiesToString(properties),
    ...fields,
    properties,
  };
}

/** One machine with one store on it, which can be stopped, killed and started again. */
export class StoreScene {
  readonly config: StoreConfig;
  readonly disk = new MemoryDisk();
  readonly time = new VirtualTime();
  machine!: TestHost;
  store!: DefaultMessageStore;

  constructor(config: StoreConfig = smallConfig()) {
    this.config = config;
    this.boot();
  }

  boot(): boolean {
    this.machine = testHost(this.disk, this.time);
    this.store = createMessageStore(this.machine.host, this.config);
    const loaded = this.store.load();
    if (loaded) this.store.start();
    return loaded;
  }

  /** A clean stop, and a new start. */
  restart(): void {
    let stopped = false;
    this.store.shutdown(() => {
      stopped = true;
    });
    this.time.runFor(60_000);
    if (!stopped) throw new Error('the store has not stopped');
    this.machine.kill();
    this.boot();
  }

  /** SIGKILL, and a new start: what was written is still in the page cache. */
  crash(): void {
    this.machine.kill();
    this.time.clear();
    this.boot();
  }

  /** Puts and answers at once, or null if the answer has to wait. */
  put(toStore: MessageToStore): PutMessageResult | null {
    let result: PutMessageResult | null = null;
    this.store.putMessage(toStore, (answer) => {
      result = answer;
    });
    return result;
  }

  bodies(topic = 'TopicTest', queueId = 0, from = 0): string[] {
    const bodies: string[] = [];
    for (let next = from; ; ) {
      const result = this.store.getMessage('g', topic, queueId, next, 32, null);
      if (result.status !== 'FOUND') return bodies;
      for (const record of result.records) bodies.push(Buffer.from(decodeRecord(record)!.body).toString());
      next = result.nextBeginOffset;
    }
  }

  /** Seconds since the scene began, of now. */
  get seconds(): number {
    return this.time.nowUs / 1e6;
  }
}

/** Where in the log each message of a queue lies, as pulls of 32 bring them. */
export function pullAll(store: DefaultMessageStore, topic: string, queueId: number, from: number): number[] {
  const offsets: number[] = [];
  for (let next = from; ; ) {
    const result = store.getMessage('g', topic, queueId, next, 32, null);
    if (result.status !== 'FOUND') return offsets;
    for (const record of result.records) offsets.push(decodeRecord(record)!.commitLogOffset);
    next = result.nextBeginOffset;
  }
}
