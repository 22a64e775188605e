import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {ConsumeQueue} from './consume-queue.ts';
import {FlushCadence, type FlushInstant} from './poll-cadence.ts';
import type {StoreCheckpoint} from './store-checkpoint.ts';
import type {StoreConfig} from './store-config.ts';

const FINAL_TRIES = 3;

/**
 * Makes consume queues durable: each second those with two dirty pages, each minute all, and then the checkpoint.
 * Source: RocketMQ 4.9.1 `DefaultMessageStore.FlushConsumeQueueService`.
 */
export class ConsumeQueueFlusher {
  private readonly host: Host;
  private readonly config: StoreConfig;
  private readonly checkpoint: StoreCheckpoint;
  private readonly dirty = new Set<ConsumeQueue>();
  private cadence: FlushCadence | null = null;
  private timer: Timer | null = null;
  private planned: FlushInstant | null = null;
  private busy = false;
  private whenIdle: (() => void) | null = null;

  constructor(host: Host, config: StoreConfig, checkpoint: StoreCheckpoint) {
    this.host = host;
    this.config = config;
    this.checkpoint = checkpoint;
  }

  start(): void {
    const {config} = this;
    this.cadence = new FlushCadence(
      this.host.clock.monotonicNs(),
      false,
      () => config.flushIntervalConsumeQueue,
      () => config.flushConsumeQueueThoroughInterval,
    );
    this.plan();
  }

  written(queue: ConsumeQueue): void {
    this.dirty.add(queue);
    const {planned} = this;
    if (planned === null || (planned.thorough && this.hasPagesEnough(queue))) this.plan();
  }

  /** The checkpoint has changed. */
  checkpointStamped(): void {
    if (this.planned === null) this.plan();
  }

  /** Flushes every queue, then runs `done`. The checkpoint is the caller's. */
  shutdown(done: () => void): void {
    this.timer?.cancel();
    this.cadence = null;
    this.whenIdle = () => this.flush([...this.dirty], 0, FINAL_TRIES, done);
    if (!this.busy) this.whenIdle();
  }

  private hasPagesEnough(queue: ConsumeQueue): boolean {
    return queue.files.dirtyFile(this.config.flushConsumeQueueLeastPages) !== null;
  }

  private plan(): void {
    if (this.cadence === null || this.busy) return;
    if (this.dirty.size === 0 && !this.checkpoint.isDirty) return;
    const nowNs = this.host.clock.monotonicNs();
    let urgent = false;
    for (const queue of this.dirty) urgent ||= this.hasPagesEnough(queue);
    const flush = urgent ? this.cadence.next(nowNs) : this.cadence.nextThorough(nowNs);
    if (this.planned?.atNs === flush.atNs) return;
    this.timer?.cancel();
    this.planned = flush;
    this.timer = this.host.clock.after((flush.atNs - nowNs) / 1e6, () => this.round(flush));
  }

  private round(flush: FlushInstant): void {
    const logicsMsgTimestampMs = this.checkpoint.logicsMsgTimestampMs;
    const end = () => {
      this.busy = false;
      this.planned = null;
      if (this.whenIdle !== null) return this.whenIdle();
      this.cadence?.ended(flush, this.host.clock.monotonicNs());
      this.plan();
    };
    this.busy = true;
    const leastPages = flush.thorough ? 0 : this.config.flushConsumeQueueLeastPages;
    this.flush([...this.dirty], leastPages, 1, () => {
      if (!flush.thorough) return end();
      // What came in while queue after queue was flushed is not vouched for.
      if (logicsMsgTimestampMs > 0) this.checkpoint.logicsMsgTimestampMs = logicsMsgTimestampMs;
      if (this.checkpoint.isDirty) this.checkpoint.flush(end);
      else end();
    });
  }

  /** One queue after the other, each file with enough dirty pages; `done` may run at once. */
  private flush(queues: ConsumeQueue[], leastPages: number, tries: number, done: () => void): void {
    for (let queue = queues.pop(); queue !== undefined; queue = queues.pop()) {
      const current = queue;
      const begun = current.files.flush(leastPages, (failure) => {
        if (failure !== null) {
          const text = `flush of consume queue ${current.topic}-${current.queueId} failed: ${failure.message}`;
          report(this.host.journal, {kind: 'warned', text});
        }
        // A second file may be dirty too; a round leaves it to the next, the last flush of all does not.
        if (tries > 1 || (failure === null && leastPages === 0)) queues.push(current);
        this.flush(queues, leastPages, failure === null ? tries : tries - 1, done);
      });
      if (begun) return;
      if (!current.files.isDirty) this.dirty.delete(current);
    }
    done();
  }
}
