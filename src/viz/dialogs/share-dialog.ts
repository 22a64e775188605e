import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import {css, html} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {dialogStyles} from './dialog-styles.ts';

/** The link to the run and the moment shown. */
@customElement('lab-share-dialog')
export class LabShareDialog extends PanelElement {
  @property({type: Boolean}) open = false;
  @property() link = '';
  /** The moment in words. */
  @property() moment = '';
  @state() private outcome: 'none' | 'copied' | 'refused' = 'none';

  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      textarea {
        width: 100%;
        height: 84px;
        font: 12.5px/1.5 var(--mono);
        padding: 8px;
        margin-block: 10px;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--pane-sunk);
        resize: vertical;
        word-break: break-all;
      }
      .bar {
        display: flex;
        gap: 10px;
        align-items: center;
      }
    `,
  ];

  override render() {
    const {t} = this;
    return html`<wa-dialog label=${t.shareTitle} ?open=${this.open} light-dismiss @wa-after-hide=${this.#closed}>
      <p>${t.shareText(this.moment)}</p>
      <textarea readonly aria-label=${t.share} .value=${this.link} @focus=${this.#selectAll}></textarea>
      <div class="bar">
        <button class="primary copy" @click=${this.#copy}>${t.copy}</button>
        <span role="status" class="small">
          ${this.outcome === 'copied' ? t.copied : this.outcome === 'refused' ? t.copyFailed : ''}
        </span>
      </div>
    </wa-dialog>`;
  }

  #selectAll(event: FocusEvent): void {
    (event.target as HTMLTextAreaElement).select();
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link);
      this.outcome = 'copied';
    } catch {
      this.renderRoot.querySelector('textarea')?.select();
      this.outcome = 'refused';
    }
  }

  #closed(event: Event): void {
    if (event.target !== event.currentTarget) return;
    this.outcome = 'none';
    this.dispatchEvent(new CustomEvent('lab-closed'));
  }
}
