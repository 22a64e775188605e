import type {World} from '../sim/api.ts';
import type {Intervention, TimedIntervention} from '../sim/intervention.ts';
import {createWorld} from '../sim/world.ts';
import type {Scenario} from './scenario/scenario.ts';
import {scenarioInterventions, worldSpec} from './scenario/to-world.ts';

/** All that decides a run. Plain data. */
export interface Timeline {
  readonly scenario: Scenario;
  readonly seed: string;
  /** What was done to the world beyond the scenario's own faults; in order of time. */
  readonly interventions: readonly TimedIntervention[];
}

/** A world that executes a timeline. It is advanced in slices and never goes back. */
export interface Run {
  readonly timeline: Timeline;
  readonly world: World;
  readonly durationUs: number;
  /** Every event and intervention up to `durationUs` has happened. */
  readonly finished: boolean;
  /**
   * Runs at most `maxEvents` kernel events up to and including `untilUs` (at most `durationUs`), interventions at their
   * times; answers whether `untilUs` is reached.
   */
  advance(untilUs: number, maxEvents: number): boolean;
}

/** The timeline of a scenario as it is, with its own seed unless another is given. */
export function timelineOf(scenario: Scenario, seed: string = scenario.seed): Timeline {
  return {scenario, seed, interventions: []};
}

/** Builds the timeline's world, at time 0, with nothing run yet. */
export function openRun(timeline: Timeline): Run {
  const world = createWorld(worldSpec(timeline.scenario, timeline.seed));
  const durationUs = timeline.scenario.durationUs;
  const due = inOrder([...scenarioInterventions(timeline.scenario), ...timeline.interventions]);
  let next = 0;
  let reachedUs = -1;
  return {
    timeline,
    world,
    durationUs,
    get finished() {
      return durationUs <= reachedUs;
    },
    advance(untilUs, maxEvents) {
      const goal = Math.min(untilUs, durationUs);
      const limit = world.eventCount + maxEvents;
      for (;;) {
        const stop = next < due.length && due[next]!.atUs <= goal ? due[next]!.atUs : goal;
        if (reachedUs < stop || world.nowUs < stop) {
          if (!world.runSome(stop, Math.max(0, limit - world.eventCount))) return false;
          reachedUs = stop;
        }
        if (next === due.length || stop < due[next]!.atUs) return true;
        // Several of one microsecond are applied together; what they set off at once runs after the last of them.
        while (next < due.length && due[next]!.atUs === stop) {
          world.intervene(due[next]!.intervention);
          next += 1;
        }
        reachedUs = stop - 1;
      }
    },
  };
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

/** The same timeline up to and including `atUs`, then `intervention` instead of whatever came later. */
export function fork(timeline: Timeline, atUs: number, intervention: Intervention): Timeline {
  const kept = timeline.interventions.filter((timed) => timed.atUs <= atUs);
  return {...timeline, interventions: [...kept, {atUs, intervention}]};
}

/** Order of time; of one microsecond, the order given. */
function inOrder(list: readonly TimedIntervention[]): TimedIntervention[] {
  return list
    .map((timed, position) => ({timed, position}))
    .sort((a, b) => a.timed.atUs - b.timed.atUs || a.position - b.position)
    .map(({timed}) => timed);
}
