import type {Selection, Side} from '../selection.ts';
import {isBefore, type Playhead} from './playhead.ts';

/** Where playing is going. */
interface Goal {
  readonly place: Playhead;
  /** What is to be selected there, and of two runs, in which. */
  readonly select: Selection;
  readonly side: Side;
  /** So many times as fast as the pace is. */
  readonly rush: number;
}

/** The way ahead: where playing is going, and where it comes to rest by itself. */
export class Way {
  #goal: Goal | null = null;
  /** Where playing comes to rest, ascending. */
  stops: readonly Playhead[] = [];

  goTo(goal: Goal): void {
    this.#goal = goal;
  }

  forgetGoal(): void {
    this.#goal = null;
  }

  get rush(): number {
    return this.#goal?.rush ?? 1;
  }

  /** The goal, or the first stop ahead, whichever comes first; null for none. */
  next(here: Playhead): {readonly place: Playhead; readonly goal: Goal | null} | null {
    const goal = this.#goal !== null && isBefore(here, this.#goal.place) ? this.#goal : null;
    const stop = this.stops.find((place) => isBefore(here, place)) ?? null;
    if (goal !== null && (stop === null || !isBefore(stop, goal.place))) return {place: goal.place, goal};
    return stop === null ? null : {place: stop, goal: null};
  }
}
