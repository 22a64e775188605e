import {deflateSync, inflateSync} from 'node:zlib';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {decodeFrame} from '../../../src/rocketmq/remoting/frame.ts';
import {deflateZlib} from '../../../src/rocketmq/zlib/deflate.ts';
import {inflateZlib} from '../../../src/rocketmq/zlib/inflate.ts';
import {fromHex, recordedSession} from '../remoting/recorded-frames.ts';

const LIMIT = 8 * 1024 * 1024;

/** Bytes as bodies have them: runs, repeated words, noise. */
const bodies = fc.oneof(
  fc.uint8Array({maxLength: 600}),
  fc
    .array(
      fc.oneof(
        fc.constantFrom('order ', 'RocketMQ ', '{"id":', '\u8ba2\u5355'),
        fc.string({maxLength: 8}),
        fc.integer({min: 1, max: 400}).map((n) => 'x'.repeat(n)),
      ),
      {maxLength: 400},
    )
    .map((parts) => new TextEncoder().encode(parts.join(''))),
);

describe('zlib', () => {
  test('what we pack, zlib unpacks, and so do we', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const packed = deflateZlib(body);
        expect(Buffer.from(inflateSync(packed)).equals(Buffer.from(body))).toBe(true);
        expect(inflateZlib(packed, LIMIT)).toEqual(body);
      }),
      {seed: 20, numRuns: 150},
    );
  });

  test('what zlib packs at any level, we unpack', () => {
    fc.assert(
      fc.property(bodies, fc.integer({min: 0, max: 9}), (body, level) => {
        expect(inflateZlib(new Uint8Array(deflateSync(body, {level})), LIMIT)).toEqual(body);
      }),
      {seed: 21, numRuns: 150},
    );
  });

  test('a large text of many blocks goes through, and comes out about as small as zlib makes it', () => {
    let text = '';
    for (let i = 0; i < 40_000; i++) text += `line ${i} of ${(i * 7919) % 1013}; `;
    const body = new TextEncoder().encode(text);
    const packed = deflateZlib(body);
    expect(Buffer.from(inflateSync(packed)).equals(Buffer.from(body))).toBe(true);
    expect(packed.length).toBeLessThan(deflateSync(body, {level: 5}).length * 1.15);
  });

  test('a body recorded from the real client unpacks', () => {
    const sends = recordedSession('b-features').flatMap(({hex, code, isResponse}) => {
      if (hex === undefined || isResponse || code !== RequestCode.SEND_MESSAGE_V2) return [];
      const frame = decodeFrame(fromHex(hex));
      return 'error' in frame || frame.extFields!['f'] !== '1' ? [] : [frame.body!];
    });
    expect(sends.length).toBe(1);
    const body = inflateZlib(sends[0]!, LIMIT)!;
    expect(body.length).toBeGreaterThanOrEqual(4096);
    // Ours begins alike: deflate, level 5.
    expect([...deflateZlib(body).subarray(0, 2)]).toEqual([...sends[0]!.subarray(0, 2)]);
  });

  test('broken streams are answered with null, never with an exception', () => {
    const whole = deflateZlib(new TextEncoder().encode('Hello RocketMQ '.repeat(300)));
    for (let cut = 0; cut < whole.length; cut++)
      expect(inflateZlib(whole.subarray(0, cut), LIMIT)).toBeNull();
    fc.assert(
      fc.property(fc.nat({max: whole.length - 1}), fc.integer({min: 1, max: 255}), (at, flip) => {
        const broken = whole.slice();
        broken[at]! ^= flip;
        const unpacked = inflateZlib(broken, LIMIT);
        expect(unpacked === null || unpacked instanceof Uint8Array).toBe(true);
      }),
      {seed: 22, numRuns: 300},
    );
    expect(inflateZlib(whole, 100)).toBeNull();
  });
});
