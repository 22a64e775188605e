import {css, html} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import type {Intervention} from '../../sim/intervention.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {fieldStyles} from './field-styles.ts';

/** Makes one place of one file go bad: a sector that cannot be read, or a bit that reads the other way round. */
@customElement('lab-file-fault')
export class LabFileFault extends PanelElement {
  @property() machine = '';
  @property({attribute: false}) paths: readonly string[] = [];
  @state() private path = '';
  @state() private position = '0';

  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host {
        display: block;
        margin-top: 8px;
      }
      summary {
        cursor: pointer;
        font-size: 12.5px;
        color: var(--muted);
      }
      .form {
        display: grid;
        gap: 6px;
        padding-top: 6px;
      }
      .bar {
        display: flex;
        gap: 6px;
        flex-wrap: wrap;
      }
    `,
  ];

  override render() {
    const {t, paths} = this;
    if (paths.length === 0) return '';
    const path = paths.includes(this.path) ? this.path : paths[0]!;
    const at = this.#at();
    return html`<details @keydown=${(event: KeyboardEvent) => event.stopPropagation()}>
      <summary>${t.fileFaults}</summary>
      <div class="form">
        <label
          >${t.file}
          <select
            @change=${(event: Event) => {
              this.path = (event.target as HTMLSelectElement).value;
            }}
          >
            ${paths.map((each) => html`<option value=${each} ?selected=${each === path}>${each}</option>`)}
          </select>
        </label>
        <label
          >${t.positionInFile}
          <input
            inputmode="numeric"
            .value=${this.position}
            aria-invalid=${String(at === null)}
            @input=${(event: Event) => {
              this.position = (event.target as HTMLInputElement).value;
            }}
          />
        </label>
        <div class="bar">
          <button
            class="do-bad-sector"
            ?disabled=${at === null}
            title=${t.faultHint('bad-sector')}
            @click=${() => this.#do({kind: 'bad-sector', path, positionBytes: at ?? 0})}
          >
            ${t.faultName('bad-sector')}
          </button>
          <button
            class="do-bit-rot"
            ?disabled=${at === null}
            title=${t.faultHint('bit-rot')}
            @click=${() => this.#do({kind: 'bit-rot', path, positionBytes: at ?? 0, bit: 0})}
          >
            ${t.faultName('bit-rot')}
          </button>
        </div>
      </div>
    </details>`;
  }

  /** The position asked for; null for what is none. */
  #at(): number | null {
    const text = this.position.trim().replaceAll(',', '');
    const at = Number(text);
    return /^\d+$/.test(text) && Number.isSafeInteger(at) ? at : null;
  }

  #do(fault: Extract<Intervention, {kind: 'disk-fault'}>['fault']): void {
    const intervention: Intervention = {kind: 'disk-fault', machine: this.machine, fault};
    this.dispatchEvent(new ActEvent({kind: 'intervene', intervention}));
  }
}
