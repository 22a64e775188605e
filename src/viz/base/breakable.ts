import {html, type TemplateResult} from 'lit';

/** A long name of a program's that may be broken where its words meet: behind `_` and `.`, before a capital. */
export function breakable(name: string): TemplateResult {
  const parts = name.replace(/[_.]|[a-z](?=[A-Z])/g, '$&\u0000').split('\u0000');
  return html`${parts.map((part, i) => (i === 0 ? part : html`<wbr />${part}`))}`;
}
