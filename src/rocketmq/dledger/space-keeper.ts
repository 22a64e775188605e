import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {civilTime} from '../message/calendar.ts';
import type {DLedgerConfig} from './config.ts';
import type {LedgerFileList} from './ledger-file-list.ts';

const LOOK_MS = 100;
const BETWEEN_FILES_MS = 100;
const FILES_PER_PASS = 10;
const HOUR_MS = 3_600_000;
const FULL_ABOVE_FORCE = 0.05;
const FULL_RATIO_MAX = 0.95;
const FORCE_RATIO_MIN = 0.5;
/** How often ours looks while nothing can be deleted: a disk that others fill must be noticed too. */
const IDLE_LOOK_MS = 10_000;

/**
 * Deletes old data files and refuses appends on a full disk. The real one looks every 100 ms. Ours looks at the disk when an
 * entry is to be appended and 100 ms have passed, and for files to delete every 100 ms while there is one to
 * delete, otherwise every 10 s.
 * Source: DLedger 0.2.2 `DLedgerMmapFileStore.CleanSpaceService`, `MmapFileList#deleteExpiredFileByTime`.
 */
export class SpaceKeeper {
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly dataFiles: LedgerFileList;
  private readonly keptFrom: () => number;
  private readonly beginMoved: () => void;
  private full = false;
  private nextLookNs = 0;
  private timer: Timer | null = null;

  /**
   * @param keptFrom no file that reaches beyond this offset goes
   * @param beginMoved files in front have gone
   */
  constructor(
    host: Host,
    config: DLedgerConfig,
    dataFiles: LedgerFileList,
    keptFrom: () => number,
    beginMoved: () => void,
  ) {
    this.host = host;
    this.config = config;
    this.dataFiles = dataFiles;
    this.keptFrom = keptFrom;
    this.beginMoved = beginMoved;
  }

  start(): void {
    this.full = this.usedRatio() > this.fullRatio;
    this.lookIn(LOOK_MS);
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  /** As of the last of the looks that the real one takes. */
  isDiskFull(): boolean {
    const nowNs = this.host.clock.monotonicNs();
    if (nowNs < this.nextLookNs) return this.full;
    this.nextLookNs = nowNs + LOOK_MS * 1e6;
    const full = this.usedRatio() > this.fullRatio;
    if (full !== this.full) {
      const text = full ? 'disk full: no entry is appended' : 'disk no longer full';
      report(this.host.journal, {kind: 'warned', text});
    }
    this.full = full;
    return full;
  }

  private get fullRatio(): number {
    return Math.min(this.config.diskSpaceRatioToForceClean + FULL_ABOVE_FORCE, FULL_RATIO_MAX);
  }

  private usedRatio(): number {
    const total = this.host.disk.totalBytes();
    return total > 0 ? (total - this.host.disk.freeBytes()) / total : -1;
  }

  private lookIn(delayMs: number): void {
    this.timer = this.host.clock.after(delayMs, () => this.look());
  }

  private look(): void {
    this.timer = null;
    const {config, dataFiles} = this;
    if (dataFiles.files.length < 2) {
      this.lookIn(IDLE_LOOK_MS);
      return;
    }
    const ratio = this.usedRatio();
    const isTime = config.deleteWhen
      .split(';')
      .some((hour) => Number(hour) === civilTime(this.host.clock.nowMs()).hour);
    const isForced =
      config.enableDiskForceClean && ratio > Math.max(config.diskSpaceRatioToForceClean, FORCE_RATIO_MIN);
    if (!isTime && !(ratio > config.diskSpaceRatioToCheckExpired)) {
      this.lookIn(IDLE_LOOK_MS);
      return;
    }
    this.deleteExpired(isForced, 0);
  }

  /** The oldest first, never the last, committed or not; a young one ends the pass. Between two of them lies a pause. */
  private deleteExpired(isForced: boolean, deleted: number): void {
    const {dataFiles, host} = this;
    const reservedMs = Math.max(this.config.fileReservedHours * HOUR_MS, HOUR_MS);
    const first = dataFiles.first;
    const isLast = dataFiles.files.length < 2;
    const isKept = first !== undefined && first.fromOffset + first.sizeBytes > this.keptFrom();
    const isOld = first !== undefined && host.clock.nowMs() >= host.disk.modifiedMs(first.path) + reservedMs;
    if (first === undefined || isLast || isKept || deleted >= FILES_PER_PASS || !(isOld || isForced)) {
      if (deleted > 0) this.beginMoved();
      this.lookIn(deleted > 0 ? LOOK_MS : IDLE_LOOK_MS);
      return;
    }
    dataFiles.removeFile(first);
    this.timer = host.clock.after(dataFiles.files.length < 2 ? 0 : BETWEEN_FILES_MS, () =>
      this.deleteExpired(isForced, deleted + 1),
    );
  }
}
