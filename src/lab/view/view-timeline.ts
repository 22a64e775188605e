import {LedgerTrack} from '../ledger.ts';
import type {TraceStore} from '../trace-store.ts';
import {Draft, EMPTY_STATE, type PendingFlight} from './draft.ts';
import {reduceEntry} from './reduce.ts';
import {firstAfter, type TraceIndex} from './trace-index.ts';
import type {FlightView, ViewState} from './view-state.ts';

const CHECKPOINT_EVERY = 512;

/**
 * View states of a trace, in any order. A seek starts from the nearest checkpoint, a step forward from the state shown
 * last; states share what did not change, so a checkpoint costs little.
 */
export class ViewTimeline {
  readonly store: TraceStore;
  readonly index: TraceIndex;
  readonly ledger: LedgerTrack;
  /** `#checkpoints[k]` is the state after entry k × CHECKPOINT_EVERY. */
  readonly #checkpoints: ViewState[] = [EMPTY_STATE];
  #shown: ViewState = EMPTY_STATE;

  /** @param ledger give one that knows the scenario's subscriptions; by default they are learnt from the trace */
  constructor(store: TraceStore, index: TraceIndex, ledger: LedgerTrack = new LedgerTrack(store)) {
    this.store = store;
    this.index = index;
    this.ledger = ledger;
  }

  /** Last entry at or before `us`; 0 if there is none. */
  entryAt(us: number): number {
    return firstAfter(this.store.entries, this.store.lastId, us);
  }

  /** What is shown after entry `entryId`, which is clamped to what the store holds. */
  stateAt(entryId: number): ViewState {
    const target = Math.max(0, Math.min(entryId, this.store.lastId));
    if (target === this.#shown.entryId) return this.#shown;
    this.prepareUpTo(target);
    const checkpoint = this.#checkpoints[Math.floor(target / CHECKPOINT_EVERY)]!;
    const near = checkpoint.entryId <= this.#shown.entryId && this.#shown.entryId < target;
    this.#shown = this.#advance(near ? this.#shown : checkpoint, target);
    return this.#shown;
  }

  /** Lays at most `maxEntries` entries' worth of checkpoints ahead; answers whether they reach the end. */
  prepare(maxEntries: number): boolean {
    const done = (this.#checkpoints.length - 1) * CHECKPOINT_EVERY;
    this.prepareUpTo(Math.min(this.store.lastId, done + maxEntries));
    return this.#checkpoints.length * CHECKPOINT_EVERY > this.store.lastId;
  }

  prepareUpTo(entryId: number): void {
    this.ledger.update();
    this.index.update();
    let last = this.#checkpoints[this.#checkpoints.length - 1]!;
    while (last.entryId + CHECKPOINT_EVERY <= entryId) {
      last = this.#advance(last, last.entryId + CHECKPOINT_EVERY);
      this.#checkpoints.push(last);
    }
  }

  #advance(base: ViewState, target: number): ViewState {
    if (base.entryId === target) return base;
    const draft = new Draft(base);
    const entries = this.store.entries;
    for (let id = base.entryId + 1; id <= target; id += 1) reduceEntry(draft, entries[id - 1]!);
    const {state} = draft;
    if (state.flights !== base.flights) this.#nameFrames(state.flights as Map<number, PendingFlight>);
    state.ledger = this.ledger.countsAt(target);
    return state;
  }

  #nameFrames(flights: Map<number, PendingFlight>): void {
    for (const [sent, flight] of flights) {
      if (flight.frame === null) flights.set(sent, {...flight, frame: this.index.frame(sent)} as FlightView);
    }
  }
}
