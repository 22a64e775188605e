/** Finding messages by key. */
import {decodeRecord} from '../message/record.ts';
import type {CommitLog} from './commit-log.ts';
import type {IndexService} from './index-service.ts';

export interface QueryMessageResult {
  /** Records as they lie in the log, in the order of their offsets. Views: copy before anything is appended. */
  readonly records: readonly Uint8Array[];
  /** Of the newest index file: the last message in it. 0 where nothing was found. */
  readonly indexLastUpdateTimestampMs: number;
  readonly indexLastUpdatePhysicalOffset: number;
}

/** If nothing can be read of what the index found, it is asked again, for older messages. */
const ROUNDS = 3;

/**
 * Key and topic of what is found are not compared again: two keys with one hash come together, and clients sort them out.
 * Source: RocketMQ 4.9.1 `DefaultMessageStore#queryMessage`.
 */
export function queryMessages(
  index: IndexService,
  commitLog: CommitLog,
  topic: string,
  key: string,
  maxCount: number,
  beginMs: number,
  endMs: number,
): QueryMessageResult {
  const records: Uint8Array[] = [];
  let indexLastUpdateTimestampMs = 0;
  let indexLastUpdatePhysicalOffset = 0;
  let lastEndMs = endMs;
  for (let round = 0; round < ROUNDS; round++) {
    const found = index.query(topic, key, maxCount, beginMs, lastEndMs);
    if (found.offsets.length === 0) break;
    indexLastUpdateTimestampMs = found.lastUpdateTimestampMs;
    indexLastUpdatePhysicalOffset = found.lastUpdatePhysicalOffset;
    for (const [position, offset] of [...found.offsets].sort((a, b) => a - b).entries()) {
      const record = commitLog.record(offset);
      if (record === null) continue;
      if (position === 0) {
        const first = decodeRecord(record);
        if (first === null) continue;
        lastEndMs = first.storeTimestampMs;
      }
      records.push(record);
    }
    if (records.length > 0 || lastEndMs < beginMs) break;
  }
  return {records, indexLastUpdateTimestampMs, indexLastUpdatePhysicalOffset};
}
