import {describe, expect, test} from 'vitest';
import type {DLedgerConfig} from '../../../src/rocketmq/dledger/config.ts';
import type {DLedgerFix} from '../../../src/rocketmq/dledger/fixes.ts';
import {emptyMessage} from '../../../src/rocketmq/dledger/protocol.ts';
import {Group, machineOf} from './group.ts';

// Each flaw of 0.2.2 strikes here as it does there, and is gone with its remedy. S-numbers are those of the fault scenarios.

const fixed = (...fixes: DLedgerFix[]): Partial<DLedgerConfig> => ({fixes: new Set(fixes)});
const numbers = (count: number, prefix: string): string[] =>
  Array.from({length: count}, (_, i) => `${prefix}${i}`);

function transfer(group: Group, from: string, to: string): number[] {
  const codes: number[] = [];
  group.server(from).handleLeadershipTransfer(
    {
      ...emptyMessage(),
      group: 'g',
      remoteId: from,
      term: group.server(from).memberState.currTerm,
      transferId: from,
      transfereeId: to,
      takeLeadershipLedgerIndex: 0,
    },
    (response) => codes.push(response.code),
  );
  return codes;
}

const isCandidate = (group: Group, id: string): boolean => group.server(id).memberState.isCandidate;
const isLeader = (group: Group, id: string): boolean => group.server(id).memberState.isLeader;
const settled = (group: Group, leader: string): boolean =>
  group.ids.every((id) => group.server(id).memberState.leaderId === leader);

describe('S1: a leadership begins to compare where an earlier one left off', () => {
  /** Six entries everywhere; `b` has led, was cut off, and `a` leads, its comparison with `b` under way for ever. */
  function lost(config: Partial<DLedgerConfig>) {
    for (let seed = 0; seed < 40; seed++) {
      const group = new Group({seed: `s1-${seed}`, config}).start();
      const b = group.toLeader();
      group.append(b, ...numbers(6, 'first'));
      group.run(2500).isolate(b);
      group.runTo('another leads', () => group.followersOf(b).some((id) => isLeader(group, id)), 20_000);
      const a = group.leader!;
      const c = group.ids.find((id) => id !== a && id !== b)!;
      group.run(5000).cut(a, c);
      group.runTo('it steps down', () => isCandidate(group, a) && isCandidate(group, b), 20_000);
      group.heal(a, b);
      group.runTo('one of the two leads', () => isLeader(group, a) || isLeader(group, b), 60_000);
      if (!isLeader(group, b)) continue;
      group.runTo('the other follows', () => group.server(a).memberState.isFollower, 60_000);
      group.append(b, ...numbers(60, 'second'));
      group.run(3000);
      expect(numbers(60, 'second').map((body) => group.codeOf(body))).toEqual(Array(60).fill(200));
      const before = group.facts('dledger-truncated').length;
      transfer(group, b, a);
      group.runTo('the lead is back', () => isLeader(group, a), 2000);
      try {
        group.runTo('a cut', () => group.facts('dledger-truncated').length > before, 1000);
      } catch {
        return {group, a, b, c, cut: null};
      }
      return {group, a, b, c, cut: group.facts('dledger-truncated')[before]!};
    }
    throw new Error('no seed of these takes the turn');
  }

  test('sixty committed entries are cut off, and one crash loses them', () => {
    const {group, a, b, c, cut} = lost({});
    expect(cut).toMatchObject({process: b, fact: {fromEndIndex: 65, endIndex: 5, committedIndex: 65}});
    group.do({kind: 'kill', process: a}).heal(b, c);
    group.runTo('the others elect', () => isLeader(group, b) || isLeader(group, c), 120_000, 10);
    const log = group.log(group.leader!);
    expect(log.filter((entry) => entry.includes('second'))).toHaveLength(0);
  });

  test('keep-committed: the member that is told to cut refuses, and nothing is lost', () => {
    const {group, a, b, c, cut} = lost(fixed('keep-committed'));
    expect(cut).toBeNull();
    group.do({kind: 'kill', process: a}).heal(b, c);
    group.runTo('the others elect', () => isLeader(group, b) || isLeader(group, c), 120_000, 10);
    const log = group.log(group.leader!);
    expect(log.filter((entry) => entry.includes('second'))).toHaveLength(60);
  });

  test('compare-afresh: nothing is cut', () => {
    const {group, b, cut} = lost(fixed('compare-afresh'));
    expect(cut).toBeNull();
    expect(group.log(b)).toHaveLength(66);
  });
});

describe('S2: a transferee that is behind is a candidate for ever', () => {
  function handOver(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's2', config}).start();
    const a = group.toLeader();
    group.append(a, 'x');
    group.run(3000);
    const [c] = group.followersOf(a) as [string];
    // The request to take over is on its way before the dispatcher's next look at the log.
    group.append(a, ...numbers(5, 'late'));
    transfer(group, a, c);
    return {group, a, c};
  }

  test('in a perfect network, it never follows again', () => {
    const {group, a, c} = handOver({});
    group.run(40_000);
    expect([group.leader, group.server(c).memberState.role]).toEqual([a, 'CANDIDATE']);
    expect(group.server(c).memberState.currTerm).toBeGreaterThan(group.server(a).memberState.currTerm);
    expect(group.codeOf('late4')).toBe(200);
  });

  test('heed-higher-term: the leader hears of the term and all agree again', () => {
    const {group} = handOver(fixed('heed-higher-term'));
    group.run(10_000);
    const leader = group.toLeader();
    expect(settled(group, leader)).toBe(true);
  });

  test('transfer-when-caught-up: it takes over once it can win', () => {
    const {group, c} = handOver(fixed('transfer-when-caught-up'));
    group.run(5000);
    expect(group.leader).toBe(c);
    expect(settled(group, c)).toBe(true);
  });

  test('S11: and the commit indexes that it is sent take all its network threads, one by one', () => {
    const {group, a, c} = handOver({});
    const live = (): boolean | undefined => group.server(a).memberState.peersLive.get(c);
    group.run(60_000);
    expect(live()).toBe(true);
    group.run(60_000);
    expect(live()).toBe(false);
    expect(group.facts('dledger-thread-blocked').at(-1)?.fact.blocked).toBe(4);
  });

  test('never-block-network: it still answers', () => {
    const {group, a, c} = handOver(fixed('never-block-network'));
    group.run(130_000);
    expect(group.server(a).memberState.peersLive.get(c)).toBe(true);
  });
});

describe('S3, S4: what was cut off rises again', () => {
  /** `a` led alone with twenty entries nobody else has, was cut back, and is restarted in order. */
  function risen(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's3', config}).start();
    const a = group.toLeader();
    group.append(a, 'first');
    group.run(3000).isolate(a);
    group.append(a, ...numbers(20, 'alone'));
    group.runTo('another leads', () => group.leader !== null && group.leader !== a, 30_000, 5);
    group.rejoin(a);
    group.runTo('it follows', () => group.server(a).memberState.isFollower, 60_000, 5);
    group.run(4000);
    const endBefore = group.server(a).store.ledgerEndIndex;
    group.do({kind: 'stop', process: a});
    group.runTo('it has stopped', () => !group.world.isRunning(a), 5000);
    return {group, a, endBefore};
  }

  test('S3: truncated entries are there again after a clean restart', () => {
    const {group, a, endBefore} = risen({});
    expect(endBefore).toBe(0);
    group.start(a);
    expect(group.server(a).store.ledgerEndIndex).toBe(20);
  });

  test('wipe-after-cut: they are not', () => {
    const {group, a} = risen(fixed('wipe-after-cut'));
    group.start(a);
    expect(group.server(a).store.ledgerEndIndex).toBe(0);
  });

  function deadCommitted(config: Partial<DLedgerConfig>) {
    const {group, a} = risen(config);
    group.append(group.leader!, ...numbers(5, 'other-longer-text'));
    group.run(3000);
    group.start(a);
    group.run(4000);
    const leaderLog = group.log(group.leader!);
    return group
      .facts('dledger-committed')
      .filter(
        ({process, fact}) =>
          process === a && fact.index > 0 && !leaderLog[fact.index]?.startsWith(`${fact.term}:`),
      );
  }

  test('S4a: a follower commits entries that the group has thrown away', () => {
    expect(deadCommitted({}).length).toBeGreaterThan(0);
  });

  test('match-first: it commits nothing before it has compared', () => {
    expect(deadCommitted(fixed('match-first'))).toEqual([]);
  });
});

test('S5: a new leader commits entries of an old term by counting, without a new one', () => {
  const group = new Group({seed: 's5'}).start();
  const a = group.toLeader();
  group.append(a, 'first');
  group.run(2500);
  // The entry gets to both, and nothing gets back.
  for (const id of group.followersOf(a)) group.cut(id, a, 'one-way');
  group.append(a, 'second');
  group.run(50);
  expect(group.codeOf('second')).toBeNull();
  group.isolate(a);
  const others = group.followersOf(a);
  group.runTo('another leads', () => others.some((id) => isLeader(group, id)), 30_000, 5);
  const leader = others.find((id) => isLeader(group, id))!;
  expect(group.server(leader).memberState.currTerm).toBeGreaterThan(0);
  group.run(1500);
  expect(group.committed(leader)).toBe(1);
  expect(group.log(leader)[1]).toMatch(/second$/);
});

describe('S6: committed beyond the end', () => {
  function emptied(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's6', config}).start();
    const a = group.toLeader();
    group.append(a, ...numbers(10, 'old'));
    group.run(3000);
    const [b, c] = group.followersOf(a) as [string, string];
    group.isolate(c);
    for (const id of [a, b]) {
      group.do({kind: 'kill', process: id});
      group.do({kind: 'destroy-disk', machine: machineOf(id), replace: true});
    }
    group.start(a, b);
    const leader = group.toLeader();
    group.append(leader, ...numbers(4, 'new'));
    group.run(5000).rejoin(c);
    group.runTo('it follows', () => group.server(c).memberState.isFollower, 120_000, 10);
    group.run(5000);
    return {group, c};
  }

  test('a follower keeps a commit index that its log no longer reaches', () => {
    const {group, c} = emptied({});
    expect([group.server(c).store.ledgerEndIndex, group.committed(c)]).toEqual([3, 9]);
  });

  test('clamp-commit: a cut takes it back', () => {
    const {group, c} = emptied(fixed('clamp-commit'));
    expect([group.server(c).store.ledgerEndIndex, group.committed(c)]).toEqual([3, 3]);
  });
});

describe('a cut into an earlier file leaves the flush position behind', () => {
  /** `a` led alone, filled two files, was cut back into the first, and has followed for some seconds when its power goes. */
  function lostOf(seed: number, config: Partial<DLedgerConfig>): number {
    const small = {mappedFileSizeForEntryData: 4096, mappedFileSizeForEntryIndex: 3200};
    const group = new Group({seed: `flush-${seed}`, config: {...small, ...config}}).start();
    const a = group.toLeader();
    group.append(a, 'first');
    group.run(3000).isolate(a);
    group.append(a, ...numbers(60, 'alone-with-a-body-of-some-length-'));
    group.runTo('another leads', () => group.leader !== null && group.leader !== a, 30_000, 5);
    group.rejoin(a);
    group.runTo('it follows', () => group.server(a).memberState.isFollower, 60_000, 5);
    group.run(2000).append(group.leader!, ...numbers(10, 'both'));
    group.run(3000);
    const shared = group.log(a);
    expect(shared).toHaveLength(11);
    group.do({kind: 'lose-power', machine: machineOf(a)}).run(1000);
    group.do({kind: 'restore-power', machine: machineOf(a)}).start(a);
    const left = new Set(group.log(a));
    return shared.filter((entry) => !left.has(entry)).length;
  }

  const lost = (config: Partial<DLedgerConfig>): number[] =>
    Array.from({length: 8}, (_, seed) => lostOf(seed, config));

  test('nothing is flushed any more, and a power cut takes what was acknowledged three seconds ago', () => {
    expect(Math.max(...lost({}))).toBeGreaterThan(0);
  });

  test('flush-after-cut: it is all there', () => {
    expect(lost(fixed('flush-after-cut'))).toEqual(Array(8).fill(0));
  });
});

describe('S8: a vote that a power cut takes back', () => {
  function forgetful(config: Partial<DLedgerConfig>) {
    const forgot: string[] = [];
    for (let seed = 0; seed < 10; seed++) {
      const group = new Group({seed: `s8-${seed}`, config}).start();
      const a = group.toLeader();
      group.run(1000);
      const voter = group
        .facts('dledger-vote-answered')
        .find(
          ({process, fact}) => process !== a && fact.result === 'ACCEPT' && fact.candidate === a,
        )!.process;
      const before = group.text(voter, 'currterm');
      group.do({kind: 'lose-power', machine: machineOf(voter)}).run(1000);
      group.do({kind: 'restore-power', machine: machineOf(voter)}).start(voter);
      const {currVoteFor, currTerm} = group.server(voter).memberState;
      expect(before).toContain(`voteLeader=${a}`);
      if (currVoteFor !== a) forgot.push(`${voter} in term ${currTerm}`);
    }
    return forgot;
  }

  test('it may be given again, to another', () => expect(forgetful({}).length).toBeGreaterThan(0));
  test('durable-vote: it is not taken back', () => expect(forgetful(fixed('durable-vote'))).toEqual([]));
});

describe('S4b: silent divergence', () => {
  /** As S3, with entries of one size, and writes going on while the member comes back. */
  function diverged(config: Partial<DLedgerConfig>) {
    let count = 0;
    for (let seed = 0; seed < 10; seed++) {
      const group = new Group({seed: `s4b-${seed}`, config}).start();
      const a = group.toLeader();
      group.append(a, 'first');
      group.run(3000).isolate(a);
      group.append(a, ...numbers(5, 'dead'));
      group.runTo('another leads', () => group.leader !== null && group.leader !== a, 30_000, 5);
      group.rejoin(a);
      group.runTo('it follows', () => group.server(a).memberState.isFollower, 60_000, 5);
      group.run(4000).do({kind: 'stop', process: a});
      group.runTo('it has stopped', () => !group.world.isRunning(a), 5000);
      const leader = group.leader!;
      group.append(leader, ...numbers(5, 'live'));
      group.run(1500).start(a);
      for (let i = 0; i < 40; i++) {
        group.append(group.leader ?? leader, `live${String.fromCharCode(97 + (i % 26))}`);
        group.run(i < 5 ? 1 : 20);
      }
      group.run(5000);
      if (`${group.log(a)}` !== `${group.log(group.leader!)}`) count++;
    }
    return count;
  }

  test('the logs differ for good, and nobody says so', () => expect(diverged({})).toBeGreaterThan(0));
  test('match-first: they are one', () => expect(diverged(fixed('match-first'))).toBe(0));
});

describe('S9: the reply that never comes', () => {
  function isolated(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's9', config}).start();
    const a = group.toLeader();
    group.append(a, 'first');
    group.run(3000).isolate(a);
    let sent = 0;
    for (; isLeader(group, a); sent++) {
      group.append(a, `n${sent}`);
      group.run(500);
    }
    group.run(35_000);
    return {sent, answered: group.answers.filter(({body}) => body.startsWith('n')).length};
  }

  test('who appended in the last seconds of a leadership waits for ever', () => {
    const {sent, answered} = isolated({});
    expect(sent).toBeGreaterThan(8);
    expect(sent - answered).toBeGreaterThanOrEqual(4);
  });

  test('answer-on-step-down: everybody is told', () => {
    const {sent, answered} = isolated(fixed('answer-on-step-down'));
    expect(answered).toBe(sent);
  });
});

describe('S10: the lonely message', () => {
  function lonely(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's10', config: {appendPreemptionMs: 20, ...config}}).start();
    const a = group.toLeader();
    group.run(500);
    group.append(a, 'first');
    group.run(3000);
    group.append(a, 'lonely');
    group.run(10_000);
    const before = group.codeOf('lonely');
    group.append(a, 'next');
    group.run(3000);
    return {before, after: group.codeOf('lonely'), committed: group.committed(a)};
  }

  test('a thread that was interrupted between two lines hangs until the next message', () => {
    expect(lonely({})).toEqual({before: null, after: 200, committed: 2});
  });

  test('answer-at-quorum: it is answered', () => {
    expect(lonely(fixed('answer-at-quorum')).before).toBe(200);
  });

  test('of several at once the others are found by the look that is taken each second; with answer-at-quorum, the last one too', () => {
    const burst = (config: Partial<DLedgerConfig>): (number | null)[] => {
      const group = new Group({seed: 's10', config: {appendPreemptionMs: 20, ...config}}).start();
      const a = group.toLeader();
      group.run(5000);
      const names = ['one', 'two', 'three'];
      for (const name of names) group.append(a, name);
      group.run(1100);
      expect(group.committed(a)).toBe(2);
      return names.map((name) => group.codeOf(name));
    };
    expect(burst({})).toEqual([200, 200, null]);
    expect(burst(fixed('answer-at-quorum'))).toEqual([200, 200, 200]);
  });
});

describe('S12: stuck behind one index', () => {
  function gap(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's12', config}).start();
    const a = group.toLeader();
    group.append(a, 'first');
    group.run(3000);
    const [b] = group.followersOf(a) as [string];
    const server = group.server(b);
    const codes: number[] = [];
    const body = new Uint8Array([1]);
    const push = (index: number): void =>
      server.handlePush(
        {
          ...emptyMessage(),
          group: 'g',
          remoteId: b,
          leaderId: a,
          term: server.memberState.currTerm,
          commitIndex: 0,
          type: 'APPEND',
          entry: {magic: 1, size: 49, index, term: 0, pos: 0, channel: 0, chainCrc: 0, bodyCrc: 0, body},
          batchEntry: [],
        },
        (response) => codes.push(response.code),
      );
    push(5);
    group.run(2500);
    push(5);
    group.run(2500);
    return codes;
  }

  test('the gap is told once, and sent again it is a repeated push', () => {
    expect(gap({})).toEqual([406, 413]);
  });

  test('forget-answered-gap: it is told again', () => {
    expect(gap(fixed('forget-answered-gap'))).toEqual([406, 406]);
  });
});

describe('S13: a wiped follower of a quiet leader', () => {
  function wiped(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's13', config}).start();
    const a = group.toLeader();
    group.append(a, ...numbers(5, 'x'));
    group.run(3000);
    const [b] = group.followersOf(a) as [string];
    group.do({kind: 'kill', process: b}).do({kind: 'destroy-disk', machine: machineOf(b), replace: true});
    group.start(b).run(20_000);
    expect(group.leader).toBe(a);
    return group.log(b).length;
  }

  test('stays empty', () => expect(wiped({})).toBe(0));
  test('heed-commit-reply: is filled', () => expect(wiped(fixed('heed-commit-reply'))).toBe(5));
});

test('keep-committed: what a start has read and a power cut may have torn is cut off, whatever the checkpoint says of it', () => {
  const group = new Group({seed: 's13', config: {fixes: new Set(['keep-committed', 'match-first'])}}).start();
  const a = group.toLeader();
  const [b] = group.followersOf(a) as [string];
  group.append(a, ...numbers(5, 'x'));
  group.run(8000);
  const path = `/store/dledger-${b}/data/${'0'.repeat(20)}`;
  const lastBody = group.server(b).store.get(4)!.pos + 48;
  group.do({kind: 'kill', process: b});
  group.do({
    kind: 'disk-fault',
    machine: machineOf(b),
    fault: {kind: 'bit-rot', path, positionBytes: lastBody, bit: 0},
  });
  group.start(b);
  expect(group.server(b).store.committedIndex).toBe(4);
  expect(group.log(b)).not.toEqual(group.log(a));
  group.append(a, 'more');
  group.run(5000);
  expect(group.log(b)).toEqual(group.log(a));
});

test('match-first: a follower that was restarted learns what is committed, also of a leader without anything new', () => {
  const group = new Group({seed: 's13', config: fixed('match-first')}).start();
  const a = group.toLeader();
  const [b] = group.followersOf(a) as [string];
  group.append(a, ...numbers(5, 'x'));
  // Its checkpoint is from before them.
  group.run(500).do({kind: 'kill', process: b}).start(b).run(5000);
  expect(group.leader).toBe(a);
  expect(group.server(b).store.committedIndex).toBe(4);
});

test('S14: a candidate repeats its request each turn while the other is deaf in its own round', () => {
  let stormiest = 0;
  for (let seed = 0; seed < 30; seed++) {
    const group = new Group({seed: `s14-${seed}`}).start();
    const a = group.toLeader();
    group.run(3000).isolate(a);
    const others = group.followersOf(a);
    group.runTo('another leads', () => others.some((id) => isLeader(group, id)), 30_000, 10);
    let inARow = 0;
    for (const {process, fact} of group.facts('dledger-role-changed')) {
      if (process === a) continue;
      inARow = fact.role === 'CANDIDATE' && fact.from === 'CANDIDATE' ? inARow + 1 : 0;
      stormiest = Math.max(stormiest, inARow);
    }
  }
  expect(stormiest).toBeGreaterThan(20);
});

describe('S15: the first reign ends early', () => {
  function reign(config: Partial<DLedgerConfig>) {
    const group = new Group({seed: 's15', config}).start();
    const a = group.toLeader();
    const fromMs = group.nowMs;
    group.isolate(a);
    group.runTo('it steps down', () => !isLeader(group, a), 20_000);
    return group.nowMs - fromMs;
  }

  test('after one round of heartbeats', () => expect(reign({})).toBeLessThan(2100));
  test('judge-own-heartbeats: after three', () =>
    expect(reign(fixed('judge-own-heartbeats'))).toBeGreaterThan(6000));
});

test('S18: a time-out is not a failure: what was answered 502 is committed later', () => {
  const group = new Group({seed: 's18'}).start();
  const a = group.toLeader();
  group.append(a, 'first');
  group.run(1000);
  for (const id of group.followersOf(a)) group.do({kind: 'pause', process: id});
  group.append(a, 'slow');
  group.run(3000);
  expect(group.codeOf('slow')).toBe(502);
  for (const id of group.followersOf(a)) group.do({kind: 'resume', process: id});
  group.run(3000);
  expect(group.committed(group.leader!)).toBe(1);
});

test('S21: a member with files of another size writes an entry, refuses it, compares, and writes it again, for ever', () => {
  const sizes = (bytes: number): Partial<DLedgerConfig> => ({mappedFileSizeForEntryData: bytes});
  const group = new Group({seed: 's21', configOf: {n0: sizes(256), n1: sizes(256), n2: sizes(512)}}).start();
  group.toLeader();
  group.run(500);
  for (let i = 0; i < 6; i++) {
    group.append(group.leader!, `body ${i} of some length`);
    group.run(50);
  }
  group.run(1000);
  const odd = group.leader === 'n2' ? 'n0' : 'n2';
  const {ledgerEndIndex, maxWrotePosition} = group.server(odd).store;
  expect(ledgerEndIndex).toBeLessThan(5);
  // No index points at any of it: what it matched last is still its last entry, so nothing is ever cut.
  expect(maxWrotePosition).toBeGreaterThan(10_000);
  const compared = group
    .facts('dledger-compared')
    .filter(({process, fact}) => process === odd && fact.isSame);
  expect(compared.length).toBeGreaterThan(50);
  expect(group.world.crashes).toEqual([]);
});
