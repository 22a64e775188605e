import type {Clock} from '../../ports/clock.ts';

/**
 * The lock under which routes are fetched and addresses cleaned up: one at a time, the others wait their turn, but no
 * longer than they say. Source: RocketMQ 4.9.1 `MQClientInstance#lockNamesrv`.
 */
export class WaitingLock {
  private readonly clock: Clock;
  private held = false;
  private readonly waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Runs `got(true)` once the lock is held, at once where it is free, or `got(false)` after `timeoutMs` of waiting. */
  tryLock(timeoutMs: number, got: (held: boolean) => void): void {
    if (!this.held) {
      this.held = true;
      got(true);
      return;
    }
    const timer = this.clock.after(timeoutMs, () => {
      const index = this.waiting.indexOf(enter);
      if (index < 0) return;
      this.waiting.splice(index, 1);
      got(false);
    });
    const enter = (): void => {
      timer.cancel();
      got(true);
    };
    this.waiting.push(enter);
  }

  unlock(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.held = false;
    else next();
  }
}
