import type {CheckResult} from '../../lab/checks/check.ts';
import type {runChecks} from '../../lab/checks/checks.ts';
import {LedgerTrack} from '../../lab/ledger.ts';
import {ledgerOf} from '../../lab/ledger-of.ts';
import type {Timeline} from '../../lab/timeline.ts';
import {TraceStore} from '../../lab/trace-store.ts';
import {TraceIndex} from '../../lab/view/trace-index.ts';
import {ViewTimeline} from '../../lab/view/view-timeline.ts';
import type {RecordingAbout} from '../recording/protocol.ts';
import {StageIndex} from '../stage/stage-index.ts';
import {StoryTime} from '../stage/story-time.ts';
import type {RunEnd, RunSlice} from '../worker/protocol.ts';
import {Printed} from './printed.ts';
import {SharedStrings} from './shared-strings.ts';
import {Told} from './told.ts';

const SLICES_WAITING = 8;
/** A longer trace than this may not fit into a tab: about 2 GB with all that is read off it. */
const MOST_ENTRIES = 4_000_000;

/**
 * One run as the page holds it: its trace so far, and everything that is read off the trace. It only grows. Slices wait in a
 * queue and are taken in by `pump`, a few milliseconds at a time, so that a fast world never holds up a picture.
 */
export class RunData {
  readonly timeline: Timeline;
  readonly store = new TraceStore();
  readonly index = new TraceIndex(this.store);
  readonly ledger: LedgerTrack;
  readonly views: ViewTimeline;
  readonly stage = new StageIndex(this.index);
  readonly story: StoryTime;
  readonly told = new Told(this.index);
  readonly printed = new Printed(this.index);
  /** Everything up to here is known and taken in. */
  horizonUs = 0;
  /** Null until the world has run to its end and all of it is taken in. */
  end: RunEnd | null = null;
  /** The verdicts over the whole run; null until it has ended. */
  checks: readonly CheckResult[] | null = null;
  /** Why the world could not be run; null while all is well. */
  failure: string | null = null;
  /** The page holds as much of this run as it can; the rest is not taken in, and what is there stays to be looked at. */
  isFull = false;
  /** Another run has taken its place; what still comes for it is let go. */
  abandoned = false;
  readonly #queue: {slice: RunSlice; taken: () => void}[] = [];
  readonly #strings = new SharedStrings();
  #ended: RunEnd | null = null;
  /** What judges the whole run; fetched when there is a whole run to judge. */
  #judge: typeof runChecks | null = null;

  readonly #mostEntries: number;

  /** What it is a recording of; null for a run of a world. */
  readonly recording: RecordingAbout | null;

  constructor(timeline: Timeline, mostEntries = MOST_ENTRIES, recording: RecordingAbout | null = null) {
    this.#mostEntries = mostEntries;
    this.timeline = timeline;
    this.recording = recording;
    // Who should see what is not known of a recorded run: whoever was seen to take messages.
    this.ledger = recording === null ? ledgerOf(timeline.scenario, this.store) : new LedgerTrack(this.store);
    this.views = new ViewTimeline(this.store, this.index, this.ledger);
    this.story = new StoryTime(this.stage);
  }

  get durationUs(): number {
    return this.timeline.scenario.durationUs;
  }

  get isComplete(): boolean {
    return this.end !== null || this.failure !== null;
  }

  /** Queues a slice; resolves when the page is ready for another. */
  offer(slice: RunSlice): Promise<void> {
    return new Promise((taken) => {
      this.#queue.push({slice, taken});
      // Some slices may wait while others are being read: the world works while the page does.
      if (this.#queue.length <= SLICES_WAITING) taken();
    });
  }

  /** The run has come to its end. Resolves when `pump` can take that in. */
  async finish(end: RunEnd): Promise<void> {
    if (this.isFull) return;
    this.#judge = (await import('../../lab/checks/checks.ts')).runChecks;
    this.#ended = end;
  }

  get hasWork(): boolean {
    return this.#queue.length > 0 || (this.#ended !== null && this.end === null);
  }

  /** Takes in what waits, for about `budgetMs`; answers whether anything was new. */
  pump(budgetMs: number): boolean {
    const until = performance.now() + budgetMs;
    let changed = false;
    while (this.#queue.length > 0) {
      const {slice, taken} = this.#queue.shift()!;
      this.#strings.share(slice.chunk.entries);
      this.store.append(slice.chunk);
      this.index.update();
      this.stage.extend();
      this.told.extend();
      this.printed.extend();
      this.story.extend(slice.horizonUs);
      this.views.prepare(slice.chunk.entries.length + 512);
      this.horizonUs = slice.horizonUs;
      changed = true;
      if (this.store.lastId >= this.#mostEntries) {
        this.isFull = true;
        this.abandoned = true;
        this.#ended = null;
        for (const waiting of this.#queue.splice(0)) waiting.taken();
      }
      taken();
      if (performance.now() > until) return true;
    }
    if (this.#ended !== null && this.end === null) {
      this.end = this.#ended;
      this.checks = this.#judgeAll();
      this.horizonUs = this.durationUs;
      changed = true;
    }
    return changed;
  }

  #judgeAll(): CheckResult[] {
    const {scenario, interventions} = this.timeline;
    this.ledger.update();
    const audit = this.end?.audit;
    const evidence = {scenario, store: this.store, ledger: this.ledger, interventions};
    return this.#judge!(audit === undefined ? evidence : {...evidence, audit});
  }
}
