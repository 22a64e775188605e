/** What keeps a store from being written; bit 1, not readable, is raised by nobody. Source: RocketMQ 4.9.1 `store.RunningFlags`. */
export const RunningFlag = {
  NOT_WRITEABLE: 2,
  WRITE_LOGICS_QUEUE_ERROR: 4,
  WRITE_INDEX_FILE_ERROR: 8,
  DISK_FULL: 16,
} as const;

const BLOCKS_QUEUES =
  RunningFlag.NOT_WRITEABLE | RunningFlag.WRITE_LOGICS_QUEUE_ERROR | RunningFlag.WRITE_INDEX_FILE_ERROR;
const BLOCKS_PUTS = BLOCKS_QUEUES | RunningFlag.DISK_FULL;

export class RunningFlags {
  bits = 0;

  raise(flag: number): void {
    this.bits |= flag;
  }

  clear(flag: number): void {
    this.bits &= ~flag;
  }

  get writeable(): boolean {
    return (this.bits & BLOCKS_PUTS) === 0;
  }

  /** A full disk stops puts, but what is in the log may still get its queue entry. */
  get queuesWriteable(): boolean {
    return (this.bits & BLOCKS_QUEUES) === 0;
  }
}
