/** No more than so many pushes are under way to one follower. */
export const PENDING_MAX = 1000;
const LEAK_CHECK_MS = 1001;

/** What was sent: an entry, or in batch mode several, under the first one's index. */
export interface PendingPush {
  readonly index: number;
  readonly count: number;
  /** It is sent again from then on, if it is the next that the follower is expected to acknowledge. */
  readonly lateMs: number;
}

/**
 * What has been sent to a follower and not acknowledged. In batch mode an answer bears its last index and this list the first, so
 * that only the look for leaks, taken each second and whenever the list is full, finds what is over.
 * Source: DLedger 0.2.2 `DLedgerEntryPusher.EntryDispatcher`: `pendingMap`, `batchPendingMap`, and where `#doAppend` looks for leaks.
 */
export class PendingPushes {
  private readonly byIndex = new Map<number, PendingPush>();
  private readonly timeoutMs: number;
  private readonly isBatching: boolean;
  private lastLeakCheckMs: number;

  /** @param timeoutMs a push without an answer is late once more than that has passed */
  constructor(timeoutMs: number, isBatching: boolean, nowMs: number) {
    this.timeoutMs = timeoutMs;
    this.isBatching = isBatching;
    this.lastLeakCheckMs = nowMs;
  }

  get isFull(): boolean {
    return this.byIndex.size >= PENDING_MAX;
  }

  get(index: number): PendingPush | undefined {
    return this.byIndex.get(index);
  }

  sent(index: number, count: number, nowMs: number): void {
    this.byIndex.set(index, {index, count, lateMs: nowMs + this.timeoutMs + 1});
  }

  answered(index: number): void {
    this.byIndex.delete(index);
  }

  clear(): void {
    this.byIndex.clear();
  }

  /** When the next look for leaks is taken, if the list is not full before. */
  get leakCheckDueMs(): number {
    return this.lastLeakCheckMs + LEAK_CHECK_MS;
  }

  isLeakCheckDue(nowMs: number): boolean {
    return this.isFull || nowMs >= this.leakCheckDueMs;
  }

  /** Looks for leaks: forgets what the follower has acknowledged. */
  dropAcknowledged(watermark: number, nowMs: number): void {
    for (const [index, {count}] of this.byIndex) {
      const isOver = this.isBatching ? index + count - 1 <= watermark : index < watermark;
      if (isOver) this.byIndex.delete(index);
    }
    this.lastLeakCheckMs = nowMs;
  }
}
