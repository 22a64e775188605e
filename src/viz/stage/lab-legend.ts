import {css, html, LitElement, svg} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {Language} from '../../lab/language.ts';
import type {FrameFamily} from '../../lab/view/view-state.ts';
import {BOLT, CLOCK, CROWN, HOURGLASS, SNOWFLAKE} from './icons.ts';
import {type GroupSignName, legendWords, type SignName} from './legend-words.ts';
import {stageColours} from './stage-colours.ts';
import {termColour} from './term-colour.ts';
import {stageWords} from './texts.ts';

const FAMILIES: readonly FrameFamily[] = ['produce', 'deliver', 'replicate', 'election', 'route'];
const NO_FAMILIES: ReadonlySet<FrameFamily> = new Set();

const SIGNS: Readonly<Record<SignName, ReturnType<typeof svg>>> = {
  request: svg`<circle class="full" cx="16" cy="9" r="5.5" />`,
  response: svg`<circle class="hollow" cx="16" cy="9" r="4.5" />`,
  oneway: svg`<path class="tail" d="M15 5 3 9l12 4Z" /><circle class="full" cx="18" cy="9" r="5" />`,
  flow: svg`<path class="band" d="M2 9H30" /><path class="grain" d="M2 9H30" />`,
  lost: svg`<circle class="full" cx="16" cy="9" r="4.5" /><path class="bad-line" d="M9 2 23 16M23 2 9 16" />`,
  held: svg`<circle class="full" cx="11" cy="11" r="4.5" /><path class="line" transform="translate(17 1) scale(.75)" d=${CLOCK} />`,
  cut: svg`<path class="link" d="M1 9H12M20 9H31" /><path class="bad-line" d="M11 15 14 3M18 15 21 3" />`,
  cutOneWay: svg`<path class="good-line" d="M28 5H6M11 1 6 5l5 4" /><path class="bad-line" d="M3 13H20M15 9l5 4-5 4M25 8v10" />`,
  down: svg`<rect class="card hatched" x="4" y="2" width="24" height="14" rx="3" />`,
  paused: svg`<path class="ice" transform="translate(8 1)" d=${SNOWFLAKE} />`,
  fault: svg`<path class="bolt" transform="translate(8 1)" d=${BOLT} />`,
  crown: svg`<path class="crown" transform="translate(8 0)" d=${CROWN} />`,
  log: svg`<rect class="cell" x="2" y="4" width="8" height="10" rx="2" /><rect class="cell" x="11" y="4" width="8" height="10" rx="2" /><rect class="cell pale" x="21" y="4" width="8" height="10" rx="2" /><path class="ink" d="M20 1V17M30.5 1V17" />`,
  queue: svg`<rect class="bed" x="1" y="7" width="30" height="6" rx="2" /><rect class="stored" x="1" y="7" width="24" height="6" rx="2" /><rect class="read" x="1" y="7" width="15" height="6" rx="2" /><path class="flag" d="M12 14V2l6 2.5-6 2.5" />`,
  poll: svg`<path class="poll" transform="translate(9 1)" d=${HOURGLASS} />`,
  machine: svg`<rect class="plate" x="2" y="2" width="28" height="14" rx="4" />`,
};

const tint = (term: number): string => `--c:${termColour(term)}`;
const cell = (x: number, term: number, width = 10) =>
  svg`<rect class="cell" style=${tint(term)} x=${x} y="3" width=${width} height="12" rx="2" /><text x=${x + width / 2} y="13.3">${term}</text>`;

const GROUP_SIGNS: Readonly<Record<GroupSignName, ReturnType<typeof svg>>> = {
  term: svg`${cell(0, 0)}${cell(11, 1)}${cell(22, 2)}`,
  leader: svg`<rect class="edge" style=${tint(0)} stroke-width="3" x="3" y="3" width="26" height="12" rx="3" />`,
  follower: svg`<rect class="edge" style=${tint(0)} x="3" y="3" width="26" height="12" rx="3" />`,
  candidate: svg`<rect class="edge" style=${tint(0)} stroke-dasharray="4 3" x="3" y="3" width="26" height="12" rx="3" />`,
  patience: svg`<g style=${tint(0)}><rect class="bed" x="1" y="7" width="30" height="4" rx="2" /><path class="part" d="M3 9h6M13 9h6M23 9h2" /></g>`,
  ballots: svg`<text class="yes" x="5" y="13.3">✓</text><text class="no" x="16" y="13.3">✗</text><text class="later" x="27" y="13.3">↻</text>`,
  termFrame: svg`<circle class="term-frame" style=${tint(1)} cx="16" cy="9" r="7.5" /><text class="on" x="16" y="13.2">1</text>`,
  peerMark: svg`<rect class="bed" x="1" y="2" width="30" height="6" rx="2" /><path class="peer" d="M16 9l-4 6h8z" />`,
  apart: svg`<rect class="cell" style=${tint(0)} x="10" y="3" width="12" height="12" rx="2" /><path class="bad-line" d="M12 5l8 8M20 5l-8 8" />`,
};

/** What the signs mean, and which families of frames are shown. Fires `lab-hide`. */
@customElement('lab-legend')
export class LabLegend extends LitElement {
  static override styles = [
    stageColours,
    css`
      :host {
        display: block;
        padding: 8px 14px;
        background: var(--s-pane);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        align-items: center;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .row + .row {
        margin-top: 6px;
      }
      li,
      button {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      li {
        color: var(--s-muted);
      }
      li svg {
        flex: none;
      }
      button {
        white-space: nowrap;
      }
      button {
        min-height: 26px;
        padding: 2px 10px;
        border: 1px solid var(--s-line);
        border-radius: 13px;
        background: none;
        color: var(--s-ink);
        font: inherit;
        cursor: pointer;
      }
      button[aria-pressed='false'] {
        color: var(--s-muted);
        text-decoration: line-through;
        border-style: dashed;
      }
      button[aria-pressed='false'] .dot {
        background: none;
      }
      button:focus-visible {
        outline: 2px solid var(--s-accent);
        outline-offset: 1px;
      }
      .dot {
        width: 10px;
        height: 10px;
        border-radius: 50%;
        border: 2px solid var(--c);
        background: var(--c);
        box-sizing: border-box;
      }
      svg {
        width: 32px;
        height: 18px;
        fill: none;
        stroke-linecap: round;
        stroke-linejoin: round;
        --c: var(--produce, #1f5fd0);
      }
      .full,
      .tail {
        fill: var(--c);
      }
      .tail {
        opacity: 0.5;
      }
      .hollow {
        stroke: var(--c);
        stroke-width: 2.2;
      }
      .band {
        stroke: var(--c);
        stroke-width: 9;
        opacity: 0.22;
      }
      .grain {
        stroke: var(--c);
        stroke-width: 2.4;
        stroke-dasharray: 5 8;
      }
      .good-line {
        stroke: var(--s-good);
        stroke-width: 2;
      }
      .edge {
        stroke: var(--c);
      }
      .part {
        stroke: var(--c);
        stroke-width: 4;
      }
      .peer {
        fill: var(--replicate, #0b7f74);
      }
      .term-frame {
        fill: var(--c);
        stroke: var(--election, #b45309);
        stroke-width: 2.2;
      }
      svg text {
        fill: var(--s-ink);
        font: 700 12px var(--font, system-ui, sans-serif);
        text-anchor: middle;
      }
      svg text.on {
        fill: var(--s-pane);
      }
      svg .yes {
        fill: var(--s-good);
      }
      svg .no {
        fill: var(--s-bad);
      }
      svg .later {
        fill: var(--s-muted);
      }
      h4 {
        margin: 10px 0 2px;
        font-size: 13px;
      }
      .group li {
        white-space: normal;
      }
      .bad-line {
        stroke: var(--s-bad);
        stroke-width: 2.2;
      }
      .line,
      .ink {
        stroke: var(--s-ink);
        stroke-width: 1.7;
      }
      .link {
        stroke: var(--s-line);
        stroke-width: 1.6;
      }
      .card {
        stroke: var(--s-line);
        fill: var(--s-ground);
      }
      .hatched {
        stroke: var(--s-muted);
        fill: url(#legend-hatch);
      }
      .ice {
        stroke: var(--s-accent);
        stroke-width: 1.5;
      }
      .bolt {
        fill: var(--s-bad);
      }
      .crown {
        stroke: var(--election, #b45309);
        fill: color-mix(in srgb, var(--election, #b45309) 28%, transparent);
        stroke-width: 1.5;
      }
      .cell {
        fill: color-mix(in srgb, var(--c) 52%, var(--s-pane));
        stroke: var(--c);
      }
      .cell.pale {
        fill: color-mix(in srgb, var(--c) 12%, var(--s-pane));
        stroke-dasharray: 2 1.6;
      }
      .bed {
        fill: color-mix(in srgb, var(--s-ink) 8%, transparent);
      }
      .stored {
        fill: color-mix(in srgb, var(--c) 42%, var(--s-pane));
      }
      .read {
        fill: color-mix(in srgb, var(--deliver, #7a3fc4) 62%, var(--s-pane));
      }
      .flag {
        fill: var(--deliver, #7a3fc4);
        stroke: var(--s-ink);
      }
      .poll {
        stroke: var(--deliver, #7a3fc4);
        stroke-width: 1.6;
      }
      .plate {
        fill: color-mix(in srgb, var(--s-ink) 7%, transparent);
        stroke: color-mix(in srgb, var(--s-ink) 16%, transparent);
      }
    `,
  ];

  @property({attribute: false}) hiddenFamilies: ReadonlySet<FrameFamily> = NO_FAMILIES;
  @property({attribute: false}) override lang: Language = 'en';

  override render() {
    const words = stageWords(this.lang);
    const legend = legendWords(this.lang);
    const names = Object.keys(SIGNS) as SignName[];
    return html`
      <svg width="0" height="0" style="position:absolute;width:0;height:0" aria-hidden="true">
        <defs>
          <pattern id="legend-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="6" stroke="var(--s-muted)" stroke-opacity=".6" stroke-width="2" />
          </pattern>
        </defs>
      </svg>
      <div class="row" role="group" aria-label=${words.showFamily}>
        ${FAMILIES.map(
          (family) => html`<button
            class=${family}
            aria-pressed=${this.hiddenFamilies.has(family) ? 'false' : 'true'}
            @click=${() => this.#toggle(family)}
          >
            <span class="dot"></span>${words.families[family]}
          </button>`,
        )}
      </div>
      <ul class="row" aria-label=${words.legend}>
        ${names.map(
          (name) =>
            html`<li><svg viewBox="0 0 32 18" aria-hidden="true">${SIGNS[name]}</svg>${legend.signs[name]}</li>`,
        )}
      </ul>
      <h4>${legend.groupTitle}</h4>
      <ul class="row group" aria-label=${legend.groupTitle}>
        ${(Object.keys(GROUP_SIGNS) as GroupSignName[]).map(
          (name) =>
            html`<li><svg viewBox="0 0 32 18" aria-hidden="true">${GROUP_SIGNS[name]}</svg>${legend.group[name]}</li>`,
        )}
      </ul>
    `;
  }

  #toggle(family: FrameFamily): void {
    const hidden = new Set(this.hiddenFamilies);
    if (!hidden.delete(family)) hidden.add(family);
    this.dispatchEvent(
      new CustomEvent<ReadonlySet<FrameFamily>>('lab-hide', {detail: hidden, bubbles: true, composed: true}),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-legend': LabLegend;
  }
}
