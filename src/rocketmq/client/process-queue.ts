import type {MessageExt} from '../message/message.ts';

/** A queue that nobody has pulled for this long is dropped and taken anew (`rocketmq.client.pull.pullMaxIdleTime`). */
const PULL_MAX_IDLE_MS = 120_000;

/**
 * What a consumer holds of one queue: pulled, and not yet done with.
 *
 * 4.9.1 keeps a red-black tree by offset. Offsets arrive in rising order but for redeliveries, and mostly leave near the
 * front, so here a map holds the messages and a sorted array their offsets; offsets already done are skipped when an end
 * of the array is next looked at.
 *
 * Source: RocketMQ 4.9.1 `client.impl.consumer.ProcessQueue`.
 */
export class ProcessQueue {
  /** No longer ours: whatever still runs for it must not count. */
  dropped = false;
  readonly createdAtMs: number;
  lastPullTimestampMs: number;
  lastConsumeTimestampMs: number;
  /** Sum of the body lengths held. */
  cachedBytes = 0;
  /** Highest offset ever put in. */
  queueOffsetMax = 0;
  private readonly messages = new Map<number, MessageExt>();
  private offsets: number[] = [];
  private head = 0;

  constructor(nowMs: number) {
    this.createdAtMs = nowMs;
    this.lastPullTimestampMs = nowMs;
    this.lastConsumeTimestampMs = nowMs;
  }

  get cachedCount(): number {
    return this.messages.size;
  }

  isPullExpired(nowMs: number): boolean {
    return nowMs - this.lastPullTimestampMs > PULL_MAX_IDLE_MS;
  }

  putMessages(messages: readonly MessageExt[]): void {
    for (const message of messages) {
      const offset = message.queueOffset;
      if (!this.messages.has(offset)) {
        this.insertOffset(offset);
        this.queueOffsetMax = offset;
        this.cachedBytes += message.body.length;
      }
      this.messages.set(offset, message);
    }
  }

  /**
   * Takes messages out. Answers the offset to commit: the smallest one still held, or one past the highest ever held; -1
   * if nothing was held, which must not be committed.
   */
  removeMessages(messages: readonly MessageExt[], nowMs: number): number {
    this.lastConsumeTimestampMs = nowMs;
    if (this.messages.size === 0) return -1;
    for (const message of messages) {
      if (this.messages.delete(message.queueOffset)) this.cachedBytes -= message.body.length;
    }
    return this.messages.size === 0 ? this.queueOffsetMax + 1 : this.firstOffset();
  }

  /** Distance from the first offset held to the last; 0 if nothing is. */
  maxSpan(): number {
    return this.messages.size === 0 ? 0 : this.lastOffset() - this.firstOffset();
  }

  /** Lowest offset held; 0 if nothing is. */
  firstOffset(): number {
    if (this.messages.size === 0) return 0;
    while (!this.messages.has(this.offsets[this.head]!)) this.head++;
    return this.offsets[this.head]!;
  }

  /** Highest offset held; 0 if nothing is. */
  lastOffset(): number {
    if (this.messages.size === 0) return 0;
    while (!this.messages.has(this.offsets[this.offsets.length - 1]!)) this.offsets.pop();
    return this.offsets[this.offsets.length - 1]!;
  }

  firstMessage(): MessageExt | null {
    return this.messages.size === 0 ? null : this.messages.get(this.firstOffset())!;
  }

  clear(): void {
    this.messages.clear();
    this.offsets = [];
    this.head = 0;
    this.cachedBytes = 0;
    this.queueOffsetMax = 0;
  }

  private insertOffset(offset: number): void {
    if (this.messages.size === 0) {
      this.offsets.length = 0;
      this.head = 0;
      this.offsets.push(offset);
      return;
    }
    if (this.head >= 1024 && this.head * 2 >= this.offsets.length) {
      this.offsets = this.offsets.slice(this.head);
      this.head = 0;
    }
    const last = this.offsets[this.offsets.length - 1];
    if (last === undefined || last < offset) {
      this.offsets.push(offset);
      return;
    }
    // A lower offset than one already seen: after a reset, or a pull answered twice.
    let low = this.head;
    let high = this.offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    if (this.offsets[low] !== offset) this.offsets.splice(low, 0, offset);
  }
}
