/** A strictly monotone relation between virtual time (µs) and the time a person watches (seconds on screen). */
export interface TimeMap {
  toScreen(us: number): number;
  toVirtual(seconds: number): number;
}

/** One constant pace: `rate` virtual seconds pass in one second on screen. */
export function linearTime(rate: number): TimeMap {
  const usPerSecond = rate * 1e6;
  return {
    toScreen: (us) => us / usPerSecond,
    toVirtual: (seconds) => seconds * usPerSecond,
  };
}
