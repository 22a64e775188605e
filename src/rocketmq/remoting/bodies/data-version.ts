import {bean, type Codec, decodeBody, encodeBody, integer} from './codec.ts';

/** What tells one state of a table from another. Source: RocketMQ 4.9.1 `common.DataVersion`. */
export interface DataVersion {
  readonly counter: number;
  /** Milliseconds since the epoch, of the last change. */
  readonly timestamp: number;
}

export const dataVersion: Codec<DataVersion> = bean<DataVersion>({counter: integer(), timestamp: integer()});

export function sameDataVersion(a: DataVersion, b: DataVersion): boolean {
  return a.timestamp === b.timestamp && a.counter === b.counter;
}

export function encodeDataVersion(version: DataVersion): Uint8Array {
  return encodeBody(dataVersion, version);
}

/** As text: the ext fields of 26 and 52 carry it so. */
export function dataVersionJson(version: DataVersion): string {
  return dataVersion.write(version)!;
}

/** @param missingTimestampMs what a body that tells no time means: Java's has the moment in which it was made */
export function decodeDataVersion(bytes: Uint8Array, missingTimestampMs = 0): DataVersion | null {
  if (missingTimestampMs === 0) return decodeBody(dataVersion, bytes);
  return decodeBody(bean<DataVersion>({counter: integer(), timestamp: integer(missingTimestampMs)}), bytes);
}
