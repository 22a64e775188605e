import {html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {Language} from '../../lab/language.ts';
import {rateText} from '../../lab/narration/figures.ts';
import {sayDuration} from '../../lab/say-duration.ts';
import type {CutView, ViewState} from '../../lab/view/view-state.ts';
import type {LinkChange} from '../../sim/intervention.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent} from '../selection.ts';
import {inspectorStyles} from './inspector-styles.ts';

/** The path between two machines: whether it is whole, what crosses it, and the knife. */
@customElement('lab-link-inspector')
export class LabLinkInspector extends PanelElement {
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
    const changes = view.changedLinks.filter((one) => isBetween(one, from, to));
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
        ${changes.map((one) => html`<p class="small warn">${t.linkChanged(one.from, one.to, changeText(one.change, this.words.language))}</p>`)}
        ${this.recorded ? html`<p class="small muted unchangeable">${t.recordingUnchangeable}</p>` : html`<div class="actions">${this.#actions(cuts)}${this.#qualities(changes.length > 0)}</div>`}
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

  /** What can be made of the link's quality, both ways. */
  #qualities(isChanged: boolean) {
    const {t, from, to} = this;
    if (from === to) return '';
    const set = (className: string, label: string, hint: string, link: LinkChange | null) =>
      html`<button
        class=${className}
        title=${hint}
        @click=${() =>
          this.dispatchEvent(
            new ActEvent({
              kind: 'intervene',
              intervention: {kind: 'set-link', from, to, direction: 'both', link},
            }),
          )}
      >
        ${label}
      </button>`;
    return html`${set('do-slow-link', t.linkSlow, t.linkSlowHint, {latencyUs: 100_000})}
    ${set('do-lossy-link', t.linkLossy, t.linkLossyHint, {lossPerMillion: 50_000})}
    ${set('do-thin-link', t.linkThin, t.linkThinHint, {bandwidthBytesPerSecond: 125_000})}
    ${isChanged ? set('do-mend-link', t.linkAsItWas, t.linkAsItWasHint, null) : ''}`;
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

function changeText(change: LinkChange, language: Language): string {
  const parts: string[] = [];
  if (change.latencyUs !== undefined) parts.push(sayDuration(change.latencyUs, language));
  if (change.jitterUs !== undefined) parts.push(`± ${sayDuration(change.jitterUs, language)}`);
  if (change.lossPerMillion !== undefined) parts.push(`${change.lossPerMillion / 10_000} %`);
  if (change.bandwidthBytesPerSecond !== undefined) parts.push(rateText(change.bandwidthBytesPerSecond));
  return parts.join(', ');
}

function isBetween(cut: {readonly from: string; readonly to: string}, a: string, b: string): boolean {
  return (cut.from === a && cut.to === b) || (cut.from === b && cut.to === a);
}
