import type {DLedgerPart} from '../rocketmq/broker/dledger-port.ts';
import type {ProcessSpec, World} from '../sim/api.ts';
import type {TimedIntervention} from '../sim/intervention.ts';
import {createWorld} from '../sim/world.ts';
import {AwaitedTrack} from './scenario/awaited.ts';
import {ChosenTrack} from './scenario/chosen.ts';
import type {ChosenScenario} from './scenario/scenario.ts';
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
  const {durationUs, chosen, faults} = timeline.scenario;
  const due = inOrder([...chosen, ...scenarioInterventions(timeline.scenario), ...timeline.interventions]);
  const track = chosen.length === 0 ? null : new ChosenTrack(timeline.scenario);
  const awaited = new AwaitedTrack(faults);
  let next = 0;
  let reachedUs = -1;
  let seen = 0;
  /** Whoever advances a run may let go of its trace afterwards, so that it is looked at in every slice. */
  const watch = (): void => {
    const isAsked = track !== null && next < due.length;
    if (!isAsked && awaited.isOver) return;
    const {entries} = world.trace;
    for (; seen < entries.length; seen += 1) {
      track?.take(entries[seen]!);
      for (const brought of awaited.take(entries[seen]!, processOf)) {
        const later = due.findIndex(({atUs}, position) => next <= position && brought.atUs < atUs);
        due.splice(later === -1 ? due.length : later, 0, brought);
      }
    }
  };
  const processOf = (name: string): string | null => (track === null ? name : track.processOf(name));
  /** While a moment is waited for, one event at a time: what it brings about may come before the next. */
  const runSome = (untilUs: number, maxEvents: number): boolean => {
    if (awaited.isOver) return world.runSome(untilUs, maxEvents);
    const nextUs = world.nextEventUs();
    if (nextUs === -1 || untilUs < nextUs) return world.runSome(untilUs, 0);
    if (maxEvents > 0) world.step();
    return false;
  };
  const strike = (what: ChosenScenario | TimedIntervention): void => {
    watch();
    if ('name' in what) {
      track!.choose(what);
      return;
    }
    const intervention = track === null ? what.intervention : track.resolve(what.intervention);
    if (intervention !== null) world.intervene(intervention);
    watch();
  };
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
          const isThere = runSome(stop, Math.max(0, limit - world.eventCount));
          watch();
          if (!isThere && limit <= world.eventCount) return false;
          if (!isThere) continue;
          reachedUs = stop;
        }
        if (next === due.length || stop < due[next]!.atUs) return true;
        // Several of one microsecond are applied together; what they set off at once runs after the last of them.
        while (next < due.length && due[next]!.atUs === stop) {
          strike(due[next]!);
          next += 1;
        }
        reachedUs = stop - 1;
      }
    },
  };
}

/** Order of time; of one microsecond, the order given. */
function inOrder<T extends {readonly atUs: number}>(list: readonly T[]): T[] {
  return list
    .map((timed, position) => ({timed, position}))
    .sort((a, b) => a.timed.atUs - b.timed.atUs || a.position - b.position)
    .map(({timed}) => timed);
}
