import type {CardBox} from './box.ts';
import type {TopologyLayout} from './layout-parts.ts';
import {curve, type LinkPath, type Point, route} from './link-path.ts';
import {ShelfLinks} from './shelf-links.ts';

/** The way between two processes, from `a` to `b`. Frames of `b` travel it backwards. */
export interface Link {
  readonly key: string;
  readonly a: string;
  readonly b: string;
  readonly path: LinkPath;
}

const UP: Point = {x: 0, y: -1};
const DOWN: Point = {x: 0, y: 1};
const LEFT: Point = {x: -1, y: 0};
const RIGHT: Point = {x: 1, y: 0};

export function linkKey(p: string, q: string): string {
  return p < q ? `${p}\u0000${q}` : `${q}\u0000${p}`;
}

/**
 * A way for every pair that may talk, whether or not they do now: so a link that comes or goes moves no other.
 */
export function linksOf(layout: TopologyLayout): Map<string, Link> {
  const links = new Map<string, Link>();
  const cards = [...layout.cards.values()];
  const namesrvs = cards.filter(({kind}) => kind === 'namesrv');
  const brokers = cards.filter(({kind}) => kind === 'broker');
  const clients = cards.filter(({kind}) => kind !== 'namesrv' && kind !== 'broker');
  const onShelves = layout.aisles === null ? null : new ShelfLinks(layout, layout.aisles);
  const add = (a: CardBox, b: CardBox, path: LinkPath) => {
    const key = linkKey(a.name, b.name);
    links.set(key, {key, a: a.name, b: b.name, path});
  };
  brokers.forEach((broker, j) => {
    namesrvs.forEach((namesrv, i) => {
      if (onShelves !== null) {
        add(broker, namesrv, onShelves.brokerToNamesrv(broker, namesrv, spread(j, brokers.length, 0.2, 0.8)));
        return;
      }
      // The name of a machine, or of the group, stands over the left of the card.
      const [first, last] = layout.ring ? [0.55, 0.85] : [0.3, 0.7];
      const from = along(broker, 'top', spread(i, namesrvs.length, first, last));
      const to = along(namesrv, 'bottom', spread(j, brokers.length, 0.3, 0.7));
      add(broker, namesrv, curve(from, UP, to, DOWN, layout.ring ? 0.14 : 0.45));
    });
    brokers.slice(j + 1).forEach((other, d) => {
      if (onShelves !== null) add(broker, other, onShelves.between(broker, other, d));
      else if (layout.ring) add(broker, other, underneath(broker, other, d));
      else if (other.y === broker.y)
        add(broker, other, curve(along(broker, 'right', 0.5), RIGHT, along(other, 'left', 0.5), LEFT, 0.4));
      else add(broker, other, curve(along(broker, 'bottom', 0.5), DOWN, along(other, 'top', 0.5), UP, 0.4));
    });
  });
  clients.forEach((client) => {
    const isLeft = client.x + client.width / 2 < layout.width / 2;
    const peers = clients.filter((other) => other.x + other.width / 2 < layout.width / 2 === isLeft);
    const place = peers.indexOf(client);
    for (const namesrv of namesrvs) {
      add(
        client,
        namesrv,
        onShelves?.clientToNamesrv(client, namesrv, isLeft) ??
          toNamesrv(layout, client, namesrv, isLeft, namesrvs.length, place),
      );
    }
    brokers.forEach((broker, j) => {
      if (onShelves !== null) {
        add(client, broker, onShelves.clientToBroker(client, broker, isLeft));
        return;
      }
      if (layout.ring) {
        add(client, broker, upToBroker(client, broker, isLeft, j, brokers.length));
        return;
      }
      add(client, broker, toBroker(client, broker, isLeft, place, peers.length, j, brokers.length));
    });
  });
  return links;
}

/** From foot to foot; the farther apart two brokers stand, the deeper hangs the way between them. */
function underneath(broker: CardBox, other: CardBox, between: number): LinkPath {
  const from = along(broker, 'bottom', 0.7 - Math.min(0.36, 0.16 * between));
  const to = along(other, 'bottom', 0.3 + Math.min(0.36, 0.16 * between));
  const drop = 24 + Math.min(20, 12 * between);
  const y = from.y + drop;
  return route([from, {x: from.x, y}, {x: to.x, y}, to], drop);
}

function toNamesrv(
  layout: TopologyLayout,
  client: CardBox,
  namesrv: CardBox,
  isLeft: boolean,
  count: number,
  place: number,
): LinkPath {
  if (layout.upright) {
    // Between the brokers and the edge, around everything.
    const x = isLeft ? 9 - place * 3 : layout.width - 9 + place * 3;
    const to = along(namesrv, isLeft ? 'left' : 'right', 0.5);
    const from = along(client, 'top', isLeft ? 0.14 : 0.86);
    const turnY = from.y - 16;
    return route([from, {x: from.x, y: turnY}, {x, y: turnY}, {x, y: to.y}, to], 10);
  }
  if (layout.ring) {
    const x = isLeft ? 9 + place * 3 : layout.width - 9 - place * 3;
    const to = along(namesrv, 'top', isLeft ? 0.78 : 0.9);
    const from = along(client, isLeft ? 'left' : 'right', 0.5);
    const overY = Math.max(6, to.y - 26);
    return route([from, {x, y: from.y}, {x, y: overY}, {x: to.x, y: overY}, to], 8);
  }
  const from = along(client, 'top', isLeft ? 0.28 : 0.72);
  if (count === 1) {
    const to = along(namesrv, isLeft ? 'left' : 'right', 0.5 + place * 0.12);
    return curve(from, UP, to, isLeft ? LEFT : RIGHT, 0.42);
  }
  return curve(from, UP, along(namesrv, 'bottom', isLeft ? 0.12 : 0.88), DOWN, 0.45);
}

/** Straight up, between the feet of the ways that members have among each other. */
function upToBroker(client: CardBox, broker: CardBox, isLeft: boolean, nth: number, count: number): LinkPath {
  const from = along(client, 'top', spread(nth, count, 0.3, 0.7));
  return curve(from, UP, along(broker, 'bottom', isLeft ? 0.16 : 0.84), DOWN, 0.3);
}

function toBroker(
  client: CardBox,
  broker: CardBox,
  isLeft: boolean,
  place: number,
  peers: number,
  brokerPlace: number,
  brokerCount: number,
): LinkPath {
  const isBelow = broker.y + broker.height + 20 < client.y + client.height / 2;
  const inner = isLeft ? client.x + client.width : client.x;
  const tip = along(client, isLeft ? 'right' : 'left', 0.5);
  const tipOut = isLeft ? RIGHT : LEFT;
  const share = spread(place, peers, 0, 0.16);
  if (!isBelow) {
    const facing = isLeft ? broker.x - inner : inner - broker.x - broker.width;
    if (24 < facing) {
      const to = along(broker, isLeft ? 'left' : 'right', 0.3 + spread(place, peers, 0.1, 0.5));
      return curve(tip, tipOut, to, isLeft ? LEFT : RIGHT, 0.45);
    }
  }
  const to = along(broker, 'bottom', isLeft ? 0.2 + share : 0.8 - share);
  const reach = isLeft ? to.x - inner : inner - to.x;
  const innermost = isLeft ? place === peers - 1 : place === 0;
  if (innermost && 30 < reach) return curve(tip, tipOut, to, DOWN, 0.55);
  const from = along(
    client,
    'top',
    isLeft
      ? 0.5 + 0.3 * spread(brokerPlace, brokerCount, 0, 1)
      : 0.5 - 0.3 * spread(brokerPlace, brokerCount, 0, 1),
  );
  return curve(from, UP, to, DOWN, 0.45);
}

function along(box: CardBox, side: 'top' | 'bottom' | 'left' | 'right', part: number): Point {
  switch (side) {
    case 'top':
      return {x: box.x + box.width * part, y: box.y};
    case 'bottom':
      return {x: box.x + box.width * part, y: box.y + box.height};
    case 'left':
      return {x: box.x + (box.kind === 'consumer' ? NOTCH : 0), y: box.y + box.height * part};
    case 'right':
      return {x: box.x + box.width, y: box.y + box.height * part};
  }
}

/** How deep a consumer's card is notched, and how far a producer's reaches out. */
export const NOTCH = 11;

/** Evenly between two parts; one alone takes the middle. */
function spread(i: number, count: number, from: number, to: number): number {
  return count < 2 ? (from + to) / 2 : from + ((to - from) * i) / (count - 1);
}
