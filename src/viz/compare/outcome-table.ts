import {css, html, type PropertyValues} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {columnOf} from '../../lab/compare/column.ts';
import {type Difference, firstDifference} from '../../lab/compare/first-difference.ts';
import {type ComparisonRow, comparisonRows} from '../../lab/compare/rows.ts';
import {sayDifference} from '../../lab/compare/say-difference.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {verdictShort} from '../controls/check-state.ts';
import type {RunData} from '../session/run-data.ts';

interface Comparison {
  readonly left: RunData;
  readonly right: RunData;
  readonly columns: Parameters<typeof comparisonRows>[0];
  readonly difference: Difference | null;
}

/** What two runs came to in the end, and where they part. */
@customElement('lab-outcome-table')
export class LabOutcomeTable extends PanelElement {
  @property({attribute: false}) left: RunData | null = null;
  @property({attribute: false}) right: RunData | null = null;
  @property() leftName = '';
  @property() rightName = '';
  /** Both runs are known to their end. */
  @property({type: Boolean}) complete = false;
  #kept: Comparison | null = null;
  #isNews = false;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        padding: 8px 14px 10px;
        max-height: 30vh;
        overflow: auto;
        scrollbar-width: thin;
      }
      .part {
        display: flex;
        gap: 10px;
        align-items: center;
        flex-wrap: wrap;
      }
      table {
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      h3 {
        font-size: 13px;
        margin-top: 6px;
      }
      .tables {
        display: flex;
        flex-wrap: wrap;
        gap: 0 24px;
        align-items: start;
      }
      th,
      td {
        text-align: end;
        padding: 2px 14px 2px 0;
        font-weight: 400;
        font-size: 13px;
        white-space: nowrap;
      }
      th:first-child {
        text-align: start;
        color: var(--muted);
        white-space: pre;
      }
      thead th {
        font: 600 12.5px var(--mono);
        color: var(--ink);
      }
      tr.differs td {
        font-weight: 650;
      }
    `,
  ];

  protected override willUpdate(_changed: PropertyValues): void {
    const before = this.#kept;
    this.#kept = this.#comparison();
    if (this.#kept !== before) this.#isNews = true;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.#isNews) return;
    this.#isNews = false;
    const detail = this.#kept?.difference ?? null;
    this.dispatchEvent(new CustomEvent('lab-difference', {detail, bubbles: true, composed: true}));
  }

  override render() {
    const {t} = this;
    const comparison = this.#kept;
    if (comparison === null) return html`<p class="muted small" role="status">${t.comparePending}</p>`;
    const {columns, difference} = comparison;
    const {language} = this.words;
    const rows = comparisonRows(columns, language, {
      name: (check) => t.checkName(check),
      verdict: (check) => verdictShort(check, t),
    });
    const half = Math.ceil(rows.length / 2);
    return html`<p class="part">
        ${
          difference === null
            ? t.noDifference
            : html`<span>${sayDifference(difference, [this.leftName, this.rightName], language)}</span>
                <button
                  class="to-difference"
                  @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-us', us: difference.atUs}))}
                >
                  ${t.goThere}
                </button>`
        }
      </p>
      <h3>${t.inTheEnd}</h3>
      <div class="tables">${this.#table(rows.slice(0, half))}${this.#table(rows.slice(half))}</div>`;
  }

  #table(rows: readonly ComparisonRow[]) {
    return html`<table>
      <thead>
        <tr>
          <th></th>
          <th scope="col">${this.leftName}</th>
          <th scope="col">${this.rightName}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => this.#row(row))}
      </tbody>
    </table>`;
  }

  #row(row: ComparisonRow) {
    return html`<tr class=${row.differs ? 'differs' : ''}>
      <th scope="row">${row.label}</th>
      ${row.cells.map((cell) => html`<td>${cell}</td>`)}
    </tr>`;
  }

  /** Worked out once for two runs: it reads both traces through. */
  #comparison(): Comparison | null {
    const {left, right} = this;
    if (!this.complete || left === null || right === null || left.end === null || right.end === null)
      return null;
    const kept = this.#kept;
    if (kept !== null && kept.left === left && kept.right === right) return kept;
    const column = (run: RunData, name: string) =>
      columnOf({
        name,
        variations: [],
        traceHash: run.end?.traceHash ?? '',
        trace: run.store,
        ledger: run.ledger,
        checks: run.checks ?? [],
      });
    return {
      left,
      right,
      columns: [column(left, this.leftName), column(right, this.rightName)],
      difference: firstDifference(left.store, right.store),
    };
  }
}
