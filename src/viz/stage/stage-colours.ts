import {css} from 'lit';

/** Colours by family, shared by all elements of the stage. */
export const stageColours = css`
  :host {
    --s-ground: var(--ground, #f4f3ee);
    --s-pane: var(--pane, #ffffff);
    --s-ink: var(--ink, #1c2430);
    --s-muted: var(--muted, #586372);
    --s-hairline: var(--hairline, #e4e7ec);
    --s-line: var(--line, #c3cad4);
    --s-accent: var(--accent, #1f5fd0);
    --s-bad: var(--bad, #c81e1e);
    --s-good: var(--good, #0b7f4b);
    --s-route-text: var(--route-text, #5b6675);
    color: var(--s-ink);
    font: 12px / 1.4 var(--font, system-ui, sans-serif);
  }
  .produce {
    --c: var(--produce, #1f5fd0);
    --t: var(--produce, #1f5fd0);
  }
  .replicate {
    --c: var(--replicate, #0b7f74);
    --t: var(--replicate, #0b7f74);
  }
  .deliver {
    --c: var(--deliver, #7a3fc4);
    --t: var(--deliver, #7a3fc4);
  }
  .election {
    --c: var(--election, #b45309);
    --t: var(--election, #b45309);
  }
  .route {
    --c: var(--route, #8a94a3);
    --t: var(--s-route-text);
  }
`;
