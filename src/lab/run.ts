import {DLEDGER} from './dledger.ts';
import {openRunWith, type Run} from './open-run.ts';
import type {Timeline} from './timeline.ts';

export type {Run} from './open-run.ts';
export {fork, type Timeline, timelineOf} from './timeline.ts';

/** Builds the timeline's world, at time 0, with nothing run yet. Whatever it may need is on board. */
export function openRun(timeline: Timeline): Run {
  return openRunWith(timeline, DLEDGER);
}

/** Runs a timeline to its end. */
export function runToEnd(timeline: Timeline): Run {
  const run = openRun(timeline);
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  return run;
}

/** A run brought to a moment: for what needs a live world in the past, such as the bytes of a disk then. */
export function openRunAt(timeline: Timeline, atUs: number): Run {
  const run = openRun(timeline);
  run.advance(atUs, Number.MAX_SAFE_INTEGER);
  return run;
}
