import type {Clock, Timer} from '../../ports/clock.ts';

const WAIT_INTERVAL_MS = 20_000;

/**
 * Runs a round, then waits twenty seconds or until woken. A wake-up that comes during a round makes another one follow it.
 * Source: RocketMQ 4.9.1 `client.impl.consumer.RebalanceService`, `common.ServiceThread#waitForRunning`.
 */
export class RebalanceThread {
  private readonly clock: Clock;
  private readonly round: (done: () => void) => void;
  private timer: Timer | null = null;
  private running = false;
  private notified = false;
  private stopped = false;

  constructor(clock: Clock, round: (done: () => void) => void) {
    this.clock = clock;
    this.round = round;
  }

  start(): void {
    this.wait();
  }

  wakeup(): void {
    if (this.stopped || this.notified) return;
    this.notified = true;
    if (!this.running) this.arm(0);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private wait(): void {
    this.arm(this.notified ? 0 : WAIT_INTERVAL_MS);
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.clock.after(delayMs, () => {
      this.timer = null;
      this.notified = false;
      this.running = true;
      this.round(() => {
        this.running = false;
        if (!this.stopped) this.wait();
      });
    });
  }
}
