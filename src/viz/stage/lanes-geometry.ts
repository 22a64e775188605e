import type {Language} from '../../lab/language.ts';
import {sayDuration, sayMoment} from '../../lab/say-duration.ts';
import type {StageFrame, StageIndex} from './stage-index.ts';
import {textWidth} from './text-metrics.ts';
import {stageWords} from './texts.ts';
import type {TimeMap} from './time-map.ts';

export interface Lane {
  readonly process: string;
  readonly machine: string;
  readonly kind: string;
  readonly y: number;
  readonly top: number;
  readonly height: number;
  /** The first lane of its machine. */
  readonly leads: boolean;
}

/** The part of the diagram that is seen: which screen second lies where. */
export interface LanesWindow {
  readonly width: number;
  readonly height: number;
  /** Left of it are the names. */
  readonly plotX: number;
  readonly playheadX: number;
  /** Screen second under the playhead's place. */
  readonly atSeconds: number;
  readonly pxPerSecond: number;
}

export const AXIS_PX = 22;
export const TOP_PX = 6;
const LANE_LEAST_PX = 19;
const LANE_MOST_PX = 46;

/** Lanes from top to bottom, the processes of a machine side by side. */
export function lanesOf(
  index: StageIndex,
  height: number,
): {readonly lanes: readonly Lane[]; readonly height: number} {
  const machines: string[] = [];
  for (const process of index.processes) {
    const machine = index.machineOf.get(process)!;
    if (!machines.includes(machine)) machines.push(machine);
  }
  const ordered = machines.flatMap((machine) =>
    index.processes.filter((p) => index.machineOf.get(p) === machine),
  );
  const room = height - AXIS_PX - TOP_PX;
  const step = Math.min(LANE_MOST_PX, Math.max(LANE_LEAST_PX, room / Math.max(1, ordered.length)));
  const lanes = ordered.map((process, i): Lane => {
    const machine = index.machineOf.get(process)!;
    const top = TOP_PX + i * step;
    return {
      process,
      machine,
      kind: index.kindOf.get(process) ?? 'other',
      top,
      height: step,
      y: Math.round(top + step * 0.62) + 0.5,
      leads: i === 0 || index.machineOf.get(ordered[i - 1]!) !== machine,
    };
  });
  return {lanes, height: Math.max(height, TOP_PX + step * ordered.length + AXIS_PX)};
}

export function xOfSeconds(window: LanesWindow, seconds: number): number {
  return window.playheadX + (seconds - window.atSeconds) * window.pxPerSecond;
}

export function secondsOfX(window: LanesWindow, x: number): number {
  return window.atSeconds + (x - window.playheadX) / window.pxPerSecond;
}

export interface Segment {
  readonly frame: StageFrame;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** It goes on, but not yet. */
  readonly hangs: boolean;
}

/** How much is drawn of a frame that hangs at a cut: as long as it hangs, its line would lie over everything. */
const HELD_PX = 22;

/**
 * A frame as a slanted line from the lane it leaves to the lane it reaches; one that is lost stops half way. Of one that hangs
 * on its way the begin is drawn, and the end once it comes.
 */
export function segmentsOf(
  frame: StageFrame,
  laneY: ReadonlyMap<string, number>,
  window: LanesWindow,
  timeMap: TimeMap,
): readonly Segment[] {
  const y0 = laneY.get(frame.from);
  const to = laneY.get(frame.to);
  if (y0 === undefined || to === undefined) return [];
  const x0 = xOfSeconds(window, timeMap.toScreen(frame.sentUs));
  const away = Math.max(-HELD_PX, Math.min(HELD_PX, (to - y0) * 0.5));
  const begin = {frame, x0, y0, x1: x0 + HELD_PX, y1: y0 + away, hangs: true};
  if (frame.endUs < 0) return [begin];
  const x1 = xOfSeconds(window, timeMap.toScreen(frame.endUs));
  const y1 = frame.end === 'lost' ? y0 + (to - y0) * 0.5 : to;
  if (frame.delayed !== '' && 3 * HELD_PX < x1 - x0)
    return [begin, {frame, x0: x1 - HELD_PX, y0: y1 - away, x1, y1, hangs: false}];
  return [{frame, x0, y0, x1: Math.min(x1, window.width + 4000), y1, hangs: false}];
}

/** Distance from a point to a segment, in px. */
export function distanceTo({x0, y0, x1, y1}: Segment, x: number, y: number): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squared = dx * dx + dy * dy;
  const part = squared === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / squared));
  return Math.hypot(x - x0 - part * dx, y - y0 - part * dy);
}

export interface Tick {
  readonly key: string;
  readonly x: number;
  readonly text: string;
}

const TICK_PX = 140;

/** Marks of virtual time, evenly on screen, standing still against what happened. */
export function ticksOf(window: LanesWindow, timeMap: TimeMap, endUs = Number.POSITIVE_INFINITY): Tick[] {
  const least = TICK_PX / window.pxPerSecond;
  const scale = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * scale).find((size) => least <= size)!;
  const ticks: Tick[] = [];
  const first = Math.max(0, Math.ceil(secondsOfX(window, window.plotX) / step));
  const last = Math.floor(secondsOfX(window, window.width) / step);
  for (let i = first; i <= last && ticks.length < 40; i++) {
    const us = Math.round(timeMap.toVirtual(i * step));
    if (endUs < us) break;
    ticks.push({key: String(i), x: xOfSeconds(window, i * step), text: sayMoment(Math.max(0, us))});
  }
  return ticks;
}

export interface GapBlock {
  readonly key: string;
  readonly x: number;
  readonly width: number;
  /** Empty where there is no room for it; else it stands around `textX`. */
  readonly text: string;
  readonly textX: number;
}

/** Stretches that pass in a blink, as blocks that tell their length. */
export function gapBlocks(window: LanesWindow, timeMap: TimeMap, language: Language): GapBlock[] {
  const gaps = timeMap.gaps ?? [];
  const fromUs = timeMap.toVirtual(Math.max(0, secondsOfX(window, window.plotX)));
  const toUs = timeMap.toVirtual(Math.max(0, secondsOfX(window, window.width)));
  const blocks: GapBlock[] = [];
  for (let i = firstGapEndingAfter(gaps, fromUs); i < gaps.length && gaps[i]!.fromUs <= toUs; i++) {
    const gap = gaps[i]!;
    const x = xOfSeconds(window, timeMap.toScreen(gap.fromUs));
    const width = xOfSeconds(window, timeMap.toScreen(gap.toUs)) - x;
    if (width < 6) continue;
    const duration = sayDuration(Math.round((gap.toUs - gap.fromUs) / 1000) * 1000, language);
    const left = Math.max(window.plotX, x);
    const seen = Math.min(window.width, x + width) - left;
    const texts = [stageWords(language).passes(duration), duration];
    const text = texts.find((one) => textWidth(one, 12) + 6 <= seen) ?? '';
    blocks.push({key: String(gap.fromUs), x, width, text, textX: left + seen / 2});
  }
  return blocks;
}

function firstGapEndingAfter(gaps: readonly {readonly toUs: number}[], us: number): number {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gaps[middle]!.toUs < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface MarkPlace {
  readonly entry: number;
  readonly process: string;
  readonly x: number;
  readonly y: number;
  readonly level: number;
  readonly bad: boolean;
  readonly isFuture: boolean;
  /** Empty where there is no room for it. */
  readonly text: string;
}

export interface MarkInput {
  readonly entry: number;
  readonly process: string;
  readonly x: number;
  readonly y: number;
  readonly level: number;
  readonly bad: boolean;
  readonly isFuture: boolean;
  readonly text: string;
}

/** Gives marks their words where no other words of the lane stand; landmarks first, then in order of time. */
export function placeMarkTexts(marks: readonly MarkInput[], right: number): MarkPlace[] {
  const taken = new Map<string, {from: number; to: number}[]>();
  const texts = new Map<number, string>();
  const order = [...marks].sort((a, b) => b.level - a.level || a.x - b.x || a.entry - b.entry);
  for (const mark of order) {
    const spans = taken.get(mark.process) ?? [];
    taken.set(mark.process, spans);
    const from = mark.x;
    const to = mark.x + 8 + textWidth(mark.text, 12);
    if (right < to || mark.text === '') continue;
    if (spans.some((span) => from < span.to + 6 && span.from < to + 6)) continue;
    spans.push({from, to});
    texts.set(mark.entry, mark.text);
  }
  return marks.map((mark) => ({...mark, text: texts.get(mark.entry) ?? ''}));
}
