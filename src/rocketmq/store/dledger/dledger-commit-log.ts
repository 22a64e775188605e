import {DiskError} from '../../../ports/disk.ts';
import type {Host} from '../../../ports/host.ts';
import type {AppendFuture} from '../../dledger/append-future.ts';
import {DLedgerResponseCode} from '../../dledger/codes.ts';
import {DEFAULT_DLEDGER_CONFIG, type DLedgerConfig, dataPath} from '../../dledger/config.ts';
import {DLedgerServer} from '../../dledger/dledger-server.ts';
import {BODY_OFFSET, EntryEncodingError} from '../../dledger/entry.ts';
import type {DLedgerFileStore} from '../../dledger/file-store.ts';
import {isDLedgerFix} from '../../dledger/fixes.ts';
import {report} from '../../facts.ts';
import {type BatchItem, decodeBatch} from '../../message/batch.ts';
import {hostLength} from '../../message/host-address.ts';
import {int32At, writeInt64} from '../../message/int64.ts';
import {MessageConst, stringToProperties} from '../../message/properties.ts';
import {BLANK_RECORD_BYTES, encodeBlankRecord, RecordOffset} from '../../message/record.ts';
import {MessageSysFlag, transactionType} from '../../message/sys-flag.ts';
import {CommitLog} from '../commit-log.ts';
import type {ConsumeQueues} from '../consume-queues.ts';
import type {LogSegment, RecordScanner} from '../log-scanner.ts';
import type {AppendResult, MessageToStore, PutMessageResult, PutMessageStatus} from '../message-store.ts';
import type {RecordChecker} from '../record-check.ts';
import {type CrashRecovery, type RecoveryParts, tellRecovered} from '../recovery.ts';
import type {StoreConfig} from '../store-config.ts';
import {EntryScanner} from './entry-scanner.ts';
import {LedgerSegment} from './ledger-segment.ts';
import {slaveBrokerIdOf} from './slave-broker-id.ts';

/** While files from before the ledger are there, it deletes none of its own. */
const TEN_YEARS_H = 24 * 365 * 10;

type PutDone = (result: PutMessageResult) => void;

/**
 * A commit log whose records are the bodies of a replicated ledger's entries, one each. It is read up to where a majority is
 * known to have it; a put is answered when a majority has it, in page caches. A log from before the ledger stays readable in
 * front of it. Source: RocketMQ 4.9.1 `store.dledger.DLedgerCommitLog`.
 */
export class DLedgerCommitLog extends CommitLog {
  override readonly isLedger = true;
  override readonly folder: string;
  override readonly filesKept = 0;
  readonly server: DLedgerServer;
  /** What this broker is registered as while it does not lead. */
  readonly slaveBrokerId: number;
  private readonly store: DLedgerFileStore;
  /** Offsets below it lie in the old log. */
  private dividedOffset = -1;
  private redispatches = false;
  /** Where the log ended when it was found after a crash. */
  private redispatchTo = 0;

  /** @param onReadable called whenever more is committed */
  constructor(host: Host, config: StoreConfig, queues: ConsumeQueues, onReadable: () => void) {
    const noFlusher = () => {
      throw new Error('a ledger flushes itself');
    };
    super(host, config, queues, noFlusher, onReadable, null);
    const ledgerConfig = this.ledgerConfig();
    this.folder = dataPath(ledgerConfig);
    this.server = new DLedgerServer(host, ledgerConfig);
    this.slaveBrokerId = slaveBrokerIdOf(ledgerConfig.selfId) ?? 1;
    const {fileStore} = this.server;
    if (fileStore === null) throw new Error('a commit log needs a ledger in files');
    this.store = fileStore;
    fileStore.addAppendHook((entry, bytes, bodyOffset) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      writeInt64(view, bodyOffset + RecordOffset.PHYSICAL_OFFSET, entry.pos + bodyOffset);
    });
    fileStore.onCommit(() => this.onReadable());
    fileStore.onCutBack = (offset) => this.onCutBack(offset);
    fileStore.onTrimmed = () => this.onRolled();
  }

  /** Only what is committed: also the confirm offset. */
  override get maxOffset(): number {
    const {committedPos, dataFiles} = this.store;
    return committedPos > 0 ? committedPos : dataFiles.minOffset;
  }

  override get minOffset(): number {
    return this.files.files.length > 0 ? super.minOffset : this.store.dataFiles.minOffset;
  }

  override get writtenOffset(): number {
    return Math.max(super.writtenOffset, this.store.dataFiles.maxWrotePosition);
  }

  override get flushedOffset(): number {
    return this.store.flushedPos;
  }

  override get uncommittedBytes(): number {
    return 0;
  }

  /** A log with an end, all of whose entries are committed and dispatched up to it, or one without entries. */
  isCaughtUp(dispatchBehindBytes: number): boolean {
    const {ledgerEndIndex, committedIndex} = this.store;
    return ledgerEndIndex === -1 || (ledgerEndIndex === committedIndex && dispatchBehindBytes === 0);
  }

  /** What is in its queue already is passed over, so that this fills what a crash has taken from single queues. */
  override dispatchFrom(queuesEnd: number): number {
    return this.redispatches ? Math.max(0, this.minOffset) : super.dispatchFrom(queuesEnd);
  }

  /**
   * What a crash may have taken from the queues, and nothing was known to be committed of since: the next start has to know of the crash
   * as well.
   */
  override owesDispatch(dispatchedTo: number): boolean {
    if (!this.redispatches) return false;
    return dispatchedTo < Math.min(this.redispatchTo, this.store.dataFiles.maxWrotePosition);
  }

  override start(): void {
    this.server.startup();
  }

  override shutdown(done: () => void): void {
    this.server.shutdown(done);
  }

  /** After a stop in order and after a crash alike; nothing is dispatched anew, unless mended. Source: `#recover`. */
  override recover(parts: RecoveryParts, crash: CrashRecovery | null): void {
    this.redispatches = crash !== null && this.config.labFixes.has('redispatch-after-crash');
    const {store, queues} = this;
    store.load();
    if (store.dataFiles.first === undefined) {
      super.recover(parts, null);
      this.closeOldLog();
      return;
    }
    store.recover();
    this.dividedOffset = store.dataFiles.first.fromOffset;
    for (const queue of queues.all()) queue.recover();
    const end = store.dataFiles.maxWrotePosition;
    this.redispatchTo = end;
    if (this.redispatches) queues.cutBack(end);
    else if (queues.maxPhysicalOffset() >= end) queues.truncate(end);
    queues.recoverNextOffsets(this.minOffset);
    tellRecovered(parts, this, crash === null, 0);
  }

  override segmentAt(offset: number): LogSegment | null {
    if (offset < this.dividedOffset) return super.segmentAt(offset);
    const {committedPos, dataFiles} = this.store;
    const file = offset < committedPos ? dataFiles.find(offset) : null;
    return file === null ? null : new LedgerSegment(file, committedPos);
  }

  override scanner(checker: RecordChecker): RecordScanner {
    return new EntryScanner(checker);
  }

  /** Reading does not ask whether it is committed: only queues lead here, and they hold nothing else. */
  override record(physicalOffset: number): Uint8Array | null {
    if (physicalOffset < this.dividedOffset) return super.record(physicalOffset);
    const head = this.readLedger(physicalOffset, 4);
    const size = head === null ? 0 : int32At(head, 0);
    return size > 0 ? this.readLedger(physicalOffset, size) : null;
  }

  override slice(physicalOffset: number, sizeBytes: number): Uint8Array | null {
    if (physicalOffset < this.dividedOffset) return super.slice(physicalOffset, sizeBytes);
    return sizeBytes > 0 ? this.readLedger(physicalOffset, sizeBytes) : null;
  }

  /** The other replication does not come here. */
  override appendData(): boolean {
    return false;
  }

  /** Source: `#asyncPutMessage`. */
  override putMessage(message: MessageToStore, done: PutDone): void {
    if (this.encode(message) === null) this.appendEntries(message, null, done);
    else done({status: 'MESSAGE_ILLEGAL', append: null});
  }

  /** One entry for each message. What the batch as a whole was given as properties is dropped. Source: `#asyncPutMessages`. */
  override putMessages(batch: MessageToStore, done: PutDone): void {
    const items = decodeBatch(batch.body);
    const isEmpty = items !== null && items.length === 0;
    if (items === null || (!isEmpty && this.encodeItems({...batch, propertiesString: ''}, items) !== null)) {
      done({status: 'UNKNOWN_ERROR', append: null});
      return;
    }
    this.appendEntries(batch, items, done);
  }

  /** An entry too large for a file is only found out by the ledger, which has made a blank and a new file by then. */
  protected override fits(recordBytes: number): boolean {
    return recordBytes <= this.config.maxMessageSize;
  }

  /** Appends what is in the buffer, as one entry or one for each item. */
  private appendEntries(message: MessageToStore, items: readonly BatchItem[] | null, done: PutDone): void {
    const {topic, queueId} = message;
    const type = transactionType(message.sysFlag);
    const advances = type === MessageSysFlag.TRANSACTION_NOT || type === MessageSysFlag.TRANSACTION_COMMIT;
    const queueOffset = advances ? this.queues.nextOffset(topic, queueId) : 0;
    const storeTimestampMs = this.host.clock.nowMs();
    const bodies = this.stampBodies(message, items?.length ?? 1, queueOffset, storeTimestampMs);
    const future = this.tryAppend(bodies, items !== null);
    if (future === null || future.pos === -1) {
      done({status: future === null ? 'UNKNOWN_ERROR' : 'OS_PAGECACHE_BUSY', append: null});
      return;
    }
    const positions = future.positions ?? [future.pos];
    const msgIds: string[] = [];
    for (const [index, pos] of positions.entries()) {
      const physicalOffset = pos + BODY_OFFSET;
      const offsetId = this.offsetMessageId(message.storeHost, physicalOffset);
      msgIds.push(offsetId);
      const properties =
        items === null ? message.properties : stringToProperties(items[index]!.propertiesString);
      report(this.host.journal, {
        kind: 'message-appended',
        topic,
        queueId,
        queueOffset: queueOffset + index,
        physicalOffset,
        sizeBytes: bodies[index]!.length,
        msgId: properties.get(MessageConst.UNIQ_KEY) ?? offsetId,
        storeTimestampMs,
      });
    }
    const append: AppendResult = {
      physicalOffset: positions[0]! + BODY_OFFSET,
      sizeBytes: this.buffer.length,
      msgId: msgIds.join(','),
      storeTimestampMs,
      queueOffset,
      messageCount: positions.length,
    };
    // Before the majority has it, and not taken back should it never come to that.
    if (advances) this.queues.setNextOffset(topic, queueId, queueOffset + positions.length);
    future.whenComplete(({code}) => done({status: statusOf(code), append}));
  }

  private stampBodies(
    message: MessageToStore,
    count: number,
    queueOffset: number,
    storeTimestampMs: number,
  ): Uint8Array[] {
    const {buffer} = this;
    const bornHostBytes = hostLength(message.bornHost);
    const bodies: Uint8Array[] = [];
    for (let index = 0, start = 0; index < count; index++) {
      const sizeBytes = buffer.view.getInt32(start);
      // The ledger knows where it will lie.
      buffer.stamp(start, queueOffset + index, 0, storeTimestampMs, bornHostBytes);
      bodies.push(buffer.bytes.subarray(start, start + sizeBytes));
      start += sizeBytes;
    }
    return bodies;
  }

  /** Null where Java throws out of it. */
  private tryAppend(bodies: readonly Uint8Array[], isBatch: boolean): AppendFuture | null {
    const {group, selfId} = this.server.config;
    try {
      return this.server.handleAppend({group, remoteId: selfId, bodies, isBatch});
    } catch (error) {
      if (!(error instanceof EntryEncodingError)) throw error;
      report(this.host.journal, {kind: 'warned', text: `append to the ledger: ${error.message}`});
      return null;
    }
  }

  private readLedger(offset: number, sizeBytes: number): Uint8Array | null {
    try {
      return this.store.dataFiles.read(offset, sizeBytes);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(this.host.journal, {kind: 'warned', text: `read the ledger: ${error.message}`});
      return null;
    }
  }

  /** The first start with a ledger: an older log, if there is one, ends with its file, and the ledger begins behind it. */
  private closeOldLog(): void {
    const {last} = this.files;
    if (last === undefined) return;
    const left = last.sizeBytes - last.wrotePosition;
    if (left >= BLANK_RECORD_BYTES) last.append(encodeBlankRecord(left));
    last.settle(last.sizeBytes);
    this.dividedOffset = last.fileFromOffset + last.sizeBytes;
    this.store.dataFiles.lastForAppend(this.dividedOffset);
  }

  /** What a broker can set; the rest keeps DLedger's defaults. Settings that Java looks at every 10 s are read when needed. */
  private ledgerConfig(): DLedgerConfig {
    const {config} = this;
    const hasOldLog = (): boolean => this.files.files.length > 0;
    return {
      ...DEFAULT_DLEDGER_CONFIG,
      group: config.dLegerGroup ?? '',
      selfId: config.dLegerSelfId ?? '',
      peers: config.dLegerPeers ?? '',
      storeBaseDir: config.storePathRootDir,
      mappedFileSizeForEntryData: config.mappedFileSizeCommitLog,
      preferredLeaderId: config.preferredLeaderId,
      enableBatchPush: config.enableBatchPush,
      appendPreemptionMs: config.labAppendPreemptionMs,
      fixes: new Set([...config.labFixes].filter(isDLedgerFix)),
      get enableDiskForceClean() {
        return !hasOldLog() && config.cleanFileForciblyEnable;
      },
      get deleteWhen() {
        return config.deleteWhen;
      },
      get fileReservedHours() {
        return hasOldLog() ? TEN_YEARS_H : config.fileReservedTime + 1;
      },
    };
  }
}

/** What a put comes to. A time-out leaves the entry in the log, and it may be committed yet. */
function statusOf(code: number): PutMessageStatus {
  switch (code) {
    case DLedgerResponseCode.SUCCESS:
      return 'PUT_OK';
    case DLedgerResponseCode.INCONSISTENT_LEADER:
    case DLedgerResponseCode.NOT_LEADER:
    case DLedgerResponseCode.LEADER_NOT_READY:
    case DLedgerResponseCode.DISK_FULL:
      return 'SERVICE_NOT_AVAILABLE';
    case DLedgerResponseCode.WAIT_QUORUM_ACK_TIMEOUT:
    case DLedgerResponseCode.LEADER_PENDING_FULL:
      return 'OS_PAGECACHE_BUSY';
    default:
      return 'UNKNOWN_ERROR';
  }
}
