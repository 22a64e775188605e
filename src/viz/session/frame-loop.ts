/** A tab that was in the background does not leap forward when it comes back. */
const LONGEST_TICK_SECONDS = 0.1;

/** Calls its work once per picture, for as long as there is any. */
export class FrameLoop {
  /** @returns whether there is more to do */
  readonly #work: (seconds: number) => boolean;
  readonly #failed: () => void;
  #scheduled = false;
  #lastTickMs = 0;

  /**
   * @param work does what is due after so many seconds on screen, and says whether there is more
   * @param failed is told when `work` threw; nothing more is done until the next `schedule`
   */
  constructor(work: (seconds: number) => boolean, failed: () => void) {
    this.#work = work;
    this.#failed = failed;
  }

  /** The next picture is the first of a stretch: no time has passed before it. */
  restart(): void {
    this.#lastTickMs = 0;
  }

  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const tick = (): void => {
      this.#scheduled = false;
      try {
        this.#tick(performance.now());
      } catch (error) {
        // One bad moment must not stop the clock: show what can be shown, and let the person move on.
        console.error('a moment could not be shown', error);
        this.#failed();
      }
    };
    // A hidden tab gets no animation frames; the world goes on being read all the same.
    if (document.hidden) setTimeout(tick, 50);
    else requestAnimationFrame(tick);
  }

  #tick(nowMs: number): void {
    const seconds =
      this.#lastTickMs === 0 ? 0 : Math.min(LONGEST_TICK_SECONDS, (nowMs - this.#lastTickMs) / 1000);
    this.#lastTickMs = nowMs;
    if (this.#work(seconds)) this.schedule();
    else this.#lastTickMs = 0;
  }
}
