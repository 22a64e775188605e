import {html, nothing, type TemplateResult} from 'lit';
import {sayCount, sayMoment} from '../../lab/say-duration.ts';
import type {Catalogue} from '../i18n/en.ts';
import type {RunData} from '../session/run-data.ts';

/** The lines above the page; an empty text, or null, is none. */
export function notices(
  t: Catalogue,
  told: {
    readonly failure: string | null;
    readonly reading: string;
    readonly run: RunData | null;
    readonly notice: string;
    readonly dismiss: () => void;
  },
): TemplateResult {
  const {failure, reading, run, notice} = told;
  const status = (text: string) => html`<p class="notice" role="status">${text}</p>`;
  return html`${
    failure === null ? nothing : html`<p class="notice bad" role="alert">${t.worldFailed(failure)}</p>`
  }${reading === '' ? nothing : status(reading)}${run?.isFull ? status(fullText(t, run)) : nothing}${
    notice === ''
      ? nothing
      : html`<p class="notice" role="alert">${notice} <button @click=${told.dismiss}>${t.dismiss}</button></p>`
  }`;
}

function fullText(t: Catalogue, run: RunData): string {
  const {lastId, byteCount} = run.store;
  return t.runTooLong(sayCount(lastId), sayCount(Math.round(byteCount / 1e6)), sayMoment(run.horizonUs));
}
