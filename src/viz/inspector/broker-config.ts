import {css, html} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import {BROKER_KEYS, type KeySpec, settingProblem} from '../../lab/scenario/broker-keys.ts';
import {withSettings} from '../../lab/scenario/conf-key.ts';
import type {BrokerScenario} from '../../lab/scenario/scenario.ts';
import type {SettingView} from '../../lab/view/view-state.ts';
import type {Intervention} from '../../sim/intervention.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {fieldStyles} from './field-styles.ts';

const NOTHING_SET: ReadonlyMap<string, SettingView> = new Map();

/** The broker.conf of a broker as it would be read now, with what was set by hand marked; and a form that sets one key more. */
@customElement('lab-broker-config')
export class LabBrokerConfig extends PanelElement {
  @property({attribute: false}) broker: BrokerScenario | null = null;
  @property({attribute: false}) settings: ReadonlyMap<string, SettingView> = NOTHING_SET;
  @state() private key = '';
  @state() private value = '';

  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host {
        display: block;
      }
      .lines {
        font: 12px/1.7 var(--mono);
        overflow-wrap: anywhere;
        margin: 0 0 10px;
        padding: 0;
        list-style: none;
      }
      .lines button {
        font: inherit;
        text-align: start;
        border: 0;
        padding: 0 4px;
        margin-inline: -4px;
        min-height: 0;
        background: none;
        color: inherit;
        overflow-wrap: anywhere;
      }
      .lines .set button {
        font-weight: 650;
        color: var(--accent);
      }
      .lines small {
        font-family: inherit;
        color: var(--muted);
      }
      .comment {
        color: var(--muted);
      }
      form {
        display: grid;
        grid-template-columns: 1fr 1fr auto;
        gap: 6px;
        align-items: end;
      }
      form button {
        min-height: 30px;
        padding: 2px 12px;
      }
      p {
        margin: 8px 0 0;
      }
    `,
  ];

  override render() {
    const {t, broker, settings} = this;
    if (broker === null) return '';
    const problem = this.#problem();
    return html`<ul class="lines">
        ${this.#lines(broker, settings)}
      </ul>
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          if (problem === null) this.#set(broker.name);
        }}
        @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
      >
        <label
          >${t.configKey}
          <input
            class="key"
            list="keys"
            autocapitalize="off"
            autocomplete="off"
            spellcheck="false"
            placeholder="brokerRole"
            .value=${this.key}
            @input=${(event: Event) => {
              this.key = (event.target as HTMLInputElement).value.trim();
            }}
          />
        </label>
        <label
          >${t.configValue}
          <input
            class="value"
            list="values"
            autocapitalize="off"
            autocomplete="off"
            spellcheck="false"
            aria-invalid=${String(this.value !== '' && problem !== null)}
            .value=${this.value}
            @input=${(event: Event) => {
              this.value = (event.target as HTMLInputElement).value;
            }}
          />
        </label>
        <button class="do-set-config" ?disabled=${problem !== null}>${t.configSet}</button>
        <datalist id="keys">${Object.keys(BROKER_KEYS).map((key) => html`<option value=${key}></option>`)}</datalist>
        <datalist id="values">${valuesOf(this.key).map((value) => html`<option value=${value}></option>`)}</datalist>
      </form>
      <p class="small bad" role="status">${this.key === '' || this.value === '' || problem === null ? '' : problem}</p>
      <p class="small muted">${t.configFrom}</p>`;
  }

  #lines(broker: BrokerScenario, settings: ReadonlyMap<string, SettingView>) {
    const values = new Map([...settings].map(([key, {value}]) => [key, value]));
    const text = withSettings(`namesrvAddr=${broker.namesrvAddr}\n${broker.conf}`, values);
    return text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.indexOf('=');
        if (at === -1 || /^\s*[#!]/.test(line)) return html`<li class="comment">${line}</li>`;
        const [key, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
        const set = settings.get(key);
        return html`<li class=${set === undefined ? '' : 'set'}>
          <button
            title=${this.t.configChange}
            @click=${() => {
              this.key = key;
              this.value = value;
            }}
          >
            ${key}=${value}</button
          >${set === undefined ? '' : html` <small>${set.isRead ? this.t.configByHand : this.t.configNext}</small>`}
        </li>`;
      });
  }

  /** What is wrong with what is written in the form; empty while something is missing, null where it can be set. */
  #problem(): string | null {
    if (this.key === '' || this.value === '') return '';
    const problem = settingProblem(this.key, this.value);
    return problem === null ? null : this.t.configProblem(problem);
  }

  #set(process: string): void {
    const intervention: Intervention = {kind: 'set-config', process, key: this.key, value: this.value};
    this.key = '';
    this.value = '';
    this.dispatchEvent(new ActEvent({kind: 'intervene', intervention}));
  }
}

/** What a key can be, where that is a short list. */
function valuesOf(key: string): readonly string[] {
  if (!Object.hasOwn(BROKER_KEYS, key)) return [];
  const spec: KeySpec = BROKER_KEYS[key as keyof typeof BROKER_KEYS];
  return spec.type === 'boolean' ? ['true', 'false'] : (spec.oneOf ?? []);
}
