/** Finding messages by key. */
import {recordStoreTimestampMs} from '../message/record.ts';
import type {CommitLog} from './commit-log.ts';
import type {IndexService} from './index-service.ts';

export interface QueryMessageResult {
  /** Records as they lie in the log, in the order of their offsets. Views: copy before anything is appended. */
  readonly records: readonly Uint8Array[];
  /** Of the newest index file: the last message in it. */
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
  let found = index.query(topic, key, maxCount, beginMs, endMs);
  for (let round = 0; round < ROUNDS && found.offsets.length > 0; round++) {
    let lastEndMs = endMs;
    for (const [position, offset] of [...found.offsets].sort((a, b) => a - b).entries()) {
      const record = commitLog.record(offset);
      if (record === null) continue;
      if (position === 0) lastEndMs = recordStoreTimestampMs(viewOf(record));
      records.push(record);
    }
    if (records.length > 0 || lastEndMs < beginMs) break;
    found = index.query(topic, key, maxCount, beginMs, lastEndMs);
  }
  return {
    records,
    indexLastUpdateTimestampMs: found.lastUpdateTimestampMs,
    indexLastUpdatePhysicalOffset: found.lastUpdatePhysicalOffset,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
