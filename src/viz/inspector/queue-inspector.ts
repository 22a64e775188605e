import {html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayCount} from '../../lab/say-duration.ts';
import type {ViewState} from '../../lab/view/view-state.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent} from '../selection.ts';
import {inspectorStyles} from './inspector-styles.ts';

/** One queue of a topic at a broker: its ends, how far each group is, its newest messages. */
@customElement('lab-queue-inspector')
export class LabQueueInspector extends PanelElement {
  @property({attribute: false}) view: ViewState | null = null;
  @property() broker = '';
  @property() topic = '';
  @property({type: Number}) queueId = 0;

  static override styles = [sharedStyles, inspectorStyles];

  override render() {
    const {t} = this;
    const broker = this.view?.processes.get(this.broker)?.broker;
    const queue = broker?.queues.get(`${this.topic} ${this.queueId}`);
    const recent = (broker?.log.tail ?? []).filter(
      (cell) => cell.topic === this.topic && cell.queueId === this.queueId,
    );
    return html`<header>
        <h2>${t.queueOf(this.topic, this.queueId)}</h2>
        <p>
          <button
            class="link mono"
            @click=${() => this.dispatchEvent(new SelectEvent({kind: 'process', name: this.broker}))}
          >
            ${this.broker}
          </button>
        </p>
      </header>
      <div class="scroll">
        <dl class="fields">
          <dt>minOffset</dt>
          <dd>${sayCount(queue?.minOffset ?? 0)}</dd>
          <dt>maxOffset</dt>
          <dd>${sayCount(queue?.maxOffset ?? 0)}</dd>
        </dl>
        <h3>${t.committedOffsets}</h3>
        ${
          queue === undefined || queue.committed.size === 0
            ? html`<p class="empty">${t.noCommitted}</p>`
            : html`<dl class="fields">
                ${[...queue.committed].map(
                  ([group, offset]) =>
                    html`<dt>${group}</dt>
                      <dd>
                        ${sayCount(offset)} <span class="muted">${t.lag(sayCount(queue.maxOffset - offset))}</span>
                      </dd>`,
                )}
              </dl>`
        }
        <h3>${t.recentMessages}</h3>
        ${
          recent.length === 0
            ? html`<p class="empty">${t.noMessages}</p>`
            : html`<ul class="list">
                ${recent.reverse().map(
                  (cell) =>
                    html`<li>
                      <button
                        class="mono"
                        @click=${() => this.dispatchEvent(new SelectEvent({kind: 'entry', id: cell.entryId}))}
                      >
                        ${cell.queueOffset} <span class="muted">${cell.msgId}</span>
                      </button>
                    </li>`,
                )}
              </ul>`
        }
      </div>`;
  }
}
