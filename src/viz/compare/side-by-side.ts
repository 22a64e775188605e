import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayCount} from '../../lab/say-duration.ts';
import type {FrameFamily, LedgerCounts, ViewState} from '../../lab/view/view-state.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {Selection, Side} from '../selection.ts';
import type {RunData} from '../session/run-data.ts';
import '../stage/lab-topology.ts';
import type {TimeMap} from '../stage/time-map.ts';
import './outcome-table.ts';

/** One of two runs at the moment shown. */
export interface SideShown {
  readonly run: RunData | null;
  readonly view: ViewState | null;
  /** What it is called: what is otherwise in it. */
  readonly name: string;
}

/** A person has pointed at something in one of the two runs. */
export class SideSelectEvent extends CustomEvent<{readonly side: Side; readonly selection: Selection}> {
  constructor(side: Side, selection: Selection) {
    super('lab-side-select', {detail: {side, selection}, bubbles: true, composed: true});
  }
}

const COUNTS: readonly (keyof LedgerCounts)[] = [
  'sent',
  'acked',
  'delivered',
  'duplicated',
  'outOfReach',
  'lost',
];

/** Two runs of one timeline at one moment, and what they have come to. */
@customElement('lab-side-by-side')
export class LabSideBySide extends LabElement {
  @property({attribute: false}) left: SideShown | null = null;
  @property({attribute: false}) right: SideShown | null = null;
  @property({type: Number}) timeUs = 0;
  @property({attribute: false}) timeMap: TimeMap | null = null;
  @property({attribute: false}) selection: Selection = null;
  /** The run that the selection is of. */
  @property() side: Side = 'left';
  @property({attribute: false}) hiddenFamilies: ReadonlySet<FrameFamily> = new Set();
  @property({type: Boolean}) reducedMotion = false;
  /** Nobody wants to know yet how it ends. */
  @property({type: Boolean, reflect: true}) untold = false;
  /** How much is known of both runs; renders anew when it grows. */
  @property({type: Number}) horizonUs = 0;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        grid-template-rows: auto minmax(220px, 1fr) auto minmax(90px, auto);
        min-height: 0;
        min-width: 0;
        overflow: auto;
      }
      :host([untold]) {
        grid-template-rows: auto minmax(220px, 1fr) auto;
      }
      .name {
        display: flex;
        gap: 8px;
        align-items: baseline;
        padding: 7px 14px;
        background: var(--pane);
        border-bottom: 1px solid var(--hairline);
        min-width: 0;
        min-height: 33px;
        box-sizing: border-box;
        white-space: nowrap;
        overflow: hidden;
      }
      .name h2 {
        font: 600 13.5px/20px var(--mono);
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .right {
        border-inline-start: 1px solid var(--line);
      }
      .topology {
        position: relative;
        min-height: 0;
        overflow: hidden;
        background: var(--ground);
      }
      lab-topology {
        position: absolute;
        inset: 0;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        padding: 6px 12px;
        background: var(--pane);
        border-top: 1px solid var(--hairline);
      }
      dl div {
        display: flex;
        flex-direction: column-reverse;
      }
      dd {
        font-size: 17px;
        font-weight: 650;
        line-height: 1.15;
        font-variant-numeric: tabular-nums;
      }
      dt {
        font-size: 12.5px;
        color: var(--muted);
      }
      .differs dd {
        text-decoration: underline 2px var(--accent);
        text-underline-offset: 3px;
      }
      .bad dd {
        color: var(--bad);
      }
      .warn dd {
        color: var(--election);
      }
      lab-outcome-table[hidden] {
        display: none;
      }
      lab-outcome-table {
        grid-column: 1 / -1;
        border-top: 1px solid var(--line);
        background: var(--pane);
      }
      @media (max-width: 699px) {
        :host,
        :host([untold]) {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto minmax(240px, auto) auto auto minmax(240px, auto) auto auto;
        }
        .right {
          border-inline-start: 0;
        }
        .left {
          order: 0;
        }
        .right {
          order: 1;
        }
        lab-outcome-table {
          order: 2;
        }
      }
    `,
  ];

  override render() {
    const {left, right} = this;
    if (left === null || right === null) return '';
    return html`${this.#name('left', left)} ${this.#name('right', right)} ${this.#topology('left', left)}
      ${this.#topology('right', right)} ${this.#counts('left', left, right)} ${this.#counts('right', right, left)}
      <lab-outcome-table
        ?hidden=${this.untold}
        .left=${left.run}
        .right=${right.run}
        .leftName=${left.name}
        .rightName=${right.name}
        ?complete=${!this.untold && left.run?.isComplete === true && right.run?.isComplete === true}
      ></lab-outcome-table>`;
  }

  #name(side: Side, shown: SideShown) {
    return html`<div class="name ${side}"><h2>${shown.name}</h2></div>`;
  }

  #topology(side: Side, shown: SideShown) {
    const {t} = this;
    const isKnown = shown.run !== null && shown.run.store.lastId > 0 && this.timeUs <= knownUs(shown.run);
    return html`<section
      class="topology ${side}"
      aria-label=${shown.name}
      @select=${(event: Event) => this.#selected(event, side)}
    >
      <lab-topology
        .view=${shown.view}
        .index=${shown.run?.stage ?? null}
        .timeUs=${this.timeUs}
        .timeMap=${this.timeMap ?? undefined}
        .selection=${this.side === side ? this.selection : null}
        .hiddenFamilies=${this.hiddenFamilies}
        .reducedMotion=${this.reducedMotion}
        .lang=${this.words.language}
      ></lab-topology>
      ${
        shown.run?.failure != null
          ? html`<p class="computing bad" role="alert">${t.worldFailed(shown.run.failure)}</p>`
          : isKnown
            ? ''
            : html`<p class="computing" role="status">${t.computing}</p>`
      }
    </section>`;
  }

  #counts(side: Side, {view}: SideShown, other: SideShown) {
    const {t} = this;
    const words: Readonly<Record<keyof LedgerCounts, string>> = {
      sent: t.sent,
      acked: t.acknowledged,
      givenUp: t.givenUp,
      durable: t.durable,
      delivered: t.deliveredMessages,
      duplicated: t.duplicated,
      outOfReach: t.outOfReach,
      lost: t.lost,
    };
    return html`<dl class=${side}>
      ${COUNTS.map((count) => {
        const value = view?.ledger[count] ?? 0;
        const differs = value !== (other.view?.ledger[count] ?? 0);
        const tone = value === 0 ? '' : count === 'lost' ? 'bad' : count === 'outOfReach' ? 'warn' : '';
        return html`<div class="${differs ? 'differs' : ''} ${tone}">
          <dd>${sayCount(value)}</dd>
          <dt>${words[count]}</dt>
        </div>`;
      })}
    </dl>`;
  }

  #selected(event: Event, side: Side): void {
    if (!(event instanceof CustomEvent)) return;
    event.stopPropagation();
    this.dispatchEvent(new SideSelectEvent(side, event.detail as Selection));
  }
}

function knownUs(run: RunData): number {
  return run.isComplete ? run.durationUs : run.horizonUs;
}
