import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import {css, html, type PropertyValues} from 'lit';
import {customElement, property, query} from 'lit/decorators.js';
import type {MessageFate} from '../../lab/ledger.ts';
import {sayCount} from '../../lab/say-duration.ts';
import {ActEvent, type LedgerColumn} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {VirtualRows} from '../base/virtual-rows.ts';
import {ledgerColumns} from '../controls/ledger-bar.ts';
import {messagesOf} from '../session/messages-of.ts';
import type {RunData} from '../session/run-data.ts';
import {dialogStyles} from './dialog-styles.ts';

const ROW_PX = 30;

/** The messages behind a number of the ledger. Each leads to the moment at which it came to count. */
@customElement('lab-messages-dialog')
export class LabMessagesDialog extends PanelElement {
  /** Null: closed. */
  @property({attribute: false}) column: LedgerColumn | null = null;
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) entryId = 0;
  @query('.rows') private scroller!: HTMLElement | null;
  readonly #rows = new VirtualRows(this, ROW_PX);
  #shown: LedgerColumn = 'sent';

  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      wa-dialog {
        --width: min(860px, 96vw);
      }
      .hint {
        margin-bottom: 8px;
      }
      .rows {
        height: min(56vh, 480px);
        overflow: auto;
        border: 1px solid var(--hairline);
        border-radius: 8px;
      }
      button.row {
        display: grid;
        grid-template-columns: 5ch minmax(17em, 2fr) minmax(8em, 1fr) minmax(6em, 1fr);
        gap: 12px;
        width: 100%;
        height: ${ROW_PX}px;
        min-height: 0;
        border: 0;
        border-radius: 0;
        align-items: center;
        text-align: start;
        white-space: nowrap;
        font: 12.5px var(--mono);
      }
      button.row:focus-visible {
        outline-offset: -2px;
      }
      .row span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
    `,
  ];

  protected override willUpdate(): void {
    // While it closes, it keeps showing what it showed.
    if (this.column !== null) this.#shown = this.column;
  }

  override render() {
    const {t, run} = this;
    const column = this.#shown;
    const label = ledgerColumns(t).find((one) => one.column === column)?.label ?? '';
    const fates = run === null || this.column === null ? [] : messagesOf(run, column, this.entryId);
    const {from, to} = this.#rows.range(fates.length);
    return html`<wa-dialog
      label=${t.listOf(sayCount(fates.length), label)}
      ?open=${this.column !== null}
      light-dismiss
      @wa-after-hide=${this.#closed}
    >
      <p class="small muted hint">${ledgerColumns(t).find((one) => one.column === column)?.hint}</p>
      <div
        class="rows"
        tabindex="-1"
        @scroll=${this.#rows.onScroll}
        @keydown=${this.#rows.onKeyDown}
        @focusin=${this.#rows.onFocusIn}
      >
        ${fates.length === 0 ? html`<p style="padding:12px" class="muted">${t.noMessages}</p>` : ''}
        <div style="height:${fates.length * ROW_PX}px;padding-top:${from * ROW_PX}px">
          ${fates.slice(from, to).map((fate, i) => this.#row(fate, from + i, column))}
        </div>
      </div>
    </wa-dialog>`;
  }

  #row(fate: MessageFate, number: number, column: LedgerColumn) {
    const holding = fate.holdings[0];
    const where = holding === undefined ? '–' : `${fate.topic}#${holding.queueId} @${holding.queueOffset}`;
    return html`<button
      class="row"
      data-row=${number}
      tabindex=${this.#rows.tabIndexOf(number)}
      @click=${() => this.#open(fate, column)}>
      <span class="muted">${number + 1}</span><span>${fate.msgId}</span><span>${where}</span
      ><span class="muted">${fate.ackStatus || fate.tags || ''}</span>
    </button>`;
  }

  #open(fate: MessageFate, column: LedgerColumn): void {
    const entryId = turningPoint(fate, column, this.entryId);
    this.dispatchEvent(new CustomEvent('lab-closed'));
    this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId, select: true}));
  }

  #closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent('lab-closed'));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#rows.watch(this.scroller);
  }
}

/** The entry at which a message came to be counted. */
function turningPoint(fate: MessageFate, column: LedgerColumn, entryId: number): number {
  const lists = [...fate.deliveries.values()];
  const turned = (turns: readonly number[] | null): number =>
    turns?.findLast((id, i) => i % 2 === 0 && id <= entryId) ?? fate.begunId;
  switch (column) {
    case 'sent':
      return fate.begunId;
    case 'acked':
      return fate.ackedId;
    case 'givenUp':
      return fate.givenUpId;
    case 'lost':
      return turned(fate.lostTurns);
    case 'outOfReach':
      return turned(fate.reachTurns);
    case 'durable':
      return fate.holdings[0]?.entryId ?? fate.begunId;
    case 'delivered':
      return Math.max(fate.begunId, ...lists.map((ids) => ids[0] ?? 0));
    case 'duplicated':
      return lists.find((ids) => ids.length > 1)?.[1] ?? fate.begunId;
  }
}
