import {css} from 'lit';

/** What every element of the page has in common: boxes, buttons, focus, small type. */
export const sharedStyles = css`
  :host {
    box-sizing: border-box;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
    background: none;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 4px 12px;
    min-height: 32px;
    line-height: 1.3;
  }
  button:hover:not(:disabled) {
    background: var(--accent-soft);
  }
  button:disabled {
    cursor: default;
    opacity: 0.45;
  }
  button.plain {
    border-color: transparent;
  }
  button.link {
    border: 0;
    padding: 0;
    min-height: 0;
    color: var(--accent);
    text-align: start;
  }
  button.link:hover:not(:disabled) {
    background: none;
    text-decoration: underline;
  }
  button.primary {
    background: var(--strong);
    border-color: var(--strong);
    color: var(--strong-ink);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled) {
    background: var(--strong);
    opacity: 0.88;
  }
  button.danger {
    border-color: var(--bad);
    color: var(--bad);
  }
  button.danger:hover:not(:disabled) {
    background: var(--bad-soft);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .mono {
    font-family: var(--mono);
    font-size: 12.5px;
  }
  .muted {
    color: var(--muted);
  }
  .bad {
    color: var(--bad);
  }
  .raised {
    color: var(--election);
  }
  .good {
    color: var(--good);
  }
  .small {
    font-size: 12.5px;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg.icon {
    width: 16px;
    height: 16px;
    display: block;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  ::selection {
    background: var(--accent-soft);
  }
  /* In place of a picture that is on its way. */
  .computing {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    color: var(--muted);
    background: color-mix(in srgb, var(--ground) 78%, transparent);
  }
`;
