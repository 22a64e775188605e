import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {guard} from 'lit/directives/guard.js';
import {sayCount, sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {icon} from '../base/icons.ts';
import {LabElement} from '../base/lab-element.ts';
import {interventionName, paceName} from '../base/say.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {PACES, type Pace, STORY, samePace} from '../session/pace.ts';
import type {Playhead} from '../session/playhead.ts';
import type {RunData} from '../session/run-data.ts';
import type {TimeMap} from '../stage/time-map.ts';
import './seek-bar.ts';

/** Play, step, pace, clock, seed and hash, what was done to the run, and the seek bar. */
@customElement('lab-transport')
export class LabTransport extends LabElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({attribute: false}) playhead: Playhead = {us: 0, entryId: 0};
  @property({attribute: false}) timeMap: TimeMap | null = null;
  @property({attribute: false}) pace: Pace = STORY;
  @property({type: Boolean}) playing = false;
  @property({type: Boolean}) atEnd = false;
  @property({type: Boolean}) rerunning = false;
  /** How much of the run has come; renders anew when it grows. */
  @property({type: Number}) horizonUs = 0;
  /** Where two runs shown side by side part; -1 for nowhere. */
  @property({type: Number}) differenceUs = -1;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        padding: 8px 18px 6px;
        background: var(--pane);
        border-top: 1px solid var(--hairline);
      }
      .row {
        display: flex;
        align-items: center;
        gap: 10px;
        min-height: 36px;
      }
      .buttons {
        display: flex;
        gap: 8px;
      }
      .buttons button {
        display: grid;
        place-items: center;
        width: 40px;
        height: 34px;
        padding: 0;
      }
      .buttons button.primary {
        width: 48px;
      }
      select {
        height: 34px;
        padding: 0 8px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--pane);
      }
      .clock {
        font-family: var(--mono);
        font-size: 17px;
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
        margin-inline-start: 6px;
      }
      .event {
        white-space: nowrap;
        color: var(--muted);
        font-variant-numeric: tabular-nums;
      }
      .facts {
        margin-inline-start: auto;
        display: flex;
        gap: 12px;
        align-items: center;
        color: var(--muted);
        white-space: nowrap;
        font-size: 13px;
      }
      .facts input {
        width: 7em;
        height: 28px;
        border: 1px solid transparent;
        border-radius: 6px;
        background: none;
        padding: 0 6px;
        font-family: var(--mono);
        font-size: 12.5px;
      }
      .facts input:hover,
      .facts input:focus {
        border-color: var(--line);
        color: var(--ink);
      }
      .chips,
      .chips ul {
        display: flex;
        gap: 6px;
        align-items: center;
      }
      .chips {
        overflow-x: auto;
        padding: 2px 0;
        scrollbar-width: thin;
      }
      .chip {
        display: inline-flex;
        align-items: center;
        border: 1px solid var(--line);
        border-radius: 999px;
        font-size: 12.5px;
        white-space: nowrap;
        flex: none;
      }
      .chip button {
        border: 0;
        min-height: 26px;
        padding: 0 8px;
        border-radius: 999px;
        display: inline-flex;
        gap: 4px;
        align-items: center;
      }
      .chip svg.icon {
        width: 12px;
        height: 12px;
      }
      .chip .bolt {
        color: var(--bad);
      }
      .chips > button {
        min-height: 28px;
        padding: 0 10px;
        font-size: 12.5px;
        white-space: nowrap;
        flex: none;
      }
      @media (max-width: 1099px) {
        .hash {
          display: none;
        }
      }
      @media (max-width: 699px) {
        :host {
          padding: 4px 10px 2px;
        }
        .row {
          gap: 6px;
        }
        .event,
        .facts {
          display: none;
        }
        .clock {
          font-size: 13.5px;
          margin-inline-start: auto;
        }
        .buttons button,
        .buttons button.primary {
          width: 44px;
          height: 42px;
        }
        select {
          height: 42px;
          max-width: 104px;
        }
      }
    `,
  ];

  /** The focus goes to what plays. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.play')?.focus();
  }

  override render() {
    const {t} = this;
    return html`<div class="row" role="group" aria-label=${t.transport}>
        <div class="buttons">
          ${this.#button('step-back', t.stepBack, '←', {kind: 'step', by: -1})} ${this.#playButton()}
          ${this.#button('step-forward', t.stepForward, '→', {kind: 'step', by: 1})}
        </div>
        <select aria-label=${t.pace} title="${t.storyTime}: ${t.storyTimeHint}" @change=${this.#choosePace}>
          ${guard([this.pace, t], () =>
            PACES.map(
              ({pace}, i) =>
                html`<option value=${i} ?selected=${samePace(pace, this.pace)}>${paceName(pace, t)}</option>`,
            ),
          )}
        </select>
        <span class="clock" aria-label=${t.virtualClock}>${sayMoment(Math.floor(this.playhead.us))}</span>
        <span class="event">${t.eventNumber(sayCount(this.playhead.entryId))}</span>
        <span class="facts">
          ${this.rerunning ? html`<span role="status">${t.rerunning}</span>` : this.#progress()}
          ${this.run?.recording ? html`<span id="recording" data-complete=${String(this.run.isComplete || this.run.isFull)}>${t.recording}</span>` : this.#identity()}
        </span>
      </div>
      ${this.#interventions()}
      <lab-seek-bar
        .run=${this.run}
        .playhead=${this.playhead}
        .timeMap=${this.timeMap}
        .horizonUs=${this.horizonUs}
        .differenceUs=${this.differenceUs}
      ></lab-seek-bar>`;
  }

  /** What makes the run the one it is. */
  #identity() {
    const {t} = this;
    return html`<label title=${t.seedHint}
            >${t.seed}
            <input
              .value=${this.run?.timeline.seed ?? ''}
              spellcheck="false"
              autocomplete="off"
              @change=${this.#seed}
              @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
          /></label>
          <span class="hash mono" title="${t.traceHashHint} ${this.run?.end?.traceHash ?? ''}"
            >${t.traceHash}
            <span id="trace-hash" data-hash=${this.run?.end?.traceHash ?? ''}
              >${this.run?.end ? shortHash(this.run.end.traceHash) : '…'}</span
            ></span
          >`;
  }

  #playButton() {
    const {t} = this;
    const label = this.playing ? t.pauseRun : this.atEnd ? t.replay : t.play;
    return html`<button
      class="primary play"
      aria-label=${label}
      title="${label} (space)"
      @click=${() => this.dispatchEvent(new ActEvent({kind: 'toggle'}))}
    >
      ${icon(this.playing ? 'pause' : this.atEnd ? 'replay' : 'play')}
    </button>`;
  }

  #button(
    name: 'step-back' | 'step-forward',
    label: string,
    key: string,
    action: {kind: 'step'; by: 1 | -1},
  ) {
    return html`<button
      class=${name}
      aria-label=${label}
      title="${label} (${key})"
      @click=${() => this.dispatchEvent(new ActEvent(action))}
    >
      ${icon(name)}
    </button>`;
  }

  #progress() {
    const {run} = this;
    if (run === null || run.isComplete || run.isFull) return '';
    return html`<span>${this.t.computing} ${Math.floor((100 * run.horizonUs) / run.durationUs)}%</span>`;
  }

  #interventions() {
    const list = this.run?.timeline.interventions ?? [];
    if (list.length === 0) return '';
    const {t} = this;
    return html`<div class="chips">
      <ul aria-label=${t.interventions}>
      ${list.map((timed, index) => {
        const what = interventionName(timed.intervention, t, this.words.language);
        return html`<li class="chip"
          ><button
            title=${t.goThere}
            @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-us', us: timed.atUs}))}
          >
            <span class="bolt">${icon('bolt')}</span>${what} · ${t.atTime(sayMoment(timed.atUs))}</button
          ><button
            class="lift"
            aria-label="${t.lift}: ${what}"
            title="${t.lift}: ${t.liftHint}"
            @click=${() => this.dispatchEvent(new ActEvent({kind: 'lift', index}))}
          >
            ${icon('close')}
          </button></li
        >`;
      })}
      </ul>
      <button class="lift-all" @click=${() => this.dispatchEvent(new ActEvent({kind: 'lift-all'}))}>
        ${t.liftAll}
      </button>
    </div>`;
  }

  #choosePace(event: Event): void {
    const chosen = PACES[Number((event.target as HTMLSelectElement).value)];
    if (chosen) this.dispatchEvent(new ActEvent({kind: 'pace', pace: chosen.pace}));
  }

  #seed(event: Event): void {
    const seed = (event.target as HTMLInputElement).value.trim();
    if (seed !== '')
      this.dispatchEvent(new CustomEvent('lab-seed', {detail: seed, bubbles: true, composed: true}));
  }
}

function shortHash(hash: string): string {
  return `${hash.slice(0, 4)}…${hash.slice(-4)}`;
}
