import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayDuration} from '../../lab/say-duration.ts';
import {DiskPagesTrack} from '../../lab/view/disk-pages.ts';
import type {DiskFaultView, MachineView, ViewState} from '../../lab/view/view-state.ts';
import type {Intervention} from '../../sim/intervention.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {interventionName, kindName, statusName} from '../base/say.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import {SelectEvent} from '../selection.ts';
import type {Playhead} from '../session/playhead.ts';
import type {RunData} from '../session/run-data.ts';
import './disk-files.ts';
import './file-fault.ts';
import {inspectorStyles} from './inspector-styles.ts';

/** How much slower a slow disk is, where the page makes it slow. */
const SLOW_FACTOR = 20;
const CLOCK_JUMP_MS = 10_000;

/** One machine at the moment shown: power, clock, the faults over its disk, what the disk holds of each file; and what can be done to it. */
@customElement('lab-machine-inspector')
export class LabMachineInspector extends PanelElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({attribute: false}) view: ViewState | null = null;
  @property({attribute: false}) playhead: Playhead = {us: 0, entryId: 0};
  @property() machine = '';
  /** The pages of a run's disks, kept while one run is looked at. */
  #track: {readonly run: RunData; readonly pages: DiskPagesTrack} | null = null;

  static override styles = [
    sharedStyles,
    inspectorStyles,
    css`
      .fault {
        display: flex;
        gap: 8px;
        align-items: center;
        justify-content: space-between;
        padding: 2px 0;
      }
      .fault button {
        flex: none;
      }
      .scroll .actions {
        margin-top: 6px;
      }
    `,
  ];

  override render() {
    const {t, view, run} = this;
    const machine = view?.machines.get(this.machine);
    if (machine === undefined || view === null) return '';
    const processes = [...view.processes.values()].filter((process) => process.machine === machine.name);
    return html`<header>
        <h2>${machine.name} <small>${t.machine}</small></h2>
        <p class="mono">${machine.address}</p>
        <p class="status small" ?hidden=${run?.recording != null}>
          <span class="dot ${machine.hasPower ? 'running' : 'killed'}"></span>${
            machine.hasPower ? t.hasPower : t.noPower
          }${machine.powerSinceUs > 0 ? html` <span class="muted">${t.forDuration(this.#since(machine.powerSinceUs))}</span>` : ''}
        </p>
        ${
          run?.recording
            ? html`<p class="small muted unchangeable">${t.recordingUnchangeable}</p>`
            : html`<div class="actions">${this.#powerDeeds(machine)}</div>`
        }
      </header>
      <div class="scroll">
        <h3>${t.processes}</h3>
        <ul class="list">
          ${processes.map(
            (process) =>
              html`<li>
                <button @click=${() => this.dispatchEvent(new SelectEvent({kind: 'process', name: process.name}))}>
                  <span class="dot ${process.status}"></span><span>${process.name}</span
                  ><span class="muted small">${kindName(process.kind, t)} · ${statusName(process.status, t)}</span>
                </button>
              </li>`,
          )}
        </ul>
        <h3>${t.disk}</h3>
        ${this.#diskState(machine)} ${run?.recording ? '' : this.#diskDeeds(machine)} ${this.#files(machine)}
      </div>`;
  }

  #since(us: number): string {
    return sayDuration(Math.max(0, Math.floor(this.playhead.us) - us), this.words.language);
  }

  #powerDeeds(machine: MachineView) {
    const {t} = this;
    const {name} = machine;
    const power = machine.hasPower
      ? this.#deed('do-power-off', t.cutPower, t.cutPowerHint, {kind: 'lose-power', machine: name}, true)
      : this.#deed('do-power-on', t.restorePower, t.restorePowerHint, {kind: 'restore-power', machine: name});
    return html`${power}
    ${this.#deed('do-jump', t.clockForward, t.clockForwardHint, {kind: 'jump-clock', machine: name, byMs: CLOCK_JUMP_MS})}
    ${this.#deed('do-jump-back', t.clockBack, t.clockBackHint, {kind: 'jump-clock', machine: name, byMs: -CLOCK_JUMP_MS})}`;
  }

  #diskState({name, disk}: MachineView) {
    const {t} = this;
    const since =
      disk.statusSinceUs > 0
        ? html` <span class="muted">${t.forDuration(this.#since(disk.statusSinceUs))}</span>`
        : '';
    const status = {
      'in-place':
        disk.faults.length === 0 && !this.run?.recording
          ? html`<p class="status small"><span class="dot running"></span>${t.diskWhole}</p>`
          : '',
      'read-only': html`<p class="status small bad"><span class="dot killed"></span>${t.diskReadOnly}${since}</p>`,
      destroyed: html`<p class="status small bad"><span class="dot killed"></span>${t.diskDestroyed}${since}</p>`,
    }[disk.status];
    return html`${status}${disk.faults.map((fault) => this.#fault(name, fault))}`;
  }

  #fault(machine: string, {name, fault, sinceUs}: DiskFaultView) {
    const {t} = this;
    const place = 'path' in fault ? ` ${fault.path} @ ${fault.positionBytes}` : '';
    return html`<div class="fault">
      <span class="small bad">${t.faultName(fault.kind)}${place} <span class="muted">${t.forDuration(this.#since(sinceUs))}</span></span>
      ${
        this.run?.recording
          ? ''
          : this.#deed('do-heal-disk', t.liftFault, '', {kind: 'heal-disk', machine, fault: name})
      }
    </div>`;
  }

  #diskDeeds({name, disk}: MachineView) {
    const {t} = this;
    if (disk.status === 'destroyed') {
      return html`<div class="actions">
        ${this.#deed('do-replace-disk', t.replaceDisk, t.replaceDiskHint, {kind: 'replace-disk', machine: name})}
      </div>`;
    }
    const has = new Set(disk.faults.map(({fault}) => fault.kind));
    const kinds = ['full', 'slow', 'stalled', 'write-errors', 'sync-errors'] as const;
    return html`<div class="actions">
        ${kinds
          .filter((kind) => !has.has(kind))
          .map((kind) =>
            this.#deed(`do-${kind}`, t.faultName(kind), t.faultHint(kind), {
              kind: 'disk-fault',
              machine: name,
              fault: kind === 'slow' ? {kind, factor: SLOW_FACTOR} : {kind},
            }),
          )}
        ${this.#deed('do-destroy-disk', t.destroyDisk, t.destroyDiskHint, {kind: 'destroy-disk', machine: name, replace: false}, true)}
      </div>
      <lab-file-fault
        machine=${name}
        .paths=${this.#pages(name).map(({path}) => path)}
      ></lab-file-fault>`;
  }

  #files({name, disk}: MachineView) {
    if (disk.status === 'destroyed') return '';
    return html`<h3>${this.t.filesOnDisk}</h3>
      <lab-disk-files .files=${this.#pages(name)}></lab-disk-files>`;
  }

  #pages(machine: string) {
    const {run} = this;
    if (run === null) return [];
    if (this.#track?.run !== run) this.#track = {run, pages: new DiskPagesTrack(run.store.entries)};
    return this.#track.pages.at(this.playhead.entryId).files(machine);
  }

  #deed(className: string, label: string, hint: string, intervention: Intervention, danger = false) {
    return html`<button
      class="${className} ${danger ? 'danger' : ''}"
      title=${hint || interventionName(intervention, this.t, this.words.language)}
      @click=${() => this.dispatchEvent(new ActEvent({kind: 'intervene', intervention}))}
    >
      ${label}
    </button>`;
  }
}
