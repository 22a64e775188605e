import {css, html} from 'lit';
import {customElement, state as inner, property} from 'lit/decorators.js';
import type {CheckResult} from '../../lab/checks/check.ts';
import {sayCount} from '../../lab/say-duration.ts';
import type {LedgerCounts} from '../../lab/view/view-state.ts';
import {ActEvent, type LedgerColumn} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {Catalogue} from '../i18n/en.ts';
import {type CheckState, checkState, STATE_SIGNS, stateName, stateTone, verdictShort} from './check-state.ts';

/** More checks than this are not named one by one. */
const MOST_NAMED = 6;
/** Of many checks, how many are named that call for a look. */
const MOST_CALLS = 4;
const QUIET_STATES: readonly CheckState[] = ['held', 'open', 'nothing-yet', 'looked-at-nothing'];

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
    {column: 'outOfReach', label: t.outOfReach, hint: t.outOfReachHint},
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
  @inner() private isNarrow = false;
  readonly #narrow = matchMedia('(max-width: 699px)');
  readonly #look = (): void => {
    this.isNarrow = this.#narrow.matches;
  };

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
      .broken .number {
        color: var(--bad);
      }
      ul:first-child {
        flex: none;
      }
      .checks {
        flex: 1 1 0;
        min-width: 220px;
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0 14px;
        padding-inline: 8px;
        font-size: 13px;
        line-height: 1.45;
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
          column-gap: 10px;
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
          flex: 1 1 300px;
          font-size: 12.5px;
          column-gap: 12px;
          padding-inline: 10px;
        }
      }
      @media (max-width: 699px) {
        :host {
          padding: 2px 4px;
        }
        ul:first-child {
          flex: 1 0 100%;
          flex-wrap: wrap;
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
          flex: 1 0 100%;
          justify-content: flex-start;
          padding-inline: 4px;
          font-size: 12px;
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

  override connectedCallback(): void {
    super.connectedCallback();
    this.#narrow.addEventListener('change', this.#look);
    this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#narrow.removeEventListener('change', this.#look);
  }

  override render() {
    const {t, counts} = this;
    return html`<ul aria-label=${t.ledger}>
        ${ledgerColumns(t, this.recorded)
          // It is seldom, and stands beside what is lost while it lasts.
          .filter(({column}) => column !== 'outOfReach' || 0 < (counts?.outOfReach ?? 0))
          .map(({column, label, hint}) => {
            const value = counts?.[column] ?? 0;
            const tone =
              value === 0
                ? ''
                : column === 'lost'
                  ? 'broken'
                  : column === 'duplicated' || column === 'givenUp' || column === 'outOfReach'
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
    const judged = checks.map((check) => ({
      check,
      state: checkState(check, this.entryId, this.ended, this.counts),
    }));
    // Of many, those that somebody should look at are named, and the others counted.
    const isMany = checks.length > (this.isNarrow ? 3 : MOST_NAMED);
    const calls = judged.filter(({state}) => !isMany || !QUIET_STATES.includes(state));
    const named = isMany ? calls.slice(0, this.isNarrow ? 2 : MOST_CALLS) : calls;
    const counted = (isMany ? [...QUIET_STATES, null] : []).map((state) => ({
      state,
      count:
        state === null ? calls.length - named.length : judged.filter((one) => one.state === state).length,
    }));
    return html`<ul class="checks" aria-label=${t.checks}>
      <li>
        <button class="link all" @click=${() => this.dispatchEvent(new ActEvent({kind: 'checks'}))}>
          ${t.checks}
        </button>
      </li>
      ${named.map(({check, state}) => this.#check(check, state))}
      ${counted
        .filter(({count}) => 0 < count)
        .map(
          ({state, count}) =>
            html`<li>
              <span class="sign ${state === 'held' ? 'good' : ''}" aria-hidden="true"
                >${state === null ? '…' : STATE_SIGNS[state]}</span
              >${count}<span class="visually-hidden">: ${state === null ? '' : stateName(state, t)}</span>
            </li>`,
        )}
    </ul>`;
  }

  #check(check: CheckResult, state: CheckState) {
    const {t} = this;
    const word = stateName(state, t);
    const tone = stateTone(state);
    // What the sign alone does not say is told in words.
    const note = tone === 'raised' ? verdictShort(check, t) : '';
    const body = html`<span class="sign ${tone}" aria-hidden="true">${STATE_SIGNS[state]}</span
      ><span>${t.checkName(check.name)}${
        note === '' ? html`<span class="visually-hidden">: ${word}</span>` : ` · ${note}`
      }</span>`;
    const isBroken = check.brokenAtEntry > 0 && state !== 'open' && state !== 'nothing-yet';
    return html`<li class=${state} title="${check.name}: ${word}">
      ${isBroken ? html`<button class="link ${tone}" @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId: check.brokenAtEntry, select: true}))}>${body}</button>` : body}
    </li>`;
  }
}
