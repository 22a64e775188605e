import type {ListenFailure} from '../../ports/network.ts';
import type {Message, MessageExt} from '../message/message.ts';

/** A message as the broker hands it to the store; the store sets the rest of `MessageExt` while appending. */
export interface MessageToStore extends Message {
  queueId: number;
  sysFlag: number;
  bornTimestampMs: number;
  /** `a.b.c.d:port`. */
  bornHost: string;
  storeHost: string;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
  /** `properties` in wire form; kept as the producer sent it where nothing changed. */
  propertiesString: string;
}

/** Source: RocketMQ 4.9.1 `store.PutMessageStatus`. */
export type PutMessageStatus =
  | 'PUT_OK'
  | 'FLUSH_DISK_TIMEOUT'
  | 'FLUSH_SLAVE_TIMEOUT'
  | 'SLAVE_NOT_AVAILABLE'
  | 'SERVICE_NOT_AVAILABLE'
  | 'CREATE_MAPEDFILE_FAILED'
  | 'MESSAGE_ILLEGAL'
  | 'PROPERTIES_SIZE_EXCEEDED'
  | 'OS_PAGECACHE_BUSY'
  | 'UNKNOWN_ERROR';

export interface PutMessageResult {
  readonly status: PutMessageStatus;
  /** Null where nothing was appended. */
  readonly append: AppendResult | null;
}

export interface AppendResult {
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  /** Offset message id; of a batch, ids joined by commas. */
  readonly msgId: string;
  readonly storeTimestampMs: number;
  /** Of the first message. */
  readonly queueOffset: number;
  readonly messageCount: number;
}

/** Source: `store.GetMessageStatus`. */
export type GetMessageStatus =
  | 'FOUND'
  | 'NO_MATCHED_MESSAGE'
  | 'MESSAGE_WAS_REMOVING'
  | 'OFFSET_FOUND_NULL'
  | 'OFFSET_OVERFLOW_BADLY'
  | 'OFFSET_OVERFLOW_ONE'
  | 'OFFSET_TOO_SMALL'
  | 'NO_MATCHED_LOGIC_QUEUE'
  | 'NO_MESSAGE_IN_QUEUE';

export interface GetMessageResult {
  readonly status: GetMessageStatus;
  readonly nextBeginOffset: number;
  readonly minOffset: number;
  readonly maxOffset: number;
  /** Records as they lie in the log, in order. Views: copy before anything is appended. */
  readonly records: readonly Uint8Array[];
  readonly totalBytes: number;
  readonly suggestPullingFromSlave: boolean;
}

/** Decides from a consume queue entry, then from the record, whether a consumer wants it. */
export interface MessageFilter {
  matchesConsumeQueue(tagsCode: bigint): boolean;
  matchesCommitLog(record: Uint8Array): boolean;
}

/**
 * Called for each dispatched message, so that a held pull can be answered. `maxOffset` is one past its queue offset:
 * everything before it can be pulled now.
 */
export type MessageArrivingListener = (
  topic: string,
  queueId: number,
  maxOffset: number,
  tagsCode: bigint,
) => void;

/** Source: `store.MessageStore`, `store.DefaultMessageStore`. */
export interface MessageStore {
  /** Reads what is on disk and recovers it; false: the broker must not start. */
  load(): boolean;
  /** Answers why it cannot listen for slaves, or null. */
  start(): ListenFailure | null;
  /** Flushes, writes the checkpoint, removes `abort`. */
  shutdown(done: () => void): void;
  /** Calls `done` once, as soon as flush and replication allow, before returning where they allow at once. */
  putMessage(message: MessageToStore, done: (result: PutMessageResult) => void): void;
  /** A batch (code 320): `body` is the concatenated client encoding. */
  putMessages(batch: MessageToStore, done: (result: PutMessageResult) => void): void;
  getMessage(
    group: string,
    topic: string,
    queueId: number,
    offset: number,
    maxMessages: number,
    filter: MessageFilter | null,
  ): GetMessageResult;
  /** One past the last dispatched entry; 0 where there is no queue. */
  maxOffsetInQueue(topic: string, queueId: number): number;
  minOffsetInQueue(topic: string, queueId: number): number;
  offsetInQueueByTime(topic: string, queueId: number, timestampMs: number): number;
  /** -1 where there is none. */
  earliestMessageTimeMs(topic: string, queueId: number): number;
  messageStoreTimestampMs(topic: string, queueId: number, queueOffset: number): number;
  /** The record that begins at a physical offset, or null. */
  lookMessageByOffset(physicalOffset: number): MessageExt | null;
  recordByOffset(physicalOffset: number): Uint8Array | null;
  readonly maxPhysicalOffset: number;
  readonly minPhysicalOffset: number;
  readonly flushedPhysicalOffset: number;
  readonly dispatchBehindBytes: number;
  /** Buffers left in the transient store pool; null without one. */
  readonly freeWriteBuffers: number | null;
  /** With no buffer left, sends are turned away at the door. */
  readonly isTransientStorePoolDeficient: boolean;
  /** What sits in the pool's buffers; says nothing without one. */
  readonly uncommittedBytes: number;
  updateHaMasterAddress(address: string): void;
  setArrivingListener(listener: MessageArrivingListener): void;
  /** Removes the consume queues whose messages have all left the commit log. */
  cleanExpiredConsumeQueues(): void;
  /** Removes the consume queues of topics that are not in the set. */
  cleanUnusedTopics(topics: ReadonlySet<string>): void;
  isOsPageCacheBusy(): boolean;
  /** Is this offset so far behind that memory no longer holds it? */
  isInDiskByConsumeOffset(topic: string, queueId: number, queueOffset: number): boolean;
  runtimeInfo(): Map<string, string>;
}
