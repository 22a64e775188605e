import type {Timer} from '../../ports/clock.ts';
import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {civilTime} from '../message/calendar.ts';
import type {CommitLog} from './commit-log.ts';
import type {ConsumeQueue} from './consume-queue.ts';
import type {ConsumeQueues} from './consume-queues.ts';
import {type DiskFullWatch, diskUsedRatio} from './disk-full-watch.ts';
import type {IndexService} from './index-service.ts';
import {nextPollNs} from './poll-cadence.ts';
import type {StoreConfig} from './store-config.ts';

const FIRST_RUN_NS = 60_000_000_000;
const HOUR_MS = 3_600_000;
const FILES_PER_RUN = 10;
/** Default of the system property `rocketmq.broker.diskSpaceCleanForciblyRatio`. */
const CLEAN_FORCIBLY_RATIO = 0.85;

export interface CleanParts {
  readonly host: Host;
  readonly config: StoreConfig;
  readonly commitLog: CommitLog;
  readonly queues: ConsumeQueues;
  readonly index: IndexService;
  readonly diskFull: DiskFullWatch;
}

type Why = 'expired' | 'disk-filling';
type QueueFloor = {readonly topic: string; readonly queueId: number; readonly minOffset: number};

/**
 * Deletes what is old: every 10 s, from a minute after the start on, it looks whether the hour has come or the disk is filling
 * up, and then lets go of log files whose time is over, or, where the disk is nearly full, of any but the last. Queues and
 * index follow the log. A log of one file can lose nothing, so nobody looks at it.
 * Source: RocketMQ 4.9.1 `DefaultMessageStore.CleanCommitLogService`, `CleanConsumeQueueService`.
 */
export class CleanService {
  private readonly parts: CleanParts;
  private originNs = 0;
  private periodNs = 0;
  private running = false;
  private timer: Timer | null = null;
  private busy = false;
  /** Where the log began when queues and index were last cleaned. */
  private cleanedTo = 0;

  constructor(parts: CleanParts) {
    this.parts = parts;
  }

  start(): void {
    const {clock} = this.parts.host;
    this.periodNs = Math.max(1, this.parts.config.cleanResourceInterval) * 1e6;
    this.originNs = clock.monotonicNs() + FIRST_RUN_NS;
    this.running = true;
    this.wake();
  }

  /** The log may have got another file. */
  wake(): void {
    if (!this.running || this.busy || this.timer !== null || !this.hasWork) return;
    const {clock} = this.parts.host;
    const nowNs = clock.monotonicNs();
    const atNs = nowNs < this.originNs ? this.originNs : nextPollNs(this.originNs, this.periodNs, nowNs);
    this.timer = clock.after((atNs - nowNs) / 1e6, () => {
      this.timer = null;
      this.run();
    });
  }

  shutdown(): void {
    this.running = false;
    this.timer?.cancel();
    this.timer = null;
  }

  private get hasWork(): boolean {
    const {files, minOffset} = this.parts.commitLog;
    return files.files.length > this.parts.commitLog.filesKept || minOffset > this.cleanedTo;
  }

  private run(): void {
    this.busy = true;
    const {commitLog, config} = this.parts;
    const begin = commitLog.minOffset;
    const needs = this.needs();
    const why = needs?.why ?? 'expired';
    const follow = () => {
      const end = commitLog.minOffset;
      if (end <= this.cleanedTo) {
        this.end(begin, why, []);
        return;
      }
      this.cleanedTo = end;
      this.cleanQueues([...this.parts.queues.all()], end, [], (floors) => {
        this.guard('clean the index', () => this.parts.index.deleteExpired(end));
        this.end(begin, why, floors);
      });
    };
    if (needs === null) {
      follow();
      return;
    }
    // One that may go although it is the last goes in a run of its own.
    const count = commitLog.files.files.length;
    const deletable = Math.min(FILES_PER_RUN, count > 1 ? count - 1 : count - commitLog.filesKept);
    this.deleteLogFiles(deletable, needs.atOnce ? null : config.fileReservedTime * HOUR_MS, follow);
  }

  private end(begin: number, why: Why, queues: readonly QueueFloor[]): void {
    const {host, commitLog} = this.parts;
    const minPhysicalOffset = commitLog.minOffset;
    if (minPhysicalOffset > begin || queues.length > 0) {
      report(host.journal, {kind: 'log-cleaned', minPhysicalOffset, why, queues});
    }
    this.busy = false;
    this.wake();
  }

  /** Why files are to go now, and whether their age does not count; null where none are. */
  private needs(): {readonly why: Why; readonly atOnce: boolean} | null {
    const isTime = this.isTimeToDelete();
    if (isTime === null) return null;
    const {isTight, inHaste} = this.space();
    if (!isTime && !isTight) return null;
    return {
      why: isTight ? 'disk-filling' : 'expired',
      atOnce: inHaste && this.parts.config.cleanFileForciblyEnable,
    };
  }

  /** Null where the setting cannot be read: then 4.9.1 deletes nothing from the log, however full the disk. */
  private isTimeToDelete(): boolean | null {
    const {host, config} = this.parts;
    const {hour} = civilTime(host.clock.nowMs());
    // Java's split drops empty parts at the end.
    for (const when of config.deleteWhen.replace(/(?<=.);+$/, '').split(';')) {
      if (!/^[+-]?\d{1,9}$/.test(when)) {
        report(host.journal, {
          kind: 'warned',
          text: `deleteWhen is no list of hours, so no file of the log is deleted: ${config.deleteWhen}`,
        });
        return null;
      }
      if (Number(when) === hour) return true;
    }
    return false;
  }

  /** Source: `CleanCommitLogService#isSpaceToDelete`. */
  private space(): {readonly isTight: boolean; readonly inHaste: boolean} {
    const {config, diskFull} = this.parts;
    const limit = Math.min(95, Math.max(10, config.diskMaxUsedSpaceRatio)) / 100;
    let inHaste = false;
    // Both lie on the machine's one disk; a folder that is not there counts as tight.
    for (const folder of [this.parts.commitLog.folder, `${config.storePathRootDir}/consumequeue`]) {
      const ratio = this.usedRatio(folder);
      diskFull.cleaned(ratio, CLEAN_FORCIBLY_RATIO);
      if (ratio > CLEAN_FORCIBLY_RATIO) inHaste = true;
      if (ratio < 0 || ratio > limit) return {isTight: true, inHaste};
    }
    return {isTight: false, inHaste};
  }

  private usedRatio(folder: string): number {
    let ratio = -1;
    this.guard('measure the disk', () => {
      const {host} = this.parts;
      if (host.disk.exists(folder)) ratio = diskUsedRatio(host);
    });
    return ratio;
  }

  /**
   * One file after the other from the oldest on, with a pause between two, up to the first that has to stay.
   * @param reservedMs how long a file is kept after its last write; null: not at all
   */
  private deleteLogFiles(left: number, reservedMs: number | null, done: () => void): void {
    const {host, commitLog, config} = this.parts;
    const {files} = commitLog.files;
    const oldest = files[0];
    const isKept = () =>
      reservedMs !== null && host.clock.nowMs() < this.modifiedMs(oldest!.path) + reservedMs;
    if (!this.running || left <= 0 || oldest === undefined || isKept()) {
      done();
      return;
    }
    commitLog.files.removeFile(oldest);
    const goOn = () => this.deleteLogFiles(left - 1, reservedMs, done);
    const pauseMs = config.deleteCommitLogFilesInterval;
    if (pauseMs > 0 && left > 1) host.clock.after(pauseMs, goOn);
    else goOn();
  }

  /** As Java has it, 0 where the disk does not say. */
  private modifiedMs(path: string): number {
    let modifiedMs = 0;
    this.guard('see how old a file is', () => {
      modifiedMs = this.parts.host.disk.modifiedMs(path);
    });
    return modifiedMs;
  }

  private cleanQueues(
    queues: ConsumeQueue[],
    minPhysicalOffset: number,
    floors: QueueFloor[],
    done: (floors: readonly QueueFloor[]) => void,
  ): void {
    const {host, config} = this.parts;
    for (let queue = queues.shift(); queue !== undefined && this.running; queue = queues.shift()) {
      const current = queue;
      const {topic, queueId, minOffset} = current;
      let deleted = 0;
      this.guard(`clean consume queue ${topic}-${queueId}`, () => {
        deleted = current.deleteExpired(minPhysicalOffset);
      });
      if (current.minOffset !== minOffset) floors.push({topic, queueId, minOffset: current.minOffset});
      const pauseMs = config.deleteConsumeQueueFilesInterval;
      if (deleted > 0 && pauseMs > 0) {
        host.clock.after(pauseMs, () => this.cleanQueues(queues, minPhysicalOffset, floors, done));
        return;
      }
    }
    done(floors);
  }

  private guard(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report(this.parts.host.journal, {kind: 'warned', text: `${what}: ${error.message}`});
    }
  }
}
