import {css, html, type PropertyValues} from 'lit';
import {customElement, property, query, state} from 'lit/decorators.js';
import type {Problem} from '../../lab/scenario/problem.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';

/** A scenario as text, to change and run; what is wrong with it is told at its line and column. */
@customElement('lab-sandbox')
export class LabSandbox extends PanelElement {
  /** The text to begin with. Later changes of this property replace what is in the editor. */
  @property() text = '';
  @property({attribute: false}) problems: readonly Problem[] = [];
  /** The text was checked as it stands. */
  @property({type: Boolean}) checked = false;
  @state() private lineCount = 1;
  @query('textarea') private editor!: HTMLTextAreaElement;
  @query('.gutter') private gutter!: HTMLElement;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        padding: 14px 18px;
        gap: 8px;
        background: var(--pane);
        overflow: auto;
      }
      h2 {
        font-size: 17px;
        line-height: 1.3;
      }
      .editor {
        flex: 1;
        min-height: 220px;
        display: flex;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow: hidden;
        background: var(--pane-sunk);
      }
      .editor:focus-within {
        border-color: var(--accent);
      }
      .gutter,
      textarea {
        font: 13px/20px var(--mono);
        padding: 8px;
      }
      .gutter {
        flex: none;
        text-align: end;
        color: var(--muted);
        overflow: hidden;
        white-space: pre;
        padding-inline-end: 4px;
        user-select: none;
      }
      .gutter .has-error {
        color: var(--bad);
        font-weight: 700;
      }
      .gutter .has-warning {
        color: var(--warn);
        font-weight: 700;
      }
      textarea {
        flex: 1;
        min-width: 0;
        border: 0;
        outline: 0;
        resize: none;
        background: none;
        white-space: pre;
        overflow: auto;
        tab-size: 2;
      }
      .bar {
        display: flex;
        gap: 10px;
        align-items: center;
        flex-wrap: wrap;
      }
      .problems {
        max-height: 34%;
        overflow: auto;
        flex: none;
      }
      .problems button {
        width: 100%;
        border: 0;
        border-inline-start: 3px solid var(--bad);
        border-radius: 0;
        text-align: start;
        padding: 4px 10px;
        margin-block: 2px;
        font-size: 13px;
        overflow-wrap: anywhere;
      }
      .problems .warning button {
        border-color: var(--warn);
      }
      .where {
        color: var(--muted);
        display: block;
        font-size: 12.5px;
      }
    `,
  ];

  override render() {
    const {t} = this;
    const errors = this.problems.filter((problem) => problem.severity === 'error');
    const warnings = this.problems.length - errors.length;
    return html`<div>
        <h2>${t.sandboxTitle}</h2>
        <p class="muted small">${t.sandboxText}</p>
      </div>
      <div class="editor">
        <div class="gutter" aria-hidden="true">${this.#numbers()}</div>
        <textarea
          aria-label=${t.scenarioText}
          aria-invalid=${String(errors.length > 0)}
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          @input=${this.#typed}
          @scroll=${this.#scrolled}
          @keydown=${this.#keys}
        ></textarea>
      </div>
      <div class="bar">
        <button class="primary run" @click=${this.#run}>${t.runScenario}</button>
        <span class="muted small">${t.runScenarioKey}</span>
        <span role="status" class="small ${errors.length > 0 ? 'bad' : 'muted'}">
          ${errors.length > 0 ? t.problemsFound(errors.length) : warnings > 0 ? t.warningsFound(warnings) : this.checked ? t.scenarioOk : ''}
        </span>
      </div>
      ${
        this.problems.length === 0
          ? ''
          : html`<ul class="problems">
              ${this.problems.map((problem) => this.#problem(problem))}
            </ul>`
      }`;
  }

  #problem(problem: Problem) {
    return html`<li class=${problem.severity}>
      <button @click=${() => this.#goTo(problem)}>
        <span class="where"
          >${this.t.lineColumn(problem.line, problem.column)}${problem.path === '' ? '' : ` · ${problem.path}`}</span
        >${this.t.problem(problem)}
      </button>
    </li>`;
  }

  #numbers() {
    const marks = new Map<number, string>();
    for (const problem of this.problems) {
      if (marks.get(problem.line) !== 'has-error') marks.set(problem.line, `has-${problem.severity}`);
    }
    return Array.from({length: this.lineCount}, (_, i) => {
      const mark = marks.get(i + 1);
      const text = `${i + 1}\n`;
      return mark === undefined ? text : html`<span class=${mark}>${text}</span>`;
    });
  }

  #goTo(problem: Problem): void {
    const lines = this.editor.value.split('\n');
    const start =
      lines.slice(0, problem.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + problem.column - 1;
    this.editor.focus();
    this.editor.setSelectionRange(
      start,
      start + Math.max(1, (lines[problem.line - 1]?.length ?? 0) - problem.column + 1),
    );
    this.editor.scrollTop = Math.max(0, (problem.line - 4) * 20);
  }

  #typed(): void {
    this.lineCount = this.editor.value.split('\n').length;
    this.dispatchEvent(
      new CustomEvent('lab-edited', {detail: this.editor.value, bubbles: true, composed: true}),
    );
  }

  #scrolled(): void {
    this.gutter.scrollTop = this.editor.scrollTop;
  }

  #keys(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#run();
    }
  }

  #run(): void {
    this.dispatchEvent(new ActEvent({kind: 'open-text', text: this.editor.value}));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('text') && this.editor && this.editor.value !== this.text) {
      this.editor.value = this.text;
      this.lineCount = this.text.split('\n').length;
    }
  }
}
