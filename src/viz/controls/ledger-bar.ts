import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {CheckResult} from '../../lab/checks/check.ts';
import {sayCount} from '../../lab/say-duration.ts';
import type {LedgerCounts} from '../../lab/view/view-state.ts';
import {ActEvent, type LedgerColumn} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {Catalogue} from '../i18n/en.ts';
import {checkState, STATE_SIGNS} from './check-state.ts';

export interface LedgerColumnText {
  readonly column: LedgerColumn;
  readonly label: string;
  readonly hint: string;
}

/** @param recorded of a recording, where what a foreign client makes of a message is not known */
export function ledgerColumns(t: Catalogue, recorded = false): LedgerColumnText[] {
  const received = {column: 'delivered', label: t.receivedMessages, hint: t.receivedHint} as const;
  return [
    {column: 'sent', label: t.sent, hint: t.sentHint},
    {column: 'acked', label: t.acknowledged, hint: t.acknowledgedHint},
    {column: 'durable', label: t.durable, hint: t.durableHint},
    recorded ? received : {column: 'delivered', label: t.deliveredMessages, hint: t.deliveredHint},
    {column: 'givenUp', label: t.givenUp, hint: t.givenUpHint},
    {column: 'duplicated', label: t.duplicated, hint: t.duplicatedHint},
    {column: 'lost', label: t.lost, hint: t.lostHint},
  ];
}

/** The account at the moment shown, always in sight. Each number opens the list of its messages. */
@customElement('lab-ledger')
export class LabLedger extends LabElement {
  @property({attribute: false}) counts: LedgerCounts | null = null;
  /** Verdicts over the whole run; null while it is being computed. */
  @property({attribute: false}) checks: readonly CheckResult[] | null = null;
  /** The moment shown. */
  @property({type: Number}) entryId = 0;
  /** It is the account of a recording. */
  @property({type: Boolean}) recorded = false;
  /** All that happens in this run has happened. */
  @property({type: Boolean}) ended = false;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 4px;
        padding: 4px 10px;
        background: var(--pane);
        border-top: 1px solid var(--hairline);
        overflow-x: auto;
        scrollbar-width: none;
      }
      ul {
        display: flex;
        gap: 2px;
      }
      button.count {
        display: block;
        border-color: transparent;
        padding: 2px 10px;
        text-align: start;
        white-space: nowrap;
      }
      .number {
        display: block;
        font-size: 18px;
        font-weight: 650;
        line-height: 1.15;
        font-variant-numeric: tabular-nums;
      }
      .label {
        display: block;
        font-size: 12.5px;
        color: var(--muted);
        line-height: 1.2;
      }
      .raised .number {
        color: var(--election);
      }
      .broken .number {
        color: var(--bad);
      }
      .checks {
        margin-inline-start: auto;
        display: flex;
        gap: 14px;
        padding-inline: 8px;
        font-size: 13px;
        color: var(--muted);
        white-space: nowrap;
      }
      .checks li {
        display: flex;
        gap: 5px;
        align-items: center;
      }
      button.link.muted {
        color: var(--muted);
      }
      button.link.bad {
        color: var(--bad);
      }
      button.link {
        display: flex;
        gap: 5px;
      }
      .sign {
        font-weight: 700;
      }
      @media (max-width: 1240px) {
        .checks {
          gap: 10px;
        }
      }
      .short {
        display: none;
      }
      @media (max-width: 1099px) {
        :host {
          flex-wrap: wrap;
          gap: 0 4px;
        }
        .checks {
          font-size: 12.5px;
          flex-wrap: wrap;
          gap: 0 12px;
          padding-inline: 10px;
        }
      }
      @media (max-width: 699px) {
        :host {
          padding: 2px 4px;
        }
        ul:first-child {
          flex: 1 0 100%;
          justify-content: space-between;
          gap: 0;
        }
        button.count {
          padding: 2px 4px;
          min-height: 40px;
        }
        .long {
          display: none;
        }
        .short {
          display: inline;
        }
        .checks {
          margin-inline: 0;
          padding-inline: 4px;
          font-size: 12px;
          white-space: nowrap;
        }
        .number {
          font-size: 15px;
        }
        .label {
          font-size: 12px;
        }
      }
    `,
  ];

  override render() {
    const {t, counts} = this;
    return html`<ul aria-label=${t.ledger}>
        ${ledgerColumns(t, this.recorded).map(({column, label, hint}) => {
          const value = counts?.[column] ?? 0;
          const tone =
            value === 0
              ? ''
              : column === 'lost'
                ? 'broken'
                : column === 'duplicated' || column === 'givenUp'
                  ? 'raised'
                  : '';
          return html`<li>
            <button
              class="count ${column} ${tone}"
              title=${hint}
              @click=${() => this.dispatchEvent(new ActEvent({kind: 'messages', of: column}))}
            >
              <span class="number">${sayCount(value)}</span><span class="label">${
                column === 'acked'
                  ? html`<span class="long">${label}</span><span class="short">${t.acknowledgedShort}</span>`
                  : label
              }</span>
            </button>
          </li>`;
        })}
      </ul>
      ${this.#checks()}`;
  }

  #checks() {
    const {t, checks} = this;
    // Nobody said what should come of a recorded run.
    if (this.recorded) return '';
    if (checks === null) return html`<div class="checks">${t.checks}: ${t.checkPending}</div>`;
    return html`<ul class="checks" aria-label=${t.checks}>
      ${checks.map((check) => {
        const state = checkState(check, this.entryId, this.ended, this.counts);
        const verdict = t.verdictName(check.verdict);
        const word = state === 'open' ? t.checkOpen : state === 'nothing-yet' ? t.checkNothingYet : verdict;
        const tone = state === 'held' ? 'good' : state === 'defect' ? 'bad' : 'muted';
        const body = html`<span class="sign ${tone}" aria-hidden="true">${STATE_SIGNS[state]}</span
          >${t.checkName(check.name)}<span class="visually-hidden">: ${word}</span>`;
        const looked = `${verdict}, ${t.checkLooked(sayCount(check.looked))}`;
        const detail = this.words.language === 'en' ? ` (${check.detail})` : '';
        const title = `${check.name}: ${word}. ${t.checkWholeRun(`${looked}${detail}`)}`;
        return html`<li class=${state} title=${title}>
          ${
            check.brokenAtEntry > 0 && state !== 'open' && state !== 'nothing-yet'
              ? html`<button
                  class="link ${tone}"
                  @click=${() =>
                    this.dispatchEvent(
                      new ActEvent({kind: 'seek-entry', entryId: check.brokenAtEntry, select: true}),
                    )}
                >
                  ${body}
                </button>`
              : body
          }
        </li>`;
      })}
    </ul>`;
  }
}
