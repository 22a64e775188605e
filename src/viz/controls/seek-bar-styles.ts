import {css} from 'lit';

export const seekBarStyles = css`
  :host {
    display: block;
    user-select: none;
  }
  .stack,
  .bar {
    position: relative;
  }
  .bar {
    height: 44px;
    cursor: pointer;
    touch-action: none;
    border-radius: 6px;
  }
  .density {
    position: absolute;
    inset: 2px 0 16px;
    width: 100%;
    height: 26px;
    display: block;
  }
  .density rect {
    fill: var(--line);
  }
  .density rect.passed {
    fill: var(--muted);
  }
  .track {
    position: absolute;
    inset: auto 0 10px;
    height: 5px;
    border-radius: 3px;
    background: var(--hairline);
    overflow: hidden;
  }
  .passed-track {
    position: absolute;
    inset: 0 auto 0 0;
    background: var(--muted);
  }
  .fault {
    position: absolute;
    inset: 0 auto 0 auto;
    background: var(--bad);
    opacity: 0.65;
    min-width: 2px;
  }
  .fault.paused {
    background: var(--election);
  }
  .fault.link,
  .fault.disk {
    background: repeating-linear-gradient(90deg, var(--bad) 0 4px, transparent 4px 7px);
  }
  .ahead {
    position: absolute;
    inset: 0 0 0 auto;
    background: repeating-linear-gradient(135deg, transparent 0 4px, var(--pane) 4px 8px);
  }
  .handle {
    position: absolute;
    bottom: 4px;
    width: 16px;
    height: 16px;
    margin-left: -8px;
    border-radius: 50%;
    border: 2.5px solid var(--ink);
    background: var(--pane);
    pointer-events: none;
  }
  .bar:focus-visible {
    outline-offset: 1px;
  }
  .mark {
    position: absolute;
    top: 0;
    width: 24px;
    height: 24px;
    min-height: 0;
    margin-left: -12px;
    padding: 0;
    border: 0;
    display: grid;
    place-items: center;
    color: var(--good);
  }
  .mark.difference {
    color: var(--accent);
  }
  .mark svg .unequal {
    stroke: currentColor;
    stroke-width: 2;
  }
  .mark.is-struck {
    color: var(--bad);
  }
  .mark.is-neutral {
    color: var(--muted);
  }
  .mark svg {
    width: 12px;
    height: 14px;
    overflow: visible;
    fill: currentColor;
    paint-order: stroke;
    stroke: var(--pane);
    stroke-width: 2.5px;
  }
  .mark.is-mended:not(.leader) svg {
    fill: var(--pane);
    paint-order: fill;
    stroke: currentColor;
    stroke-width: 1.5px;
  }
  .mark:hover,
  .mark:focus-visible {
    z-index: 1;
  }
  .tip {
    position: absolute;
    bottom: calc(100% + 2px);
    inset-inline-start: 12px;
    width: max-content;
    max-width: min(44ch, 80vw);
    padding: 5px 9px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--pane);
    color: var(--ink);
    box-shadow: 0 4px 16px rgb(0 0 0 / 18%);
    font-size: 13px;
    line-height: 1.35;
    text-align: start;
    white-space: pre-line;
    pointer-events: none;
    visibility: hidden;
  }
  .mark:hover .tip,
  .mark:focus-visible .tip {
    visibility: visible;
  }
  .ticks {
    position: relative;
    height: 16px;
    margin-top: -6px;
    font-size: 12px;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
    overflow: hidden;
  }
  .ticks span {
    position: absolute;
    transform: translateX(-50%);
    white-space: nowrap;
  }
  .ticks span:first-child {
    transform: none;
  }
  .ticks span:last-child {
    transform: translateX(-100%);
  }
`;
