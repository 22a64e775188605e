import {html, nothing, type PropertyValues} from 'lit';
import {customElement, property, query} from 'lit/decorators.js';
import type {Language} from '../../lab/language.ts';
import {sayDuration} from '../../lab/say-duration.ts';
import type {FrameFamily, ViewState} from '../../lab/view/view-state.ts';
import {LabElement} from '../base/lab-element.ts';
import {SelectEvent, type Selection} from '../selection.ts';
import {drawAbove, drawBelow, type LanesScene} from './draw-lanes.ts';
import {extentInLanes, scrolledTo} from './in-sight.ts';
import {paintLanes} from './lanes-canvas.ts';
import {distanceTo, type LanesWindow, lanesOf, type Segment, secondsOfX} from './lanes-geometry.ts';
import {LanesPaletteReader} from './lanes-palette.ts';
import {lanesStyle} from './lanes-style.ts';
import {MemberLoader} from './member-loader.ts';
import {lowerBound} from './ordered.ts';
import {stageColours} from './stage-colours.ts';
import type {StageFrame, StageIndex} from './stage-index.ts';
import {attr} from './svg.ts';
import {stageWords} from './texts.ts';
import {linearTime, type TimeMap} from './time-map.ts';

const NO_FAMILIES: ReadonlySet<FrameFamily> = new Set();
const ZOOM = {least: 4, most: 4000, begin: 110};
/** The playhead's place in the plot: more room for what was than for what will be. */
const PLAYHEAD_PART = 0.68;
const NEAR_PX = 6;

/** What happened when: one lane per process, frames as slanted lines. See README.md for its properties and events. */
@customElement('lab-lanes')
export class LabLanes extends LabElement {
  static override styles = [stageColours, lanesStyle];

  @property({attribute: false}) view: ViewState | null = null;
  @property({attribute: false}) index: StageIndex | null = null;
  @property({attribute: false}) timeUs = 0;
  /** Where the run ends. */
  @property({attribute: false}) endUs = Number.POSITIVE_INFINITY;
  @property({attribute: false}) timeMap: TimeMap = linearTime(1);
  @property({attribute: false}) selection: Selection = null;
  @property({attribute: false}) hiddenFamilies: ReadonlySet<FrameFamily> = NO_FAMILIES;
  @property({attribute: false}) reducedMotion = false;
  @property({attribute: false}) override lang: Language = 'en';

  @query('.frame-box') private box!: HTMLDivElement;
  @query('canvas') private canvas!: HTMLCanvasElement;
  @query('svg.under') private under!: SVGSVGElement;
  @query('svg.over') private over!: SVGSVGElement;
  @query('.tip') private tip!: HTMLDivElement;

  #size = {width: 0, height: 0};
  #observer: ResizeObserver | null = null;
  #pxPerSecond = ZOOM.begin;
  /** How far the picture is moved from the moment shown, in screen seconds. */
  #panSeconds = 0;
  /** What was selected last has not been brought into sight yet. */
  #isNews = false;
  #window: LanesWindow | null = null;
  #segments: Segment[] = [];
  #hovered = -1;
  #active = -1;
  #spoken = '';
  #drag: {x: number; pan: number; moved: boolean; playhead: boolean} | null = null;
  readonly #members = new MemberLoader(() => this.requestUpdate());
  readonly #palette = new LanesPaletteReader(this);

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      const {width, height} = entry!.contentRect;
      this.#size = {width: Math.floor(width), height: Math.floor(height)};
      this.requestUpdate();
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#observer = null;
  }

  override render() {
    const words = stageWords(this.lang);
    return html`<div
        class="frame-box"
        role="group"
        tabindex="0"
        aria-label="${words.lanes}. ${words.lanesHelp}"
        @pointerdown=${this.#onDown}
        @pointermove=${this.#onMove}
        @pointerup=${this.#onUp}
        @pointercancel=${this.#onUp}
        @pointerleave=${this.#onLeave}
        @dblclick=${this.#onDoubleClick}
        @wheel=${this.#onWheel}
        @keydown=${this.#onKey}
      >
        <svg class="under below" aria-hidden="true">
          <defs>
            <pattern id="lane-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="6" height="6" fill="var(--s-muted)" fill-opacity=".10" />
              <line x1="0" y1="0" x2="0" y2="6" stroke="var(--s-muted)" stroke-opacity=".5" stroke-width="1.6" />
            </pattern>
          </defs>
        </svg>
        <canvas aria-hidden="true"></canvas>
        <svg class="over" aria-hidden="true"></svg>
        <div class="tip" hidden></div>
      </div>
      <div class="spoken" aria-live="polite">${this.#spoken}</div>
      <div class="tools">
        ${
          this.#panSeconds === 0
            ? nothing
            : html`<button title=${words.follow} aria-label=${words.follow} @click=${this.#follow}>⇥</button>`
        }
        <button title=${words.zoomOut} aria-label=${words.zoomOut} @click=${() => this.#zoom(1 / 1.6)}>−</button>
        <button title=${words.zoomIn} aria-label=${words.zoomIn} @click=${() => this.#zoom(1.6)}>+</button>
      </div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('selection')) this.#isNews = true;
    this.#draw();
    this.#bringIntoSight();
  }

  #bringIntoSight(): void {
    const {index} = this;
    if (!this.#isNews || this.#window === null || index === null) return;
    this.#isNews = false;
    const {lanes} = lanesOf(index, this.#size.height);
    const extent = extentInLanes(this.selection, lanes, index.trace);
    if (extent !== null) this.scrollTop = scrolledTo(extent, this.scrollTop, this.clientHeight);
  }

  #draw(): void {
    const {index, timeMap, timeUs} = this;
    const {width, height} = this.#size;
    if (index === null || width < 60 || height < 40) return;
    const {lanes, height: needed} = lanesOf(index, height);
    const plotX = width < 560 ? 84 : 118;
    const seconds = timeMap.toScreen(timeUs);
    const window: LanesWindow = {
      width,
      height: needed,
      plotX,
      // At the begin there is no past to show, so the playhead sets out from the left.
      playheadX: plotX + Math.min((width - plotX) * PLAYHEAD_PART, 14 + seconds * this.#pxPerSecond),
      atSeconds: seconds + this.#panSeconds,
      pxPerSecond: this.#pxPerSecond,
    };
    this.#window = window;
    this.box.style.height = `${needed}px`;
    for (const svg of [this.under, this.over]) {
      attr(svg, 'width', width);
      attr(svg, 'height', needed);
    }
    const {selection} = this;
    if (this.view !== null) this.#members.see(this.view);
    const scene: LanesScene = {
      members: this.#members.stage,
      window,
      lanes,
      index,
      timeMap,
      timeUs,
      entryId: this.view?.entryId ?? 0,
      endUs: this.endUs,
      language: this.lang,
      selectedProcess: selection?.kind === 'process' ? selection.name : '',
      selectedEntry: selection?.kind === 'entry' ? selection.id : -1,
    };
    drawBelow(this.under, scene);
    const context = this.#context(width, needed);
    const picture = {
      window,
      lanes,
      index,
      timeMap,
      hiddenFamilies: this.hiddenFamilies,
      selectedFrame: selection?.kind === 'frame' ? selection.sent : -1,
      activeFrame: this.#active >= 0 ? this.#active : this.#hovered,
      nowX: window.playheadX - this.#panSeconds * this.#pxPerSecond,
    };
    this.#segments = paintLanes(context, picture, this.#palette.colours());
    drawAbove(this.over, scene);
  }

  #context(width: number, height: number): CanvasRenderingContext2D {
    const ratio = globalThis.devicePixelRatio || 1;
    const {canvas} = this;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  #follow = (): void => {
    this.#panSeconds = 0;
    this.requestUpdate();
  };

  /** Around the playhead, or around `x` where a wheel turned. */
  #zoom(factor: number, x: number | null = null): void {
    const window = this.#window;
    if (window === null) return;
    const next = Math.max(ZOOM.least, Math.min(ZOOM.most, this.#pxPerSecond * factor));
    const pivot = x ?? window.playheadX - this.#panSeconds * this.#pxPerSecond;
    const seconds = secondsOfX(window, pivot);
    this.#pxPerSecond = next;
    const at = seconds - (pivot - window.playheadX) / next;
    this.#panSeconds = at - this.timeMap.toScreen(this.timeUs);
    if (Math.abs(this.#panSeconds) < 1e-9) this.#panSeconds = 0;
    this.requestUpdate();
  }

  #onWheel = (event: WheelEvent): void => {
    if (event.ctrlKey || Math.abs(event.deltaX) <= Math.abs(event.deltaY)) {
      event.preventDefault();
      this.#zoom(Math.exp(-event.deltaY * 0.0025), this.#localX(event));
      return;
    }
    event.preventDefault();
    this.#pan(this.#panSeconds + event.deltaX / this.#pxPerSecond);
  };

  #pan(seconds: number): void {
    const now = this.timeMap.toScreen(this.timeUs);
    this.#panSeconds = Math.max(-now, seconds);
    this.requestUpdate();
  }

  #localX(event: MouseEvent): number {
    return event.clientX - this.box.getBoundingClientRect().left;
  }

  #localY(event: MouseEvent): number {
    return event.clientY - this.box.getBoundingClientRect().top;
  }

  #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const playhead = (event.target as Element).classList.contains('grip');
    this.#drag = {x: event.clientX, pan: this.#panSeconds, moved: false, playhead};
  };

  #onMove = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (drag === null) {
      this.#hover(event);
      return;
    }
    const dx = event.clientX - drag.x;
    if (!drag.moved && Math.abs(dx) < 4) return;
    if (!drag.moved) this.box.setPointerCapture(event.pointerId);
    drag.moved = true;
    if (drag.playhead) this.#seek(this.#localX(event));
    else this.#pan(drag.pan - dx / this.#pxPerSecond);
  };

  #onUp = (event: PointerEvent): void => {
    const drag = this.#drag;
    this.#drag = null;
    if (drag === null || drag.moved || event.type === 'pointercancel') return;
    const target = event.target as Element;
    const note = target.closest('g.note');
    if (note !== null) {
      this.#choose({kind: 'entry', id: (note as unknown as {__data__: {entry: number}}).__data__.entry});
      return;
    }
    const name = target.closest('.lane-name');
    if (name !== null) {
      const lane = (name.parentElement as unknown as {__data__: {process: string}}).__data__;
      this.#choose({kind: 'process', name: lane.process});
      return;
    }
    const frame = this.#frameAt(this.#localX(event), this.#localY(event));
    this.#choose(frame === null ? null : {kind: 'frame', sent: frame.sent});
  };

  #onLeave = (): void => {
    this.tip.hidden = true;
    if (this.#hovered === -1) return;
    this.#hovered = -1;
    this.#draw();
  };

  #onDoubleClick = (event: MouseEvent): void => this.#seek(this.#localX(event));

  #seek(x: number): void {
    const window = this.#window;
    if (window === null) return;
    const us = Math.max(0, Math.round(this.timeMap.toVirtual(Math.max(0, secondsOfX(window, x)))));
    // The picture stays where it is under the pointer, and the playhead comes to it.
    if (this.#drag !== null) this.#panSeconds = window.atSeconds - this.timeMap.toScreen(us);
    else this.#panSeconds = 0;
    this.dispatchEvent(new CustomEvent('lab-seek', {detail: {us}, bubbles: true, composed: true}));
  }

  #choose(selection: Selection): void {
    this.#active = -1;
    this.dispatchEvent(new SelectEvent(selection));
  }

  #frameAt(x: number, y: number): StageFrame | null {
    if (this.#window === null || x < this.#window.plotX) return null;
    let best: StageFrame | null = null;
    let nearest = NEAR_PX;
    for (const segment of this.#segments) {
      if (x < Math.min(segment.x0, segment.x1) - NEAR_PX || Math.max(segment.x0, segment.x1) + NEAR_PX < x)
        continue;
      const distance = distanceTo(segment, x, y);
      if (nearest < distance) continue;
      nearest = distance;
      best = segment.frame;
    }
    return best;
  }

  #hover(event: PointerEvent): void {
    const x = this.#localX(event);
    const y = this.#localY(event);
    const frame = this.#frameAt(x, y);
    const sent = frame?.sent ?? -1;
    this.box.classList.toggle('at-frame', frame !== null);
    const {tip} = this;
    tip.hidden = frame === null;
    if (frame !== null) {
      tip.textContent = this.#tell(frame);
      const width = this.#size.width;
      tip.style.left = `${Math.max(4, Math.min(x + 14, width - tip.offsetWidth - 6))}px`;
      tip.style.top = `${Math.max(2, y - 34)}px`;
    }
    if (sent === this.#hovered) return;
    this.#hovered = sent;
    this.#draw();
  }

  #tell(frame: StageFrame): string {
    const summary = this.index!.summaryOf(frame.sent);
    const end = frame.endUs < 0 ? '' : ` · ${sayDuration(frame.endUs - frame.sentUs, this.lang)}`;
    const lost = frame.end === 'lost' ? ` · ${stageWords(this.lang).lost}` : '';
    return `${summary.name} ${summary.detail} · ${frame.from} → ${frame.to}${end}${lost}`;
  }

  /** Up and down walk from frame to frame in the order of sending; left and right stay the page's steps in time. */
  #onKey = (event: KeyboardEvent): void => {
    switch (event.key) {
      case 'ArrowDown':
        this.#walk(1);
        break;
      case 'ArrowUp':
        this.#walk(-1);
        break;
      case '+':
      case '=':
        this.#zoom(1.6);
        break;
      case '-':
        this.#zoom(1 / 1.6);
        break;
      case 'Enter':
        if (this.#active < 0) return;
        this.#choose({kind: 'frame', sent: this.#active});
        break;
      case 'Escape':
        if (this.selection === null) return;
        this.#choose(null);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  #walk(step: number): void {
    const {index} = this;
    if (index === null) return;
    const visible = index.frames;
    let at = visible.findIndex(({sent}) => sent === this.#active);
    if (at === -1) at = lowerBound(visible, this.timeUs, (frame) => frame.sentUs) - (0 < step ? 1 : 0);
    do at += step;
    while (0 <= at && at < visible.length && this.hiddenFamilies.has(visible[at]!.family));
    const frame = visible[at];
    if (frame === undefined) return;
    this.#active = frame.sent;
    this.#spoken = this.#tell(frame);
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-lanes': LabLanes;
  }
}
