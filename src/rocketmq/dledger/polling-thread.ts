import type {Clock, Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';

const NS_PER_MS = 1_000_000;
/** An instant that never comes. */
export const NEVER = Number.POSITIVE_INFINITY;

/** What a thread is blocked in, in the middle of a pass. */
export interface Wait {
  readonly isOver: boolean;
  /** The pass goes on, now; a second call does nothing. */
  end(): void;
  /** It ends after so long, if it has not before. */
  endAfter(patienceMs: number): void;
}

/**
 * One thread of the real DLedger: it works, waits for a moment, and works again, all day long. Here its passes happen only at
 * those instants of its waiting at which it would find something to do. A pass ends with exactly one of `park`, `sleep` and
 * `block`. Source: DLedger 0.2.2 `ShutdownAbleThread`.
 */
export class PollingThread {
  private readonly host: Host;
  private readonly clock: Clock;
  private readonly periodNs: number;
  private readonly pass: () => void;
  private state: 'new' | 'running' | 'parked' | 'asleep' | 'blocked' | 'stopped' = 'new';
  private anchorNs = 0;
  private timer: Timer | null = null;
  private timerNs = NEVER;
  /** Woken while it was not waiting: its next wait ends at once. */
  private notified = false;
  /** Something changed while it was at work: the next poll looks. */
  private noticed = false;

  /** @param periodMs how long it waits between two looks */
  constructor(host: Host, periodMs: number, pass: () => void) {
    this.host = host;
    this.clock = host.clock;
    this.periodNs = periodMs * NS_PER_MS;
    this.pass = pass;
  }

  /** Its first pass comes as an event of its own, within a millisecond: no two threads poll in step. */
  start(): void {
    if (this.state !== 'new') return;
    this.state = 'asleep';
    this.timer = this.host.clock.after(this.host.random.stream('dledger-threads').below(1000) / 1000, () =>
      this.run(),
    );
  }

  stop(): void {
    this.state = 'stopped';
    this.timer?.cancel();
    this.timer = null;
  }

  get isStopped(): boolean {
    return this.state === 'stopped';
  }

  /** Something may be there for it to find: it looks at its next poll. */
  notice(): void {
    if (this.state === 'parked') this.wakeAt(this.nextPollNs(this.clock.monotonicNs()));
    else if (this.state === 'running') this.noticed = true;
  }

  /** It is to look no later than at its first poll from `dueMs` on, by the wall clock. */
  noticeAt(dueMs: number): void {
    if (this.state !== 'parked') {
      this.noticed = this.noticed || this.state === 'running';
      return;
    }
    const nowNs = this.clock.monotonicNs();
    const leftNs = Math.max(0, dueMs - this.clock.nowMs()) * NS_PER_MS;
    const polls = Math.max(1, Math.ceil((nowNs + leftNs - this.anchorNs) / this.periodNs));
    this.wakeAt(Math.max(this.anchorNs + polls * this.periodNs, this.nextPollNs(nowNs)));
  }

  /** Its wait is over at once, or the next one is, if it is not waiting. */
  wakeUp(): void {
    if (this.state === 'parked') this.wakeAt(this.clock.monotonicNs());
    else this.notified = true;
  }

  /** Ends a pass: it waits, and looks again once the wall clock says `dueMs`, unless something happens before. */
  park(dueMs: number): void {
    if (this.state !== 'running') return;
    this.state = 'parked';
    const nowNs = this.clock.monotonicNs();
    this.anchorNs = nowNs;
    if (this.notified) {
      this.wakeAt(nowNs);
    } else if (this.noticed) {
      this.wakeAt(nowNs + this.periodNs);
    } else if (dueMs !== NEVER) {
      const leftNs = Math.max(0, dueMs - this.clock.nowMs()) * NS_PER_MS;
      this.wakeAt(nowNs + Math.max(1, Math.ceil(leftNs / this.periodNs)) * this.periodNs);
    }
  }

  /** Ends a pass: whatever happens, it goes on `delayMs` later. */
  sleep(delayMs: number): void {
    if (this.state !== 'running') return;
    this.state = 'asleep';
    this.timer = this.clock.after(delayMs, () => this.run());
  }

  /** Ends a pass: it goes on when `resume` is called. */
  block(): void {
    if (this.state === 'running') this.state = 'blocked';
  }

  /** Blocks in the middle of a pass, of which `rest` is what comes once the wait is over. */
  blockFor(rest: () => void): Wait {
    const {clock} = this;
    let timer: Timer | null = null;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      timer?.cancel();
      this.continueWith(rest);
    };
    this.block();
    return {
      get isOver() {
        return isOver;
      },
      end,
      endAfter: (patienceMs) => {
        if (!isOver) timer = clock.after(patienceMs, end);
      },
    };
  }

  /** Goes on with its next pass, now. */
  resume(): void {
    if (this.state === 'blocked') this.run();
  }

  /** What it was blocked in is over: this is the rest of that pass, which ends like any other. */
  continueWith(rest: () => void): void {
    if (this.state !== 'blocked') return;
    this.state = 'running';
    rest();
  }

  private run(): void {
    if (this.state === 'stopped') return;
    this.timer = null;
    this.timerNs = NEVER;
    // Java forgets a wake-up that came during the wait that it ended.
    if (this.state === 'parked') this.notified = false;
    this.noticed = false;
    this.state = 'running';
    this.pass();
  }

  private nextPollNs(nowNs: number): number {
    return this.anchorNs + (Math.floor((nowNs - this.anchorNs) / this.periodNs) + 1) * this.periodNs;
  }

  private wakeAt(atNs: number): void {
    if (this.timer !== null) {
      if (atNs >= this.timerNs) return;
      this.timer.cancel();
    }
    this.timerNs = atNs;
    this.timer = this.clock.after((atNs - this.clock.monotonicNs()) / NS_PER_MS, () => this.run());
  }
}
