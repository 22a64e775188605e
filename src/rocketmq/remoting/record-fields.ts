import {decodeRecord} from '../message/record.ts';
import {MessageSysFlag} from '../message/sys-flag.ts';
import {readUtf8} from '../message/utf8.ts';
import type {FrameField} from './frame-field.ts';

/** The fields of stored messages that lie one behind the other from `start` to `end`, each record before its fields. */
export function recordFields(bytes: Uint8Array, start: number, end: number): FrameField[] {
  const fields: FrameField[] = [];
  for (let index = 0, at = start; at < end; index++) {
    const size = oneRecord(bytes.subarray(0, end), at, `body[${index}]`, fields);
    if (size === 0) break;
    at += size;
  }
  return fields;
}

/** Adds the fields of the record at `at`; answers its size, 0 where there is no record. */
function oneRecord(bytes: Uint8Array, at: number, path: string, fields: FrameField[]): number {
  const message = decodeRecord(bytes, at);
  if (message === null) return 0;
  const isBornV6 = (message.sysFlag & MessageSysFlag.BORN_HOST_V6) !== 0;
  const isStoreV6 = (message.sysFlag & MessageSysFlag.STORE_HOST_V6) !== 0;
  let next = at;
  const add = (name: string, length: number, text: string | number, meaning?: string): void => {
    const field = {path: `${path}.${name}`, from: next, to: next + length, text: String(text)};
    fields.push(meaning === undefined ? field : {...field, meaning});
    next += length;
  };
  fields.push({path, from: at, to: at + message.storeSize, text: message.msgId, meaning: message.topic});
  add('totalSize', 4, message.storeSize);
  add('magic', 4, 'DAA320A7', 'a message');
  add('bodyCRC', 4, message.bodyCrc);
  add('queueId', 4, message.queueId);
  add('flag', 4, message.flag);
  add('queueOffset', 8, message.queueOffset);
  add('physicalOffset', 8, message.commitLogOffset);
  add('sysFlag', 4, message.sysFlag);
  add('bornTimestamp', 8, message.bornTimestampMs);
  add('bornHost', isBornV6 ? 20 : 8, message.bornHost);
  add('storeTimestamp', 8, message.storeTimestampMs);
  add('storeHost', isStoreV6 ? 20 : 8, message.storeHost);
  add('reconsumeTimes', 4, message.reconsumeTimes);
  add('preparedTransactionOffset', 8, message.preparedTransactionOffset);
  add('bodyLength', 4, message.body.length);
  const isPacked = (message.sysFlag & MessageSysFlag.COMPRESSED) !== 0;
  add('body', message.body.length, isPacked ? 'compressed' : readUtf8(message.body));
  const topicLength = bytes[next]!;
  add('topicLength', 1, topicLength);
  add('topic', topicLength, message.topic);
  const propertiesLength = (bytes[next]! << 8) | bytes[next + 1]!;
  add('propertiesLength', 2, propertiesLength);
  const properties = [...message.properties].map(([name, value]) => `${name}=${value}`);
  add('properties', propertiesLength, properties.join(' '));
  return message.storeSize;
}
