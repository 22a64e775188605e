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

/** A number, or a name short enough that the table need not break it. */
function isShort(cell: unknown): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && cell.length <= 11);
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
            ${row.map((cell) => html`<td class=${isShort(cell) ? 'whole' : ''}>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
