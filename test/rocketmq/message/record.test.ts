import {expect, test} from 'vitest';
import {decodeBatch, encodeBatch} from '../../../src/rocketmq/message/batch.ts';
import {fromHex, toHex} from '../../../src/rocketmq/message/message-id.ts';
import {propertiesToString} from '../../../src/rocketmq/message/properties.ts';
import {
  decodeRecord,
  decodeRecords,
  encodeBlankRecord,
  encodeRecord,
  type RecordSource,
} from '../../../src/rocketmq/message/record.ts';

/** Written by the real store. */
const HELLO = `000000a4daa320a73610a686000000030000000700000000000000000000000000000000000000000000017
4876e80000a010203000011d7000001a1fb6ca6c07f00000100002a9f0000000000000000000000000000000568656c6c6f06546f70696341003e
4b455953016b31206b3202554e49515f4b4559013746303030303031304130423138423441414332303030303030303041424344
02544147530154616741`.replace(/\s/g, '');

const hello: RecordSource = {
  topic: 'TopicA',
  queueId: 3,
  flag: 7,
  sysFlag: 0,
  bornTimestampMs: 1_600_000_000_000,
  bornHost: '10.1.2.3:4567',
  storeHost: '127.0.0.1:10911',
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.from('hello'),
  propertiesString: propertiesToString(
    new Map([
      ['KEYS', 'k1 k2'],
      ['UNIQ_KEY', '7F0000010A0B18B4AAC200000000ABCD'],
      ['TAGS', 'TagA'],
    ]),
  ),
};
const place = {queueOffset: 0, physicalOffset: 0, storeTimestampMs: 0x1a1fb6ca6c0};

test('a record is the real one, byte for byte', () => {
  expect(toHex(encodeRecord(hello, place)).toLowerCase()).toBe(HELLO);
});

test('what is written is read back', () => {
  const message = decodeRecord(fromHex(HELLO)!)!;
  expect(message).toMatchObject({
    topic: 'TopicA',
    queueId: 3,
    flag: 7,
    queueOffset: 0,
    bornTimestampMs: 1_600_000_000_000,
    bornHost: '10.1.2.3:4567',
    storeTimestampMs: place.storeTimestampMs,
    storeHost: '127.0.0.1:10911',
    msgId: '7F00000100002A9F0000000000000000',
    storeSize: 164,
    bodyCrc: 907060870,
  });
  expect(Buffer.from(message.body).toString()).toBe('hello');
  expect([...message.properties]).toEqual([
    ['KEYS', 'k1 k2'],
    ['UNIQ_KEY', '7F0000010A0B18B4AAC200000000ABCD'],
    ['TAGS', 'TagA'],
  ]);
});

test('IPv6 hosts take 12 bytes more each and are told in the flag', () => {
  const message = {...hello, bornHost: '[fe80:0:0:0:1:2:3:4]:20911', storeHost: '[::1]:10911'};
  const bytes = encodeRecord(message, {queueOffset: 5, physicalOffset: 4096, storeTimestampMs: 9});
  expect(bytes.length).toBe(164 + 24);
  expect(decodeRecord(bytes)).toMatchObject({
    sysFlag: 0x30,
    bornHost: '[fe80:0:0:0:1:2:3:4]:20911',
    storeHost: '[0:0:0:0:0:0:0:1]:10911',
    queueOffset: 5,
    storeTimestampMs: 9,
    msgId: '0000000000000000000000000000000100002A9F0000000000001000',
  });
});

test('records that lie behind each other are read up to the first that is none', () => {
  const one = fromHex(HELLO)!;
  const two = Buffer.concat([one, one, encodeBlankRecord(50), one]);
  expect(decodeRecords(two).length).toBe(2);
  expect(decodeRecords(two.subarray(0, 2 * one.length - 1)).length).toBe(1);
  expect(decodeRecords(new Uint8Array(0))).toEqual([]);
});

test('no damage to a record makes the reader throw', () => {
  const one = fromHex(HELLO)!;
  for (let at = 0; at < one.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const damaged = one.slice();
      damaged[at] = value;
      const message = decodeRecord(damaged);
      if (message !== null) expect(message.storeSize).toBeLessThanOrEqual(one.length);
    }
    expect(decodeRecord(one.subarray(0, at))).toBeNull();
  }
});

test('a blank tells how much of the file is unused', () => {
  expect(toHex(encodeBlankRecord(23))).toBe('00000017CBD43194');
});

test('a batch item is laid out as the client does it', () => {
  const properties = new Map([['k', 'v'.repeat(91)]]);
  const message = {topic: 'T', flag: 0, properties, body: Buffer.from('b0'), transactionId: null};
  const bytes = encodeBatch([message, {...message, flag: 9, body: new Uint8Array(0)}]);
  expect(toHex(bytes).toLowerCase().startsWith('00000075000000000000000000000000000000026230005d')).toBe(
    true,
  );
  const items = decodeBatch(bytes)!;
  expect(items.map((item) => [item.flag, item.body.length, item.propertiesString.length])).toEqual([
    [0, 2, 93],
    [9, 0, 93],
  ]);
  for (let length = 1; length < bytes.length; length++) {
    const cut = decodeBatch(bytes.subarray(0, length));
    if (cut !== null) expect(length).toBe(117);
  }
});
