import type {Language} from '../../lab/language.ts';
import type {Lesson} from '../../lab/lesson/lesson.ts';
import type {RunEvidence} from '../../lab/lesson/matching.ts';
import {fillings, type PlayedStep, playLesson} from '../../lab/lesson/play.ts';
import type {RunData} from './run-data.ts';

/** How much more of a run must be known before a lesson looks at it again, while the world is still being run. */
const LOOK_AGAIN_US = 2_000_000;

/** What a run, and the one beside it, have made of a lesson so far. What they decide for a question is told once all of both is known. */
export interface PlayedLesson {
  readonly steps: readonly PlayedStep[];
  /** What stands in the holes of its texts. */
  readonly values: ReadonlyMap<string, string>;
  /** All that the lesson looks at is known: what has not been decided never will be. */
  readonly isComplete: boolean;
}

/** Keeps what a run makes of a lesson, and looks at the run anew only when that can have changed. */
export class LessonOfRun {
  #played: PlayedLesson | null = null;
  #lesson: Lesson | null = null;
  #run: RunData | null = null;
  #beside: RunData | null = null;
  #language: Language | null = null;
  #horizonUs = 0;
  #ended = 0;

  /** @param beside the run that the lesson is told beside; null where it is of one run, or the other is not there */
  look(lesson: Lesson, run: RunData, beside: RunData | null, language: Language): PlayedLesson {
    const isSame =
      this.#lesson === lesson && this.#run === run && this.#beside === beside && this.#language === language;
    const horizonUs = Math.min(run.horizonUs, beside?.horizonUs ?? run.horizonUs);
    const isComplete = run.isComplete && (beside?.isComplete ?? lesson.beside === null);
    const was = this.#played;
    // The last slice of a run may bring its end and no new moment.
    const hasGrown = isComplete
      ? was?.isComplete !== true
      : this.#horizonUs + LOOK_AGAIN_US <= horizonUs || this.#ended !== countEnded(run, beside);
    if (isSame && !hasGrown && was !== null) return was;
    const evidence = {...evidenceOf(run), beside: beside === null ? null : evidenceOf(beside)};
    const steps = playLesson(lesson, evidence);
    this.#lesson = lesson;
    this.#run = run;
    this.#beside = beside;
    this.#language = language;
    this.#horizonUs = horizonUs;
    this.#ended = countEnded(run, beside);
    this.#played = {
      steps: isComplete ? steps : steps.map((step) => ({...step, rightOption: null})),
      values: fillings(lesson, evidence, language),
      isComplete,
    };
    return this.#played;
  }
}

function evidenceOf(run: RunData): RunEvidence {
  return {store: run.store, index: run.index, ledger: run.ledger, checks: run.checks ?? []};
}

/** How many of the runs are known to their end. */
function countEnded(run: RunData, beside: RunData | null): number {
  return (run.isComplete ? 1 : 0) + (beside?.isComplete === true ? 1 : 0);
}
