/**
 * When a service that polls would look, worked out instead of polled. All instants are on the monotonic clock, in ns.
 */

/** The first instant after `nowNs` at which a loop that began at `originNs` and sleeps `periodNs` would wake. */
export function nextPollNs(originNs: number, periodNs: number, nowNs: number): number {
  const passed = Math.max(0, Math.floor((nowNs - originNs) / periodNs));
  return originNs + (passed + 1) * periodNs;
}

export interface FlushInstant {
  readonly atNs: number;
  readonly thorough: boolean;
}

/**
 * The rounds of a flush service: one each `intervalNs`, and each time `thoroughNs` have passed a thorough one, which
 * flushes whatever is dirty. A round first notes whether it is thorough and then, `lagNs` later, flushes: the commit log's
 * service looks at the clock before its sleep, the consume queues' after it. A round that had something to flush
 * takes as long as the sync does, and the next ones count from its end.
 */
export class FlushCadence {
  private readonly intervalNs: () => number;
  private readonly thoroughNs: () => number;
  private readonly looksBeforeSleep: boolean;
  private baseNs: number;
  /** Null before the first round, which is always thorough. */
  private lastThoroughNs: number | null = null;

  constructor(
    startNs: number,
    looksBeforeSleep: boolean,
    intervalMs: () => number,
    thoroughMs: () => number,
  ) {
    this.intervalNs = () => Math.max(1, intervalMs()) * 1e6;
    this.thoroughNs = () => thoroughMs() * 1e6;
    this.looksBeforeSleep = looksBeforeSleep;
    this.baseNs = this.firstRoundAfter(startNs);
  }

  /** The next flush after `nowNs`. */
  next(nowNs: number): FlushInstant {
    const round = this.roundAfter(nowNs);
    return {atNs: round + this.lagNs, thorough: this.thoroughRounds(round).next === round};
  }

  /** The next thorough flush after `nowNs`. */
  nextThorough(nowNs: number): FlushInstant {
    return {atNs: this.thoroughRounds(this.roundAfter(nowNs)).next + this.lagNs, thorough: true};
  }

  /** The flush that was due at `flush.atNs` has ended just now. */
  ended(flush: FlushInstant, nowNs: number): void {
    const round = flush.atNs - this.lagNs;
    this.lastThoroughNs = flush.thorough ? round : this.thoroughRounds(round).last;
    this.baseNs = this.firstRoundAfter(nowNs);
  }

  private get lagNs(): number {
    return this.looksBeforeSleep ? this.intervalNs() : 0;
  }

  private firstRoundAfter(startNs: number): number {
    return this.looksBeforeSleep ? startNs : startNs + this.intervalNs();
  }

  private roundAfter(nowNs: number): number {
    const interval = this.intervalNs();
    const passed = Math.floor((nowNs - this.lagNs - this.baseNs) / interval) + 1;
    return this.baseNs + Math.max(0, passed) * interval;
  }

  /** The last thorough round before `round`, and the next from it on. Idle rounds are thorough in their turn too. */
  private thoroughRounds(round: number): {readonly last: number | null; readonly next: number} {
    const interval = this.intervalNs();
    const due = this.lastThoroughNs === null ? this.baseNs : this.lastThoroughNs + this.thoroughNs();
    const first = this.baseNs + Math.max(0, Math.ceil((due - this.baseNs) / interval)) * interval;
    if (first >= round) return {last: this.lastThoroughNs, next: first};
    const period = Math.max(1, Math.ceil(this.thoroughNs() / interval)) * interval;
    const next = first + Math.ceil((round - first) / period) * period;
    return {last: next - period, next};
  }
}
