import {css, html} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import {classMap} from 'lit/directives/class-map.js';
import {decodeForReading, type ReadField, type ReadFrame} from '../../lab/frame-reading.ts';
import {sayCount, sayDuration, sayMoment} from '../../lab/say-duration.ts';
import type {EntryOf} from '../../sim/trace.ts';
import {breakable} from '../base/breakable.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent} from '../selection.ts';
import type {Playhead} from '../session/playhead.ts';
import type {RunData} from '../session/run-data.ts';
import './causes.ts';
import {inspectorStyles} from './inspector-styles.ts';
import {tabBar} from './tab-bar.ts';

const BYTES_PER_ROW = 8;
/** Bytes drawn before one asks for all. */
const FIRST_BYTES = 512;

type Tab = 'fields' | 'why';

/** What one write carries: each field beside its bytes; pointing at one lights up the other. */
@customElement('lab-frame-inspector')
export class LabFrameInspector extends PanelElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) sent = 0;
  @property({attribute: false}) playhead: Playhead = {us: 0, entryId: 0};
  @property({type: Number}) horizonUs = 0;
  @state() private tab: Tab = 'fields';
  /** The field pointed at, as a range of the write's bytes. */
  @state() private lit: ReadField | null = null;
  @state() private allBytes = false;
  #decoded: {run: RunData; sent: number; frames: readonly ReadFrame[]} | null = null;

  static override styles = [
    sharedStyles,
    inspectorStyles,
    css`
      .field {
        display: grid;
        grid-template-columns: minmax(84px, 38%) 1fr;
        gap: 8px;
        padding: 1px 6px;
        margin-inline: -6px;
        border-radius: 4px;
        font-size: 12px;
        border: 0;
        min-height: 0;
        width: calc(100% + 12px);
        text-align: start;
      }
      .field.is-lit {
        background: var(--accent-soft);
      }
      .field .name {
        color: var(--muted);
        font-family: var(--mono);
        overflow-wrap: anywhere;
      }
      .field.depth-1 .name {
        padding-inline-start: 10px;
      }
      .field.depth-2 .name {
        padding-inline-start: 20px;
      }
      .field .value {
        font-family: var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      .hex {
        font: 12px/1.6 var(--mono);
        display: grid;
        grid-template-columns: max-content max-content 1fr;
        gap: 0 10px;
        width: max-content;
      }
      .hex .offset {
        color: var(--muted);
      }
      .hex .byte {
        padding: 0 0.2em;
        cursor: default;
      }
      .hex .byte.is-lit,
      .hex .char.is-lit {
        background: var(--accent);
        color: var(--accent-ink);
      }
      .hex .char {
        white-space: pre;
      }
      .bytes {
        overflow-x: auto;
      }
    `,
  ];

  override render() {
    const {t, run} = this;
    const entry = run?.store.entry(this.sent);
    if (run == null || entry?.kind !== 'bytes-sent') return '';
    const summary = run.index.frame(this.sent);
    return html`<header>
        <h2>${breakable(summary.name)}</h2>
        <p>
          <button class="link" @click=${() => this.#select(entry.process)}>${entry.process}</button> →
          <button class="link" @click=${() => this.#select(entry.peer)}>${entry.peer}</button>
        </p>
        <p class="small muted">${this.#whereabouts(run, entry)}</p>
        ${this.#isEstimated(run, entry) ? html`<p class="small muted">${t.farSideEstimated}</p>` : ''}
        ${this.#partner(run)}
      </header>
      ${tabBar<Tab>(
        [
          ['fields', t.tabFields],
          ['why', t.tabWhy],
        ],
        this.tab,
        (tab) => (this.tab = tab),
      )}
      <div class="scroll" role="tabpanel" tabindex="-1">
        ${
          this.tab === 'why'
            ? html`<lab-causes .run=${run} .entryId=${this.sent} .horizonUs=${this.horizonUs}></lab-causes>`
            : this.#decodedFrames(run, entry)
        }
      </div>`;
  }

  #select(name: string): void {
    this.dispatchEvent(new SelectEvent({kind: 'process', name}));
  }

  /** Whether one end is a process that was not recorded. */
  #isEstimated(run: RunData, entry: EntryOf<'bytes-sent'>): boolean {
    const own = run.recording?.processes.filter((process) => process.isOwn).map(({name}) => name);
    return own !== undefined && !(own.includes(entry.process) && own.includes(entry.peer));
  }

  #whereabouts(run: RunData, entry: EntryOf<'bytes-sent'>): string {
    const {t, playhead} = this;
    const {language} = this.words;
    const sent = `${t.sentAt} ${sayMoment(entry.atUs)}`;
    if (playhead.entryId < entry.id) return `${sent} · ${t.frameNotYet}`;
    const outcomeId = run.index.outcomeOf(this.sent);
    const outcome = run.store.entry(outcomeId);
    if (outcome !== undefined && outcomeId <= playhead.entryId) {
      if (outcome.kind === 'bytes-lost') return `${sent} · ${t.frameLost(outcome.why)}`;
      return `${sent} · ${t.frameArrived(sayDuration(outcome.atUs - entry.atUs, language))}`;
    }
    if (entry.arrivesUs < 0) return `${sent} · ${t.frameHeld}`;
    const done = sayDuration(Math.max(0, Math.floor(playhead.us) - entry.atUs), language);
    return `${sent} · ${t.frameInFlight(done, sayDuration(entry.arrivesUs - entry.atUs, language))}`;
  }

  #partner(run: RunData) {
    const partner = run.index.partnerOf(this.sent);
    if (partner === 0) return '';
    const {t} = this;
    const isResponse = run.index.frame(this.sent).form === 'response';
    return html`<p class="small">
      ${isResponse ? t.requestOf : t.responseOf}
      <button
        class="link"
        @click=${() => this.dispatchEvent(new SelectEvent({kind: 'frame', sent: partner}))}
      >
        ${run.index.frame(partner).name}
      </button>
      <span class="muted">${sayMoment(run.store.entry(partner)?.atUs ?? 0)}</span>
    </p>`;
  }

  #decodedFrames(run: RunData, entry: EntryOf<'bytes-sent'>) {
    const {t} = this;
    const bytes = run.store.bytes(entry.bytes);
    if (this.#decoded?.run !== run || this.#decoded.sent !== this.sent) {
      this.#decoded = {
        run,
        sent: this.sent,
        frames: decodeForReading(bytes, run.index.requestCodeOf(this.sent)),
      };
      this.lit = null;
      this.allBytes = false;
    }
    const {frames} = this.#decoded;
    return html`${frames.map(
      (frame, i) => html`
        ${frames.length > 1 ? html`<h3>${t.frameOf(i + 1, frames.length)}</h3>` : ''}
        ${frame.error === null ? '' : html`<p class="bad small">${t.frameNotDecoded(frame.error)}</p>`}
        ${frame.fields.map((field) => this.#field(field))}
      `,
    )}
    <h3>${t.tabBytes}<small>${t.bytesCount(sayCount(bytes.length))}</small></h3>
    ${this.#hex(bytes, frames)}`;
  }

  #field(field: ReadField) {
    const isLit = this.lit === field;
    return html`<button
      class=${classMap({field: true, 'is-lit': isLit, 'depth-1': field.depth === 1, 'depth-2': field.depth > 1})}
      @pointerenter=${() => (this.lit = field)}
      @focus=${() => (this.lit = field)}
    >
      <span class="name">${breakable(field.name)}</span><span class="value">${field.value}</span>
    </button>`;
  }

  #hex(bytes: Uint8Array, frames: readonly ReadFrame[]) {
    const {t} = this;
    const fields = frames.flatMap((frame) => frame.fields);
    const count = this.allBytes ? bytes.length : Math.min(bytes.length, FIRST_BYTES);
    const rows = [];
    for (let from = 0; from < count; from += BYTES_PER_ROW) {
      rows.push(this.#hexRow(bytes, from, Math.min(count, from + BYTES_PER_ROW), fields));
    }
    return html`<div class="bytes">
        <div class="hex" @pointerleave=${() => (this.lit = null)}>${rows}</div>
      </div>
      ${
        count < bytes.length
          ? html`<button @click=${() => (this.allBytes = true)}>
              ${t.showAllBytes} <span class="muted">(${t.moreBytes(sayCount(bytes.length - count))})</span>
            </button>`
          : ''
      }`;
  }

  #hexRow(bytes: Uint8Array, from: number, to: number, fields: readonly ReadField[]) {
    const cells = [];
    const chars = [];
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at]!;
      const isLit = this.lit !== null && this.lit.fromByte <= at && at < this.lit.toByte;
      const point = () => (this.lit = innermost(fields, at));
      cells.push(
        html`<span class=${classMap({byte: true, 'is-lit': isLit})} @pointerenter=${point}
          >${byte.toString(16).padStart(2, '0')}</span
        >`,
      );
      const char = 0x20 <= byte && byte < 0x7f ? String.fromCharCode(byte) : '·';
      chars.push(
        html`<span class=${classMap({char: true, 'is-lit': isLit})} @pointerenter=${point}>${char}</span>`,
      );
    }
    return html`<span class="offset">${from.toString(16).padStart(4, '0')}</span><span>${cells}</span
      ><span>${chars}</span>`;
  }
}

/** The smallest field that a byte belongs to. */
function innermost(fields: readonly ReadField[], at: number): ReadField | null {
  let best: ReadField | null = null;
  for (const field of fields) {
    if (at < field.fromByte || field.toByte <= at) continue;
    if (best === null || field.toByte - field.fromByte < best.toByte - best.fromByte) best = field;
  }
  return best;
}
