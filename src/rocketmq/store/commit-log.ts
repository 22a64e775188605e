import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {type BatchItem, decodeBatch} from '../message/batch.ts';
import {hostLength} from '../message/host-address.ts';
import {offsetMessageIdOf, offsetMessageIdPrefix} from '../message/message-id.ts';
import {isWaitStoreMsgOk, MessageConst, stringToProperties} from '../message/properties.ts';
import {
  BLANK_RECORD_BYTES,
  encodeBlankRecord,
  MAX_PROPERTIES_BYTES,
  RecordBuffer,
} from '../message/record.ts';
import {MessageSysFlag, transactionType} from '../message/sys-flag.ts';
import {CommitService} from './commit-log-commit.ts';
import type {CommitLogFlusher} from './commit-log-flush.ts';
import type {ConsumeQueues} from './consume-queues.ts';
import {FlushAndReplica} from './flush-and-replica.ts';
import type {ReplicaOutcome} from './ha/ha-parts.ts';
import {LogScanner, type LogSegment, type RecordScanner} from './log-scanner.ts';
import type {MappedFile} from './mapped-file.ts';
import {MappedFileQueue} from './mapped-file-queue.ts';
import type {AppendResult, MessageToStore, PutMessageResult, PutMessageStatus} from './message-store.ts';
import type {RecordChecker} from './record-check.ts';
import {type CrashRecovery, type RecoveryParts, recover} from './recovery.ts';
import {type StoreConfig, usesTransientStorePool} from './store-config.ts';
import {TransientStorePool} from './transient-store-pool.ts';

const PROPERTY_SEPARATOR = '\u0002';

type PutDone = (result: PutMessageResult) => void;
type Replicate = (endOffset: number, done: (outcome: ReplicaOutcome) => void) => void;

/**
 * All messages of a broker, one behind the other in the order of their arrival. Source: RocketMQ 4.9.1 `store.CommitLog`.
 */
export class CommitLog {
  readonly files: MappedFileQueue;
  /** Null where puts go straight into the page cache. */
  readonly pool: TransientStorePool | null;
  /** Called when a file has begun to be used. */
  onRolled: () => void = () => {};
  /** Called when what could be read from an offset on can be read no more: a ledger that is mended was cut there. */
  onCutBack: (offset: number) => void = () => {};
  /** Do records lie in entries of a ledger that a group replicates? */
  readonly isLedger: boolean = false;
  /** The folder whose disk decides when old files have to go. */
  readonly folder: string;
  /** How many of its files are never deleted for their age. */
  readonly filesKept: number = 1;
  protected readonly host: Host;
  protected readonly config: StoreConfig;
  protected readonly queues: ConsumeQueues;
  private readonly flusher: (files: MappedFileQueue) => CommitLogFlusher;
  protected readonly buffer = new RecordBuffer();
  /** Called when there is more to read: for each append, before its put is answered, or with a pool for each commit. */
  protected readonly onReadable: () => void;
  private readonly replicate: Replicate | null;
  private currentFlusher: CommitLogFlusher | null = null;
  private readonly commits: CommitService | null;
  /** The store host of the last put, and what its ids begin with. */
  private idHost = '';
  private idPrefix = '';

  constructor(
    host: Host,
    config: StoreConfig,
    queues: ConsumeQueues,
    flusher: (files: MappedFileQueue) => CommitLogFlusher,
    onReadable: () => void,
    replicate: Replicate | null,
  ) {
    this.host = host;
    this.config = config;
    this.queues = queues;
    this.flusher = flusher;
    this.onReadable = onReadable;
    this.replicate = replicate;
    this.folder = config.storePathCommitLog;
    this.pool = usesTransientStorePool(config) ? new TransientStorePool(config.transientStorePoolSize) : null;
    this.files = new MappedFileQueue(host, config.storePathCommitLog, config.mappedFileSizeCommitLog, {
      pool: this.pool,
      failsFast: () => config.fastFailIfNoBufferInStorePool,
      warms: () => {
        if (!config.warmMapedFileEnable) return 'no';
        return config.flushDiskType === 'SYNC_FLUSH' ? 'durably' : 'yes';
      },
      onRolled: () => this.onRolled(),
    });
    this.commits =
      this.pool === null
        ? null
        : new CommitService(host, config, this.files, () => {
            this.onReadable();
            this.currentFlusher?.dirtied();
          });
  }

  get maxOffset(): number {
    return this.files.maxOffset;
  }

  get minOffset(): number {
    return this.files.minOffset;
  }

  /** From where a start dispatches, where the longest of the queues ends there. */
  dispatchFrom(queuesEnd: number): number {
    return Math.max(0, queuesEnd, this.minOffset);
  }

  /** Whether queues lack more than is known to be behind, so that an end in order is none. */
  owesDispatch(_dispatchedTo: number): boolean {
    return false;
  }

  /** One past the last byte written, readable or not. */
  get writtenOffset(): number {
    return this.files.maxWrotePosition;
  }

  /** What sits in the write buffers; says nothing without a pool. */
  get uncommittedBytes(): number {
    return this.files.maxWrotePosition - this.files.committedWhere;
  }

  /** Everything before it is durable, or counts as such. */
  get flushedOffset(): number {
    return this.files.flushedWhere;
  }

  /** Opens its files; false, and the broker must not start, where they are none of this log's. */
  load(): boolean {
    if (!this.files.load()) return false;
    this.files.checkSelf();
    return true;
  }

  /**
   * Finds out how far it is good.
   * @param crash null after a clean stop
   */
  recover(parts: RecoveryParts, crash: CrashRecovery | null): void {
    recover(parts, this, crash);
  }

  /** What can be read of the file that holds an offset; null where there is none. */
  segmentAt(offset: number): LogSegment | null {
    return this.files.find(offset);
  }

  scanner(checker: RecordChecker): RecordScanner {
    return new LogScanner(checker, false);
  }

  start(): void {
    this.currentFlusher = this.flusher(this.files);
    this.currentFlusher.start();
    this.commits?.start();
  }

  shutdown(done: () => void): void {
    this.commits?.shutdown();
    if (this.currentFlusher === null) done();
    else this.currentFlusher.shutdown(done);
  }

  /** Lets go of its files, after a shutdown. */
  close(): void {
    this.files.close();
  }

  /** Appends one message. Source: `CommitLog#asyncPutMessage`, `DefaultAppendMessageCallback#doAppend`. */
  putMessage(message: MessageToStore, done: PutDone): void {
    const refusal = this.encode(message);
    if (refusal === null) this.append(message, null, done);
    else done({status: refusal, append: null});
  }

  /**
   * Appends a batch as ordinary records, all in one file. What the batch as a whole was given as properties follows those of
   * each item, after a separator: 4.9.1 forgets it and so spoils the item's last property; 4.9.3 put it in.
   * Source: `CommitLog#asyncPutMessages`, `MessageExtBatchEncoder#encode`.
   */
  putMessages(batch: MessageToStore, done: PutDone): void {
    const items = decodeBatch(batch.body) ?? [];
    const refusal = this.encodeItems(batch, items);
    if (refusal === null) this.append(batch, items, done);
    else done({status: refusal, append: null});
  }

  /** The record that begins at an offset, by its own account of its size; null where there is none. A view. */
  record(physicalOffset: number): Uint8Array | null {
    const head = this.files.read(physicalOffset, 4);
    if (head === null || head.length < 4) return null;
    const size = (head[0]! << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!;
    return size > 0 ? this.slice(physicalOffset, size) : null;
  }

  /** Exactly `sizeBytes` written bytes at an offset, or null. A view. */
  slice(physicalOffset: number, sizeBytes: number): Uint8Array | null {
    if (sizeBytes <= 0) return null;
    const bytes = this.files.read(physicalOffset, sizeBytes);
    return bytes !== null && bytes.length === sizeBytes ? bytes : null;
  }

  /** The offset at which the next file begins. */
  rollNextFile(offset: number): number {
    const {fileBytes} = this.files;
    return offset + fileBytes - (offset % fileBytes);
  }

  /**
   * May a record of this size be stored? The real one compares with `maxMessageSize` only; a record that no file can
   * hold, it then drops and acknowledges. Here it is refused.
   */
  protected fits(recordBytes: number): boolean {
    return (
      recordBytes <= this.config.maxMessageSize &&
      recordBytes + BLANK_RECORD_BYTES <= this.config.mappedFileSizeCommitLog
    );
  }

  /** Puts one record into the buffer, or says why it may not be stored. */
  protected encode(message: MessageToStore): PutMessageStatus | null {
    // Not to be made large only to be found too large.
    if (message.body.length > this.config.maxMessageSize) return 'MESSAGE_ILLEGAL';
    this.buffer.clear();
    this.buffer.append(message);
    if (this.buffer.propertiesBytes > MAX_PROPERTIES_BYTES) return 'PROPERTIES_SIZE_EXCEEDED';
    return this.fits(this.buffer.length) ? null : 'MESSAGE_ILLEGAL';
  }

  protected encodeItems(batch: MessageToStore, items: readonly BatchItem[]): PutMessageStatus | null {
    // Where the real one throws out of the put, and the remoting layer answers SYSTEM_ERROR, this says UNKNOWN_ERROR.
    if (items.length === 0) return 'UNKNOWN_ERROR';
    const {buffer} = this;
    buffer.clear();
    for (const {flag, body, propertiesString: ofItem} of items) {
      const propertiesString = joinProperties(ofItem, batch.propertiesString);
      const start = buffer.append({...batch, flag, body, propertiesString, preparedTransactionOffset: 0});
      if (buffer.propertiesBytes > MAX_PROPERTIES_BYTES) return 'PROPERTIES_SIZE_EXCEEDED';
      if (!this.fits(buffer.length - start)) return 'MESSAGE_ILLEGAL';
      if (!this.fits(buffer.length)) return 'UNKNOWN_ERROR';
    }
    return null;
  }

  /** Writes what is in the buffer: one message, or the records of a batch. */
  private append(message: MessageToStore, items: readonly BatchItem[] | null, done: PutDone): void {
    const written = this.tryWrite(message, items);
    if (typeof written === 'string') {
      done({status: written, append: null});
      return;
    }
    const {append, endOffset} = written;
    if (this.commits === null) this.onReadable();
    else this.commits.wake();
    const waits = isWaitStoreMsgOk(message.properties);
    const {replicate} = this;
    if (replicate === null || !waits || this.config.brokerRole !== 'SYNC_MASTER') {
      this.currentFlusher!.appended(endOffset, waits, (status) => done({status, append}));
      return;
    }
    const both = new FlushAndReplica((status) => done({status, append}));
    this.currentFlusher!.appended(endOffset, true, (status) => both.flushed(status));
    replicate(endOffset, (status) => both.replicated(status));
  }

  /**
   * Appends a part of a master's log as it is, records or pieces of them; `startOffset` only says where an empty log begins.
   * False where it does not fit into the last file, or the disk refuses. Source: `CommitLog#appendData`.
   */
  appendData(startOffset: number, bytes: Uint8Array): boolean {
    if (!Number.isSafeInteger(startOffset) || startOffset < 0) return false;
    try {
      const file = this.files.lastForAppend(startOffset);
      if (file === null || bytes.length > file.sizeBytes - file.wrotePosition) return false;
      if (bytes.length === 0) return true;
      file.append(bytes);
      this.onReadable();
      this.currentFlusher!.dirtied();
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(this.host.journal, {kind: 'warned', text: `append to the commit log: ${error.message}`});
      return false;
    }
  }

  private tryWrite(message: MessageToStore, items: readonly BatchItem[] | null): Written | PutMessageStatus {
    try {
      return this.write(message, items) ?? 'CREATE_MAPEDFILE_FAILED';
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(this.host.journal, {kind: 'warned', text: `append to the commit log: ${error.message}`});
      return 'UNKNOWN_ERROR';
    }
  }

  private write(message: MessageToStore, items: readonly BatchItem[] | null): Written | null {
    const length = this.buffer.length;
    let file = this.files.lastForAppend(0);
    if (file === null) return null;
    const remaining = file.sizeBytes - file.wrotePosition;
    if (length + BLANK_RECORD_BYTES > remaining) {
      this.writeBlank(file, remaining);
      file = this.files.lastForAppend(0);
      if (file === null) return null;
    }
    const storeTimestampMs = this.host.clock.nowMs();
    const physicalOffset = file.endOffset;
    const stamped = this.stamp(message, items, physicalOffset, storeTimestampMs);
    file.append(this.buffer.encoded());
    this.tellAppended(message, items, stamped.append);
    file.storeTimestampMs = storeTimestampMs;
    if (stamped.advances) {
      const count = items?.length ?? 1;
      this.queues.setNextOffset(message.topic, message.queueId, stamped.queueOffset + count);
    }
    return {append: stamped.append, endOffset: physicalOffset + length};
  }

  /** Sets queue offset, physical offset and store time of every record in the buffer. */
  protected stamp(
    message: MessageToStore,
    items: readonly BatchItem[] | null,
    physicalOffset: number,
    storeTimestampMs: number,
  ) {
    const {topic, queueId} = message;
    const type = transactionType(message.sysFlag);
    // Half and rolled-back messages are in no consume queue and use up no queue offset.
    const advances = type === MessageSysFlag.TRANSACTION_NOT || type === MessageSysFlag.TRANSACTION_COMMIT;
    const queueOffset = advances ? this.queues.nextOffset(topic, queueId) : 0;
    const bornHostBytes = hostLength(message.bornHost);
    const {buffer} = this;
    const count = items?.length ?? 1;
    let msgId = '';
    let start = 0;
    for (let index = 0; index < count; index++) {
      const sizeBytes = buffer.view.getInt32(start);
      const offset = physicalOffset + start;
      buffer.stamp(start, queueOffset + index, offset, storeTimestampMs, bornHostBytes);
      const offsetId = this.offsetMessageId(message.storeHost, offset);
      msgId = index === 0 ? offsetId : `${msgId},${offsetId}`;
      start += sizeBytes;
    }
    const append: AppendResult = {
      physicalOffset,
      sizeBytes: start,
      msgId,
      storeTimestampMs,
      queueOffset,
      messageCount: count,
    };
    return {append, advances, queueOffset};
  }

  /** Tells of every record in the buffer, which lies in the file now. */
  protected tellAppended(
    {topic, queueId, properties, storeHost}: MessageToStore,
    items: readonly BatchItem[] | null,
    append: AppendResult,
  ): void {
    const {storeTimestampMs} = append;
    let start = 0;
    for (let index = 0; index < append.messageCount; index++) {
      const sizeBytes = this.buffer.view.getInt32(start);
      const physicalOffset = append.physicalOffset + start;
      const uniqueKey =
        items === null
          ? properties.get(MessageConst.UNIQ_KEY)
          : stringToProperties(items[index]!.propertiesString).get(MessageConst.UNIQ_KEY);
      report(this.host.journal, {
        kind: 'message-appended',
        topic,
        queueId,
        queueOffset: append.queueOffset + index,
        physicalOffset,
        sizeBytes,
        msgId: uniqueKey ?? this.offsetMessageId(storeHost, physicalOffset),
        storeTimestampMs,
      });
      start += sizeBytes;
    }
  }

  /** Only the blank record is written; the rest of the file stays as it is. */
  private writeBlank(file: MappedFile, remaining: number): void {
    file.append(encodeBlankRecord(remaining));
    file.wrotePosition = file.sizeBytes;
    file.storeTimestampMs = this.host.clock.nowMs();
  }

  protected offsetMessageId(storeHost: string, physicalOffset: number): string {
    if (storeHost !== this.idHost) {
      this.idHost = storeHost;
      this.idPrefix = offsetMessageIdPrefix(storeHost);
    }
    return offsetMessageIdOf(this.idPrefix, physicalOffset);
  }
}

interface Written {
  readonly append: AppendResult;
  readonly endOffset: number;
}

function joinProperties(item: string, batch: string): string {
  if (item === '' || batch === '' || item.endsWith(PROPERTY_SEPARATOR)) return item + batch;
  return item + PROPERTY_SEPARATOR + batch;
}
