import type {Host} from '../../ports/host.ts';
import {CommitLog} from './commit-log.ts';
import {AsyncFlusher, type CommitLogFlusher, GroupCommitFlusher} from './commit-log-flush.ts';
import type {ConsumeQueues} from './consume-queues.ts';
import type {ReplicatedLog} from './ha/ha-parts.ts';
import {HaService} from './ha/ha-service.ts';
import type {LoadedParts} from './loaded-parts.ts';
import type {MappedFileQueue} from './mapped-file-queue.ts';
import type {StoreConfig} from './store-config.ts';

/** Makes a commit log on a ledger. @param onReadable to be called whenever more can be read */
export type OpenLedger = (
  host: Host,
  config: StoreConfig,
  queues: ConsumeQueues,
  onReadable: () => void,
) => CommitLog;

/** The commit log of a store, and what replicates it. */
export interface StoreLog {
  readonly commitLog: CommitLog;
  /** Null on a ledger, which replicates itself. */
  readonly ha: HaService | null;
}

/** What a log needs to know of its store, as it stands then. */
export interface LogOwner {
  /** Null until its files are loaded. */
  loaded(): LoadedParts | null;
  isRunning(): boolean;
}

/**
 * Makes the log that a configuration asks for: on a ledger, or one that flushes in the foreground or the background and that a
 * master hands on to its slaves.
 * Source: the constructors of RocketMQ 4.9.1 `store.DefaultMessageStore` and `store.CommitLog`.
 */
export function makeStoreLog(
  host: Host,
  config: StoreConfig,
  queues: ConsumeQueues,
  openLedger: OpenLedger | null,
  store: LogOwner,
): StoreLog {
  if (openLedger !== null) {
    const onReadable = () => store.loaded()?.dispatcher.wake();
    return {commitLog: openLedger(host, config, queues, onReadable), ha: null};
  }
  const flusher = (files: MappedFileQueue): CommitLogFlusher => {
    const onStamped = () => store.loaded()?.queueFlusher.checkpointStamped();
    const parts = {host, config, files, checkpoint: store.loaded()!.checkpoint, onStamped};
    return config.flushDiskType === 'SYNC_FLUSH' ? new GroupCommitFlusher(parts) : new AsyncFlusher(parts);
  };
  const log: ReplicatedLog = {
    get maxOffset() {
      return commitLog.maxOffset;
    },
    // A store that is stopping neither gives nor takes: its link to the other side stays up, and idle.
    read: (offset, lengthBytes) => (store.isRunning() ? commitLog.files.read(offset, lengthBytes) : null),
    append: (startOffset, bytes) => store.isRunning() && commitLog.appendData(startOffset, bytes),
  };
  const ha = new HaService({host, config, log});
  const commitLog = new CommitLog(
    host,
    config,
    queues,
    flusher,
    () => {
      store.loaded()!.dispatcher.wake();
      ha.appended();
    },
    (endOffset, done) => ha.replicate(endOffset, done),
  );
  return {commitLog, ha};
}
