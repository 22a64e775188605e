/** Wall time and timers of one machine. Machines may disagree: a clock can be offset, drift and jump. */
export interface Clock {
  /** Milliseconds since the epoch by this machine's clock; an integer. */
  nowMs(): number;
  /** Nanoseconds from an arbitrary origin, never going backwards, whatever happens to the wall clock. */
  monotonicNs(): number;
  /**
   * Runs `run` once, `delayMs` from now (monotonic; not moved by a jump of the wall clock). Fractions are allowed
   * down to a microsecond; a delay of 0 or less runs after everything already due. Timers due at one instant run
   * in the order they were set.
   */
  after(delayMs: number, run: () => void): Timer;
}

export interface Timer {
  /** Stops a timer that has not run; otherwise does nothing. */
  cancel(): void;
}
