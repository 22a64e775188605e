import {Group} from './group.ts';

/** How a leader goes: its machine refuses connections from then on, or nothing comes from it any more. */
export type Loss = 'killed' | 'silent';

export interface Leaderless {
  /** Until another leads. */
  readonly ms: number;
  /** Of that, until one of the others gives the leader up. */
  readonly untilNoticedMs: number;
  /** Rounds of votes that the others began. */
  readonly rounds: number;
}

/**
 * A group of three loses its leader. When it does is spread over the two seconds between two heartbeats: a thousand seeds in a
 * row are 2 ms apart.
 */
export function loseLeader(seed: number, loss: Loss): Leaderless {
  const group = new Group({seed: `${seed}`}).start();
  const leader = group.toLeader();
  group.run(3000 + ((seed * 2) % 2000));
  group.append(leader, 'x');
  group.run(500);
  const fromMs = group.nowMs;
  if (loss === 'killed') group.do({kind: 'kill', process: leader});
  else group.isolate(leader);
  const others = group.followersOf(leader);
  group.runTo('a new leader', () => others.some((id) => group.server(id).memberState.isLeader), 60_000, 5);
  const ofOthers = <F extends {readonly atMs: number; readonly process: string}>(facts: readonly F[]): F[] =>
    facts.filter(({atMs, process}) => process !== leader && atMs > fromMs);
  const roles = ofOthers(group.facts('dledger-role-changed'));
  return {
    ms: roles.find(({fact}) => fact.role === 'LEADER')!.atMs - fromMs,
    untilNoticedMs: roles.find(({fact}) => fact.role === 'CANDIDATE')!.atMs - fromMs,
    rounds: ofOthers(group.facts('dledger-votes-requested')).length,
  };
}
