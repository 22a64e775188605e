import {css} from 'lit';

/** What the inspectors share: a heading, tabs, tables of names and values, lists of links. */
export const inspectorStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    flex: 1;
  }
  header {
    padding: 14px 18px 6px;
    flex: none;
  }
  h2 {
    padding-inline-end: 28px;
    font-size: 17px;
    line-height: 1.3;
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  h2 small {
    font-weight: 400;
    font-size: 14px;
    color: var(--muted);
  }
  h3 {
    font-size: 13px;
    font-weight: 650;
    color: var(--muted);
    margin: 16px 0 4px;
  }
  h3:first-child {
    margin-top: 4px;
  }
  h3 small {
    font-weight: 400;
    margin-inline-start: 6px;
  }
  .tabs {
    display: flex;
    gap: 4px;
    padding: 0 14px;
    border-bottom: 1px solid var(--hairline);
    flex: none;
  }
  .tabs button {
    border: 0;
    border-bottom: 2px solid transparent;
    border-radius: 0;
    padding: 4px 8px;
    color: var(--muted);
  }
  .tabs button[aria-selected='true'] {
    border-color: var(--ink);
    color: var(--ink);
    font-weight: 600;
  }
  header + .scroll {
    border-top: 1px solid var(--hairline);
    margin-top: 6px;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding: 10px 18px 18px;
    scrollbar-width: thin;
  }
  dl.fields {
    display: grid;
    grid-template-columns: minmax(90px, max-content) 1fr;
    gap: 2px 12px;
    font-size: 12.5px;
  }
  dl.fields dt {
    color: var(--muted);
    font-family: var(--mono);
  }
  dl.fields dd {
    font-family: var(--mono);
    overflow-wrap: anywhere;
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  th {
    text-align: start;
    font-weight: 500;
    color: var(--muted);
    padding: 2px 5px 2px 0;
    white-space: nowrap;
  }
  td {
    padding: 2px 5px 2px 0;
    font-family: var(--mono);
    overflow-wrap: anywhere;
    vertical-align: top;
    border-top: 1px solid var(--hairline);
  }
  .whole {
    white-space: nowrap;
    overflow-wrap: normal;
  }
  td.num,
  th.num {
    text-align: end;
  }
  .empty {
    color: var(--muted);
    font-size: 13px;
  }
  .empty + dl.fields {
    margin-top: 8px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin-top: 10px;
  }
  .actions button {
    min-height: 30px;
    padding: 2px 12px;
  }
  .list button {
    display: flex;
    width: 100%;
    gap: 8px;
    align-items: baseline;
    border-color: transparent;
    text-align: start;
    padding: 4px 8px;
    margin-inline: -8px;
  }
  .list button > .dot + span {
    white-space: nowrap;
  }
  .status {
    display: inline-flex;
    gap: 6px;
    align-items: baseline;
  }
  .dot {
    width: 9px;
    height: 9px;
    border-radius: 50%;
    display: inline-block;
    flex: none;
    align-self: center;
    border: 2px solid var(--muted);
  }
  .dot.running {
    background: var(--good);
    border-color: var(--good);
  }
  .dot.killed,
  .dot.crashed,
  .dot.power-lost {
    background: var(--bad);
    border-color: var(--bad);
    border-radius: 1px;
  }
  .dot.paused {
    background: var(--election);
    border-color: var(--election);
    border-radius: 1px;
  }
  pre {
    margin: 0;
    padding: 10px;
    background: var(--pane-sunk);
    border: 1px solid var(--hairline);
    border-radius: 6px;
    font: 12.5px/1.5 var(--mono);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
`;
