import {type Importance, importanceOf} from '../../lab/narration/importance.ts';
import type {TraceIndex} from '../../lab/view/trace-index.ts';

/** The entries of a run that are worth a sentence, and its printed lines, in order; grows with the trace. */
export class Told {
  readonly #index: TraceIndex;
  readonly #ids: number[] = [];
  readonly #weights: Importance[] = [];
  #read = 0;

  constructor(index: TraceIndex) {
    this.#index = index;
  }

  extend(): void {
    const {entries} = this.#index.store;
    while (this.#read < this.#index.lastId) {
      const entry = entries[this.#read++]!;
      const weight = importanceOf(entry, this.#index);
      if (weight === 0) continue;
      this.#ids.push(entry.id);
      this.#weights.push(weight);
    }
  }

  /** The last `count` entries of at least `weight` up to and including entry `entryId`, oldest first. */
  upTo(entryId: number, count: number, weight: Importance = 1): number[] {
    const found: number[] = [];
    for (let i = lastNotAbove(this.#ids, entryId); i >= 0 && found.length < count; i -= 1) {
      if (this.#weights[i]! >= weight) found.push(this.#ids[i]!);
    }
    return found.reverse();
  }
}

/** Position of the last number not above `limit` in an ascending list; -1 if there is none. */
export function lastNotAbove(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
