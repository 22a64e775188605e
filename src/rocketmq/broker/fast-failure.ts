import type {Clock} from '../../ports/clock.ts';
import type {SubmittedTask, WorkerPool} from '../../ports/cpu.ts';
import {response} from '../remoting/command.ts';
import type {RequestProcessor} from '../remoting/remoting.ts';

const SYSTEM_BUSY = 2;
/** The real broker looks at its queues every 10 ms, for the first time after 1 s. */
const SCAN_MS = 10;
const FIRST_SCAN_MS = 1000;

interface Waiting {
  readonly sinceMs: number;
  readonly run: () => void;
  task: SubmittedTask | null;
  begun: boolean;
}

export interface FastFailureRules {
  readonly enabled: () => boolean;
  /** A request that has waited this long is answered SYSTEM_BUSY. */
  readonly waitMsMax: () => number;
  /** While this holds, everything queued is refused. */
  readonly pageCacheBusy: () => boolean;
}

/**
 * A worker pool whose queue is watched: a request that has waited too long is taken out and answered SYSTEM_BUSY. The real
 * broker looks every 10 ms; here a timer is set for the first of those instants at which the head of the queue could be
 * too old, and only while something waits.
 * Source: RocketMQ 4.9.1 `broker.latency.BrokerFastFailure`.
 */
export class WatchedPool implements WorkerPool {
  readonly #pool: WorkerPool;
  readonly #clock: Clock;
  readonly #rules: FastFailureRules;
  readonly #startedNs: number;
  /** In order of arrival; those before `#head` are done with. */
  #queue: Waiting[] = [];
  #head = 0;
  #armed = false;
  /** Set while refused requests are being answered. */
  #refusal: string | null = null;

  constructor(pool: WorkerPool, clock: Clock, rules: FastFailureRules) {
    this.#pool = pool;
    this.#clock = clock;
    this.#rules = rules;
    this.#startedNs = clock.monotonicNs();
  }

  get name(): string {
    return this.#pool.name;
  }

  get workers(): number {
    return this.#pool.workers;
  }

  get queued(): number {
    return this.#pool.queued;
  }

  get active(): number {
    return this.#pool.active;
  }

  /** How long the oldest waiting request has waited, in ms. */
  get headWaitMs(): number {
    this.#skipBegun();
    const head = this.#queue[this.#head];
    return head === undefined ? 0 : this.#clock.nowMs() - head.sinceMs;
  }

  submit(kind: string, bytes: number, run: () => void): SubmittedTask | null {
    const waiting: Waiting = {sinceMs: this.#clock.nowMs(), run, task: null, begun: false};
    waiting.task = this.#pool.submit(kind, bytes, () => {
      waiting.begun = true;
      run();
    });
    if (waiting.task === null) return null;
    this.#skipBegun();
    this.#queue.push(waiting);
    if (!this.#armed) this.#arm(waiting.sinceMs + this.#rules.waitMsMax());
    return waiting.task;
  }

  /** Wraps a processor so that it answers what this pool has refused. */
  guard(processor: RequestProcessor): RequestProcessor {
    return (channel, request, reply) => {
      if (this.#refusal === null) processor(channel, request, reply);
      else reply(response(SYSTEM_BUSY, this.#refusal));
    };
  }

  #skipBegun(): void {
    while (this.#queue[this.#head]?.begun) this.#head += 1;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  #arm(dueMs: number): void {
    this.#armed = true;
    const elapsedMs = (this.#clock.monotonicNs() - this.#startedNs) / 1e6;
    const due = Math.max(elapsedMs + (dueMs - this.#clock.nowMs()), FIRST_SCAN_MS, elapsedMs + 1e-3);
    const scan = Math.ceil((due - 1e-6) / SCAN_MS) * SCAN_MS;
    this.#clock.after(scan - elapsedMs, () => this.#scan());
  }

  #scan(): void {
    this.#armed = false;
    this.#skipBegun();
    if (this.#queue.length === 0) return;
    if (this.#rules.enabled()) {
      if (this.#rules.pageCacheBusy()) this.#refuse('[PCBUSY_CLEAN_QUEUE]', () => true);
      const limit = this.#rules.waitMsMax();
      this.#refuse('[TIMEOUT_CLEAN_QUEUE]', (waitedMs) => waitedMs >= limit);
    }
    this.#skipBegun();
    const head = this.#queue[this.#head];
    if (head !== undefined)
      this.#arm(Math.max(head.sinceMs + this.#rules.waitMsMax(), this.#clock.nowMs() + SCAN_MS));
  }

  #refuse(why: string, isDue: (waitedMs: number) => boolean): void {
    for (;;) {
      this.#skipBegun();
      const head = this.#queue[this.#head];
      if (head === undefined) return;
      const waitedMs = this.#clock.nowMs() - head.sinceMs;
      if (!isDue(waitedMs)) return;
      this.#head += 1;
      if (head.task?.cancel() !== true) continue;
      this.#refusal =
        `${why}broker busy, start flow control for a while, ` +
        `period in queue: ${waitedMs}ms, size of queue: ${this.#pool.queued}`;
      try {
        head.run();
      } finally {
        this.#refusal = null;
      }
    }
  }
}
