import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayDuration} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {LibraryEntry} from '../worker/protocol.ts';

/** The scenarios that come with the page. */
@customElement('lab-scenarios')
export class LabScenarios extends PanelElement {
  @property({attribute: false}) library: readonly LibraryEntry[] = [];
  /** Name of the one that is open. */
  @property() current = '';

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        padding: 14px 18px;
        background: var(--pane);
        overflow: auto;
      }
      h2 {
        font-size: 17px;
      }
      li {
        border: 1px solid var(--line);
        border-radius: 12px;
        padding: 12px 14px;
        margin-top: 12px;
      }
      li.current {
        border-color: var(--accent);
      }
      h3 {
        font-size: 14px;
      }
      .actions {
        display: flex;
        gap: 8px;
        margin-top: 10px;
        flex-wrap: wrap;
      }
    `,
  ];

  override render() {
    const {t} = this;
    return html`<h2>${t.scenariosTitle}</h2>
      <p class="muted small">${t.scenariosText}</p>
      <div class="actions">
        <button
          class="open-recording"
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'open-recording'}))}
        >
          ${t.openRecording}
        </button>
      </div>
      <ul>
        ${this.library.map((item) => this.#item(item))}
      </ul>`;
  }

  #item(item: LibraryEntry) {
    const {t} = this;
    const {language} = this.words;
    return html`<li class=${item.name === this.current ? 'current' : ''}>
      <h3>${item.title[language]}</h3>
      <p class="small muted">
        <span class="mono">${item.name}</span> · ${sayDuration(item.durationUs, language)} ·
        ${t.scenarioCounts(item.namesrvs, item.brokers, item.producers, item.consumers)}
      </p>
      <div class="actions">
        <button
          class="primary open"
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'open-library', name: item.name, edit: false}))}
        >
          ${t.openScenario}
        </button>
        <button
          class="edit"
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'open-library', name: item.name, edit: true}))}
        >
          ${t.editScenario}
        </button>
      </div>
    </li>`;
  }
}
