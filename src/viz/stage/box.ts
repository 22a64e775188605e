import type {ProcessKind} from '../../sim/trace.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How much a card has room to say. */
export type Detail = 'large' | 'medium' | 'low' | 'small' | 'mini';

export interface CardBox extends Box {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly machine: string;
  readonly detail: Detail;
}

/** The ground of a machine under its cards; a machine whose cards lie apart has several. */
export interface PlateBox extends Box {
  readonly key: string;
  readonly machine: string;
  readonly address: string;
}

/** The smallest box around several. */
export function hullOf(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return {x, y, width: right - x, height: bottom - y};
}

export function intersects(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
