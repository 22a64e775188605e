import {css} from 'lit';
import {bundleIcons} from './dialog-icons.ts';

bundleIcons();

/** Dialogs are loaded when first asked for; these styles are for what is inside them. */
export const dialogStyles = css`
  wa-dialog {
    --width: min(640px, 94vw);
    --spacing: 18px;
    color: var(--ink);
  }
  wa-dialog::part(header) {
    padding-block-start: 10px;
  }
  wa-dialog::part(title) {
    font: 650 17px var(--font);
  }
  wa-dialog::part(body) {
    padding-block-start: 6px;
  }
  wa-dialog::part(dialog) {
    background: var(--pane-raised);
    color: var(--ink);
    border: 1px solid var(--line);
    border-radius: 12px;
    box-shadow: var(--shadow);
    /* Whatever is longer than the window scrolls inside. */
    max-height: calc(100dvh - 24px);
  }
`;
