/** The two ways in which what was appended to the commit log becomes durable. */

import type {Timer} from '../../ports/clock.ts';
import type {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {MappedFileQueue} from './mapped-file-queue.ts';
import {FlushCadence, type FlushInstant} from './poll-cadence.ts';
import type {StoreCheckpoint} from './store-checkpoint.ts';
import type {StoreConfig} from './store-config.ts';

export type FlushOutcome = 'PUT_OK' | 'FLUSH_DISK_TIMEOUT';

const FINAL_FLUSH_TRIES = 10;
/** A second flush covers a put that began a new file. */
const FLUSHES_PER_PUT = 2;
/** How long the group commit service sleeps if nobody wakes it. */
const CYCLE_MS = 10;

export interface CommitLogFlusher {
  start(): void;
  /**
   * Something was appended, up to `endOffset`. With `waits`, `done` comes once it is durable (or has failed twice);
   * without, or if this flusher keeps nobody waiting, at once.
   */
  appended(endOffset: number, waits: boolean, done: (outcome: FlushOutcome) => void): void;
  /** There is more that could be flushed, and nobody waits for it. */
  dirtied(): void;
  /** Flushes everything, then runs `done`; nothing is flushed afterwards. */
  shutdown(done: () => void): void;
}

export interface CommitLogFlushParts {
  readonly host: Host;
  readonly config: StoreConfig;
  readonly files: MappedFileQueue;
  readonly checkpoint: StoreCheckpoint;
  /** The checkpoint has learnt something that it has not written yet. */
  readonly onStamped: () => void;
}

/** What both flushers do with one flush. */
class FlushRun {
  readonly host: Host;
  readonly files: MappedFileQueue;
  readonly checkpoint: StoreCheckpoint;
  private readonly onStamped: () => void;
  /** One sync runs at a time. */
  busy = false;

  constructor(parts: CommitLogFlushParts) {
    this.host = parts.host;
    this.files = parts.files;
    this.checkpoint = parts.checkpoint;
    this.onStamped = parts.onStamped;
  }

  /** False, and `done` never comes, where nothing is to be flushed. */
  flush(leastPages: number, done: (failure: DiskError | null) => void): boolean {
    const before = this.files.flushedWhere;
    this.busy = this.files.flush(leastPages, (failure) => {
      this.busy = false;
      if (failure !== null) {
        report(this.host.journal, {
          kind: 'warned',
          text: `flush of the commit log failed: ${failure.message}`,
        });
      } else if (this.files.flushedWhere > before) {
        report(this.host.journal, {kind: 'log-flushed', physicalOffset: this.files.flushedWhere});
      }
      done(failure);
    });
    return this.busy;
  }

  /** Flushes file after file until nothing is dirty or the tries are used up. */
  flushAll(triesLeft: number, done: () => void): void {
    const goesOn =
      triesLeft > 0 &&
      this.flush(0, (failure) => this.flushAll(failure === null ? triesLeft : triesLeft - 1, done));
    if (goesOn) return;
    this.stampCheckpoint();
    done();
  }

  stampCheckpoint(): void {
    const stamp = this.files.flushedStoreTimestampMs;
    if (stamp <= 0 || stamp === this.checkpoint.physicMsgTimestampMs) return;
    this.checkpoint.physicMsgTimestampMs = stamp;
    this.onStamped();
  }
}

/**
 * ASYNC_FLUSH: a round each 500 ms, for which four dirty pages are enough, or every 10 s a single byte. Puts are answered at
 * once. Rounds that would find nothing do not happen.
 * Source: RocketMQ 4.9.1 `CommitLog.FlushRealTimeService`.
 */
export class AsyncFlusher implements CommitLogFlusher {
  private readonly run: FlushRun;
  private readonly config: StoreConfig;
  private cadence: FlushCadence | null = null;
  private timer: Timer | null = null;
  private planned: FlushInstant | null = null;
  private whenIdle: (() => void) | null = null;
  /** The last round failed, and no put has come since: nothing cuts the sleep short. */
  private failed = false;

  constructor(parts: CommitLogFlushParts) {
    this.run = new FlushRun(parts);
    this.config = parts.config;
  }

  start(): void {
    const {config} = this;
    this.cadence = new FlushCadence(
      this.run.host.clock.monotonicNs(),
      true,
      () => config.flushIntervalCommitLog,
      () => config.flushCommitLogThoroughInterval,
    );
    this.plan();
  }

  appended(_endOffset: number, _waits: boolean, done: (outcome: FlushOutcome) => void): void {
    done('PUT_OK');
    this.dirtied();
  }

  dirtied(): void {
    this.failed = false;
    // A round already planned is early enough, unless it is a thorough one and there are pages enough for any.
    const {planned} = this;
    if (planned === null || (planned.thorough && this.hasPagesEnough)) this.plan();
  }

  shutdown(done: () => void): void {
    this.timer?.cancel();
    this.cadence = null;
    this.planned = null;
    this.whenIdle = () => this.run.flushAll(FINAL_FLUSH_TRIES, done);
    if (!this.run.busy) this.whenIdle();
  }

  private get hasPagesEnough(): boolean {
    return this.run.files.dirtyFile(this.config.flushCommitLogLeastPages) !== null;
  }

  private plan(): void {
    if (this.cadence === null || this.run.busy || !this.run.files.isDirty) return;
    const {clock} = this.run.host;
    const nowNs = clock.monotonicNs();
    let flush = this.hasPagesEnough ? this.cadence.next(nowNs) : this.cadence.nextThorough(nowNs);
    // Without `flushCommitLogTimed` a put cuts the sleep short.
    if (!this.config.flushCommitLogTimed && this.hasPagesEnough && !this.failed)
      flush = {...flush, atNs: nowNs};
    if (this.planned?.atNs === flush.atNs) return;
    this.timer?.cancel();
    this.planned = flush;
    this.timer = clock.after((flush.atNs - nowNs) / 1e6, () => this.round(flush));
  }

  private round(flush: FlushInstant): void {
    this.timer = null;
    const leastPages = flush.thorough ? 0 : this.config.flushCommitLogLeastPages;
    const begun = this.run.flush(leastPages, (failure) => {
      this.failed = failure !== null;
      this.run.stampCheckpoint();
      this.planned = null;
      if (this.whenIdle !== null) return this.whenIdle();
      this.cadence?.ended(flush, this.run.host.clock.monotonicNs());
      this.plan();
    });
    if (!begun) {
      this.planned = null;
      this.plan();
    }
  }
}

interface WaitingPut {
  readonly endOffset: number;
  readonly done: (outcome: FlushOutcome) => void;
}

/**
 * SYNC_FLUSH: puts wait. What is waiting when a sync begins is answered by it together; what comes meanwhile waits for
 * the next. A put whose bytes two flushes did not reach, or whose sync failed, is told FLUSH_DISK_TIMEOUT; the real one
 * counts a failed sync as done and says PUT_OK. There is no time-out on the disk, in neither.
 * Source: RocketMQ 4.9.1 `CommitLog.GroupCommitService`.
 */
export class GroupCommitFlusher implements CommitLogFlusher {
  private readonly run: FlushRun;
  private waiting: WaitingPut[] = [];
  /** From the beginning of a cycle to its end; what a put's `done` sets off meanwhile waits for the next. */
  private inCycle = false;
  private started = false;
  private whenIdle: (() => void) | null = null;

  constructor(parts: CommitLogFlushParts) {
    this.run = new FlushRun(parts);
  }

  start(): void {
    this.started = true;
    this.cycle();
  }

  appended(endOffset: number, waits: boolean, done: (outcome: FlushOutcome) => void): void {
    if (waits) this.waiting.push({endOffset, done});
    else done('PUT_OK');
    this.cycle();
  }

  dirtied(): void {
    this.cycle();
  }

  shutdown(done: () => void): void {
    this.whenIdle = () => {
      this.started = false;
      this.run.flushAll(FINAL_FLUSH_TRIES, done);
    };
    if (!this.inCycle) this.rest();
  }

  private cycle(): void {
    if (!this.started || this.inCycle) return;
    this.inCycle = true;
    const batch = this.waiting;
    this.waiting = [];
    // A cycle without a waiting put still flushes, for those that did not want to wait.
    if (batch.length > 0) this.commit(batch, 0, 0);
    else if (!this.run.flush(0, (failure) => this.endCycle(failure))) this.inCycle = false;
  }

  /** Answers the batch from `index` on; `flushes` counts what was done for the put at `index`. */
  private commit(batch: readonly WaitingPut[], index: number, flushes: number): void {
    let failed: DiskError | null = null;
    for (; index < batch.length; index++, flushes = 0) {
      const put = batch[index]!;
      if (this.run.files.flushedWhere >= put.endOffset) {
        put.done('PUT_OK');
        continue;
      }
      const at = index;
      const again = (failure: DiskError | null) => {
        failed = failure;
        this.commit(batch, at, failure === null ? flushes + 1 : FLUSHES_PER_PUT);
      };
      if (flushes < FLUSHES_PER_PUT && this.run.flush(0, again)) return;
      put.done('FLUSH_DISK_TIMEOUT');
    }
    this.endCycle(failed);
  }

  private endCycle(failure: DiskError | null): void {
    this.run.stampCheckpoint();
    this.inCycle = false;
    if (this.waiting.length > 0) this.cycle();
    else if (failure !== null && this.whenIdle === null)
      this.run.host.clock.after(CYCLE_MS, () => this.cycle());
    else if (this.run.files.isDirty && this.whenIdle === null) this.cycle();
    else this.rest();
  }

  private rest(): void {
    const whenIdle = this.whenIdle;
    if (whenIdle === null) return;
    this.whenIdle = () => {};
    whenIdle();
  }
}
