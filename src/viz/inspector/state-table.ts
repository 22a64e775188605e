import {html, type TemplateResult} from 'lit';
import type {Language} from '../../lab/language.ts';
import type {ViewState} from '../../lab/view/view-state.ts';
import type {AllWords} from '../i18n/panel-words.ts';

/** What a state table needs to know besides the process. */
export interface StateContext {
  readonly t: AllWords;
  readonly language: Language;
  readonly nowUs: number;
  readonly view: ViewState;
}

export function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): TemplateResult {
  return html`<table>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
