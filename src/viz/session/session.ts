import type {MqadminAnswer} from '../../lab/ask-cluster.ts';
import type {Variation} from '../../lab/compare/vary.ts';
import {fork, type Timeline} from '../../lab/timeline.ts';
import type {FrameFamily, ViewState} from '../../lab/view/view-state.ts';
import type {Intervention} from '../../sim/intervention.ts';
import {type Selection, type Side, sameSelection, selectionOf} from '../selection.ts';
import type {TimeMap} from '../stage/time-map.ts';
import type {WorldClient} from '../worker/world-client.ts';
import type {Beside} from './beside.ts';
import {FrameLoop} from './frame-loop.ts';
import type {Opened} from './opened.ts';
import {KeptMap, type Pace, STORY} from './pace.ts';
import {BEGIN, isBefore, type Playhead, stepFrom} from './playhead.ts';
import type {RunData} from './run-data.ts';
import {Runs} from './runs.ts';
import {Way} from './way.ts';

/** A lesson's way from step to step takes no longer than this on screen. */
const LONGEST_WAY_SECONDS = 8;

/**
 * What the page shows and why: a run, a moment of it, a selection. The one place where that changes; elements are told by
 * `listen` and ask for changes by its methods. Nothing here touches the world: it is always a timeline that changes, and
 * the worker that runs it.
 */
export class LabSession {
  readonly #runs: Runs;
  readonly #loop = new FrameLoop(
    (seconds) => this.#tick(seconds),
    () => {
      this.#playing = false;
      this.#tell();
    },
  );
  readonly #listeners = new Set<() => void>();
  #playhead: Playhead = BEGIN;
  /** Asked for, but not computed yet. */
  #wantedUs: number | null = null;
  #playing = false;
  #resumeAfterSwap = false;
  #pace: Pace = STORY;
  readonly #map = new KeptMap();
  #selection: Selection = null;
  /** Of two runs, the one that the selection is of. */
  #side: Side = 'left';
  #hidden: ReadonlySet<FrameFamily> = new Set();
  readonly #way = new Way();

  /** @param startSecond starts a world of its own for the run beside */
  constructor(world: WorldClient, startSecond: () => WorldClient) {
    this.#runs = new Runs(world, startSecond, (isNews) => {
      if (isNews) this.#changed();
      else this.#loop.schedule();
    });
  }

  // What is shown.

  get opened(): Opened | null {
    return this.#runs.opened;
  }
  get run(): RunData | null {
    return this.#runs.run;
  }
  /** The timeline that is shown or about to be; null without one. */
  get timeline(): Timeline | null {
    return this.#runs.timeline;
  }
  /** A changed timeline is being run and not shown yet. */
  get isRerunning(): boolean {
    return this.#runs.pending !== null;
  }
  /** Why the world, or its last change, could not be run; null while all is well. */
  get failure(): string | null {
    return this.#runs.failure;
  }
  get playhead(): Playhead {
    return this.#playhead;
  }
  get playing(): boolean {
    return this.#playing || this.#resumeAfterSwap;
  }
  get pace(): Pace {
    return this.#pace;
  }
  get selection(): Selection {
    return this.#selection;
  }
  /** Of two runs, the one that is looked into; the left one where there is only one. */
  get side(): Side {
    return this.beside === null ? 'left' : this.#side;
  }
  get hiddenFamilies(): ReadonlySet<FrameFamily> {
    return this.#hidden;
  }
  get timeMap(): TimeMap | null {
    const run = this.run;
    if (run === null) return null;
    const story = this.beside?.storyWith(run) ?? run.story;
    // The story of a run grows with it; that of two is worked out later, and who draws by it must draw again.
    return this.#map.of(this.#pace, story, story === run.story ? 0 : story.mappedUs);
  }
  get view(): ViewState | null {
    return this.run?.views.stateAt(this.#playhead.entryId) ?? null;
  }
  /** The run beside the one shown; null unless two are compared. */
  get beside(): Beside | null {
    return this.#runs.beside;
  }
  /** The other run at the same moment. */
  get viewBeside(): ViewState | null {
    const run = this.beside?.run;
    return run === undefined ? null : run.views.stateAt(this.entryBeside);
  }
  /** The last entry of the other run that is taken into account. */
  get entryBeside(): number {
    return this.beside?.run.views.entryAt(Math.floor(this.#playhead.us)) ?? 0;
  }
  get isAtEnd(): boolean {
    const run = this.run;
    return run?.isComplete === true && this.#playhead.us >= run.durationUs;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // Timelines.

  /** Opens a scenario and runs it; `atUs` is the moment to show. */
  open(
    opened: Opened,
    seed: string = opened.scenario.seed,
    interventions: Timeline['interventions'] = [],
    atUs = 0,
  ): void {
    this.#selection = null;
    this.#side = 'left';
    this.#playing = false;
    this.#resumeAfterSwap = false;
    this.#playhead = BEGIN;
    this.#wantedUs = atUs;
    this.#runs.open(opened, seed, interventions);
    this.#changed();
  }

  /**
   * Runs the same timeline beside it with one thing otherwise. Resolves with null, or with what is wrong with the variation, in
   * one line.
   */
  async compareWith(variation: Variation): Promise<string | null> {
    const problem = await this.#runs.compareWith(variation);
    if (problem === null) this.#forgetRight();
    return problem;
  }

  /** What the console tool would print at the moment shown; a text is what is wrong with the words. */
  askCluster(words: readonly string[]): Promise<MqadminAnswer | string> | null {
    return this.#runs.askCluster(Math.floor(this.#playhead.us), words);
  }

  stopComparing(): void {
    this.#runs.endBeside();
    this.#forgetRight();
  }

  /** What was pointed at in a run that has gone is not in this one. */
  #forgetRight(): void {
    if (this.#side === 'right') this.#selection = null;
    this.#side = 'left';
    this.#changed();
  }

  /** Does something to the world at the moment shown: the timeline forks there. */
  intervene(intervention: Intervention): void {
    this.#rerun((timeline) => fork(timeline, Math.floor(this.#playhead.us), intervention));
  }

  /** The same timeline without its intervention number `index`. */
  lift(index: number): void {
    this.#rerun((timeline) => ({
      ...timeline,
      interventions: timeline.interventions.filter((_, i) => i !== index),
    }));
  }

  /** Back to the scenario as it was opened. */
  liftAll(): void {
    this.#rerun((timeline) => ({...timeline, interventions: []}));
  }

  setSeed(seed: string): void {
    this.#rerun((timeline) => (seed === timeline.seed ? timeline : {...timeline, seed}));
  }

  // Moments.

  play(): void {
    if (this.run === null) return;
    if (this.isAtEnd) this.seekUs(0);
    this.#playing = true;
    this.#loop.restart();
    this.#changed();
  }

  /**
   * Plays on to a place and selects something there. What lies ahead is played within a few seconds however long it is; what
   * lies behind is gone back to at once.
   */
  playTo(place: Playhead, select: Selection, side: Side = 'left'): void {
    const map = this.timeMap;
    if (this.run?.store.entry(place.entryId) === undefined || map === null) return;
    if (!isBefore(this.#playhead, place)) {
      this.pause();
      this.#seekPlace(place);
      if (select !== null) this.select(select, side);
      return;
    }
    const distance = map.toScreen(place.us) - map.toScreen(this.#playhead.us);
    this.play();
    this.#way.goTo({place, select, side, rush: Math.max(1, distance / LONGEST_WAY_SECONDS)});
  }

  /** Places at which playing stops by itself: questions that nobody has answered yet. */
  setStops(places: readonly Playhead[]): void {
    this.#way.stops = places;
  }

  pause(): void {
    this.#way.forgetGoal();
    this.#playing = false;
    this.#resumeAfterSwap = false;
    this.#changed();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
    this.#changed();
  }

  seekUs(us: number): void {
    const run = this.run;
    if (run === null) return;
    this.#way.forgetGoal();
    const wanted = Math.max(0, Math.min(run.durationUs, us));
    this.#wantedUs = run.horizonUs < wanted && !run.isComplete ? wanted : null;
    this.#showUs(Math.min(wanted, run.isComplete ? run.durationUs : run.horizonUs));
    this.#changed();
  }

  /** Shows the world right after an entry, and no later, whatever else happens in the same microsecond. */
  seekEntry(entryId: number): void {
    const run = this.run;
    if (run === null) return;
    this.#way.forgetGoal();
    this.#wantedUs = null;
    const entry = run.store.entry(entryId);
    this.#playhead = entry === undefined ? BEGIN : {us: entry.atUs, entryId};
    this.#changed();
  }

  /** Right after an entry, or as much later as the run beside wants, before anything else happens in this one. */
  #seekPlace(place: Playhead): void {
    this.seekEntry(place.entryId);
    if (this.#playhead.us < place.us) {
      this.#playhead = place;
      this.#changed();
    }
  }

  step(by: 1 | -1): void {
    const run = this.run;
    if (run === null) return;
    this.pause();
    const to = stepFrom(run.store.entries, this.#playhead.entryId, by);
    const toUs = to === null ? null : to === 0 ? 0 : run.store.entry(to)!.atUs;
    const besideUs = this.beside?.stepUs(by, Math.floor(this.#playhead.us)) ?? null;
    // Whichever of the two runs has the next event is stepped to.
    if (besideUs !== null && (toUs === null || by * (besideUs - toUs) < 0)) this.seekUs(besideUs);
    else if (to !== null) this.seekEntry(to);
  }

  /** Moves by seconds on screen, at the present pace. */
  jump(screenSeconds: number): void {
    const map = this.timeMap;
    if (map !== null)
      this.seekUs(map.toVirtual(Math.max(0, map.toScreen(this.#playhead.us) + screenSeconds)));
  }

  /** Goes to the cause, or the first effect, of what is selected (or of the last event) and selects that. */
  followCause(direction: 'cause' | 'effect'): void {
    const right = this.side === 'right' ? this.beside!.run : null;
    const run = right ?? this.run;
    if (run === null) return;
    this.pause();
    const from = this.#focusEntry();
    const to =
      direction === 'cause' ? (run.store.entry(from)?.cause ?? 0) : (run.index.effectsOf(from)[0] ?? 0);
    const entry = run.store.entry(to);
    if (entry === undefined) return;
    if (right === null) this.seekEntry(to);
    else this.seekUs(entry.atUs);
    this.select(selectionOf(entry));
  }

  // Selection.

  /** @param side where two runs are shown, the one that it is in; the one looked into unless told */
  select(selection: Selection, side: Side = this.#side): void {
    if (sameSelection(this.#selection, selection) && side === this.#side) return;
    this.#selection = selection;
    this.#side = side;
    this.#changed();
  }

  /** How an entry of the run shown is pointed at; null where there is none. */
  selectionOf(entryId: number): Selection {
    const entry = this.run?.store.entry(entryId);
    return entry === undefined ? null : selectionOf(entry);
  }

  setHidden(families: ReadonlySet<FrameFamily>): void {
    this.#hidden = families;
    this.#changed();
  }

  #focusEntry(): number {
    if (this.#selection?.kind === 'frame') return this.#selection.sent;
    if (this.#selection?.kind === 'entry') return this.#selection.id;
    return this.side === 'right' ? this.entryBeside : this.#playhead.entryId;
  }

  // Running.

  #rerun(change: (timeline: Timeline) => Timeline): void {
    if (!this.#runs.rerun(change)) return;
    this.#resumeAfterSwap ||= this.#playing;
    this.#playing = false;
    this.#changed();
  }

  #changed(): void {
    this.#loop.schedule();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** What is due after so many seconds on screen; answers whether there is more to do. */
  #tick(seconds: number): boolean {
    let changed = this.#runs.pump(this.#playhead.us);
    const storyLags = this.#tellBoth();
    if (storyLags) changed = true;
    if (this.#swapIfReady()) changed = true;
    if (this.#reachWanted()) changed = true;
    if (this.#playing && this.#advance(seconds)) changed = true;
    if (changed) this.#tell();
    return this.#playing || this.#runs.hasWork || storyLags;
  }

  /** Works on the story of two runs; answers whether there is more to do. */
  #tellBoth(): boolean {
    const beside = this.beside;
    const run = this.run;
    if (beside === null || run === null) return false;
    const before = beside.storyWith(run).mappedUs;
    const isTold = beside.extendStory(run);
    return !isTold || beside.storyWith(run).mappedUs !== before;
  }

  #swapIfReady(): boolean {
    const swap = this.#runs.swapIfReady(this.#playhead.us);
    if (swap === 'none') return false;
    if (swap === 'run-again') return true;
    const run = this.run;
    if (swap === 'swapped' && run !== null)
      this.#showUs(Math.min(this.#playhead.us, run.isFull ? run.horizonUs : run.durationUs));
    this.#playing = this.#resumeAfterSwap;
    this.#resumeAfterSwap = false;
    return true;
  }

  #reachWanted(): boolean {
    const run = this.run;
    if (run === null || this.#wantedUs === null) return false;
    if (run.store.lastId === 0) return false;
    const reached = run.horizonUs > this.#wantedUs || run.isComplete || run.isFull;
    this.#showUs(Math.min(this.#wantedUs, run.horizonUs));
    if (reached) this.#wantedUs = null;
    return true;
  }

  #advance(seconds: number): boolean {
    const run = this.run!;
    const map = this.timeMap!;
    const {us} = this.#playhead;
    const known = run.isComplete ? run.durationUs : run.horizonUs;
    const limit = Math.min(known, this.beside?.limitUs ?? known);
    const next = Math.min(limit, map.toVirtual(map.toScreen(us) + seconds * this.#way.rush));
    const reached = {us: next, entryId: run.views.entryAt(next)};
    const rest = this.#way.next(this.#playhead);
    if (rest !== null && !isBefore(reached, rest.place)) {
      const {place, goal} = rest;
      this.pause();
      this.#seekPlace(place);
      if (goal !== null && goal.select !== null) this.select(goal.select, goal.side);
      return true;
    }
    if (run.isComplete && next >= run.durationUs) this.#playing = false;
    if (next <= us && this.#playing) return false;
    this.#showUs(next);
    return true;
  }

  #showUs(us: number): void {
    this.#playhead = {us, entryId: this.run!.views.entryAt(us)};
  }
}
