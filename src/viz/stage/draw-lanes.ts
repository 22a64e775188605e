import {select} from 'd3';
import type {Language} from '../../lab/language.ts';
import {sayMoment} from '../../lab/say-duration.ts';
import type {MemberStage} from './draw-member.ts';
import {
  AXIS_PX,
  type GapBlock,
  gapBlocks,
  type Lane,
  type LanesWindow,
  type MarkPlace,
  placeMarkTexts,
  secondsOfX,
  type Tick,
  TOP_PX,
  ticksOf,
  xOfSeconds,
} from './lanes-geometry.ts';
import {isBadNews} from './note-level.ts';
import {noteText} from './note-text.ts';
import type {CutSpan, LifeSpan, StageIndex} from './stage-index.ts';
import {attr, child, label} from './svg.ts';
import {fitText, textWidth} from './text-metrics.ts';
import type {TimeMap} from './time-map.ts';

export interface LanesScene {
  readonly window: LanesWindow;
  readonly lanes: readonly Lane[];
  readonly index: StageIndex;
  readonly timeMap: TimeMap;
  readonly timeUs: number;
  /** The last entry taken into account at that time. */
  readonly entryId: number;
  /** Where the run ends: no time is told beyond. */
  readonly endUs: number;
  readonly language: Language;
  readonly selectedProcess: string;
  readonly selectedEntry: number;
  /** What is known of DLedger groups, once it has been fetched. */
  readonly members: MemberStage | null;
}

const MARKS_MOST = 160;

/** Under the lines: bands, lives, cuts. */
export function drawBelow(svg: SVGSVGElement, scene: LanesScene): void {
  const {window, lanes, index, timeMap} = scene;
  drawBands(group(svg, 'bands'), lanes, window);
  drawGapGrounds(group(svg, 'gaps'), gapBlocks(window, timeMap, scene.language), bottomOf(scene));
  const lives: Life[] = [];
  for (const lane of lanes) {
    const spans = index.lives.get(lane.process) ?? [];
    const begin = spans[0]?.fromUs ?? Infinity;
    const clamp = (us: number | null) =>
      us === null || us === Infinity
        ? window.width
        : Math.max(window.plotX, Math.min(window.width, xOfSeconds(window, timeMap.toScreen(us))));
    if (0 < begin) lives.push({key: `${lane.process} off`, lane, span: null, x0: clamp(0), x1: clamp(begin)});
    for (const span of spans) {
      const x0 = clamp(span.fromUs);
      const x1 = clamp(span.toUs);
      if (x0 < x1) lives.push({key: `${lane.process} ${span.entry}`, lane, span, x0, x1});
    }
  }
  const isRest = ({span}: Life): boolean => span !== null && span.status !== 'running';
  drawLives(
    group(svg, 'lives'),
    lives.filter((life) => !isRest(life)),
  );
  // Terms of members lie over what runs and under what rests.
  scene.members?.laneTerms(group(svg, 'terms'), scene);
  drawLives(group(svg, 'rests'), lives.filter(isRest));
  const cuts = index.cuts.map((cut) => ({
    cut,
    x0: Math.max(window.plotX, xOfSeconds(window, timeMap.toScreen(cut.fromUs))),
    x1:
      cut.toUs === null
        ? window.width
        : Math.min(window.width, xOfSeconds(window, timeMap.toScreen(cut.toUs))),
  }));
  drawCuts(
    group(svg, 'cuts'),
    cuts.filter(({x0, x1}) => x0 < x1),
    scene,
  );
}

interface Life {
  readonly key: string;
  readonly lane: Lane;
  readonly span: LifeSpan | null;
  readonly x0: number;
  readonly x1: number;
}

function drawLives(layer: SVGGElement, lives: readonly Life[]): void {
  select(layer)
    .selectAll<SVGPathElement, Life>('path')
    .data(lives, ({key}) => key)
    .join('path')
    .each(function ({lane, span, x0, x1}) {
      const status = span?.status ?? 'off';
      attr(this, 'class', `life ${status}`);
      attr(
        this,
        'd',
        status === 'down' ? `M${x0} ${lane.y - 7}H${x1}V${lane.y + 7}H${x0}Z` : `M${x0} ${lane.y}H${x1}`,
      );
    });
}

/**
 * A cut is barred where it begins and ends, from lane to lane, and lies along both lanes as long as it lasts; of one way only,
 * an arrow tells which.
 */
function drawCuts(
  layer: SVGGElement,
  cuts: readonly {readonly cut: CutSpan; readonly x0: number; readonly x1: number}[],
  {lanes, window}: LanesScene,
): void {
  const edge = (machine: string, isDown: boolean): number => {
    const own = lanes.filter((lane) => lane.machine === machine);
    const lane = isDown ? own[own.length - 1] : own[0];
    return lane === undefined ? 0 : lane.y + (isDown ? 5 : -5);
  };
  select(layer)
    .selectAll<SVGPathElement, (typeof cuts)[number]>('path')
    .data(cuts, ({cut}) => cut.entry)
    .join('path')
    .each(function ({cut, x0, x1}) {
      const isDown = edge(cut.from, true) < edge(cut.to, true);
      const y0 = edge(cut.from, isDown);
      const y1 = edge(cut.to, !isDown);
      const tip = isDown ? -6 : 6;
      const ends = x1 < window.width ? [x0 + 4, x1 - 4] : [x0 + 4];
      const bars = ends.map((x) => {
        const arrow = `M${x - 4} ${y1 + tip}L${x} ${y1}L${x + 4} ${y1 + tip}`;
        const back = `M${x - 4} ${y0 - tip}L${x} ${y0}L${x + 4} ${y0 - tip}`;
        return `M${x} ${y0}V${y1}${arrow}${cut.direction === 'both' ? back : ''}`;
      });
      attr(this, 'class', 'cut');
      attr(this, 'd', `${bars.join('')}M${x0} ${y0}H${x1}M${x0} ${y1}H${x1}`);
    });
}

function drawBands(layer: SVGGElement, lanes: readonly Lane[], window: LanesWindow): void {
  const machines = [...new Set(lanes.map(({machine}) => machine))].filter((_, i) => i % 2 === 0);
  select(layer)
    .selectAll<SVGRectElement, string>('rect')
    .data(machines, (machine) => machine)
    .join('rect')
    .each(function (machine) {
      const own = lanes.filter((lane) => lane.machine === machine);
      const top = own[0]!.top;
      const last = own[own.length - 1]!;
      attr(this, 'class', 'band');
      attr(this, 'x', 0);
      attr(this, 'width', window.width);
      attr(this, 'y', top);
      attr(this, 'height', last.top + last.height - top);
    });
}

function bottomOf({lanes, window}: LanesScene): number {
  const last = lanes[lanes.length - 1];
  return last === undefined ? window.height - AXIS_PX : last.top + last.height;
}

/** Over the lines: gaps, marks, names, axis, playhead. */
export function drawAbove(svg: SVGSVGElement, scene: LanesScene): void {
  const {window, timeMap, language} = scene;
  const bottom = bottomOf(scene);
  drawGapTexts(group(svg, 'gaps'), gapBlocks(window, timeMap, language), bottom);
  drawMarks(group(svg, 'notes'), marksOf(scene), scene);
  drawTicks(group(svg, 'axis'), ticksOf(window, timeMap, scene.endUs), window, bottom, scene);
  drawGutter(group(svg, 'names'), scene, bottom);
  drawPlayhead(group(svg, 'playhead'), scene, bottom);
}

function drawGapGrounds(layer: SVGGElement, blocks: readonly GapBlock[], bottom: number): void {
  select(layer)
    .selectAll<SVGRectElement, GapBlock>('rect')
    .data(blocks, (block) => block.key)
    .join('rect')
    .each(function ({x, width}) {
      attr(this, 'class', 'gap-ground');
      attr(this, 'x', x + 1);
      attr(this, 'y', TOP_PX);
      attr(this, 'width', width - 2);
      attr(this, 'height', bottom - TOP_PX);
    });
}

function drawGapTexts(layer: SVGGElement, blocks: readonly GapBlock[], bottom: number): void {
  select(layer)
    .selectAll<SVGTextElement, GapBlock>('text')
    .data(
      blocks.filter(({text}) => text !== ''),
      (block) => block.key,
    )
    .join('text')
    .each(function ({textX, text}) {
      attr(this, 'class', 'gap-text');
      attr(this, 'x', textX);
      // At the foot, clear of what stands on the last lane.
      attr(this, 'y', bottom + 1);
      label(this, text);
    });
}

function marksOf(scene: LanesScene): MarkPlace[] {
  const {window, lanes, index, timeMap, timeUs, language} = scene;
  const fromUs = timeMap.toVirtual(Math.max(0, secondsOfX(window, window.plotX)));
  const toUs = timeMap.toVirtual(Math.max(0, secondsOfX(window, window.width)));
  const laneOf = new Map(lanes.map((lane) => [lane.process, lane]));
  const notes = index.notesWithin(fromUs, toUs);
  let least = 2;
  if (MARKS_MOST < notes.reduce((count, note) => count + (2 <= note.level ? 1 : 0), 0)) least = 3;
  const marks = [];
  for (const note of notes) {
    const lane = laneOf.get(note.process);
    if (note.level < least || lane === undefined) continue;
    const entry = index.trace.entries[note.entry - 1]!;
    marks.push({
      entry: note.entry,
      process: note.process,
      x: xOfSeconds(window, timeMap.toScreen(note.atUs)),
      y: lane.y,
      level: note.level,
      bad: isBadNews(entry),
      isFuture: timeUs < note.atUs,
      text: lane.height < 24 ? '' : noteText(entry, language, scene.members),
    });
    if (MARKS_MOST < marks.length) break;
  }
  return placeMarkTexts(marks, window.width - 4);
}

function drawMarks(layer: SVGGElement, marks: readonly MarkPlace[], scene: LanesScene): void {
  select(layer)
    .selectAll<SVGGElement, MarkPlace>('g.note')
    .data(marks, (mark) => mark.entry)
    .join((enter) =>
      enter.append('g').each(function () {
        child(this, 'path', 'mark-sign');
        child(this, 'text');
      }),
    )
    .each(function (mark) {
      const [sign, words] = this.children as unknown as [Element, Element];
      const classes = [
        'note',
        mark.level === 3 ? 'landmark' : '',
        mark.bad ? 'bad' : '',
        mark.isFuture ? 'future' : '',
      ];
      if (mark.entry === scene.selectedEntry) classes.push('selected');
      attr(this, 'class', classes.join(' '));
      attr(this, 'transform', `translate(${Math.round(mark.x * 2) / 2} ${mark.y})`);
      attr(
        sign,
        'd',
        mark.bad ? 'M-4-4 4 4M4-4-4 4' : mark.level === 3 ? 'M0-5 5 0 0 5-5 0Z' : 'M0-3.5 3.5 0 0 3.5-3.5 0Z',
      );
      attr(words, 'x', 5);
      attr(words, 'y', -6);
      label(words, mark.text);
    });
}

function drawTicks(
  layer: SVGGElement,
  ticks: readonly Tick[],
  window: LanesWindow,
  bottom: number,
  scene: LanesScene,
): void {
  const here = textWidth(sayMoment(0), 12, true) / 2 + 50;
  const shown = ticks.filter(({x}) => here + 8 < Math.abs(x - playheadX(scene)));
  select(layer)
    .selectAll<SVGGElement, Tick>('g')
    .data(shown, (tick) => tick.key)
    .join((enter) =>
      enter
        .append('g')
        .attr('class', 'tick')
        .each(function () {
          child(this, 'line');
          child(this, 'text');
        }),
    )
    .each(function ({x, text}) {
      const [line, words] = this.children as unknown as [Element, Element];
      const half = textWidth(text, 12, true) / 2;
      attr(line, 'x1', x);
      attr(line, 'x2', x);
      attr(line, 'y1', bottom);
      attr(line, 'y2', bottom + 4);
      attr(words, 'x', x);
      attr(words, 'y', bottom + 17);
      label(words, x - half < window.plotX || window.width < x + half ? '' : text);
    });
}

function drawGutter(layer: SVGGElement, scene: LanesScene, bottom: number): void {
  const {window, lanes, selectedProcess} = scene;
  let back = layer.querySelector(':scope > rect');
  if (back === null) back = child(layer, 'rect', 'gutter');
  attr(back, 'width', window.plotX - 1);
  attr(back, 'height', bottom + AXIS_PX);
  select(layer)
    .selectAll<SVGGElement, Lane>('g.lane')
    .data(lanes, (lane) => lane.process)
    .join((enter) =>
      enter
        .append('g')
        .attr('class', 'lane')
        .each(function () {
          child(this, 'text', 'lane-name');
          child(this, 'text', 'lane-machine');
        }),
    )
    .each(function (lane) {
      const [name, machine] = this.children as unknown as [Element, Element];
      const withMachine = lane.leads && 36 <= lane.height;
      attr(name, 'class', lane.process === selectedProcess ? 'lane-name selected' : 'lane-name');
      attr(name, 'x', 12);
      attr(name, 'y', lane.y + 4);
      label(name, fitText(lane.process, window.plotX - 18, 13));
      attr(machine, 'x', 12);
      attr(machine, 'y', lane.y - 11);
      label(machine, withMachine ? fitText(lane.machine, window.plotX - 18, 12) : '');
    });
  scene.members?.nameTerms(group(layer, 'terms'), scene);
}

function playheadX({window, timeMap, timeUs}: LanesScene): number {
  return xOfSeconds(window, timeMap.toScreen(timeUs));
}

function drawPlayhead(layer: SVGGElement, scene: LanesScene, bottom: number): void {
  const {window, timeUs} = scene;
  if (layer.childElementCount === 0) {
    child(layer, 'line');
    child(layer, 'path');
    child(layer, 'rect');
    child(layer, 'text');
    child(layer, 'rect', 'grip');
  }
  const x = playheadX(scene);
  attr(layer, 'display', x < window.plotX || window.width < x ? 'none' : null);
  const [line, head, box, words, grip] = layer.children as unknown as Element[];
  const text = sayMoment(Math.max(0, Math.floor(timeUs)));
  const half = textWidth(text, 12, true) / 2 + 7;
  const middle = Math.max(window.plotX + half, Math.min(window.width - half - 2, x));
  attr(line!, 'x1', x);
  attr(line!, 'x2', x);
  attr(line!, 'y1', 2);
  attr(line!, 'y2', bottom + 4);
  attr(head!, 'd', `M${x - 6} 0H${x + 6}L${x} 8Z`);
  attr(box!, 'x', middle - half);
  attr(box!, 'y', bottom + 3);
  attr(box!, 'width', 2 * half);
  attr(box!, 'height', 18);
  attr(box!, 'rx', 5);
  attr(words!, 'x', middle);
  attr(words!, 'y', bottom + 16.5);
  label(words!, text);
  attr(grip!, 'x', x - 7);
  attr(grip!, 'y', 0);
  attr(grip!, 'width', 14);
  attr(grip!, 'height', bottom + AXIS_PX);
}

function group(svg: Element, name: string): SVGGElement {
  return svg.querySelector<SVGGElement>(`:scope > g.${name}`) ?? child(svg, 'g', name);
}
