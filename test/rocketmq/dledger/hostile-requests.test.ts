import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Connection} from '../../../src/ports/network.ts';
import {DLedgerRequestCode, DLedgerResponseCode} from '../../../src/rocketmq/dledger/codes.ts';
import type {DLedgerServer} from '../../../src/rocketmq/dledger/dledger-server.ts';
import {
  emptyMessage,
  type Message,
  PUSH_TYPES,
  type PushEntryRequest,
  type VoteRequest,
} from '../../../src/rocketmq/dledger/protocol.ts';
import {type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import {encodeFrame, FrameDecoder} from '../../../src/rocketmq/remoting/frame.ts';
import {Group} from './group.ts';

// Whoever reaches a member's port may send it anything. It answers with the code that the real one has for it, where the real one
// answers at all, and lives on.

const CODES: ReadonlySet<number> = new Set(Object.values(DLedgerResponseCode));

/** Three members that have agreed on some entries. */
function settled(seed: string): {readonly group: Group; readonly leader: string; readonly follower: string} {
  const group = new Group({seed}).start();
  const leader = group.toLeader();
  group.run(100).append(leader, 'a', 'b', 'c', 'd');
  group.run(2500);
  return {group, leader, follower: group.followersOf(leader)[0]!};
}

const id = fc.constantFrom('n0', 'n1', 'n2', 'n3', '', 'N0', null);
/** Terms and indexes: near what is there, and where numbers end. */
const number = fc.constantFrom(-(2 ** 53), -2, -1, 0, 1, 2, 3, 4, 5, 6, 100, 2 ** 31, 2 ** 53 - 1, 2 ** 62);

const addressed = fc.record({
  group: fc.constantFrom('g', 'g', 'g', 'g', 'h', null),
  isForIt: fc.constantFrom(true, true, true, false),
  leaderId: id,
  term: number,
});
interface Addressed {
  readonly group: string | null;
  readonly isForIt: boolean;
  readonly leaderId: string | null;
  readonly term: number;
}

const messageOf = ({group, isForIt, leaderId, term}: Addressed, self: string): Message => ({
  ...emptyMessage(),
  group,
  remoteId: isForIt ? self : 'n9',
  leaderId,
  term,
});

/** The first line that holds counts. */
function first<T>(...lines: readonly (readonly [holds: boolean, result: T])[]): T {
  return lines.find(([holds]) => holds)![1];
}

test('a request for a vote is answered by the first rule of the table that applies, whatever is in it', () => {
  const {group, follower} = settled('votes');
  const server = group.server(follower);
  const expected = ({memberState: own}: DLedgerServer, asked: VoteRequest): string => {
    const {leaderId: candidate, term, ledgerEndTerm, ledgerEndIndex} = asked;
    const votedForOther = own.currVoteFor !== null && own.currVoteFor !== candidate;
    return first(
      [asked.remoteId !== own.selfId, '401 UNKNOWN'],
      [asked.group !== 'g', '400 UNKNOWN'],
      [!['n0', 'n1', 'n2'].includes(candidate ?? ''), '200 REJECT_UNKNOWN_LEADER'],
      [candidate === own.selfId, '200 REJECT_UNEXPECTED_LEADER'],
      [ledgerEndTerm < own.ledgerEndTerm, '200 REJECT_EXPIRED_LEDGER_TERM'],
      [
        ledgerEndTerm === own.ledgerEndTerm && ledgerEndIndex < own.ledgerEndIndex,
        '200 REJECT_SMALL_LEDGER_END_INDEX',
      ],
      [term < own.currTerm, '200 REJECT_EXPIRED_VOTE_TERM'],
      [term === own.currTerm && votedForOther && own.leaderId !== null, '200 REJECT_ALREADY_HAS_LEADER'],
      [term === own.currTerm && votedForOther, '200 REJECT_ALREADY_VOTED'],
      [term > own.currTerm, '200 REJECT_TERM_NOT_READY'],
      [term < own.ledgerEndTerm, '200 REJECT_TERM_SMALL_THAN_LEDGER'],
      [true, '200 ACCEPT'],
    );
  };
  const seen = new Set<string>();
  fc.assert(
    fc.property(addressed, number, number, (from, ledgerEndIndex, ledgerEndTerm) => {
      const asked: VoteRequest = {...messageOf(from, follower), ledgerEndIndex, ledgerEndTerm};
      const rule = expected(server, asked);
      const answers: string[] = [];
      server.handleVote(asked, ({code, voteResult}) => answers.push(`${code} ${voteResult}`));
      expect(answers).toEqual([rule]);
      seen.add(rule);
      group.run(15);
    }),
    {seed: 1, numRuns: 400},
  );
  expect(seen.size).toBeGreaterThan(8);
  expect(group.world.crashes).toEqual([]);
});

test('a heartbeat is answered by the first rule of the table that applies, whatever is in it', () => {
  const {group, follower} = settled('beats');
  const server = group.server(follower);
  const expected = ({memberState: own}: DLedgerServer, {group, remoteId, leaderId, term}: Message): number =>
    first(
      [remoteId !== own.selfId, 401],
      [group !== 'g', 400],
      [!['n0', 'n1', 'n2'].includes(leaderId ?? ''), 401],
      [leaderId === own.selfId, 402],
      [term < own.currTerm, 403],
      [term > own.currTerm, 416],
      [own.leaderId === null || own.leaderId === leaderId, 200],
      [true, 409],
    );
  const seen = new Set<number>();
  fc.assert(
    fc.property(addressed, (from) => {
      const beat = messageOf(from, follower);
      const rule = expected(server, beat);
      expect(server.handleHeartBeat(beat).code).toBe(rule);
      seen.add(rule);
      group.run(15);
    }),
    {seed: 2, numRuns: 400},
  );
  expect([...seen].sort()).toEqual([200, 400, 401, 402, 403, 409, 416]);
  expect(group.world.crashes).toEqual([]);
});

const entry = fc.record({
  magic: fc.constantFrom(1, 0, -1, 2),
  size: fc.constantFrom(49, 48, 0, -1, 2 ** 31 - 1),
  index: number,
  term: number,
  pos: fc.constantFrom(0, 49, 98, 147, 196, -1, -64, 65_532, 65_536, 2 ** 40, 2 ** 53 - 1, 2 ** 62),
  channel: fc.constantFrom(0, 7),
  chainCrc: fc.constant(0),
  bodyCrc: fc.constant(0),
  body: fc.constantFrom(new Uint8Array([97]), new Uint8Array(0), new Uint8Array(70_000), null),
});

const push = fc.record({
  from: addressed,
  type: fc.constantFrom(...PUSH_TYPES),
  commitIndex: number,
  entry: fc.option(entry, {freq: 6}),
  batchEntry: fc.array(entry, {maxLength: 2}),
  /** As its leader would send it. */
  isFromLeader: fc.boolean(),
});

test.each([false, true])(
  'pushes of anything: answered once with a code of pushes, and no start fails later (batches: %s)',
  (enableBatchPush) => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(fc.array(push, {minLength: 1, maxLength: 12}), fc.boolean(), (pushes, restarts) => {
        const group = new Group({seed: 'pushes', config: {enableBatchPush}}).start();
        const leader = group.toLeader();
        group.run(20).append(leader, 'a', 'b');
        group.run(60);
        const follower = group.followersOf(leader)[0]!;
        const server = group.server(follower);
        for (const {from, isFromLeader, ...rest} of pushes) {
          const {memberState} = server;
          const known = {
            group: 'g',
            isForIt: true,
            leaderId: memberState.leaderId,
            term: memberState.currTerm,
          };
          const pushed: PushEntryRequest = {...messageOf(isFromLeader ? known : from, follower), ...rest};
          const codes: number[] = [];
          server.handlePush(pushed, ({code}) => codes.push(code));
          const needsEntry = pushed.type !== 'COMMIT' && !(enableBatchPush && pushed.type === 'APPEND');
          const lacksBatch = enableBatchPush && pushed.type === 'APPEND' && pushed.batchEntry.length === 0;
          const refusal = first(
            [pushed.remoteId !== follower, 401],
            [pushed.group !== 'g', 400],
            [(needsEntry && pushed.entry === null) || lacksBatch, 411],
            [true, 0],
          );
          if (refusal !== 0) expect(codes).toEqual([refusal]);
          group.run(5);
          expect(codes.length).toBeLessThanOrEqual(1);
          for (const code of codes) seen.add(code);
          expect([401, 400, 411, 413, 406, 200, -1]).toEqual(expect.arrayContaining(codes));
        }
        if (restarts) group.do({kind: 'kill', process: follower}).start(follower);
        group.run(2500);
        expect(group.world.crashes).toEqual([]);
      }),
      {seed: 3, numRuns: 50},
    );
    for (const code of [400, 401, 411, 406, 200]) expect(seen).toContain(code);
  },
);

/** Somebody with a connection of its own. */
class Caller {
  readonly answers: RemotingCommand[] = [];
  private readonly connection: Connection;
  private readonly group: Group;
  private opaque = 0;
  /** What was asked, by opaque. */
  readonly codes: number[] = [];

  constructor(group: Group, address: string) {
    this.group = group;
    const decoder = new FrameDecoder();
    this.connection = group.meddler('m3').network.connect(address, {
      data: (bytes) => this.answers.push(...decoder.push(bytes)),
      ended: () => {},
      closed: () => {},
    });
    group.run(5);
  }

  send(code: number, body: Uint8Array | null): void {
    const command = request(code, null, body);
    command.opaque = ++this.opaque;
    this.codes[command.opaque] = code;
    this.connection.write(encodeFrame(command));
    this.group.run(5);
  }
}

const KEYS = [
  ...[
    'group',
    'remoteId',
    'localId',
    'code',
    'leaderId',
    'term',
    'ledgerEndIndex',
    'ledgerEndTerm',
    'type',
    'entry',
  ],
  ...[
    'commitIndex',
    'batchEntry',
    'body',
    'beginIndex',
    'indexList',
    'maxSize',
    'transferId',
    'transfereeId',
    'nodeId',
  ],
  ...['index', 'magic', 'pos', 'size', 'channel'],
];
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    {maxDepth: 3},
    fc.constantFrom<unknown>(
      'g',
      'n0',
      'n1',
      'APPEND',
      'TRUNCATE',
      'COMMIT',
      'COMPARE',
      '',
      '7',
      'SGVsbG8=',
      '%%%',
      null,
      true,
    ),
    fc.constantFrom<unknown>(0, 1, -1, 2 ** 31, 2 ** 53, 1e300, -1e300, 0.5),
    fc.array(tie('value'), {maxLength: 2}),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), {maxKeys: 8}),
}));
/** Half of them reach the member, as far as its name and its group go. */
const body = fc.oneof(
  json.object.map((object) => JSON.stringify(object)),
  json.object.map((object) => JSON.stringify({...(object as object), group: 'g', remoteId: 'n0'})),
  fc.string({maxLength: 30}),
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '{"term":9999999999999999999999}',
    '{"group":"g","remoteId":"n0","term":1e999}',
  ),
);

test('any JSON under any code: an answer of the real one’s, and the group goes on', () => {
  const {group} = settled('json');
  const caller = new Caller(group, '10.0.0.1:40911');
  const codes = [...Object.values(DLedgerRequestCode), 0, -1, 51_006];
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.option(body, {freq: 20}), (code, text) => {
      caller.send(code, text === null ? null : new TextEncoder().encode(text));
      expect(group.world.crashes).toEqual([]);
    }),
    {seed: 4, numRuns: 800},
  );
  expect(caller.answers.length).toBeGreaterThan(700);
  const kinds = new Map<string, number>();
  const echoing = new Set<number>();
  for (const {code, body, opaque} of caller.answers) {
    // 1: an exception of Java’s, told by its name; 3: no processor has this code.
    if (code !== 200) expect([1, 3]).toContain(code);
    else if (!CODES.has(JSON.parse(new TextDecoder().decode(body!)).code)) echoing.add(caller.codes[opaque]!);
    kinds.set(`${code}`, (kinds.get(`${code}`) ?? 0) + 1);
  }
  expect([...kinds.keys()].sort()).toEqual(['1', '200', '3']);
  // The answer to a request for a vote begins as a copy of it, its code included.
  expect([...echoing]).toEqual([DLedgerRequestCode.VOTE]);
  group.run(20_000);
  const leader = group.toLeader(60_000);
  group.append(leader, 'after all that');
  group.run(3000);
  expect(group.codeOf('after all that')).toBe(200);
  expect(group.world.crashes).toEqual([]);
});
