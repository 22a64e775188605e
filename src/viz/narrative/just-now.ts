import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {isStop} from '../session/playhead.ts';
import type {RunData} from '../session/run-data.ts';
import {entryText} from './entry-text.ts';

const SENTENCES = 6;

/**
 * What has just happened, in words: the newest last. Where the run rests at an entry that is mostly passed over, such as a
 * frame that arrives, that is told too: a step never leads to something without words. A live region for screen readers; while the run plays it is busy, so
 * that it is read when it comes to rest, and not a hundred times a second.
 */
@customElement('lab-just-now')
export class LabJustNow extends LabElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) entryId = 0;
  @property({type: Boolean}) playing = false;
  /** Only the newest sentence: the room is needed for a question. */
  @property({type: Boolean, reflect: true}) brief = false;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
      }
      [role='log'] {
        flex: 1;
        min-height: 0;
        overflow: auto;
        scrollbar-width: thin;
        padding-inline: 8px;
        margin-inline: -8px;
        /* Scrolled to its end without being asked, so that no sentence costs a layout: the newest stays in sight. */
        display: flex;
        flex-direction: column-reverse;
        /* What does not fit whole fades away above, so that half a line is not read as a sentence. */
        mask-image: linear-gradient(transparent, #000 16px);
      }
      :host([brief]) [role='log'] {
        mask-image: none;
      }
      [role='log'] > * {
        margin-block-end: auto;
      }
      h3 {
        font-size: 13px;
        font-weight: 650;
        color: var(--muted);
        margin: 0 0 4px;
      }
      button {
        display: block;
        width: calc(100% + 16px);
        margin-inline: -8px;
        padding: 3px 8px;
        min-height: 0;
        border: 0;
        border-radius: 6px;
        text-align: start;
        font-size: 13.5px;
        overflow-wrap: anywhere;
      }
      .at {
        color: var(--muted);
        font: 12px var(--mono);
        margin-inline-end: 6px;
        white-space: nowrap;
      }
      /* Where all fit, nothing fades but this. */
      :host(:not([brief])) ol {
        padding-top: 12px;
      }
      li:last-child button {
        background: var(--accent-soft);
      }
      .weighty {
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const {t, run} = this;
    const ids = run === null ? [] : this.#told(run);
    return html`<h3 id="title">${t.justNow}</h3>
      <div role="log" aria-live="polite" aria-busy=${String(this.playing)} aria-labelledby="title">
        ${
          run === null || ids.length === 0
            ? html`<p class="muted small">${t.nothingYet}</p>`
            : html`<ol>
                ${ids.map((id) => this.#sentence(run, id))}
              </ol>`
        }
      </div>`;
  }

  #told(run: RunData): readonly number[] {
    const {entryId} = this;
    const ids = run.told.upTo(entryId, this.brief ? 1 : SENTENCES);
    const entry = run.store.entry(entryId);
    if (this.playing || entry === undefined || !isStop(entry) || ids[ids.length - 1] === entryId) return ids;
    return [...ids.slice(this.brief || ids.length === SENTENCES ? 1 : 0), entryId];
  }

  #sentence(run: RunData, id: number) {
    const entry = run.store.entry(id)!;
    const text = entryText(entry, this.words.pack, run.index, this.t);
    return html`<li>
      <button @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId: id, select: true}))}>
        <span class="at">${sayMoment(entry.atUs)}</span>${text}
      </button>
    </li>`;
  }
}
