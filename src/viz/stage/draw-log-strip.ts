import {select} from 'd3';
import type {Language} from '../../lab/language.ts';
import {sayCount} from '../../lab/say-duration.ts';
import type {Detail} from './box.ts';
import type {CardModel} from './card-model.ts';
import type {MemberStage} from './draw-member.ts';
import type {LogCell, LogMark, LogStrip} from './log-strip.ts';
import {MEMBER_ROWS, STORE_ROWS, type StripRows} from './strip-rows.ts';
import {attr, child, label} from './svg.ts';
import {textWidth} from './text-metrics.ts';
import {stageWords} from './texts.ts';

/** A row of names under the strip, each as near to its mark as its neighbours allow. */
export interface MarkLabel {
  readonly column: number;
  readonly text: string;
  readonly names: readonly LogMark['name'][];
  readonly x: number;
  readonly width: number;
}

type MarkWords = Readonly<Record<LogMark['name'], string>>;

/** The labels of the marks in words, or in their initials where the words have no room. */
export function fittingLabels(
  marks: readonly LogMark[],
  words: MarkWords & {readonly markInitials: MarkWords},
  cellPx: number,
  widthPx: number,
): {readonly labels: readonly MarkLabel[]; readonly isShort: boolean} {
  const labels = markLabels(marks, words, cellPx, widthPx);
  // Whatever did not fit was pushed over the left edge.
  return labels.every(({x}) => 0 <= x)
    ? {labels, isShort: false}
    : {labels: markLabels(marks, words.markInitials, cellPx, widthPx, ''), isShort: true};
}

/** Marks at the same place share a label; labels never overlap, and stay within the strip where there is room for them. */
export function markLabels(
  marks: readonly LogMark[],
  words: MarkWords,
  cellPx: number,
  widthPx: number,
  between = ' · ',
): MarkLabel[] {
  const byColumn = new Map<number, LogMark['name'][]>();
  for (const {name, column} of marks) byColumn.set(column, [...(byColumn.get(column) ?? []), name]);
  const columns = [...byColumn.keys()].sort((a, b) => a - b);
  const labels = columns.map((column) => {
    const names = byColumn.get(column)!;
    const text = names.map((name) => words[name]).join(between);
    return {column, names, text, width: textWidth(text, 12), x: 0};
  });
  let end = -10;
  for (const one of labels) {
    one.x = Math.max(end + 10, Math.min(one.column * cellPx - one.width / 2, widthPx - one.width), 0);
    end = one.x + one.width;
  }
  // Whatever was pushed over the right edge pushes back.
  let limit = widthPx;
  for (const one of [...labels].reverse()) {
    one.x = Math.min(one.x, limit - one.width);
    limit = one.x - 10;
  }
  return labels;
}

export class LogStripNode {
  readonly root: SVGGElement;
  readonly #head: SVGTextElement;
  readonly #bytes: SVGTextElement;
  readonly #bed: SVGRectElement;
  readonly #cells: SVGGElement;
  readonly #marks: SVGGElement;
  /** Its marks go by their initials now. */
  hasInitials = false;

  constructor(root: SVGGElement) {
    this.root = root;
    this.#head = child(root, 'text', 'muted');
    this.#bytes = child(root, 'text', 'muted end');
    this.#bed = child(root, 'rect', 'bed');
    this.#cells = child(root, 'g', 'cells');
    this.#marks = child(root, 'g', 'marks');
  }

  update(
    model: CardModel,
    detail: Detail,
    left: number,
    right: number,
    language: Language,
    members: MemberStage | null = null,
  ): void {
    const {log} = model;
    if (log === null) return;
    const words = stageWords(language);
    const rows = (model.member === null ? STORE_ROWS : MEMBER_ROWS)[detail];
    const cellPx = Math.floor(((right - left) / log.columns) * 10) / 10;
    const earlier = log.earlier === 0 ? '' : ` · ${words.earlier(sayCount(log.earlier))}`;
    if (0 < rows.head) {
      attr(this.#head, 'x', left);
      attr(this.#head, 'y', rows.head);
      // The names of peers stand over a leader's log.
      const isTaken = 0 < (model.member?.peers.length ?? 0);
      label(
        this.#head,
        isTaken ? '' : `${words.commitLog}${log.cells.length === 0 ? ` · ${words.emptyLog}` : earlier}`,
      );
      attr(this.#bytes, 'x', right);
      attr(this.#bytes, 'y', rows.head);
      label(this.#bytes, isTaken ? '' : model.logBytes);
    } else {
      label(this.#head, '');
      label(this.#bytes, '');
    }
    attr(this.#bed, 'x', left);
    attr(this.#bed, 'y', rows.strip);
    attr(this.#bed, 'width', log.columns * cellPx);
    attr(this.#bed, 'height', rows.height);
    attr(this.#bed, 'rx', 3);
    drawCells(this.#cells, log, left, rows.strip, cellPx, rows.height, members);
    this.#drawMarks(log, left, rows, cellPx, right - left, language);
  }

  #drawMarks(
    log: LogStrip,
    left: number,
    rows: StripRows,
    cellPx: number,
    widthPx: number,
    language: Language,
  ): void {
    const marks = log.cells.length === 0 ? [] : log.marks;
    const {labels, isShort} = fittingLabels(marks, stageWords(language), cellPx, widthPx);
    this.hasInitials = isShort && 0 < rows.foot;
    select(this.#marks)
      .selectAll<SVGGElement, MarkLabel>('g')
      .data(labels, (_, i) => i)
      .join((enter) => {
        const group = enter.append('g');
        group.append('path');
        group.append('text');
        return group;
      })
      .each(function (mark) {
        const x = left + mark.column * cellPx - 0.5;
        const line = this.firstElementChild!;
        const foot = rows.strip + rows.height + 4;
        attr(line, 'd', `M${x} ${rows.strip - 3}V${foot}`);
        attr(line, 'class', `mark ${mark.names.join(' ')}`);
        const text = this.lastElementChild!;
        attr(text, 'class', 'mark-name');
        attr(text, 'x', left + mark.x);
        attr(text, 'y', rows.foot);
        label(text, 0 < rows.foot ? mark.text : '');
      });
  }
}

/** One cell per record, keyed by place and entry: a record written over another is a new cell. */
function drawCells(
  layer: SVGGElement,
  log: LogStrip,
  left: number,
  top: number,
  cellPx: number,
  height: number,
  members: MemberStage | null,
): void {
  select(layer)
    .selectAll<SVGRectElement, LogCell>('rect')
    .data(log.cells, (cell) => cell.key)
    .join('rect')
    .each(function (cell) {
      attr(this, 'x', left + cell.column * cellPx + 1);
      attr(this, 'y', top + 1);
      attr(this, 'width', cellPx - 2);
      attr(this, 'height', height - 2);
      attr(this, 'rx', 2);
      attr(this, 'class', cell.isFlushed ? 'cell flushed' : 'cell');
      attr(this, 'data-entry', String(cell.entryId));
      // Each cell in the colour of the term that wrote it.
      const isOfTerm = members !== null && 0 <= cell.term;
      attr(this, 'style', isOfTerm ? `--produce:${members.colour(cell.term)}` : null);
    });
}
