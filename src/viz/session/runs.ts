import type {MqadminAnswer} from '../../lab/ask-cluster.ts';
import type {Variation} from '../../lab/compare/vary.ts';
import type {Timeline} from '../../lab/timeline.ts';
import {sentenceOf} from '../base/sentence-of.ts';
import type {WorldClient} from '../worker/world-client.ts';
import type {Beside} from './beside.ts';
import type {Opened} from './opened.ts';
import {RunData} from './run-data.ts';

const PUMP_BUDGET_MS = 7;

/** What has come of the run of a changed timeline. */
export type Swap =
  /** Nothing yet, or there is none. */
  | 'none'
  /** It has taken the place of the run before it. */
  | 'swapped'
  /** It failed, and the run before it stays. */
  | 'given-up'
  /** It failed, and the run before it, which the worker had given up for it, is on its way again. */
  | 'run-again';

/** The runs that the page holds: the one shown, the one that is to take its place, the one beside, and the workers they run in. */
export class Runs {
  readonly #world: WorldClient;
  /** A world of its own for the run beside, so that both are run at once. Started when first asked for. */
  readonly #startSecond: () => WorldClient;
  /** Something has come in, or something has failed. */
  readonly #came: (isNews: boolean) => void;
  #second: WorldClient | null = null;
  #opened: Opened | null = null;
  #run: RunData | null = null;
  #pending: RunData | null = null;
  #rerunFailure: string | null = null;
  #beside: Beside | null = null;

  /** @param came is told when there is something to take in, and with true when it is to be told at once */
  constructor(world: WorldClient, startSecond: () => WorldClient, came: (isNews: boolean) => void) {
    this.#world = world;
    this.#startSecond = startSecond;
    this.#came = came;
  }

  get opened(): Opened | null {
    return this.#opened;
  }
  get run(): RunData | null {
    return this.#run;
  }
  /** The run of a changed timeline, until it has come as far as the moment shown. */
  get pending(): RunData | null {
    return this.#pending;
  }
  get beside(): Beside | null {
    return this.#beside;
  }
  /** Why the world, or its last change, could not be run; null while all is well. */
  get failure(): string | null {
    return this.#run?.failure ?? this.#rerunFailure;
  }
  get hasWork(): boolean {
    return this.#run?.hasWork || this.#pending?.hasWork || this.#beside?.hasWork || false;
  }
  /** The timeline that is shown or about to be; null without one. */
  get timeline(): Timeline | null {
    return (this.#pending ?? this.#run)?.timeline ?? null;
  }

  /** Runs another scenario; the one before it, and what was beside it, are let go. */
  open(opened: Opened, seed: string, interventions: Timeline['interventions']): void {
    const before = this.#opened;
    this.#opened = opened;
    if (this.#run !== null) this.#run.abandoned = true;
    if (this.#pending !== null) this.#pending.abandoned = true;
    if (before?.recording !== undefined) void before.recording.world.abandon();
    else if (opened.recording !== undefined) void this.#world.abandon();
    this.#pending = null;
    this.#rerunFailure = null;
    this.endBeside();
    this.#run = this.#start({scenario: opened.scenario, seed, interventions});
  }

  /** Runs what a change makes of the present timeline, if that is one that can be run otherwise; answers whether it is. */
  rerun(change: (timeline: Timeline) => Timeline): boolean {
    const before = this.#opened?.recording === undefined ? this.timeline : null;
    if (before === null) return false;
    const timeline = change(before);
    if (timeline === before) return false;
    this.#rerunFailure = null;
    if (this.#pending !== null) this.#pending.abandoned = true;
    this.#pending = this.#start(timeline);
    this.#beside?.follow(timeline);
    return true;
  }

  /** Lets the run of a changed timeline take its place once it has come past the moment shown. */
  swapIfReady(shownUs: number): Swap {
    const next = this.#pending;
    // Until the horizon has passed the moment, something of the same microsecond may still be on its way.
    if (next === null || (next.horizonUs <= shownUs && !next.isComplete && !next.isFull)) return 'none';
    this.#pending = null;
    const old = this.#run;
    if (next.failure === null) {
      if (old !== null) old.abandoned = true;
      this.#run = next;
      return 'swapped';
    }
    // The old run stays on screen; the failure is told beside it.
    this.#rerunFailure = next.failure;
    if (old === null || old.isComplete || next.timeline === old.timeline) return 'given-up';
    // The worker gave the old run up for the one that failed: it is run again and takes its own place at this moment.
    this.#pending = this.#start(old.timeline);
    return 'run-again';
  }

  /** Takes in what waits, a few milliseconds' worth; answers whether anything is new. */
  pump(shownUs: number): boolean {
    let changed = this.#run?.pump(PUMP_BUDGET_MS) ?? false;
    if (this.#pending?.pump(PUMP_BUDGET_MS)) changed = true;
    if (this.#beside?.pump(PUMP_BUDGET_MS, shownUs)) changed = true;
    return changed;
  }

  /**
   * Runs the same timeline beside it with one thing otherwise. Resolves with null, or with what is wrong with the variation, in
   * one line.
   */
  async compareWith(variation: Variation): Promise<string | null> {
    const opened = this.#opened;
    if (opened === null || opened.recording !== undefined) return null;
    this.#second ??= this.#startSecond();
    const second = this.#second;
    const [varied, {Beside: Other}] = await Promise.all([
      second.vary(opened.scenario, variation.key, variation.value),
      import('./beside.ts'),
    ]);
    if (!varied.ok) return varied.problem;
    const timeline = this.timeline;
    if (this.#opened !== opened || timeline === null) return null;
    this.endBeside();
    const start = (other: Timeline): RunData =>
      this.#start(other, second, (data) => this.#beside?.newest === data);
    this.#beside = new Other(variation, varied.value, timeline, start);
    return null;
  }

  endBeside(): void {
    if (this.#beside === null) return;
    this.#beside.abandon();
    this.#beside = null;
    void this.#second?.abandon();
  }

  /** What the console tool would print at a moment; a text is what is wrong with the words. Null where nobody can be asked. */
  askCluster(atUs: number, words: readonly string[]): Promise<MqadminAnswer | string> | null {
    const timeline = this.timeline;
    if (timeline === null || this.#run?.recording) return null;
    this.#second ??= this.#startSecond();
    return this.#second.askCluster(timeline, atUs, words);
  }

  #start(
    timeline: Timeline,
    world: Pick<WorldClient, 'run' | 'abandon'> = this.#opened?.recording?.world ?? this.#world,
    isNewest = (data: RunData): boolean => data === (this.#pending ?? this.#run),
  ): RunData {
    const data = new RunData(timeline, undefined, this.#opened?.recording?.about ?? null);
    const tell = (slice: Parameters<RunData['offer']>[0]): Promise<void> => {
      // Only while it is the one that the worker runs: a newer one must not be stopped for it.
      if (data.isFull && isNewest(data)) void world.abandon();
      if (data.abandoned) return Promise.resolve();
      const taken = data.offer(slice);
      this.#came(false);
      return taken;
    };
    world
      .run(timeline, tell)
      .then(async (end) => {
        if (end !== null) await data.finish(end);
        this.#came(false);
      })
      .catch((error: unknown) => {
        data.failure = sentenceOf(error);
        this.#came(true);
      });
    return data;
  }
}
