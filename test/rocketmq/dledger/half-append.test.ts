import {describe, expect, test} from 'vitest';
import type {DLedgerConfig} from '../../../src/rocketmq/dledger/config.ts';
import {Group, machineOf} from './group.ts';

/** The disk takes the bytes of an entry, and has no room for its index unit, which begins a new page. */

const UNITS_ON_A_PAGE = 4096 / 32;

interface Outcome {
  readonly refused: number | null;
  readonly after: number | null;
  /** Where the log of each member ends. */
  readonly ends: readonly number[];
}

function play(whose: 'leader' | 'follower', config: Partial<DLedgerConfig>): Outcome {
  const group = new Group({seed: 'half', config}).start();
  const leader = group.toLeader();
  group.run(500);
  for (let i = 1; i < UNITS_ON_A_PAGE; i++) group.append(leader, `entry ${i}`);
  group.run(3000);
  // Every member has looked at its disk just now, and does not look again for 100 ms.
  group.append(leader, 'the last on its page');
  group.run(20);
  const machine = machineOf(whose === 'leader' ? leader : group.followersOf(leader)[0]!);
  group.do({kind: 'disk-fault', machine, fault: {kind: 'full'}});
  group.append(leader, 'refused');
  group.run(1000);
  group.do({kind: 'heal-disk', machine, fault: 'full'});
  group.append(leader, 'after');
  group.run(5000);
  expect(group.world.crashes).toEqual([]);
  return {
    refused: group.codeOf('refused'),
    after: group.codeOf('after'),
    ends: group.ids.map((id) => group.server(id).store.ledgerEndIndex),
  };
}

const LAST = UNITS_ON_A_PAGE - 1;
const FIXED: Partial<DLedgerConfig> = {fixes: new Set(['undo-half-append'])};

describe('half an append, on a follower', () => {
  test('the bytes stay, nothing fits behind them, and it never catches up (bursts, swarm, seed 81)', () => {
    const {refused, after, ends} = play('follower', {});
    expect([refused, after]).toEqual([200, 200]);
    expect([...ends].sort((a, b) => a - b)).toEqual([LAST, LAST + 2, LAST + 2]);
  });

  test('undo-half-append: it goes on as soon as there is room', () => {
    expect(play('follower', FIXED)).toEqual({refused: 200, after: 200, ends: [LAST + 2, LAST + 2, LAST + 2]});
  });
});

describe('half an append, on a leader', () => {
  test('no follower has such a gap, and none takes another entry', () => {
    const {refused, after, ends} = play('leader', {});
    expect([refused, after]).toEqual([414, 502]);
    expect([...ends].sort((a, b) => a - b)).toEqual([LAST, LAST, LAST + 1]);
  });

  test('undo-half-append: the next entry takes its place', () => {
    expect(play('leader', FIXED)).toEqual({refused: 414, after: 200, ends: [LAST + 1, LAST + 1, LAST + 1]});
  });
});
