import {html, type TemplateResult} from 'lit';
import type {Lesson} from '../../lab/lesson/lesson.ts';
import {asksAt, stepAt} from '../narrative/lesson-pane.ts';
import {LessonOfRun, type PlayedLesson} from '../session/lesson-of-run.ts';
import type {RunData} from '../session/run-data.ts';
import type {PageHost} from './page-host.ts';

/** The lesson that is told on the run shown: what the run makes of it, and what has been answered. */
export class LessonTelling {
  readonly #host: PageHost;
  readonly #lessonOfRun = new LessonOfRun();
  #played: PlayedLesson | null = null;
  /** The option picked at each step. */
  #picked: ReadonlyMap<string, string> = new Map();
  #isRead = false;

  constructor(host: PageHost) {
    this.#host = host;
  }

  get lesson(): Lesson | null {
    return this.#host.session.opened?.lesson ?? null;
  }

  /** Begins anew: nothing is answered. */
  begin(): void {
    this.#picked = new Map();
    this.#played = null;
  }

  /**
   * Looks at what the run, and the one beside, have come to; before every drawing.
   * @param isRead the lesson is on screen, so that playing rests at its questions
   */
  look(isRead: boolean): void {
    const {session, words} = this.#host;
    const {lesson} = this;
    const {run} = session;
    this.#isRead = isRead;
    this.#played =
      run === null || lesson === null
        ? null
        : this.#lessonOfRun.look(lesson, run, this.#runBeside(lesson), words.language);
    this.#askOnTheWay();
  }

  /** At which step of how many; empty where no lesson is read. */
  get stepText(): string {
    const steps = this.#played?.steps ?? [];
    const at = stepAt(steps, this.#host.session.playhead.entryId);
    return this.#isRead && at >= 0 ? this.#host.words.t.step(at + 1, steps.length) : '';
  }

  /** Of two runs, a lesson has not told yet how they end: it still asks something, or speaks of what lies ahead. */
  get isUntold(): boolean {
    const {lesson} = this;
    if (!this.#isRead || lesson === null || this.#runBeside(lesson) === null) return false;
    const last = this.#played?.steps.at(-1);
    return last === undefined || last.entryId === 0 || this.#host.session.playhead.entryId < last.entryId;
  }

  /** Something is asked at the moment shown, in the run as the lesson tells it. */
  get asksNow(): boolean {
    const {run, playhead} = this.#host.session;
    if (run === null || run.timeline.interventions.length > 0) return false;
    return asksAt(this.lesson, this.#played?.steps ?? [], playhead.entryId, this.#picked);
  }

  /**
   * @param besideOpening the run beside is on its way
   * @param loading nothing has been opened yet
   */
  render(besideOpening: boolean, loading: boolean): TemplateResult {
    const {lesson} = this;
    const played = this.#played;
    const isAlone = lesson?.beside != null && !besideOpening && this.#runBeside(lesson) === null;
    return html`<lab-lesson
      .lesson=${lesson}
      ?loading=${loading}
      .steps=${played?.steps ?? []}
      .values=${played?.values ?? new Map()}
      .entryId=${this.#host.session.playhead.entryId}
      .picked=${this.#picked}
      ?complete=${played?.isComplete ?? false}
      ?alone=${isAlone}
      ?changed=${(this.#host.session.run?.timeline.interventions.length ?? 0) > 0}
      @lab-picked=${this.#onPicked}
    ></lab-lesson>`;
  }

  readonly #onPicked = (event: CustomEvent<{step: string; option: string}>): void => {
    this.#picked = new Map(this.#picked).set(event.detail.step, event.detail.option);
    this.#askOnTheWay();
    this.#host.requestUpdate();
  };

  /** The run that a lesson is told beside; null where it is told of one, or that other one is not there. */
  #runBeside(lesson: Lesson): RunData | null {
    const {beside} = this.#host.session;
    const {key, value} = lesson.beside ?? {};
    return beside !== null && beside.variation.key === key && beside.variation.value === value
      ? beside.run
      : null;
  }

  /** Playing rests where a question is asked that nobody has answered. */
  #askOnTheWay(): void {
    const steps = this.#isRead ? (this.#played?.steps ?? []) : [];
    const open = steps.filter(
      (step, i) => step.entryId !== 0 && this.lesson?.plan.steps[i]?.question && !this.#picked.has(step.id),
    );
    this.#host.session.setStops(open.map(({atUs, entryId}) => ({us: atUs, entryId})));
  }
}
