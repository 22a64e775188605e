import {bean, decodeBody, encodeBody, stringMap, text} from './codec.ts';

/** Source: RocketMQ 4.9.1 `common.protocol.body.KVTable`. A null value is not written. */
export type KVTable = ReadonlyMap<string, string | null>;

const kvTable = bean<{table: KVTable}>({table: stringMap(text)});

export function encodeKVTable(table: KVTable): Uint8Array {
  return encodeBody(kvTable, {table});
}

export function decodeKVTable(bytes: Uint8Array): KVTable | null {
  return decodeBody(kvTable, bytes)?.table ?? null;
}
