import fc from 'fast-check';
import {expect, test} from 'vitest';
import {quote} from '../../../src/rocketmq/remoting/fastjson.ts';
import {
  INTEGER_BYTES,
  QUOTED_UNIT_BYTES,
  writeInteger,
  writeQuoted,
} from '../../../src/rocketmq/remoting/json-bytes.ts';

const written = (room: number, write: (bytes: Uint8Array) => number): string => {
  const bytes = new Uint8Array(room);
  return new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes.subarray(0, write(bytes)));
};

test('an integer is written as Java writes it, and takes no more room than was promised', () => {
  const edges = [
    0,
    9,
    10,
    2 ** 31 - 1,
    2 ** 31,
    999_999_999,
    1_000_000_000,
    10 ** 15,
    Number.MAX_SAFE_INTEGER,
  ];
  const values = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(...edges));
  fc.assert(
    fc.property(values, (value) => {
      expect(written(INTEGER_BYTES, (bytes) => writeInteger(bytes, 0, value))).toBe(String(value));
    }),
    {seed: 4913, numRuns: 3000},
  );
  for (const edge of edges)
    expect(written(INTEGER_BYTES, (bytes) => writeInteger(bytes, 0, edge))).toBe(String(edge));
});

test('a quoted text has the bytes of the same text made as a string', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 40}), (text) => {
      const room = 2 + text.length * QUOTED_UNIT_BYTES;
      expect(written(room, (bytes) => writeQuoted(bytes, 0, text))).toBe(quote(text));
    }),
    {seed: 4914, numRuns: 3000},
  );
});
