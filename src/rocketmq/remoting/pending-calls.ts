import type {Clock, Timer} from '../../ports/clock.ts';
import type {RemotingCommand} from './command.ts';
import type {FrameChannel, WriteOutcome} from './frame-channel.ts';
import type {RemotingErrorKind} from './remoting.ts';

/** A request that waits for its response. Whoever made it decides what its end means. */
export interface PendingCall extends WriteOutcome {
  readonly opaque: number;
  readonly channel: FrameChannel;
  /** When it is given up, on the monotonic clock. */
  readonly deadlineNs: number;
  answered(response: RemotingCommand): void;
  failed(kind: Extract<RemotingErrorKind, 'timeout' | 'send-request'>): void;
}

const NS_PER_MS = 1_000_000;
/** Two instants closer than this are one: timers go by microseconds. */
const TICK_NS = 1_000;
const SCAN_FIRST_MS = 3_000;
const SCAN_PERIOD_MS = 1_000;
/** An entry outlives its time-out by this much before the scan takes it. */
const SCAN_GRACE_MS = 1_000;

/**
 * The response table of one endpoint. 4.9.1 scans it every second; here a timer is set for the instant at which a scan would
 * find something, and none while nothing waits.
 * Source: RocketMQ 4.9.1 `NettyRemotingAbstract#responseTable`, `#scanResponseTable`, `#failFast`.
 */
export class PendingCalls {
  private readonly clock: Clock;
  private readonly calls = new Map<number, PendingCall>();
  private readonly startedNs: number;
  private timer: Timer | null = null;
  private timerNs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.startedNs = clock.monotonicNs();
  }

  get size(): number {
    return this.calls.size;
  }

  /** When a call without a thread of its own that waits is noticed to be late: at a scan of the table. */
  scanDeadlineNs(beginNs: number, timeoutMs: number): number {
    const sinceStartMs = (beginNs - this.startedNs) / NS_PER_MS + timeoutMs + SCAN_GRACE_MS;
    const periods = Math.ceil(Math.max(0, sinceStartMs - SCAN_FIRST_MS) / SCAN_PERIOD_MS);
    return this.startedNs + (SCAN_FIRST_MS + periods * SCAN_PERIOD_MS) * NS_PER_MS;
  }

  add(call: PendingCall): void {
    this.calls.set(call.opaque, call);
    if (this.timer === null || call.deadlineNs < this.timerNs) this.wakeAt(call.deadlineNs);
  }

  /** Takes a call out of the table. */
  take(opaque: number): PendingCall | null {
    const call = this.calls.get(opaque);
    if (call === undefined) return null;
    this.calls.delete(opaque);
    return call;
  }

  /** This side closed the channel: whoever waits on it is told at once. */
  failChannel(channel: FrameChannel): void {
    const failed: PendingCall[] = [];
    for (const call of this.calls.values()) if (call.channel === channel) failed.push(call);
    for (const call of failed) this.take(call.opaque)?.failed('send-request');
  }

  /** Ends the scan: whoever still waits is told that nothing will come. */
  stop(): void {
    this.timer?.cancel();
    this.timer = null;
    const left = [...this.calls.values()];
    this.calls.clear();
    for (const call of left) call.failed('send-request');
  }

  private wakeAt(deadlineNs: number): void {
    this.timer?.cancel();
    this.timerNs = deadlineNs;
    this.timer = this.clock.after((deadlineNs - this.clock.monotonicNs()) / NS_PER_MS, () => this.expire());
  }

  private expire(): void {
    this.timer = null;
    const dueNs = this.clock.monotonicNs() + TICK_NS;
    const late: PendingCall[] = [];
    let nextNs = Number.POSITIVE_INFINITY;
    for (const call of this.calls.values()) {
      if (call.deadlineNs < dueNs) late.push(call);
      else if (call.deadlineNs < nextNs) nextNs = call.deadlineNs;
    }
    for (const call of late) this.calls.delete(call.opaque);
    if (nextNs !== Number.POSITIVE_INFINITY) this.wakeAt(nextNs);
    for (const call of late) call.failed('timeout');
  }
}
