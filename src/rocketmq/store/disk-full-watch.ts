import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {RunningFlag, type RunningFlags} from './running-flags.ts';

const FIRST_LOOK_NS = 1_000_000_000;
const PERIOD_NS = 10_000_000_000;
/** Default of the system property `rocketmq.broker.diskSpaceWarningLevelRatio`. */
const WARNING_RATIO = 0.9;

/**
 * The part of a disk that is used, 0 to 1; -1 for a disk without size, or one that does not say.
 * Source: `UtilAll#getDiskPartitionSpaceUsedPercent`.
 */
export function diskUsedRatio(host: Host): number {
  try {
    const total = host.disk.totalBytes();
    return total > 0 ? (total - host.disk.freeBytes()) / total : -1;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return -1;
  }
}

/**
 * Above 90 % of the disk no message is taken. The real one looks 1 s after its start and each 10 s from then on; only puts care,
 * so here the first put after each of those instants looks.
 * Source: RocketMQ 4.9.1 `DefaultMessageStore.CleanCommitLogService#isSpaceFull`.
 */
export class DiskFullWatch {
  private readonly host: Host;
  private readonly flags: RunningFlags;
  private nextLookNs = Number.POSITIVE_INFINITY;

  constructor(host: Host, flags: RunningFlags) {
    this.host = host;
    this.flags = flags;
  }

  start(): void {
    this.nextLookNs = this.host.clock.monotonicNs() + FIRST_LOOK_NS;
  }

  /** Looks, if the instant for it has passed. */
  look(): void {
    const nowNs = this.host.clock.monotonicNs();
    if (nowNs < this.nextLookNs) return;
    this.nextLookNs += (Math.floor((nowNs - this.nextLookNs) / PERIOD_NS) + 1) * PERIOD_NS;
    const ratio = diskUsedRatio(this.host);
    this.mark(ratio, ratio > WARNING_RATIO);
  }

  /** The cleaning service has looked; it takes the mark away only where there is space enough not to clean in haste. */
  cleaned(ratio: number, okRatio: number): void {
    if (ratio > WARNING_RATIO) this.mark(ratio, true);
    else if (ratio <= okRatio) this.mark(ratio, false);
  }

  private mark(ratio: number, isFull: boolean): void {
    const wasFull = (this.flags.bits & RunningFlag.DISK_FULL) !== 0;
    if (isFull === wasFull) return;
    if (isFull) this.flags.raise(RunningFlag.DISK_FULL);
    else this.flags.clear(RunningFlag.DISK_FULL);
    report(this.host.journal, {
      kind: 'warned',
      text: isFull
        ? `physic disk maybe full soon, used ${ratio}, so mark disk full`
        : `physic disk space OK, used ${ratio}, so mark disk ok`,
    });
  }
}
