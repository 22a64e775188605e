import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import {css, html} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import {COMPARE_CHOICES} from '../../lab/compare/choices.ts';
import type {Variation} from '../../lab/compare/vary.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {dialogFieldStyles} from './dialog-field-styles.ts';
import {dialogStyles} from './dialog-styles.ts';

const BY_HAND = '';

/** What shall be otherwise in the run beside. */
@customElement('lab-compare-dialog')
export class LabCompareDialog extends PanelElement {
  @property({type: Boolean}) open = false;
  /** What is otherwise now; null while nothing is compared. */
  @property({attribute: false}) variation: Variation | null = null;
  /** What is wrong with what was asked for; empty while nothing is. */
  @property() problem = '';
  @state() private key = COMPARE_CHOICES[0]!.key;
  @state() private value = COMPARE_CHOICES[0]!.values[0]!;
  @state() private text = '';

  static override styles = [
    sharedStyles,
    dialogStyles,
    dialogFieldStyles,
    css`
      .choice {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 6px 12px;
        margin-block: 14px;
      }
      label {
        display: grid;
        gap: 3px;
        font-size: 13px;
        color: var(--muted);
      }
      label.wide {
        grid-column: 1 / -1;
      }
      .bar {
        display: flex;
        gap: 10px;
        flex-wrap: wrap;
      }
      .problem {
        margin-top: 10px;
      }
    `,
  ];

  override render() {
    const {t} = this;
    const values = COMPARE_CHOICES.find((choice) => choice.key === this.key)?.values;
    return html`<wa-dialog label=${t.compareTitle} ?open=${this.open} light-dismiss @wa-after-hide=${this.#closed}>
      <p>${t.compareText}</p>
      <form @submit=${this.#submit}>
        <div class="choice">
          <label
            >${t.compareWhat}
            <select class="key" @change=${this.#chooseKey}>
              ${COMPARE_CHOICES.map(
                ({key}) => html`<option value=${key} ?selected=${key === this.key}>${key}</option>`,
              )}
              <option value=${BY_HAND} ?selected=${this.key === BY_HAND}>${t.compareOther}</option>
            </select>
          </label>
          ${
            values === undefined
              ? html`<label
                  >key=value
                  <input
                    class="text"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder="flushIntervalCommitLog=5000"
                    .value=${this.text}
                    @input=${(event: Event) => {
                      this.text = (event.target as HTMLInputElement).value;
                    }}
                /></label>`
              : html`<label
                  >${t.compareValue}
                  <select
                    class="value"
                    @change=${(event: Event) => {
                      this.value = (event.target as HTMLSelectElement).value;
                    }}
                  >
                    ${values.map(
                      (value) =>
                        html`<option value=${value} ?selected=${value === this.value}>${value}</option>`,
                    )}
                  </select>
                </label>`
          }
        </div>
        <div class="bar">
          <button class="primary compare" type="submit">${t.compareStart}</button>
          ${
            this.variation === null
              ? ''
              : html`<button
                  class="stop"
                  type="button"
                  @click=${() => this.dispatchEvent(new ActEvent({kind: 'compare-with', variation: null}))}
                >
                  ${t.compareStop}
                </button>`
          }
        </div>
        <p class="problem bad" role="alert">${this.problem}</p>
      </form>
    </wa-dialog>`;
  }

  #chooseKey(event: Event): void {
    this.key = (event.target as HTMLSelectElement).value;
    this.value = COMPARE_CHOICES.find((choice) => choice.key === this.key)?.values[0] ?? '';
  }

  #submit(event: Event): void {
    event.preventDefault();
    const at = this.text.indexOf('=');
    const variation =
      this.key === BY_HAND
        ? {key: this.text.slice(0, Math.max(at, 0)).trim(), value: this.text.slice(at + 1).trim()}
        : {key: this.key, value: this.value};
    this.dispatchEvent(new ActEvent({kind: 'compare-with', variation}));
  }

  #closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent('lab-closed'));
  }
}
