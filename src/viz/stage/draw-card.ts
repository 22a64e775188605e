import type {Language} from '../../lab/language.ts';
import type {CardBox, Detail} from './box.ts';
import type {CardFigure, CardModel} from './card-model.ts';
import {cardShape} from './card-shape.ts';
import {LogStripNode} from './draw-log-strip.ts';
import type {MemberNode, MemberStage} from './draw-member.ts';
import {QueueStripsNode} from './draw-queue-strips.ts';
import {BOLT, CROSS, CROWN, KIND_ICONS, SNOWFLAKE} from './icons.ts';
import {attr, child, label, short} from './svg.ts';
import {fitText, textWidth} from './text-metrics.ts';

/** Baselines of a card's lines, by how much it has room to say; -1 where it leaves a line out. */
interface Lines {
  readonly name: number;
  readonly address: number;
  readonly about: number;
  readonly figures: number;
  readonly line: number;
}

const NAMESRV_LINES: Readonly<Record<Detail, Lines>> = {
  large: {name: 24, address: 42, about: -1, figures: -1, line: 59},
  medium: {name: 22, address: -1, about: -1, figures: -1, line: 40},
  low: {name: 20, address: -1, about: -1, figures: -1, line: 37},
  small: {name: 19, address: -1, about: -1, figures: -1, line: 36},
  mini: {name: 17, address: -1, about: -1, figures: -1, line: 32},
};
const CLIENT_LINES: Readonly<Record<Detail, Lines>> = {
  large: {name: 23, address: 41, about: 57, figures: 76, line: 95},
  medium: {name: 21, address: 38, about: -1, figures: 57, line: 76},
  low: {name: 20, address: -1, about: -1, figures: 40, line: 59},
  small: {name: 19, address: -1, about: -1, figures: 37, line: 55},
  mini: {name: 18, address: -1, about: -1, figures: 34, line: 50},
};
const BROKER_LINES: Readonly<Record<Detail, Lines>> = {
  large: {name: 24, address: 41, about: -1, figures: -1, line: 195},
  medium: {name: 21, address: 37, about: -1, figures: -1, line: 179},
  low: {name: 21, address: 20, about: -1, figures: -1, line: 137},
  small: {name: 20, address: 36, about: -1, figures: -1, line: 100},
  mini: {name: 19, address: -1, about: -1, figures: -1, line: 112},
};

/** One card on the stage: made once, then told what to say; it writes only what changed. */
export class CardNode {
  readonly #root: SVGGElement;
  readonly #outline: SVGPathElement;
  readonly #overlay: SVGPathElement;
  readonly #ring: SVGPathElement;
  readonly #icon: SVGPathElement;
  readonly #name: SVGTextElement;
  readonly #address: SVGTextElement;
  readonly #about: SVGTextElement;
  readonly #badge: SVGPathElement;
  readonly #bolt: SVGPathElement;
  readonly #figures: SVGTextElement;
  readonly #waiting: SVGGElement;
  readonly #line: SVGTextElement;
  readonly #log: LogStripNode | null;
  readonly #queues: QueueStripsNode | null;
  #member: MemberNode | null = null;
  #memberRoot: SVGGElement | null = null;

  constructor(root: SVGGElement, kind: CardModel['kind']) {
    this.#root = root;
    this.#ring = child(root, 'path', 'ring');
    this.#outline = child(root, 'path', 'outline');
    this.#icon = child(root, 'path', 'icon');
    this.#name = child(root, 'text', 'name');
    this.#address = child(root, 'text', 'mono');
    this.#about = child(root, 'text', 'muted');
    this.#figures = child(root, 'text', 'figures');
    this.#waiting = child(root, 'g', 'waiting');
    this.#line = child(root, 'text', 'line');
    this.#log = kind === 'broker' ? new LogStripNode(child(root, 'g', 'log')) : null;
    this.#queues = kind === 'broker' ? new QueueStripsNode(child(root, 'g', 'queues')) : null;
    this.#overlay = child(root, 'path', 'overlay');
    this.#badge = child(root, 'path', 'badge');
    this.#bolt = child(root, 'path', 'bolt');
  }

  /** The marks of its log go by their initials, so that somebody has to say what those are. */
  get hasInitials(): boolean {
    return this.#log?.hasInitials === true;
  }

  update(
    box: CardBox,
    model: CardModel,
    selected: boolean,
    focused: boolean,
    language: Language,
    members: MemberStage | null = null,
  ): void {
    const {detail, width, height, kind} = box;
    const lines = (kind === 'namesrv' ? NAMESRV_LINES : kind === 'broker' ? BROKER_LINES : CLIENT_LINES)[
      detail
    ];
    const side = detail === 'mini' && width < 150 ? 8 : 14;
    const left = kind === 'consumer' ? 22 : side;
    const right = width - (kind === 'producer' ? 22 : side);
    const room = right - left;
    attr(this.#root, 'transform', `translate(${short(box.x)} ${short(box.y)})`);
    attr(
      this.#root,
      'class',
      `card ${kind} ${model.look}${selected ? ' selected' : ''}${focused ? ' focused' : ''}`,
    );
    attr(this.#root, 'aria-label', model.spoken);
    // What is not there yet has nothing to tell but its place.
    const isOff = model.look === 'off';
    const hasTopic = model.queues !== null && model.queues.topic !== '';
    const shape = cardShape(kind, width, height);
    for (const path of [this.#outline, this.#overlay, this.#ring]) attr(path, 'd', shape);
    const badges = this.#drawBadges(model, right, lines.name);
    // A name that has no room beside the icon takes its place: the shape tells the kind as well.
    const isTight = room - 24 - badges < textWidth(model.name, 15);
    attr(this.#icon, 'd', isTight ? null : KIND_ICONS[kind]);
    attr(this.#icon, 'transform', `translate(${left - 1} ${lines.name - 13})`);
    const indent = isTight ? 0 : 22;
    place(this.#name, left + indent, lines.name, fitText(model.name, room - indent - 2 - badges, 15));
    // Where lines are few, a member's role stands in the place of its address.
    const isTaken = model.member !== null && (detail === 'low' || (detail === 'small' && room < 190));
    this.#drawAddress(isTaken ? {...model, address: ''} : model, lines, left, right, badges);
    place(this.#about, left, lines.about, fitText(model.about, room, 12));
    this.#drawFigures(isOff ? {...model, figures: []} : model, left, lines.figures, room);
    const lineRoom = room - (kind === 'namesrv' ? 4 : detail === 'low' && hasTopic ? 100 : 0);
    const line = [model.line, ...model.shortLines].find((one) => textWidth(one, 12) <= lineRoom);
    place(this.#line, left, lines.line, line ?? fitText(model.line, lineRoom, 12));
    attr(this.#line, 'class', `line ${model.lineTone}`);
    if (this.#log !== null) attr(this.#log.root, 'display', isOff ? 'none' : null);
    if (this.#queues !== null) attr(this.#queues.root, 'display', isOff ? 'none' : null);
    this.#log?.update(model, detail, left, right, language, members);
    this.#queues?.update(model, detail, left, right, language);
    this.#drawMember(model, members, detail, left, right);
  }

  #drawMember(
    {member, log}: CardModel,
    members: MemberStage | null,
    detail: Detail,
    left: number,
    right: number,
  ): void {
    const edge = member === null || members === null ? null : `--edge:${members.colour(member.term)}`;
    attr(this.#root, 'style', edge);
    attr(this.#root, 'data-role', member?.role ?? null);
    // Scrubbed back to before it was a member, nothing of that stays.
    if (this.#memberRoot !== null) attr(this.#memberRoot, 'display', member === null ? 'none' : null);
    if (member === null || members === null) return;
    this.#memberRoot ??= child(this.#root, 'g', 'member');
    this.#member ??= members.node(this.#memberRoot);
    this.#member.update(member, log, detail, left, right);
  }

  /** Under the name, or where lines are few beside it. */
  #drawAddress(model: CardModel, lines: Lines, left: number, edge: number, badges: number): void {
    const beside = 0 <= lines.address && lines.address <= lines.name;
    const right = beside ? edge - badges : edge;
    const room = beside ? right - left - 34 - textWidth(model.name, 15) : right - left;
    const text = fitText(model.address, room, 12, true);
    attr(this.#address, 'class', beside ? 'mono end' : 'mono');
    place(this.#address, beside ? right : left, lines.address, beside && text.endsWith('…') ? '' : text);
  }

  /** Answers how much room they take at the right of the name. */
  #drawBadges(model: CardModel, right: number, y: number): number {
    const badge =
      model.look === 'paused' ? SNOWFLAKE : model.look === 'down' ? CROSS : model.takesWrites ? CROWN : '';
    attr(this.#badge, 'd', badge === '' ? null : badge);
    attr(this.#badge, 'class', `badge ${model.look === 'running' ? 'crown' : model.look}`);
    attr(this.#badge, 'transform', `translate(${short(right - 16)} ${y - 13})`);
    attr(this.#bolt, 'd', model.isVictim ? BOLT : null);
    attr(this.#bolt, 'transform', `translate(${short(right - 4)} -9) scale(1.25)`);
    return badge === '' ? 0 : 22;
  }

  #drawFigures(model: CardModel, left: number, y: number, room: number): void {
    if (y < 0) {
      label(this.#figures, '');
      return;
    }
    attr(this.#figures, 'x', left);
    attr(this.#figures, 'y', y);
    const figures = fittingFigures(model.figures, room);
    while (this.#figures.childElementCount < figures.length * 2) child(this.#figures, 'tspan');
    while (figures.length * 2 < this.#figures.childElementCount) this.#figures.lastElementChild!.remove();
    const spans = this.#figures.children;
    figures.forEach(({value, label: word, tone}, i) => {
      attr(spans[2 * i]!, 'class', `number ${tone}`);
      attr(spans[2 * i]!, 'dx', i === 0 ? null : FIGURE_GAP);
      label(spans[2 * i]!, value);
      label(spans[2 * i + 1]!, ` ${word}`);
    });
    this.#drawWaiting(model, left + figuresWidth(figures) + 14, y - 4.5, left + room);
  }

  /** A ring for each send without an answer. */
  #drawWaiting(model: CardModel, x: number, y: number, right: number): void {
    const most = Math.max(0, Math.floor((right - x) / 11));
    const count = Math.min(model.waiting, most, 8);
    while (this.#waiting.childElementCount < count) child(this.#waiting, 'circle', 'waits');
    while (count < this.#waiting.childElementCount) this.#waiting.lastElementChild!.remove();
    for (let i = 0; i < count; i++) {
      const circle = this.#waiting.children[i]!;
      attr(circle, 'cx', x + i * 11);
      attr(circle, 'cy', y);
      attr(circle, 'r', 3.5);
    }
  }
}

const FIGURE_GAP = 9;

/** As many figures as fit; those in the middle are the first to go. */
function fittingFigures(figures: readonly CardFigure[], room: number): readonly CardFigure[] {
  let kept = figures;
  while (1 < kept.length && room < figuresWidth(kept)) {
    const middle = Math.floor(kept.length / 2);
    kept = kept.filter((_, i) => i !== middle);
  }
  return kept;
}

function figuresWidth(figures: readonly CardFigure[]): number {
  // Numbers are set bold, which is a tenth wider.
  const widths = figures.map(({value, label: word}) => textWidth(value, 15.4) + textWidth(` ${word}`, 12));
  return widths.reduce((sum, width) => sum + width, 0) + FIGURE_GAP * Math.max(0, figures.length - 1);
}

/** A line of text, or none where there is no room for it. */
export function place(element: SVGTextElement, x: number, y: number, text: string): void {
  if (y < 0) {
    label(element, '');
    return;
  }
  attr(element, 'x', x);
  attr(element, 'y', y);
  label(element, text);
}
