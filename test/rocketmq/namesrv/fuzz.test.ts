import {expect, test} from 'vitest';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {isOneway, isResponse, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import {encodeFrame, FrameDecoder} from '../../../src/rocketmq/remoting/frame.ts';
import {fromHex, recordedSession} from '../remoting/recorded-frames.ts';
import {NamesrvWorld, told, type Wire} from './namesrv-world.ts';

const FRAMES = 10_000;

/** A small generator of numbers of its own: the same frames on every machine. */
function chance(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 8) * bound) >>> 24;
  };
}

const KNOWN_CODES: ReadonlySet<number> = new Set([
  100, 101, 102, 103, 104, 105, 106, 205, 206, 216, 219, 224, 304, 311, 312, 313, 318, 319, 322,
]);
const FIELD_NAMES = [
  'topic',
  'namespace',
  'key',
  'value',
  'brokerName',
  'brokerAddr',
  'clusterName',
  'haServerAddr',
  'brokerId',
  'compressed',
  'bodyCrc32',
  'cluster',
  '__proto__',
  'constructor',
];
const FIELD_VALUES = [
  '',
  '0',
  '-1',
  '1',
  '99999999999999999999',
  'true',
  'null',
  'ORDER_TOPIC_CONFIG',
  '\u0000',
  'a\ud800',
  '{}',
  'x'.repeat(2000),
];
const BODIES = [
  '',
  '{',
  '{}',
  'null',
  '[]',
  '[[[[',
  '{"topicConfigSerializeWrapper":{"topicConfigTable":{"T":null}}}',
  '{"topicConfigSerializeWrapper":{"topicConfigTable":{"T":{"perm":"7","topicName":5}}},"filterServerList":[1]}',
  '{"topicConfigSerializeWrapper":{"$ref":"$"}}',
  '{"counter":1e400,"timestamp":{}}',
  'a=\\u00',
  'listenPort=x\nkvConfigPath=\n',
  '\u0078\u009c',
];

/** One attack: good requests with strange contents, real frames with bytes changed or cut, and plain garbage. */
function attack(below: (bound: number) => number, real: readonly Uint8Array[]): Uint8Array {
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const kind = below(10);
  if (kind < 4) {
    const command = request(
      below(3) === 0 ? below(70_000) - 2000 : pick([...KNOWN_CODES]),
      Object.fromEntries(Array.from({length: below(8)}, () => [pick(FIELD_NAMES), pick(FIELD_VALUES)])),
      below(2) === 0 ? null : new TextEncoder().encode(pick(BODIES)),
    );
    command.flag = below(8) === 0 ? below(4) : 0;
    command.version = below(500);
    command.opaque = below(1 << 24);
    command.serializer = below(3) === 0 ? 'ROCKETMQ' : 'JSON';
    return encodeFrame(command);
  }
  if (kind < 8) {
    const bytes = pick(real).slice();
    for (let changes = 1 + below(4); changes > 0; changes--) bytes[below(bytes.length)] = below(256);
    return kind === 7 ? bytes.subarray(0, below(bytes.length)) : bytes;
  }
  const bytes = Uint8Array.from({length: 1 + below(200)}, () => below(256));
  if (kind === 9 && bytes.length >= 8) {
    // A length that fits, so that the header is reached.
    bytes.set([0, 0, 0, bytes.length - 4, below(3), 0, 0, below(bytes.length)]);
  }
  return bytes;
}

/** How many responses the rules promise for what was written. */
function promisedAnswers(commands: readonly RemotingCommand[]): number {
  return commands.filter(
    (command) => KNOWN_CODES.has(command.code) && !isResponse(command) && !isOneway(command),
  ).length;
}

test('10,000 malformed and strange frames: each is answered or closes its connection as the rules say, and the NameServer lives', () => {
  const below = chance(4_9_1);
  const real = ['a-quickstart', 'd-mqadmin', 'c-binary-header'] as const;
  const frames = real
    .flatMap((session) => recordedSession(session))
    .filter((line) => line.direction === 'client->namesrv' && line.hex !== undefined)
    .map((line) => fromHex(line.hex!));
  const world = new NamesrvWorld();
  let wire: Wire | null = null;
  let oracle = new FrameDecoder();
  let promised = 0;
  let closedByMalformed = 0;
  let answers = 0;
  for (let count = 0; count < FRAMES; count++) {
    if (wire === null) {
      wire = world.connect();
      oracle = new FrameDecoder();
      promised = 0;
    }
    const bytes = attack(below, frames);
    promised += promisedAnswers(oracle.push(bytes));
    wire.write(bytes);
    expect(wire.closed, `frame ${count}`).toBe(oracle.malformed === null ? null : 'ended');
    if (oracle.malformed !== null) closedByMalformed++;
    else expect(wire.received.length, `frame ${count}`).toBe(promised);
    if (wire.closed !== null || below(20) === 0) {
      answers += wire.received.length;
      if (wire.closed === null) wire.end();
      wire = null;
    }
  }
  // It looked at something: both outcomes came often.
  expect(closedByMalformed).toBeGreaterThan(2000);
  expect(answers).toBeGreaterThan(1000);
  expect(world.world.isRunning('namesrv')).toBe(true);
  const after = world.connect().ask(request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {topic: 'NoSuchTopic'}));
  expect(told(after)).toMatch(/^17 No topic route info/);
});
