import type {Language} from '../../lab/language.ts';
import type {Lesson} from '../../lab/lesson/lesson.ts';
import {fillings, type PlayedStep, playLesson} from '../../lab/lesson/play.ts';
import type {RunData} from './run-data.ts';

/** How much more of a run must be known before a lesson looks at it again, while the world is still being run. */
const LOOK_AGAIN_US = 2_000_000;

/** What a run has made of a lesson so far. What the run decides for a question is told once all of the run is known. */
export interface PlayedLesson {
  readonly steps: readonly PlayedStep[];
  /** What stands in the holes of its texts. */
  readonly values: ReadonlyMap<string, string>;
}

/** Keeps what a run makes of a lesson, and looks at the run anew only when that can have changed. */
export class LessonOfRun {
  #played: PlayedLesson | null = null;
  #lesson: Lesson | null = null;
  #run: RunData | null = null;
  #language: Language | null = null;
  #horizonUs = 0;
  #isComplete = false;

  look(lesson: Lesson, run: RunData, language: Language): PlayedLesson {
    const isSame = this.#lesson === lesson && this.#run === run && this.#language === language;
    // The last slice of a run may bring its end and no new moment.
    const hasGrown = run.isComplete ? !this.#isComplete : this.#horizonUs + LOOK_AGAIN_US <= run.horizonUs;
    if (isSame && !hasGrown && this.#played !== null) return this.#played;
    const evidence = {store: run.store, index: run.index, ledger: run.ledger, checks: run.checks ?? []};
    const steps = playLesson(lesson, evidence);
    this.#lesson = lesson;
    this.#run = run;
    this.#language = language;
    this.#horizonUs = run.horizonUs;
    this.#isComplete = run.isComplete;
    this.#played = {
      steps: run.isComplete ? steps : steps.map((step) => ({...step, rightOption: null})),
      values: fillings(lesson, evidence, language),
    };
    return this.#played;
  }
}
