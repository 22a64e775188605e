import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';

/** A line of the sessions recorded from the real 4.9.1 (`test/fixtures/frames`). */
export interface RecordedLine {
  readonly conn: number;
  readonly direction: string;
  readonly seq: number;
  readonly t_ms: number;
  readonly event?: 'connect' | 'close' | 'reset';
  /** Null where the bytes are no frame. */
  readonly code?: number | null;
  readonly isResponse?: boolean;
  readonly oneway?: boolean;
  readonly opaque?: number;
  readonly serializer?: 'JSON' | 'ROCKETMQ';
  readonly note: string;
  readonly hex?: string;
}

export const SESSIONS = ['a-quickstart', 'b-features', 'c-binary-header', 'd-mqadmin', 'e-errors'] as const;

export function recordedSession(name: (typeof SESSIONS)[number]): RecordedLine[] {
  return fixture(`${name}.ndjson.gz`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedLine);
}

/** Bodies as the real ones sent them, keyed `code NAME request|response`. */
export function recordedBodies(): Record<string, {text: string}[]> {
  return JSON.parse(fixture('routes.json.gz'));
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function fixture(name: string): string {
  return gunzipSync(readFileSync(new URL(`../../fixtures/frames/${name}`, import.meta.url))).toString('utf8');
}
