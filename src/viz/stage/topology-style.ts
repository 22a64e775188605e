import {css} from 'lit';

export const topologyStyle = css`
  :host {
    display: block;
    position: relative;
    width: 100%;
    height: 100%;
    min-width: 0;
    min-height: 0;
    /* What is drawn follows the box, never the other way round. */
    contain: size layout paint;
    overflow: hidden auto;
    background: var(--s-ground);
    outline: none;
  }
  svg {
    display: block;
    outline: none;
    user-select: none;
  }
  .marks-key {
    position: sticky;
    top: 6px;
    height: 0;
    z-index: 1;
    pointer-events: none;
  }
  .marks-key p {
    width: fit-content;
    max-width: 176px;
    margin: 0 6px;
    padding: 2px 9px;
    border: 1px solid var(--s-hairline);
    border-radius: 9px;
    background: var(--s-pane);
    color: var(--s-muted);
  }
  .marks-key.is-above {
    position: static;
    height: auto;
    padding: 5px 0 0;
  }
  .marks-key.is-above p {
    max-width: none;
  }
  text {
    fill: var(--s-ink);
    font-size: 12px;
  }
  .end {
    text-anchor: end;
  }
  .muted,
  .address {
    fill: var(--s-muted);
  }
  .faint {
    fill: var(--s-muted);
    font-style: italic;
  }
  .mono,
  .machine-names .address {
    font-family: var(--mono, ui-monospace, monospace);
    fill: var(--s-muted);
  }

  /* Machines. */
  .plate rect {
    fill: color-mix(in srgb, var(--s-ink) 3.5%, transparent);
    stroke: color-mix(in srgb, var(--s-ink) 9%, transparent);
  }
  .machine-names text {
    fill: var(--s-muted);
    paint-order: stroke;
    stroke: color-mix(in srgb, var(--s-ink) 3.5%, var(--s-ground));
    stroke-width: 3px;
    stroke-linejoin: round;
    pointer-events: none;
  }
  .plate {
    cursor: pointer;
  }
  .machine-names .machine {
    font-weight: 600;
  }
  .machine-names .trouble {
    font-weight: 600;
    fill: var(--s-bad);
  }
  .plate.troubled rect {
    stroke: var(--s-bad);
    stroke-opacity: 0.6;
  }
  .plate.off rect {
    fill: url(#hatch);
    stroke: var(--s-muted);
  }
  .plate.selected rect {
    stroke: var(--s-accent);
    stroke-width: 2;
  }
  .group rect {
    fill: none;
    stroke: var(--s-line);
  }
  .group text {
    fill: var(--s-muted);
    font-weight: 600;
  }

  /* Links. */
  .link {
    fill: none;
    cursor: pointer;
  }
  .link .grip {
    stroke: transparent;
    stroke-width: 14;
    fill: none;
  }
  .link .line {
    stroke: var(--s-line);
    stroke-width: 1.4;
    fill: none;
  }
  .link.connecting .line {
    stroke-dasharray: 2 5;
    stroke-width: 1.8;
    stroke-linecap: round;
  }
  .link.none .line {
    stroke-dasharray: 1 6;
  }
  .link.selected .line,
  .link:hover .line {
    stroke: var(--s-accent);
    stroke-width: 2.2;
  }
  .break {
    cursor: pointer;
  }
  .break rect {
    fill: var(--s-ground);
  }
  .break .slashes {
    stroke: var(--s-bad);
    stroke-width: 2.6;
    stroke-linecap: round;
    fill: none;
  }
  .break .open-way {
    stroke: var(--s-good);
    stroke-width: 2;
    stroke-linecap: round;
    fill: none;
  }
  .bolt {
    fill: var(--s-bad);
    stroke: var(--s-ground);
    stroke-width: 2.4;
    paint-order: stroke;
    stroke-linejoin: round;
  }

  /* Cards. */
  .card {
    cursor: pointer;
  }
  .card .outline {
    fill: var(--s-pane);
    stroke: var(--s-line);
    stroke-width: 1.2;
  }
  .card .ring {
    fill: none;
    stroke: transparent;
    stroke-width: 7;
    stroke-linejoin: round;
  }
  .card:hover .outline {
    stroke: var(--s-muted);
  }
  .card.selected .outline {
    stroke: var(--s-accent);
    stroke-width: 2;
  }
  .card.selected .ring {
    stroke: color-mix(in srgb, var(--s-accent) 22%, transparent);
  }
  .card.focused .ring {
    stroke: var(--s-accent);
  }
  .card .icon {
    fill: none;
    stroke: var(--s-ink);
    stroke-width: 1.4;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .card .name {
    font-size: 14px;
    font-weight: 650;
  }
  .card .number {
    font-size: 14px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .card .number.bad {
    fill: var(--s-bad);
  }
  .card .figures tspan:nth-child(even) {
    fill: var(--s-muted);
  }
  .card .line.muted {
    fill: var(--s-muted);
  }
  .card .line.bad {
    fill: var(--s-bad);
  }
  .card .waits {
    fill: none;
    stroke: var(--produce, #1f5fd0);
    stroke-width: 1.6;
  }
  .card .badge {
    fill: none;
    stroke: var(--s-muted);
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .card .badge.crown {
    stroke: var(--election, #b45309);
    fill: color-mix(in srgb, var(--election, #b45309) 28%, transparent);
  }
  .card .badge.down {
    stroke: var(--s-bad);
    stroke-width: 2;
  }
  .card .badge.paused {
    stroke: var(--s-accent);
  }
  .card .overlay {
    fill: none;
    pointer-events: none;
  }
  .card.broker .outline {
    stroke-width: 1.5;
  }
  .card.running[data-role] .outline {
    stroke: var(--edge);
  }
  .card.running[data-role='LEADER'] .outline {
    stroke-width: 2.6;
  }
  .card.running[data-role='CANDIDATE'] .outline {
    stroke-dasharray: 6 4;
  }
  .card.off .outline {
    stroke-dasharray: 4 4;
    fill: color-mix(in srgb, var(--s-pane) 55%, transparent);
  }
  .card.off .icon,
  .card.off .cells,
  .card.off .queues {
    opacity: 0.5;
  }
  .card.off .name,
  .card.off .number,
  .card.down .number,
  .card.ended .number {
    fill: var(--s-muted);
  }
  .card.down .outline,
  .card.ended .outline {
    fill: color-mix(in srgb, var(--s-ground) 70%, var(--s-pane));
  }
  .card.down .overlay,
  .card.ended .overlay {
    fill: url(#hatch);
  }
  .card.down .icon,
  .card.ended .icon,
  .card.down .name,
  .card.ended .name {
    stroke-opacity: 0.6;
    fill-opacity: 0.85;
  }
  .card.paused .outline {
    fill: color-mix(in srgb, var(--s-accent) 9%, var(--s-pane));
    stroke: var(--s-accent);
    stroke-dasharray: 1 4;
    stroke-linecap: round;
    stroke-width: 2;
  }
  .card.paused .overlay {
    fill: url(#frost);
  }

  /* Log and queues. */
  .bed {
    fill: color-mix(in srgb, var(--s-ink) 6%, transparent);
  }
  .cell {
    fill: color-mix(in srgb, var(--produce, #1f5fd0) 12%, var(--s-pane));
    stroke: color-mix(in srgb, var(--produce, #1f5fd0) 55%, var(--s-pane));
    stroke-width: 1;
    stroke-dasharray: 2 1.6;
  }
  .cell.flushed {
    fill: color-mix(in srgb, var(--produce, #1f5fd0) 52%, var(--s-pane));
    stroke: var(--produce, #1f5fd0);
    stroke-dasharray: none;
  }
  .mark {
    fill: none;
    stroke: var(--s-ink);
    stroke-width: 1.6;
  }
  .mark.dispatched:not(.flushed):not(.written) {
    stroke-dasharray: 2 2;
  }
  .mark-name {
    fill: var(--s-muted);
  }
  .queue {
    cursor: pointer;
  }
  .queue .filled {
    fill: color-mix(in srgb, var(--produce, #1f5fd0) 42%, var(--s-pane));
  }
  .queue .read {
    fill: color-mix(in srgb, var(--deliver, #7a3fc4) 62%, var(--s-pane));
  }
  .queue .flag {
    fill: var(--deliver, #7a3fc4);
    stroke: var(--s-ink);
    stroke-width: 1;
    stroke-linejoin: round;
  }
  .queue .poll {
    fill: none;
    stroke: var(--deliver, #7a3fc4);
    stroke-width: 1.8;
    stroke-linejoin: round;
  }
  .queue .end {
    fill: var(--s-ink);
  }
`;
