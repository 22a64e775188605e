import {css} from 'lit';

/** What travels, and its words. */
export const framesStyle = css`
  /* Frames. */
  .flow path {
    fill: none;
    stroke: var(--c);
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .flow .band {
    opacity: 0.22;
  }
  .flow .grain {
    stroke-width: 2.4;
    stroke-dasharray: 5 11;
  }
  .frame {
    cursor: pointer;
  }
  .frame .touch,
  .frame .halo {
    fill: transparent;
  }
  .frame .disc {
    fill: var(--c);
    stroke: var(--s-ground);
    stroke-width: 2;
    paint-order: stroke;
  }
  .frame.response .disc {
    fill: var(--s-pane);
    stroke: var(--c);
    stroke-width: 2.2;
  }
  .frame[data-term] .disc {
    fill: var(--e);
    stroke: var(--c);
    paint-order: normal;
  }
  .frame.response[data-term] .disc {
    fill: var(--s-pane);
  }
  .frame .term {
    fill: var(--s-pane);
    font-weight: 700;
    text-anchor: middle;
    pointer-events: none;
  }
  .frame.response .term {
    fill: var(--e);
  }
  .frame .tail {
    fill: var(--c);
    opacity: 0.5;
  }
  .frame .way {
    fill: none;
    stroke: var(--c);
    stroke-width: 2;
    color: var(--c);
  }
  .frame[data-still] .disc,
  .frame[data-still] .tail {
    display: none;
  }
  .frame.selected .halo,
  .frame:hover .halo {
    fill: color-mix(in srgb, var(--c) 24%, transparent);
  }
  .frame.selected .halo {
    stroke: var(--s-accent);
    stroke-width: 2.4;
  }
  .frame.focused .halo {
    fill: none;
    stroke: var(--s-accent);
    stroke-width: 2.5;
  }
  .frame .sign {
    fill: none;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .frame .sign.cross {
    stroke: var(--s-bad);
    stroke-width: 2.4;
  }
  .frame .sign.clock {
    stroke: var(--s-ink);
    stroke-width: 1.8;
  }
  .label {
    fill: var(--t, var(--s-ink));
    font-weight: 600;
    paint-order: stroke;
    stroke: var(--s-ground);
    stroke-width: 4px;
    stroke-linejoin: round;
    pointer-events: none;
  }
  .label .detail {
    fill: var(--s-muted);
    font-weight: 400;
    font-family: var(--mono, ui-monospace, monospace);
  }
  .label.lost {
    fill: var(--s-bad);
  }
`;
