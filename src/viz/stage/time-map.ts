/** A stretch of virtual time in which nothing happened that the story tells of. */
export interface Gap {
  readonly fromUs: number;
  readonly toUs: number;
}

/** A strictly monotone relation between virtual time (µs) and the time a person watches (seconds on screen). */
export interface TimeMap {
  toScreen(us: number): number;
  toVirtual(seconds: number): number;
  /** Stretches that pass in a blink, where the map has such. */
  readonly gaps?: readonly Gap[];
}

/** One constant pace: `rate` virtual seconds pass in one second on screen. */
export function linearTime(rate: number): TimeMap {
  const usPerSecond = rate * 1e6;
  return {
    toScreen: (us) => us / usPerSecond,
    toVirtual: (seconds) => seconds * usPerSecond,
  };
}
