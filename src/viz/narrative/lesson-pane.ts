import {css, html, type PropertyValues, type TemplateResult} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import type {Lesson} from '../../lab/lesson/lesson.ts';
import {filled, type PlayedStep, plainText} from '../../lab/lesson/play.ts';
import type {Block, Inline, QuestionText} from '../../lab/lesson/text.ts';
import {ActEvent} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';

/** Which step is told at an entry: the last one whose moment has come; -1 before the first. */
export function stepAt(steps: readonly PlayedStep[], entryId: number): number {
  let at = -1;
  for (const [i, step] of steps.entries()) if (step.entryId !== 0 && step.entryId <= entryId) at = i;
  return at;
}

/** Whether the step at an entry asks something that nobody has answered. */
export function asksAt(
  lesson: Lesson | null,
  steps: readonly PlayedStep[],
  entryId: number,
  picked: ReadonlyMap<string, string>,
): boolean {
  const at = stepAt(steps, entryId);
  const step = steps[at];
  return step !== undefined && lesson?.plan.steps[at]?.question !== undefined && !picked.has(step.id);
}

/**
 * A lesson beside the stage. Which step is shown is a function of the moment shown, so playing, scrubbing and links all agree.
 * A question is asked at its step's moment and answered by what the run does next.
 */
@customElement('lab-lesson')
export class LabLesson extends LabElement {
  @property({attribute: false}) lesson: Lesson | null = null;
  @property({attribute: false}) steps: readonly PlayedStep[] = [];
  @property({attribute: false}) values: ReadonlyMap<string, string> = new Map();
  @property({type: Number}) entryId = 0;
  /** What was picked, by step id. */
  @property({attribute: false}) picked: ReadonlyMap<string, string> = new Map();
  /** All that the lesson looks at is known to its end, so what has not been decided never will be. */
  @property({type: Boolean}) complete = false;
  /** The run that the lesson is told beside is not there. */
  @property({type: Boolean}) alone = false;
  /** Somebody has done something to the run that the lesson is told of. */
  @property({type: Boolean}) changed = false;
  /** What there is to open is not known yet. */
  @property({type: Boolean}) loading = false;
  @state() private pick = '';
  #pickFor = '';
  #shownStep = -1;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
      }
      h2 {
        font-size: 18px;
        line-height: 1.3;
        margin-bottom: 8px;
      }
      p,
      ul.text {
        overflow-wrap: anywhere;
        margin-bottom: 10px;
      }
      ul.text {
        padding-inline-start: 18px;
        list-style: disc;
      }
      code {
        font: 0.92em var(--mono);
        background: var(--pane-sunk);
        border-radius: 4px;
        padding: 0 3px;
        overflow-wrap: anywhere;
      }
      pre {
        font: 12.5px/1.5 var(--mono);
        background: var(--pane-sunk);
        border: 1px solid var(--hairline);
        border-radius: 6px;
        padding: 8px 10px;
        overflow-x: auto;
        margin: 0 0 10px;
      }
      .card {
        border: 1px solid var(--line);
        border-radius: 12px;
        padding: 12px;
        margin: 4px 0 12px;
      }
      .card h3 {
        font-size: 14px;
        margin-bottom: 8px;
      }
      .option {
        display: flex;
        gap: 8px;
        align-items: baseline;
        border: 1px solid var(--hairline);
        border-radius: 8px;
        padding: 7px 10px;
        margin-top: 6px;
        cursor: pointer;
        overflow-wrap: anywhere;
      }
      .option:has(input:checked) {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
      .option:has(input:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: 1px;
      }
      .option input {
        accent-color: var(--accent);
        flex: none;
      }
      .option.is-right {
        border-color: var(--good);
      }
      .option .sign {
        margin-inline-start: auto;
        font-weight: 700;
      }
      .verdict {
        margin-top: 10px;
        font-weight: 600;
      }
      .ask {
        margin-top: 10px;
      }
      /* The way on stays in reach, however long the text is. */
      nav {
        position: sticky;
        bottom: 0;
        display: flex;
        gap: 8px;
        align-items: center;
        padding: 8px 0 10px;
        background: var(--pane);
      }
      nav .next {
        margin-inline-start: auto;
      }
      .dots {
        display: flex;
        gap: 0;
        margin-block: -6px 4px;
        margin-inline: -2px;
      }
      .dots button {
        border: 0;
        padding: 10px 2px;
        min-height: 0;
        flex: 0 1 24px;
        min-width: 8px;
        line-height: 0;
      }
      .dots i {
        display: block;
        width: 100%;
        height: 5px;
        border-radius: 3px;
        background: var(--line);
      }
      .dots .told i {
        background: var(--muted);
      }
      .dots .now i {
        background: var(--accent);
      }
    `,
  ];

  override render() {
    const {t, lesson} = this;
    if (this.loading) return html`<p class="muted" role="status">${t.computing}</p>`;
    if (lesson === null) return html`<p class="muted">${t.noLesson}</p>`;
    const text = lesson.texts[this.words.language];
    const at = stepAt(this.steps, this.entryId);
    const played = this.steps[at];
    const step = text.steps.find((one) => one.id === played?.id);
    const before = this.steps[at - 1];
    const asked = before === undefined ? undefined : text.steps.find((one) => one.id === before.id)?.question;
    return html`${this.#dots(at)}
      ${
        asked != null && before !== undefined && this.picked.has(before.id)
          ? this.#answered(before, asked)
          : ''
      }
      <h2>${step === undefined ? this.#inline(text.title) : this.#inline(step.title)}</h2>
      ${this.alone ? this.#missesBeside(lesson) : ''}
      ${
        // The last step asks for changes.
        this.changed && at < this.steps.length - 1
          ? html`<p class="card small changed">${t.lessonChanged}</p>`
          : ''
      }
      ${(step === undefined || at === 0 ? text.intro : []).map((block) => this.#block(block))}
      ${(step?.blocks ?? []).map((block) => this.#block(block))}
      ${step?.question != null && played !== undefined ? this.#question(played, step.question, at) : ''}
      ${this.#nav(at)}`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const at = stepAt(this.steps, this.entryId);
    if (at === this.#shownStep) return;
    this.#shownStep = at;
    // A new step is read from its beginning, but what it asks must be in sight.
    this.scrollTop = 0;
    // The pane has its size only when its neighbour has made room.
    requestAnimationFrame(() => this.#showQuestion());
  }

  #showQuestion(): void {
    const form = this.renderRoot.querySelector('form');
    const nav = this.renderRoot.querySelector('nav');
    if (form === null || nav === null) return;
    const asked = form.getBoundingClientRect();
    const hidden = asked.bottom - nav.getBoundingClientRect().top + 8;
    const room = asked.top - this.getBoundingClientRect().top - 8;
    if (hidden > 0) this.scrollTop += Math.min(hidden, Math.max(0, room));
  }

  /** Somebody has taken away, or changed, the run that the lesson speaks of. */
  #missesBeside(lesson: Lesson) {
    const {t} = this;
    const {beside} = lesson;
    if (beside === null) return '';
    return html`<p class="card small">
      ${t.lessonBeside(`${beside.key}=${beside.value}`)}
      <button
        class="beside"
        @click=${() => this.dispatchEvent(new ActEvent({kind: 'compare-with', variation: beside}))}
      >
        ${t.showBeside}
      </button>
    </p>`;
  }

  #dots(at: number) {
    const {t} = this;
    const count = this.steps.length;
    const titles = this.lesson?.texts[this.words.language].steps ?? [];
    return html`<div class="dots" role="group" aria-label=${t.stepLabel(at + 1, count)}>
      ${this.steps.map(
        (step, i) =>
          html`<button
            class=${i === at ? 'now' : i < at ? 'told' : ''}
            ?disabled=${step.entryId === 0}
            aria-label="${t.stepLabel(i + 1, count)}: ${plainText(titles.find((one) => one.id === step.id)?.title ?? [], this.values)}"
            title=${plainText(titles.find((one) => one.id === step.id)?.title ?? [], this.values)}
            @click=${() => this.#go(i)}
          >
            <i></i>
          </button>`,
      )}
    </div>`;
  }

  #nav(at: number) {
    const {t} = this;
    // In a run that somebody has changed, steps may be missing; the story goes on at the next that comes.
    const next = this.steps.findIndex((step, i) => at < i && step.entryId !== 0);
    const last = at === this.steps.length - 1;
    return html`${!last && next !== at + 1 && this.complete ? html`<p class="small muted">${t.neverComes}</p>` : ''}
      ${last && this.steps.length > 0 ? html`<p class="small muted">${t.lessonEnd}</p>` : ''}
      <nav aria-label=${t.lessons}>
        <button class="previous" ?disabled=${at < 1} @click=${() => this.#go(at - 1)}>${t.previousStep}</button>
        <span class="muted small">${at >= 0 ? t.step(at + 1, this.steps.length) : ''}</span>
        ${
          last
            ? ''
            : html`<button
                class="next ${asksAt(this.lesson, this.steps, this.entryId, this.picked) ? '' : 'primary'}"
                ?disabled=${next < 0}
                @click=${() => this.#go(next)}
              >
                ${at < 0 ? t.startLesson : t.nextStep}
              </button>`
        }
      </nav>`;
  }

  #question(played: PlayedStep, question: QuestionText, at: number): TemplateResult {
    const {t} = this;
    if (this.#pickFor !== played.id) {
      this.#pickFor = played.id;
      this.pick = '';
    }
    if (this.picked.has(played.id)) return this.#answered(played, question);
    const isLast = at === this.steps.length - 1;
    return html`<form class="card" @submit=${(event: Event) => this.#submit(event, played, at, isLast)}>
      <fieldset style="border:0;margin:0;padding:0">
        <legend style="padding:0"><h3>${this.#inline(question.asked)}</h3></legend>
        ${[...question.options].map(
          ([id, option]) =>
            html`<label class="option">
              <input
                type="radio"
                name="answer"
                value=${id}
                .checked=${this.pick === id}
                @change=${() => (this.pick = id)}
              />
              <span>${this.#inline(option)}</span>
            </label>`,
        )}
      </fieldset>
      <div class="ask">
        <button class="primary answer" type="submit" title=${t.pickOne} ?disabled=${this.pick === ''}>
          ${t.showAnswer}
        </button>
      </div>
    </form>`;
  }

  /** A question with what was picked, what the run made right, and the words that explain it. */
  #answered(played: PlayedStep, question: QuestionText): TemplateResult {
    const {t} = this;
    const picked = this.picked.get(played.id);
    const right = played.rightOption;
    return html`<div class="card" role="group" aria-label=${t.answered}>
      <h3>${this.#inline(question.asked)}</h3>
      ${[...question.options]
        .filter(([id]) => id === picked || id === right)
        .map(
          ([id, option]) =>
            html`<div class="option ${id === right ? 'is-right' : ''}">
              ${this.#inline(option)}
              ${
                right === null
                  ? ''
                  : html`<span class="sign ${id === right ? 'good' : 'bad'}"> ${id === right ? '✓' : '✗'}</span>`
              }
            </div>`,
        )}
      <p class="verdict">
        ${right === null ? (this.complete ? t.notDecided : t.answerPending) : picked === right ? t.answerRight : t.answerWas}
      </p>
      ${right === null ? '' : question.answer.map((block) => this.#block(block))}
    </div>`;
  }

  #submit(event: Event, played: PlayedStep, at: number, isLast: boolean): void {
    event.preventDefault();
    if (this.pick === '') return;
    this.dispatchEvent(new CustomEvent('lab-picked', {detail: {step: played.id, option: this.pick}}));
    if (!isLast) this.#go(at + 1);
    // The form goes; whoever answered by keyboard goes on from the way on.
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('nav button.next')?.focus(),
    );
  }

  #go(at: number): void {
    const step = this.steps[at];
    if (step !== undefined && step.entryId !== 0) {
      const {entryId, atUs: us, point: select, pointsBeside} = step;
      const side = pointsBeside ? 'right' : 'left';
      this.dispatchEvent(new ActEvent({kind: 'play-to', place: {us, entryId}, select, side}));
    } else if (at < 0) {
      this.dispatchEvent(new ActEvent({kind: 'seek-us', us: 0}));
    }
  }

  #block(block: Block): TemplateResult {
    switch (block.kind) {
      case 'paragraph':
        return html`<p>${this.#inline(block.content)}</p>`;
      case 'list':
        return html`<ul class="text">
          ${block.items.map((item) => html`<li>${this.#inline(item)}</li>`)}
        </ul>`;
      case 'code':
        return html`<pre>${block.text}</pre>`;
    }
  }

  #inline(parts: readonly Inline[]) {
    return filled(parts, this.values).map((part) => {
      switch (part.kind) {
        case 'code':
          return html`<code>${part.text}</code>`;
        case 'strong':
          return html`<strong>${part.text}</strong>`;
        case 'em':
          return html`<em>${part.text}</em>`;
        default:
          return part.text;
      }
    });
  }
}
