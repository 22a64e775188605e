import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {monthStartMs, timestampDigits} from '../../../src/rocketmq/message/calendar.ts';
import {crc32, storedCrc32} from '../../../src/rocketmq/message/crc32.ts';
import {
  indexKeyHash,
  javaHashMapOrder,
  javaStringHash,
  tagsCode,
} from '../../../src/rocketmq/message/java-hash.ts';
import {
  decodeOffsetMessageId,
  decodeUniqueId,
  offsetMessageId,
  UniqueIdGenerator,
  uniqueIdTimeMs,
} from '../../../src/rocketmq/message/message-id.ts';
import {propertiesToString, stringToProperties} from '../../../src/rocketmq/message/properties.ts';
import {encodeUtf8, readUtf8, utf8Length} from '../../../src/rocketmq/message/utf8.ts';

/** Recorded from the real classes of 4.9.1. */
const golden = JSON.parse(readFileSync(new URL('../../fixtures/message/ids.json', import.meta.url), 'utf8'));
const recordedIds = [...golden.messageIds, ...golden.messageIdsIPv6Client];

describe('offset ids', () => {
  test('are made as the real ones on edge values, IPv6 too', () => {
    for (const row of golden.createMessageId) {
      if (!Number.isSafeInteger(row.offset)) continue; // 2^63-1, rounded by JSON.parse; see below.
      const storeHost = row.host.includes(':') ? `[${row.host}]:${row.port}` : `${row.host}:${row.port}`;
      expect(offsetMessageId(storeHost, row.offset)).toBe(row.offsetMsgId);
      expect(decodeOffsetMessageId(row.offsetMsgId)?.physicalOffset).toBe(BigInt(row.offset));
    }
  });

  test('the largest offset is exact as a BigInt', () => {
    const id = offsetMessageId('255.255.255.255:65535', 9223372036854775807n);
    expect(id).toBe('FFFFFFFF0000FFFF7FFFFFFFFFFFFFFF');
    expect(decodeOffsetMessageId(id)).toEqual({
      storeHost: '255.255.255.255:65535',
      physicalOffset: 9223372036854775807n,
    });
  });

  test('recorded ids name their broker and offset', () => {
    for (const row of recordedIds) {
      const host = row.storeHost.slice(1);
      expect(offsetMessageId(host, row.commitLogOffset)).toBe(row.offsetMsgId);
      expect(decodeOffsetMessageId(row.offsetMsgId)).toEqual({
        storeHost: host,
        physicalOffset: BigInt(row.commitLogOffset),
      });
    }
  });

  test('what is no id is null, never an exception', () => {
    for (const text of ['', 'zz', '7F', 'x'.repeat(32), '0'.repeat(34), '0'.repeat(33)]) {
      expect(decodeOffsetMessageId(text)).toBeNull();
      expect(decodeUniqueId(text)).toBeNull();
    }
  });
});

describe('unique ids', () => {
  test('a client that sends at the recorded moments makes the recorded ids', () => {
    for (const rows of [golden.messageIds, golden.messageIdsIPv6Client]) {
      const first = rows[0];
      const generator = new UniqueIdGenerator({
        address: first.uniqIp,
        pid: first.uniqPid,
        instanceHash: first.uniqClassLoaderHash,
      });
      expect(rows.map((row: {uniqTime: number}) => generator.next(row.uniqTime))).toEqual(
        rows.map((row: {uniqueId: string}) => row.uniqueId),
      );
    }
  });

  test('an id tells who made it and when', () => {
    for (const row of recordedIds) {
      const parts = decodeUniqueId(row.uniqueId)!;
      expect(parts).toEqual({
        address: row.uniqIp,
        pid: row.uniqPid,
        instanceHash: row.uniqClassLoaderHash,
        sinceMonthMs: row.uniqTimeDiffMs,
        counter: row.uniqCounter,
      });
      expect(uniqueIdTimeMs(parts, row.uniqTime + 1000)).toBe(row.uniqTime);
    }
  });

  test('the counter wraps at 65,536 and time starts again with the month', () => {
    const generator = new UniqueIdGenerator({address: '10.0.0.1', pid: 65_536 + 258, instanceHash: -1});
    const endOfYear = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
    expect(generator.next(endOfYear)).toBe('0A0000010102FFFFFFFF' + '9FA523FF' + '0000');
    for (let count = 1; count < 65_535; count++) generator.next(endOfYear);
    expect(generator.next(endOfYear + 1)).toBe('0A0000010102FFFFFFFF' + '00000000' + 'FFFF');
    const id = generator.next(endOfYear + 2);
    expect(id).toBe('0A0000010102FFFFFFFF' + '00000001' + '0000');
    expect(uniqueIdTimeMs(decodeUniqueId(id)!, endOfYear + 3)).toBe(endOfYear + 2);
  });
});

describe('hashes and sums', () => {
  test('tags codes are sign-extended Java hashes', () => {
    for (const row of golden.tagsCodes) {
      expect(tagsCode(row.tag)).toBe(BigInt(row.tagsCode));
      if (row.tag !== null) expect(javaStringHash(row.tag)).toBe(row.javaHashCode);
    }
  });

  test('index key hashes are absolute, and 0 where there is no absolute value', () => {
    for (const row of golden.indexKeyHashes) expect(indexKeyHash(row.key)).toBe(row.indexKeyHash);
  });

  test('CRC-32, whole and as stored', () => {
    for (const row of golden.crc32) {
      const bytes = Buffer.from(row.base64, 'base64');
      expect(crc32(bytes)).toBe(row.crc32_full);
      expect(storedCrc32(bytes)).toBe(row.crc32_asStored);
      // A sum over the middle of an array is the sum over a copy of the middle.
      expect(crc32(Buffer.concat([Buffer.from('ab'), bytes, Buffer.from('c')]), 2, 2 + bytes.length)).toBe(
        row.crc32_full,
      );
    }
  });

  test('nine keys of one bucket make a small HashMap grow before it is three quarters full', () => {
    // "Aa" and "BB" hash alike, and so do all words of three such pairs.
    const words = ['AaAaAa', 'AaAaBB', 'AaBBAa', 'AaBBBB', 'BBAaAa', 'BBAaBB', 'BBBBAa', 'BBBBBB'];
    expect(new Set(words.map(javaStringHash)).size).toBe(1);
    const bucket = (word: string, capacity: number) =>
      (javaStringHash(word) ^ (javaStringHash(word) >>> 16)) & (capacity - 1);
    // Ten entries leave a table of 16 alone, unless nine of them collide.
    const others = ['a', 'q'];
    expect(others.map((word) => bucket(word, 16))).toEqual([1, 1]);
    expect(others.map((word) => bucket(word, 32))).toEqual([1, 17]);
    expect(javaHashMapOrder(['q', 'a'])).toEqual(['q', 'a']);
    expect(javaHashMapOrder(['q', 'a', ...words])).toEqual(expected(['q', 'a', ...words], 16));
    const ninth = 'AaAaC#';
    expect(javaStringHash(ninth)).toBe(javaStringHash(words[0]!));
    expect(javaHashMapOrder(['q', 'a', ...words, ninth])).toEqual(expected(['q', 'a', ...words, ninth], 32));

    function expected(keys: string[], capacity: number): string[] {
      const buckets = Array.from({length: capacity}, (): string[] => []);
      for (const key of keys) buckets[bucket(key, capacity)]!.push(key);
      return buckets.flat();
    }
  });
});

describe('properties', () => {
  test('are written in the order of the map, without a trailing separator', () => {
    for (const row of golden.propertyStrings) {
      const pairs = Object.entries(row.pairsInMapOrder).filter((pair) => pair[1] !== null) as [
        string,
        string,
      ][];
      const text = propertiesToString(new Map(pairs));
      expect(text).toBe(row.string);
      expect(Buffer.from(encodeUtf8(text)).toString('hex')).toBe(row.utf8Hex);
      expect(Object.fromEntries(stringToProperties(text))).toEqual(row.decodedAgain);
    }
  });

  test('broken pairs are dropped when reading', () => {
    for (const row of golden.propertyStringDecoding) {
      expect(Object.fromEntries(stringToProperties(row.string))).toEqual(row.decoded);
    }
  });
});

test("UTF-8 is Java's: what TextEncoder writes, but `?` for half a pair", () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 60}), (text) => {
      const bytes = encodeUtf8(text);
      expect(bytes.length).toBe(utf8Length(text));
      expect(Buffer.from(bytes).toString('utf8')).toBe(text);
      expect(readUtf8(bytes)).toBe(text);
    }),
    {seed: 491, numRuns: 100},
  );
  const long = '消息😀é'.repeat(100);
  expect(readUtf8(encodeUtf8(long))).toBe(long);
  expect(readUtf8(encodeUtf8('a\ud83dz\ude00'))).toBe('a?z?');
});

test('dates agree with the platform over eight centuries', () => {
  fc.assert(
    fc.property(fc.integer({min: Date.UTC(1600, 0, 1), max: Date.UTC(2400, 0, 1)}), (ms) => {
      const date = new Date(ms);
      expect(timestampDigits(ms)).toBe(date.toISOString().replace(/[^0-9]/g, ''));
      expect(monthStartMs(date.getUTCFullYear(), date.getUTCMonth() + 1)).toBe(
        Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
      );
    }),
    {seed: 491, numRuns: 300},
  );
});
