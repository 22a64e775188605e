import type {Clock, Timer} from '../../ports/clock.ts';

/**
 * Work at fixed instants (`firstMs`, `firstMs + periodMs`, ... after this object was made), of which only those happen
 * that somebody asked for: where the real broker looks every period, ours looks at the same instants while there is
 * something to look at.
 */
export class Periodic {
  readonly #clock: Clock;
  readonly #originNs: number;
  readonly #firstMs: number;
  readonly #periodMs: number;
  readonly #run: () => void;
  #timer: Timer | null = null;

  /** @param run asks again (`wake`) if it wants the next instant too */
  constructor(clock: Clock, firstMs: number, periodMs: number, run: () => void) {
    this.#clock = clock;
    this.#originNs = clock.monotonicNs();
    this.#firstMs = firstMs;
    // A period of 0 keeps a real thread busy, or is refused by Java's timer.
    this.#periodMs = Math.max(1, periodMs);
    this.#run = run;
  }

  /** Asks for the next instant. */
  wake(): void {
    if (this.#timer !== null) return;
    const elapsedMs = (this.#clock.monotonicNs() - this.#originNs) / 1e6;
    // An instant that is now has been used already: its timer was set before whatever asks.
    const passed =
      elapsedMs < this.#firstMs ? 0 : Math.floor((elapsedMs - this.#firstMs) / this.#periodMs) + 1;
    const nextMs = this.#firstMs + passed * this.#periodMs;
    this.#timer = this.#clock.after(nextMs - elapsedMs, () => {
      this.#timer = null;
      this.#run();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
