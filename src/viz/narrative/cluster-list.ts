import {css, html, type PropertyValues} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import type {MqadminAnswer} from '../../lab/ask-cluster.ts';
import {sayDuration, sayMoment} from '../../lab/say-duration.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sentenceOf} from '../base/sentence-of.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {RunData} from '../session/run-data.ts';

export type AskCluster = (words: readonly string[]) => Promise<MqadminAnswer | string> | null;

interface Told {
  readonly us: number;
  readonly answer: MqadminAnswer | string;
}

/** The world is run anew for each answer: a hand that drags along the seek bar is waited for. */
const REST_MS = 150;
/** Answers kept, so that stepping to and fro asks only once. */
const KEPT = 64;

/** What `mqadmin clusterList` prints at the moment shown; it moves with the moment. */
@customElement('lab-cluster-list')
export class LabClusterList extends PanelElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({type: Number}) us = 0;
  @property({attribute: false}) ask: AskCluster = () => null;
  @state() private told: Told | null = null;
  #kept = new Map<number, Told>();
  #timer = 0;
  #isAsking = false;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: 6px 14px;
      }
      p {
        margin: 0;
        display: flex;
        gap: 6px 14px;
        align-items: baseline;
        flex-wrap: wrap;
        position: sticky;
        inset-inline-start: 0;
      }
      button {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--accent);
        text-decoration: underline;
        font: inherit;
      }
      pre {
        margin: 0 0 4px;
        font: 12.5px/1.5 var(--mono);
        min-width: max-content;
      }
      .stale {
        color: var(--muted);
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('run')) {
      this.#kept = new Map();
      this.told = null;
    }
    if (changed.has('run') || changed.has('us')) this.#want();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override render() {
    const {t, told} = this;
    const isStale = told === null || told.us !== this.#us;
    const answer = told?.answer ?? null;
    const lines =
      answer === null ? [] : typeof answer === 'string' ? [answer] : [...answer.errors, ...answer.printed];
    const took =
      answer === null || typeof answer === 'string'
        ? ''
        : answer.tookUs === null
          ? t.mqadminNoEnd
          : t.mqadminTook(sayDuration(answer.tookUs, this.words.language));
    return html`<pre class=${isStale ? 'stale' : ''} tabindex="0" aria-label="mqadmin clusterList">${lines.join('\n')}</pre>
      <p class="small muted">
        <code>mqadmin clusterList</code>
        <span class="at">${sayMoment(told?.us ?? this.#us)}</span>
        <span>${isStale ? t.computing : took}</span>
        <button @click=${() => this.dispatchEvent(new ActEvent({kind: 'mqadmin'}))}>${t.mqadminOpen}</button>
      </p>`;
  }

  get #us(): number {
    return Math.floor(this.us);
  }

  #want(): void {
    const kept = this.#kept.get(this.#us);
    if (kept !== undefined) this.told = kept;
    clearTimeout(this.#timer);
    if (kept === undefined && !this.#isAsking)
      this.#timer = window.setTimeout(() => void this.#ask(), REST_MS);
  }

  async #ask(): Promise<void> {
    const us = this.#us;
    const kept = this.#kept;
    this.#isAsking = true;
    let answer: MqadminAnswer | string | null;
    try {
      answer = await this.ask(['clusterList']);
    } catch (error) {
      answer = sentenceOf(error);
    }
    this.#isAsking = false;
    if (answer !== null) {
      const told = {us, answer};
      kept.set(us, told);
      const [oldest] = kept.keys();
      if (KEPT < kept.size && oldest !== undefined) kept.delete(oldest);
      // Of a run that is no longer shown, nothing is told.
      if (kept === this.#kept) this.told = told;
    }
    if (this.isConnected && (us !== this.#us || kept !== this.#kept)) this.#want();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-cluster-list': LabClusterList;
  }
}
