import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {FrameFamily} from '../../lab/view/view-state.ts';
import {ActEvent} from '../base/act.ts';
import {icon} from '../base/icons.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {StageIndex} from '../stage/stage-index.ts';

const FAMILIES: readonly FrameFamily[] = ['produce', 'replicate', 'deliver', 'election', 'route'];

/** Which families of frames are shown: one switch for each that the run has. Fires `lab-hide`. */
@customElement('lab-families')
export class LabFamilies extends LabElement {
  @property({attribute: false}) index: StageIndex | null = null;
  @property({attribute: false}) hiddenFamilies: ReadonlySet<FrameFamily> = new Set();
  @property({type: Number}) horizonUs = 0;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        gap: 2px;
        align-items: center;
        padding: 2px 10px;
        background: var(--pane);
        border-top: 1px solid var(--hairline);
        overflow-x: auto;
        scrollbar-width: none;
        font-size: 12.5px;
      }
      .title {
        color: var(--muted);
        margin-inline-end: 4px;
        white-space: nowrap;
      }
      button {
        display: inline-flex;
        gap: 6px;
        align-items: center;
        border: 0;
        min-height: 26px;
        padding: 1px 8px;
        white-space: nowrap;
      }
      .signs {
        margin-inline-start: auto;
        color: var(--muted);
      }
      @media (max-width: 699px) {
        .title {
          display: none;
        }
        .signs span {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      i {
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: var(--c);
        border: 2px solid var(--c);
      }
      button[aria-pressed='false'] {
        color: var(--muted);
        text-decoration: line-through;
      }
      button[aria-pressed='false'] i {
        background: none;
      }
    `,
  ];

  override render() {
    const {t} = this;
    const names: Readonly<Record<FrameFamily, string>> = {
      produce: t.familyProduce,
      replicate: t.familyReplicate,
      deliver: t.familyDeliver,
      election: t.familyElection,
      route: t.familyRoute,
    };
    const present = new Set([...(this.index?.pairs.values() ?? [])].map((pair) => pair.family));
    return html`<span class="title">${t.families}</span>${FAMILIES.filter((family) =>
      present.has(family),
    ).map((family) => {
      const shown = !this.hiddenFamilies.has(family);
      const label = shown ? t.hideFamily(names[family]) : t.showFamily(names[family]);
      return html`<button
          aria-pressed=${String(shown)}
          title=${label}
          style="--c:var(--${family})"
          @click=${() => this.#toggle(family)}
        >
          <i></i>${names[family]}
        </button>`;
    })}<button
        class="signs"
        title=${t.signsHint}
        @click=${() => this.dispatchEvent(new ActEvent({kind: 'help'}))}
      >
        ${icon('help')}<span>${t.signs}</span>
      </button>`;
  }

  #toggle(family: FrameFamily): void {
    const hidden = new Set(this.hiddenFamilies);
    if (!hidden.delete(family)) hidden.add(family);
    this.dispatchEvent(new CustomEvent('lab-hide', {detail: hidden, bubbles: true, composed: true}));
  }
}
