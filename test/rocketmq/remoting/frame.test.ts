import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type RemotingCommand, request, response} from '../../../src/rocketmq/remoting/command.ts';
import {decodeFrame, encodeFrame, FrameDecoder} from '../../../src/rocketmq/remoting/frame.ts';
import {fromHex, recordedSession, SESSIONS} from './recorded-frames.ts';

const SEED = 20260;

function decoded(bytes: Uint8Array): RemotingCommand {
  const command = decodeFrame(bytes);
  if ('error' in command) throw new Error(command.error);
  return command;
}

function rawFrame(header: string | Uint8Array, options: {type?: number; body?: string} = {}): Uint8Array {
  const head = Buffer.from(header);
  const body = Buffer.from(options.body ?? '');
  const frame = Buffer.alloc(8 + head.length + body.length);
  frame.writeInt32BE(4 + head.length + body.length, 0);
  frame.writeInt32BE(((options.type ?? 0) << 24) | head.length, 4);
  head.copy(frame, 8);
  body.copy(frame, 8 + head.length);
  return new Uint8Array(frame);
}

describe('frames recorded from the real 4.9.1', () => {
  test.each(SESSIONS)('%s: every frame decodes, and encodes to the very same bytes again', (session) => {
    let frames = 0;
    for (const line of recordedSession(session)) {
      if (line.hex === undefined || line.code === null) continue;
      const bytes = fromHex(line.hex);
      const command = decoded(bytes);
      expect([command.code, command.opaque, command.serializer]).toEqual([
        line.code,
        line.opaque,
        line.serializer,
      ]);
      expect(Buffer.from(encodeFrame(command)).toString('hex')).toBe(line.hex);
      frames++;
    }
    expect(frames).toBeGreaterThan(100);
  });

  test('the broken frames of e-errors are malformed, each for its own reason', () => {
    const broken = recordedSession('e-errors').filter((line) => line.hex !== undefined && line.code === null);
    const reasons = broken.map((line) => {
      const decoder = new FrameDecoder();
      expect(decoder.push(fromHex(line.hex!))).toEqual([]);
      return `${line.note.split(' | ')[0]}: ${decoder.malformed}`;
    });
    expect(reasons).toMatchInlineSnapshot(`
      [
        "NameServer: header is not JSON: the header is not JSON: expected ':' at character 5, found "json"",
        "NameServer: length field -1: the frame's length is negative: -1",
        "NameServer: unknown serializer type 2: the header's type is 2, neither 0 (JSON) nor 1 (ROCKETMQ)",
      ]
    `);
  });
});

describe('the JSON header', () => {
  test('an empty successful response is the frame of the fact sheet', () => {
    const reply = response(0, null);
    reply.opaque = 9;
    reply.version = 0;
    expect(Buffer.from(encodeFrame(reply)).toString('hex').toUpperCase()).toBe(
      '000000610000005D7B22636F6465223A302C22666C6167223A312C226C616E6775616765223A224A415641222C226F7061717565223A392C2273657269616C697A655479706543757272656E74525043223A224A534F4E222C2276657273696F6E223A307D',
    );
  });

  test('text is escaped as fastjson escapes it, and comes back the same', () => {
    const text = 'a\u0001b\u0002c"d\\e/f\tg\nh\ri\bj\fk\u000bl\u001fm\u007fn\u0085o\u2028p中q😀r';
    const header = new TextDecoder().decode(encodeFrame(request(10, {i: text})).subarray(8));
    expect(header).toContain(
      '"i":"a\\u0001b\\u0002c\\"d\\\\e/f\\tg\\nh\\ri\\bj\\fk\\u000Bl\\u001Fm\\u007Fn\\u0085o\\u2028p中q😀r"',
    );
    expect(decoded(encodeFrame(request(10, {i: text}))).extFields).toEqual({i: text});
  });

  test('half of a surrogate pair becomes a question mark, as in Java', () => {
    expect(decoded(encodeFrame(request(10, {a: 'x\ud83dy\ude00'}))).extFields).toEqual({a: 'x?y?'});
  });

  test('what fastjson tolerates is taken: bare keys, trailing commas, numbers as text, text as numbers, unknown keys', () => {
    const header =
      "{code:'105', /* why not */ extFields:{topic:'T',n:7,b:true,gone:null,big:9223372036854775807},'flag':0,language:\"java\",opaque:\"3\",new:{a:[1,{b:2}]},version:395,}";
    expect(decoded(rawFrame(header, {body: 'x'}))).toEqual({
      code: 105,
      language: 'JAVA',
      version: 395,
      opaque: 3,
      flag: 0,
      remark: null,
      extFields: {topic: 'T', n: '7', b: 'true', big: '9223372036854775807'},
      body: new Uint8Array([120]),
      serializer: 'JSON',
    });
  });

  test('missing keys have their defaults; an unknown language is nobody', () => {
    expect(decoded(rawFrame('{"code":105,"opaque":1,"language":"RUST"}'))).toMatchObject({
      code: 105,
      language: null,
      version: 0,
      flag: 0,
      remark: null,
      extFields: null,
      body: null,
    });
    expect(decoded(rawFrame('{}'))).toMatchObject({code: 0, language: 'JAVA', opaque: 0});
    expect(decoded(rawFrame('{"language":9}'))).toMatchObject({language: 'GO'});
  });

  test('a field named __proto__ is a field and nothing more', () => {
    const command = decoded(rawFrame('{"code":1,"opaque":1,extFields:{"__proto__":"x"}}'));
    expect(Object.keys(command.extFields!)).toEqual(['__proto__']);
    expect(Object.keys(decoded(encodeFrame(command)).extFields!)).toEqual(['__proto__']);
  });
});

describe('the binary header', () => {
  test('the frame of the fact sheet, both ways', () => {
    const hex =
      '0000002b01000025006900018b0000000500000000' +
      '0000000472e4b8ad0000000c0005746f7069630000000154' +
      '7879';
    const command = decoded(fromHex(hex));
    expect(command).toMatchObject({code: 105, language: 'JAVA', version: 395, opaque: 5, remark: 'r中'});
    expect(command.extFields).toEqual({topic: 'T'});
    expect(Buffer.from(encodeFrame(command)).toString('hex')).toBe(hex);
  });

  test('an empty remark and an empty map cannot be told from none', () => {
    const command: RemotingCommand = {...request(34, {}), remark: '', serializer: 'ROCKETMQ'};
    expect(decoded(encodeFrame(command))).toMatchObject({remark: null, extFields: null});
  });

  test.each([
    ['a header of 20 bytes', new Uint8Array(20)],
    [
      'a remark longer than the header',
      Uint8Array.from([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0]),
    ],
    [
      'a map longer than the header',
      Uint8Array.from([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]),
    ],
  ])('%s is malformed', (_, header) => {
    expect(decodeFrame(rawFrame(header, {type: 1}))).toHaveProperty('error');
  });
});

describe('the decoder of a stream', () => {
  const frames = [
    request(105, {topic: 'T'}),
    request(34, null, new Uint8Array(3000).fill(7)),
    response(0, null),
  ];
  const stream = Buffer.concat(frames.map(encodeFrame));

  test('the largest legal length waits, one more closes', () => {
    const largest = new FrameDecoder();
    expect(largest.push(fromHex('00fffffc00'))).toEqual([]);
    expect(largest.malformed).toBeNull();
    const over = new FrameDecoder();
    expect(over.push(fromHex('00fffffd'))).toEqual([]);
    expect(over.malformed).toContain('over the limit of 16777212');
  });

  test('nothing is taken after a malformed frame, what came before it is', () => {
    const decoder = new FrameDecoder();
    const codes = decoder
      .push(Buffer.concat([encodeFrame(frames[0]!), fromHex('ffffffff'), stream]))
      .map((c) => c.code);
    expect(codes).toEqual([105]);
    expect(decoder.malformed).toContain('negative');
    expect(decoder.push(stream)).toEqual([]);
  });

  test('a whole frame in one chunk is not copied', () => {
    const bytes = encodeFrame(frames[1]!);
    expect(new FrameDecoder().push(bytes)[0]!.body!.buffer).toBe(bytes.buffer);
  });

  test('however the stream is cut, the commands are the same', () => {
    const whole = new FrameDecoder().push(stream).map(encodeFrame);
    fc.assert(
      fc.property(fc.array(fc.integer({min: 1, max: 400})), (sizes) => {
        const decoder = new FrameDecoder();
        const commands: RemotingCommand[] = [];
        let at = 0;
        for (const size of [...sizes, stream.length]) {
          commands.push(...decoder.push(new Uint8Array(stream.subarray(at, at + size))));
          at = Math.min(stream.length, at + size);
        }
        expect(decoder.malformed).toBeNull();
        expect(commands.map(encodeFrame)).toEqual(whole);
      }),
      {seed: SEED, numRuns: 300},
    );
  });

  test('a stream may come byte by byte', () => {
    const decoder = new FrameDecoder();
    const codes: number[] = [];
    for (const byte of stream)
      codes.push(...decoder.push(Uint8Array.of(byte)).map((command) => command.code));
    expect(codes).toEqual([105, 34, 0]);
  });
});

describe('whatever arrives', () => {
  const anyText = fc.string({unit: 'binary', maxLength: 40});
  const anyCommand = fc.record<RemotingCommand>({
    code: fc.integer({min: -32768, max: 32767}),
    language: fc.constantFrom('JAVA', 'CPP', 'GO', 'OTHER'),
    version: fc.integer({min: 0, max: 612}),
    opaque: fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1}),
    flag: fc.integer({min: 0, max: 3}),
    remark: fc.option(fc.string({unit: 'grapheme', minLength: 1})),
    extFields: fc.option(
      fc.dictionary(fc.string({unit: 'grapheme'}), fc.string({unit: 'grapheme'}), {minKeys: 1}),
    ),
    body: fc.option(fc.uint8Array({minLength: 1, maxLength: 300})),
    serializer: fc.constantFrom('JSON', 'ROCKETMQ'),
  });

  test('a command comes back as it was sent, in both serializations', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        const back = decoded(encodeFrame(command));
        expect({...back, extFields: back.extFields && {...back.extFields}}).toEqual({
          ...command,
          extFields: command.extFields && {...command.extFields},
        });
      }),
      {seed: SEED, numRuns: 500},
    );
  });

  test('any text at all can be encoded', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.constantFrom('JSON' as const, 'ROCKETMQ' as const),
        (key, value, serializer) => {
          const command = {...request(1, {[key]: value}), remark: value, serializer};
          expect(decodeFrame(encodeFrame(command))).not.toHaveProperty('error');
        },
      ),
      {seed: SEED, numRuns: 500},
    );
  });

  test('garbage is malformed or waits, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 200}), (garbage) => {
        decodeFrame(garbage);
        const decoder = new FrameDecoder();
        decoder.push(garbage);
      }),
      {seed: SEED, numRuns: 2000},
    );
  });

  test('garbage in a header of the right length never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 100}), fc.integer({min: 0, max: 2}), (garbage, type) => {
        decodeFrame(rawFrame(garbage, {type}));
      }),
      {seed: SEED, numRuns: 2000},
    );
  });

  test('a good frame with a few bytes changed never throws', () => {
    const good = [
      encodeFrame(request(310, {a: 'g', i: 'x\u0001y'})),
      fromHex(
        '0000002b01000025006900018b00000005000000000000000472e4b8ad0000000c0005746f70696300000001547879',
      ),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...good),
        fc.array(fc.tuple(fc.nat(200), fc.integer({min: 0, max: 255})), {minLength: 1, maxLength: 6}),
        (frame, changes) => {
          const bytes = frame.slice();
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          decodeFrame(bytes);
        },
      ),
      {seed: SEED, numRuns: 3000},
    );
  });

  test('nesting without end is refused, not a stack overflow', () => {
    expect(decodeFrame(rawFrame(`{a:${'['.repeat(100_000)}`))).toHaveProperty('error');
    expect(
      decodeFrame(rawFrame(`{"code":1,"extFields":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`)),
    ).toHaveProperty('error');
  });
});
