import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import {css, html, nothing} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {CheckResult} from '../../lab/checks/check.ts';
import {detailInChinese} from '../../lab/checks/detail-zh.ts';
import {sayCount, sayMoment} from '../../lab/say-duration.ts';
import type {LedgerCounts} from '../../lab/view/view-state.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {checkState, STATE_SIGNS, stateName, stateTone} from '../controls/check-state.ts';
import type {RunData} from '../session/run-data.ts';
import {dialogStyles} from './dialog-styles.ts';

/** What each check says at the moment shown, and over the whole run. */
@customElement('lab-checks-dialog')
export class LabChecksDialog extends PanelElement {
  @property({type: Boolean}) open = false;
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) entryId = 0;
  @property({attribute: false}) counts: LedgerCounts | null = null;

  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      wa-dialog {
        --width: min(760px, 96vw);
      }
      ul {
        display: grid;
        gap: 10px;
        max-height: min(66vh, 640px);
        overflow: auto;
        padding: 4px 6px;
        margin-inline: -6px;
      }
      li:first-child {
        border: 0;
      }
      li {
        display: grid;
        grid-template-columns: 1.4em minmax(0, 1fr);
        column-gap: 6px;
        border-top: 1px solid var(--hairline);
        padding-top: 8px;
      }
      .sign {
        font-weight: 700;
        grid-row: 1 / span 4;
      }
      h3 {
        font-size: 14px;
        display: flex;
        flex-wrap: wrap;
        gap: 0 8px;
        align-items: baseline;
      }
      h3 code {
        font: 12px var(--mono);
        color: var(--muted);
      }
      p {
        margin: 2px 0 0;
        font-size: 13px;
        overflow-wrap: anywhere;
      }
      button.link {
        font-size: 13px;
      }
    `,
  ];

  override render() {
    const {t} = this;
    const checks = this.open ? (this.run?.checks ?? []) : [];
    return html`<wa-dialog label=${t.checks} ?open=${this.open} light-dismiss @wa-after-hide=${this.#closed}>
      <ul tabindex="0" aria-label=${t.checks}>
        ${checks.map((check) => this.#check(check))}
      </ul>
    </wa-dialog>`;
  }

  #check(check: CheckResult) {
    const {t, run} = this;
    const ended = run?.isComplete === true && this.entryId >= run.store.lastId;
    const state = checkState(check, this.entryId, ended, this.counts);
    const name = t.checkName(check.name);
    const tone = stateTone(state);
    const whole = `${t.verdictName(check.verdict)} · ${t.checkLooked(sayCount(check.looked))}`;
    const broken = check.brokenAtEntry > 0 ? run?.store.entry(check.brokenAtEntry) : undefined;
    return html`<li>
      <span class="sign ${tone}" aria-hidden="true">${STATE_SIGNS[state]}</span>
      <h3>${name}${name === check.name ? nothing : html`<code>${check.name}</code>`}</h3>
      <p>${t.checkMeaning(check.name)}</p>
      <p>${t.checkNow(stateName(state, t))} ${t.checkWholeRun(whole)}</p>
      <p class="muted">
        ${this.#detail(check)}
        ${
          broken === undefined
            ? nothing
            : html`<button
                class="link"
                @click=${() => {
                  this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId: broken.id, select: true}));
                  this.dispatchEvent(new CustomEvent('lab-closed'));
                }}
              >
                ${t.goThere} · ${sayMoment(broken.atUs)}
              </button>`
        }
      </p>
    </li>`;
  }

  /** As a sentence in the page's language; in English where nobody has translated it yet. */
  #detail({detail}: CheckResult): string {
    return (this.words.language === 'en' ? null : detailInChinese(detail)) ?? detail;
  }

  #closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent('lab-closed'));
  }
}
