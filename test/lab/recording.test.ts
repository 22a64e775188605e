import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {countFrames} from '../../src/lab/frame.ts';
import {LedgerTrack} from '../../src/lab/ledger.ts';
import {narrate} from '../../src/lab/narration/narrate.ts';
import {type ReadRecording, readRecording, shortfallOf} from '../../src/lab/recording/read-recording.ts';
import {recordingReport} from '../../src/lab/recording/report.ts';
import {FAR_TRAVEL_US} from '../../src/lab/recording/trace-of-recording.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import {ViewTimeline} from '../../src/lab/view/view-timeline.ts';
import type {EntryOf, TraceEntry} from '../../src/sim/trace.ts';

/**
 * `serve --record`, driven by Apache's Java client 4.9.1: a producer sends eight messages one by one, a consumer of another OS process
 * takes them, the producer sends a batch of three, mqadmin asks for the topic's status, all go, the server is stopped.
 */
const FILE = readFileSync(join(import.meta.dirname, '../fixtures/recording/java-orders.rec'));

function* slices(bytes: Uint8Array, sliceBytes = 10_000): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sliceBytes) yield bytes.slice(at, at + sliceBytes);
}

function opened(bytes: Uint8Array = FILE, sliceBytes?: number): ReadRecording {
  const read = readRecording(() => slices(bytes, sliceBytes));
  if ('kind' in read) throw new Error(`not read: ${read.kind}`);
  return read;
}

test('two clients in two OS processes and a tool are three processes, each with all of its connections', () => {
  const report = recordingReport('f', opened());
  expect(report.shortfall).toBeNull();
  expect(
    report.processes.map(({name, kind, recorded}) => [name.replace(/ \d+$/, ''), kind, recorded]),
  ).toEqual([
    ['namesrv', 'namesrv', true],
    ['broker-a', 'broker', true],
    ['orders-producer', 'producer', false],
    ['billing', 'consumer', false],
    ['java', 'console', false],
  ]);
});

test('what the bytes tell of messages makes the same account as in a simulated run', () => {
  const {store} = opened();
  const ledger = new LedgerTrack(store);
  ledger.update();
  expect(ledger.counts).toMatchObject({
    sent: 11,
    acked: 11,
    durable: 11,
    delivered: 11,
    duplicated: 0,
    givenUp: 0,
    lost: 0,
  });
  for (const fate of ledger.messages.values()) {
    expect(fate.producer).toBe('orders-producer');
    expect([...fate.deliveries.keys()]).toEqual(['billing']);
  }
});

test('entries are numbered in the order of time, and each has a cause before it', () => {
  const {store} = opened();
  let before = 0;
  for (const [i, entry] of store.entries.entries()) {
    expect(entry.id).toBe(i + 1);
    expect(entry.atUs).toBeGreaterThanOrEqual(before);
    expect(entry.cause).toBeLessThan(entry.id);
    if (entry.id > 1) expect(entry.cause).toBeGreaterThan(0);
    before = entry.atUs;
  }
});

test('each write is one whole frame, and each is taken in exactly once, when it was said to be', () => {
  const {store} = opened();
  const open = new Map<number, EntryOf<'bytes-sent'>>();
  let frames = 0;
  for (const entry of store.entries) {
    if (entry.kind === 'bytes-sent') {
      frames += 1;
      expect(countFrames(store.bytes(entry.bytes))).toBe(1);
      open.set(entry.id, entry);
    } else if (entry.kind === 'bytes-arrived') {
      const sent = open.get(entry.sent)!;
      open.delete(entry.sent);
      expect(sent.arrivesUs).toBe(entry.atUs);
      expect(entry.cause).toBe(sent.id);
      expect([sent.process, sent.peer]).toEqual([entry.peer, entry.process]);
      const isFar = ![sent.process, sent.peer].every((name) => ['namesrv', 'broker-a'].includes(name));
      if (isFar) expect(entry.atUs - sent.atUs).toBeLessThanOrEqual(FAR_TRAVEL_US);
    }
  }
  expect(open.size).toBe(0);
  expect(frames).toBe(107);
});

test('the answer to a send goes back through the append to the very request', () => {
  const {store} = opened();
  const index = new TraceIndex(store);
  index.update();
  const appended = store.entries.find(
    (entry): entry is EntryOf<'fact'> => entry.kind === 'fact' && entry.fact.kind === 'message-appended',
  )!;
  const chain = index.causesOf(appended.id).map((id) => store.entry(id)!);
  expect(chain.map(kindOf).slice(0, 4)).toEqual(['bytes-arrived', 'bytes-sent', 'send-begun', 'world-began']);
  const response = index
    .effectsOf(appended.cause)
    .find((id) => store.entry(id)?.kind === 'bytes-sent' && index.frame(id).form === 'response');
  expect(index.frame(response!).name).toBe('SEND_MESSAGE_V2 → SUCCESS');
});

test('a foreign process is connected from its first connection to the end of its last, and nothing is said of its inside', () => {
  const {store} = opened();
  const index = new TraceIndex(store);
  const views = new ViewTimeline(store, index);
  index.update();
  const seen = store.entries.find((entry) => entry.kind === 'peer-seen' && entry.process === 'billing')!;
  expect(views.stateAt(seen.id - 1).processes.get('billing')?.status).toBe('disconnected');
  expect(views.stateAt(seen.id).processes.get('billing')).toMatchObject({status: 'running', foreign: true});
  expect(views.stateAt(store.lastId).processes.get('billing')?.status).toBe('disconnected');
  const told = new Set(
    store.entries.flatMap((entry) =>
      entry.kind === 'fact' && entry.process === 'billing' ? [entry.fact.kind] : [],
    ),
  );
  expect([...told]).toEqual(['message-received']);
});

test('everything in it has its sentence', () => {
  const {store} = opened();
  const index = new TraceIndex(store);
  index.update();
  for (const entry of store.entries) {
    for (const language of ['en', 'zh-CN'] as const) expect(narrate(entry, language, index)).not.toBe('');
  }
});

test('how the file is sliced changes nothing', () => {
  const whole = opened(FILE, FILE.length).store;
  for (const sliceBytes of [501, 4096]) {
    const sliced = opened(FILE, sliceBytes).store;
    expect(sliced.entries).toEqual(whole.entries);
    for (const entry of whole.entries) {
      if (entry.kind === 'bytes-sent') expect(sliced.bytes(entry.bytes)).toEqual(whole.bytes(entry.bytes));
    }
  }
});

test('a torn file is a shorter history, and says so', () => {
  const {survey, store} = opened(FILE.subarray(0, FILE.length - 3000));
  expect(shortfallOf(survey)).toMatch(/its last \d+ bytes are cut off/);
  expect(store.lastId).toBeGreaterThan(100);
});

test('a spoilt file never throws: it is refused in one word, or shown as far as it goes', () => {
  fc.assert(
    fc.property(fc.nat(FILE.length - 1), fc.nat(255), fc.nat(FILE.length), (at, value, length) => {
      const spoilt = Uint8Array.from(FILE.subarray(0, length));
      if (at < length) spoilt[at] = value;
      const read = readRecording(() => slices(spoilt, 8192));
      if ('kind' in read) expect(['foreign', 'other-version', 'empty']).toContain(read.kind);
      else expect(read.store.lastId).toBeGreaterThan(0);
    }),
    {numRuns: 60},
  );
});

function kindOf(entry: TraceEntry): string {
  return entry.kind === 'fact' ? entry.fact.kind : entry.kind;
}
