import {select} from 'd3';
import type {Language} from '../../lab/language.ts';
import {sayCount} from '../../lab/say-duration.ts';
import type {Detail} from './box.ts';
import type {CardModel} from './card-model.ts';
import {HOURGLASS} from './icons.ts';
import type {QueueStrip} from './queue-strips.ts';
import {attr, child, label, short} from './svg.ts';
import {fitText, textWidth} from './text-metrics.ts';
import {stageWords} from './texts.ts';

const ROWS: Readonly<Record<Detail, {readonly head: number; readonly first: number; readonly step: number}>> =
  {
    large: {head: 115, first: 131, step: 15.5},
    medium: {head: 104, first: 119, step: 14.5},
    low: {head: 137, first: 76, step: 14.5},
    small: {head: -1, first: 78, step: 15},
    mini: {head: -1, first: 88, step: 15},
  };
const STRIP_PX = 7;

export class QueueStripsNode {
  readonly root: SVGGElement;
  readonly #topic: SVGTextElement;
  readonly #more: SVGTextElement;
  readonly #rows: SVGGElement;

  constructor(root: SVGGElement) {
    this.root = root;
    this.#topic = child(root, 'text', 'muted');
    this.#more = child(root, 'text', 'muted end');
    this.#rows = child(root, 'g');
  }

  update(model: CardModel, detail: Detail, left: number, right: number, language: Language): void {
    const {queues} = model;
    if (queues === null) return;
    // A queue needs room for its name, its strip and its end.
    attr(this.root, 'visibility', detail === 'mini' && right - left < 120 ? 'hidden' : null);
    const words = stageWords(language);
    // A member's peers stand under its log.
    const rows = detail === 'mini' && model.member !== null ? {...ROWS.mini, first: 96} : ROWS[detail];
    const empty = queues.strips.length === 0;
    // Where lines are few the topic stands under its queues, on the right.
    const under = !empty && rows.first < rows.head;
    attr(this.#topic, 'x', under ? right : left);
    attr(this.#topic, 'y', empty ? rows.first + (detail === 'small' ? 0 : rows.step) : rows.head);
    attr(this.#topic, 'class', empty ? 'faint' : under ? 'muted end' : 'muted');
    const head = empty ? (model.look === 'off' ? '' : words.noTopics) : queues.topic;
    const room = under ? 96 : right - left - (0 < queues.moreTopics ? 110 : 0);
    label(this.#topic, !empty && rows.head < 0 ? '' : fitText(head, room, 12));
    attr(this.#more, 'x', right);
    attr(this.#more, 'y', rows.head);
    label(
      this.#more,
      0 < queues.moreTopics && 0 < rows.head && !under ? words.moreTopics(queues.moreTopics) : '',
    );
    const names = queues.strips.map((strip) => strip.label);
    const nameWidth = Math.min(110, Math.max(18, ...names.map((name) => textWidth(name, 12, true) + 6)));
    const ends = queues.strips.map(({end}) => sayCount(end));
    const endWidth = Math.max(26, ...ends.map((end) => textWidth(end, 12, true) + 8)) + 16;
    const x0 = left + nameWidth;
    const width = right - endWidth - x0;
    const step = rows.step;
    select(this.#rows)
      .selectAll<SVGGElement, QueueStrip>('g.queue')
      .data(queues.strips, (strip) => strip.key)
      .join((enter) => enter.append('g').each(createRow))
      .each(function (strip, i) {
        const y = rows.first + i * step;
        const [name, bed, filled, read, flag, poll, end] = this.children as unknown as Element[];
        attr(this, 'class', 'queue');
        attr(this, 'data-topic', strip.topic);
        attr(this, 'data-queue', String(strip.queueId));
        attr(name!, 'x', left);
        attr(name!, 'y', y + 0.5);
        label(name!, fitText(strip.label, nameWidth - 4, 12, true));
        const top = y - STRIP_PX - 0.5;
        bar(bed!, x0, top, width);
        bar(filled!, x0, top, strip.filled * width);
        const readPart = Math.min(1, ...strip.flags.map(({readPart: part}) => part), strip.filled);
        bar(read!, x0, top, strip.flags.length === 0 ? 0 : readPart * width);
        const flagged = strip.flags.filter(({offset}) => 0 < offset || strip.queueId < 0);
        attr(flag!, 'd', flagged.map(({part}) => flagShape(x0 + part * width, top)).join('') || null);
        attr(poll!, 'd', 0 < strip.polls ? HOURGLASS : null);
        attr(poll!, 'transform', `translate(${short(right - 11)} ${short(y - 10)}) scale(.72)`);
        attr(end!, 'x', right - 16);
        attr(end!, 'y', y + 0.5);
        label(end!, ends[i]!);
      });
  }
}

function createRow(this: SVGGElement): void {
  child(this, 'text', 'mono small');
  child(this, 'rect', 'bed');
  child(this, 'rect', 'filled');
  child(this, 'rect', 'read');
  child(this, 'path', 'flag');
  child(this, 'path', 'poll');
  child(this, 'text', 'mono end');
}

function bar(element: Element, x: number, y: number, width: number): void {
  attr(element, 'x', x);
  attr(element, 'y', y);
  attr(element, 'width', Math.max(0, width));
  attr(element, 'height', STRIP_PX);
  attr(element, 'rx', 2);
}

/** A pole across the strip with a pennant above it. */
function flagShape(x: number, top: number): string {
  return `M${short(x)} ${short(top + STRIP_PX + 1)}V${short(top - 4)}l5 2.2l-5 2.2`;
}
