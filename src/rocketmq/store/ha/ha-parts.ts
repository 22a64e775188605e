import type {Host} from '../../../ports/host.ts';
import type {StoreConfig} from '../store-config.ts';

/** The commit log as replication sees it: bytes, of which it understands nothing. */
export interface ReplicatedLog {
  /** One past the last byte that may be read; 0 while it has no file. */
  readonly maxOffset: number;
  /** Readable bytes from an offset on, at most to the end of their file; null where there are none. A view. */
  read(offset: number, lengthBytes: number): Uint8Array | null;
  /** Appends at the log's own end; `startOffset` only says where an empty log begins. False where that failed. */
  append(startOffset: number, bytes: Uint8Array): boolean;
}

/** What both ends of replication share. */
export interface HaParts {
  readonly host: Host;
  readonly config: StoreConfig;
  readonly log: ReplicatedLog;
}

/** How replication of one put ended. */
export type ReplicaOutcome = 'PUT_OK' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';

/** The first instant from `atNs` on at which a loop that last woke at `originNs` and sleeps `periodNs` looks around. */
export function pollAtOrAfter(originNs: number, periodNs: number, atNs: number): number {
  return originNs + Math.max(1, Math.ceil((atNs - originNs) / periodNs)) * periodNs;
}
