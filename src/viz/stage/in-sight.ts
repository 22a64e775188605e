import type {TraceReader} from '../../sim/trace.ts';
import type {Selection} from '../selection.ts';
import type {Lane} from './lanes-geometry.ts';

interface Extent {
  readonly y: number;
  readonly height: number;
}

/** Where processes have their cards, or lanes, and machines their ground. */
interface Places {
  readonly cards: ReadonlyMap<string, Extent>;
  readonly plates: readonly (Extent & {readonly machine: string})[];
}

/** What should be in sight for a selection; null where it has no place. */
export function extentOf(
  selection: Selection,
  {cards, plates}: Places,
  trace: Pick<TraceReader, 'entries'>,
): Extent | null {
  const card = (name: string): Extent[] => {
    const box = cards.get(name);
    return box === undefined ? [] : [box];
  };
  const ground = (machine: string): Extent[] =>
    plates.filter((plate) => plate.machine === machine).slice(0, 1);
  switch (selection?.kind) {
    case 'process':
      return around(card(selection.name));
    case 'queue':
      return around(card(selection.broker));
    case 'machine':
      return around(ground(selection.name));
    case 'link':
      return around([...ground(selection.from), ...ground(selection.to)]);
    case 'frame':
    case 'entry': {
      const entry = trace.entries[(selection.kind === 'frame' ? selection.sent : selection.id) - 1];
      if (entry === undefined) return null;
      const of = 'process' in entry ? card(entry.process) : 'machine' in entry ? ground(entry.machine) : [];
      return around(entry.kind === 'bytes-sent' ? [...of, ...card(entry.peer)] : of);
    }
    default:
      return null;
  }
}

/** The same of the lanes, where a machine has as many as processes. */
export function extentInLanes(
  selection: Selection,
  lanes: readonly Lane[],
  trace: Pick<TraceReader, 'entries'>,
): Extent | null {
  const plates = lanes.map(({process, machine, top, height}) => ({process, machine, y: top, height}));
  return extentOf(selection, {cards: new Map(plates.map((plate) => [plate.process, plate])), plates}, trace);
}

function around(boxes: readonly Extent[]): Extent | null {
  if (boxes.length === 0) return null;
  const y = Math.min(...boxes.map((box) => box.y));
  return {y, height: Math.max(...boxes.map((box) => box.y + box.height)) - y};
}

const MARGIN_PX = 24;

/** How far to scroll so that an extent is in sight: no further than needed, and its top first where all of it has no room. */
export function scrolledTo({y, height}: Extent, scrollTop: number, roomPx: number): number {
  const top = Math.max(0, y - MARGIN_PX);
  const bottom = y + height + MARGIN_PX;
  if (top < scrollTop || roomPx < bottom - top) return top;
  return Math.max(scrollTop, bottom - roomPx);
}
