import type {Clock, Timer} from '../../ports/clock.ts';

/** A task that may wait for answers; it calls `done` once when Java's `run()` would have returned. */
export type ScheduledTask = (done: () => void) => void;

/**
 * One thread that runs tasks at fixed rates, as `Executors.newSingleThreadScheduledExecutor` does: a task that is held up,
 * say by a NameServer that does not answer, delays all others, and what was missed is made up for without a pause.
 */
export class ScheduledThread {
  private readonly clock: Clock;
  private readonly timers = new Set<Timer>();
  private readonly waiting: (() => void)[] = [];
  private busy = false;
  private stopped = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The first run after `initialMs`, then one every `periodMs`, counted from when they were due. */
  atFixedRate(initialMs: number, periodMs: number, task: ScheduledTask): void {
    const firstDueNs = this.clock.monotonicNs() + initialMs * 1e6;
    let runs = 0;
    const arm = (): void => {
      const dueNs = firstDueNs + runs * periodMs * 1e6;
      this.arm((dueNs - this.clock.monotonicNs()) / 1e6, () => {
        this.enqueue((done) => {
          task(() => {
            runs++;
            if (!this.stopped) arm();
            done();
          });
        });
      });
    };
    arm();
  }

  once(delayMs: number, task: ScheduledTask): void {
    this.arm(delayMs, () => this.enqueue(task));
  }

  /** What runs is let finish; nothing else begins. */
  shutdown(): void {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.waiting.length = 0;
  }

  private arm(delayMs: number, due: () => void): void {
    if (this.stopped) return;
    const timer = this.clock.after(delayMs, () => {
      this.timers.delete(timer);
      due();
    });
    this.timers.add(timer);
  }

  private enqueue(task: ScheduledTask): void {
    this.waiting.push(() => task(() => this.finished()));
    if (!this.busy) this.next();
  }

  private finished(): void {
    this.busy = false;
    this.next();
  }

  private next(): void {
    const run = this.waiting.shift();
    if (run === undefined) return;
    this.busy = true;
    run();
  }
}
