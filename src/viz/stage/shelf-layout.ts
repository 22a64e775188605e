import {
  type Cast,
  cardsOf,
  finish,
  type GroupBox,
  type LayoutInput,
  type LayoutProcess,
  placeRow,
  rowWidth,
  type TopologyLayout,
} from './layout-parts.ts';
import {LEAST_PAIRED, PLATE, SHELF, SIZES} from './layout-sizes.ts';

/** Brokers of one cluster, as many as stand on one shelf. */
interface Block {
  readonly label: string;
  readonly members: readonly LayoutProcess[];
}

/**
 * For a crowd: cluster beside cluster on shelves, as many as fit, each in a box with its name, and brokers of one name next to each
 * other. Between shelves there are aisles, for ways that would otherwise lead across cards. May grow downwards.
 */
export function shelves(input: LayoutInput, cast: Cast): TopologyLayout {
  const {cards, put} = cardsOf('small');
  const {namesrv, broker, client} = SIZES.small;
  const room = input.width - 2 * SHELF.margin;
  const fitting = Math.floor((room + SHELF.gap) / (SHELF.least + SHELF.gap));
  const isPaired = fitting < 2 && LEAST_PAIRED <= (room - SHELF.gap) / 2;
  const blocks = blocksOf(cast, isPaired ? 2 : Math.max(1, fitting));
  const rows = rowsOf(blocks, isPaired ? 2 : Math.max(1, fitting));
  const columns = Math.max(2, ...rows.map((row) => row.reduce((sum, {members}) => sum + members.length, 0)));
  const width = Math.min(SHELF.most, Math.floor((room - (columns - 1) * SHELF.gap) / columns));
  const aisles: number[] = [];

  let y = PLATE.top + 4;
  const perRow = Math.max(1, Math.floor((room + 16) / (namesrv[0] + 16)));
  for (let i = 0; i < cast.namesrvs.length; i += perRow) {
    placeRow(cast.namesrvs.slice(i, i + perRow), input.width, y, namesrv, 16, put);
    y += namesrv[1] + PLATE.bottom;
  }
  const aisle = (): void => {
    aisles.push(y + SHELF.aisle / 2);
    y += SHELF.aisle;
  };
  aisle();

  const groups: GroupBox[] = [];
  for (const row of rows) {
    const cardY = y + SHELF.top + PLATE.top;
    const count = row.reduce((sum, {members}) => sum + members.length, 0);
    let x = Math.round((input.width - rowWidth(count, width, SHELF.gap)) / 2);
    for (const {label, members} of row) {
      groups.push({
        key: `${label} ${members[0]!.name}`,
        label,
        x: x - SHELF.side,
        y,
        width: rowWidth(members.length, width, SHELF.gap) + 2 * SHELF.side,
        height: SHELF.top + PLATE.top + broker[1] + PLATE.bottom + SHELF.bottom,
      });
      for (const member of members) {
        put(member, x, cardY, [width, broker[1]]);
        x += width + SHELF.gap;
      }
    }
    y = cardY + broker[1] + PLATE.bottom + SHELF.bottom;
    aisle();
  }

  const {left, right} = cast;
  const clientWidth = Math.min(width, client[0]);
  const perSide = Math.max(1, Math.floor((room + 24) / (clientWidth + 24) / 2));
  const clientRows = Math.ceil(Math.max(left.length, right.length) / perSide);
  for (let row = 0; row < clientRows; row++) {
    if (0 < row) aisle();
    y += PLATE.top;
    left.slice(row * perSide, (row + 1) * perSide).forEach((process, i) => {
      put(process, SHELF.margin + i * (clientWidth + 24), y, [clientWidth, client[1]]);
    });
    right.slice(row * perSide, (row + 1) * perSide).forEach((process, i, those) => {
      const fromRight = those.length - i;
      const x = input.width - SHELF.margin - fromRight * clientWidth - (fromRight - 1) * 24;
      put(process, x, y, [clientWidth, client[1]]);
    });
    y += client[1] + PLATE.bottom;
  }
  return finish(
    input,
    Math.max(input.height, y + 6),
    'small',
    {upright: true, ring: false, aisles},
    cards,
    groups,
  );
}

/** The clusters in the order of their brokers; one that is too large for a shelf is cut between brokers of different names, if it can be. */
function blocksOf({groups}: Cast, columns: number): Block[] {
  const clusters = new Map<string, (readonly LayoutProcess[])[]>();
  for (const members of groups) {
    const label = members.find(({cluster}) => cluster !== '')?.cluster ?? members[0]!.brokerName;
    const known = clusters.get(label);
    if (known === undefined) clusters.set(label, [members]);
    else known.push(members);
  }
  return [...clusters].flatMap(([label, names]) => {
    const shelves: LayoutProcess[][] = [];
    for (const members of names) {
      const last = shelves[shelves.length - 1];
      if (last !== undefined && last.length + members.length <= columns) last.push(...members);
      else for (let i = 0; i < members.length; i += columns) shelves.push(members.slice(i, i + columns));
    }
    return shelves.map((members) => ({label, members}));
  });
}

function rowsOf(blocks: readonly Block[], columns: number): Block[][] {
  const rows: Block[][] = [];
  let taken = columns;
  for (const block of blocks) {
    if (columns < taken + block.members.length) {
      rows.push([]);
      taken = 0;
    }
    rows[rows.length - 1]!.push(block);
    taken += block.members.length;
  }
  return rows;
}
