import type {Timer} from '../../../ports/clock.ts';
import {report} from '../../facts.ts';
import type {HaParts, ReplicaOutcome} from './ha-parts.ts';

const MS_NS = 1e6;
/** How long the real thread sleeps at most before it looks at the clock again; each acknowledgement wakes it too. */
const SLICE_NS = 1000 * MS_NS;

/** Answered puts at the front of the list are dropped together, so that a long list is not moved for each. */
const ANSWERED_KEPT_MAX = 1024;

interface WaitingPut {
  readonly endOffset: number;
  readonly beganNs: number;
  readonly done: (outcome: ReplicaOutcome) => void;
}

/**
 * Puts that wait for a slave. They are served strictly one after the other, and the patience of each, `syncFlushTimeout`,
 * begins when it is its turn: behind a slave that hangs, the second gives up after twice that time, the third after three
 * times. With the fix `replica-deadline-from-put` it begins when the message was put (apache/rocketmq issue 3827, 4.9.4).
 * Source: RocketMQ 4.9.1 `HAService.GroupTransferService`.
 */
export class GroupTransfer {
  private readonly parts: HaParts;
  private waiting: WaitingPut[] = [];
  /** How many of `waiting` have been answered. */
  private head = 0;
  /** When the turn of the put at the head began. */
  private turnNs = 0;
  /** When the thread last woke: its sleeps of a second count from there. */
  private sliceNs = 0;
  private pushedTo = 0;
  private timer: Timer | null = null;
  private stopped = false;

  constructor(parts: HaParts) {
    this.parts = parts;
  }

  /** The furthest that any slave has ever acknowledged to this process; never falls. */
  get pushedOffset(): number {
    return this.pushedTo;
  }

  wait(endOffset: number, done: (outcome: ReplicaOutcome) => void): void {
    const nowNs = this.parts.host.clock.monotonicNs();
    const isFirst = this.head === this.waiting.length;
    this.waiting.push({endOffset, beganNs: nowNs, done});
    if (isFirst) {
      this.turnNs = this.sliceNs = nowNs;
      this.serve();
    }
  }

  /** A slave has acknowledged. */
  pushed(offset: number): void {
    if (offset <= this.pushedTo) return;
    this.pushedTo = offset;
    if (this.head === this.waiting.length) return;
    this.sliceNs = this.parts.host.clock.monotonicNs();
    this.serve();
    // An acknowledgement also wakes a thread whose time is up.
    if (this.head < this.waiting.length && this.giveUpNs() <= this.sliceNs) this.giveUp();
  }

  /** Who waits now is never answered. */
  shutdown(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.waiting = [];
    this.head = 0;
  }

  /** Answers from the head on whoever has been replicated; sees to it that somebody looks when the next one's time is up. */
  private serve(): void {
    while (this.head < this.waiting.length) {
      const put = this.waiting[this.head]!;
      if (this.pushedTo < put.endOffset) break;
      this.answer(put, 'PUT_OK');
    }
    this.forgetAnswered();
    if (this.head < this.waiting.length) this.timer ??= this.alarm();
  }

  /** Rings when the time of the put at the head is up; if the thread sleeps then, again when it wakes. */
  private alarm(): Timer {
    const {clock} = this.parts.host;
    const nowNs = clock.monotonicNs();
    const deadlineNs = this.deadlineNs();
    const atNs = nowNs < deadlineNs ? deadlineNs : this.giveUpNs();
    return clock.after((atNs - nowNs) / MS_NS, () => {
      this.timer = null;
      this.giveUp();
    });
  }

  private deadlineNs(): number {
    const {config} = this.parts;
    const fixed = config.labFixes.has('replica-deadline-from-put');
    const beganNs = fixed ? this.waiting[this.head]!.beganNs : this.turnNs;
    return beganNs + config.syncFlushTimeout * MS_NS;
  }

  /** When the thread notices that the put at the head has waited long enough. */
  private giveUpNs(): number {
    const deadlineNs = this.deadlineNs();
    return this.sliceNs + Math.max(0, Math.ceil((deadlineNs - this.sliceNs) / SLICE_NS)) * SLICE_NS;
  }

  private giveUp(): void {
    const nowNs = this.parts.host.clock.monotonicNs();
    while (!this.stopped && this.head < this.waiting.length && this.giveUpNs() <= nowNs) {
      this.answer(this.waiting[this.head]!, 'FLUSH_SLAVE_TIMEOUT');
    }
    if (!this.stopped) this.serve();
  }

  private answer(put: WaitingPut, outcome: ReplicaOutcome): void {
    const nowNs = this.parts.host.clock.monotonicNs();
    this.head++;
    this.turnNs = this.sliceNs = nowNs;
    if (outcome !== 'PUT_OK') {
      const {journal} = this.parts.host;
      const waitedMs = (nowNs - put.beganNs) / MS_NS;
      report(journal, {kind: 'replica-missed', endOffset: put.endOffset, outcome, waitedMs});
    }
    put.done(outcome);
  }

  private forgetAnswered(): void {
    if (this.head < this.waiting.length && this.head < ANSWERED_KEPT_MAX) return;
    this.waiting.splice(0, this.head);
    this.head = 0;
  }
}
