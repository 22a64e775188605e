import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {ViewState} from '../../lab/view/view-state.ts';
import {icon} from '../base/icons.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent, type Selection} from '../selection.ts';
import type {Playhead} from '../session/playhead.ts';
import type {RunData} from '../session/run-data.ts';
import './overview.ts';

/** What is selected, taken apart. */
@customElement('lab-inspector')
export class LabInspector extends LabElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({attribute: false}) view: ViewState | null = null;
  @property({attribute: false}) playhead: Playhead = {us: 0, entryId: 0};
  @property({attribute: false}) selection: Selection = null;
  @property({type: Number}) horizonUs = 0;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--pane);
        position: relative;
      }
      .deselect {
        position: absolute;
        top: 10px;
        inset-inline-end: 10px;
        width: 30px;
        min-height: 30px;
        padding: 0;
        display: grid;
        place-items: center;
        border-color: transparent;
        color: var(--muted);
        z-index: 1;
        background: var(--pane);
      }
    `,
  ];

  override render() {
    return html`${this.#body()}
    ${
      this.selection === null
        ? ''
        : html`<button
            class="deselect"
            aria-label=${this.t.close}
            title="${this.t.close} (Esc)"
            @click=${() => this.dispatchEvent(new SelectEvent(null))}
          >
            ${icon('close')}
          </button>`
    }`;
  }

  #body() {
    const {run, view, selection, playhead} = this;
    // What takes things apart is fetched when something is first selected.
    if (selection !== null) void import('./inspectors.ts');
    switch (selection?.kind) {
      case undefined:
        return html`<lab-overview .view=${view} ?recorded=${run?.recording != null}></lab-overview>`;
      case 'process':
        return html`<lab-process-inspector
          .run=${run}
          .process=${view?.processes.get(selection.name) ?? null}
          .view=${view}
          .entryId=${playhead.entryId}
          .timeUs=${playhead.us}
        ></lab-process-inspector>`;
      case 'frame':
        return html`<lab-frame-inspector
          .run=${run}
          .sent=${selection.sent}
          .playhead=${playhead}
          .horizonUs=${this.horizonUs}
        ></lab-frame-inspector>`;
      case 'machine':
        return html`<lab-machine-inspector
          .run=${run}
          .view=${view}
          machine=${selection.name}
          .playhead=${playhead}
        ></lab-machine-inspector>`;
      case 'link':
        return html`<lab-link-inspector
          ?recorded=${run?.recording != null}
          .view=${view}
          from=${selection.from}
          to=${selection.to}
          .timeUs=${playhead.us}
        ></lab-link-inspector>`;
      case 'queue':
        return html`<lab-queue-inspector
          .view=${view}
          broker=${selection.broker}
          topic=${selection.topic}
          .queueId=${selection.queueId}
        ></lab-queue-inspector>`;
      case 'entry':
        return html`<lab-entry-inspector
          .run=${run}
          .entryId=${selection.id}
          .horizonUs=${this.horizonUs}
        ></lab-entry-inspector>`;
    }
  }
}
