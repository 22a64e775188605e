/** Whose events they are: 0 is the world itself, every other number one life of one process. */
export type OwnerId = number;
export const WORLD: OwnerId = 0;

const RUNNING = 0;
const PAUSED = 1;
const DEAD = 2;

const INITIAL_CAPACITY = 1024;
/** Below this many cancelled events the heap is not worth tidying. */
const TIDY_THRESHOLD = 2048;

type Run = () => void;
const nothing: Run = () => {};

/**
 * The event loop of a world. Time is an integer count of microseconds; events run in (time, sequence) order, where the
 * sequence is the order in which they were scheduled. Nothing here depends on the engine.
 *
 * Pending events live in slots (parallel arrays, reused); a 4-ary heap in typed arrays orders the slots. Cancelling
 * empties the slot and leaves the heap alone: empty slots are dropped when they surface, or all at once when they are the
 * majority.
 *
 * Every event remembers the trace entry that caused it, and whose it is. Events of a dead owner never run. Events of a
 * paused owner step aside when their time comes and run, in their order, at the moment of resuming.
 */
export class Kernel {
  nowUs = 0;
  /** Events run so far. */
  eventCount = 0;
  /** Id of the trace entry that is the cause of whatever happens now. */
  cause = 0;
  /** Whose code is running. */
  owner: OwnerId = WORLD;
  /** Whether the running event is a timer of `owner` that has left no trace yet. */
  inSilentTimer = false;

  /** Told of what an event of a process threw; what an event of the world throws is our own bug and goes on up. */
  readonly #crashed: (owner: OwnerId, error: unknown) => void;
  #nextSeq = 1;
  #heapSize = 0;
  #heapAt = new Float64Array(INITIAL_CAPACITY);
  #heapSeq = new Float64Array(INITIAL_CAPACITY);
  #heapSlot = new Int32Array(INITIAL_CAPACITY);
  #emptyInHeap = 0;

  #slotRun: Run[] = [];
  #slotSeq: number[] = [];
  #slotOwner = new Int32Array(INITIAL_CAPACITY);
  #slotCause = new Int32Array(INITIAL_CAPACITY);
  #slotIsTimer = new Uint8Array(INITIAL_CAPACITY);
  #slotAt = new Float64Array(INITIAL_CAPACITY);
  #slotCount = 0;
  #freeSlots = new Int32Array(INITIAL_CAPACITY);
  #freeCount = 0;

  #ownerState = new Uint8Array(64);
  #ownerCount = 1;
  /** Slots of events that came due while their owner was paused. */
  readonly #setAside = new Map<OwnerId, number[]>();

  constructor(crashed: (owner: OwnerId, error: unknown) => void) {
    this.#crashed = crashed;
  }

  newOwner(): OwnerId {
    const owner = this.#ownerCount++;
    if (owner === this.#ownerState.length) {
      const grown = new Uint8Array(owner * 2);
      grown.set(this.#ownerState);
      this.#ownerState = grown;
    }
    return owner;
  }

  /** Events that wait. Cancelled ones may be counted for a while. */
  get pendingCount(): number {
    return this.#heapSize - this.#emptyInHeap;
  }

  /**
   * Schedules an event of `owner`, caused by whatever is the cause now. Answers its slot; with `seqOf` right after, it can
   * be cancelled. `atUs` must be an integer; a time already past means now.
   */
  schedule(atUs: number, owner: OwnerId, run: Run, isTimer = false): number {
    if (!(atUs >= this.nowUs)) {
      if (Number.isNaN(atUs)) throw new Error('an event needs a time');
      atUs = this.nowUs;
    }
    const seq = this.#nextSeq++;
    let slot: number;
    if (this.#freeCount > 0) {
      slot = this.#freeSlots[--this.#freeCount]!;
    } else {
      slot = this.#slotCount++;
      if (slot === this.#slotOwner.length) this.#growSlots();
      this.#slotRun.push(nothing);
      this.#slotSeq.push(0);
    }
    this.#slotRun[slot] = run;
    this.#slotSeq[slot] = seq;
    this.#slotOwner[slot] = owner;
    this.#slotCause[slot] = this.cause;
    this.#slotIsTimer[slot] = isTimer ? 1 : 0;
    this.#slotAt[slot] = atUs;
    this.#push(atUs, seq, slot);
    return slot;
  }

  /** The sequence number of a slot that `schedule` has just answered. */
  seqOf(slot: number): number {
    return this.#slotSeq[slot]!;
  }

  /** Cancels an event that has not run. Otherwise nothing happens; so too for sequence number 0, which no event has. */
  cancel(slot: number, seq: number): void {
    if (seq === 0 || this.#slotSeq[slot] !== seq) return;
    this.#slotRun[slot] = nothing;
    // The slot stays taken until the heap lets go of it.
    this.#slotSeq[slot] = 0;
    this.#emptyInHeap++;
    if (this.#emptyInHeap > TIDY_THRESHOLD && this.#emptyInHeap * 2 > this.#heapSize) this.#tidy();
  }

  /** From now on no event of this owner runs. */
  kill(owner: OwnerId): void {
    this.#ownerState[owner] = DEAD;
    for (const slot of this.#setAside.get(owner) ?? []) {
      if (this.#slotSeq[slot] === 0) this.#emptyInHeap--;
      this.#release(slot);
    }
    this.#setAside.delete(owner);
  }

  pause(owner: OwnerId): void {
    if (this.#ownerState[owner] === RUNNING) this.#ownerState[owner] = PAUSED;
  }

  /** What came due during the pause runs now, in its old order and before anything else that is due. */
  resume(owner: OwnerId): void {
    if (this.#ownerState[owner] !== PAUSED) return;
    this.#ownerState[owner] = RUNNING;
    for (const slot of this.#setAside.get(owner) ?? []) {
      if (this.#slotSeq[slot] === 0) {
        this.#emptyInHeap--;
        this.#release(slot);
      } else {
        // Under its old key: everything that came due during the pause sorts before everything of now.
        this.#push(this.#slotAt[slot]!, this.#slotSeq[slot]!, slot);
      }
    }
    this.#setAside.delete(owner);
  }

  /** From here to the end of the running event, `owner`'s code runs: what it throws ends it. */
  enter(owner: OwnerId): void {
    this.owner = owner;
  }

  /** Time of the next event that will run, or -1. */
  nextAtUs(): number {
    if (!this.#settleTop()) return -1;
    const at = this.#heapAt[0]!;
    return Math.max(at, this.nowUs);
  }

  /** Runs the next event; false if there is none. */
  step(): boolean {
    if (!this.#settleTop()) return false;
    this.#runTop();
    return true;
  }

  /** Runs at most `maxEvents` of the events due up to `untilUs`; answers whether none of those is left. */
  runSome(untilUs: number, maxEvents: number): boolean {
    while (this.#settleTop() && this.#heapAt[0]! <= untilUs) {
      if (maxEvents-- <= 0) return false;
      this.#runTop();
    }
    return true;
  }

  #runTop(): void {
    const at = this.#heapAt[0]!;
    const slot = this.#heapSlot[0]!;
    const run = this.#slotRun[slot]!;
    this.cause = this.#slotCause[slot]!;
    this.owner = this.#slotOwner[slot]!;
    this.inSilentTimer = this.#slotIsTimer[slot] !== 0;
    if (at > this.nowUs) this.nowUs = compact(at);
    this.#pop();
    this.#release(slot);
    this.eventCount++;
    try {
      run();
    } catch (error) {
      if (this.owner === WORLD) throw error;
      const owner = this.owner;
      this.owner = WORLD;
      this.#crashed(owner, error);
    }
    this.owner = WORLD;
    this.inSilentTimer = false;
  }

  /** Brings an event that may run to the top of the heap; false if there is none. */
  #settleTop(): boolean {
    while (this.#heapSize > 0) {
      const slot = this.#heapSlot[0]!;
      if (this.#slotSeq[slot] === 0) {
        this.#pop();
        this.#emptyInHeap--;
        this.#release(slot);
        continue;
      }
      const owner = this.#slotOwner[slot]!;
      const state = this.#ownerState[owner]!;
      if (state === RUNNING) return true;
      this.#pop();
      if (state === DEAD) {
        this.#release(slot);
      } else {
        const aside = this.#setAside.get(owner);
        if (aside === undefined) this.#setAside.set(owner, [slot]);
        else aside.push(slot);
      }
    }
    return false;
  }

  #release(slot: number): void {
    this.#slotRun[slot] = nothing;
    this.#slotSeq[slot] = 0;
    this.#freeSlots[this.#freeCount++] = slot;
  }

  #push(at: number, seq: number, slot: number): void {
    let hole = this.#heapSize++;
    if (hole === this.#heapAt.length) this.#growHeap();
    const heapAt = this.#heapAt;
    const heapSeq = this.#heapSeq;
    const heapSlot = this.#heapSlot;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const parentAt = heapAt[parent]!;
      if (parentAt < at || (parentAt === at && heapSeq[parent]! < seq)) break;
      heapAt[hole] = parentAt;
      heapSeq[hole] = heapSeq[parent]!;
      heapSlot[hole] = heapSlot[parent]!;
      hole = parent;
    }
    heapAt[hole] = at;
    heapSeq[hole] = seq;
    heapSlot[hole] = slot;
  }

  #pop(): void {
    const size = --this.#heapSize;
    if (size > 0) this.#siftDown(0, size);
  }

  /** Fills the hole at `hole` with the entry at `last`, the one just cut off the end, and lets it sink. */
  #siftDown(hole: number, last: number): void {
    const heapAt = this.#heapAt;
    const heapSeq = this.#heapSeq;
    const heapSlot = this.#heapSlot;
    const at = heapAt[last]!;
    const seq = heapSeq[last]!;
    const slot = heapSlot[last]!;
    for (;;) {
      let child = hole * 4 + 1;
      if (child >= last) break;
      let least = child;
      let leastAt = heapAt[child]!;
      const end = Math.min(child + 4, last);
      while (++child < end) {
        const childAt = heapAt[child]!;
        if (childAt < leastAt || (childAt === leastAt && heapSeq[child]! < heapSeq[least]!)) {
          least = child;
          leastAt = childAt;
        }
      }
      if (leastAt > at || (leastAt === at && heapSeq[least]! > seq)) break;
      heapAt[hole] = leastAt;
      heapSeq[hole] = heapSeq[least]!;
      heapSlot[hole] = heapSlot[least]!;
      hole = least;
    }
    heapAt[hole] = at;
    heapSeq[hole] = seq;
    heapSlot[hole] = slot;
  }

  /** Throws the cancelled events out of the heap and builds it anew. */
  #tidy(): void {
    let kept = 0;
    for (let i = 0; i < this.#heapSize; i++) {
      const slot = this.#heapSlot[i]!;
      if (this.#slotSeq[slot] === 0) {
        this.#emptyInHeap--;
        this.#release(slot);
        continue;
      }
      this.#heapAt[kept] = this.#heapAt[i]!;
      this.#heapSeq[kept] = this.#heapSeq[i]!;
      this.#heapSlot[kept] = slot;
      kept++;
    }
    this.#heapSize = 0;
    for (let i = 0; i < kept; i++) this.#push(this.#heapAt[i]!, this.#heapSeq[i]!, this.#heapSlot[i]!);
  }

  #growHeap(): void {
    const capacity = this.#heapAt.length * 2;
    this.#heapAt = grown(this.#heapAt, new Float64Array(capacity));
    this.#heapSeq = grown(this.#heapSeq, new Float64Array(capacity));
    this.#heapSlot = grown(this.#heapSlot, new Int32Array(capacity));
  }

  #growSlots(): void {
    const capacity = this.#slotOwner.length * 2;
    this.#slotOwner = grown(this.#slotOwner, new Int32Array(capacity));
    this.#slotCause = grown(this.#slotCause, new Int32Array(capacity));
    this.#slotIsTimer = grown(this.#slotIsTimer, new Uint8Array(capacity));
    this.#slotAt = grown(this.#slotAt, new Float64Array(capacity));
    this.#freeSlots = grown(this.#freeSlots, new Int32Array(capacity));
  }
}

/**
 * The same number, as a small integer where it is one: engines keep those in place, and every entry of the trace has a time.
 * What comes out of a Float64Array they would otherwise put in a box of its own.
 */
function compact(value: number): number {
  const int = value | 0;
  return int === value ? int : value;
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
