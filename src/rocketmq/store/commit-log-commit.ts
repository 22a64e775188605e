import type {Timer} from '../../ports/clock.ts';
import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {MappedFileQueue} from './mapped-file-queue.ts';
import type {StoreConfig} from './store-config.ts';

const FINAL_TRIES = 10;

/**
 * Moves what was put into the write buffers of the pool on into the page cache: when a put wakes it and four pages wait, or
 * when 200 ms have passed since it last did. Only then can messages be read, dispatched, flushed and replicated. Rounds
 * that would find nothing do not happen.
 * Source: RocketMQ 4.9.1 `CommitLog.CommitRealTimeService`.
 */
export class CommitService {
  private readonly host: Host;
  private readonly config: StoreConfig;
  private readonly files: MappedFileQueue;
  private readonly onCommitted: () => void;
  /** When the last round began; without one, those of an idle service are counted from here. */
  private lastRoundNs = 0;
  private lastThoroughNs = 0;
  private timer: Timer | null = null;
  private woken: Timer | null = null;
  private running = false;

  constructor(host: Host, config: StoreConfig, files: MappedFileQueue, onCommitted: () => void) {
    this.host = host;
    this.config = config;
    this.files = files;
    this.onCommitted = onCommitted;
  }

  start(): void {
    this.running = true;
    this.lastRoundNs = this.host.clock.monotonicNs();
    this.lastThoroughNs = this.lastRoundNs;
  }

  /** Something was put. */
  wake(): void {
    if (!this.running || this.woken !== null) return;
    const nowNs = this.host.clock.monotonicNs();
    this.passIdleRounds(nowNs);
    if (this.isThorough(nowNs) || this.files.isAbleToCommit(this.config.commitCommitLogLeastPages)) {
      this.woken = this.host.clock.after(0, () => {
        this.woken = null;
        this.round();
      });
      return;
    }
    // A round that finds too little; the next one is counted from it.
    this.lastRoundNs = nowNs;
    if (this.timer === null) this.arm(nowNs);
  }

  /** Moves everything that is left; nothing is moved afterwards. */
  shutdown(): void {
    this.running = false;
    this.timer?.cancel();
    this.woken?.cancel();
    for (let tries = FINAL_TRIES; tries > 0 && this.commit(0); tries--);
  }

  private get intervalNs(): number {
    return Math.max(1, this.config.commitIntervalCommitLog) * 1e6;
  }

  private isThorough(nowNs: number): boolean {
    return nowNs >= this.lastThoroughNs + this.config.commitCommitLogThoroughInterval * 1e6;
  }

  /** The rounds since the last one, in which there was nothing to move. */
  private passIdleRounds(nowNs: number): void {
    if (this.timer !== null) return;
    const {intervalNs} = this;
    const thoroughNs = Math.max(0, this.config.commitCommitLogThoroughInterval) * 1e6;
    const passed = Math.floor((nowNs - this.lastRoundNs) / intervalNs);
    const firstThorough = Math.max(
      1,
      Math.ceil((this.lastThoroughNs + thoroughNs - this.lastRoundNs) / intervalNs),
    );
    if (firstThorough <= passed) {
      const period = Math.max(1, Math.ceil(thoroughNs / intervalNs));
      const last = firstThorough + Math.floor((passed - firstThorough) / period) * period;
      this.lastThoroughNs = this.lastRoundNs + last * intervalNs;
    }
    this.lastRoundNs += Math.max(0, passed) * intervalNs;
  }

  private arm(nowNs: number): void {
    this.timer = this.host.clock.after((this.lastRoundNs + this.intervalNs - nowNs) / 1e6, () => {
      this.timer = null;
      const dueNs = this.lastRoundNs + this.intervalNs;
      const atNs = this.host.clock.monotonicNs();
      // Puts have woken it meanwhile.
      if (atNs < dueNs) this.arm(atNs);
      else this.round();
    });
  }

  private round(): void {
    if (!this.running) return;
    const nowNs = this.host.clock.monotonicNs();
    const isThorough = this.isThorough(nowNs);
    this.lastRoundNs = nowNs;
    if (isThorough) this.lastThoroughNs = nowNs;
    if (this.commit(isThorough ? 0 : this.config.commitCommitLogLeastPages)) this.lastThoroughNs = nowNs;
    if (this.files.isAbleToCommit(0) && this.timer === null) this.arm(nowNs);
  }

  private commit(leastPages: number): boolean {
    const {journal} = this.host;
    try {
      if (!this.files.commit(leastPages)) return false;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(journal, {kind: 'warned', text: `commit to the commit log's file: ${error.message}`});
      return false;
    }
    report(journal, {kind: 'log-committed', physicalOffset: this.files.committedWhere});
    this.onCommitted();
    return true;
  }
}
