import type {Host} from '../../ports/host.ts';
import type {CheckpointFile} from './checkpoint-file.ts';
import type {DLedgerConfig} from './config.ts';
import type {LedgerFileList} from './ledger-file-list.ts';
import {PollingThread} from './polling-thread.ts';

/**
 * Makes one data file and then one index file durable every 10 ms, if there is anything to write, and writes the checkpoint
 * every 3 s, also when nothing has changed. Nobody waits for it.
 * Source: DLedger 0.2.2 `DLedgerMmapFileStore.FlushDataService`.
 */
export class FlushService {
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly dataFiles: LedgerFileList;
  private readonly indexFiles: LedgerFileList;
  private readonly checkpoint: CheckpointFile;
  private readonly thread: PollingThread;
  private lastCheckpointMs: number;

  constructor(
    host: Host,
    config: DLedgerConfig,
    dataFiles: LedgerFileList,
    indexFiles: LedgerFileList,
    checkpoint: CheckpointFile,
  ) {
    this.host = host;
    this.config = config;
    this.dataFiles = dataFiles;
    this.indexFiles = indexFiles;
    this.checkpoint = checkpoint;
    this.lastCheckpointMs = host.clock.nowMs();
    this.thread = new PollingThread(host, config.flushFileIntervalMs, () => this.pass());
  }

  start(): void {
    this.thread.start();
  }

  stop(): void {
    this.thread.stop();
  }

  /** Something was written: the next round flushes it. */
  notice(): void {
    this.thread.notice();
  }

  private pass(): void {
    this.thread.block();
    this.dataFiles.flush(() => this.indexFiles.flush(() => this.thread.continueWith(() => this.flushed())));
  }

  private flushed(): void {
    const {clock} = this.host;
    const dueMs = this.lastCheckpointMs + this.config.checkPointIntervalMs + 1;
    if (clock.nowMs() >= dueMs) {
      this.checkpoint.persist();
      this.lastCheckpointMs = clock.nowMs();
    }
    const isDirty = this.dataFiles.needsFlush || this.indexFiles.needsFlush;
    this.thread.park(isDirty ? clock.nowMs() : this.lastCheckpointMs + this.config.checkPointIntervalMs + 1);
  }
}
