import {describe, expect, test} from 'vitest';
import {encodeBatch} from '../../../src/rocketmq/message/batch.ts';
import {RequestCode, ResponseCode} from '../../../src/rocketmq/remoting/codes.ts';
import {request} from '../../../src/rocketmq/remoting/command.ts';
import {BrokerWorld, type BrokerWorldOptions, type Wire} from './broker-world.ts';
import {bodies, pull, send, sendFields} from './requests.ts';

const SEGMENT_BYTES = 4096;
const DATA = '/root/store/dledger-n0/data/';

const conf = (peers = 'n0-10.0.0.1:40911', more = ''): string =>
  `enableDLegerCommitLog=true\ndLegerGroup=broker-a\ndLegerPeers=${peers}\ndLegerSelfId=n0\nmappedFileSizeCommitLog=${SEGMENT_BYTES}\n${more}`;

/** A group of one, which has elected itself. */
function aloneOn(options: BrokerWorldOptions = {}): BrokerWorld {
  const world = new BrokerWorld({conf: conf(), ...options});
  world.runMs(500);
  return world;
}

/** A send whose answer takes as long as a quorum takes. */
function ask(world: BrokerWorld, wire: Wire, command: ReturnType<typeof send>) {
  const opaque = wire.send(command);
  world.runMs(50);
  return wire.answerTo(opaque);
}

function pulled(world: BrokerWorld, wire: Wire, topic = 'TopicTest', offset = 0): string[] {
  const opaque = wire.send(pull(topic, 0, offset));
  world.runMs(10);
  return bodies(wire.answerTo(opaque));
}

const entriesOf = (world: BrokerWorld) =>
  world.facts(['dledger-appended']).map(({index, pos, sizeBytes}) => ({index, pos, sizeBytes}));

describe('records in entries', () => {
  test('a message is one entry, lies 48 bytes behind its beginning, and says so', () => {
    const world = aloneOn();
    const wire = world.connect();
    const answers = ['a', 'bb', 'ccc'].map((body) => ask(world, wire, send('TopicTest', 0, body))!);
    expect(answers.map(({code}) => code)).toEqual([0, 0, 0]);
    expect(answers.map(({extFields}) => extFields!['queueOffset'])).toEqual(['0', '1', '2']);
    const entries = entriesOf(world);
    const file = world.world.readFile('m1', `${DATA}00000000000000000000`)!;
    const view = new DataView(file.buffer, file.byteOffset, file.length);
    for (const [i, {index, pos, sizeBytes}] of entries.entries()) {
      expect(index).toBe(i);
      expect([view.getInt32(pos), view.getInt32(pos + 4)]).toEqual([1, sizeBytes]);
      expect(view.getInt32(pos + 44)).toBe(sizeBytes - 48);
      // Record: its size, its magic, its queue offset, its physical offset.
      expect([view.getInt32(pos + 48), view.getInt32(pos + 52)]).toEqual([sizeBytes - 48, 0xdaa320a7 | 0]);
      expect(view.getBigInt64(pos + 68)).toBe(BigInt(i));
      expect(view.getBigInt64(pos + 76)).toBe(BigInt(pos + 48));
    }
    // An offset message id ends with the physical offset.
    const {offsetMsgId, msgId} = answers[2]!.extFields as Record<string, string>;
    expect(Number.parseInt((offsetMsgId ?? msgId)!.slice(-16), 16)).toBe(entries[2]!.pos + 48);
    expect(pulled(world, wire)).toEqual(['a', 'bb', 'ccc']);
  });

  test('a file ends with a blank, and reading goes on in the next one', () => {
    const world = aloneOn();
    const wire = world.connect();
    const sent = Array.from({length: 12}, (_, i) => `${i}-${'x'.repeat(600)}`);
    for (const body of sent) expect(ask(world, wire, send('TopicTest', 0, body))!.code).toBe(0);
    const entries = entriesOf(world);
    const last = entries.findLast(({pos}) => pos < SEGMENT_BYTES)!;
    const end = last.pos + last.sizeBytes;
    const file = world.world.readFile('m1', `${DATA}00000000000000000000`)!;
    const view = new DataView(file.buffer, file.byteOffset, file.length);
    expect([view.getInt32(end), view.getInt32(end + 4)]).toEqual([-1, SEGMENT_BYTES - end]);
    expect(entries.find(({pos}) => pos >= SEGMENT_BYTES)!.pos).toBe(SEGMENT_BYTES);
    expect(pulled(world, wire)).toEqual(sent);
  });

  test('a batch is one entry for each message, and the batch as a whole says nothing of itself in them', () => {
    const world = aloneOn();
    const wire = world.connect();
    const items = ['x', 'y', 'z'].map((text) => ({
      topic: 'TopicTest',
      flag: 0,
      properties: new Map([['UNIQ_KEY', `key-${text}`]]),
      body: new TextEncoder().encode(text),
      transactionId: null,
    }));
    const batch = request(
      RequestCode.SEND_BATCH_MESSAGE,
      sendFields('TopicTest', 0, '', {m: 'true'}),
      encodeBatch(items as never),
    );
    const answer = ask(world, wire, batch)!;
    expect(answer.code).toBe(0);
    const ids = (answer.extFields!['msgId'] ?? '').split(',');
    const positions = entriesOf(world).map(({pos}) => pos);
    expect(ids.map((id) => Number.parseInt(id.slice(-16), 16))).toEqual(positions.map((pos) => pos + 48));
    expect(
      world.facts(['message-appended']).map(({msgId, queueOffset}) => `${msgId} ${queueOffset}`),
    ).toEqual(['key-x 0', 'key-y 1', 'key-z 2']);
    expect(pulled(world, wire)).toEqual(['x', 'y', 'z']);
  });

  test.each(['stop', 'kill'] as const)('after a %s everything is there, and numbering goes on', (how) => {
    const world = aloneOn();
    for (const body of ['a', 'b'])
      expect(ask(world, world.connect(), send('TopicTest', 0, body))!.code).toBe(0);
    // The checkpoint, every 3 s, tells the next start what is committed.
    world.runMs(4000);
    world.world.intervene({kind: how, process: 'broker-a'});
    world.runMs(10_000);
    world.world.intervene({kind: 'start', process: 'broker-a'});
    world.runMs(3000);
    const wire = world.connect();
    const answer = ask(world, wire, send('TopicTest', 0, 'c'))!;
    expect(answer.extFields!['queueOffset']).toBe('2');
    expect(pulled(world, wire)).toEqual(['a', 'b', 'c']);
    expect(world.facts(['store-recovered']).at(-1)).toMatchObject({cleanExit: how === 'stop'});
    expect(world.endings('broker-a')).toEqual([how === 'stop' ? 'stopped' : 'killed']);
  });

  test('delayed messages are delivered by the one that leads', () => {
    const world = aloneOn();
    const wire = world.connect();
    ask(world, wire, send('TopicTest', 0, 'later', 'DELAY\u00012'));
    for (const body of ['s1', 's2', 's3']) ask(world, wire, send('TopicTest', 0, body, 'DELAY\u00011'));
    world.runMs(8000);
    expect(pulled(world, wire)).toEqual(['s1', 's2', 's3', 'later']);
  });
});

describe('a log from before the ledger', () => {
  const OLD = '/root/store/commitlog/';
  const sent = (name: string): string[] =>
    Array.from({length: 8}, (_, i) => `${name}${i}-${'x'.repeat(700)}`);

  test('ends with its file, the ledger begins behind it, and both are read as one', () => {
    const world = new BrokerWorld({conf: `mappedFileSizeCommitLog=${SEGMENT_BYTES}`, confLater: conf()});
    const before = sent('before');
    for (const body of before) expect(ask(world, world.connect(), send('TopicTest', 0, body))!.code).toBe(0);
    const old = world.facts(['message-appended']).at(-1)!;
    const end = old.physicalOffset + old.sizeBytes;
    const divide = Math.ceil(end / SEGMENT_BYTES) * SEGMENT_BYTES;
    const restart = (): Wire => {
      world.world.intervene({kind: 'stop', process: 'broker-a'});
      world.runMs(20_000);
      world.world.intervene({kind: 'start', process: 'broker-a'});
      world.runMs(5000);
      return world.connect();
    };
    let wire = restart();
    const after = sent('after');
    for (const body of after) expect(ask(world, wire, send('TopicTest', 0, body))!.code).toBe(0);
    expect(world.world.listFiles('m1').find((path) => path.startsWith(DATA))).toBe(
      `${DATA}${String(divide).padStart(20, '0')}`,
    );
    const first = world.facts(['message-appended'])[before.length]!;
    expect(first).toMatchObject({physicalOffset: divide + 48, queueOffset: before.length});
    const file = world.world.readFile('m1', `${OLD}${String(divide - SEGMENT_BYTES).padStart(20, '0')}`)!;
    const view = new DataView(file.buffer, file.byteOffset, file.length);
    const at = end - (divide - SEGMENT_BYTES);
    expect([view.getInt32(at), view.getInt32(at + 4)]).toEqual([divide - end, 0xcbd43194 | 0]);
    expect(pulled(world, wire)).toEqual([...before, ...after]);
    // Later starts know where one ends and the other begins by the first file of the ledger.
    wire = restart();
    expect(ask(world, wire, send('TopicTest', 0, 'last'))!.extFields!['queueOffset']).toBe('16');
    expect(pulled(world, wire)).toEqual([...before, ...after, 'last']);
    expect(world.facts(['warned'])).toEqual([]);
  });
});

describe('who may put', () => {
  test('where nobody is ever elected a send is answered as by a busy broker', () => {
    const world = new BrokerWorld({conf: conf('n0-10.0.0.1:40911;n1-10.0.0.1:40912;n2-10.0.0.1:40913')});
    // Nobody answers it, so it has no role and tells nobody of itself for 10 s; then it is nobody's slave.
    world.runMs(9000);
    expect(world.facts(['broker-registered'], 'namesrv-1')).toEqual([]);
    world.runMs(1000);
    expect(world.facts(['broker-registered'], 'namesrv-1')[0]).toMatchObject({brokerId: -1});
    const wire = world.connect();
    const answer = ask(world, wire, send('TopicTest', 0, 'x'))!;
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR);
    expect(answer.remark).toContain('[PC_SYNCHRONIZED]broker busy');
    expect(world.facts(['dledger-append-refused'])[0]).toMatchObject({code: 404});
  });

  test('a message too large for the buffer of the ledger is told as an unknown error', () => {
    const world = aloneOn({conf: conf(undefined, 'maxMessageSize=8388608')});
    const opaque = world.connect().send(send('TopicTest', 0, 'x'.repeat(4_194_304)));
    world.runMs(3000);
    expect(world.facts(['warned']).map(({text}) => text)).toContain(
      'append to the ledger: java.nio.BufferOverflowException',
    );
    expect(opaque).toBeGreaterThan(0);
  });
});
