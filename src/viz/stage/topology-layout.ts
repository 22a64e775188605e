import type {ViewState} from '../../lab/view/view-state.ts';
import type {CardBox, Detail} from './box.ts';
import type {BrokerNames} from './broker-names.ts';
import {
  type Cast,
  cardsOf,
  castOf,
  finish,
  type GroupBox,
  type LayoutInput,
  type LayoutProcess,
  placeRow,
  rowWidth,
  type TopologyLayout,
} from './layout-parts.ts';
import {
  CROWD,
  DETAILS,
  GROUP,
  LEAST_MINI,
  LEAST_TINY,
  LOWEST_PX,
  LOWEST_RING_PX,
  MANY,
  MARGIN,
  PLATE,
  RING_DETAILS,
  SIDEWAYS,
  SIZES,
  type Sizes,
  TINY_GAP,
  UPRIGHT_BELOW,
} from './layout-sizes.ts';
import {shelves} from './shelf-layout.ts';
import {upright} from './upright-layout.ts';

/** Where everything stands. The same processes in the same room always stand in the same place, whatever they do. */
export function layoutTopology(input: LayoutInput): TopologyLayout {
  const cast = castOf(input.processes);
  if (cast.groups.some((members) => 2 < members.length)) {
    const found = ring(input, cast);
    if (found !== null) return found;
  }
  if (input.width < UPRIGHT_BELOW) return narrow(input, cast);
  for (const detail of DETAILS) {
    const found = wide(input, cast, detail, 'below') ?? wide(input, cast, detail, 'beside');
    if (found !== null) return found;
  }
  // Too low for any of them: better the smallest with a little scrolling than one below the other.
  const lowest = {...input, height: Math.max(input.height, LOWEST_PX)};
  const row = wide(lowest, cast, 'small', 'below') ?? wide(input, cast, 'mini', 'below');
  if (row !== null) return row;
  const lowestMini = {...input, height: Math.max(input.height, LOWEST_RING_PX)};
  return wide(lowestMini, cast, 'mini', 'below') ?? narrow(input, cast);
}

/** One below the other; where that does not fit, master beside slave, or a crowd on shelves. */
function narrow(input: LayoutInput, cast: Cast): TopologyLayout {
  const stacked = upright(input, cast);
  if (stacked.height <= input.height) return stacked;
  const row = cast.groups.some((members) => 1 < members.length) ? wide(input, cast, 'small', 'below') : null;
  return row ?? (cast.groups.flat().length < CROWD ? stacked : shelves(input, cast));
}

/** What the layout needs of a view: it changes only when processes come, or a broker calls itself otherwise than it first did. */
export function layoutProcesses(view: ViewState, names: BrokerNames): LayoutProcess[] {
  return [...view.processes.values()].map(({name, kind, machine, broker}) => ({
    name,
    kind,
    machine,
    brokerName: broker?.brokerName || names.of(name).brokerName,
    brokerId: broker?.brokerId ?? 0,
    cluster: broker?.cluster || names.of(name).cluster,
  }));
}

/** A group of three and more stands in one row, each member under the NameServer of its machine, as long as there is room. */
function ring(input: LayoutInput, cast: Cast): TopologyLayout | null {
  for (const detail of RING_DETAILS) {
    const found = wide(input, cast, detail, 'below');
    if (found !== null) return found;
  }
  const lowest = {...input, height: Math.max(input.height, LOWEST_RING_PX)};
  return wide(lowest, cast, 'mini', 'below');
}

/** The smallest cards are as wide as there is room for. */
function sizesOf(input: LayoutInput, cast: Cast, detail: Detail): Sizes | null {
  if (detail !== 'mini') return SIZES[detail];
  const isTiny = cast.groups.some((members) => MANY <= members.length);
  const sizes = isTiny ? {...SIZES.mini, brokerGap: TINY_GAP} : SIZES.mini;
  const room = input.width - 2 * marginOf(detail);
  const brokers = cast.groups.flat().length;
  const taken =
    cast.groups.reduce(
      (width, members) =>
        width + (members.length - 1) * sizes.brokerGap + (1 < members.length ? 2 * GROUP.side : 0),
      0,
    ) +
    GROUP.between * (cast.groups.length - 1);
  const broker = Math.min(sizes.broker[0], Math.floor((room - taken) / brokers));
  if (broker < (isTiny ? LEAST_TINY : LEAST_MINI)) return null;
  const ofRow = Math.floor((room - sizes.brokerGap * (cast.namesrvs.length - 1)) / cast.namesrvs.length);
  const columns = Math.max(2, cast.left.length + cast.right.length);
  return {
    ...sizes,
    broker: [broker, sizes.broker[1]],
    namesrv: [Math.min(isAligned(cast) ? broker : sizes.namesrv[0], ofRow), sizes.namesrv[1]],
    client: [Math.min(sizes.client[0], Math.floor((room - 24 * (columns - 1)) / columns)), sizes.client[1]],
  };
}

/** Whether every NameServer has a machine of its own with one broker on it, of a group that stands in a row. */
function isAligned({namesrvs, groups}: Cast): boolean {
  if (namesrvs.length === 0 || groups.every((members) => members.length < 3)) return false;
  const machines = new Set(namesrvs.map(({machine}) => machine));
  if (machines.size < namesrvs.length) return false;
  const brokers = groups.flat();
  return [...machines].every((name) => brokers.filter(({machine}) => machine === name).length === 1);
}

function marginOf(detail: Detail): number {
  return detail === 'mini' ? 20 : MARGIN;
}

function wide(
  input: LayoutInput,
  cast: Cast,
  detail: Detail,
  clients: 'below' | 'beside',
): TopologyLayout | null {
  const sizes = sizesOf(input, cast, detail);
  if (sizes === null) return null;
  const isRing = cast.groups.some((members) => 2 < members.length);
  const margin = marginOf(detail);
  const sideways = detail === 'mini' ? 24 : SIDEWAYS;
  const group = isRing || detail === 'mini' ? {...GROUP, top: 18, bottom: 8} : GROUP;
  const room = input.width - 2 * margin;
  const groupWidths = cast.groups.map((members) => groupWidth(members.length, sizes));
  const brokersWidth = sum(groupWidths) + GROUP.between * Math.max(0, cast.groups.length - 1);
  const framed = cast.groups.some((members) => 1 < members.length);
  const brokersHeight = sizes.broker[1] + (framed ? group.top + group.bottom : 0);
  const namesrvGap = detail === 'mini' ? sizes.brokerGap : 28;
  const namesrvsWidth = rowWidth(cast.namesrvs.length, sizes.namesrv[0], namesrvGap);
  if (room < brokersWidth || room < namesrvsWidth) return null;

  const [clientWidth, clientHeight] = sizes.client;
  const isTight = detail === 'low' || detail === 'small' || detail === 'mini';
  const top = PLATE.top + (isTight ? 4 : 8);
  const bottom = PLATE.bottom + (isTight ? 4 : 10);
  const above = top + (cast.namesrvs.length > 0 ? sizes.namesrv[1] + sizes.gaps[0] : 0);
  const {cards, put} = cardsOf(detail);

  let brokersY: number;
  if (clients === 'below') {
    const columns = cast.left.length + cast.right.length;
    const between = cast.left.length > 0 && cast.right.length > 0 ? sideways : 0;
    const needed = columns * clientWidth + 24 * Math.max(0, columns - 2) + between;
    if (room < needed) return null;
    // Clients that stand clear of the brokers may come up beside their feet.
    const most = Math.max(cast.left.length, cast.right.length);
    const clearInset = (input.width - brokersWidth) / 2 - most * clientWidth - (most - 1) * 24 - 12;
    // Ways between members of a ring run under them.
    const isClear = !isRing && margin <= clearInset;
    const wanted = Math.max(margin, Math.min(90, (room - needed) * 0.12));
    const inset = isClear ? Math.min(wanted, clearInset) : wanted;
    const gap = isClear ? 14 : sizes.gaps[1];
    const least = above + brokersHeight + (columns > 0 ? gap + clientHeight : 0) + bottom;
    const spare = input.height - least;
    if (spare < 0) return null;
    const second =
      Math.min(sizes.gaps[1] - gap, spare) + Math.min(110, Math.max(0, spare - sizes.gaps[1] + gap) * 0.5);
    const first = Math.min(60, (spare - second) * 0.7);
    const lead = Math.max(0, spare - first - second) / 2;
    placeRow(cast.namesrvs, input.width, top + lead, sizes.namesrv, namesrvGap, put);
    brokersY = above + lead + first;
    const clientsY = brokersY + brokersHeight + gap + second;
    cast.left.forEach((process, i) => {
      put(process, inset + i * (clientWidth + 24), clientsY, sizes.client);
    });
    cast.right.forEach((process, i) => {
      const fromRight = cast.right.length - i;
      put(
        process,
        input.width - inset - fromRight * clientWidth - (fromRight - 1) * 24,
        clientsY,
        sizes.client,
      );
    });
  } else {
    const most = Math.max(cast.left.length, cast.right.length);
    const sides = most === 0 ? 0 : 2 * (clientWidth + sideways);
    if (room < brokersWidth + sides) return null;
    const column = most * clientHeight + Math.max(0, most - 1) * (PLATE.top + PLATE.bottom + 8);
    const spare = input.height - above - brokersHeight - bottom;
    if (spare < 0 || input.height < top + column + bottom) return null;
    const first = Math.min(80, spare * 0.4);
    placeRow(cast.namesrvs, input.width, top + Math.min(30, spare * 0.15), sizes.namesrv, namesrvGap, put);
    brokersY = above + first + Math.min(30, spare * 0.15);
    const middle = Math.min(brokersY + brokersHeight * 0.66, input.height - bottom - column / 2);
    const columnTop = Math.max(top, middle - column / 2);
    const meetsRow = input.width - 2 * (margin + clientWidth + 20) < namesrvsWidth;
    if (meetsRow && columnTop < above) return null;
    const step = clientHeight + PLATE.top + PLATE.bottom + 8;
    cast.left.forEach((process, i) => {
      put(process, margin, columnTop + i * step, sizes.client);
    });
    cast.right.forEach((process, i) => {
      put(process, input.width - margin - clientWidth, columnTop + i * step, sizes.client);
    });
  }

  const groups: GroupBox[] = [];
  let x = (input.width - brokersWidth) / 2;
  cast.groups.forEach((members, g) => {
    const inGroup = 1 < members.length;
    if (inGroup) {
      groups.push({
        key: members[0]!.brokerName,
        label: members[0]!.brokerName,
        x,
        y: brokersY,
        width: groupWidths[g]!,
        height: brokersHeight,
      });
    }
    members.forEach((process, i) => {
      const cardX = x + (inGroup ? GROUP.side : 0) + i * (sizes.broker[0] + sizes.brokerGap);
      put(process, cardX, brokersY + (inGroup ? group.top : 0), sizes.broker);
    });
    x += groupWidths[g]! + GROUP.between;
  });
  if (isAligned(cast)) standOverBrokers(cast.namesrvs, cards);
  return finish(input, input.height, detail, {upright: false, ring: isRing, aisles: null}, cards, groups);
}

/** Each NameServer over the broker that shares its machine: one ground carries both. */
function standOverBrokers(namesrvs: readonly LayoutProcess[], cards: Map<string, CardBox>): void {
  for (const {name, machine} of namesrvs) {
    const box = cards.get(name)!;
    const broker = [...cards.values()].find((card) => card.kind === 'broker' && card.machine === machine)!;
    cards.set(name, {...box, x: Math.round(broker.x + (broker.width - box.width) / 2)});
  }
}

function groupWidth(members: number, sizes: Sizes): number {
  return members * sizes.broker[0] + (members - 1) * sizes.brokerGap + (1 < members ? 2 * GROUP.side : 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
