/**
 * The body of a batch: items one behind the other, each
 *
 *     itemSize 4 | magic 4 (0) | bodyCRC 4 (0) | flag 4 | bodyLength 4, body | propertiesLength 2, properties
 *
 * Source: RocketMQ 4.9.1 `MessageDecoder#encodeMessages`, `#decodeMessages`.
 */
import type {Message} from './message.ts';
import {propertiesToString} from './properties.ts';
import {readUtf8, utf8Length, writeUtf8} from './utf8.ts';

const FIXED_ITEM_BYTES = 22;

export interface BatchItem {
  readonly flag: number;
  readonly body: Uint8Array;
  /** In wire form. */
  readonly propertiesString: string;
}

export function encodeBatch(messages: readonly Message[]): Uint8Array {
  const properties = messages.map((message) => propertiesToString(message.properties));
  const propertyBytes = properties.map(utf8Length);
  let length = 0;
  for (const [index, message] of messages.entries()) {
    length += FIXED_ITEM_BYTES + message.body.length + propertyBytes[index]!;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [index, message] of messages.entries()) {
    view.setInt32(at, FIXED_ITEM_BYTES + message.body.length + propertyBytes[index]!);
    view.setInt32(at + 12, message.flag);
    view.setInt32(at + 16, message.body.length);
    bytes.set(message.body, at + 20);
    at += 20 + message.body.length;
    view.setInt16(at, propertyBytes[index]!);
    at = writeUtf8(bytes, at + 2, properties[index]!);
  }
  return bytes;
}

/** The items, or null where the bytes are not a batch. Bodies are views of `bytes`. */
export function decodeBatch(bytes: Uint8Array): BatchItem[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const items: BatchItem[] = [];
  for (let at = 0; at < bytes.length; ) {
    // The item's own size is not relied on, nor is it by the real broker: the lengths inside decide.
    if (at + FIXED_ITEM_BYTES > bytes.length) return null;
    const bodyLength = view.getInt32(at + 16);
    const propertiesAt = at + FIXED_ITEM_BYTES + bodyLength;
    if (bodyLength < 0 || propertiesAt > bytes.length) return null;
    const propertiesLength = view.getInt16(propertiesAt - 2);
    if (propertiesLength < 0 || propertiesAt + propertiesLength > bytes.length) return null;
    items.push({
      flag: view.getInt32(at + 12),
      body: bytes.subarray(at + 20, at + 20 + bodyLength),
      propertiesString: readUtf8(bytes, propertiesAt, propertiesAt + propertiesLength),
    });
    at = propertiesAt + propertiesLength;
  }
  return items;
}
