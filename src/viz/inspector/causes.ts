import {css, html} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import {sayCount, sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {entryText} from '../narrative/entry-text.ts';
import type {RunData} from '../session/run-data.ts';

/** Links of a chain shown before its middle is folded away. */
const SHOWN = 14;
const EFFECTS_SHOWN = 20;

/** Why something happened, back to the root, and what came of it. Each line leads to its moment. */
@customElement('lab-causes')
export class LabCauses extends PanelElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) entryId = 0;
  @property({type: Number}) horizonUs = 0;
  @state() private unfolded = false;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
      }
      h3 {
        font-size: 13px;
        font-weight: 650;
        color: var(--muted);
        margin: 14px 0 4px;
      }
      ol {
        border-inline-start: 2px solid var(--hairline);
        margin-inline-start: 5px;
      }
      li {
        position: relative;
        padding-inline-start: 10px;
      }
      li::before {
        content: '';
        position: absolute;
        inset-inline-start: -5px;
        top: 12px;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--pane);
        border: 2px solid var(--line);
      }
      li.self::before {
        background: var(--ink);
        border-color: var(--ink);
      }
      li button {
        border: 0;
        width: 100%;
        text-align: start;
        padding: 4px 6px;
        font-size: 13px;
        overflow-wrap: anywhere;
      }
      .self button {
        font-weight: 600;
      }
      .at {
        display: block;
        color: var(--muted);
        font: 12px var(--mono);
      }
      kbd {
        font: 12px var(--mono);
        border: 1px solid var(--line);
        border-radius: 4px;
        padding: 0 4px;
      }
    `,
  ];

  override render() {
    const {t, run, entryId} = this;
    if (run === null || entryId === 0) return '';
    const chain = [entryId, ...run.index.causesOf(entryId)];
    const folded = !this.unfolded && chain.length > SHOWN + 1;
    const shown = folded ? [...chain.slice(0, SHOWN - 1), ...chain.slice(-1)] : chain;
    const effects = run.index.effectsOf(entryId);
    return html`<p class="small muted">${t.whyText} <kbd>⇧ ←</kbd> <kbd>⇧ →</kbd> ${t.causesHint}</p>
      <ol>
        ${shown.map(
          (id, i) =>
            html`${
              folded && i === shown.length - 1
                ? html`<li>
                  <button @click=${() => (this.unfolded = true)}>${t.moreCauses(sayCount(chain.length - SHOWN))}</button>
                </li>`
                : ''
            }${this.#item(run, id, i === 0)}`,
        )}
      </ol>
      <h3>${t.effects}</h3>
      ${
        effects.length === 0
          ? html`<p class="small muted">${t.noEffects}</p>`
          : html`<ol>
              ${effects.slice(0, EFFECTS_SHOWN).map((id) => this.#item(run, id, false))}
            </ol>`
      }`;
  }

  #item(run: RunData, id: number, isSelf: boolean) {
    const entry = run.store.entry(id);
    if (entry === undefined) return '';
    return html`<li class=${isSelf ? 'self' : ''}>
      <button @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId: id, select: true}))}>
        <span class="at">${sayMoment(entry.atUs)}</span>${entryText(entry, this.words.pack, run.index, this.t)}
      </button>
    </li>`;
  }
}
