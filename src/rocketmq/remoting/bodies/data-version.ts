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

export function decodeDataVersion(bytes: Uint8Array): DataVersion | null {
  return decodeBody(dataVersion, bytes);
}
