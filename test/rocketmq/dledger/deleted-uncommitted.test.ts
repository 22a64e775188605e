import {describe, expect, test} from 'vitest';
import type {DLedgerFix} from '../../../src/rocketmq/dledger/fixes.ts';
import {Group, machineOf} from './group.ts';

/** What a full disk takes: the oldest data files, whether a majority has what is in them or not. */

const COMMITTED = 10;
const ALONE = 400;
const BODY = 'x'.repeat(500);

/** A leader takes entries for which no follower has room, until its own disk is full; then there is room again. */
function play(...fixes: DLedgerFix[]): {readonly group: Group; readonly leader: string} {
  const group = new Group({seed: 'full', config: {fixes: new Set(fixes)}}).start();
  const leader = group.toLeader();
  group.run(500);
  for (let i = 0; i < COMMITTED; i++) group.append(leader, `entry ${i}`);
  // A cleaner looks at its disk each ten seconds.
  group.run(9850 - group.nowMs);
  for (const id of group.followersOf(leader))
    group.do({kind: 'disk-fault', machine: machineOf(id), fault: {kind: 'full'}});
  group.run(150);
  for (let i = 0; i < ALONE; i++) group.append(leader, `${i} ${BODY}`);
  group.do({kind: 'disk-fault', machine: machineOf(leader), fault: {kind: 'full'}});
  group.run(700);
  for (const id of group.ids) group.do({kind: 'heal-disk', machine: machineOf(id), fault: 'full'});
  group.run(5000);
  return {group, leader};
}

describe('files deleted with what is not committed', () => {
  test('who begins behind them counts for them: committed is what nobody has any more (bursts, heavy, seed 218)', () => {
    const {group, leader} = play();
    const last = COMMITTED + ALONE - 1;
    expect(group.world.crashes).toEqual([]);
    expect(group.committed(leader)).toBe(last);
    for (const id of group.ids) expect(group.server(id).store.ledgerBeginIndex).toBeGreaterThan(COMMITTED);
    const [trimmed] = group.facts('dledger-trimmed');
    expect(trimmed!.fact).toMatchObject({selfId: leader, fromBeginIndex: 0, committedIndex: COMMITTED - 1});
  });

  test('keep-uncommitted: they stay, and come to everybody', () => {
    const {group, leader} = play('keep-uncommitted');
    expect(group.facts('dledger-trimmed')).toEqual([]);
    expect(group.log(leader).length).toBe(COMMITTED + ALONE);
    for (const id of group.ids) expect(group.log(id)).toEqual(group.log(leader));
  });
});
