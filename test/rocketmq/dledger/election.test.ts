import {expect, test} from 'vitest';
import {parsePeers} from '../../../src/rocketmq/dledger/peers.ts';
import {emptyMessage, type VoteRequest} from '../../../src/rocketmq/dledger/protocol.ts';
import {answerVote} from '../../../src/rocketmq/dledger/vote-rules.ts';
import {Group} from './group.ts';
import {type Loss, loseLeader} from './leaderless.ts';

// Who may vote for whom.

interface Voter {
  readonly currTerm: number;
  readonly currVoteFor: string | null;
  readonly leaderId: string | null;
  readonly ledgerEndIndex: number;
  readonly ledgerEndTerm: number;
}

const VOTER: Voter = {currTerm: 5, currVoteFor: null, leaderId: null, ledgerEndIndex: 7, ledgerEndTerm: 4};

function vote(request: Partial<VoteRequest>, voter: Partial<Voter> = {}, isSelf = false, isTaking = false) {
  const peers = parsePeers('n0-h:1;n1-h:2;n2-h:3');
  const state = {
    ...VOTER,
    ...voter,
    selfId: 'n0',
    peers,
    isPeerMember: (id: string | null) => id !== null && peers.has(id),
  };
  const asked = {...emptyMessage(), leaderId: 'n1', term: 5, ledgerEndIndex: 7, ledgerEndTerm: 4, ...request};
  const {result, term} = answerVote(state as never, asked, isSelf, isTaking);
  return `${result} ${term}`;
}

test('each reason for refusing a vote, in the order in which they count', () => {
  expect(vote({leaderId: 'n7'})).toBe('REJECT_UNKNOWN_LEADER 5');
  expect(vote({leaderId: null})).toBe('REJECT_UNKNOWN_LEADER 5');
  expect(vote({leaderId: 'n0'})).toBe('REJECT_UNEXPECTED_LEADER 5');
  expect(vote({ledgerEndTerm: 3, ledgerEndIndex: 99})).toBe('REJECT_EXPIRED_LEDGER_TERM 5');
  expect(vote({ledgerEndIndex: 6})).toBe('REJECT_SMALL_LEDGER_END_INDEX 5');
  expect(vote({term: 4})).toBe('REJECT_EXPIRED_VOTE_TERM 5');
  expect(vote({}, {currVoteFor: 'n2', leaderId: 'n2'})).toBe('REJECT_ALREADY_HAS_LEADER 5');
  expect(vote({}, {currVoteFor: 'n2'})).toBe('REJECT_ALREADY_VOTED 5');
  expect(vote({term: 6})).toBe('REJECT_TERM_NOT_READY 5');
  // Only a member that has lost its term file is behind its own log.
  expect(vote({term: 2, ledgerEndTerm: 4}, {currTerm: 2})).toBe('REJECT_TERM_SMALL_THAN_LEDGER 4');
  expect(vote({}, {}, false, true)).toBe('REJECT_TAKING_LEADERSHIP 5');
  expect(vote({})).toBe('ACCEPT 5');
});

test('a short log is refused before the term is looked at, so a high term does not spread', () => {
  expect(vote({term: 99, ledgerEndIndex: 6})).toBe('REJECT_SMALL_LEDGER_END_INDEX 5');
});

test('a vote may be given again to the same candidate, and by a follower that has a leader but gave none', () => {
  expect(vote({}, {currVoteFor: 'n1', leaderId: 'n1'})).toBe('ACCEPT 5');
  expect(vote({}, {currVoteFor: null, leaderId: 'n2'})).toBe('ACCEPT 5');
});

test('a member asks itself too, and may say no', () => {
  expect(vote({leaderId: 'n0'}, {}, true)).toBe('ACCEPT 5');
  expect(vote({leaderId: 'n0'}, {currVoteFor: 'n2'}, true)).toBe('REJECT_ALREADY_VOTED 5');
});

// Elections in whole groups.

test('three fresh members elect in term 0, or in term 1 where each votes for itself first', () => {
  const terms = new Map<number, number>();
  const slowest = {0: 0, 1: 0} as Record<number, number>;
  for (let seed = 0; seed < 60; seed++) {
    const group = new Group({seed: `${seed}`}).start();
    const {currTerm} = group.server(group.toLeader()).memberState;
    terms.set(currTerm, (terms.get(currTerm) ?? 0) + 1);
    slowest[currTerm] = Math.max(slowest[currTerm] ?? 0, group.nowMs);
    group.run(3000);
    expect(group.ids.map((id) => group.server(id).memberState.role).sort()).toEqual([
      'FOLLOWER',
      'FOLLOWER',
      'LEADER',
    ]);
  }
  expect([...terms.keys()].sort()).toEqual([0, 1]);
  expect(slowest[0]).toBeLessThan(20);
  expect(slowest[1]).toBeGreaterThan(400);
  expect(slowest[1]).toBeLessThan(1100);
});

const leaderlessMs = (loss: Loss): number[] =>
  Array.from({length: 200}, (_, seed) => loseLeader(5 * seed, loss).ms).sort((a, b) => a - b);

test('without a leader for 4.3 to 7 s when it was killed: six seconds since its last heartbeat, and a vote', () => {
  const times = leaderlessMs('killed');
  // 6 s since a beat that was 0 to 2 s old, a round in the old term that fails at once, 0.3 to 1 s, a round that is won. The
  // real one was measured at 4.65 to 6.4 s in ten runs.
  expect(times[0]).toBeGreaterThan(4300);
  expect(times[199]).toBeLessThan(7000);
  expect(times[100]).toBeGreaterThan(5200);
  expect(times[100]).toBeLessThan(6100);
});

test('without a leader for 6.3 to 10 s when it falls silent: the first round waits for its vote as well', () => {
  const times = leaderlessMs('silent');
  // As above, and 2 to 3 s until the first round gives the silent member up. The real one was measured at 7.0 to 9.1 s.
  expect(times[0]).toBeGreaterThan(6300);
  expect(times[199]).toBeLessThan(10_000);
  expect(times[100]).toBeGreaterThan(7400);
  expect(times[100]).toBeLessThan(8500);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
  'of %i members one leads, and as many may die as leave a majority, the leader first',
  (size) => {
    const group = new Group({size, seed: 'sizes'}).start();
    let leader = group.toLeader();
    group.run(5000);
    const roles = group.ids.map((id) => group.server(id).memberState.role);
    expect(roles.filter((role) => role === 'LEADER')).toHaveLength(1);
    expect(roles.filter((role) => role === 'FOLLOWER')).toHaveLength(size - 1);
    group.append(leader, 'all');
    group.run(100);
    expect(group.codeOf('all')).toBe(200);
    // An even group survives no more than the odd one below it.
    const spare = Math.ceil(size / 2) - 1;
    const [...others] = group.followersOf(leader);
    const kill = (id: string): Group => group.do({kind: 'kill', process: id});
    if (spare > 0) {
      kill(leader);
      for (let i = 1; i < spare; i++) kill(others.pop()!);
      leader = group.toLeader();
      expect(others).toContain(leader);
      // A member that asks in vain is up to 7 s behind.
      group.run(8000).append(leader, 'majority');
      group.run(100);
      expect(group.codeOf('majority')).toBe(200);
    }
    if (size === 1) return;
    kill(others.find((id) => id !== leader)!);
    group.append(leader, 'minority');
    group.run(20_000);
    expect([group.codeOf('minority'), group.leader]).toEqual([502, null]);
  },
);

test('a majority that is down leaves a candidate whose term does not grow', () => {
  const group = new Group({seed: '3'}).start();
  const leader = group.toLeader();
  group.run(5000);
  for (const id of group.followersOf(leader)) group.do({kind: 'kill', process: id});
  const {memberState} = group.server(leader);
  const term = memberState.currTerm;
  group.runTo('it steps down', () => memberState.isCandidate, 9000);
  group.run(20_000);
  expect([memberState.role, memberState.currTerm]).toEqual(['CANDIDATE', term]);
});

test('a follower that cannot hear its leader but others that can backs off, and its term does not grow', () => {
  const group = new Group({seed: '4'}).start();
  const leader = group.toLeader();
  group.run(3000);
  const [cutOff] = group.followersOf(leader) as [string];
  group.cut(leader, cutOff);
  const {memberState} = group.server(cutOff);
  const term = memberState.currTerm;
  group.run(32_000);
  expect([memberState.role, memberState.currTerm, group.leader]).toEqual(['CANDIDATE', term, leader]);
  const refusals = group.facts('dledger-vote-answered').filter(({atMs}) => atMs > 9000);
  expect(new Set(refusals.map(({fact}) => fact.result))).toContain('REJECT_ALREADY_HAS_LEADER');
  group.heal(leader, cutOff);
  // What TCP holds back comes with its next retransmission, which after half a minute is half a minute away.
  group.runTo('it follows again', () => memberState.isFollower, 60_000, 10);
  expect(memberState.currTerm).toBe(term);
});

test('a leader that restarts asks in its old term and leads it again, before anybody has noticed', () => {
  const group = new Group({seed: '5'}).start();
  const leader = group.toLeader();
  group.run(3000);
  const term = group.server(leader).memberState.currTerm;
  group.do({kind: 'kill', process: leader}).run(200).start(leader);
  group.runTo('it leads', () => group.server(leader).memberState.isLeader, 100);
  expect(group.server(leader).memberState.currTerm).toBe(term);
});

test('a higher term makes a candidate at once, and raises the own term at the next turn only', () => {
  const group = new Group({seed: '6'}).start();
  group.toLeader();
  group.run(3000);
  const [, second] = group.ids as [string, string];
  const answers: string[] = [];
  const beat = {...emptyMessage(), group: 'g', remoteId: second, leaderId: 'n2', term: 9};
  const server = group.server(second);
  answers.push(
    `${server.handleHeartBeat(beat).code} ${server.memberState.role} ${server.memberState.currTerm < 9}`,
  );
  group.run(15);
  answers.push(
    `${server.handleHeartBeat(beat).code} ${server.memberState.role} ${server.memberState.currTerm}`,
  );
  expect(answers).toEqual(['416 CANDIDATE true', '200 FOLLOWER 9']);
});

test('a heartbeat is refused with the real codes', () => {
  const group = new Group({seed: '6'}).start();
  const leader = group.toLeader();
  group.run(3000);
  const [follower, other] = group.followersOf(leader) as [string, string];
  const {currTerm} = group.server(follower).memberState;
  const code = (fields: object): number =>
    group.server(follower).handleHeartBeat({
      ...emptyMessage(),
      group: 'g',
      remoteId: follower,
      leaderId: leader,
      term: currTerm,
      ...fields,
    }).code;
  expect(code({})).toBe(200);
  expect(code({remoteId: other})).toBe(401);
  expect(code({group: 'h'})).toBe(400);
  expect(code({leaderId: 'n9'})).toBe(401);
  expect(code({leaderId: follower})).toBe(402);
  expect(code({term: currTerm - 1})).toBe(403);
  expect(code({leaderId: other})).toBe(409);
});

test('term and vote are in a file of two lines, from which a restart goes on', () => {
  const group = new Group({seed: '8'}).start();
  const leader = group.toLeader();
  group.run(100);
  const {currTerm} = group.server(leader).memberState;
  expect(group.text(leader, 'currterm')).toBe(`voteLeader=${leader}\ncurrTerm=${currTerm}\n`);
  for (const id of group.ids) group.do({kind: 'kill', process: id});
  group.start();
  for (const id of group.ids) expect(group.server(id).memberState.currTerm).toBe(currTerm);
});

test('the leader hands over when asked to, and refuses appends meanwhile', () => {
  const group = new Group({seed: '9'}).start();
  const leader = group.toLeader();
  group.run(100);
  group.append(leader, 'a');
  group.run(1500);
  const [transferee] = group.followersOf(leader) as [string];
  const {currTerm} = group.server(leader).memberState;
  const codes: number[] = [];
  group.server(leader).handleLeadershipTransfer(
    {
      ...emptyMessage(),
      group: 'g',
      remoteId: leader,
      term: currTerm,
      transferId: leader,
      transfereeId: transferee,
      takeLeadershipLedgerIndex: 0,
    },
    (response) => codes.push(response.code),
  );
  group.append(leader, 'b');
  group.runTo('the other leads', () => group.server(transferee).memberState.isLeader, 200);
  group.run(20);
  expect(codes).toEqual([200]);
  expect(group.codeOf('b')).toBe(506);
  expect(group.server(transferee).memberState.currTerm).toBe(currTerm + 1);
});

test('the preferred leader gets the lead within seconds, and again after it was killed and has come back', () => {
  const group = new Group({seed: '10', config: {preferredLeaderId: 'n1'}}).start();
  group.runTo('n1 leads', () => group.leader === 'n1', 5000);
  group.append('n1', 'a');
  group.run(500);
  group.do({kind: 'kill', process: 'n1'});
  group.runTo('another leads', () => group.leader !== null, 10_000);
  group.start('n1');
  group.runTo('n1 leads again', () => group.leader === 'n1', 6000);
});

test('a jump of one machine’s clock is noticed within a second, and costs an election at most', () => {
  const group = new Group({seed: '11'}).start();
  const leader = group.toLeader();
  group.run(5000);
  const [jumped] = group.followersOf(leader) as [string];
  group.do({kind: 'jump-clock', machine: `m${Number(jumped.slice(1)) + 1}`, byMs: 60_000});
  group.runTo('it asks for votes', () => group.server(jumped).memberState.isCandidate, 1100);
  group.run(20_000);
  expect(group.ids.filter((id) => group.server(id).memberState.isLeader)).toHaveLength(1);
});
