/** Reads a record in the commit log as dispatch and recovery need it. */
import {storedCrc32} from '../message/crc32.ts';
import {int16At, int32At, int64At} from '../message/int64.ts';
import {tagsCode as tagsCodeOf} from '../message/java-hash.ts';
import {MessageConst} from '../message/properties.ts';
import {BLANK_MAGIC, FIXED_RECORD_BYTES, MESSAGE_MAGIC, RecordOffset} from '../message/record.ts';
import {MessageSysFlag} from '../message/sys-flag.ts';
import {readUtf8} from '../message/utf8.ts';
import type {DelayLevels} from './delay-levels.ts';
import {SCHEDULE_TOPIC} from './delay-levels.ts';

/** A good record, told to the consume queues and the index. Source: RocketMQ 4.9.1 `store.DispatchRequest`. */
export interface DispatchRequest {
  readonly kind: 'message';
  readonly sizeBytes: number;
  readonly topic: string;
  readonly queueId: number;
  readonly physicalOffset: number;
  readonly queueOffset: number;
  readonly sysFlag: number;
  /** Hash of the tags; of a delayed message, when it is due. */
  readonly tagsCode: bigint;
  readonly storeTimestampMs: number;
  /** Business keys as stored; empty where there are none. */
  readonly keys: string;
  readonly uniqueKey: string | null;
}

export type CheckedRecord =
  | DispatchRequest
  /** The rest of the file is unused. */
  | {readonly kind: 'blank'}
  /** `sizeBytes` > 0: the record tells its size, but its parts do not add up to it. -1: no record at all. */
  | {readonly kind: 'bad'; readonly sizeBytes: number};

const BLANK: CheckedRecord = {kind: 'blank'};
const NO_RECORD: CheckedRecord = {kind: 'bad', sizeBytes: -1};

const NAME_VALUE_BYTE = 1;
const PROPERTY_BYTE = 2;

/**
 * Reads records one after the other. It keeps the last topic, since neighbours in a log mostly share it: comparing its
 * bytes costs less than making the string again, and a known string is found faster in a map.
 * Source: RocketMQ 4.9.1 `CommitLog#checkMessageAndReturnSize`.
 */
export class RecordChecker {
  private readonly delayLevels: DelayLevels;
  private readonly found: FoundProperties = {tags: null, keys: null, uniqueKey: null, delay: null};
  private topic = '';
  private topicBytes: Uint8Array = new Uint8Array(0);

  constructor(delayLevels: DelayLevels) {
    this.delayLevels = delayLevels;
  }

  /** `bytes[start, end)` begins with the record and holds all of it, or all that there is. */
  check(bytes: Uint8Array, start: number, end: number, checkCrc: boolean): CheckedRecord {
    if (end - start < 8) return NO_RECORD;
    const totalSize = int32At(bytes, start);
    const magic = int32At(bytes, start + RecordOffset.MAGIC);
    if (magic === BLANK_MAGIC) return BLANK;
    if (magic !== MESSAGE_MAGIC || end - start < FIXED_RECORD_BYTES) return NO_RECORD;
    const sysFlag = int32At(bytes, start + RecordOffset.SYS_FLAG);
    const storeTimestampAt =
      start + RecordOffset.BORN_HOST + ((sysFlag & MessageSysFlag.BORN_HOST_V6) !== 0 ? 20 : 8);
    const bodyLengthAt =
      storeTimestampAt + 8 + ((sysFlag & MessageSysFlag.STORE_HOST_V6) !== 0 ? 20 : 8) + 12;
    const bodyAt = bodyLengthAt + 4;
    if (bodyAt > end) return NO_RECORD;
    const bodyLength = int32At(bytes, bodyLengthAt);
    const topicAt = bodyAt + bodyLength + 1;
    if (bodyLength < 0 || topicAt > end) return NO_RECORD;
    const topicLength = (bytes[topicAt - 1]! << 24) >> 24;
    const propertiesAt = topicAt + topicLength + 2;
    if (topicLength < 0 || propertiesAt > end) return NO_RECORD;
    const propertiesLength = int16At(bytes, propertiesAt - 2);
    const recordEnd = propertiesAt + propertiesLength;
    if (propertiesLength < 0 || recordEnd > end) return NO_RECORD;
    if (checkCrc && bodyLength > 0) {
      const crc = storedCrc32(bytes, bodyAt, bodyAt + bodyLength);
      if (crc !== int32At(bytes, start + RecordOffset.BODY_CRC)) return NO_RECORD;
    }
    if (recordEnd - start !== totalSize) return {kind: 'bad', sizeBytes: totalSize};
    const topic = this.readTopic(bytes, topicAt, topicLength);
    const storeTimestampMs = int64At(bytes, storeTimestampAt);
    const {found} = this;
    findProperties(found, bytes, propertiesAt, recordEnd);
    return {
      kind: 'message',
      sizeBytes: totalSize,
      topic,
      queueId: int32At(bytes, start + RecordOffset.QUEUE_ID),
      physicalOffset: int64At(bytes, start + RecordOffset.PHYSICAL_OFFSET),
      queueOffset: int64At(bytes, start + RecordOffset.QUEUE_OFFSET),
      sysFlag,
      tagsCode: this.tagsCode(topic, found, storeTimestampMs),
      storeTimestampMs,
      keys: found.keys ?? '',
      uniqueKey: found.uniqueKey,
    };
  }

  private tagsCode(topic: string, found: FoundProperties, storeTimestampMs: number): bigint {
    if (topic === SCHEDULE_TOPIC && found.delay !== null) {
      const level = this.delayLevels.clamp(parseJavaInt(found.delay));
      if (level > 0) return BigInt(this.delayLevels.deliverAtMs(level, storeTimestampMs));
    }
    return tagsCodeOf(found.tags);
  }

  private readTopic(bytes: Uint8Array, at: number, length: number): string {
    const known = this.topicBytes;
    let same = known.length === length;
    for (let index = 0; same && index < length; index++) same = known[index] === bytes[at + index];
    if (!same) {
      this.topicBytes = bytes.slice(at, at + length);
      this.topic = readUtf8(bytes, at, at + length);
    }
    return this.topic;
  }
}

interface FoundProperties {
  tags: string | null;
  keys: string | null;
  uniqueKey: string | null;
  delay: string | null;
}

/** Picks four properties out of their stored form without making a map of them all; the same rules as `stringToProperties`. */
function findProperties(found: FoundProperties, bytes: Uint8Array, start: number, end: number): void {
  found.tags = found.keys = found.uniqueKey = found.delay = null;
  for (let at = start; at < end; ) {
    let separator = -1;
    let next = at;
    for (; next < end && bytes[next] !== PROPERTY_BYTE; next++) {
      if (separator < 0 && bytes[next] === NAME_VALUE_BYTE) separator = next;
    }
    if (separator > at && separator < next - 1) {
      const nameLength = separator - at;
      const first = bytes[at]!;
      if (first === 0x54 && nameLength === 4 && isNamed(bytes, at, MessageConst.TAGS)) {
        found.tags = readUtf8(bytes, separator + 1, next);
      } else if (first === 0x4b && nameLength === 4 && isNamed(bytes, at, MessageConst.KEYS)) {
        found.keys = readUtf8(bytes, separator + 1, next);
      } else if (first === 0x55 && nameLength === 8 && isNamed(bytes, at, MessageConst.UNIQ_KEY)) {
        found.uniqueKey = readUtf8(bytes, separator + 1, next);
      } else if (first === 0x44 && nameLength === 5 && isNamed(bytes, at, MessageConst.DELAY)) {
        found.delay = readUtf8(bytes, separator + 1, next);
      }
    }
    at = next + 1;
  }
}

function isNamed(bytes: Uint8Array, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (bytes[at + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

function parseJavaInt(text: string): number {
  return /^[+-]?\d{1,10}$/.test(text) ? Number(text) : 0;
}
