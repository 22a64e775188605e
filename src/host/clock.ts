import type {Clock, Timer} from '../ports/clock.ts';
import type {Life} from './life.ts';

const NS_PER_MS = 1_000_000;
/** Spinning over the event loop until a timer is due costs a core that clients on the same machine want. */
const SPIN_NS_MAX = 100_000;
/** Node takes a longer delay for 1 ms. */
const NODE_DELAY_MS_MAX = 2 ** 31 - 1;

/**
 * This machine's clocks. Timers wait in a heap of our own, by time and then by order of setting, because Node orders them by
 * whole milliseconds of their delays. One Node timer, or one `setImmediate` within the last tenth of a millisecond, wakes for the first.
 * They run in the check phase, after the sockets: Node looks at its timers first, so a process that was not given its core for some
 * seconds would give up every call whose answer had come meanwhile.
 */
export class NodeClock implements Clock {
  readonly #life: Life;
  #heap: HeapTimer[] = [];
  #nextSeq = 0;
  /** Timers in the heap that are cancelled. */
  #cancelled = 0;
  #running = false;
  #immediate: NodeJS.Immediate | null = null;
  #timeout: NodeJS.Timeout | null = null;
  /** When `#timeout` wakes. */
  #timeoutNs = 0;

  constructor(life: Life) {
    this.#life = life;
    life.holds.add({letGo: () => this.#stop()});
  }

  nowMs(): number {
    return Date.now();
  }

  monotonicNs(): number {
    return Math.round(performance.now() * NS_PER_MS);
  }

  after(delayMs: number, run: () => void): Timer {
    if (Number.isNaN(delayMs)) throw new Error('a timer needs a delay');
    const nowNs = this.monotonicNs();
    const dueNs = delayMs > 0 ? nowNs + Math.round(delayMs * NS_PER_MS) : nowNs;
    const timer = new HeapTimer(this, dueNs, this.#nextSeq++, run, this.#life.recorder?.causeForLater ?? 0);
    if (!this.#life.alive) return timer;
    push(this.#heap, timer);
    if (this.#heap[0] === timer && !this.#running) this.#wakeFor(dueNs, nowNs);
    return timer;
  }

  /** Cancelled timers stay in their place, but not so many that they are most of the heap. */
  onCancelled(): void {
    this.#cancelled++;
    if (this.#cancelled < 1024 || this.#cancelled * 2 < this.#heap.length) return;
    const waiting = this.#heap.filter((timer) => timer.run !== null).sort(order);
    this.#heap = waiting; // A sorted array is a heap.
    this.#cancelled = 0;
  }

  #wakeFor(dueNs: number, nowNs: number): void {
    if (this.#immediate !== null) return;
    const delayNs = dueNs - nowNs;
    if (delayNs < SPIN_NS_MAX) {
      this.#turnAfterSockets();
      return;
    }
    if (this.#timeout !== null) {
      if (this.#timeoutNs <= dueNs) return;
      clearTimeout(this.#timeout);
    }
    const delayMs = Math.min(Math.ceil(delayNs / NS_PER_MS), NODE_DELAY_MS_MAX);
    this.#timeoutNs = dueNs;
    this.#timeout = setTimeout(() => {
      this.#timeout = null;
      if (this.#immediate === null) this.#turnAfterSockets();
    }, delayMs);
  }

  #turnAfterSockets(): void {
    this.#immediate = setImmediate(() => {
      this.#immediate = null;
      this.#turn();
    });
  }

  /** Runs what is due now; what becomes due meanwhile waits for the next turn, so that sockets have theirs. */
  #turn(): void {
    const nowNs = this.monotonicNs();
    this.#running = true;
    while (this.#heap.length > 0 && this.#heap[0]!.dueNs <= nowNs) {
      const timer = pop(this.#heap);
      const {run} = timer;
      timer.run = null;
      if (run === null) {
        this.#cancelled--;
      } else {
        this.#life.recorder?.enterTimer(timer.cause);
        this.#life.run(run);
      }
    }
    this.#running = false;
    const next = this.#heap[0];
    if (next !== undefined) this.#wakeFor(next.dueNs, this.monotonicNs());
  }

  #stop(): void {
    this.#heap = [];
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    if (this.#timeout !== null) clearTimeout(this.#timeout);
  }
}

class HeapTimer implements Timer {
  readonly #clock: NodeClock;
  readonly dueNs: number;
  readonly seq: number;
  /** Null once it has run or is cancelled. */
  run: (() => void) | null;
  /** What it was set because of, where that is recorded. */
  readonly cause: number;

  constructor(clock: NodeClock, dueNs: number, seq: number, run: () => void, cause: number) {
    this.cause = cause;
    this.#clock = clock;
    this.dueNs = dueNs;
    this.seq = seq;
    this.run = run;
  }

  cancel(): void {
    if (this.run === null) return;
    this.run = null;
    this.#clock.onCancelled();
  }
}

function order(a: HeapTimer, b: HeapTimer): number {
  return a.dueNs - b.dueNs || a.seq - b.seq;
}

function push(heap: HeapTimer[], timer: HeapTimer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt]!;
    if (order(parent, timer) <= 0) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = timer;
}

function pop(heap: HeapTimer[]): HeapTimer {
  const first = heap[0]!;
  const last = heap.pop()!;
  const {length} = heap;
  if (length === 0) return first;
  let at = 0;
  for (;;) {
    let childAt = 2 * at + 1;
    if (childAt >= length) break;
    if (childAt + 1 < length && order(heap[childAt + 1]!, heap[childAt]!) < 0) childAt++;
    const child = heap[childAt]!;
    if (order(last, child) <= 0) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = last;
  return first;
}
