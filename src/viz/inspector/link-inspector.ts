import {html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayDuration} from '../../lab/say-duration.ts';
import type {CutView, ViewState} from '../../lab/view/view-state.ts';
import {ActEvent} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent} from '../selection.ts';
import {inspectorStyles} from './inspector-styles.ts';

/** The path between two machines: whether it is whole, what crosses it, and the knife. */
@customElement('lab-link-inspector')
export class LabLinkInspector extends LabElement {
  @property({attribute: false}) view: ViewState | null = null;
  @property() from = '';
  @property() to = '';
  @property({type: Number}) timeUs = 0;
  /** It is a link of a recording. */
  @property({type: Boolean}) recorded = false;

  static override styles = [sharedStyles, inspectorStyles];

  override render() {
    const {t, view, from, to} = this;
    if (view === null) return '';
    const cuts = view.cuts.filter((cut) => isBetween(cut, from, to));
    const machineOf = (process: string): string => view.processes.get(process)?.machine ?? '';
    const crosses = (a: string, b: string): boolean => {
      const ends = [machineOf(a), machineOf(b)];
      return ends.includes(from) && ends.includes(to);
    };
    const connections = [...view.connections.values()].filter((one) => crosses(one.process, one.peer));
    const flights = [...view.flights.values()].filter((one) => crosses(one.from, one.to));
    return html`<header>
        <h2>${t.link} <small>${from} – ${to}</small></h2>
        <p class="mono muted">${view.machines.get(from)?.address ?? ''} – ${view.machines.get(to)?.address ?? ''}</p>
        ${
          cuts.length === 0
            ? html`<p class="status small"><span class="dot running"></span>${t.linkIntact}</p>`
            : cuts.map(
                (cut) =>
                  html`<p class="status small bad"><span class="dot killed"></span>${this.#cutText(cut)}</p>`,
              )
        }
        ${this.recorded ? html`<p class="small muted unchangeable">${t.recordingUnchangeable}</p>` : html`<div class="actions">${this.#actions(cuts)}</div>`}
      </header>
      <div class="scroll">
        <h3>${t.connectionsHere}</h3>
        ${
          connections.length === 0
            ? html`<p class="empty">${t.noConnections}</p>`
            : html`<ul>
                ${connections.map(
                  (one) =>
                    html`<li class="mono">
                      ${one.process} → ${one.peer} <span class="muted">${one.localAddress} → ${one.remoteAddress} ${t.connectionStatus(one.status)}</span>
                    </li>`,
                )}
              </ul>`
        }
        <h3>${t.inFlight}</h3>
        ${
          flights.length === 0
            ? html`<p class="empty">${t.nothingInFlight}</p>`
            : html`<ul class="list">
                ${flights.map(
                  (flight) =>
                    html`<li>
                      <button
                        class="mono"
                        @click=${() => this.dispatchEvent(new SelectEvent({kind: 'frame', sent: flight.sent}))}
                      >
                        ${flight.frame.name} <span class="muted">${flight.from} → ${flight.to}</span>
                      </button>
                    </li>`,
                )}
              </ul>`
        }
      </div>`;
  }

  #cutText(cut: CutView): string {
    const {t} = this;
    const since = sayDuration(Math.max(0, Math.floor(this.timeUs) - cut.sinceUs), this.words.language);
    return cut.direction === 'both' ? t.linkCutSince(since) : t.linkCutOneWaySince(cut.from, cut.to, since);
  }

  #actions(cuts: readonly CutView[]) {
    const {t, from, to} = this;
    if (from === to) return html`<p class="empty">${t.sameMachine}</p>`;
    const act = (kind: 'cut' | 'heal', a: string, b: string, direction: 'both' | 'one-way') => () =>
      this.dispatchEvent(new ActEvent({kind: 'intervene', intervention: {kind, from: a, to: b, direction}}));
    if (cuts.length > 0) {
      return cuts.map(
        (cut) =>
          html`<button class="do-heal" title=${t.healHint} @click=${act('heal', cut.from, cut.to, cut.direction)}>
            ${t.heal}
          </button>`,
      );
    }
    return html`<button class="danger do-cut" title=${t.cutHint} @click=${act('cut', from, to, 'both')}>${t.cut}</button>
      <button title=${t.cutOneWayHint} @click=${act('cut', from, to, 'one-way')}>${t.cutOneWay(from, to)}</button>
      <button title=${t.cutOneWayHint} @click=${act('cut', to, from, 'one-way')}>${t.cutOneWay(to, from)}</button>`;
  }
}

function isBetween(cut: CutView, a: string, b: string): boolean {
  return (cut.from === a && cut.to === b) || (cut.from === b && cut.to === a);
}
