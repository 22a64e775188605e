import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {frameSummary} from '../../src/lab/frame.ts';
import {readFrameHead} from '../../src/lab/frame-head.ts';
import {decodeForReading} from '../../src/lab/frame-reading.ts';
import type {NarrationContext} from '../../src/lab/narration/context.ts';
import {narrate} from '../../src/lab/narration/narrate.ts';
import {request, response} from '../../src/rocketmq/remoting/command.ts';
import {decodeFrame, encodeFrame} from '../../src/rocketmq/remoting/frame.ts';
import {encodeHeartbeat, encodeOffset, encodeTransfer} from '../../src/rocketmq/store/ha/ha-frames.ts';

test('the head read at a glance is the head that decoding gives', () => {
  for (const serializer of ['JSON', 'ROCKETMQ'] as const) {
    for (const command of [
      {...request(310, {code: '7', flag: '9', opaque: '3', i: '{"code":1}'}), opaque: 12345},
      {...request(15, null), opaque: -5, flag: 2},
      {...response(17, 'no "route" \\ {', {a: 'b'}), opaque: 2147483647},
    ]) {
      const bytes = encodeFrame({...command, serializer});
      const decoded = decodeFrame(bytes);
      if ('error' in decoded) throw new Error(decoded.error);
      const {code, flag, opaque} = decoded;
      expect(readFrameHead(bytes)).toEqual({code, flag, opaque, lengthBytes: bytes.length});
    }
  }
});

test('reading a frame for its fields covers all of its bytes, and the letters of a send are explained', () => {
  const body = new TextEncoder().encode('Hello RocketMQ 0');
  const bytes = encodeFrame(
    request(310, {a: 'pg', b: 'TopicTest', e: '3', i: 'TAGS\u0001TagA\u0002WAIT\u0001true'}, body),
  );
  const [frame] = decodeForReading(bytes);
  expect(frame!.error).toBeNull();
  const shown = frame!.fields.map(({name, value, depth}) => `${'  '.repeat(depth)}${name}: ${value}`);
  expect(shown).toContain('code: 310 SEND_MESSAGE_V2');
  expect(shown).toContain('  b topic: TopicTest');
  expect(shown).toContain('  i properties: TAGS=TagA  WAIT=true');
  expect(shown).toContain('body: Hello RocketMQ 0');
  for (const field of frame!.fields)
    expect(field.fromByte < field.toByte && field.toByte <= bytes.length).toBe(true);
  const topic = frame!.fields.find((field) => field.name === 'b topic')!;
  expect(new TextDecoder().decode(bytes.subarray(topic.fromByte, topic.toByte))).toBe('"b":"TopicTest"');
});

test('a body that is JSON of fastjson is taken apart', () => {
  const body = new TextEncoder().encode(
    '{"offsetTable":{{"brokerName":"b","queueId":1,"topic":"T"}:7},"n":{0:1}}',
  );
  const [frame] = decodeForReading(encodeFrame(response(0, null, null, body)));
  const parts = frame!.fields.filter((field) => field.depth === 1);
  expect(parts.map(({name, value}) => `${name}=${value}`)).toEqual([
    'offsetTable={{"brokerName":"b","queueId":1,"topic":"T"}:7}',
    'n={0:1}',
  ]);
});

test('several frames in one write are told apart', () => {
  const one = encodeFrame(request(34));
  const bytes = new Uint8Array(one.length * 2);
  bytes.set(one);
  bytes.set(one, one.length);
  expect(decodeForReading(bytes)).toHaveLength(2);
  expect(frameSummary(bytes).detail).toBe('+1');
});

test('no bytes make the readers throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 300}), fc.boolean(), (junk, wrapped) => {
      let bytes = junk;
      if (wrapped && junk.length >= 8) {
        // A plausible length and header type, so that the reader gets further.
        bytes = junk.slice();
        const view = new DataView(bytes.buffer);
        view.setInt32(0, junk.length - 4);
        view.setUint32(4, ((junk[4]! & 1) << 24) | (junk[7]! % Math.max(1, junk.length - 8)));
      }
      decodeForReading(bytes);
      frameSummary(bytes);
      readFrameHead(bytes);
    }),
    {seed: 3, numRuns: 2000},
  );
});

describe('a replication link has no frames of remoting', () => {
  const body = Uint8Array.from({length: 20}, (_, i) => i);

  test('its transfers, heartbeats and reports say what flows, in the words of their source and in sentences', () => {
    const said = [encodeTransfer(3652, body), encodeHeartbeat(encodeOffset(3652)), encodeOffset(4116)].map(
      (bytes) => {
        const frame = frameSummary(bytes);
        return `${frame.form} ${frame.name} ${frame.detail}`;
      },
    );
    expect(said).toEqual([
      'raw CommitLog 20 B @3652',
      'raw HA heartbeat @3652',
      'raw reportSlaveMaxOffset @4116',
    ]);
    const entry = {
      id: 2,
      atUs: 0,
      cause: 1,
      kind: 'bytes-sent',
      connection: 1,
      process: 'broker-a',
      peer: 'broker-a-s',
      bytes: {offset: 0, length: 32},
      arrivesUs: 9,
    } as const;
    const context = {frame: () => frameSummary(encodeTransfer(3652, body))} as unknown as NarrationContext;
    expect(narrate(entry, 'en', context)).toBe(
      'broker-a sends broker-a-s 20 bytes of its commit log, from 3,652 on.',
    );
    expect(narrate(entry, 'zh-CN', context)).toBe(
      'broker-a 将自己的 CommitLog 自 3,652 起的 20 字节传给 broker-a-s。',
    );
  });

  test('is taken apart into its fields, without a complaint', () => {
    const [frame] = decodeForReading(encodeTransfer(3652, body));
    expect(frame!.error).toBeNull();
    expect(frame!.fields.map(({name, value}) => `${name}=${value}`)).toEqual([
      'masterPhyOffset=3652',
      'bodySize=20',
      'body=CommitLog 3652 … 3672',
    ]);
    expect(decodeForReading(encodeOffset(4116))[0]!.fields.map(({value}) => value)).toEqual(['4116']);
  });

  test('what only looks alike is bytes and no more', () => {
    expect(frameSummary(body).name).toBe('20 bytes');
    expect(frameSummary(encodeTransfer(3652, body).subarray(0, 30)).name).toBe('30 bytes');
    expect(frameSummary(new Uint8Array(8).fill(0x7f)).name).toBe('8 bytes');
  });
});
