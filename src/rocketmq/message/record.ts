/**
 * The binary form of one message: in the commit log, in the body of a pull response, in the answer to a view by id.
 * Every integer is big-endian. With `b` and `s` 12 where the born and store hosts are IPv6 and 0 otherwise:
 *
 *     totalSize 4 | magic 4 | bodyCRC 4 | queueId 4 | flag 4 | queueOffset 8 | physicalOffset 8 | sysFlag 4
 *     | bornTimestamp 8 | bornHost 8+b | storeTimestamp 8 | storeHost 8+s | reconsumeTimes 4
 *     | preparedTransactionOffset 8 | bodyLength 4, body | topicLength 1, topic | propertiesLength 2, properties
 *
 * Source: RocketMQ 4.9.1 `CommitLog.MessageExtEncoder#encode`, `MessageDecoder#decode`.
 */
import {storedCrc32} from './crc32.ts';
import {hostLength, isIpv6Host, readHost, writeHost} from './host-address.ts';
import {int16At, int32At, int64At, readInt64, writeInt64} from './int64.ts';
import type {MessageExt} from './message.ts';
import {toHex} from './message-id.ts';
import {stringToProperties} from './properties.ts';
import {MessageSysFlag} from './sys-flag.ts';
import {readUtf8, writeUtf8} from './utf8.ts';

/** Marks a message. */
export const MESSAGE_MAGIC = 0xdaa320a7 | 0;
/** Marks the unused rest of a commit log file. */
export const BLANK_MAGIC = 0xcbd43194 | 0;
/** Room that is always kept at the end of a commit log file, for the blank record. */
export const BLANK_RECORD_BYTES = 8;
/** Size of a record without body, topic and properties, both hosts IPv4. */
export const FIXED_RECORD_BYTES = 91;
/** The length of properties is a signed 16-bit integer. */
export const MAX_PROPERTIES_BYTES = 32_767;

/** Where the fields stand that precede the first one of variable length, or follow at a fixed distance. */
export const RecordOffset = {
  TOTAL_SIZE: 0,
  MAGIC: 4,
  BODY_CRC: 8,
  QUEUE_ID: 12,
  FLAG: 16,
  QUEUE_OFFSET: 20,
  PHYSICAL_OFFSET: 28,
  SYS_FLAG: 36,
  BORN_TIMESTAMP: 40,
  BORN_HOST: 48,
} as const;

/** What the encoder needs of a message; hosts are `a.b.c.d:port`, properties are in wire form. */
export interface RecordSource {
  readonly topic: string;
  readonly queueId: number;
  readonly flag: number;
  readonly sysFlag: number;
  readonly bornTimestampMs: number;
  readonly bornHost: string;
  readonly storeHost: string;
  readonly reconsumeTimes: number;
  readonly preparedTransactionOffset: number;
  readonly body: Uint8Array;
  readonly propertiesString: string;
}

/** The bits of a record's `sysFlag` that say which hosts are IPv6 follow from the hosts themselves. */
function sysFlagWithHostBits(message: RecordSource): number {
  let sysFlag = message.sysFlag & ~(MessageSysFlag.BORN_HOST_V6 | MessageSysFlag.STORE_HOST_V6);
  if (isIpv6Host(message.bornHost)) sysFlag |= MessageSysFlag.BORN_HOST_V6;
  if (isIpv6Host(message.storeHost)) sysFlag |= MessageSysFlag.STORE_HOST_V6;
  return sysFlag;
}

/** Of a buffer's memory, which grows with what it is given. */
const INITIAL_BYTES = 4096;

/**
 * A buffer that records are encoded into, used again and again by its one owner. What is encoded in it stays until the
 * next `clear`.
 */
export class RecordBuffer {
  bytes: Uint8Array;
  view: DataView;
  length = 0;
  /** Of the record appended last, in UTF-8. */
  propertiesBytes = 0;

  constructor() {
    this.bytes = new Uint8Array(INITIAL_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }

  clear(): void {
    this.length = 0;
  }

  /** Everything encoded since the last `clear`; a view. */
  encoded(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /**
   * Encodes a message at the end of what is there, with queue offset, physical offset and store time 0: `stamp` sets them
   * once they are known. Answers where the record begins; `propertiesBytes` tells how long its properties became, which
   * may be more than a record can say (`MAX_PROPERTIES_BYTES`): the caller looks.
   */
  append(message: RecordSource): number {
    const {body, topic, propertiesString} = message;
    const start = this.length;
    // A UTF-16 unit takes three bytes at most.
    this.reserve(
      start + FIXED_RECORD_BYTES + 24 + body.length + 3 * (topic.length + propertiesString.length),
    );
    const {bytes, view} = this;
    view.setInt32(start + RecordOffset.MAGIC, MESSAGE_MAGIC);
    view.setInt32(start + RecordOffset.BODY_CRC, body.length === 0 ? 0 : storedCrc32(body));
    view.setInt32(start + RecordOffset.QUEUE_ID, message.queueId);
    view.setInt32(start + RecordOffset.FLAG, message.flag);
    view.setInt32(start + RecordOffset.SYS_FLAG, sysFlagWithHostBits(message));
    writeInt64(view, start + RecordOffset.BORN_TIMESTAMP, message.bornTimestampMs);
    let at = writeHost(bytes, start + RecordOffset.BORN_HOST, message.bornHost) + 8;
    at = writeHost(bytes, at, message.storeHost);
    view.setInt32(at, message.reconsumeTimes);
    writeInt64(view, at + 4, message.preparedTransactionOffset);
    view.setInt32(at + 12, body.length);
    at += 16;
    bytes.set(body, at);
    at += body.length;
    const topicEnd = writeUtf8(bytes, at + 1, topic);
    bytes[at] = topicEnd - at - 1;
    const end = writeUtf8(bytes, topicEnd + 2, propertiesString);
    this.propertiesBytes = end - topicEnd - 2;
    view.setInt16(topicEnd, this.propertiesBytes);
    view.setInt32(start, end - start);
    this.length = end;
    this.stamp(start, 0, 0, 0, hostLength(message.bornHost));
    return start;
  }

  /** Sets what is only known under the put lock. */
  stamp(
    start: number,
    queueOffset: number,
    physicalOffset: number,
    storeTimestampMs: number,
    bornHostBytes: number,
  ): void {
    writeInt64(this.view, start + RecordOffset.QUEUE_OFFSET, queueOffset);
    writeInt64(this.view, start + RecordOffset.PHYSICAL_OFFSET, physicalOffset);
    writeInt64(this.view, start + RecordOffset.BORN_HOST + bornHostBytes, storeTimestampMs);
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Where a message stands in its log; what the store adds to a `RecordSource`. */
export interface RecordPlace {
  readonly queueOffset: number;
  readonly physicalOffset: number;
  readonly storeTimestampMs: number;
}

/** The bytes of one record, in an array of their own. */
export function encodeRecord(message: RecordSource, place: RecordPlace): Uint8Array {
  const buffer = new RecordBuffer();
  const start = buffer.append(message);
  buffer.stamp(
    start,
    place.queueOffset,
    place.physicalOffset,
    place.storeTimestampMs,
    hostLength(message.bornHost),
  );
  return buffer.encoded().slice();
}

/** The blank that ends a commit log file of which `remainingBytes` are unused. */
export function encodeBlankRecord(remainingBytes: number): Uint8Array {
  const bytes = new Uint8Array(BLANK_RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, remainingBytes);
  view.setInt32(4, BLANK_MAGIC);
  return bytes;
}

/**
 * Reads the record at `start`. Null where there is none: too few bytes, another magic, lengths that do not fit.
 * Body and strings are taken as they are: a compressed body stays compressed (`sysFlag` tells), and no CRC is checked.
 * `body` is a view of `bytes`. Source: RocketMQ 4.9.1 `MessageDecoder#decode`.
 */
export function decodeRecord(bytes: Uint8Array, start = 0): MessageExt | null {
  const available = bytes.length - start;
  if (available < FIXED_RECORD_BYTES) return null;
  const storeSize = int32At(bytes, start + RecordOffset.TOTAL_SIZE);
  if (storeSize < FIXED_RECORD_BYTES || storeSize > available) return null;
  if (int32At(bytes, start + RecordOffset.MAGIC) !== MESSAGE_MAGIC) return null;
  const sysFlag = int32At(bytes, start + RecordOffset.SYS_FLAG);
  const bornV6 = (sysFlag & MessageSysFlag.BORN_HOST_V6) !== 0;
  const storeV6 = (sysFlag & MessageSysFlag.STORE_HOST_V6) !== 0;
  const storeTimestampAt = RecordOffset.BORN_HOST + (bornV6 ? 20 : 8);
  const storeHostAt = storeTimestampAt + 8;
  const reconsumeTimesAt = storeHostAt + (storeV6 ? 20 : 8);
  const bodyAt = reconsumeTimesAt + 16;
  // What follows the fixed part is checked against the record's own size before it is read.
  if (bodyAt + 3 > storeSize) return null;
  const bodyLength = int32At(bytes, start + bodyAt - 4);
  const topicAt = bodyAt + bodyLength + 1;
  if (bodyLength < 0 || topicAt + 2 > storeSize) return null;
  const topicLength = (bytes[start + topicAt - 1]! << 24) >> 24;
  const propertiesAt = topicAt + topicLength + 2;
  if (topicLength < 0 || propertiesAt > storeSize) return null;
  const propertiesLength = int16At(bytes, start + propertiesAt - 2);
  if (propertiesLength < 0 || propertiesAt + propertiesLength > storeSize) return null;
  const physicalOffsetAt = start + RecordOffset.PHYSICAL_OFFSET;
  const topicStart = start + topicAt;
  const propertiesStart = start + propertiesAt;
  return {
    brokerName: null,
    topic: readUtf8(bytes, topicStart, topicStart + topicLength),
    flag: int32At(bytes, start + RecordOffset.FLAG),
    properties: stringToProperties(readUtf8(bytes, propertiesStart, propertiesStart + propertiesLength)),
    body: bytes.subarray(start + bodyAt, start + bodyAt + bodyLength),
    transactionId: null,
    queueId: int32At(bytes, start + RecordOffset.QUEUE_ID),
    storeSize,
    queueOffset: int64At(bytes, start + RecordOffset.QUEUE_OFFSET),
    sysFlag,
    bornTimestampMs: int64At(bytes, start + RecordOffset.BORN_TIMESTAMP),
    bornHost: readHost(bytes, start + RecordOffset.BORN_HOST, bornV6),
    storeTimestampMs: int64At(bytes, start + storeTimestampAt),
    storeHost: readHost(bytes, start + storeHostAt, storeV6),
    // The offset id is made of the very bytes that stand in the record.
    msgId:
      toHex(bytes, start + storeHostAt, start + reconsumeTimesAt) +
      toHex(bytes, physicalOffsetAt, physicalOffsetAt + 8),
    commitLogOffset: int64At(bytes, physicalOffsetAt),
    bodyCrc: int32At(bytes, start + RecordOffset.BODY_CRC),
    reconsumeTimes: int32At(bytes, start + reconsumeTimesAt),
    preparedTransactionOffset: int64At(bytes, start + reconsumeTimesAt + 4),
  };
}

/**
 * Reads records that lie one behind the other, as in the body of a pull response, up to the first thing that is none.
 * Source: `MessageDecoder#decodes`.
 */
export function decodeRecords(bytes: Uint8Array): MessageExt[] {
  const messages: MessageExt[] = [];
  for (let start = 0; start < bytes.length; ) {
    const message = decodeRecord(bytes, start);
    if (message === null) break;
    messages.push(message);
    start += message.storeSize;
  }
  return messages;
}

/** Enough of any record to read its store time. */
export const STORE_TIME_BYTES = 76;

/** When the record whose first bytes are given was stored; reads 64 bytes at least (76 with an IPv6 born host). */
export function recordStoreTimestampMs(view: DataView): number {
  const sysFlag = view.getInt32(RecordOffset.SYS_FLAG);
  return readInt64(view, (sysFlag & MessageSysFlag.BORN_HOST_V6) !== 0 ? 68 : 56);
}
