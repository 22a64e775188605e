import {describe, expect, test} from 'vitest';
import {Group, machineOf} from './group.ts';

/** A sector of a ledger's data file cannot be read. In Java an access to the mapping throws then, and whoever it is catches it. */

const ENTRIES = 300;
const fileOf = (id: string): string => `/store/dledger-${id}/data/${'0'.repeat(20)}`;

function filled(): {readonly group: Group; readonly leader: string; readonly follower: string} {
  const group = new Group({seed: 'unreadable'}).start();
  const leader = group.toLeader();
  group.run(500);
  for (let i = 0; i < ENTRIES; i++) group.append(leader, `entry ${i}`);
  group.run(3000);
  return {group, leader, follower: group.followersOf(leader)[0]!};
}

const endOf = (group: Group, id: string): number => group.server(id).store.ledgerEndIndex;

describe('an entry that the disk cannot read', () => {
  test('keeps a leader from bringing a new disk up to date, and from nothing else (bursts, heavy, seed 10)', () => {
    const {group, leader, follower} = filled();
    group.do({
      kind: 'disk-fault',
      machine: machineOf(leader),
      fault: {kind: 'bad-sector', path: fileOf(leader), positionBytes: 4096},
    });
    group.do({kind: 'kill', process: follower});
    group.do({kind: 'destroy-disk', machine: machineOf(follower), replace: true});
    group.do({kind: 'start', process: follower}).run(1000);
    group.append(leader, 'one more');
    group.run(5000);
    expect(group.world.crashes).toEqual([]);
    expect(group.codeOf('one more')).toBe(200);
    expect([group.leader, endOf(group, leader)]).toEqual([leader, ENTRIES]);
    expect(endOf(group, follower)).toBeLessThan(ENTRIES);
    group.do({kind: 'heal-disk', machine: machineOf(leader), fault: 'bad-sector'});
    group.run(5000);
    expect(endOf(group, follower)).toBe(ENTRIES);
  });

  test('ends a log for who restarts, and its leader fills it again', () => {
    const {group, leader, follower} = filled();
    group.do({kind: 'kill', process: follower});
    group.do({
      kind: 'disk-fault',
      machine: machineOf(follower),
      fault: {kind: 'bad-sector', path: fileOf(follower), positionBytes: 4096},
    });
    group.do({kind: 'start', process: follower}).run(0);
    expect(group.world.crashes).toEqual([]);
    expect(endOf(group, follower)).toBeLessThan(ENTRIES - 1);
    group.do({kind: 'heal-disk', machine: machineOf(follower), fault: 'bad-sector'});
    group.append(leader, 'one more');
    group.run(10_000);
    expect(group.world.crashes).toEqual([]);
    expect(endOf(group, follower)).toBe(ENTRIES);
  });
});
