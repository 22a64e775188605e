import type {Host} from '../../ports/host.ts';
import type {MessageExt} from '../message/message.ts';
import {CleanService} from './clean-service.ts';
import type {CommitLog} from './commit-log.ts';
import {ConsumeQueueFlusher} from './consume-queue-flush.ts';
import type {ConsumeQueues} from './consume-queues.ts';
import {type DelayLevels, SCHEDULE_TOPIC} from './delay-levels.ts';
import type {DiskFullWatch} from './disk-full-watch.ts';
import {Dispatcher} from './dispatcher.ts';
import {IndexService} from './index-service.ts';
import type {MessageToStore, PutMessageResult} from './message-store.ts';
import {RecordChecker} from './record-check.ts';
import type {RunningFlags} from './running-flags.ts';
import {ScheduleMessageService} from './schedule-message-service.ts';
import {StoreCheckpoint} from './store-checkpoint.ts';
import type {StoreConfig} from './store-config.ts';

/** What a store works with once its files are loaded. */
export interface LoadedParts {
  readonly checkpoint: StoreCheckpoint;
  readonly index: IndexService;
  readonly checker: RecordChecker;
  readonly queueFlusher: ConsumeQueueFlusher;
  readonly dispatcher: Dispatcher;
  readonly schedule: ScheduleMessageService;
  readonly cleaner: CleanService;
  readonly delayLevels: DelayLevels;
}

/** What they are made of: a commit log and queues that are loaded, and not recovered yet. */
export interface LoadedFiles {
  readonly host: Host;
  readonly config: StoreConfig;
  readonly commitLog: CommitLog;
  readonly queues: ConsumeQueues;
  readonly flags: RunningFlags;
  readonly diskFull: DiskFullWatch;
  readonly delayLevels: DelayLevels;
  readonly cleanExit: boolean;
  lookMessage(physicalOffset: number): MessageExt | null;
  putMessage(message: MessageToStore, done: (result: PutMessageResult) => void): void;
}

/** Loads checkpoint, index and delay offsets, and makes what keeps queues and log going; null where a file cannot be loaded. */
export function loadParts(files: LoadedFiles): LoadedParts | null {
  const {host, config, commitLog, queues, flags, diskFull, delayLevels} = files;
  const checkpoint = new StoreCheckpoint(host, `${config.storePathRootDir}/checkpoint`);
  const index = new IndexService(host, config, `${config.storePathRootDir}/index`, checkpoint);
  index.load(files.cleanExit);
  const checker = new RecordChecker(delayLevels);
  const queueFlusher = new ConsumeQueueFlusher(host, config, checkpoint);
  const schedule = new ScheduleMessageService({
    host,
    config,
    queues,
    delayLevels,
    lookMessage: (offset) => files.lookMessage(offset),
    putMessage: (message, done) => files.putMessage(message, done),
  });
  if (!schedule.load()) return null;
  const dispatcher = new Dispatcher({
    host,
    config,
    commitLog,
    queues,
    index,
    checkpoint,
    flags,
    checker,
    onQueueWritten: (queue) => {
      queueFlusher.written(queue);
      if (queue.topic === SCHEDULE_TOPIC) schedule.wake(queue.queueId);
    },
  });
  const cleaner = new CleanService({host, config, commitLog, queues, index, diskFull});
  commitLog.onRolled = () => cleaner.wake();
  commitLog.onCutBack = (offset) => dispatcher.cutBack(offset);
  return {checkpoint, index, checker, queueFlusher, dispatcher, schedule, cleaner, delayLevels};
}
