import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayDuration, sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {kindName} from '../base/say.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent} from '../selection.ts';
import type {RecordingAbout} from './protocol.ts';
import {recordingWords} from './words.ts';

/** What a recording is of, and what may be believed of it. */
@customElement('lab-recording')
export class LabRecording extends LabElement {
  @property({attribute: false}) about: RecordingAbout | null = null;

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
        overflow-wrap: anywhere;
      }
      h3 {
        font-size: 14px;
        margin: 16px 0 4px;
      }
      .shortfall {
        margin-top: 10px;
        padding: 8px 12px;
        border: 1px solid var(--warn, var(--bad));
        border-radius: var(--radius);
      }
      ul.processes button {
        border: 0;
        width: 100%;
        text-align: start;
        padding: 4px 6px;
        overflow-wrap: anywhere;
      }
      ul.known li {
        margin-top: 6px;
      }
      button.another {
        margin-top: 16px;
      }
    `,
  ];

  override render() {
    const {about} = this;
    if (about === null) return '';
    const {language} = this.words;
    const words = recordingWords(language);
    const when = new Date(about.epochMs).toLocaleString(language, {hour12: false});
    return html`<p class="muted small">${words.title}</p>
      <h2>${about.fileName}</h2>
      <p class="small">${words.duration(sayDuration(about.durationUs, language))}, ${words.begun(when)}</p>
      ${
        about.shortfall === null
          ? ''
          : html`<p class="shortfall small" role="status">
              ${words.shortfall(about.shortfall, sayMoment(about.durationUs))}
            </p>`
      }
      ${this.#processes(words.recorded, true)} ${this.#processes(words.fromOutside, false)}
      <h3>${words.whatIsKnown}</h3>
      <ul class="known small">
        ${words.known.map((sentence) => html`<li>${sentence}</li>`)}
      </ul>
      <button class="another" @click=${() => this.dispatchEvent(new ActEvent({kind: 'open-recording'}))}>
        ${this.t.openRecording}
      </button>`;
  }

  #processes(title: string, isOwn: boolean) {
    const {t} = this;
    const list = this.about!.processes.filter((process) => process.isOwn === isOwn);
    return html`<h3>${title}</h3>
      ${
        list.length === 0
          ? html`<p class="small muted">${recordingWords(this.words.language).nobody}</p>`
          : html`<ul class="processes">
              ${list.map(
                ({name, kind}) =>
                  html`<li>
                    <button @click=${() => this.dispatchEvent(new SelectEvent({kind: 'process', name}))}>
                      ${name} <span class="muted small">${kindName(kind, t)}</span>
                    </button>
                  </li>`,
              )}
            </ul>`
      }`;
  }
}
