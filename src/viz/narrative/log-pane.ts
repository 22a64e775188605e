import {css, html, type PropertyValues} from 'lit';
import {customElement, property, query, state} from 'lit/decorators.js';
import {sayCount, sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {VirtualRows} from '../base/virtual-rows.ts';
import {printedLine} from '../session/printed.ts';
import type {RunData} from '../session/run-data.ts';
import {lastNotAbove} from '../session/told.ts';
import type {AskCluster} from './cluster-list.ts';

const ROW_PX = 20;
/** The tab of the cluster's table; no process has a name with a blank. */
const CLUSTER = 'mqadmin clusterList';

/** What the processes have printed by the moment shown, as the real ones would on a terminal. A line leads to its moment. */
@customElement('lab-log')
export class LabLog extends LabElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) entryId = 0;
  /** Shows one process only, without tabs; empty for all, with tabs. */
  @property() only = '';
  /** For the table of the cluster at the moment shown; null where nobody can be asked. */
  @property({attribute: false}) ask: AskCluster | null = null;
  @property({type: Number}) us = 0;
  @state() private tab = '';
  @state() private follow = true;
  @query('.lines') private scroller!: HTMLElement | null;
  readonly #rows = new VirtualRows(this, ROW_PX);
  #count = 0;
  /** Told once a frame, when the layout is known anyhow: to ask for it while rendering would cost one more. */
  readonly #grown = new ResizeObserver(() => this.#toEnd());
  #inner: Element | null = null;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--pane);
      }
      .tabs {
        display: flex;
        gap: 2px;
        align-items: center;
        padding: 2px 8px;
        border-bottom: 1px solid var(--hairline);
        overflow-x: auto;
        scrollbar-width: none;
        flex: none;
      }
      .tabs h2 {
        font-size: 13px;
        margin-inline: 6px 8px;
        white-space: nowrap;
      }
      .tabs [role='tab'] {
        border: 0;
        min-height: 28px;
        padding: 2px 9px;
        font-size: 12.5px;
        color: var(--muted);
        border-radius: 6px;
        white-space: nowrap;
      }
      .tabs [aria-selected='true'] {
        background: var(--accent-soft);
        color: var(--ink);
      }
      .count {
        margin-inline-start: auto;
        padding-inline: 8px;
        white-space: nowrap;
      }
      .lines {
        flex: 1;
        min-height: 0;
        overflow: auto;
        font-family: var(--mono);
        font-size: 12.5px;
        line-height: ${ROW_PX}px;
        scrollbar-width: thin;
        overflow-anchor: none;
      }
      .inner {
        min-width: max-content;
        padding-inline: 8px;
      }
      button.line {
        display: flex;
        gap: 12px;
        width: 100%;
        height: ${ROW_PX}px;
        min-height: 0;
        padding: 0 6px;
        border: 0;
        border-radius: 4px;
        white-space: pre;
        font: inherit;
        text-align: start;
      }
      button.line:focus-visible {
        outline-offset: -2px;
      }
      .at,
      .who {
        color: var(--muted);
        flex: none;
      }
      .who {
        min-width: 7em;
      }
      .warning .text {
        color: var(--warn);
      }
      .empty {
        padding: 10px 14px;
        font-family: var(--font);
        color: var(--muted);
      }
      @media (max-width: 699px) {
        .tabs [role='tab'] {
          min-height: 40px;
          padding-inline: 12px;
        }
      }
    `,
  ];

  /** The table is not to be had of a recording. */
  get #shown(): string {
    return this.tab === CLUSTER && this.ask === null ? '' : this.tab;
  }

  #ids(): readonly number[] {
    const printed = this.run?.printed;
    if (printed === undefined) return [];
    const process = this.only || this.#shown;
    return process === '' ? printed.all : (printed.byProcess.get(process) ?? []);
  }

  override render() {
    const {t, run} = this;
    const ids = this.#ids();
    const count = lastNotAbove(ids, this.entryId) + 1;
    this.#count = count;
    const {from, to} = this.#rows.range(count);
    const lines = [];
    for (let i = from; i < to && run !== null; i += 1) lines.push(this.#line(run, ids[i]!, i));
    if (this.#shown === CLUSTER)
      return html`${this.#tabs(count)}<lab-cluster-list
          role="tabpanel"
          .run=${run}
          .us=${this.us}
          .ask=${this.ask}
        ></lab-cluster-list>`;
    return html`${this.only === '' ? this.#tabs(count) : ''}
      <div
        class="lines"
        role=${this.only === '' ? 'tabpanel' : 'log'}
        aria-label=${t.logLabel}
        tabindex="-1"
        @scroll=${this.#scrolled}
        @keydown=${this.#rows.onKeyDown}
        @focusin=${this.#rows.onFocusIn}
      >
        ${count === 0 ? html`<p class="empty">${t.logEmpty}</p>` : ''}
        <div class="inner" style="height:${count * ROW_PX}px;padding-top:${from * ROW_PX}px">${lines}</div>
      </div>`;
  }

  #line(run: RunData, id: number, row: number) {
    const line = printedLine(run.store, id);
    if (line === null) return '';
    return html`<button
      class="line ${line.isWarning ? 'warning' : ''}"
      data-row=${row}
      tabindex=${this.#rows.tabIndexOf(row)}
      title=${this.t.lineAt(sayMoment(line.atUs))}
      @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId: id, select: true}))}
    >
      <span class="at">${sayMoment(line.atUs)}</span>${
        this.only || this.#shown ? '' : html`<span class="who">${line.process}</span>`
      }<span class="text">${line.text}</span>
    </button>`;
  }

  #tabs(count: number) {
    const {t} = this;
    const shown = this.#shown;
    const cluster = this.ask === null ? [] : [CLUSTER];
    const names = ['', ...cluster, ...(this.run?.printed.byProcess.keys() ?? [])];
    return html`<div class="tabs">
      <h2>${t.log}</h2>
      <div role="tablist" aria-label=${t.logLabel} style="display:flex;gap:2px" @keydown=${this.#tabKeys}>
        ${names.map(
          (name) =>
            html`<button
              role="tab"
              aria-selected=${String(shown === name)}
              tabindex=${shown === name ? 0 : -1}
              @click=${() => this.#choose(name)}
            >
              ${name === '' ? t.logAll : name}
            </button>`,
        )}
      </div>
      <span class="count small muted">${shown === CLUSTER ? '' : t.logLines(sayCount(count))}</span>
    </div>`;
  }

  #choose(name: string): void {
    if (name === CLUSTER) void import('./cluster-list.ts');
    this.tab = name;
    this.follow = true;
  }

  #tabKeys(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const tabs = [...this.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')];
    const at = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const next = tabs[(at + by + tabs.length) % tabs.length];
    next?.click();
    next?.focus();
  }

  #scrolled(event: Event): void {
    const scroller = event.currentTarget as HTMLElement;
    this.follow = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - ROW_PX;
    this.#rows.onScroll(event);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#rows.watch(this.scroller);
    const inner = this.renderRoot.querySelector('.inner');
    if (inner !== this.#inner) {
      this.#grown.disconnect();
      this.#inner = inner;
      if (inner !== null) this.#grown.observe(inner);
    }
    // Another list may be as long as the one before, and then nothing grows.
    if (changed.has('tab') || changed.has('run')) this.#toEnd();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#grown.disconnect();
    this.#inner = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  /** The newest line stays in sight, unless the reader has gone up to read. */
  #toEnd(): void {
    if (this.follow && this.scroller) this.scroller.scrollTop = this.#count * ROW_PX;
  }
}
