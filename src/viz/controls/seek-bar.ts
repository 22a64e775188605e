import {html, type PropertyValues, svg} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import {guard} from 'lit/directives/guard.js';
import {styleMap} from 'lit/directives/style-map.js';
import {sayCount, sayDuration, sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {Playhead} from '../session/playhead.ts';
import type {RunData} from '../session/run-data.ts';
import {type DensityBucket, densityOf} from '../stage/density.ts';
import type {FaultMark} from '../stage/fault-marks.ts';
import type {TimeMap} from '../stage/time-map.ts';
import {seekBarStyles} from './seek-bar-styles.ts';
import type {findMarks, SeekMark} from './seek-marks.ts';

const BUCKETS = 160;

const NO_MARKS: ReturnType<typeof findMarks> = {marks: [], faults: []};

interface Mark extends SeekMark {
  readonly share: number;
  readonly text: string;
}

/**
 * The whole run from left to right, at the pace of the present time map: how much happens when, what was broken when, and a
 * handle to drag. A drag asks for one seek per animation frame at most.
 */
@customElement('lab-seek-bar')
export class LabSeekBar extends LabElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({attribute: false}) playhead: Playhead = {us: 0, entryId: 0};
  @property({attribute: false}) timeMap: TimeMap | null = null;
  @property({type: Number}) horizonUs = 0;
  /** Where two runs shown side by side part; -1 for nowhere. */
  @property({type: Number}) differenceUs = -1;
  @state() private dragging = false;
  @state() private width = 1000;

  /** What finds the marks of a run; fetched for the first that may have any. */
  @state() private find: typeof findMarks | null = null;

  #buckets: readonly DensityBucket[] = [];
  #faults: readonly FaultMark[] = [];
  #marks: readonly Mark[] = [];
  #drawnFor: {
    run: RunData | null;
    map: TimeMap | null;
    horizonUs: number;
    words: string;
    find: unknown;
  } | null = null;
  #wantedUs: number | null = null;
  readonly #resized = new ResizeObserver(() => {
    this.width = this.clientWidth || 1000;
  });

  static override styles = [sharedStyles, seekBarStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const {run, timeMap: map, horizonUs} = this;
    // What a mark is called changes with the language, and once sentences about groups are there.
    const words = `${this.words.language} ${this.words.pack.groups.isThere}`;
    const drawn = this.#drawnFor;
    if (
      drawn?.run === run &&
      drawn.map === map &&
      drawn.horizonUs === horizonUs &&
      drawn.words === words &&
      drawn.find === this.find
    )
      return;
    this.#drawnFor = {run, map, horizonUs, words, find: this.find};
    if (run === null || map === null) {
      this.#buckets = [];
      this.#faults = [];
      this.#marks = [];
      return;
    }
    this.#buckets = densityOf(run.stage, 0, run.durationUs, BUCKETS, map);
    if (this.find === null && mayHaveMarks(run)) void this.#fetchFinder();
    const {find} = this;
    const {marks, faults} = find?.(run.stage, run.index, run.timeline.interventions) ?? NO_MARKS;
    this.#faults = faults.filter((fault) => !this.#isOwnEnd(fault.entry));
    this.#marks = marks.map((mark) => ({
      ...mark,
      share: this.#share(mark.atUs),
      text: this.#textOf(run, mark),
    }));
  }

  async #fetchFinder(): Promise<void> {
    this.find = (await import('./seek-marks.ts')).findMarks;
  }

  #textOf(run: RunData, {entryIds, isIdle}: SeekMark): string {
    const sentences = entryIds.map((id) => this.words.pack.narrate(run.store.entry(id)!, run.index) ?? '');
    return [...sentences, isIdle ? this.t.markIdle : ''].filter((sentence) => sentence !== '').join('\n');
  }

  override render() {
    const {t, run, playhead} = this;
    const share = this.#share(playhead.us);
    const passed = Math.floor(share * BUCKETS);
    // A frame of a drag moves the handle; the rest stays as it is until the run, the pace or the width changes.
    const picture = this.#drawnFor;
    return html`<div class="stack"><div
        class="bar"
        role="slider"
        tabindex="0"
        aria-label=${t.seek}
        aria-valuemin="0"
        aria-valuemax=${run?.durationUs ?? 0}
        aria-valuenow=${Math.floor(playhead.us)}
        aria-valuetext=${t.seekText(sayMoment(Math.floor(playhead.us)), sayCount(playhead.entryId))}
        @pointerdown=${this.#down}
        @pointermove=${this.#move}
        @pointerup=${this.#up}
        @pointercancel=${this.#up}
      >
        ${guard([picture, passed], () => this.#density(passed))}
        <div class="track">
          <div class="passed-track" style=${styleMap({width: percent(share)})}></div>
          ${this.#faults.map(
            (fault) =>
              html`<div
                class="fault ${fault.kind}"
                style=${styleMap({
                  left: percent(this.#share(fault.fromUs)),
                  width: percent(this.#share(fault.toUs ?? run?.durationUs ?? 0) - this.#share(fault.fromUs)),
                })}
              ></div>`,
          )}
          ${
            run !== null && !run.isComplete
              ? html`<div class="ahead" style=${styleMap({left: percent(this.#share(run.horizonUs))})}></div>`
              : ''
          }
        </div>
        <div class="handle" style=${styleMap({left: percent(share)})}></div>
      </div>
      ${guard([picture], () => this.#marks.map((mark) => this.#mark(mark)))}${this.#difference()}</div>
      <div class="ticks" aria-hidden="true">${guard([picture, this.width], () => this.#ticks())}</div>`;
  }

  #density(passed: number) {
    const most = Math.max(1, ...this.#buckets.map((bucket) => bucket.total));
    // The root brings the quiet parts out beside the busy ones.
    const bars = this.#buckets.map(({total}, i) => {
      const height = total === 0 ? 0 : 2 + 24 * Math.sqrt(total / most);
      return svg`<rect x=${i + 0.1} y=${26 - height} width="0.8" height=${height}
        class=${i < passed ? 'passed' : ''}></rect>`;
    });
    return html`<svg class="density" viewBox="0 0 ${BUCKETS} 26" preserveAspectRatio="none" aria-hidden="true">
      ${bars}
    </svg>`;
  }

  #difference() {
    if (this.differenceUs < 0) return '';
    const label = this.t.partHere(sayMoment(this.differenceUs));
    return html`<button
      class="mark difference"
      style=${styleMap({left: percent(this.#share(this.differenceUs))})}
      aria-label=${label}
      @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-us', us: this.differenceUs}))}
    >
      <svg viewBox="0 0 12 14" aria-hidden="true">
        <path d="M1 5h10M1 9h10M9 1 3 13" fill="none" class="unequal" />
      </svg>
      ${tip(this.#share(this.differenceUs), label)}
    </button>`;
  }

  #mark(mark: Mark) {
    const {share, text, tone} = mark;
    const entryId = mark.entryIds.at(-1)!;
    return html`<button
      class="mark ${mark.sign} is-${tone}"
      style=${styleMap({left: percent(share)})}
      aria-label=${text}
      @click=${() => this.dispatchEvent(new ActEvent({kind: 'seek-entry', entryId, select: true}))}
    >
      <svg viewBox="0 0 12 14" aria-hidden="true"><path fill-rule="evenodd" d=${mark.shape} /></svg>
      ${tip(share, text)}
    </button>`;
  }

  #ticks() {
    const {run, timeMap} = this;
    if (run === null || timeMap === null) return '';
    const count = Math.max(2, Math.floor(this.width / 150));
    const end = timeMap.toScreen(run.durationUs);
    let before = '';
    return Array.from({length: count + 1}, (_, i) => {
      const share = i / count;
      const us = i === count ? run.durationUs : Math.round(timeMap.toVirtual(share * end));
      const text = sayDuration(us, this.words.language);
      const shown = text === before ? '' : text;
      before = text;
      return html`<span style=${styleMap({left: percent(share)})}>${shown}</span>`;
    });
  }

  /** A process that has done its work and ends is no fault. */
  #isOwnEnd(entryId: number): boolean {
    const entry = this.run?.store.entry(entryId);
    return entry?.kind === 'process-ended' && entry.why === 'exited';
  }

  #share(us: number): number {
    const {run, timeMap} = this;
    if (run === null || timeMap === null) return 0;
    const end = timeMap.toScreen(run.durationUs);
    return end <= 0 ? 0 : Math.min(1, Math.max(0, timeMap.toScreen(us) / end));
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.dragging = true;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#want(event);
  }

  #move(event: PointerEvent): void {
    if (this.dragging) this.#want(event);
  }

  #up(): void {
    this.dragging = false;
  }

  #want(event: PointerEvent): void {
    const {run, timeMap} = this;
    if (run === null || timeMap === null) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    const pending = this.#wantedUs !== null;
    this.#wantedUs =
      share === 1 ? run.durationUs : timeMap.toVirtual(share * timeMap.toScreen(run.durationUs));
    if (pending) return;
    requestAnimationFrame(() => {
      const us = this.#wantedUs;
      this.#wantedUs = null;
      if (us !== null) this.dispatchEvent(new ActEvent({kind: 'seek-us', us}));
    });
  }
}

/** Whether anything was done or happened that may have a mark. */
function mayHaveMarks({index, timeline}: RunData): boolean {
  const {store} = index;
  return (
    timeline.interventions.length > 0 ||
    index.kindEntries('peer-seen').length > 0 ||
    index.factEntries('dledger-role-changed').length > 0 ||
    index.kindEntries('process-ended').some((id) => {
      const end = store.entry(id);
      return end?.kind === 'process-ended' && end.why !== 'exited';
    }) ||
    index.kindEntries('intervened').some((id) => {
      const deed = store.entry(id);
      return deed?.kind === 'intervened' && deed.intervention.kind !== 'start';
    })
  );
}

/** What a mark stands for, beside it while it is pointed at or has the focus; never past either end of the bar. */
function tip(share: number, text: string) {
  return html`<span class="tip" aria-hidden="true" style=${styleMap({translate: percent(-share)})}>${text}</span>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(3)}%`;
}
