import {describe, expect, test} from 'vitest';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {type RemotingCommand, request, response} from '../../../src/rocketmq/remoting/command.ts';
import {
  describeFrame,
  type FrameDescription,
  fieldsOfFrame,
} from '../../../src/rocketmq/remoting/describe.ts';
import {decodeFrame, encodeFrame} from '../../../src/rocketmq/remoting/frame.ts';
import {fromHex, type RecordedLine, recordedSession, SESSIONS} from './recorded-frames.ts';

interface Recorded {
  readonly line: RecordedLine;
  readonly bytes: Uint8Array;
  readonly command: RemotingCommand;
  readonly requestCode: number | undefined;
}

/** Frames of a session, each response with the code of its request. */
function recordedFrames(session: (typeof SESSIONS)[number]): Recorded[] {
  const asked = new Map<string, number>();
  const frames: Recorded[] = [];
  for (const line of recordedSession(session)) {
    if (line.hex === undefined || typeof line.code !== 'number') continue;
    const bytes = fromHex(line.hex);
    const command = decodeFrame(bytes);
    if ('error' in command) throw new Error(command.error);
    const [from, to] = line.direction.split('->');
    if (!line.isResponse) asked.set(`${line.conn} ${to} ${line.opaque}`, line.code);
    const requestCode = line.isResponse ? asked.get(`${line.conn} ${from} ${line.opaque}`) : undefined;
    frames.push({line, bytes, command, requestCode});
  }
  return frames;
}

function described(session: (typeof SESSIONS)[number], note: string): FrameDescription {
  const found = recordedFrames(session).find(({line}) => line.note.includes(note))!;
  return describeFrame(found.command, found.requestCode);
}

describe('a described frame', () => {
  test('every recorded body whose form the code tells is decoded', () => {
    let bodies = 0;
    for (const session of SESSIONS) {
      for (const {command, requestCode, line} of recordedFrames(session)) {
        // Broken on purpose, or asked with a body that the code does not have.
        if (command.body === null || session === 'e-errors') continue;
        bodies++;
        expect(describeFrame(command, requestCode).body, line.note).not.toBeNull();
      }
    }
    expect(bodies).toBeGreaterThan(500);
  });

  test('of a send has the text of the message', () => {
    expect(described('a-quickstart', 'SEND_MESSAGE_V2')).toMatchObject({
      code: 310,
      name: 'SEND_MESSAGE_V2',
      isResponse: false,
      oneway: false,
      serializer: 'JSON',
      version: 395,
      language: 'JAVA',
      remark: null,
      body: expect.stringMatching(/^Hello RocketMQ/),
    });
  });

  test('of a pull that found something has the messages', () => {
    const pulled = recordedFrames('a-quickstart').find(
      ({command, requestCode}) => requestCode === RequestCode.PULL_MESSAGE && command.code === 0,
    )!;
    const {name, body} = describeFrame(pulled.command, pulled.requestCode);
    expect(name).toBe('PULL_MESSAGE → SUCCESS');
    expect((body as object[])[0]).toMatchObject({
      topic: 'TopicTest',
      properties: {CLUSTER: 'DefaultCluster'},
    });
    // Even without the request, its first bytes give it away.
    expect(describeFrame(pulled.command).body).toEqual(body);
  });

  test('is plain JSON, whatever keys stand in it', () => {
    const body = new TextEncoder().encode(
      '{"offsetTable":{{"queueId":1}:9223372036854775807},1:"a","__proto__":{"x":1}}',
    );
    const text = JSON.stringify(describeFrame(response(0, null, null, body)));
    expect(text).toContain(
      '"body":{"1":"a","offsetTable":{"{\\"queueId\\":1}":"9223372036854775807"},"__proto__":{"x":1}}',
    );
  });

  test('bytes that are no text are told in hex', () => {
    const command = request(RequestCode.SEND_MESSAGE_V2, {f: '1'}, Uint8Array.of(0x78, 0x9c));
    expect(describeFrame(command).body).toEqual({hex: '789C'});
    expect(describeFrame({...command, extFields: {f: '0'}, body: Uint8Array.of(0)}).body).toEqual({
      hex: '00',
    });
  });

  test('a body that is not what its code says is null', () => {
    const command = request(RequestCode.HEART_BEAT, null, Uint8Array.of(1, 2, 3));
    expect(describeFrame(command)).toMatchObject({bodyBytes: 3, body: null});
  });
});

describe('the fields of a frame', () => {
  test('lie within it, those of the outer level without gap, and none is missing from the header', () => {
    for (const session of SESSIONS) {
      for (const {bytes, command, requestCode} of recordedFrames(session)) {
        const fields = fieldsOfFrame(bytes, requestCode);
        const outer = fields.filter((field) =>
          /^(length|headerType|headerLength|header|body)$/.test(field.path),
        );
        expect(outer.reduce((at, field) => (field.from === at ? field.to : -1), 0)).toBe(bytes.length);
        for (const {from, to} of fields) expect(0 <= from && from <= to && to <= bytes.length).toBe(true);
        const names = fields.flatMap(({path}) => path.match(/^header\.extFields\.(.*)$/)?.[1] ?? []);
        expect(names).toEqual(Object.keys(command.extFields ?? {}));
      }
    }
  });

  test('of a JSON header stand beside their text', () => {
    const {bytes} = recordedFrames('a-quickstart').find(({line}) => line.code === 310)!;
    const shown = fieldsOfFrame(bytes)
      .filter(({path}) => path.startsWith('header.'))
      .map(({path, from, to, text, meaning}) => {
        const piece = new TextDecoder().decode(bytes.subarray(from, to));
        return `${path} = ${text}${meaning ? ` (${meaning})` : ''} in ${piece.slice(0, 24)}`;
      });
    expect(shown).toMatchInlineSnapshot(`
      [
        "header.code = 310 (SEND_MESSAGE_V2) in "code":310",
        "header.extFields = 12 fields in "extFields":{"a":"quicks",
        "header.extFields.a = quickstart_producer (producerGroup) in "a":"quickstart_producer",
        "header.extFields.b = TopicTest (topic) in "b":"TopicTest"",
        "header.extFields.c = TBW102 (defaultTopic) in "c":"TBW102"",
        "header.extFields.d = 4 (defaultTopicQueueNums) in "d":"4"",
        "header.extFields.e = 1 (queueId) in "e":"1"",
        "header.extFields.f = 0 (sysFlag) in "f":"0"",
        "header.extFields.g = 1795223962444 (bornTimestamp) in "g":"1795223962444"",
        "header.extFields.h = 0 (flag) in "h":"0"",
        "header.extFields.i = KEYS=KEY0 UNIQ_KEY=C000020230174E0E2F2A6747DB4B0000 WAIT=true TAGS=TagA (properties) in "i":"KEYS\\u0001KEY0\\u000",
        "header.extFields.j = 0 (reconsumeTimes) in "j":"0"",
        "header.extFields.k = false (unitMode) in "k":"false"",
        "header.extFields.m = false (batch) in "m":"false"",
        "header.flag = 0 (request) in "flag":0",
        "header.language = JAVA in "language":"JAVA"",
        "header.opaque = 6 (the response repeats it) in "opaque":6",
        "header.serializeTypeCurrentRPC = JSON in "serializeTypeCurrentRPC",
        "header.version = 395 (V4_9_1) in "version":395",
      ]
    `);
  });

  test('of a binary header stand beside their bytes', () => {
    const bytes = fromHex(
      '0000002b01000025006900018b00000005000000000000000472e4b8ad0000000c0005746f70696300000001547879',
    );
    expect(fieldsOfFrame(bytes).map(({path, from, to, text}) => `${from}-${to} ${path}: ${text}`)).toEqual([
      '0-4 length: 43',
      '4-5 headerType: 1',
      '5-8 headerLength: 37',
      '8-45 header: GET_ROUTEINFO_BY_TOPIC',
      '8-10 header.code: 105',
      '10-11 header.language: JAVA',
      '11-13 header.version: 395',
      '13-17 header.opaque: 5',
      '17-21 header.flag: 0',
      '21-29 header.remark: r中',
      '29-45 header.extFields: 1 fields',
      '33-45 header.extFields.topic: T',
      '45-47 body: 2 bytes',
    ]);
  });

  test('of messages in a body come one record after the other', () => {
    const pulled = recordedFrames('a-quickstart').find(
      ({command, requestCode}) => requestCode === RequestCode.PULL_MESSAGE && command.code === 0,
    )!;
    const fields = fieldsOfFrame(pulled.bytes, pulled.requestCode);
    const record = fields.find(({path}) => path === 'body[0]')!;
    const inner = fields.filter(({path}) => path.startsWith('body[0].'));
    expect(inner.reduce((at, field) => (field.from === at ? field.to : -1), record.from)).toBe(record.to);
    expect(inner.find(({path}) => path === 'body[0].topic')!.text).toBe('TopicTest');
  });

  test('bytes that are no frame are one field that says why', () => {
    expect(fieldsOfFrame(Uint8Array.of(0, 0, 0, 9))).toEqual([
      {path: 'malformed', from: 0, to: 4, text: "the frame's length says 9 bytes follow it, but 0 do"},
    ]);
  });

  test('a header in loose JSON does not confuse it', () => {
    const loose = encodeFrame(request(105, {topic: 'T'}));
    // The quotes of a key become blanks: still a header for fastjson, no longer plain JSON.
    const at = 9;
    loose[at] = 0x20;
    loose[at + 5] = 0x20;
    expect(fieldsOfFrame(loose).map(({path}) => path)).toEqual([
      'length',
      'headerType',
      'headerLength',
      'header',
    ]);
  });
});
