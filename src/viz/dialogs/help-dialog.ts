import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {MomentSign} from '../../lab/view/moments.ts';
import type {FrameFamily} from '../../lab/view/view-state.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {shapeOf} from '../controls/seek-marks.ts';
import '../stage/lab-legend.ts';
import {legendWords} from '../stage/legend-words.ts';
import {dialogStyles} from './dialog-styles.ts';

/** The keys, and what the signs on stage mean. */
@customElement('lab-help-dialog')
export class LabHelpDialog extends PanelElement {
  @property({type: Boolean}) open = false;
  @property({attribute: false}) hiddenFamilies: ReadonlySet<FrameFamily> = new Set();

  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      wa-dialog {
        --width: min(780px, 94vw);
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 6px 16px;
        align-items: baseline;
      }
      h3 {
        margin: 16px 0 6px;
        font-size: 14px;
      }
      .seek {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        margin: 0;
        padding: 0 14px;
        list-style: none;
        font-size: 12px;
        color: var(--muted);
      }
      .seek li {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .seek svg {
        width: 12px;
        height: 14px;
        fill: var(--bad);
      }
      .seek .leader {
        fill: var(--good);
      }
      .seek .config,
      .seek .peer {
        fill: var(--muted);
      }
      .hint {
        margin: 4px 14px 0;
        font-size: 12px;
        color: var(--muted);
      }
      kbd {
        font: 12.5px var(--mono);
        border: 1px solid var(--line);
        border-bottom-width: 2px;
        border-radius: 5px;
        padding: 1px 6px;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    const {t} = this;
    const keys: readonly (readonly [readonly string[], string])[] = [
      [['Space'], t.keyPlay],
      [['←', '→'], t.keyStep],
      [['↓', '↑'], t.keyJump],
      [['⇧ ←', '⇧ →'], t.keyCauses],
      [['Home', 'End'], t.keyHome],
      [['0', '…', '9'], t.keySpeeds],
      [['Esc'], t.keyEscape],
      [['O'], t.openRecording],
      [['?'], t.keyHelp],
    ];
    const legend = legendWords(this.words.language);
    return html`<wa-dialog label=${t.helpTitle} ?open=${this.open} light-dismiss @wa-after-hide=${this.#closed}>
      <h3>${t.signs}</h3>
      <lab-legend .hiddenFamilies=${this.hiddenFamilies} .lang=${this.words.language}></lab-legend>
      <h3>${legend.seekTitle}</h3>
      <ul class="seek">
        ${(Object.keys(legend.seek) as MomentSign[]).map(
          (sign) =>
            html`<li>
              <svg class=${sign} viewBox="0 0 12 14" aria-hidden="true">
                <path fill-rule="evenodd" d=${shapeOf({sign, tone: 'struck'})} /></svg
              >${legend.seek[sign]}
            </li>`,
        )}
      </ul>
      <p class="hint">${legend.seekHint}</p>
      <h3>${t.keysTitle}</h3>
      <dl>
        ${keys.map(
          ([names, what]) =>
            html`<dt>${names.map((name) => html`<kbd>${name}</kbd> `)}</dt>
              <dd>${what}</dd>`,
        )}
      </dl>
    </wa-dialog>`;
  }

  #closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent('lab-closed'));
  }
}
