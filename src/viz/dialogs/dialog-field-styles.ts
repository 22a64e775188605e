import {css} from 'lit';

/** Fields of a form in a dialog. */
export const dialogFieldStyles = css`
  select,
  input {
    height: 36px;
    padding: 0 8px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--pane);
    color: var(--ink);
    font: 13px var(--mono);
    min-width: 0;
  }
`;
