import type {Variation} from '../../lab/compare/vary.ts';
import type {Scenario} from '../../lab/scenario/scenario.ts';
import type {Timeline} from '../../lab/timeline.ts';
import {StoryTime} from '../stage/story-time.ts';
import type {Varied} from '../worker/protocol.ts';
import {stepFrom} from './playhead.ts';
import type {RunData} from './run-data.ts';

/** Entries that the common story takes in between two frames, at most. */
const STORY_ENTRIES = 4_000;

/**
 * The run beside the one that is shown: the same timeline in a scenario with one thing otherwise, on the same clock. What is
 * done to the one run is done to the other at the same moment. While a changed timeline is being computed, the run before it
 * stays in sight.
 */
export class Beside {
  readonly variation: Variation;
  /** What the other run has there; null where that is no single value. */
  readonly present: string | null;
  readonly scenario: Scenario;
  readonly #start: (timeline: Timeline) => RunData;
  #run: RunData;
  /** The run of a changed timeline, until it has come as far as the moment shown. */
  #pending: RunData | null = null;
  #story: {readonly left: RunData; readonly right: RunData; readonly time: StoryTime} | null = null;

  constructor(
    variation: Variation,
    varied: Varied,
    timeline: Timeline,
    start: (timeline: Timeline) => RunData,
  ) {
    this.variation = variation;
    this.present = varied.present;
    this.scenario = varied.scenario;
    this.#start = start;
    this.#run = start({...timeline, scenario: varied.scenario});
  }

  get run(): RunData {
    return this.#run;
  }

  /** Of the run and its successor, the one that is being computed. */
  get newest(): RunData {
    return this.#pending ?? this.#run;
  }

  get hasWork(): boolean {
    return this.#run.hasWork || this.#pending?.hasWork === true;
  }

  /** Runs what the other run has become. */
  follow(timeline: Timeline): void {
    if (this.#pending !== null) this.#pending.abandoned = true;
    this.#pending = this.#start({...timeline, scenario: this.scenario});
  }

  abandon(): void {
    this.#run.abandoned = true;
    if (this.#pending !== null) this.#pending.abandoned = true;
  }

  /** Takes in what waits, for about `budgetMs`; answers whether anything is new. */
  pump(budgetMs: number, shownUs: number): boolean {
    let changed = this.#run.pump(budgetMs);
    const next = this.#pending;
    if (next === null) return changed;
    if (next.pump(budgetMs)) changed = true;
    if (next.horizonUs <= shownUs && !next.isComplete && !next.isFull) return changed;
    this.#run.abandoned = true;
    this.#run = next;
    this.#pending = null;
    return true;
  }

  /** When its next event in a direction is, at another moment than the one shown; null without one. */
  stepUs(by: 1 | -1, shownUs: number): number | null {
    const {store, views} = this.#run;
    let at = views.entryAt(shownUs);
    for (;;) {
      const to = stepFrom(store.entries, at, by);
      if (to === null || to === 0) return null;
      const {atUs} = store.entry(to)!;
      if (atUs !== shownUs) return atUs;
      at = to;
    }
  }

  /** Up to where the run is known; the end of the scenario once it is known to its end. */
  get limitUs(): number {
    return knownUs(this.#run);
  }

  /** The pace that does justice to both runs; it is worked out a part at a time, see `extendStory`. */
  storyWith(left: RunData): StoryTime {
    const kept = this.#story;
    if (kept !== null && kept.left === left && kept.right === this.#run) return kept.time;
    const time = new StoryTime(left.stage, this.#run.stage);
    this.#story = {left, right: this.#run, time};
    this.extendStory(left);
    return time;
  }

  /** Answers whether the story is told as far as both runs are known. */
  extendStory(left: RunData): boolean {
    const right = this.#run;
    const horizonUs = Math.min(knownUs(left), knownUs(right));
    // Before the end, something of the last microsecond may still be on its way from either run.
    const untilUs = left.isComplete && right.isComplete ? horizonUs : horizonUs - 1;
    const time = this.#story?.time;
    if (time === undefined || untilUs <= time.mappedUs) return true;
    return time.extend(untilUs, STORY_ENTRIES);
  }
}

function knownUs(run: RunData): number {
  return run.isComplete ? run.durationUs : run.horizonUs;
}
