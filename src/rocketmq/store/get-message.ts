/** Finding the messages of a queue from an offset on. */
import {readInt64} from '../message/int64.ts';
import type {CommitLog} from './commit-log.ts';
import {type ConsumeQueue, UNIT_BYTES} from './consume-queue.ts';
import type {GetMessageResult, GetMessageStatus, MessageFilter} from './message-store.ts';
import type {StoreConfig} from './store-config.ts';

/** A scan looks at this many units at least, however few messages are wanted: a filter may pass none of them. */
const MIN_SCAN_UNITS = 800;
/** Units read at a time. */
const CHUNK_UNITS = 32;
/** Up to here a tags code is none, but the address of an extension unit. Source: `ConsumeQueueExt#isExtAddr`. */
const MAX_EXT_ADDRESS = -2_147_483_649n;
const NO_RECORDS: readonly Uint8Array[] = [];

export interface GetMessageParts {
  readonly config: StoreConfig;
  readonly commitLog: CommitLog;
  /** Bytes of the commit log's end that are taken to be in memory. */
  readonly memoryBytes: number;
}

/** Source: RocketMQ 4.9.1 `DefaultMessageStore#getMessage`. */
export function getMessage(
  parts: GetMessageParts,
  queue: ConsumeQueue,
  offset: number,
  maxMessages: number,
  filter: MessageFilter | null,
): GetMessageResult {
  const {minOffset, maxOffset} = queue;
  // A slave may be behind, so unless told otherwise it does not correct anybody.
  const corrects = parts.config.brokerRole !== 'SLAVE' || parts.config.offsetCheckInSlave;
  const nothing = (status: GetMessageStatus, corrected: number): GetMessageResult => ({
    status,
    nextBeginOffset: corrects ? corrected : offset,
    minOffset,
    maxOffset,
    records: NO_RECORDS,
    totalBytes: 0,
    suggestPullingFromSlave: false,
  });
  if (maxOffset === 0) return nothing('NO_MESSAGE_IN_QUEUE', 0);
  if (offset < minOffset) return nothing('OFFSET_TOO_SMALL', minOffset);
  if (offset === maxOffset) return nothing('OFFSET_OVERFLOW_ONE', offset);
  // Beyond the end of a queue that begins at 0, the real one sends the consumer back to its beginning.
  if (offset > maxOffset) return nothing('OFFSET_OVERFLOW_BADLY', minOffset === 0 ? 0 : maxOffset);
  if (queue.units(offset, 1) === null) return nothing('OFFSET_FOUND_NULL', queue.rollNextFile(offset));
  return scan(parts, queue, offset, maxMessages, filter);
}

function scan(
  parts: GetMessageParts,
  queue: ConsumeQueue,
  offset: number,
  maxMessages: number,
  filter: MessageFilter | null,
): GetMessageResult {
  const {commitLog, config, memoryBytes} = parts;
  const maxPhysicalOffset = commitLog.maxOffset;
  // One look does not go beyond the end of a consume queue file.
  const scanUnits = Math.min(Math.max(MIN_SCAN_UNITS, maxMessages), queue.rollNextFile(offset) - offset);
  const records: Uint8Array[] = [];
  let totalBytes = 0;
  let status: GetMessageStatus = 'NO_MATCHED_MESSAGE';
  let scanned = 0;
  let lastPhysicalOffset = 0;
  /** After a record that is gone: where the next file of the log begins. Units before it are passed over. */
  let resumeAt = -1;
  let isFull = false;
  while (!isFull && scanned < scanUnits) {
    const units = queue.units(offset + scanned, Math.min(CHUNK_UNITS, scanUnits - scanned));
    if (units === null) break;
    const view = new DataView(units.buffer, units.byteOffset, units.length);
    for (let at = 0; at + UNIT_BYTES <= units.length; at += UNIT_BYTES, scanned++) {
      const physicalOffset = readInt64(view, at);
      const sizeBytes = view.getInt32(at + 8);
      lastPhysicalOffset = physicalOffset;
      if (physicalOffset < resumeAt) continue;
      const inDisk = maxPhysicalOffset - physicalOffset > memoryBytes;
      if (isBatchFull(config, sizeBytes, maxMessages, totalBytes, records.length, inDisk)) {
        isFull = true;
        break;
      }
      if (filter !== null && !matchesUnit(filter, view.getBigInt64(at + 12))) continue;
      const record = commitLog.slice(physicalOffset, sizeBytes);
      if (record === null) {
        if (records.length === 0) status = 'MESSAGE_WAS_REMOVING';
        resumeAt = commitLog.rollNextFile(physicalOffset);
        continue;
      }
      if (filter !== null && !filter.matchesCommitLog(record)) continue;
      records.push(record);
      totalBytes += sizeBytes;
      status = 'FOUND';
      resumeAt = -1;
    }
  }
  return {
    status,
    nextBeginOffset: offset + scanned,
    minOffset: queue.minOffset,
    maxOffset: queue.maxOffset,
    records,
    totalBytes,
    suggestPullingFromSlave: maxPhysicalOffset - lastPhysicalOffset > memoryBytes,
  };
}

/** An entry of a broker that wrote extensions does not tell its tags here, so the record has to, or the consumer looks. */
function matchesUnit(filter: MessageFilter, tagsCode: bigint): boolean {
  return tagsCode <= MAX_EXT_ADDRESS || filter.matchesConsumeQueue(tagsCode);
}

/** The first message always passes, whatever its size. Source: `DefaultMessageStore#isTheBatchFull`. */
function isBatchFull(
  config: StoreConfig,
  sizeBytes: number,
  maxMessages: number,
  totalBytes: number,
  count: number,
  inDisk: boolean,
): boolean {
  if (count === 0) return false;
  if (count >= maxMessages) return true;
  const maxBytes = inDisk ? config.maxTransferBytesOnMessageInDisk : config.maxTransferBytesOnMessageInMemory;
  const maxCount = inDisk ? config.maxTransferCountOnMessageInDisk : config.maxTransferCountOnMessageInMemory;
  return totalBytes + sizeBytes > maxBytes || count > maxCount - 1;
}
