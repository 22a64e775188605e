import {type Box, type CardBox, type Detail, hullOf, intersects, type PlateBox} from './box.ts';
import {PLATE} from './layout-sizes.ts';

type LayoutMachines = ReadonlyMap<string, {readonly address: string}>;

/** As few plates for a machine as can be without lying under somebody else's card: one, as a rule. */
export function platesOf(
  machines: LayoutMachines,
  cards: ReadonlyMap<string, CardBox>,
  detail: Detail,
): PlateBox[] {
  const side = detail === 'mini' ? 6 : PLATE.side;
  const plates: PlateBox[] = [];
  for (const [machine, {address}] of machines) {
    const foreign = [...cards.values()].filter((card) => card.machine !== machine);
    let clusters = [...cards.values()].filter((card) => card.machine === machine).map((card) => [card]);
    for (let i = 0; i < clusters.length; i++) {
      const joined = clusters.findIndex((other, j) => {
        if (j <= i) return false;
        const hull = padded(hullOf([...clusters[i]!, ...other]), side);
        return foreign.every((card) => !intersects(hull, card));
      });
      if (joined === -1) continue;
      const merged = [...clusters[i]!, ...clusters[joined]!];
      clusters = clusters.map((cluster, j) => (j === i ? merged : cluster)).filter((_, j) => j !== joined);
      i--;
    }
    for (const cluster of clusters) {
      plates.push({
        ...padded(hullOf(cluster), side),
        key: `${machine} ${cluster[0]!.name}`,
        machine,
        address,
      });
    }
  }
  return plates;
}

function padded(box: Box, side: number): Box {
  return {
    x: box.x - side,
    y: box.y - PLATE.top,
    width: box.width + 2 * side,
    height: box.height + PLATE.top + PLATE.bottom,
  };
}
