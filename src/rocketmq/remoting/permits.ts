import type {Clock, Timer} from '../../ports/clock.ts';

/** A fair semaphore whose waiters give up after a time. Source: `semaphoreAsync` and `semaphoreOneway` of RocketMQ 4.9.1. */
export class Permits {
  private readonly clock: Clock;
  private free: number;
  private readonly waiters: {readonly run: (acquired: boolean) => void; readonly timer: Timer}[] = [];

  constructor(clock: Clock, permits: number) {
    this.clock = clock;
    this.free = permits;
  }

  get available(): number {
    return this.free;
  }

  get waiting(): number {
    return this.waiters.length;
  }

  /** Takes a permit at once, if there is one. */
  tryAcquire(): boolean {
    if (this.free === 0) return false;
    this.free--;
    return true;
  }

  /** Takes a permit when one is released, or gives up after `timeoutMs`. `run` is called later, once. */
  acquireLater(timeoutMs: number, run: (acquired: boolean) => void): void {
    const waiter = {
      run,
      timer: this.clock.after(timeoutMs, () => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        run(false);
      }),
    };
    this.waiters.push(waiter);
  }

  /** Gives a permit back; whoever has waited longest gets it at once. */
  release(): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) {
      this.free++;
      return;
    }
    waiter.timer.cancel();
    waiter.run(true);
  }
}
