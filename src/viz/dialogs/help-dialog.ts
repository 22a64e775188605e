import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import {css, html, svg, type TemplateResult} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {dialogStyles} from './dialog-styles.ts';

type SignKey = 'signRequest' | 'signResponse' | 'signOneway' | 'signLost' | 'signPale' | 'signFault';

const SIGNS: readonly {readonly key: SignKey; readonly drawing: TemplateResult<2>}[] = [
  {key: 'signRequest', drawing: svg`<circle cx="22" cy="9" r="5" fill="var(--produce)"/>`},
  {
    key: 'signResponse',
    drawing: svg`<circle cx="22" cy="9" r="4.5" fill="none" stroke="var(--produce)" stroke-width="2"/>`,
  },
  {
    key: 'signOneway',
    drawing: svg`<path d="M6 9h14" stroke="var(--deliver)" stroke-width="2"/><circle cx="24" cy="9" r="5" fill="var(--deliver)"/>`,
  },
  {
    key: 'signLost',
    drawing: svg`<path d="m17 4 10 10m0-10L17 14" stroke="var(--bad)" stroke-width="2"/>`,
  },
  {
    key: 'signPale',
    drawing: svg`<g stroke="var(--produce)"><rect x="6" y="3" width="9" height="12" rx="2" fill="var(--produce)"/><rect x="17" y="3" width="9" height="12" rx="2" fill="var(--produce)"/><rect x="28" y="3" width="9" height="12" rx="2" fill="none" stroke-dasharray="2 2"/></g>`,
  },
  {key: 'signFault', drawing: svg`<path d="M23 1 16 10h5l-1 7 8-10h-5z" fill="var(--bad)"/>`},
];

/** The keys, and what the signs on stage mean. */
@customElement('lab-help-dialog')
export class LabHelpDialog extends LabElement {
  @property({type: Boolean}) open = false;

  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
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
      kbd {
        font: 12.5px var(--mono);
        border: 1px solid var(--line);
        border-bottom-width: 2px;
        border-radius: 5px;
        padding: 1px 6px;
        white-space: nowrap;
      }
      svg {
        width: 44px;
        height: 18px;
        vertical-align: middle;
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
      [['?'], t.keyHelp],
    ];
    return html`<wa-dialog label=${t.helpTitle} ?open=${this.open} light-dismiss @wa-after-hide=${this.#closed}>
      <dl>
        ${keys.map(
          ([names, what]) =>
            html`<dt>${names.map((name) => html`<kbd>${name}</kbd> `)}</dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <h3>${t.signs}</h3>
      <dl>
        ${SIGNS.map(
          ({key, drawing}) =>
            html`<dt><svg viewBox="0 0 44 18" aria-hidden="true">${drawing}</svg></dt>
              <dd>${t[key]}</dd>`,
        )}
      </dl>
    </wa-dialog>`;
  }

  #closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent('lab-closed'));
  }
}
