import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import type {ListenFailure} from '../../ports/network.ts';
import {report} from '../facts.ts';
import type {MessageExt} from '../message/message.ts';
import {decodeRecord} from '../message/record.ts';
import {MessageSysFlag, transactionType} from '../message/sys-flag.ts';
import type {CommitLog} from './commit-log.ts';
import {type QueueUnit, readUnit} from './consume-queue.ts';
import {ConsumeQueues} from './consume-queues.ts';
import {DelayLevels} from './delay-levels.ts';
import {DiskFullWatch, diskUsedRatio} from './disk-full-watch.ts';
import {getMessage} from './get-message.ts';
import type {HaService} from './ha/ha-service.ts';
import {type LoadedParts, loadParts} from './loaded-parts.ts';
import type {
  GetMessageResult,
  MessageArrivingListener,
  MessageFilter,
  MessageStore,
  MessageToStore,
  PutMessageResult,
} from './message-store.ts';
import {batchRefusal, messageRefusal} from './put-checks.ts';
import {PutGate} from './put-gate.ts';
import {type QueryMessageResult, queryMessages} from './query-message.ts';
import {RunningFlags} from './running-flags.ts';
import {delayedMessage} from './schedule-message-service.ts';
import {consumeQueueFileBytes, type StoreConfig} from './store-config.ts';
import {makeStoreLog, type OpenLedger} from './store-log.ts';
import {StoreMarks} from './store-marks.ts';
import {javaDouble, StoreStats} from './store-stats.ts';
import {storeTimestampMs} from './store-time.ts';

/** The real one sleeps so long between stopping its timers and putting things away. */
const SHUTDOWN_PAUSE_MS = 1000;

type PutDone = (result: PutMessageResult) => void;

/**
 * The store of a broker: a commit log, consume queues and an index that are made from it, and what keeps them on disk.
 * Source: RocketMQ 4.9.1 `store.DefaultMessageStore`.
 */
export class DefaultMessageStore implements MessageStore {
  private readonly host: Host;
  private readonly config: StoreConfig;
  private readonly marks: StoreMarks;
  private readonly flags = new RunningFlags();
  private readonly diskFull: DiskFullWatch;
  private readonly gate: PutGate;
  private readonly stats: StoreStats;
  private readonly queues: ConsumeQueues;
  private readonly commitLog: CommitLog;
  /** Null on a ledger, which replicates itself. */
  private readonly ha: HaService | null;
  private parts: LoadedParts | null = null;
  private listener: MessageArrivingListener | null = null;
  private state: 'new' | 'running' | 'stopping' = 'new';

  /** @param openLedger makes the commit log where records are to lie in a replicated ledger */
  constructor(host: Host, config: StoreConfig, openLedger: OpenLedger | null = null) {
    this.host = host;
    this.config = config;
    this.marks = new StoreMarks(host, config.storePathRootDir);
    this.stats = new StoreStats(host.clock.nowMs());
    this.diskFull = new DiskFullWatch(host, this.flags);
    this.gate = new PutGate(host, config, this.flags, this.diskFull, openLedger !== null);
    this.queues = new ConsumeQueues(
      host,
      `${config.storePathRootDir}/consumequeue`,
      consumeQueueFileBytes(config),
      config.labFixes.has('keep-queue-places'),
    );
    const log = makeStoreLog(host, config, this.queues, openLedger, {
      loaded: () => this.parts,
      isRunning: () => this.state === 'running',
    });
    this.commitLog = log.commitLog;
    this.ha = log.ha;
  }

  load(): boolean {
    try {
      return this.loadFiles();
    } catch (error) {
      this.warn('load the store', error);
      return false;
    }
  }

  start(): ListenFailure | null {
    const {dispatcher, queueFlusher} = this.parts!;
    this.marks.writeLock();
    const dispatched = this.commitLog.dispatchFrom(this.queues.maxPhysicalOffset());
    dispatcher.onArriving = this.listener;
    dispatcher.start(dispatched);
    this.queues.recoverNextOffsets(this.commitLog.minOffset);
    if (this.ha !== null) {
      const failure = this.ha.start();
      if (failure !== null) return failure;
      this.handleScheduleMessageService(this.config.brokerRole);
    }
    queueFlusher.start();
    this.commitLog.start();
    this.marks.makeAbort();
    this.diskFull.start();
    this.parts!.cleaner.start();
    this.state = 'running';
    return null;
  }

  shutdown(done: () => void): void {
    const {parts} = this;
    if (parts === null || this.state !== 'running') {
      done();
      return;
    }
    this.state = 'stopping';
    this.diskFull.look();
    parts.cleaner.shutdown();
    const {clock} = this.host;
    const writeCheckpoint = () => {
      this.commitLog.close();
      this.queues.close();
      parts.index.close();
      parts.checkpoint.flush(() => {
        parts.checkpoint.close();
        this.removeAbort();
        done();
      });
    };
    const flushQueues = () => parts.queueFlusher.shutdown(writeCheckpoint);
    const endDispatch = () => parts.dispatcher.shutdown(flushQueues);
    clock.after(SHUTDOWN_PAUSE_MS, () => {
      parts.schedule.shutdown();
      this.ha?.shutdown();
      // A ledger's files are put away with it.
      if (this.commitLog.isLedger) parts.dispatcher.catchUp();
      this.commitLog.shutdown(endDispatch);
    });
  }

  putMessage(message: MessageToStore, done: PutDone): void {
    const refusal = this.gate.refusal(this.state === 'running') ?? messageRefusal(message);
    if (refusal === null) this.commitLog.putMessage(this.redirected(message), this.counted(done));
    else done({status: refusal, append: null});
  }

  putMessages(batch: MessageToStore, done: PutDone): void {
    const refusal =
      this.gate.refusal(this.state === 'running') ?? batchRefusal(batch, this.config.maxMessageSize);
    if (refusal === null) this.commitLog.putMessages(batch, this.counted(done));
    else done({status: refusal, append: null});
  }

  getMessage(
    _group: string,
    topic: string,
    queueId: number,
    offset: number,
    maxMessages: number,
    filter: MessageFilter | null,
  ): GetMessageResult {
    const {config, commitLog} = this;
    const queue = this.queues.get(topic, queueId);
    const parts = {config, commitLog, memoryBytes: this.memoryBytes};
    const result = getMessage(parts, queue, offset, maxMessages, filter);
    this.stats.got(result.records.length, this.host.clock.nowMs());
    return result;
  }

  /** Messages with a key, by the index. Source: `DefaultMessageStore#queryMessage`. */
  queryMessage(
    topic: string,
    key: string,
    maxCount: number,
    beginMs: number,
    endMs: number,
  ): QueryMessageResult {
    return queryMessages(this.parts!.index, this.commitLog, topic, key, maxCount, beginMs, endMs);
  }

  maxOffsetInQueue(topic: string, queueId: number): number {
    return this.queues.get(topic, queueId).maxOffset;
  }

  minOffsetInQueue(topic: string, queueId: number): number {
    return this.queues.get(topic, queueId).minOffset;
  }

  offsetInQueueByTime(topic: string, queueId: number, timestampMs: number): number {
    const storeTimeOf = (offset: number, size: number) => storeTimestampMs(this.commitLog, offset, size);
    const queue = this.queues.get(topic, queueId);
    try {
      return queue.offsetByTime(timestampMs, this.commitLog.minOffset, storeTimeOf);
    } catch (error) {
      this.warn('look up an offset by time', error);
      return 0;
    }
  }

  earliestMessageTimeMs(topic: string, queueId: number): number {
    return this.messageStoreTimestampMs(topic, queueId, this.minOffsetInQueue(topic, queueId));
  }

  messageStoreTimestampMs(topic: string, queueId: number, queueOffset: number): number {
    const unit = this.unitAt(topic, queueId, queueOffset);
    return unit === null ? -1 : storeTimestampMs(this.commitLog, unit.physicalOffset, unit.sizeBytes);
  }

  lookMessageByOffset(physicalOffset: number): MessageExt | null {
    const record = this.recordByOffset(physicalOffset);
    return record === null ? null : decodeRecord(record.slice());
  }

  recordByOffset(physicalOffset: number): Uint8Array | null {
    return this.commitLog.record(physicalOffset);
  }

  get maxPhysicalOffset(): number {
    return this.commitLog.maxOffset;
  }

  get minPhysicalOffset(): number {
    return this.commitLog.minOffset;
  }

  get flushedPhysicalOffset(): number {
    return this.commitLog.flushedOffset;
  }

  get freeWriteBuffers(): number | null {
    return this.commitLog.pool?.available ?? null;
  }

  get isTransientStorePoolDeficient(): boolean {
    return this.commitLog.pool?.available === 0;
  }

  get uncommittedBytes(): number {
    return this.commitLog.uncommittedBytes;
  }

  get dispatchBehindBytes(): number {
    return this.parts?.dispatcher.behindBytes ?? 0;
  }

  /** Where a slave finds its master from its next attempt on. */
  updateHaMasterAddress(address: string): void {
    this.ha?.setMasterAddress(address);
  }

  setArrivingListener(listener: MessageArrivingListener): void {
    this.listener = listener;
    if (this.parts !== null) this.parts.dispatcher.onArriving = listener;
  }

  /** Has this queue been made, or only asked for, before? */
  hasQueue(topic: string, queueId: number): boolean {
    return this.queues.has(topic, queueId);
  }

  /** What a queue's entries say, as far as one file of it goes; null where there is none at that offset. */
  queueEntries(topic: string, queueId: number, queueOffset: number, maxEntries: number): QueueUnit[] | null {
    return this.queues.get(topic, queueId).read(queueOffset, maxEntries);
  }

  cleanExpiredConsumeQueues(): void {
    try {
      this.queues.removeExpired(this.commitLog.minOffset);
    } catch (error) {
      this.warn('clean expired consume queues', error);
    }
  }

  cleanUnusedTopics(topics: ReadonlySet<string>): void {
    this.queues.removeTopicsNotIn(topics);
  }

  isOsPageCacheBusy(): boolean {
    return this.gate.isPageCacheBusy();
  }

  isInDiskByConsumeOffset(topic: string, queueId: number, queueOffset: number): boolean {
    const unit = this.unitAt(topic, queueId, queueOffset);
    return unit !== null && this.commitLog.maxOffset - unit.physicalOffset > this.memoryBytes;
  }

  runtimeInfo(): Map<string, string> {
    const info = this.stats.runtimeInfo(this.host.clock.nowMs());
    // Both paths lie on the machine's one disk.
    const ratio = javaDouble(diskUsedRatio(this.host));
    info.set('commitLogDiskRatio', ratio);
    info.set('consumeQueueDiskRatio', ratio);
    for (const [key, value] of this.parts?.schedule.runningStats() ?? []) info.set(key, value);
    info.set('commitLogMinOffset', String(this.minPhysicalOffset));
    info.set('commitLogMaxOffset', String(this.maxPhysicalOffset));
    return info;
  }

  /** How far each delay level has been delivered. */
  get delayOffsets(): ReadonlyMap<number, number> {
    return this.parts?.schedule.delayOffsets ?? new Map();
  }

  get brokerRole(): StoreConfig['brokerRole'] {
    return this.config.brokerRole;
  }

  /** Delayed messages are delivered by whoever is no slave. Source: `DefaultMessageStore#handleScheduleMessageService`. */
  handleScheduleMessageService(role: StoreConfig['brokerRole']): void {
    const {schedule} = this.parts!;
    if (role === 'SLAVE') schedule.shutdown();
    else schedule.start();
  }

  /** Numbers go on where each queue ends now. Source: `DefaultMessageStore#recoverTopicQueueTable`. */
  recoverTopicQueueTable(): void {
    this.queues.recoverNextOffsets(this.commitLog.minOffset);
  }

  /** How much of the log's end is taken to be in memory. */
  private get memoryBytes(): number {
    return (this.host.identity.memoryBytes * this.config.accessMessageInMemoryMaxRatio) / 100;
  }

  /** Source: `DefaultMessageStore#load`. */
  private loadFiles(): boolean {
    const {host, config, commitLog, queues, flags, diskFull} = this;
    this.marks.makeLock();
    const cleanExit = this.marks.wasStoppedInOrder;
    const delayLevels = DelayLevels.parse(config.messageDelayLevel);
    if (delayLevels === null) {
      report(host.journal, {
        kind: 'warned',
        text: `messageDelayLevel is not a list of times: ${config.messageDelayLevel}`,
      });
      return false;
    }
    if (!commitLog.load() || !queues.load()) return false;
    for (const queue of queues.all()) queue.files.checkSelf();
    const parts = loadParts({
      host,
      config,
      commitLog,
      queues,
      flags,
      diskFull,
      delayLevels,
      cleanExit,
      lookMessage: (offset) => this.lookMessageByOffset(offset),
      putMessage: (message, done) => this.putMessage(message, done),
    });
    if (parts === null) return false;
    this.parts = parts;
    const {checkpoint, checker, dispatcher, index} = parts;
    const safeTimestampMs =
      config.messageIndexEnable && config.messageIndexSafe
        ? checkpoint.minTimestampIndexMs
        : checkpoint.minTimestampMs;
    commitLog.recover(
      {host, queues, checker, checkCrc: config.checkCRCOnRecover},
      cleanExit ? null : {safeTimestampMs, dispatch: (request) => dispatcher.dispatch(request)},
    );
    index.settle();
    return true;
  }

  private removeAbort(): void {
    if (!this.flags.writeable || this.dispatchBehindBytes !== 0) return;
    if (this.commitLog.owesDispatch(this.parts?.dispatcher.fromOffset ?? 0)) return;
    try {
      this.marks.removeAbort();
    } catch (error) {
      this.warn('remove abort', error);
    }
  }

  /** Anything but a refusal of the disk is a mistake of ours. */
  private warn(what: string, error: unknown): void {
    if (!(error instanceof DiskError)) throw error;
    report(this.host.journal, {kind: 'warned', text: `${what}: ${error.message}`});
  }

  /** A message with a delay goes to the schedule topic first. A half message waits for its commit, not for its delay. */
  private redirected(message: MessageToStore): MessageToStore {
    const type = transactionType(message.sysFlag);
    if (type !== MessageSysFlag.TRANSACTION_NOT && type !== MessageSysFlag.TRANSACTION_COMMIT) return message;
    return delayedMessage(message, this.parts!.delayLevels) ?? message;
  }

  private counted(done: PutDone): PutDone {
    const {clock} = this.host;
    const beganMs = clock.nowMs();
    return (result) => {
      const {append} = result;
      if (append !== null) {
        const nowMs = clock.nowMs();
        this.stats.put(append.messageCount, append.sizeBytes, nowMs - beganMs, nowMs);
      }
      done(result);
    };
  }

  private unitAt(topic: string, queueId: number, queueOffset: number) {
    const bytes = this.queues.get(topic, queueId).units(queueOffset, 1);
    return bytes === null ? null : readUnit(bytes);
  }
}

export function createMessageStore(
  host: Host,
  config: StoreConfig,
  openLedger: OpenLedger | null = null,
): DefaultMessageStore {
  return new DefaultMessageStore(host, config, openLedger);
}
