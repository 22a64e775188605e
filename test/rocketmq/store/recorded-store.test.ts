import {createHash} from 'node:crypto';
import {inflateSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {stringToProperties} from '../../../src/rocketmq/message/properties.ts';
import {decodeRecord, encodeRecord} from '../../../src/rocketmq/message/record.ts';
import {createMessageStore} from '../../../src/rocketmq/store/default-message-store.ts';
import type {MessageToStore} from '../../../src/rocketmq/store/message-store.ts';
import {defaultStoreConfig, type StoreConfig} from '../../../src/rocketmq/store/store-config.ts';
import {EPOCH_MS, fixture, MemoryDisk, type TestHost, testHost, unpackStore} from './store-host.ts';
import {pullAll, StoreScene} from './store-scene.ts';

/** A message as the real client read it from the recorded store. */
interface Row {
  topic: string;
  queueId: number;
  queueOffset: number;
  commitLogOffset: number;
  msgId: string;
  storeSize: number;
  bodyCRC: number;
  sysFlag: number;
  flag: number;
  bornTimestamp: number;
  storeTimestamp: number;
  bornHost: string;
  storeHost: string;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
  properties: Record<string, string>;
  /** Base64; null where it is empty. */
  body: string | null;
}

interface State {
  nonMessageOffsets_endOfFileBlanks: number[];
  queues: {
    topic: string;
    queueId: number;
    minOffset: number;
    maxOffset: number;
    pulledCommitLogOffsets: number[];
  }[];
  commitLogMinOffset: string;
  commitLogMaxOffset: string;
  keyQueries?: {topic: string; key: string; commitLogOffsets?: number[]}[];
}

const config: StoreConfig = {
  ...defaultStoreConfig('/home'),
  mappedFileSizeCommitLog: 65_536,
  mappedFileSizeConsumeQueue: 2000,
  maxHashSlotNum: 100,
  maxIndexNum: 200,
};

function open(name: 'single' | 'killed') {
  const disk = new MemoryDisk();
  unpackStore(fixture(`${name}/store.tar.gz`), disk);
  const machine = testHost(disk);
  machine.time.nowUs = (restartedAtMs(name) - EPOCH_MS) * 1000;
  const store = createMessageStore(machine.host, config);
  expect(store.load()).toBe(true);
  store.start();
  const rows: Row[] = fixture(`${name}/manifest.ndjson.gz`)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const state: State = JSON.parse(fixture(`${name}/state.json`).toString('utf8'));
  return {machine, store, rows, state};
}

describe.each(['single', 'killed'] as const)('the store of a real broker, %s', (name) => {
  test('is recovered to the same end', () => {
    const {store, state} = open(name);
    expect(store.maxPhysicalOffset).toBe(Number(state.commitLogMaxOffset));
    expect(store.minPhysicalOffset).toBe(Number(state.commitLogMinOffset));
    expect(store.dispatchBehindBytes).toBe(0);
  });

  test('every message is read as the real client read it', () => {
    const {store, rows} = open(name);
    for (const row of rows) {
      const message = store.lookMessageByOffset(row.commitLogOffset)!;
      const body = (row.sysFlag & 1) === 0 ? message.body : inflateSync(message.body);
      expect({
        topic: message.topic,
        queueId: message.queueId,
        queueOffset: message.queueOffset,
        commitLogOffset: message.commitLogOffset,
        msgId: message.msgId,
        storeSize: message.storeSize,
        bodyCRC: message.bodyCrc,
        sysFlag: message.sysFlag,
        flag: message.flag,
        bornTimestamp: message.bornTimestampMs,
        storeTimestamp: message.storeTimestampMs,
        bornHost: `/${message.bornHost}`,
        storeHost: `/${message.storeHost}`,
        reconsumeTimes: message.reconsumeTimes,
        preparedTransactionOffset: message.preparedTransactionOffset,
        properties: Object.fromEntries(message.properties),
        body: Buffer.from(body).toString('base64'),
      }).toEqual({...row, body: row.body ?? '', uniqKey: undefined});
    }
  });

  test('every record is encoded again to its very bytes', () => {
    const {store, rows} = open(name);
    for (const row of rows) {
      const bytes = store.recordByOffset(row.commitLogOffset)!;
      const message = decodeRecord(bytes)!;
      // Taken from the end of the record: items of a batch have a property twice, which a map cannot tell.
      const propertiesString = storedProperties(bytes);
      expect(Object.fromEntries(stringToProperties(propertiesString))).toEqual(row.properties);
      const again = encodeRecord(
        {...message, propertiesString},
        {
          queueOffset: row.queueOffset,
          physicalOffset: row.commitLogOffset,
          storeTimestampMs: row.storeTimestamp,
        },
      );
      expect(Buffer.from(again).toString('latin1')).toBe(Buffer.from(bytes).toString('latin1'));
    }
  });

  test('blanks are no messages', () => {
    const {store, state} = open(name);
    for (const offset of state.nonMessageOffsets_endOfFileBlanks) {
      expect(store.lookMessageByOffset(offset)).toBeNull();
    }
  });

  test('every queue is pulled as the real broker served it', () => {
    const {store, state} = open(name);
    for (const queue of state.queues) {
      expect(store.minOffsetInQueue(queue.topic, queue.queueId)).toBe(queue.minOffset);
      expect(store.maxOffsetInQueue(queue.topic, queue.queueId)).toBe(queue.maxOffset);
      expect(pullAll(store, queue.topic, queue.queueId, queue.minOffset)).toEqual(
        queue.pulledCommitLogOffsets,
      );
    }
  });

  test('keys find what they found in the real broker', () => {
    const {store, state} = open(name);
    for (const query of state.keyQueries ?? []) {
      const found = store.queryMessage(query.topic, query.key, 64, 0, Number.MAX_SAFE_INTEGER);
      const offsets = found.records
        .map((record) => decodeRecord(record)!)
        .filter((message) => message.topic === query.topic && isKeyOf(message.properties, query.key))
        .map((message) => message.commitLogOffset);
      expect(offsets).toEqual(query.commitLogOffsets ?? []);
    }
  });

  test('opening it changes the files that the real broker changed, and no others', () => {
    const {machine} = open(name);
    machine.time.runFor(1500);
    const after = hashes(machine);
    expect(after).toEqual(recordedHashes(`${name}/files-after-restart.sha256`));
  });
});

test('everything acknowledged before the kill is there, and in the queue that its producer was told', () => {
  const {store, rows} = open('killed');
  expect(rows.length).toBe(1089);
  const told: {status?: string; msgId: string; offsetMsgId: string}[] = fixture('killed/acked.ndjson.gz')
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const byKey = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row.properties['UNIQ_KEY'] ?? '';
    byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  const pulled = new Map<string, Set<number>>();
  let acknowledged = 0;
  for (const {msgId, offsetMsgId} of told.filter(({status}) => status === 'SEND_OK')) {
    const offsetIds = offsetMsgId.split(',');
    for (const [index, key] of msgId.split(',').entries()) {
      acknowledged++;
      const records = byKey.get(key)!;
      // Of a transaction that was rolled back, the producer was told no offset.
      if (offsetIds[0] !== 'null') expect(records.map((row) => row.msgId)).toContain(offsetIds[index]);
      for (const {commitLogOffset, topic, queueId} of records) {
        expect(store.lookMessageByOffset(commitLogOffset)!.properties.get('UNIQ_KEY')).toBe(key);
        const queue = `${topic}/${queueId}`;
        if (!pulled.has(queue)) pulled.set(queue, new Set(pullAll(store, topic, queueId, 0)));
        expect(pulled.get(queue)!.has(commitLogOffset)).toBe(true);
      }
    }
  }
  expect(acknowledged).toBe(1050);
});

test.each(['single', 'killed'] as const)(
  'the messages of the %s store, put into ours at the same moments, make the same log and queue files',
  (name) => {
    const recorded = open(name);
    const scene = new StoreScene(config);
    for (const row of recorded.rows) {
      const bytes = recorded.store.recordByOffset(row.commitLogOffset)!;
      scene.time.nowUs = (row.storeTimestamp - EPOCH_MS) * 1000;
      const stored = decodeRecord(bytes)!;
      const result = scene.put(asFirstPut({...stored, propertiesString: storedProperties(bytes)}));
      expect(result!.append).toMatchObject({
        queueOffset: row.queueOffset,
        physicalOffset: row.commitLogOffset,
        msgId: row.msgId,
      });
    }
    scene.time.runFor(1);
    const ours = hashes(scene.machine);
    for (const [path, hash] of hashes(recorded.machine)) {
      if (/^(commitlog|consumequeue)/.test(path)) expect([path, ours.get(path)]).toEqual([path, hash]);
    }
  },
);

/** A delayed message as it came in, before it was sent to wait; one that has waited, as it was put again. */
function asFirstPut(stored: MessageToStore): MessageToStore {
  const properties = new Map(stored.properties);
  if (stored.topic !== 'SCHEDULE_TOPIC_XXXX') {
    properties.delete('DELAY');
    return {...stored, properties};
  }
  const topic = properties.get('REAL_TOPIC')!;
  const queueId = Number(properties.get('REAL_QID'));
  properties.delete('REAL_TOPIC');
  properties.delete('REAL_QID');
  return {...stored, topic, queueId, properties, propertiesString: ''};
}

function storedProperties(record: Uint8Array): string {
  const bodyLength = new DataView(record.buffer, record.byteOffset).getInt32(84);
  const topicLength = record[88 + bodyLength]!;
  return Buffer.from(record.subarray(88 + bodyLength + 1 + topicLength + 2)).toString('utf8');
}

/** When the real broker was started on the same files: index files are named by their moment. */
function restartedAtMs(name: 'single' | 'killed'): number {
  const newest = [...recordedHashes(`${name}/files-after-restart.sha256`).keys()].filter((path) =>
    path.startsWith('index/'),
  );
  const [, year, month, day, hour, minute, second, ms] = /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/
    .exec(newest.at(-1)!)!
    .map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second, ms);
}

function isKeyOf(properties: ReadonlyMap<string, string>, key: string): boolean {
  return (properties.get('KEYS') ?? '').split(' ').includes(key) || properties.get('UNIQ_KEY') === key;
}

function hashes(machine: TestHost): Map<string, string> {
  return new Map(
    machine.disk
      .under('/home/store')
      .map((path) => [
        path.slice('/home/store/'.length),
        createHash('sha256').update(machine.disk.files.get(path)!.bytes).digest('hex'),
      ]),
  );
}

function recordedHashes(path: string): Map<string, string> {
  const lines = fixture(path).toString('utf8').trimEnd().split('\n');
  return new Map(
    lines
      .map((line) => [line.slice(66).replace('./', ''), line.slice(0, 64)] as [string, string])
      .sort((a, b) => (a[0] < b[0] ? -1 : 1)),
  );
}
