import {html} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import {sayDuration} from '../../lab/say-duration.ts';
import type {Scenario} from '../../lab/scenario/scenario.ts';
import type {ProcessView, ViewState} from '../../lab/view/view-state.ts';
import type {Intervention} from '../../sim/intervention.ts';
import {ActEvent} from '../base/act.ts';
import {PanelElement} from '../base/panel-element.ts';
import {kindName, statusName} from '../base/say.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {AllWords} from '../i18n/panel-words.ts';
import '../narrative/log-pane.ts';
import type {RunData} from '../session/run-data.ts';
import './broker-config.ts';
import './causes.ts';
import {inspectorStyles} from './inspector-styles.ts';
import {processState} from './process-state.ts';
import {tabBar} from './tab-bar.ts';

type Tab = 'state' | 'log' | 'config' | 'why';

type ProcessDeed = Exclude<Extract<Intervention, {readonly process: string}>['kind'], 'set-config'>;

interface Deed {
  readonly kind: ProcessDeed;
  readonly label: string;
  readonly hint: string;
  readonly danger?: true;
}

/** One process at the moment shown: what it knows, prints, was given, and why it is as it is; and what can be done to it. */
@customElement('lab-process-inspector')
export class LabProcessInspector extends PanelElement {
  @property({attribute: false}) run: RunData | null = null;
  @property({attribute: false}) process: ProcessView | null = null;
  /** Everybody at the moment shown. */
  @property({attribute: false}) view: ViewState | null = null;
  @property({type: Number}) entryId = 0;
  @property({type: Number}) timeUs = 0;
  @state() private tab: Tab = 'state';

  static override styles = [sharedStyles, inspectorStyles];

  override render() {
    const {t, process} = this;
    if (process === null) return '';
    const {language} = this.words;
    const isDown = !['running', 'paused', 'stopping', 'disconnected'].includes(process.status);
    const tab = this.run?.recording && this.tab === 'config' ? 'state' : this.tab;
    return html`<header>
        <h2>${process.name} <small>${kindName(process.kind, t)}</small></h2>
        <p class="mono">${process.address} <span class="muted">${t.onMachine(process.machine)}</span></p>
        <p class="status small">
          <span class="dot ${process.status}"></span>${statusName(process.status, t)}
          <span class="muted"
            >${t.forDuration(sayDuration(Math.max(0, Math.floor(this.timeUs) - process.statusSinceUs), language))}</span
          >
        </p>
        ${process.reason === '' ? '' : html`<p class="small bad">${this.words.pack.reason(process.reason)}</p>`}
        ${process.foreign ? html`<p class="small muted foreign">${t.foreignProcess}</p>` : ''}
        ${
          this.run?.recording
            ? html`<p class="small muted unchangeable">${t.recordingUnchangeable}</p>`
            : html`<div class="actions">
                ${deedsFor(process, t).map((deed) => this.#deed(process.name, deed))}${process.kind === 'namesrv' ? this.#console() : ''}
              </div>`
        }
      </header>
      ${tabBar(
        [
          ['state', t.tabState],
          ['log', t.tabLogOf],
          ...(this.run?.recording ? [] : ([['config', t.tabConfig]] as const)),
          ['why', t.tabWhy],
        ],
        tab,
        (tab) => (this.tab = tab),
      )}
      ${this.#body(process, isDown, tab)}`;
  }

  #body(process: ProcessView, isDown: boolean, tab: Tab) {
    const {t, run} = this;
    switch (tab) {
      case 'state':
        return html`<div class="scroll" role="tabpanel" tabindex="-1">
          ${isDown && process.status !== 'not-started' ? html`<p class="empty">${t.notRunningState}</p>` : ''}
          ${this.view === null ? '' : processState(process, {t, language: this.words.language, nowUs: this.timeUs, view: this.view})}
        </div>`;
      case 'log':
        return html`<lab-log
          style="flex:1"
          .run=${run}
          .entryId=${this.entryId}
          only=${process.name}
        ></lab-log>`;
      case 'config': {
        const broker = run?.timeline.scenario.brokers.find(({name}) => name === process.name);
        const text = run === null ? '' : configOf(run.timeline.scenario, process.name);
        return html`<div class="scroll" role="tabpanel" tabindex="-1">
          <h3>${t.configText}</h3>
          ${
            broker !== undefined
              ? html`<lab-broker-config
                  .broker=${broker}
                  .settings=${process.settings ?? new Map()}
                ></lab-broker-config>`
              : text === ''
                ? html`<p class="empty">${t.configNone}</p>`
                : html`<pre>${text}</pre>`
          }
        </div>`;
      }
      case 'why':
        return html`<div class="scroll" role="tabpanel" tabindex="-1">
          <lab-causes
            .run=${run}
            .entryId=${run === null ? 0 : lastTurn(run, process.name, this.entryId)}
            .horizonUs=${run?.horizonUs ?? 0}
          ></lab-causes>
        </div>`;
    }
  }

  /** A NameServer is where an operator begins. */
  #console() {
    return html`<button class="do-mqadmin" @click=${() => this.dispatchEvent(new ActEvent({kind: 'mqadmin'}))}>
      ${this.t.mqadminOpen}
    </button>`;
  }

  #deed(process: string, deed: Deed) {
    return html`<button
      class="do-${deed.kind} ${deed.danger ? 'danger' : ''}"
      title=${deed.hint}
      @click=${() =>
        this.dispatchEvent(new ActEvent({kind: 'intervene', intervention: {kind: deed.kind, process}}))}
    >
      ${deed.label}
    </button>`;
  }
}

function deedsFor(process: ProcessView, t: AllWords): Deed[] {
  const kill: Deed = {kind: 'kill', label: t.kill, hint: t.killHint, danger: true};
  switch (process.status) {
    case 'running':
      return [
        kill,
        {kind: 'stop', label: t.stop, hint: t.stopHint},
        {kind: 'restart', label: t.restart, hint: t.restartHint},
        {kind: 'pause', label: t.pause, hint: t.pauseHint},
      ];
    case 'paused':
      return [{kind: 'resume', label: t.resume, hint: t.resumeHint}, kill];
    case 'stopping':
      return [kill];
    default:
      return [{kind: 'start', label: t.start, hint: t.startHint}];
  }
}

const TURNS = [
  'process-started',
  'process-stopping',
  'process-ended',
  'process-paused',
  'process-resumed',
  'peer-seen',
  'peer-gone',
] as const;

/** The entry that last changed what a process is, at or before `entryId`; 0 if nothing has. */
function lastTurn(run: RunData, process: string, entryId: number): number {
  let last = 0;
  for (const kind of TURNS) {
    for (const id of run.index.kindEntries(kind)) {
      if (id > entryId) break;
      const entry = run.store.entry(id);
      if (entry !== undefined && 'process' in entry && entry.process === process) last = Math.max(last, id);
    }
  }
  return last;
}

/** What the scenario gives a process without a file of its own, in the words of the file it would come from. */
function configOf(scenario: Scenario, name: string): string {
  const namesrv = scenario.namesrvs.find((candidate) => candidate.name === name);
  if (namesrv !== undefined) return `listenPort=${namesrv.port}`;
  const client = [...scenario.producers, ...scenario.consumers].find((candidate) => candidate.name === name);
  return client === undefined ? '' : propertyLines(client, ['name', 'startUs']);
}

function propertyLines(value: object, without: readonly string[], prefix = ''): string {
  return Object.entries(value)
    .filter(([key]) => !without.includes(key))
    .map(([key, item]) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? propertyLines(item as object, [], `${prefix}${key}.`)
        : `${prefix}${key}=${String(item)}`,
    )
    .filter((line) => line !== '')
    .join('\n');
}
