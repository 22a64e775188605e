/** Makes frames that no well-behaved peer would send. */
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {request, type SerializeType} from '../../../src/rocketmq/remoting/command.ts';
import {encodeFrame} from '../../../src/rocketmq/remoting/frame.ts';

const encoder = new TextEncoder();
const CODES = Object.values(RequestCode);
const WITH_JSON_BODY = [34, 41, 42, 46, 103, 200, 322];
/** A length that fits a frame, but not what was sent. */
const LYING_LENGTHS = [
  -1, -2_147_483_648, 0, 1, 3, 5, 1000, 1_000_000, 16_777_212, 16_777_213, 2_147_483_647,
];

/** Whole numbers below a bound, the same on every machine. */
export type Dice = (bound: number) => number;

export function diceOf(seed: number): Dice {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return ((state >>> 8) * bound) >>> 24;
  };
}

function frameOf(header: Uint8Array, body: Uint8Array, type = 0): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length - 4);
  view.setInt32(4, header.length);
  bytes[4] = type;
  bytes.set(header, 8);
  bytes.set(body, 8 + header.length);
  return bytes;
}

const textFrame = (header: string, body = ''): Uint8Array =>
  frameOf(encoder.encode(header), encoder.encode(body));
const randomBytes = (dice: Dice, length: number): Uint8Array => Uint8Array.from({length}, () => dice(256));

function goodFrame(dice: Dice, body: Uint8Array | null = null): Uint8Array {
  const command = request(CODES[dice(CODES.length)]!, {topic: 'T', consumerGroup: 'G', queueId: '0'}, body);
  command.opaque = dice(1 << 24);
  command.serializer = (['JSON', 'ROCKETMQ'] satisfies SerializeType[])[dice(2)]!;
  return encodeFrame(command).slice();
}

/** One way of going wrong each. */
export const KINDS: Readonly<Record<string, (dice: Dice) => Uint8Array>> = {
  'random bytes': (dice) => randomBytes(dice, 1 + dice(200)),
  'random bytes of the right length': (dice) => {
    const bytes = randomBytes(dice, 8 + dice(200));
    bytes.set([0, 0, 0, bytes.length - 4, dice(3), 0, 0, dice(bytes.length)]);
    return bytes;
  },
  'cut short': (dice) => {
    const bytes = goodFrame(dice, encoder.encode('body'));
    return bytes.subarray(0, 1 + dice(bytes.length - 1));
  },
  'a length that lies': (dice) => {
    const bytes = goodFrame(dice, encoder.encode('body'));
    new DataView(bytes.buffer).setInt32(0, LYING_LENGTHS[dice(LYING_LENGTHS.length)]!);
    return bytes;
  },
  'a header length that lies': (dice) => {
    const bytes = goodFrame(dice);
    bytes.set([dice(2), dice(256), dice(256)], 5);
    return bytes;
  },
  'a header of no known type': (dice) => {
    const bytes = goodFrame(dice);
    bytes[4] = 2 + dice(254);
    return bytes;
  },
  'bytes changed': (dice) => {
    const bytes = goodFrame(dice, encoder.encode('{"clientID":"c","consumerDataSet":[]}'));
    for (let changes = 1 + dice(4); changes > 0; changes--) bytes[4 + dice(bytes.length - 4)] = dice(256);
    return bytes;
  },
  'a header that is no JSON': (dice) => {
    const texts = [
      '',
      ' ',
      '{',
      '}',
      '{"code":',
      '{"code":1,}',
      '[]',
      '[1,2]',
      '7',
      '"text"',
      'null',
      'nul',
      '{"a"}',
    ];
    return textFrame(texts[dice(texts.length)]!);
  },
  'a header of the wrong types': (dice) => {
    const values = [
      'null',
      '"x"',
      '{}',
      '[]',
      '1e999',
      '-0.5',
      'true',
      '99999999999999999999',
      '"\\ud800"',
      '"\\u0000"',
    ];
    const any = (): string => values[dice(values.length)]!;
    const names = [
      'code',
      'flag',
      'language',
      'opaque',
      'version',
      'remark',
      'extFields',
      'serializeTypeCurrentRPC',
    ];
    const pairs = names.filter(() => dice(3) > 0).map((name) => `"${name}":${any()}`);
    return textFrame(`{${pairs.join(',')}}`);
  },
  'names that mean something to JavaScript': (dice) =>
    textFrame(
      `{"code":${CODES[dice(CODES.length)]},"flag":0,"opaque":1,"version":373,"__proto__":{"code":1},"extFields":{"__proto__":"x","constructor":"y","toString":"z"}}`,
    ),
  'a binary header whose parts lie': (dice) => {
    const header = randomBytes(dice, 17 + dice(40));
    const view = new DataView(header.buffer);
    view.setInt16(0, CODES[dice(CODES.length)]!);
    view.setInt32(13, [0, -1, 5, 1_000_000, 2_147_483_647][dice(5)]!);
    return frameOf(header, new Uint8Array(0), 1);
  },
  'deep nesting in the header': (dice) => {
    const depth = 10 ** (1 + dice(4));
    const [open, close] = [
      ['[', ']'],
      ['{"a":', '}'],
      ['{"$ref":[', ']}'],
    ][dice(3)]!;
    return textFrame(
      `{"code":105,"opaque":1,"extFields":${open!.repeat(depth)}1${dice(2) === 0 ? '' : close!.repeat(depth)}}`,
    );
  },
  'deep nesting in the body': (dice) => {
    const depth = 10 ** (1 + dice(4));
    const code = WITH_JSON_BODY[dice(WITH_JSON_BODY.length)];
    const [open, close] = [
      ['[', ']'],
      ['{"consumerDataSet":', '}'],
      ['{"topicConfigSerializeWrapper":{"a":', '}}'],
    ][dice(3)]!;
    const body = `${open!.repeat(depth)}null${dice(2) === 0 ? '' : close!.repeat(depth)}`;
    return textFrame(`{"code":${code},"flag":0,"opaque":1,"version":373,"extFields":{"brokerId":"0"}}`, body);
  },
  'more fields than anybody has': (dice) => {
    const count = 10 ** (1 + dice(3));
    const fields = Array.from({length: count}, (_, i) => `"f${i}":"${'x'.repeat(dice(30))}"`);
    return textFrame(`{"code":310,"flag":0,"opaque":1,"version":373,"extFields":{${fields.join(',')}}}`);
  },
  'a field as long as a book': (dice) => {
    const long = 'x'.repeat(10 ** (2 + dice(3)));
    return textFrame(
      `{"code":105,"flag":0,"opaque":1,"version":373,"extFields":{"topic":"${long}","${long}":"1"}}`,
    );
  },
};

/** What is long costs time: it comes more rarely. */
const RARE = /^(deep|more|a field)/;
const NAMES = Object.keys(KINDS).flatMap((name) => (RARE.test(name) ? [name] : Array<string>(12).fill(name)));

export function malformedFrame(dice: Dice): {readonly kind: string; readonly bytes: Uint8Array} {
  const kind = NAMES[dice(NAMES.length)]!;
  return {kind, bytes: KINDS[kind]!(dice)};
}
