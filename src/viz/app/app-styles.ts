import {css} from 'lit';

/** The plan of the page: wide with two side panes, middling with drawers, narrow with one pane at a time. */
export const appStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr) auto auto auto;
    grid-template-columns: minmax(0, 1fr);
    height: 100dvh;
    background: var(--pane);
  }
  lab-top-bar {
    grid-row: 1;
  }
  .skip {
    position: absolute;
    inset-block-start: -60px;
    inset-inline-start: 8px;
    z-index: 30;
    background: var(--pane);
    padding: 6px 12px;
    border: 1px solid var(--accent);
    border-radius: 8px;
    color: var(--accent);
  }
  .skip:focus {
    inset-block-start: 6px;
  }
  .notice {
    grid-row: 2;
    padding: 6px 18px;
    background: var(--accent-soft);
    border-bottom: 1px solid var(--hairline);
    display: flex;
    gap: 12px;
    align-items: center;
    justify-content: space-between;
  }
  .notice.bad {
    background: var(--bad-soft);
  }
  main {
    grid-row: 3;
    display: grid;
    grid-template-columns: minmax(240px, 320px) minmax(0, 1fr) minmax(260px, 320px);
    min-height: 0;
    position: relative;
    overflow: hidden;
  }
  main:has(lab-sandbox) {
    grid-template-columns: minmax(300px, 25%) minmax(0, 1fr) minmax(240px, 19%);
  }
  main.is-comparing {
    grid-template-columns: minmax(220px, 290px) minmax(0, 1fr);
  }
  main.is-comparing.is-inspecting {
    grid-template-columns: minmax(200px, 260px) minmax(0, 1fr) minmax(240px, 290px);
  }
  main.is-comparing:not(.is-inspecting) .inspect {
    display: none;
  }
  main.is-comparing .centre {
    grid-template-rows: minmax(0, 1fr);
  }
  @media (max-width: 1359px) {
    /* Three panes beside each other leave too little of the stage. */
    main:has(lab-sandbox):not(.is-inspecting) {
      grid-template-columns: minmax(300px, 360px) minmax(0, 1fr);
    }
    main:has(lab-sandbox):not(.is-inspecting) .inspect {
      display: none;
    }
    main:has(lab-sandbox).is-inspecting {
      grid-template-columns: minmax(260px, 300px) minmax(0, 1fr) minmax(220px, 250px);
    }
  }
  .side {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    background: var(--pane);
    position: relative;
  }
  .story {
    border-inline-end: 1px solid var(--hairline);
  }
  .inspect {
    border-inline-start: 1px solid var(--hairline);
  }
  .side > lab-inspector,
  .side > lab-sandbox,
  .side > lab-scenarios {
    flex: 1;
    min-height: 0;
  }
  .narrative {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  .narrative lab-lesson {
    flex: 1 1 auto;
    min-height: 0;
    overflow: auto;
    padding: 16px 18px 0;
    scrollbar-width: thin;
  }
  .narrative lab-just-now {
    flex: 0 1 auto;
    min-height: 120px;
    max-height: 33%;
    padding: 10px 18px 12px;
    border-top: 1px solid var(--hairline);
  }
  .narrative lab-just-now[brief] {
    min-height: 0;
    flex: none;
  }
  .drawer-close {
    display: none;
  }
  .centre {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    /* The topology comes first: on a low screen the lanes and the log give way to it. */
    grid-template-rows: minmax(min(310px, 60%), 1fr) auto minmax(100px, min(26%, 260px)) minmax(60px, min(17%, 190px));
    min-height: 0;
    min-width: 0;
    background: var(--ground);
    outline: 0;
  }
  .topology {
    position: relative;
    min-height: 0;
    overflow: hidden;
  }
  .topology lab-topology {
    position: absolute;
    inset: 0;
  }
  .lanes {
    position: relative;
    min-height: 0;
    overflow: hidden;
    border-top: 1px solid var(--hairline);
    background: var(--pane);
  }
  .lanes lab-lanes {
    position: absolute;
    inset: 0;
  }
  .centre lab-log {
    border-top: 1px solid var(--hairline);
    min-height: 0;
  }
  nav.panes {
    display: none;
  }
  lab-ledger {
    grid-row: 4;
  }
  lab-transport {
    grid-row: 5;
  }
  nav.panes {
    grid-row: 6;
  }

  .drop {
    position: fixed;
    inset: 12px;
    z-index: 20;
    display: grid;
    place-items: center;
    border: 2px dashed var(--accent);
    border-radius: 16px;
    background: color-mix(in srgb, var(--pane) 82%, transparent);
    font-size: 20px;
    font-weight: 600;
    pointer-events: none;
  }
  .narrative > lab-recording {
    flex: 1;
    min-height: 0;
  }
  @media (max-width: 1099px) {
    main,
    main:has(lab-sandbox),
    main:has(lab-sandbox).is-inspecting,
    main:has(lab-sandbox):not(.is-inspecting),
    main.is-comparing,
    main.is-comparing.is-inspecting {
      grid-template-columns: minmax(0, 1fr);
    }
    main:has(lab-sandbox):not(.is-inspecting) .inspect {
      display: flex;
    }
    .side {
      position: absolute;
      inset-block: 0;
      width: min(380px, 88vw);
      z-index: 10;
      box-shadow: var(--shadow);
      visibility: hidden;
      transform: translateX(-102%);
    }
    .side.story {
      inset-inline-start: 0;
    }
    .side.story:has(lab-sandbox) {
      width: min(560px, 92vw);
    }
    .side.inspect {
      inset-inline-end: 0;
      transform: translateX(102%);
    }
    .show-story .story,
    .show-inspect .inspect {
      visibility: visible;
      transform: none;
    }
    .drawer-close {
      display: grid;
      place-items: center;
      position: absolute;
      inset-block-start: 8px;
      inset-inline-end: 8px;
      z-index: 2;
      width: 32px;
      padding: 0;
      background: var(--pane);
      border-color: transparent;
    }
    .inspect .drawer-close {
      inset-inline-end: 44px;
    }
    nav.panes {
      display: flex;
      justify-content: center;
      gap: 4px;
      padding: 2px 8px calc(2px + env(safe-area-inset-bottom));
      background: var(--pane);
      border-top: 1px solid var(--hairline);
    }
    nav.panes button {
      display: flex;
      gap: 6px;
      align-items: center;
      border-color: transparent;
      color: var(--muted);
    }
    nav.panes button[aria-pressed='true'] {
      background: var(--accent-soft);
      color: var(--ink);
    }
    .pane-stage,
    .pane-log {
      display: none !important;
    }
  }

  @media (max-width: 699px) {
    .side,
    .side.story:has(lab-sandbox) {
      width: 100%;
      box-shadow: none;
      border: 0;
    }
    .centre {
      grid-template-rows: minmax(0, 1fr) auto 150px;
    }
    .centre lab-log {
      display: none;
    }
    .show-log .centre {
      grid-template-rows: minmax(0, 1fr);
    }
    .show-log .centre lab-log {
      display: flex;
    }
    .show-log .topology,
    .show-log lab-families,
    .show-log .lanes {
      display: none;
    }
    .pane-stage,
    .pane-log {
      display: flex !important;
    }
    nav.panes {
      justify-content: stretch;
    }
    nav.panes button {
      flex: 1;
      flex-direction: column;
      gap: 1px;
      font-size: 12px;
      justify-content: center;
      padding: 4px 2px;
      min-height: 48px;
    }
    .drawer-close {
      display: none;
    }
  }

  @media (max-height: 620px) and (min-width: 700px) {
    .centre {
      grid-template-rows: minmax(0, 1fr) auto 120px;
    }
    .centre lab-log {
      display: none;
    }
  }
`;
