import {html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import type {MachineView, ViewState} from '../../lab/view/view-state.ts';
import {ActEvent} from '../base/act.ts';
import {LabElement} from '../base/lab-element.ts';
import {kindName, statusName} from '../base/say.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent} from '../selection.ts';
import {inspectorStyles} from './inspector-styles.ts';

/** What there is, when nothing is selected: the stage as a list, for keys and screen readers too. */
@customElement('lab-overview')
export class LabOverview extends LabElement {
  @property({attribute: false}) view: ViewState | null = null;
  /** It is a recording: nobody can be asked. */
  @property({type: Boolean}) recorded = false;

  static override styles = [sharedStyles, inspectorStyles];

  override render() {
    const {t, view} = this;
    const machines = [...(view?.machines.keys() ?? [])];
    const pairs = machines.flatMap((from, i) => machines.slice(i + 1).map((to) => ({from, to})));
    const isCut = (from: string, to: string): boolean =>
      view?.cuts.some(
        (cut) => (cut.from === from && cut.to === to) || (cut.from === to && cut.to === from),
      ) ?? false;
    return html`<header>
        <h2>${t.nothingSelected}</h2>
        <p class="muted">${t.nothingSelectedText}</p>
      </header>
      <div class="scroll">
        ${
          this.recorded || view === null
            ? ''
            : html`<div class="actions">
                <button class="do-mqadmin" @click=${() => this.dispatchEvent(new ActEvent({kind: 'mqadmin'}))}>
                  ${t.mqadminOpen}
                </button>
              </div>`
        }
        <h3>${t.processes}</h3>
        <ul class="list">
          ${[...(view?.processes.values() ?? [])].map(
            (process) =>
              html`<li>
                <button
                  class="process"
                  data-name=${process.name}
                  @click=${() => this.dispatchEvent(new SelectEvent({kind: 'process', name: process.name}))}
                >
                  <span class="dot ${process.status}"></span><span>${process.name}</span
                  ><span class="muted small">${kindName(process.kind, t)} · ${statusName(process.status, t)}</span>
                </button>
              </li>`,
          )}
        </ul>
        <h3>${t.machines}</h3>
        <ul class="list">
          ${[...(view?.machines.values() ?? [])].map(
            (machine) =>
              html`<li>
                <button
                  class="machine"
                  data-name=${machine.name}
                  @click=${() => this.dispatchEvent(new SelectEvent({kind: 'machine', name: machine.name}))}
                >
                  <span class="dot ${isSound(machine) ? 'running' : 'killed'}"></span><span>${machine.name}</span
                  ><span class="muted small">${machine.address}${machine.hasPower ? '' : ` · ${t.noPower}`}</span>
                </button>
              </li>`,
          )}
        </ul>
        ${
          pairs.length === 0
            ? ''
            : html`<h3>${t.links}</h3>
                <ul class="list">
                  ${pairs.map(
                    ({from, to}) =>
                      html`<li>
                        <button
                          class="link-pair"
                          style="color:inherit"
                          @click=${() => this.dispatchEvent(new SelectEvent({kind: 'link', from, to}))}
                        >
                          <span class="dot ${isCut(from, to) ? 'killed' : 'running'}"></span>${from} – ${to}
                        </button>
                      </li>`,
                  )}
                </ul>`
        }
      </div>`;
  }
}

function isSound({hasPower, disk}: MachineView): boolean {
  return hasPower && disk.status === 'in-place' && disk.faults.length === 0;
}
