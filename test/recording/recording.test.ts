import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
  BLOCK_HEAD_BYTES,
  MAGIC,
  PIECE_BYTES_MAX,
  type RecordedEvent,
  TEXTS_MAX,
} from '../../src/recording/format.ts';
import {isRecording, RecordingReader} from '../../src/recording/reader.ts';
import {RecordingWriter} from '../../src/recording/writer.ts';
import {crc32} from '../../src/rocketmq/message/crc32.ts';

interface Read {
  readonly events: RecordedEvent[];
  readonly reader: RecordingReader;
}

function write(record: (writer: RecordingWriter) => void): Uint8Array {
  const parts: number[] = [];
  const writer = new RecordingWriter((bytes) => {
    for (const byte of bytes) parts.push(byte);
  });
  record(writer);
  writer.flush();
  return Uint8Array.from(parts);
}

function read(bytes: Uint8Array, sliceBytes = bytes.length): Read {
  const events: RecordedEvent[] = [];
  const reader = new RecordingReader((event) => events.push(event));
  for (let at = 0; at < bytes.length; at += sliceBytes) reader.take(bytes.slice(at, at + sliceBytes));
  return {events, reader};
}

/** One of everything. */
function all(writer: RecordingWriter): void {
  writer.began(1_700_000_000_000);
  writer.machine(1, 'm', '127.0.0.1');
  writer.process(1, 'broker-a', 'm', 'broker');
  const started = writer.started(2, 0, 'broker-a', 4711);
  writer.listening(3, started, 'broker-a', 10911);
  writer.connecting(4, started, 1, 'broker-a', '127.0.0.1:50000', '127.0.0.1:9876');
  writer.connected(5, 0, 1, 'asking', 'broker-a', '127.0.0.1:50000', '127.0.0.1:9876');
  writer.sent(6, 7, 1, 'asking', Uint8Array.of(1, 2, 3, 4), 1, 4, true);
  writer.arrived(7, 0, 1, 'asking', Uint8Array.of(9), 0, 1, false);
  writer.took(8, 0, 2, 'taking', 300);
  writer.fact(9, 9, 'broker-a', {
    kind: 'made-up',
    text: 'grüße 消息',
    none: null,
    yes: true,
    no: false,
    big: Number.MAX_SAFE_INTEGER,
    small: -5,
    half: 0.5,
    list: [1, 'two', {three: [3]}],
    missing: undefined,
  });
  writer.timer(10, 2, 'broker-a');
  writer.diskWrite(11, 12, 'broker-a', '/store/log', 2 ** 40, 128);
  const sync = writer.diskSync(12, 12, 'broker-a', '/store/log', 128);
  writer.diskSynced(4_000_000_000, sync, 'broker-a', '/store/log', null);
  writer.diskSynced(4_000_000_000, sync, 'broker-a', '/store/log', 'EIO: sync /store/log');
  writer.diskTruncate(4_000_000_000, 0, 'broker-a', '/store/log', 0);
  writer.diskRename(4_000_000_000, 0, 'broker-a', '/store/a', '/store/b');
  writer.diskRemove(4_000_000_000, 0, 'broker-a', '/store/b');
  writer.endSent(4_000_000_000, 0, 1, 'asking');
  writer.endArrived(4_000_000_000, 0, 1, 'asking');
  writer.closed(4_000_000_000, 0, 1, 'asking', 'ended');
  writer.farProcess(4_000_000_000, 3, 77, 'java');
  writer.stopping(4_000_000_000, 0, 'broker-a');
  writer.ended(4_000_000_000, 0, 'broker-a', 'crashed', 'out of luck');
  writer.over(4_000_000_001);
}

test('what is written is read, in slices of any size', () => {
  const bytes = write(all);
  const {events, reader} = read(bytes);
  expect(reader.state).toEqual({kind: 'good'});
  expect(reader.tornBytes).toBe(0);
  expect(events.map(({number}) => number)).toEqual(events.map((_, i) => i + 1));
  expect(events[7]).toEqual({
    number: 8,
    atUs: 6,
    cause: 7,
    kind: 'sent',
    connection: 1,
    side: 'asking',
    isWhole: true,
    bytes: Uint8Array.of(2, 3, 4),
  });
  expect(events.find(({kind}) => kind === 'fact')).toMatchObject({
    cause: 9,
    process: 'broker-a',
    fact: {
      kind: 'made-up',
      text: 'grüße 消息',
      none: null,
      yes: true,
      no: false,
      big: Number.MAX_SAFE_INTEGER,
      small: -5,
      half: 0.5,
      list: [1, 'two', {three: [3]}],
    },
  });
  expect(events.map(({kind}) => kind).join(' ')).toBe(
    'began machine process started listening connecting connected sent arrived took fact timer disk-write ' +
      'disk-sync disk-synced disk-synced disk-truncate disk-rename disk-remove end-sent end-arrived closed ' +
      'far-process stopping ended over',
  );
  for (const sliceBytes of [1, 7, 64]) expect(read(bytes, sliceBytes).events).toEqual(events);
});

test('a recording that was cut off anywhere reads up to its last whole block, and tells what is left over', () => {
  const bytes = write((writer) => {
    writer.began(0);
    for (let i = 1; i <= 20; i++) {
      writer.listening(i, 0, 'p', i);
      writer.flush();
    }
  });
  const whole = read(bytes).events;
  expect(whole).toHaveLength(21);
  for (let length = MAGIC.length; length < bytes.length; length++) {
    const {events, reader} = read(bytes.subarray(0, length));
    expect(reader.state).toEqual({kind: 'good'});
    expect(events).toEqual(whole.slice(0, events.length));
    const isAtBorder = reader.tornBytes === 0;
    expect(isAtBorder || length > MAGIC.length).toBe(true);
  }
});

test('a changed byte ends the reading at its block, and what comes before stays', () => {
  const bytes = write((writer) => {
    writer.began(0);
    writer.flush();
    writer.listening(1, 0, 'p', 1);
    writer.flush();
    writer.listening(2, 0, 'p', 2);
  });
  const first = new DataView(bytes.buffer).getUint32(MAGIC.length, true);
  const second = MAGIC.length + BLOCK_HEAD_BYTES + first;
  const spoilt = bytes.slice();
  spoilt[second + BLOCK_HEAD_BYTES + 1]! ^= 1;
  const {events, reader} = read(spoilt);
  expect(reader.state).toEqual({kind: 'damaged', atByte: second});
  expect(events).toHaveLength(1);
});

test('what is no recording, and what is one of another version, is told from what is', () => {
  const bytes = write(all);
  expect(isRecording(bytes)).toBe(true);
  const foreign = new TextEncoder().encode('name: quickstart\nmachines: ...');
  expect(isRecording(foreign)).toBe(false);
  expect(read(foreign).reader.state).toEqual({kind: 'foreign'});
  const newer = new TextEncoder().encode('rocketmq-lab recording 2\nwhatever');
  expect(read(newer).reader.state).toEqual({kind: 'other-version', version: '2'});
});

test('long writes come in pieces, of which the last says that the frame is whole', () => {
  const body = new Uint8Array(PIECE_BYTES_MAX * 2 + 5).fill(7);
  const bytes = write((writer) => {
    writer.began(0);
    writer.sent(1, 0, 1, 'taking', body, 0, body.length, true);
  });
  const {events} = read(bytes, 100_000);
  const sent = events.flatMap((event) => (event.kind === 'sent' ? [event] : []));
  expect(sent.map((event) => [event.bytes.length, event.isWhole])).toEqual([
    [PIECE_BYTES_MAX, false],
    [PIECE_BYTES_MAX, false],
    [5, true],
  ]);
});

test('a record that outgrows what it was given room for keeps each of its texts', () => {
  const list = Array.from({length: 40}, (_, i) => `${i} ${'x'.repeat(20_000)}`);
  const {events} = read(write((writer) => writer.fact(1, 0, 'p', {kind: 'long', list})));
  const [event] = events;
  expect(event?.kind === 'fact' && (event.fact as {list?: unknown}).list).toEqual(list);
});

test('more texts than have numbers, and ids that never come again, are written out', () => {
  const count = TEXTS_MAX + 500;
  const bytes = write((writer) => {
    writer.began(0);
    for (let i = 0; i < count; i++) {
      writer.fact(i, 0, 'p', {kind: 'k', msgId: `id-${i}`, topic: `topic-${i % 3}`});
      writer.diskWrite(i, 0, 'p', `/path/${i}`, 0, 1);
    }
  });
  const {events, reader} = read(bytes);
  expect(reader.state).toEqual({kind: 'good'});
  const facts = events.flatMap((event) => (event.kind === 'fact' ? [event.fact] : []));
  expect(facts).toHaveLength(count);
  expect(facts[count - 1]).toEqual({kind: 'k', msgId: `id-${count - 1}`, topic: `topic-${(count - 1) % 3}`});
});

test('nothing that stands in a file makes the reader throw, even where the checks fit', () => {
  const bytes = write(all);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), {minLength: 1, maxLength: 8}), (changes) => {
      // The checksum is made to fit, so that the records themselves are read.
      const events: RecordedEvent[] = [];
      const reader = new RecordingReader((event) => events.push(event));
      const payload = bytes.slice(MAGIC.length + BLOCK_HEAD_BYTES);
      for (const [at, value] of changes) payload[at % payload.length] = value;
      reader.take(bytes.slice(0, MAGIC.length));
      reader.take(blockOf(payload));
      expect(['good', 'damaged']).toContain(reader.state.kind);
    }),
    {numRuns: 3000},
  );
});

function blockOf(payload: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_HEAD_BYTES + payload.length);
  const view = new DataView(block.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32(payload), true);
  block.set(payload, BLOCK_HEAD_BYTES);
  return block;
}
