import type {ProcessKind} from '../../sim/trace.ts';
import type {Box, CardBox, Detail, PlateBox} from './box.ts';
import {platesOf} from './plates.ts';

/** Around brokers of one name, when there are several; on shelves around those of one cluster. */
export interface GroupBox extends Box {
  readonly key: string;
  readonly label: string;
}

export interface TopologyLayout {
  readonly width: number;
  /** At least the height asked for; more if it does not fit. */
  readonly height: number;
  readonly upright: boolean;
  /** More than two brokers of one name stand in a row: ways between them, and past them, lead around them. */
  readonly ring: boolean;
  /** Of shelves: the heights at which a way leads past cards, from the top; null where brokers stand otherwise. */
  readonly aisles: readonly number[] | null;
  readonly detail: Detail;
  readonly cards: ReadonlyMap<string, CardBox>;
  readonly groups: readonly GroupBox[];
  readonly plates: readonly PlateBox[];
}

export interface LayoutProcess {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly machine: string;
  /** For a broker: its brokerName and brokerId. */
  readonly brokerName: string;
  readonly brokerId: number;
  /** For a broker: its cluster, empty while nobody knows. */
  readonly cluster: string;
}

export interface LayoutInput {
  readonly processes: readonly LayoutProcess[];
  readonly machines: ReadonlyMap<string, {readonly address: string}>;
  readonly width: number;
  readonly height: number;
}

export type Put = (process: LayoutProcess, x: number, y: number, size: readonly [number, number]) => void;

export interface Cast {
  readonly namesrvs: readonly LayoutProcess[];
  readonly groups: readonly (readonly LayoutProcess[])[];
  readonly left: readonly LayoutProcess[];
  readonly right: readonly LayoutProcess[];
}

export function castOf(processes: readonly LayoutProcess[]): Cast {
  const groups = new Map<string, LayoutProcess[]>();
  for (const process of processes) {
    if (process.kind !== 'broker') continue;
    const members = groups.get(process.brokerName);
    if (members === undefined) groups.set(process.brokerName, [process]);
    else members.push(process);
  }
  return {
    namesrvs: processes.filter(({kind}) => kind === 'namesrv'),
    groups: [...groups.values()],
    left: processes.filter(({kind}) => kind === 'producer' || kind === 'console' || kind === 'other'),
    right: processes.filter(({kind}) => kind === 'consumer'),
  };
}

/** Where a layout puts its cards, all of one detail. */
export function cardsOf(detail: Detail): {readonly cards: Map<string, CardBox>; readonly put: Put} {
  const cards = new Map<string, CardBox>();
  const put: Put = ({name, kind, machine}, x, y, [width, height]) => {
    cards.set(name, {name, kind, machine, detail, x: Math.round(x), y: Math.round(y), width, height});
  };
  return {cards, put};
}

export function finish(
  input: LayoutInput,
  height: number,
  detail: Detail,
  way: Pick<TopologyLayout, 'upright' | 'ring' | 'aisles'>,
  cards: ReadonlyMap<string, CardBox>,
  groups: readonly GroupBox[],
): TopologyLayout {
  return {
    width: input.width,
    height,
    ...way,
    detail,
    cards,
    groups,
    plates: platesOf(input.machines, cards, detail),
  };
}

export function placeRow(
  processes: readonly LayoutProcess[],
  width: number,
  y: number,
  size: readonly [number, number],
  gap: number,
  put: Put,
): void {
  const left = (width - rowWidth(processes.length, size[0], gap)) / 2;
  processes.forEach((process, i) => {
    put(process, left + i * (size[0] + gap), y, size);
  });
}

export function rowWidth(count: number, width: number, gap: number): number {
  return count === 0 ? 0 : count * width + (count - 1) * gap;
}
