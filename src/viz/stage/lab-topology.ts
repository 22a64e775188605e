import {select} from 'd3';
import {html, type PropertyValues} from 'lit';
import {customElement, property, query} from 'lit/decorators.js';
import type {Language} from '../../lab/language.ts';
import type {FrameFamily, ViewState} from '../../lab/view/view-state.ts';
import {LabElement} from '../base/lab-element.ts';
import {SelectEvent, type Selection} from '../selection.ts';
import type {CardBox, PlateBox} from './box.ts';
import {BrokerNames} from './broker-names.ts';
import {type CardModel, cardModel} from './card-model.ts';
import {CardNode} from './draw-card.ts';
import {drawFrames, type FrameLayers, frameId} from './draw-frames.ts';
import {drawBreaks, drawGroups, drawLinks, drawMachineStates, drawPlates} from './draw-ground.ts';
import {type Disc, type FramesModel, framesModel} from './frames-model.ts';
import {framesStyle} from './frames-style.ts';
import {extentOf, scrolledTo} from './in-sight.ts';
import type {TopologyLayout} from './layout-parts.ts';
import {type Link, linksOf} from './links.ts';
import {type BreakSign, type LinkSign, linksModel} from './links-model.ts';
import {MemberLoader} from './member-loader.ts';
import {stageColours} from './stage-colours.ts';
import type {StageIndex} from './stage-index.ts';
import {attr, label} from './svg.ts';
import {stageWords} from './texts.ts';
import {linearTime, type TimeMap} from './time-map.ts';
import {layoutProcesses, layoutTopology} from './topology-layout.ts';
import {topologyStyle} from './topology-style.ts';

const NO_FAMILIES: ReadonlySet<FrameFamily> = new Set();

/** Who there is and what travels between them, at one moment. See README.md for its properties and events. */
@customElement('lab-topology')
export class LabTopology extends LabElement {
  static override styles = [stageColours, topologyStyle, framesStyle];

  @property({attribute: false}) view: ViewState | null = null;
  @property({attribute: false}) index: StageIndex | null = null;
  @property({attribute: false}) timeUs = 0;
  @property({attribute: false}) timeMap: TimeMap = linearTime(1);
  @property({attribute: false}) selection: Selection = null;
  @property({attribute: false}) hiddenFamilies: ReadonlySet<FrameFamily> = NO_FAMILIES;
  @property({attribute: false}) reducedMotion = false;
  @property({attribute: false}) override lang: Language = 'en';

  @query('svg') private svg!: SVGSVGElement;

  #size = {width: 0, height: 0};
  #observer: ResizeObserver | null = null;
  #layout: TopologyLayout | null = null;
  #links: ReadonlyMap<string, Link> = new Map();
  #layoutKey = '';
  #names: BrokerNames | null = null;
  #cards = new Map<string, CardNode>();
  #frames: FramesModel = {discs: [], flows: [], heldCounts: []};
  /** Id of the element that the keyboard is at; empty while there is none. */
  #active = '';
  #hasFocus = false;
  /** What was selected last has not been brought into sight yet. */
  #isNews = false;
  readonly #members = new MemberLoader(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      const {width, height} = entry!.contentRect;
      this.#size = {width: Math.floor(width), height: Math.floor(height)};
      this.requestUpdate();
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#observer = null;
  }

  override render() {
    return html`<div class="marks-key" hidden><p></p></div>
    <svg
      role="group"
      tabindex="0"
      aria-label=${stageWords(this.lang).topology}
      @click=${this.#onClick}
      @keydown=${this.#onKey}
      @focus=${() => this.#onFocus(true)}
      @blur=${() => this.#onFocus(false)}
    >
      <defs>
        <pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="8" stroke="var(--s-muted)" stroke-opacity=".28" stroke-width="2" />
        </pattern>
        <pattern id="frost" width="14" height="14" patternUnits="userSpaceOnUse">
          <path d="M3 1v4M1 3h4M10 8v4M8 10h4" stroke="var(--s-accent)" stroke-opacity=".16" fill="none" />
        </pattern>
        <marker id="arrow-full" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M0 0 10 5 0 10Z" fill="context-stroke" />
        </marker>
        <marker id="arrow-open" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M1 1 9 5 1 9Z" fill="var(--s-pane)" stroke="context-stroke" stroke-width="1.6" />
        </marker>
      </defs>
      <g class="plates"></g>
      <g class="groups"></g>
      <g class="links"></g>
      <g class="machine-names"></g>
      <g class="flows"></g>
      <g class="cards"></g>
      <g class="breaks"></g>
      <g class="discs"></g>
      <g class="labels"></g>
    </svg>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('selection')) this.#isNews = true;
    this.#draw();
    this.#bringIntoSight();
  }

  /** Whatever is selected from elsewhere, a step of a lesson say, may lie where nobody has scrolled to. */
  #bringIntoSight(): void {
    const {selection, index} = this;
    if (!this.#isNews || this.#layout === null || index === null) return;
    this.#isNews = false;
    const extent = extentOf(selection, this.#layout, index.trace);
    if (extent !== null) this.scrollTop = scrolledTo(extent, this.scrollTop, this.clientHeight);
  }

  #draw(): void {
    const {view, index, svg} = this;
    const {width, height} = this.#size;
    if (view === null || index === null || width < 40 || height < 40) return;
    this.#arrange(view, index, width, height);
    this.#members.see(view);
    const layout = this.#layout!;
    attr(svg, 'width', layout.width);
    attr(svg, 'height', layout.height);
    attr(svg, 'viewBox', `0 0 ${layout.width} ${layout.height}`);
    const moment = {
      view,
      index,
      timeUs: this.timeUs,
      timeMap: this.timeMap,
      language: this.lang,
      members: this.#members.stage,
    };

    const chosen = this.selection?.kind === 'machine' ? this.selection.name : null;
    drawMachineStates(
      this.#layer('plates'),
      this.#layer('machine-names'),
      view.machines,
      stageWords(this.lang),
      chosen,
    );
    const signs = linksModel(view, this.#links);
    drawLinks(this.#layer('links'), signs.links, (link) => this.#isLinkSelected(link));
    drawBreaks(this.#layer('breaks'), signs.breaks, stageWords(this.lang).cut);

    const models: {box: CardBox; model: CardModel}[] = [];
    for (const box of layout.cards.values()) {
      const process = view.processes.get(box.name);
      if (process !== undefined) models.push({box, model: cardModel(process, box.detail, moment)});
    }
    this.#drawCards(models);
    this.#drawKey(models.some(({box}) => this.#cards.get(box.name)?.hasInitials === true));

    this.#frames = framesModel({
      ...moment,
      layout,
      links: this.#links,
      breaks: signs.breaks,
      hiddenFamilies: this.hiddenFamilies,
      reducedMotion: this.reducedMotion,
      selectedFrame: this.selection?.kind === 'frame' ? this.selection.sent : -1,
    });
    const layers: FrameLayers = {
      flows: this.#layer('flows'),
      discs: this.#layer('discs'),
      labels: this.#layer('labels'),
    };
    drawFrames(layers, this.#frames, this.#hasFocus ? this.#active : '');
    // A frame that the keyboard was at may have arrived since.
    attr(svg, 'aria-activedescendant', this.#items().includes(this.#active) ? this.#active : null);
  }

  #arrange(view: ViewState, index: StageIndex, width: number, height: number): void {
    if (this.#names?.isOf(index.trace) !== true) this.#names = new BrokerNames(index.trace);
    this.#names.readTo(index.entryCount);
    const processes = layoutProcesses(view, this.#names);
    const key = `${width} ${height} ${processes.map((p) => `${p.name} ${p.kind} ${p.machine} ${p.brokerName} ${p.brokerId} ${p.cluster}`).join()}`;
    if (key === this.#layoutKey) return;
    this.#layoutKey = key;
    this.#layout = layoutTopology({processes, machines: view.machines, width, height});
    this.#links = linksOf(this.#layout);
    drawPlates(this.#layer('plates'), this.#layer('machine-names'), this.#layout);
    drawGroups(this.#layer('groups'), this.#layout);
  }

  #drawCards(models: readonly {box: CardBox; model: CardModel}[]): void {
    const cards = this.#cards;
    const {selection, lang} = this;
    const members = this.#members.stage;
    const active = this.#hasFocus ? this.#active : '';
    select(this.#layer('cards'))
      .selectAll<SVGGElement, (typeof models)[number]>('g.card')
      .data(models, ({box}) => `${box.name} ${box.kind}`)
      .join((enter) =>
        enter
          .append('g')
          .attr('class', 'card')
          .attr('role', 'button')
          .each(function ({box}) {
            this.id = cardId(box.name);
            cards.set(box.name, new CardNode(this, box.kind));
          }),
      )
      .each(({box, model}) => {
        const isSelected =
          (selection?.kind === 'process' && selection.name === box.name) ||
          (selection?.kind === 'queue' && selection.broker === box.name);
        cards.get(box.name)!.update(box, model, isSelected, active === cardId(box.name), lang, members);
      });
  }

  /** What the initials at the logs stand for: beside the NameServers, or above all where everything stands in one column. */
  #drawKey(isNeeded: boolean): void {
    const key = this.renderRoot.querySelector<HTMLElement>('.marks-key')!;
    key.hidden = !isNeeded;
    key.classList.toggle('is-above', this.#layout!.upright);
    const words = stageWords(this.lang);
    const names = ['written', 'flushed', 'replicated', 'dispatched'] as const;
    label(
      key.firstElementChild!,
      names.map((name) => `${words.markInitials[name]} ${words[name]}`).join(' · '),
    );
  }

  #layer(name: string): SVGGElement {
    return this.svg.querySelector<SVGGElement>(`:scope > g.${name}`)!;
  }

  #isLinkSelected(link: LinkSign): boolean {
    const {selection} = this;
    if (selection?.kind === 'frame') {
      // The way of a frame is shown before it leaves and after it has come, too.
      const sent = this.index?.trace.entries[selection.sent - 1];
      if (sent?.kind !== 'bytes-sent') return false;
      const {process, peer} = sent;
      return (link.a === process && link.b === peer) || (link.a === peer && link.b === process);
    }
    if (selection?.kind !== 'link' || link.machines === null) return false;
    const {from, to} = link.machines;
    return (
      (selection.from === from && selection.to === to) || (selection.from === to && selection.to === from)
    );
  }

  #onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const node = target.closest('g.frame, g.queue, g.card, g.break, g.link, g.plate');
    this.#choose(node === null ? null : this.#selectionOf(node, target));
  };

  #selectionOf(node: Element, target: Element): Selection {
    const datum = select(node).datum();
    if (node.matches('g.frame')) return {kind: 'frame', sent: (datum as Disc).sent};
    if (node.matches('g.plate')) return {kind: 'machine', name: (datum as PlateBox).machine};
    if (node.matches('g.break')) return {kind: 'link', ...(datum as BreakSign).machines};
    if (node.matches('g.link')) {
      const {machines, a} = datum as LinkSign;
      return machines === null ? {kind: 'process', name: a} : {kind: 'link', ...machines};
    }
    if (node.matches('g.queue')) {
      const card = select(node.closest('g.card')!).datum() as {box: CardBox};
      const queueId = Number(node.getAttribute('data-queue'));
      if (queueId < 0) return {kind: 'process', name: card.box.name};
      return {kind: 'queue', broker: card.box.name, topic: node.getAttribute('data-topic')!, queueId};
    }
    const entry = target.getAttribute('data-entry');
    if (entry !== null) return {kind: 'entry', id: Number(entry)};
    return {kind: 'process', name: (datum as {box: CardBox}).box.name};
  }

  #choose(selection: Selection): void {
    if (selection?.kind === 'process') this.#active = cardId(selection.name);
    if (selection?.kind === 'frame') this.#active = frameId(selection.sent);
    this.dispatchEvent(new SelectEvent(selection));
    this.#draw();
  }

  /** Up and down walk over cards and frames; left and right stay the page's steps in time. */
  #onKey = (event: KeyboardEvent): void => {
    const items = this.#items();
    const at = items.indexOf(this.#active);
    switch (event.key) {
      case 'ArrowDown':
        this.#active = items[(at + 1) % items.length] ?? '';
        break;
      case 'ArrowUp':
        this.#active = items[(at - 1 + items.length) % items.length] ?? '';
        break;
      case 'Home':
        this.#active = items[0] ?? '';
        break;
      case 'End':
        this.#active = items[items.length - 1] ?? '';
        break;
      case 'Enter': {
        const node = this.svg.querySelector(`#${CSS.escape(this.#active)}`);
        if (node === null) return;
        this.#choose(this.#selectionOf(node, node));
        break;
      }
      case 'Escape':
        if (this.selection === null) return;
        this.#choose(null);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.#draw();
  };

  #items(): string[] {
    const cards = [...(this.#layout?.cards.keys() ?? [])].map(cardId);
    return [...cards, ...this.#frames.discs.map(({sent}) => frameId(sent))];
  }

  #onFocus(has: boolean): void {
    this.#hasFocus = has && this.svg.matches(':focus-visible');
    if (this.#active === '') this.#active = this.#items()[0] ?? '';
    this.#draw();
  }
}

function cardId(name: string): string {
  return `card-${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-topology': LabTopology;
  }
}
