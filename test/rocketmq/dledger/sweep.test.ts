import {expect, test} from 'vitest';
import {DLEDGER_FIXES, type DLedgerFix} from '../../../src/rocketmq/dledger/fixes.ts';
import {Group, machineOf} from './group.ts';

const ALL_FIXES = new Set(Object.keys(DLEDGER_FIXES) as DLedgerFix[]);
const FAULTY_MS = 40_000;

/** A small generator of its own, so that a case is its seed and nothing else. */
function chance(seed: number): (bound: number) => number {
  let state = (seed * 2654435761) | 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

interface Outcome {
  readonly group: Group;
  /** Bodies that were acknowledged and are not in the log of the leader in the end. */
  readonly lost: readonly string[];
  readonly secondLeaders: readonly string[];
  readonly differing: readonly string[];
}

/** Forty seconds of faults under writes, then none, and a look at what is left. */
function story(seed: number, fixes: ReadonlySet<DLedgerFix>, size = 3): Outcome {
  const below = chance(seed);
  const group = new Group({seed: `sweep-${seed}`, size, config: {fixes}}).start();
  const cuts: [string, string, 'both' | 'one-way'][] = [];
  const any = (): string => group.ids[below(size)]!;
  let written = 0;
  const faults = [
    () => {
      const id = any();
      group.do({kind: 'kill', process: id});
    },
    () => {
      for (const id of group.ids) if (!group.world.isRunning(id) && below(2) === 0) group.start(id);
    },
    () => {
      const [from, to] = [any(), any()];
      if (from === to) return;
      const direction = below(3) === 0 ? 'one-way' : 'both';
      group.cut(from, to, direction);
      cuts.push([from, to, direction]);
    },
    () => {
      const id = any();
      for (const other of group.ids) {
        if (other === id) continue;
        group.cut(id, other);
        cuts.push([id, other, 'both']);
      }
    },
    () => {
      for (const [from, to, direction] of cuts.splice(0)) group.heal(from, to, direction);
    },
    () => {
      const id = any();
      group.do({kind: 'pause', process: id}).run(below(9000));
      group.do({kind: 'resume', process: id});
    },
    () => group.do({kind: 'jump-clock', machine: machineOf(any()), byMs: below(20_000) - 10_000}),
  ];
  while (group.nowMs < FAULTY_MS) {
    if (below(3) === 0) faults[below(faults.length)]!();
    for (const id of group.ids) {
      if (group.world.isRunning(id) && group.server(id).memberState.isLeader)
        for (let i = below(6); i > 0; i--) group.append(id, `m${written++}`);
    }
    group.run(below(1500));
  }
  for (const [from, to, direction] of cuts) group.heal(from, to, direction);
  for (const id of group.ids) if (!group.world.isRunning(id)) group.start(id);
  group.run(70_000);
  const last = `last-${seed}`;
  for (let tries = 0; tries < 40 && group.codeOf(last) !== 200; tries++) {
    if (group.leader !== null) group.append(group.leader, last);
    group.run(1000);
  }
  group.run(3000);
  const log = new Set(
    group.leader === null ? [] : group.log(group.leader).map((entry) => entry.split(':')[1]),
  );
  const acknowledged = group.answers.filter(({response}) => response.code === 200).map(({body}) => body);
  const leaders = new Map<number, string>();
  const secondLeaders: string[] = [];
  for (const {process, fact} of group.facts('dledger-role-changed')) {
    if (fact.role !== 'LEADER') continue;
    const first = leaders.get(fact.term) ?? process;
    leaders.set(fact.term, first);
    if (first !== process) secondLeaders.push(`${first} and ${process} in term ${fact.term}`);
  }
  const texts = group.ids.map((id) => `${group.log(id)}`);
  return {
    group,
    lost: acknowledged.filter((body) => !log.has(body)),
    secondLeaders,
    differing: group.ids.filter((_, i) => texts[i] !== texts[0]),
  };
}

test('with every remedy on, whatever is acknowledged stays, and after the faults all agree: 40 seeds', () => {
  for (let seed = 0; seed < 40; seed++) {
    const {group, lost, secondLeaders, differing} = story(seed, ALL_FIXES, seed % 4 === 3 ? 5 : 3);
    expect({seed, lost, secondLeaders, differing, crashes: group.world.crashes}).toEqual({
      seed,
      lost: [],
      secondLeaders: [],
      differing: [],
      crashes: [],
    });
    expect(group.codeOf(`last-${seed}`)).toBe(200);
  }
});

test('as it is, a term never has two leaders while the term files last: 40 seeds', () => {
  for (let seed = 100; seed < 140; seed++) {
    const {group, secondLeaders} = story(seed, new Set());
    expect({seed, secondLeaders, crashes: group.world.crashes}).toEqual({
      seed,
      secondLeaders: [],
      crashes: [],
    });
  }
});
