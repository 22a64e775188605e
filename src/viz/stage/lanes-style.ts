import {css} from 'lit';

export const lanesStyle = css`
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
    background: var(--s-pane);
    outline: none;
  }
  .frame-box {
    position: relative;
    touch-action: pan-y;
    cursor: grab;
  }
  .frame-box.at-frame {
    cursor: pointer;
  }
  .frame-box:active {
    cursor: grabbing;
  }
  canvas,
  svg {
    position: absolute;
    inset: 0;
    display: block;
  }
  svg {
    user-select: none;
    outline: none;
  }
  svg text {
    fill: var(--s-ink);
    font-size: 12px;
  }
  .below {
    pointer-events: none;
  }
  .band {
    fill: color-mix(in srgb, var(--s-ink) 2.5%, transparent);
  }
  .life {
    stroke: var(--s-line);
    stroke-width: 1.4;
    fill: none;
  }
  .life.off {
    stroke-dasharray: 1 6;
  }
  .life.paused {
    stroke: var(--s-accent);
    stroke-dasharray: 1 4;
    stroke-linecap: round;
    stroke-width: 3;
  }
  .life.down {
    stroke: none;
    fill: url(#lane-hatch);
  }
  .gap-ground {
    fill: color-mix(in srgb, var(--s-ink) 6%, transparent);
  }
  .gap-text {
    text-anchor: middle;
    fill: var(--s-muted) !important;
    paint-order: stroke;
    stroke: var(--s-pane);
    stroke-width: 3px;
    stroke-linejoin: round;
  }
  .gutter {
    fill: var(--s-pane);
  }
  .lane-name {
    font-weight: 600;
    cursor: pointer;
  }
  .lane-name.selected {
    fill: var(--s-accent);
  }
  .lane-machine {
    fill: var(--s-muted) !important;
    font-weight: 400;
  }
  .tick line {
    stroke: var(--s-line);
  }
  .tick text {
    fill: var(--s-muted);
    font-family: var(--mono, ui-monospace, monospace);
    text-anchor: middle;
  }
  .mark-sign {
    cursor: pointer;
    fill: var(--s-pane);
    stroke: var(--s-muted);
    stroke-width: 1.5;
    stroke-linejoin: round;
  }
  .note.landmark .mark-sign {
    stroke: var(--s-ink);
    fill: var(--s-ink);
  }
  .note.bad .mark-sign {
    stroke: var(--s-bad);
    fill: var(--s-bad);
  }
  .note.selected .mark-sign {
    stroke: var(--s-accent);
    stroke-width: 3;
  }
  .note text {
    fill: var(--s-muted);
    paint-order: stroke;
    stroke: var(--s-pane);
    stroke-width: 3px;
    stroke-linejoin: round;
    pointer-events: none;
  }
  .note.landmark text {
    fill: var(--s-ink);
  }
  .note.bad text {
    fill: var(--s-bad);
  }
  .note.future {
    opacity: 0.45;
  }
  .cut {
    fill: none;
    stroke: var(--s-bad);
    stroke-width: 1.4;
    stroke-opacity: 0.85;
    stroke-dasharray: 3 3;
  }
  .playhead line {
    stroke: var(--s-ink);
    stroke-width: 1.6;
  }
  .playhead path {
    fill: var(--s-ink);
  }
  .playhead rect {
    fill: var(--s-ink);
  }
  .playhead text {
    fill: var(--s-pane);
    text-anchor: middle;
    font-family: var(--mono, ui-monospace, monospace);
    font-weight: 600;
  }
  .playhead .grip {
    fill: transparent;
    cursor: ew-resize;
  }
  .tools {
    position: absolute;
    right: 6px;
    top: 4px;
    display: flex;
    gap: 2px;
    opacity: 0.85;
  }
  .tools button {
    min-width: 26px;
    height: 26px;
    padding: 0 6px;
    border: 1px solid var(--s-line);
    border-radius: 6px;
    background: var(--s-pane);
    color: var(--s-ink);
    font: 600 14px / 1 var(--font, system-ui);
    cursor: pointer;
  }
  .tools button:focus-visible,
  .frame-box:focus-visible {
    outline: 2px solid var(--s-accent);
    outline-offset: -2px;
  }
  .tip {
    position: absolute;
    z-index: 2;
    max-width: 320px;
    padding: 4px 8px;
    border-radius: 6px;
    background: var(--s-ink);
    color: var(--s-pane);
    pointer-events: none;
    white-space: nowrap;
  }
  .tip small {
    font-size: 12px;
    opacity: 0.85;
    font-family: var(--mono, ui-monospace, monospace);
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
`;
