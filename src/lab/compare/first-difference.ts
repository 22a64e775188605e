import type {TraceStore} from '../trace-store.ts';
import {type OutcomeOf, type Outcomes, outcomesOf} from './outcomes.ts';

/** From when on people notice that the same thing comes later in one run than in the other. */
export const NOTICED_US = 1_000_000;

/**
 * Where two runs part, for somebody who watches both: the same thing comes out otherwise, or happens in one of them only, or
 * comes noticeably later there. `atUs` is the moment at which the first of the two has it.
 */
export interface Difference {
  readonly how: 'otherwise' | 'only-in-a' | 'only-in-b' | 'later-in-a' | 'later-in-b';
  readonly atUs: number;
  /** What became of it in the one run and in the other; null where nothing did. */
  readonly a: OutcomeOf | null;
  readonly b: OutcomeOf | null;
}

/** The first difference that a person would notice between two runs; null where there is none. */
export function firstDifference(a: TraceStore, b: TraceStore): Difference | null {
  return firstDifferenceOf(outcomesOf(a), outcomesOf(b));
}

/** The same from what has been reduced already, so that whole traces need not be kept side by side. */
export function firstDifferenceOf(a: Outcomes, b: Outcomes): Difference | null {
  const endUs = Math.max(a.endUs, b.endUs);
  let first: Difference | null = null;
  const consider = (difference: Difference): void => {
    if (first === null || difference.atUs < first.atUs) first = difference;
  };
  for (const [key, inA] of a.byKey) {
    const inB = b.byKey.get(key);
    if (inB === undefined) {
      // What happened just before the end may only be late in the other.
      if (inA.atUs + NOTICED_US <= endUs) consider({how: 'only-in-a', atUs: inA.atUs, a: inA, b: null});
      continue;
    }
    const atUs = Math.min(inA.atUs, inB.atUs);
    if (inA.value !== inB.value) consider({how: 'otherwise', atUs, a: inA, b: inB});
    else if (inA.atUs + NOTICED_US <= inB.atUs) consider({how: 'later-in-b', atUs, a: inA, b: inB});
    else if (inB.atUs + NOTICED_US <= inA.atUs) consider({how: 'later-in-a', atUs, a: inA, b: inB});
  }
  for (const [key, inB] of b.byKey) {
    if (a.byKey.has(key) || endUs < inB.atUs + NOTICED_US) continue;
    consider({how: 'only-in-b', atUs: inB.atUs, a: null, b: inB});
  }
  return first;
}
