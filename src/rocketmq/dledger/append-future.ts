import type {AppendEntryResponse} from './protocol.ts';

/**
 * An append that waits for its quorum. `pos` is known at once; -1 means that it was refused, and the response is there already.
 * It may never complete: DLedger 0.2.2 forgets what it had under way when it stops leading.
 * Source: DLedger 0.2.2 `AppendFuture`, `BatchAppendFuture`, `TimeoutFuture`.
 */
export class AppendFuture {
  readonly pos: number;
  /** Of a batch: where each of its entries begins. */
  readonly positions: readonly number[] | null;
  private readonly createdMs: number;
  private readonly timeoutMs: number;
  private answer: AppendEntryResponse | null = null;
  private waiter: ((response: AppendEntryResponse) => void) | null = null;

  constructor(pos: number, positions: readonly number[] | null, createdMs: number, timeoutMs: number) {
    this.pos = pos;
    this.positions = positions;
    this.createdMs = createdMs;
    this.timeoutMs = timeoutMs;
  }

  static completed(
    pos: number,
    response: AppendEntryResponse,
    positions: readonly number[] | null = null,
  ): AppendFuture {
    const future = new AppendFuture(pos, positions, 0, 0);
    future.complete(response);
    return future;
  }

  get isDone(): boolean {
    return this.answer !== null;
  }

  /** Null while it waits. */
  get response(): AppendEntryResponse | null {
    return this.answer;
  }

  /** First wall time in ms at which it counts as timed out. */
  get deadlineMs(): number {
    return this.createdMs + this.timeoutMs;
  }

  isTimeOut(nowMs: number): boolean {
    return nowMs - this.createdMs >= this.timeoutMs;
  }

  /** The first answer counts. */
  complete(response: AppendEntryResponse): void {
    if (this.answer !== null) return;
    this.answer = response;
    const {waiter} = this;
    this.waiter = null;
    waiter?.(response);
  }

  /** At most one may wait. It is called at once if the answer is there, otherwise from a later event. */
  whenComplete(run: (response: AppendEntryResponse) => void): void {
    if (this.answer !== null) run(this.answer);
    else this.waiter = run;
  }
}
