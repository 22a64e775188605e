import type {Intervention, TimedIntervention} from '../sim/intervention.ts';
import type {Scenario} from './scenario/scenario.ts';

/** All that decides a run. Plain data. */
export interface Timeline {
  readonly scenario: Scenario;
  readonly seed: string;
  /** What was done to the world beyond the scenario's own faults; in order of time. */
  readonly interventions: readonly TimedIntervention[];
}

/** The timeline of a scenario as it is, with its own seed unless another is given. */
export function timelineOf(scenario: Scenario, seed: string = scenario.seed): Timeline {
  return {scenario, seed, interventions: []};
}

/** The same timeline up to and including `atUs`, then `intervention` instead of whatever came later. */
export function fork(timeline: Timeline, atUs: number, intervention: Intervention): Timeline {
  const kept = timeline.interventions.filter((timed) => timed.atUs <= atUs);
  return {...timeline, interventions: [...kept, {atUs, intervention}]};
}
