import type {FrameFamily} from '../../lab/view/view-state.ts';
import {
  type Lane,
  type LanesWindow,
  type Segment,
  secondsOfX,
  segmentsOf as segmentsOfFrame,
  xOfSeconds,
} from './lanes-geometry.ts';
import type {StageIndex, WaitSpan} from './stage-index.ts';
import type {TimeMap} from './time-map.ts';

export interface LanesPalette {
  readonly families: Readonly<Record<FrameFamily, string>>;
  readonly ground: string;
  readonly pane: string;
  readonly bad: string;
  readonly ink: string;
  readonly accent: string;
}

export interface LanesPicture {
  readonly window: LanesWindow;
  readonly lanes: readonly Lane[];
  readonly index: StageIndex;
  readonly timeMap: TimeMap;
  readonly hiddenFamilies: ReadonlySet<FrameFamily>;
  readonly selectedFrame: number;
  readonly activeFrame: number;
  /** Where the moment shown lies; right of it is the future. */
  readonly nowX: number;
}

/** Above this many frames in the window, columns of pixels tell how many there were instead of a line for each. */
const LINES_MOST = 4000;
const COLUMN_PX = 2;

/** Draws what there is plenty of, and answers the lines it drew, for finding what a pointer is at. */
export function paintLanes(
  context: CanvasRenderingContext2D,
  picture: LanesPicture,
  palette: LanesPalette,
): Segment[] {
  const {window} = picture;
  context.clearRect(0, 0, window.width, window.height);
  const segments = segmentsOf(picture);
  const waits = waitBars(picture);
  for (const isFuture of [false, true]) {
    context.save();
    context.beginPath();
    const playheadX = Math.max(window.plotX, Math.min(window.width, picture.nowX));
    if (isFuture) context.rect(playheadX, 0, window.width - playheadX, window.height);
    else context.rect(window.plotX, 0, playheadX - window.plotX, window.height);
    context.clip();
    context.globalAlpha = isFuture ? 0.3 : 1;
    paintWaits(context, waits, palette);
    if (segments === null) paintColumns(context, picture, palette);
    else paintLines(context, segments, picture, palette);
    context.restore();
  }
  return segments ?? [];
}

function usWindow({window, timeMap}: LanesPicture): [number, number] {
  return [
    timeMap.toVirtual(Math.max(0, secondsOfX(window, window.plotX))),
    timeMap.toVirtual(Math.max(0, secondsOfX(window, window.width))),
  ];
}

function segmentsOf(picture: LanesPicture): Segment[] | null {
  const {index, lanes, window, timeMap, hiddenFamilies} = picture;
  const [fromUs, toUs] = usWindow(picture);
  let count = 0;
  for (const {from, to, family} of index.pairs.values()) {
    if (!hiddenFamilies.has(family)) count += index.countBetween(from, to, family, fromUs, toUs);
  }
  if (LINES_MOST < count) return null;
  const laneY = new Map(lanes.map(({process, y}) => [process, y]));
  const segments: Segment[] = [];
  for (const frame of index.framesWithin(fromUs, toUs)) {
    if (hiddenFamilies.has(frame.family) && frame.sent !== picture.selectedFrame) continue;
    segments.push(...segmentsOfFrame(frame, laneY, window, timeMap));
  }
  return segments;
}

function paintLines(
  context: CanvasRenderingContext2D,
  segments: readonly Segment[],
  {selectedFrame, activeFrame, window}: LanesPicture,
  palette: LanesPalette,
): void {
  // Where lines stand closer than an eye can part, they thin out into a texture that still shows the rhythm.
  const crowd = Math.min(1, (window.width - window.plotX) / 3 / Math.max(1, segments.length));
  const alpha = context.globalAlpha * Math.max(0.3, Math.sqrt(crowd));
  const isCrowded = crowd <= 0.5;
  if (isCrowded) paintTexture(context, segments, alpha, crowd, palette);
  for (const segment of segments) {
    if (isCrowded && isPlain(segment, selectedFrame, activeFrame)) continue;
    const {frame, x0, y0, x1, y1} = segment;
    const isPicked = frame.sent === selectedFrame || frame.sent === activeFrame;
    const isFaint = frame.family === 'route';
    const colour = palette.families[frame.family];
    const isBad = frame.end === 'lost' || segment.hangs;
    context.globalAlpha = isFaint && !isPicked ? alpha * 0.75 : alpha;
    if (isPicked) {
      context.strokeStyle = palette.accent;
      context.globalAlpha = alpha * 0.25;
      context.lineWidth = 9;
      stroke(context, x0, y0, x1, y1);
      context.globalAlpha = 1;
    }
    context.strokeStyle = isBad ? palette.bad : colour;
    context.lineWidth = isFaint ? 1.1 : 0.8 + 0.9 * crowd;
    context.setLineDash(isBad ? [4, 3] : frame.form === 'response' ? [5, 2.5] : []);
    stroke(context, x0, y0, x1, y1);
    context.setLineDash([]);
    if (isBad) {
      paintEnd(context, Math.min(x1, window.width - 12), y1, segment.hangs, palette);
    } else {
      context.beginPath();
      context.arc(x1, y1, isFaint ? 2 : 2.8, 0, 2 * Math.PI);
      context.fillStyle = frame.form === 'response' ? palette.pane : colour;
      context.fill();
      if (frame.form === 'response') {
        context.lineWidth = 1.4;
        context.stroke();
      }
    }
  }
}

/** Arrived, and nobody asks for it. */
function isPlain({frame, hangs}: Segment, selectedFrame: number, activeFrame: number): boolean {
  return frame.end !== 'lost' && !hangs && frame.sent !== selectedFrame && frame.sent !== activeFrame;
}

/** Many lines of one colour as one stroke, without dashes and dots: several times as fast, and no less to be seen. */
function paintTexture(
  context: CanvasRenderingContext2D,
  segments: readonly Segment[],
  alpha: number,
  crowd: number,
  palette: LanesPalette,
): void {
  const paths = new Map<FrameFamily, Path2D>();
  for (const segment of segments) {
    const {frame, x0, y0, x1, y1} = segment;
    if (!isPlain(segment, -1, -1)) continue;
    let path = paths.get(frame.family);
    if (path === undefined) {
      path = new Path2D();
      paths.set(frame.family, path);
    }
    path.moveTo(x0, y0);
    path.lineTo(x1, y1);
  }
  context.lineWidth = 0.8 + 0.9 * crowd;
  for (const [family, path] of paths) {
    context.globalAlpha = family === 'route' ? alpha * 0.75 : alpha;
    context.strokeStyle = palette.families[family];
    context.stroke(path);
  }
}

function stroke(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function paintEnd(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  isHeld: boolean,
  palette: LanesPalette,
): void {
  context.strokeStyle = palette.bad;
  context.lineWidth = 1.8;
  context.beginPath();
  if (isHeld) {
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.moveTo(x, y - 3);
    context.lineTo(x, y);
    context.lineTo(x + 2, y + 1.5);
  } else {
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x + 4, y - 4);
    context.lineTo(x - 4, y + 4);
  }
  context.stroke();
}

/** Each column as dark as frames were many in it. */
function paintColumns(context: CanvasRenderingContext2D, picture: LanesPicture, palette: LanesPalette): void {
  const {window, lanes, index, timeMap, hiddenFamilies} = picture;
  const laneY = new Map(lanes.map(({process, y}) => [process, y]));
  const alpha = context.globalAlpha;
  const edges: number[] = [];
  for (let x = window.plotX; x <= window.width; x += COLUMN_PX) {
    edges.push(timeMap.toVirtual(Math.max(0, secondsOfX(window, x))));
  }
  for (const {from, to, family} of index.pairs.values()) {
    const y0 = laneY.get(from);
    const y1 = laneY.get(to);
    if (y0 === undefined || y1 === undefined || hiddenFamilies.has(family)) continue;
    context.fillStyle = palette.families[family];
    for (let i = 0; i + 1 < edges.length; i++) {
      if (edges[i + 1]! <= edges[i]!) continue;
      const count = index.countBetween(from, to, family, edges[i]!, edges[i + 1]!);
      if (count === 0) continue;
      context.globalAlpha = alpha * Math.min(0.7, 0.12 + 0.06 * Math.sqrt(count));
      context.fillRect(window.plotX + i * COLUMN_PX, Math.min(y0, y1), COLUMN_PX, Math.abs(y1 - y0));
    }
  }
  context.globalAlpha = alpha;
}

interface WaitBar {
  readonly kind: WaitSpan['kind'];
  readonly x: number;
  readonly y: number;
  width: number;
}

/** Waits that touch are one bar: how many there are is told elsewhere. */
function waitBars(picture: LanesPicture): WaitBar[] {
  const {index, lanes, window, timeMap} = picture;
  const [fromUs, toUs] = usWindow(picture);
  const laneY = new Map(lanes.map(({process, y}) => [process, y]));
  const last = new Map<string, WaitBar>();
  const bars: WaitBar[] = [];
  const waits = index.waitsWithin(fromUs, toUs);
  if (LINES_MOST < waits.length) return [];
  for (const wait of waits) {
    const y = laneY.get(wait.process);
    if (y === undefined) continue;
    const x = Math.max(window.plotX, xOfSeconds(window, timeMap.toScreen(wait.fromUs)));
    const right =
      wait.toUs === null
        ? window.width
        : Math.min(window.width, xOfSeconds(window, timeMap.toScreen(wait.toUs)));
    const key = `${wait.process} ${wait.kind}`;
    const before = last.get(key);
    if (before !== undefined && x <= before.x + before.width + 0.7) {
      before.width = Math.max(before.width, right - before.x);
      continue;
    }
    const bar: WaitBar = {kind: wait.kind, x, y, width: Math.max(0.5, right - x)};
    last.set(key, bar);
    bars.push(bar);
  }
  return bars;
}

function paintWaits(
  context: CanvasRenderingContext2D,
  bars: readonly WaitBar[],
  palette: LanesPalette,
): void {
  const alpha = context.globalAlpha;
  for (const {kind, x, y, width} of bars) {
    context.globalAlpha = alpha * 0.3;
    context.fillStyle = palette.families[kind === 'send' ? 'produce' : 'deliver'];
    if (kind === 'send') context.fillRect(x, y - 2.5, width, 5);
    else {
      // A wait of the other side is hatched, so that the two differ without their colours.
      for (let at = x; at < x + width; at += 4) context.fillRect(at, y - 2.5, Math.min(2, x + width - at), 5);
    }
  }
  context.globalAlpha = alpha;
}
