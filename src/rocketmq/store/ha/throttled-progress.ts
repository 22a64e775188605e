import type {Clock, Timer} from '../../../ports/clock.ts';

/** Between two facts about one stream's progress. */
const PERIOD_MS = 50;

/**
 * Tells how far a stream has come: at once where nothing was told for 50 ms, otherwise when those are over. So slow traffic is
 * told step by step, fast traffic 20 times a second, and what is told last is always where it stands.
 */
export class ThrottledProgress {
  private readonly clock: Clock;
  private readonly tell: (offset: number) => void;
  private offset = 0;
  private told = 0;
  private timer: Timer | null = null;

  constructor(clock: Clock, tell: (offset: number) => void) {
    this.clock = clock;
    this.tell = tell;
  }

  reached(offset: number): void {
    if (offset === this.offset) return;
    this.offset = offset;
    if (this.timer === null) this.round();
  }

  /** Tells what was not told yet; nothing follows. */
  stop(): void {
    this.timer?.cancel();
    this.timer = null;
    if (this.offset !== this.told) this.tell(this.offset);
    this.told = this.offset;
  }

  private round(): void {
    this.timer = null;
    if (this.offset === this.told) return;
    this.told = this.offset;
    this.tell(this.offset);
    this.timer = this.clock.after(PERIOD_MS, () => this.round());
  }
}
