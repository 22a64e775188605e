import type {CardBox} from './box.ts';
import type {TopologyLayout} from './layout-parts.ts';
import {type LinkPath, type Point, route} from './link-path.ts';

const RADIUS = 7;
/** How far from the edge of the stage the ways up and down lead. */
const EDGE = {namesrv: 7, broker: 13};

/**
 * The ways between cards on shelves: out into the next aisle, along it to an edge of the stage where the other end is on another
 * shelf, and in again. None leads across a card.
 */
export class ShelfLinks {
  readonly #layout: TopologyLayout;
  readonly #aisles: readonly number[];

  constructor(layout: TopologyLayout, aisles: readonly number[]) {
    this.#layout = layout;
    this.#aisles = aisles;
  }

  brokerToNamesrv(broker: CardBox, namesrv: CardBox, part: number): LinkPath {
    const from = {x: broker.x + broker.width - 7, y: broker.y};
    const to = {x: namesrv.x + namesrv.width * part, y: namesrv.y + namesrv.height};
    const isLeft = from.x < this.#layout.width / 2;
    return this.#through(from, this.#above(broker), to, this.#below(namesrv), isLeft, EDGE.namesrv);
  }

  between(broker: CardBox, other: CardBox, apart: number): LinkPath {
    if (other.y !== broker.y) {
      const from = foot(broker, 0.6);
      const to = foot(other, 0.4);
      return this.#through(from, this.#below(broker), to, this.#below(other), false, EDGE.broker);
    }
    // Within the ground of their machines, so that it stays apart from what leads past them.
    const from = foot(broker, 0.64 - 0.08 * Math.min(2, apart));
    const to = foot(other, 0.36 + 0.08 * Math.min(2, apart));
    const y = from.y + 20 + 3 * Math.min(2, apart);
    return route([from, {x: from.x, y}, {x: to.x, y}, to], RADIUS);
  }

  clientToNamesrv(client: CardBox, namesrv: CardBox, isLeft: boolean): LinkPath {
    const from = {x: client.x + client.width * (isLeft ? 0.12 : 0.88), y: client.y};
    const to = {x: isLeft ? namesrv.x : namesrv.x + namesrv.width, y: namesrv.y + namesrv.height / 2};
    const x = this.#edge(isLeft, EDGE.namesrv);
    const y = this.#above(client);
    return route([from, {x: from.x, y}, {x, y}, {x, y: to.y}, to], RADIUS);
  }

  clientToBroker(client: CardBox, broker: CardBox, isLeft: boolean): LinkPath {
    const from = {x: client.x + client.width * (isLeft ? 0.4 : 0.6), y: client.y};
    const to = foot(broker, isLeft ? 0.2 : 0.8);
    return this.#through(from, this.#above(client), to, this.#below(broker), isLeft, EDGE.broker);
  }

  #through(from: Point, out: number, to: Point, into: number, isLeft: boolean, edge: number): LinkPath {
    if (out === into) return route([from, {x: from.x, y: out}, {x: to.x, y: into}, to], RADIUS);
    const x = this.#edge(isLeft, edge);
    return route([from, {x: from.x, y: out}, {x, y: out}, {x, y: into}, {x: to.x, y: into}, to], RADIUS);
  }

  #edge(isLeft: boolean, edge: number): number {
    return isLeft ? edge : this.#layout.width - edge;
  }

  #above(card: CardBox): number {
    return this.#aisles.filter((y) => y < card.y).pop() ?? card.y;
  }

  #below(card: CardBox): number {
    return this.#aisles.find((y) => card.y + card.height < y) ?? card.y + card.height;
  }
}

function foot(card: CardBox, part: number): Point {
  return {x: card.x + card.width * part, y: card.y + card.height};
}
