import {recordStoreTimestampMs, STORE_TIME_BYTES} from '../message/record.ts';
import type {CommitLog} from './commit-log.ts';

/** When a record was stored; -1 where there is none of that size. Source: RocketMQ 4.9.1 `CommitLog#pickupStoreTimestamp`. */
export function storeTimestampMs(commitLog: CommitLog, physicalOffset: number, sizeBytes: number): number {
  const head = commitLog.slice(physicalOffset, Math.min(STORE_TIME_BYTES, sizeBytes));
  if (head === null || head.length < STORE_TIME_BYTES) return -1;
  return recordStoreTimestampMs(new DataView(head.buffer, head.byteOffset, head.length));
}
