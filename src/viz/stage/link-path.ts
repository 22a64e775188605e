import {short} from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve measured once, so that a point at any part of its length is cheap and travels evenly. */
export interface LinkPath {
  readonly points: readonly Point[];
  /** Length from the begin to each point. */
  readonly lengths: readonly number[];
  readonly length: number;
  readonly d: string;
}

const SAMPLES = 40;

/** A smooth curve that leaves `a` along `aOut` and arrives at `b` against `bOut`. */
export function curve(a: Point, aOut: Point, b: Point, bOut: Point, strength = 0.5): LinkPath {
  const distance = Math.hypot(b.x - a.x, b.y - a.y);
  const reach = Math.max(18, distance * strength);
  const c1 = {x: a.x + aOut.x * reach, y: a.y + aOut.y * reach};
  const c2 = {x: b.x + bOut.x * reach, y: b.y + bOut.y * reach};
  const points: Point[] = [];
  for (let i = 0; i <= SAMPLES; i++) points.push(cubicAt(a, c1, c2, b, i / SAMPLES));
  return measured(points);
}

/** Straight pieces with rounded corners. */
export function route(corners: readonly Point[], radius: number): LinkPath {
  const points: Point[] = [corners[0]!];
  for (let i = 1; i + 1 < corners.length; i++) {
    const before = towards(corners[i]!, corners[i - 1]!, radius);
    const after = towards(corners[i]!, corners[i + 1]!, radius);
    for (let s = 0; s <= 6; s++) points.push(quadraticAt(before, corners[i]!, after, s / 6));
  }
  points.push(corners[corners.length - 1]!);
  return measured(points);
}

/** The point at a part of the length, from 0 to 1, moved to the right of the direction of travel. */
export function pointAt(path: LinkPath, part: number, asidePx = 0): Point & {readonly angle: number} {
  const target = Math.max(0, Math.min(1, part)) * path.length;
  let low = 1;
  let high = path.points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (path.lengths[middle]! < target) low = middle + 1;
    else high = middle;
  }
  const a = path.points[low - 1]!;
  const b = path.points[low]!;
  const piece = path.lengths[low]! - path.lengths[low - 1]!;
  const along = piece === 0 ? 0 : (target - path.lengths[low - 1]!) / piece;
  const dx = piece === 0 ? 1 : (b.x - a.x) / piece;
  const dy = piece === 0 ? 0 : (b.y - a.y) / piece;
  return {
    x: a.x + (b.x - a.x) * along - dy * asidePx,
    y: a.y + (b.y - a.y) * along + dx * asidePx,
    angle: (Math.atan2(dy, dx) * 180) / Math.PI,
  };
}

/** The part of a path between two parts of its length, moved aside, as the `d` of an SVG path. */
export function stretchOf(path: LinkPath, from: number, to: number, asidePx: number): string {
  const steps = Math.max(2, Math.ceil((Math.abs(to - from) * path.length) / 8));
  let d = '';
  for (let i = 0; i <= steps; i++) {
    const {x, y} = pointAt(path, from + ((to - from) * i) / steps, asidePx);
    d += `${i === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`;
  }
  return d;
}

function measured(points: readonly Point[]): LinkPath {
  const lengths = [0];
  let d = `M${short(points[0]!.x)} ${short(points[0]!.y)}`;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    lengths.push(lengths[i - 1]! + Math.hypot(b.x - a.x, b.y - a.y));
    d += `L${short(b.x)} ${short(b.y)}`;
  }
  return {points, lengths, length: lengths[lengths.length - 1]!, d};
}

function cubicAt(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const u = 1 - t;
  const mix = (p: number, q: number, r: number, s: number) =>
    u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
  return {x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y)};
}

function quadraticAt(a: Point, b: Point, c: Point, t: number): Point {
  const u = 1 - t;
  return {
    x: u * u * a.x + 2 * u * t * b.x + t * t * c.x,
    y: u * u * a.y + 2 * u * t * b.y + t * t * c.y,
  };
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const part = length === 0 ? 0 : Math.min(0.5, distance / length);
  return {x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part};
}
