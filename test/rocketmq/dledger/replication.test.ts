import {expect, test} from 'vitest';
import {DLedgerRequestCode} from '../../../src/rocketmq/dledger/codes.ts';
import {emptyMessage} from '../../../src/rocketmq/dledger/protocol.ts';
import {createRemotingClient} from '../../../src/rocketmq/remoting/client.ts';
import {request} from '../../../src/rocketmq/remoting/command.ts';
import {Group} from './group.ts';

const numbers = (count: number, prefix: string): string[] =>
  Array.from({length: count}, (_, i) => `${prefix}${i}`);

function replicating(seed: string, options: Omit<ConstructorParameters<typeof Group>[0], 'seed'> = {}) {
  const group = new Group({seed, ...options}).start();
  const leader = group.toLeader();
  group.run(200);
  group.append(leader, 'first');
  group.run(1000);
  const [b, c] = group.followersOf(leader) as [string, string];
  return {group, leader, b, c};
}

test('an append is answered 200 once a majority has it, and all have it in the end', () => {
  const {group, leader} = replicating('1');
  group.append(leader, ...numbers(50, 'x'));
  group.run(20);
  expect(numbers(50, 'x').map((body) => group.codeOf(body))).toEqual(Array(50).fill(200));
  group.run(1500);
  for (const id of group.ids) {
    expect(group.log(id)).toEqual(group.log(leader));
    expect(group.committed(id)).toBe(50);
  }
});

test('appends wait while both followers are frozen, and are answered when they go on', () => {
  const {group, leader} = replicating('1');
  for (const id of group.followersOf(leader)) group.do({kind: 'pause', process: id});
  group.append(leader, 'a', 'b', 'c');
  group.run(50);
  expect(group.codeOf('c')).toBeNull();
  for (const id of group.followersOf(leader)) group.do({kind: 'resume', process: id});
  group.run(50);
  expect(group.answers.slice(-3).map(({response}) => response.code)).toEqual([200, 200, 200]);
});

test('with one of three down nothing is refused; with two, 502 after two and a half seconds', () => {
  const {group, leader, b, c} = replicating('2');
  group.do({kind: 'kill', process: b});
  group.append(leader, 'one-down');
  group.run(50);
  expect(group.codeOf('one-down')).toBe(200);
  group.do({kind: 'kill', process: c});
  group.append(leader, 'two-down');
  group.run(2450);
  expect(group.codeOf('two-down')).toBeNull();
  group.run(100);
  expect(group.codeOf('two-down')).toBe(502);
});

test('10,001 appends may wait, and the next is refused with 503', () => {
  const {group, leader, b, c} = replicating('3');
  for (const id of [b, c]) group.do({kind: 'pause', process: id});
  for (let i = 0; i < 10_002; i++) group.append(leader, `x${i}`);
  expect([group.codeOf('x10000'), group.codeOf('x10001')]).toEqual([null, 503]);
});

test('what is refused has no position: not the leader, another id, another group, an empty batch', () => {
  const {group, leader, b} = replicating('4');
  const code = (id: string, fields: object): number => {
    const bodies = [new Uint8Array(1)];
    const future = group
      .server(id)
      .handleAppend({group: 'g', remoteId: id, bodies, isBatch: false, ...fields});
    expect(future.pos).toBe(-1);
    return future.response!.code;
  };
  expect(code(b, {})).toBe(404);
  expect(code(leader, {remoteId: b})).toBe(401);
  expect(code(leader, {group: 'h'})).toBe(400);
  expect(code(leader, {bodies: [], isBatch: true})).toBe(420);
});

test('a batch becomes one entry each, with all positions, and waits for its last', () => {
  const {group, leader} = replicating('5');
  const bodies = ['aa', 'bbbb', 'c'].map((body) => new TextEncoder().encode(body));
  const {maxWrotePosition} = group.server(leader).store;
  const future = group.server(leader).handleAppend({group: 'g', remoteId: leader, bodies, isBatch: true});
  const at = maxWrotePosition!;
  expect(future.positions).toEqual([at, at + 50, at + 102]);
  group.run(20);
  expect(future.response).toMatchObject({code: 200, index: 3, pos: at + 102});
});

test('the tail of an old leader is compared, cut and filled with what the group has', () => {
  const {group, leader} = replicating('6');
  group.isolate(leader);
  group.append(leader, ...numbers(8, 'lost'));
  group.runTo('another leads', () => group.leader !== null && group.leader !== leader, 30_000, 5);
  const next = group.leader!;
  group.append(next, ...numbers(3, 'kept'));
  group.run(500);
  expect(group.log(leader).filter((entry) => entry.includes('lost'))).toHaveLength(8);
  // Restarted, it leads the same term again, and begins to compare at its end instead of where it was about to.
  group.do({kind: 'kill', process: next}).run(100).start(next);
  group.runTo('it leads again', () => group.leader === next, 1000);
  group.rejoin(leader);
  group.runTo('the logs agree', () => `${group.log(leader)}` === `${group.log(next)}`, 60_000, 10);
  const [cut] = group
    .facts('dledger-truncated')
    .filter(({process, fact}) => process === leader && fact.fromEndIndex > 0);
  expect(cut?.fact).toMatchObject({fromEndIndex: 8, endIndex: 0, wasThere: true});
  const compared = group
    .facts('dledger-compared')
    .filter(({process, atMs}) => process === leader && atMs > 5000);
  expect(compared.map(({fact}) => [fact.index, fact.isSame]).slice(0, 4)).toEqual([
    [3, false],
    [2, false],
    [1, false],
    [0, true],
  ]);
});

test('a follower that was down catches up by thousands, a thousand under way at a time', () => {
  const {group, leader, b} = replicating('7');
  group.do({kind: 'kill', process: b});
  group.append(leader, ...numbers(5000, 'x'));
  group.run(1000);
  group.start(b);
  group.runTo('it has caught up', () => group.server(b).store.ledgerEndIndex === 5000, 5000, 5);
  expect(group.log(b).at(-1)).toBe(group.log(leader).at(-1));
});

test('a push whose answer is lost is sent again after a second, and is not stored twice', () => {
  const {group, leader, b} = replicating('8');
  group.cut(b, leader, 'one-way');
  group.append(leader, ...numbers(5, 'x'));
  group.run(3000).heal(b, leader, 'one-way');
  group.run(5000);
  expect(group.log(b)).toHaveLength(6);
  expect(group.leader).toBe(leader);
});

test('members that push batches replicate as well, and do not understand one that does not', () => {
  const {group, leader} = replicating('9', {config: {enableBatchPush: true}});
  group.append(leader, ...numbers(300, 'x'));
  group.run(2500);
  for (const id of group.ids) expect(group.log(id)).toHaveLength(301);
  expect(group.answers.every(({response}) => response.code === 200)).toBe(true);

  const mixed = replicating('10', {configOf: {n0: {enableBatchPush: true}}});
  const {group: other, leader: head} = mixed;
  const alien = head === 'n0' ? 'n1' : 'n0';
  const endBefore = other.server(alien).store.ledgerEndIndex;
  other.append(head, ...numbers(3, 'y'));
  other.run(5000);
  expect(other.server(alien).store.ledgerEndIndex).toBeLessThan(4);
  expect(endBefore).toBeLessThanOrEqual(0);
});

test('a memory store elects and replicates without telling votes how long it is', () => {
  const {group, leader} = replicating('11', {config: {storeType: 'MEMORY'}});
  group.append(leader, 'x');
  group.run(1000);
  for (const id of group.ids) expect(group.server(id).store.ledgerEndIndex).toBe(1);
  expect(group.server(leader).memberState.ledgerEndIndex).toBe(-1);
});

test('clients are answered over the wire: append, get, metadata; pull is not there', () => {
  const {group, leader} = replicating('12');
  const follower = group.followersOf(leader)[0]!;
  const {host} = {host: group.meddler('m1')};
  const client = createRemotingClient(host);
  const ask = (id: string, code: number, json: string): string => {
    const address = group.server(leader).memberState.peers.get(id)!;
    let answer = 'nothing';
    client.invoke(address, request(code, null, new TextEncoder().encode(json)), 3000, 'sync', (result) => {
      if (!result.ok) answer = result.error.kind;
      else {
        const {response} = result;
        answer = `${response.code} ${response.body === null ? response.remark : new TextDecoder().decode(response.body)}`;
      }
    });
    group.run(200);
    return answer;
  };
  const base = (id: string): string => `"group":"g","remoteId":"${id}"`;
  const {currTerm} = group.server(leader).memberState;
  expect(ask(leader, DLedgerRequestCode.APPEND, `{"body":"SGVsbG8=",${base(leader)}}`)).toBe(
    `200 {"code":200,"group":"g","index":1,"leaderId":"${leader}","pos":53,"term":${currTerm}}`,
  );
  expect(ask(leader, DLedgerRequestCode.GET, `{"beginIndex":1,${base(leader)}}`)).toBe(
    `200 {"code":200,"entries":[{"body":"SGVsbG8=","bodyCrc":0,"chainCrc":0,"channel":0,"index":1,"magic":1,"pos":53,"size":53,"term":${currTerm}}],"group":"g","term":-1}`,
  );
  expect(ask(leader, DLedgerRequestCode.GET, `{"beginIndex":9,${base(leader)}}`)).toBe(
    `200 {"code":410,"entries":[],"group":"g","leaderId":"${leader}","remoteId":"${leader}","term":-1}`,
  );
  expect(ask(follower, DLedgerRequestCode.METADATA, `{${base(follower)}}`)).toBe(
    `200 {"code":200,"group":"g","leaderId":"${leader}","peers":{"n0":"10.0.0.1:40911","n1":"10.0.0.2:40912","n2":"10.0.0.3:40913"},"term":-1}`,
  );
  expect(ask(follower, DLedgerRequestCode.APPEND, `{"body":"AA==",${base(follower)}}`)).toBe(
    `200 {"code":404,"group":"g","index":-1,"leaderId":"${leader}","pos":-1,"remoteId":"${follower}","term":-1}`,
  );
  expect(ask(leader, DLedgerRequestCode.PULL, `{${base(leader)}}`)).toBe('1 java.lang.NullPointerException');
  expect(ask(leader, DLedgerRequestCode.PUSH, `{${base(leader)},"type":"APPEND"}`)).toBe(
    `200 {"beginIndex":0,"code":411,"endIndex":0,"group":"g","leaderId":"${leader}","remoteId":"${leader}","term":-1}`,
  );
  // What is no request at all is answered as by any remoting server, and does no harm.
  for (const code of Object.values(DLedgerRequestCode)) {
    expect(ask(leader, code, 'nonsense')).toMatch(/^1 /);
    expect(ask(leader, code, '[]')).toMatch(/^1 /);
    expect(ask(leader, code, '')).toMatch(/^1 /);
    expect(
      ask(leader, code, `{${base(leader)},"term":9e99,"entry":7,"batchEntry":{},"ledgerEndIndex":"x"}`),
    ).toMatch(/^(1|200) /);
  }
  expect(group.world.crashes).toEqual([]);
  expect(group.leader).toBe(leader);
});

test('pushes with impossible fields are refused with the real codes, and the log stays as it is', () => {
  const {group, leader, b} = replicating('13');
  const server = group.server(b);
  const {currTerm} = server.memberState;
  const codes: number[] = [];
  const entry = {
    magic: 1,
    size: 49,
    index: 1,
    term: 0,
    pos: 0,
    channel: 0,
    chainCrc: 0,
    bodyCrc: 0,
    body: new Uint8Array(1),
  };
  const push = (fields: object): number | undefined => {
    codes.length = 0;
    const push = {
      ...emptyMessage(),
      group: 'g',
      remoteId: b,
      leaderId: leader,
      term: currTerm,
      commitIndex: 0,
    };
    server.handlePush({...push, type: 'TRUNCATE', entry, batchEntry: [], ...fields}, ({code}) =>
      codes.push(code),
    );
    group.run(20);
    return codes[0];
  };
  expect(push({entry: null})).toBe(411);
  expect(push({term: currTerm + 5})).toBe(406);
  expect(push({leaderId: 'n9'})).toBe(406);
  expect(push({entry: {...entry, body: null}})).toBe(406);
  expect(push({remoteId: 'n9'})).toBe(401);
  expect(push({type: 'COMPARE', entry: {...entry, index: -7}})).toBe(406);
  expect(push({type: 'COMPARE', entry: {...entry, index: 2 ** 60}})).toBe(406);
  expect(push({type: 'COMMIT', commitIndex: 2 ** 60})).toBe(200);
  expect(push({entry: {...entry, index: -3, pos: -999}})).toBe(406);
  expect(group.world.crashes).toEqual([]);
  expect(() => push({type: null})).toThrow('java.lang.NullPointerException');
});

test('one seed, one history', () => {
  const run = (): string => {
    const {group, leader} = replicating('14');
    group.append(leader, ...numbers(20, 'x'));
    group.run(500).do({kind: 'kill', process: leader}).run(12_000);
    return group.world.traceHash();
  };
  expect(run()).toBe(run());
});

test('members that have nothing to do wake up for heartbeats, commit indexes and checkpoints only', () => {
  const {group} = replicating('15');
  group.run(5000);
  const before = group.world.eventCount;
  group.run(60_000);
  expect((group.world.eventCount - before) / 60).toBeLessThan(40);
});
