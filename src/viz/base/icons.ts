import {html, type TemplateResult} from 'lit';
import {unsafeSVG} from 'lit/directives/unsafe-svg.js';

/** The few icons of the page, drawn on a 16 × 16 grid. */
export const ICON_PATHS = {
  play: '<path d="M4.5 2.8v10.4l8.5-5.2z" fill="currentColor"/>',
  pause: '<path d="M5 3v10M11 3v10" stroke-width="2.6"/>',
  replay: '<path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3"/>',
  'step-back': '<path d="M4 3.5v9"/><path d="M12.5 3.5v9L6.5 8z" fill="currentColor"/>',
  'step-forward': '<path d="M12 3.5v9"/><path d="M3.5 3.5v9L9.5 8z" fill="currentColor"/>',
  sun: '<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>',
  moon: '<path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z"/>',
  auto: '<circle cx="8" cy="8" r="5.6"/><path d="M8 2.4v11.2a5.6 5.6 0 0 0 0-11.2z" fill="currentColor"/>',
  share: '<path d="M8 9.8V2.2M5.2 4.8 8 2l2.8 2.8M3.5 8v5.5h9V8"/>',
  compare: '<rect x="2" y="3" width="5" height="10" rx="1"/><rect x="9" y="3" width="5" height="10" rx="1"/>',
  close: '<path d="m4 4 8 8M12 4l-8 8"/>',
  help: '<circle cx="8" cy="8" r="6"/><path d="M6.3 6.4a1.8 1.8 0 1 1 2.4 1.8c-.5.2-.7.5-.7 1.1M8 11.4v.1"/>',
  story:
    '<path d="M2.5 3.2c2-.7 4-.4 5.5.8 1.5-1.2 3.5-1.5 5.5-.8v9.3c-2-.7-4-.4-5.5.8-1.5-1.2-3.5-1.5-5.5-.8zM8 4v9.3"/>',
  inspect: '<circle cx="7" cy="7" r="4.3"/><path d="m10.2 10.2 3.6 3.6"/>',
  log: '<path d="M3 3.5h10M3 6.5h7M3 9.5h10M3 12.5h5"/>',
  stage:
    '<circle cx="8" cy="3.5" r="1.8"/><circle cx="3.5" cy="12" r="1.8"/><circle cx="12.5" cy="12" r="1.8"/><path d="m7.1 5.1-2.7 5.3M8.9 5.1l2.7 5.3M5.3 12h5.4"/>',
  bolt: '<path d="M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z" fill="currentColor"/>',
  chevron: '<path d="m4 6 4 4 4-4"/>',
  folder: '<path d="M2 12.8V3.6h4.2l1.6 1.9H14v7.3z"/>',
  check: '<path d="m3 8.5 3.2 3.2L13 4.8"/>',
} as const;

export type IconName = keyof typeof ICON_PATHS;

/** Draws an icon in the text's colour. It says nothing to a screen reader: its button does. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${unsafeSVG(ICON_PATHS[name])}</svg>`;
}
