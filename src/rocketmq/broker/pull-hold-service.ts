import type {Clock} from '../../ports/clock.ts';
import type {WorkerPool} from '../../ports/cpu.ts';
import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import type {Channel} from '../remoting/remoting.ts';
import type {MessageFilter, MessageStore} from '../store/message-store.ts';
import {Periodic} from './periodic.ts';

/** A pull that found nothing and waits. Source: `broker.longpolling.PullRequest`. */
export interface HeldPull {
  readonly channel: Channel;
  readonly group: string;
  readonly topic: string;
  readonly queueId: number;
  readonly wantedOffset: number;
  /** Null: everything passes. */
  readonly filter: MessageFilter | null;
  readonly heldSinceMs: number;
  readonly timeoutMs: number;
  /** Size of its frame, for the cost of handling it again. */
  readonly requestBytes: number;
  /** Handles the pull once more, this time answering whatever comes. Runs on a worker. */
  readonly rerun: () => void;
}

const LONG_POLLING_SWEEP_MS = 5000;

/**
 * Long polling. A held pull is handled again when a message that its filter passes arrives, or at the first sweep that
 * finds its queue grown or its time over; sweeps come every 5 s (`shortPollingTimeMills` without long polling), counted from
 * the broker's start, so a wait ends up to 5 s late.
 * Source: RocketMQ 4.9.1 `broker.longpolling.PullRequestHoldService`.
 */
export class PullHoldService {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #store: MessageStore;
  readonly #pool: WorkerPool;
  /** Topic, then queue id. */
  readonly #held = new Map<string, Map<number, HeldPull[]>>();
  /** Read again after each sweep: 25 may have changed it. */
  readonly #sweepMs: () => number;
  #sweeps: Periodic | null = null;
  #currentSweepMs = 0;

  constructor(
    clock: Clock,
    journal: Journal,
    store: MessageStore,
    pool: WorkerPool,
    polling: {readonly longPollingEnable: boolean; readonly shortPollingTimeMills: number},
  ) {
    this.#clock = clock;
    this.#journal = journal;
    this.#store = store;
    this.#pool = pool;
    this.#sweepMs = () => (polling.longPollingEnable ? LONG_POLLING_SWEEP_MS : polling.shortPollingTimeMills);
  }

  /** The instants of sweeps count from here. */
  start(): void {
    this.#currentSweepMs = this.#sweepMs();
    this.#sweeps = new Periodic(this.#clock, this.#currentSweepMs, this.#currentSweepMs, () => this.#sweep());
  }

  hold(pull: HeldPull): void {
    let queues = this.#held.get(pull.topic);
    if (queues === undefined) {
      queues = new Map();
      this.#held.set(pull.topic, queues);
    }
    const waiting = queues.get(pull.queueId);
    if (waiting === undefined) queues.set(pull.queueId, [pull]);
    else waiting.push(pull);
    this.#sweeps?.wake();
    this.#tell('pull-held', pull, 'nothing-new');
  }

  /**
   * A message has been put into its consume queue, so that entries up to `maxOffset` (exclusive) can be pulled.
   * @param tagsCode null: unknown, and every filter passes
   */
  messageArrived(topic: string, queueId: number, maxOffset: number, tagsCode: bigint | null): void {
    const queues = this.#held.get(topic);
    if (queues === undefined) return;
    const waiting = queues.get(queueId);
    if (waiting === undefined) return;
    let kept: HeldPull[] | null = null;
    for (const pull of waiting) {
      let newest = maxOffset;
      if (newest <= pull.wantedOffset) newest = this.#store.maxOffsetInQueue(topic, queueId);
      const passes = pull.filter === null || tagsCode === null || pull.filter.matchesConsumeQueue(tagsCode);
      if (newest > pull.wantedOffset && passes) {
        this.#release(pull, 'message-arrived');
      } else if (this.#clock.nowMs() >= pull.heldSinceMs + pull.timeoutMs) {
        this.#release(pull, 'timed-out');
      } else if (kept === null) {
        kept = [pull];
      } else {
        kept.push(pull);
      }
    }
    if (kept !== null) {
      queues.set(queueId, kept);
    } else {
      queues.delete(queueId);
      if (queues.size === 0) this.#held.delete(topic);
    }
  }

  /** No more sweeps; what is held is never answered. */
  shutdown(): void {
    this.#sweeps?.stop();
  }

  #sweep(): void {
    for (const [topic, queues] of [...this.#held]) {
      for (const queueId of [...queues.keys()]) {
        this.messageArrived(topic, queueId, this.#store.maxOffsetInQueue(topic, queueId), null);
      }
    }
    if (this.#sweepMs() !== this.#currentSweepMs) this.start();
    if (this.#held.size > 0) this.#sweeps?.wake();
  }

  /** A pull whose channel has died is handled all the same; its answer goes nowhere. */
  #release(pull: HeldPull, why: 'message-arrived' | 'timed-out'): void {
    this.#tell('pull-released', pull, pull.channel.isActive ? why : 'connection-closed');
    this.#pool.submit('PULL_MESSAGE', pull.requestBytes, pull.rerun);
  }

  #tell(
    kind: 'pull-held' | 'pull-released',
    pull: HeldPull,
    why: 'nothing-new' | 'message-arrived' | 'timed-out' | 'connection-closed',
  ): void {
    const {group, topic, queueId, wantedOffset} = pull;
    report(this.#journal, {kind, group, topic, queueId, queueOffset: wantedOffset, why});
  }
}
