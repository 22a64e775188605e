import type {CutView, ViewState} from '../../lab/view/view-state.ts';
import {pointAt} from './link-path.ts';
import {type Link, linkKey} from './links.ts';

export interface LinkSign {
  readonly key: string;
  readonly a: string;
  readonly b: string;
  readonly d: string;
  readonly state: 'open' | 'connecting' | 'none';
  /** The two machines, where they are not one. */
  readonly machines: {readonly from: string; readonly to: string} | null;
}

/** The red break across a link that nothing passes. */
export interface BreakSign {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  /** Which way is cut, as seen along `angle`. */
  readonly ways: 'both' | 'forth' | 'back';
  readonly machines: {readonly from: string; readonly to: string};
}

/** The links to draw: those with a connection, and those that a cut has broken. */
export function linksModel(
  view: ViewState,
  links: ReadonlyMap<string, Link>,
): {readonly links: readonly LinkSign[]; readonly breaks: readonly BreakSign[]} {
  const states = new Map<string, 'open' | 'connecting'>();
  for (const {process, peer, status} of view.connections.values()) {
    const key = linkKey(process, peer);
    if (status !== 'connecting') states.set(key, 'open');
    else if (!states.has(key)) states.set(key, 'connecting');
  }
  for (const flight of view.flights.values()) {
    const key = linkKey(flight.from, flight.to);
    if (!states.has(key)) states.set(key, 'open');
  }
  const signs: LinkSign[] = [];
  const breaks = new Map<string, BreakSign>();
  const cutLinks = (cut: CutView, connectedOnly: boolean) =>
    [...links.values()].filter(
      (link) => cutWays(view, cut, link) !== null && (!connectedOnly || states.has(link.key)),
    );
  for (const cut of view.cuts) {
    // A cut between machines whose processes do not talk is still to be seen.
    const connected = cutLinks(cut, true);
    for (const link of connected.length > 0 ? connected : cutLinks(cut, false)) {
      const {x, y, angle} = pointAt(link.path, 0.5);
      const machines = {from: cut.from, to: cut.to};
      const known = breaks.get(link.key);
      const way = cutWays(view, cut, link)!;
      const ways = known === undefined || known.ways === way ? way : 'both';
      breaks.set(link.key, {key: link.key, x, y, angle, ways, machines});
    }
  }
  for (const link of links.values()) {
    const state = states.get(link.key) ?? 'none';
    if (state === 'none' && !breaks.has(link.key)) continue;
    const from = view.processes.get(link.a)?.machine ?? '';
    const to = view.processes.get(link.b)?.machine ?? '';
    signs.push({
      key: link.key,
      a: link.a,
      b: link.b,
      d: link.path.d,
      state,
      machines: from === to ? null : {from, to},
    });
  }
  return {links: signs, breaks: [...breaks.values()]};
}

/** Which way of a link a cut closes, or null if it is none of its business. */
function cutWays(view: ViewState, cut: CutView, link: Link): BreakSign['ways'] | null {
  const a = view.processes.get(link.a)?.machine;
  const b = view.processes.get(link.b)?.machine;
  const forth = a === cut.from && b === cut.to;
  const back = a === cut.to && b === cut.from;
  if (!forth && !back) return null;
  if (cut.direction === 'both') return 'both';
  return forth ? 'forth' : 'back';
}
