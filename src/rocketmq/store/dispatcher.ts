import type {Timer} from '../../ports/clock.ts';
import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {MessageSysFlag, transactionType} from '../message/sys-flag.ts';
import type {CommitLog} from './commit-log.ts';
import type {ConsumeQueue} from './consume-queue.ts';
import type {ConsumeQueues} from './consume-queues.ts';
import type {IndexService} from './index-service.ts';
import type {RecordScanner} from './log-scanner.ts';
import type {MessageArrivingListener} from './message-store.ts';
import {nextPollNs} from './poll-cadence.ts';
import type {DispatchRequest, RecordChecker} from './record-check.ts';
import {RunningFlag, type RunningFlags} from './running-flags.ts';
import type {StoreCheckpoint} from './store-checkpoint.ts';
import type {StoreConfig} from './store-config.ts';

/** How long the real one's dispatching thread sleeps between two looks. */
const POLL_NS = 1_000_000;
const RETRY_MS = 1000;
const QUEUE_TRIES = 30;
const INDEX_TRIES = 3;
const SHUTDOWN_PATIENCE_MS = 5000;

export interface DispatcherParts {
  readonly host: Host;
  readonly config: StoreConfig;
  readonly commitLog: CommitLog;
  readonly queues: ConsumeQueues;
  readonly index: IndexService;
  readonly checkpoint: StoreCheckpoint;
  readonly flags: RunningFlags;
  readonly checker: RecordChecker;
  /** A queue has got an entry. */
  readonly onQueueWritten: (queue: ConsumeQueue) => void;
}

/**
 * Carries what was appended into consume queues and index, whether it is flushed or not. The real thread looks every
 * millisecond; here, an append asks for the next of those instants, counted from the start of the service, so a message
 * is in its queue up to 1 ms after it was appended and an idle log costs nothing.
 * Source: RocketMQ 4.9.1 `DefaultMessageStore.ReputMessageService`, `CommitLogDispatcherBuildConsumeQueue`, `...BuildIndex`.
 */
export class Dispatcher {
  /** Everything before it has been dispatched. */
  fromOffset = 0;
  onArriving: MessageArrivingListener | null = null;
  private readonly parts: DispatcherParts;
  private readonly scanner: RecordScanner;
  private originNs = 0;
  private timer: Timer | null = null;
  private running = false;
  private readonly retriesForEver: boolean;
  /** How often the disk has refused the message at hand. */
  private refusals = 0;

  constructor(parts: DispatcherParts) {
    this.parts = parts;
    this.scanner = parts.commitLog.scanner(parts.checker);
    this.retriesForEver = parts.config.labFixes.has('retry-refused-entries');
  }

  get behindBytes(): number {
    return this.parts.commitLog.maxOffset - this.fromOffset;
  }

  /** Begins at an offset and catches up at once. */
  start(fromOffset: number): void {
    this.fromOffset = fromOffset;
    this.originNs = this.parts.host.clock.monotonicNs();
    this.running = true;
    this.round();
  }

  /** Something was appended. */
  wake(): void {
    if (!this.running || this.timer !== null) return;
    const {clock} = this.parts.host;
    const nowNs = clock.monotonicNs();
    this.arm((nextPollNs(this.originNs, POLL_NS, nowNs) - nowNs) / 1e6);
  }

  /** What was dispatched from an offset on is taken back, and what will stand there is dispatched in its time. */
  cutBack(offset: number): void {
    const {queues, index} = this.parts;
    if (queues.maxPhysicalOffset() > offset) {
      queues.cutBack(offset);
      index.cutBack(offset);
    }
    this.fromOffset = Math.min(this.fromOffset, offset);
  }

  /** Dispatches at once what there is: before the log under it is put away. */
  catchUp(): void {
    if (this.running && this.behindBytes > 0) this.round();
  }

  /** Ends once the backlog is dispatched, or after 5 s; `done` may run at once. */
  shutdown(done: () => void): void {
    if (this.running && this.behindBytes > 0) this.round();
    const finish = () => {
      this.running = false;
      this.timer?.cancel();
      done();
    };
    if (this.behindBytes > 0 && this.timer !== null)
      this.parts.host.clock.after(SHUTDOWN_PATIENCE_MS, finish);
    else finish();
  }

  /**
   * Hands one record to the dispatchers; false where the disk refused and it should be tried again. Entering a message
   * twice is harmless. Source: `DefaultMessageStore#doDispatch`.
   */
  dispatch(request: DispatchRequest): boolean {
    const {config, queues, index, checkpoint, flags} = this.parts;
    if (this.retriesForEver)
      flags.clear(RunningFlag.WRITE_LOGICS_QUEUE_ERROR | RunningFlag.WRITE_INDEX_FILE_ERROR);
    const type = transactionType(request.sysFlag);
    if (type === MessageSysFlag.TRANSACTION_NOT || type === MessageSysFlag.TRANSACTION_COMMIT) {
      if (flags.queuesWriteable) {
        const queue = queues.get(request.topic, request.queueId);
        if (!queue.put(request)) {
          return this.refused(QUEUE_TRIES, RunningFlag.WRITE_LOGICS_QUEUE_ERROR, request);
        }
        this.parts.onQueueWritten(queue);
        checkpoint.logicsMsgTimestampMs = request.storeTimestampMs;
        if (config.brokerRole === 'SLAVE') checkpoint.physicMsgTimestampMs = request.storeTimestampMs;
      }
    }
    if (config.messageIndexEnable && !index.build(request)) {
      return this.refused(INDEX_TRIES, RunningFlag.WRITE_INDEX_FILE_ERROR, request);
    }
    this.refusals = 0;
    return true;
  }

  /** Counts a refusal. After the last try the store is marked as broken, and the message goes without its entry, unless mended. */
  private refused(tries: number, flag: number, {physicalOffset}: DispatchRequest): boolean {
    this.refusals++;
    if (this.refusals < tries) return false;
    const {flags, host} = this.parts;
    flags.raise(flag);
    if (this.retriesForEver) return false;
    this.refusals = 0;
    const of = flag === RunningFlag.WRITE_INDEX_FILE_ERROR ? 'index' : 'queue';
    report(host.journal, {kind: 'store-marked-broken', of, physicalOffset});
    return true;
  }

  private arm(delayMs: number): void {
    this.timer = this.parts.host.clock.after(delayMs, () => {
      this.timer = null;
      if (this.running) this.round();
    });
  }

  /** Dispatches everything there is. Source: `ReputMessageService#doReput`. */
  private round(): void {
    const {commitLog, host} = this.parts;
    if (this.fromOffset < commitLog.minOffset) this.fromOffset = commitLog.minOffset;
    const begin = this.fromOffset;
    try {
      let goesOn = true;
      while (goesOn && this.fromOffset < commitLog.maxOffset) goesOn = this.dispatchFile();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(host.journal, {kind: 'warned', text: `dispatch: ${error.message}`});
      this.arm(RETRY_MS);
    }
    this.parts.index.settle();
    if (this.fromOffset > begin) {
      report(host.journal, {kind: 'log-dispatched', physicalOffset: this.fromOffset});
    }
  }

  /** Dispatches what one file has; false where this round has to end. */
  private dispatchFile(): boolean {
    const {scanner} = this;
    const {commitLog, config} = this.parts;
    const file = commitLog.segmentAt(this.fromOffset);
    // What is written may still sit in a write buffer.
    if (file === null || this.fromOffset >= file.readEndOffset) return false;
    scanner.begin(file);
    while (this.fromOffset < file.readEndOffset) {
      const position = this.fromOffset - file.fileFromOffset;
      const record = scanner.at(position);
      if (record.kind === 'message') {
        if (!this.dispatch(record)) {
          this.arm(RETRY_MS);
          return false;
        }
        this.fromOffset += record.sizeBytes + scanner.headerBytes;
        this.notify(record);
      } else if (record.kind === 'blank') {
        this.fromOffset = commitLog.rollNextFile(this.fromOffset);
      } else {
        // A slave takes it for a record of which the rest is still on its way, and says nothing.
        if (record.sizeBytes < 0 && config.brokerId !== 0 && !commitLog.isLedger) return false;
        this.warn(record.sizeBytes);
        if (record.sizeBytes > 0) {
          this.fromOffset += record.sizeBytes + scanner.headerBytes;
        } else {
          // What a master cannot read it skips, and so does every member of a group.
          this.fromOffset = file.readEndOffset;
          return false;
        }
      }
    }
    return true;
  }

  private notify(request: DispatchRequest): void {
    const {config} = this.parts;
    if (this.onArriving === null || config.brokerRole === 'SLAVE' || !config.longPollingEnable) return;
    this.onArriving(request.topic, request.queueId, request.queueOffset + 1, request.tagsCode);
  }

  private warn(sizeBytes: number): void {
    const what = sizeBytes > 0 ? `a record whose parts do not add up to ${sizeBytes} bytes` : 'no record';
    report(this.parts.host.journal, {
      kind: 'warned',
      text: `dispatch found ${what} at ${this.fromOffset} of the commit log`,
    });
  }
}
