import {DiskError, type DiskFile} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {readInt64, writeInt64} from '../message/int64.ts';

const CHECKPOINT_BYTES = 4096;
const USED_BYTES = 24;
/** Messages this much older than the oldest of the two stamps are certain to be flushed. */
const SAFETY_MS = 3000;

/**
 * Up to which store time log, queues and index are known to be durable; recovery after a crash starts no later than
 * there. The stamps are set in memory and reach the file with `flush`. Source: RocketMQ 4.9.1 `store.StoreCheckpoint`.
 */
export class StoreCheckpoint {
  physicMsgTimestampMs = 0;
  logicsMsgTimestampMs = 0;
  indexMsgTimestampMs = 0;
  private readonly file: DiskFile;
  private readonly bytes = new Uint8Array(USED_BYTES);
  private readonly view = new DataView(this.bytes.buffer);

  constructor(host: Host, path: string) {
    this.file = host.disk.open(path, 'create');
    if (this.file.sizeBytes() < CHECKPOINT_BYTES) this.file.truncate(CHECKPOINT_BYTES);
    this.bytes.set(this.file.readAt(0, USED_BYTES));
    this.physicMsgTimestampMs = readInt64(this.view, 0);
    this.logicsMsgTimestampMs = readInt64(this.view, 8);
    this.indexMsgTimestampMs = readInt64(this.view, 16);
  }

  get minTimestampMs(): number {
    return Math.max(0, Math.min(this.physicMsgTimestampMs, this.logicsMsgTimestampMs) - SAFETY_MS);
  }

  get minTimestampIndexMs(): number {
    return Math.min(this.minTimestampMs, this.indexMsgTimestampMs);
  }

  /** Would a flush write anything new? */
  get isDirty(): boolean {
    return (
      this.physicMsgTimestampMs !== readInt64(this.view, 0) ||
      this.logicsMsgTimestampMs !== readInt64(this.view, 8) ||
      this.indexMsgTimestampMs !== readInt64(this.view, 16)
    );
  }

  /** Writes and syncs; `done` gets null or what failed, at once where the disk refuses the write. */
  flush(done: (failure: DiskError | null) => void): void {
    try {
      this.write();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      done(error);
      return;
    }
    this.file.sync(done);
  }

  close(): void {
    this.file.close();
  }

  private write(): void {
    const stamps = new Uint8Array(USED_BYTES);
    const view = new DataView(stamps.buffer);
    writeInt64(view, 0, this.physicMsgTimestampMs);
    writeInt64(view, 8, this.logicsMsgTimestampMs);
    writeInt64(view, 16, this.indexMsgTimestampMs);
    this.file.writeAt(0, stamps);
    this.bytes.set(stamps);
  }
}
