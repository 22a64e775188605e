import {html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayCount, sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {entryText} from '../narrative/entry-text.ts';
import type {RunData} from '../session/run-data.ts';
import './causes.ts';
import {entryFields} from './entry-fields.ts';
import {inspectorStyles} from './inspector-styles.ts';

/** One entry of the trace: what it says, all its fields, why it happened. */
@customElement('lab-entry-inspector')
export class LabEntryInspector extends PanelElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) entryId = 0;
  @property({type: Number}) horizonUs = 0;

  static override styles = [sharedStyles, inspectorStyles];

  override render() {
    const {t, run} = this;
    const entry = run?.store.entry(this.entryId);
    if (run == null || entry === undefined) return '';
    const isPrinted = entry.kind === 'fact' && entry.fact.kind === 'printed';
    return html`<header>
        <h2>${t.event} <small>${sayCount(entry.id)}</small></h2>
        <p class="mono">
          <button
            class="link"
            title=${t.goThere}
            @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId: entry.id, select: true}))}
          >
            ${sayMoment(entry.atUs)}
          </button>
        </p>
        ${isPrinted ? '' : html`<p>${entryText(entry, this.words.pack, run.index, t)}</p>`}
      </header>
      <div class="scroll">
        <h3>${t.entryFields}</h3>
        <dl class="fields">
          ${entryFields(entry).map(
            ([name, value]) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
        <h3>${t.why}</h3>
        <lab-causes .run=${run} .entryId=${entry.id} .horizonUs=${this.horizonUs}></lab-causes>
      </div>`;
  }
}
