import {type Box, intersects} from './box.ts';
import type {TopologyLayout} from './layout-parts.ts';

/** Finds room for labels beside their signs: never over a card, another label, or the edge. First come, first served. */
export class Placer {
  readonly #taken: Box[];
  readonly #room: Box;

  constructor(layout: TopologyLayout) {
    this.#room = {x: 4, y: 4, width: layout.width - 8, height: layout.height - 8};
    this.#taken = [...layout.cards.values()];
    for (const plate of layout.plates)
      this.#taken.push({x: plate.x, y: plate.y, width: plate.width * 0.5, height: 20});
  }

  block(box: Box): void {
    this.#taken.push(box);
  }

  /** Top left corner of a free box beside (x, y), which is then taken; null if there is none near. */
  place(x: number, y: number, width: number, height: number): {x: number; y: number} | null {
    const gap = 11;
    const spots = [
      {x: x + gap, y: y - height / 2},
      {x: x - gap - width, y: y - height / 2},
      {x: x - width / 2, y: y - gap - height},
      {x: x - width / 2, y: y + gap},
      {x: x + gap, y: y + 4},
      {x: x + gap, y: y - height - 4},
      {x: x - gap - width, y: y + 4},
      {x: x - gap - width, y: y - height - 4},
    ];
    for (const spot of spots) {
      const box = {x: spot.x - 3, y: spot.y, width: width + 6, height};
      if (!contains(this.#room, box) || this.#taken.some((taken) => intersects(taken, box))) continue;
      this.#taken.push(box);
      return spot;
    }
    return null;
  }
}

function contains(outer: Box, inner: Box): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
