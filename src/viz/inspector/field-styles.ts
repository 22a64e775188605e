import {css} from 'lit';

/** Fields of a form, each under its label. */
export const fieldStyles = css`
  label {
    display: grid;
    gap: 2px;
    font-size: 12px;
    color: var(--muted);
    min-width: 0;
  }
  select,
  input {
    height: 30px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--pane);
    color: var(--ink);
    font: 12px var(--mono);
    padding: 0 6px;
    min-width: 0;
    width: 100%;
  }
`;
