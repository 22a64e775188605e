import type {DLedgerPart} from '../rocketmq/broker/dledger-port.ts';
import type {ProcessSpec, World} from '../sim/api.ts';
import type {TimedIntervention} from '../sim/intervention.ts';
import {createWorld} from '../sim/world.ts';
import {scenarioInterventions, worldSpec} from './scenario/to-world.ts';
import type {Timeline} from './timeline.ts';

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

/**
 * Builds the timeline's world, at time 0, with nothing run yet.
 * @param dledger what runs brokers on DLedger; needed if `needsDLedger` says so
 * @param guests processes that the scenario does not have, started by nobody
 */
export function openRunWith(
  timeline: Timeline,
  dledger: DLedgerPart | null,
  guests: readonly ProcessSpec[] = [],
): Run {
  const spec = worldSpec(timeline.scenario, timeline.seed, dledger);
  const world = createWorld({...spec, processes: [...spec.processes, ...guests]});
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

/** Order of time; of one microsecond, the order given. */
function inOrder(list: readonly TimedIntervention[]): TimedIntervention[] {
  return list
    .map((timed, position) => ({timed, position}))
    .sort((a, b) => a.timed.atUs - b.timed.atUs || a.position - b.position)
    .map(({timed}) => timed);
}
