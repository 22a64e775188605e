import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {FLAG_RESPONSE, type RemotingCommand, request} from '../../../src/rocketmq/remoting/command.ts';
import {writeJsonHeader} from '../../../src/rocketmq/remoting/header-json.ts';
import {readUsualHeader} from '../../../src/rocketmq/remoting/header-usual.ts';

const ROOM = 64 * 1024;

function headerOf(command: RemotingCommand): Uint8Array {
  const room = new Uint8Array(ROOM);
  return room.slice(0, writeJsonHeader(command, room, 0));
}

/** What the engine's own parser makes of it; null where it is not JSON. */
function parsed(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function told(command: RemotingCommand): Record<string, unknown> {
  const {code, flag, opaque, version, language, remark, extFields} = command;
  const members: Record<string, unknown> = {code, flag, opaque, version, language};
  if (remark !== null) members['remark'] = remark;
  if (extFields !== null) members['extFields'] = {...extFields};
  return {...members, serializeTypeCurrentRPC: 'JSON'};
}

const text = fc.oneof(
  fc.string({maxLength: 40}),
  fc.string({maxLength: 8}),
  fc.string({unit: 'binary', maxLength: 12}),
  fc.constantFrom('UNIQ_KEY\u0001C0A8E881\u0002WAIT\u0001true', '', 'a"b\\c', '__proto__', 'constructor'),
);

const command: fc.Arbitrary<RemotingCommand> = fc
  .record({
    code: fc.oneof(fc.constantFrom(0, 10, 11, 310), fc.integer()),
    opaque: fc.integer(),
    flag: fc.constantFrom(0, 1, 2, 3),
    remark: fc.option(text),
    extFields: fc.option(fc.dictionary(text, text, {maxKeys: 6})),
  })
  .map((members) => ({...request(0), ...members}));

describe('the reader of usual headers', () => {
  test('reads what a send looks like, escapes and all', () => {
    const send = {
      ...request(310, {a: 'group', b: 'TopicTest', g: '1700000000000', i: 'WAIT\u0001true\u0002'}),
      opaque: 7,
    };
    expect(readUsualHeader(headerOf(send), 0, headerOf(send).length)).toEqual(send);
    const answer = {...request(0, null), flag: FLAG_RESPONSE, remark: 'FOUND', extFields: null};
    expect(readUsualHeader(headerOf(answer), 0, headerOf(answer).length)).toEqual(answer);
  });

  test('of every command tells what the command says, or nothing', () => {
    fc.assert(
      fc.property(command, fc.nat(100), (any, before) => {
        const header = headerOf(any);
        const around = new Uint8Array(header.length + before + 50).fill(0x22);
        around.set(header, before);
        const read = readUsualHeader(around, before, before + header.length);
        if (read !== null) expect(told(read)).toEqual(parsed(header));
      }),
      {seed: 4911, numRuns: 2000},
    );
  });

  test('takes nothing that a JSON parser would refuse or read otherwise', () => {
    // What it lets pass never reaches the reader that knows all of fastjson.
    const change = fc.record({at: fc.nat(), byte: fc.oneof(fc.integer({min: 0x20, max: 0x7e}), fc.nat(255))});
    fc.assert(
      fc.property(command, fc.array(change, {minLength: 1, maxLength: 3}), fc.nat(3), (any, changes, cut) => {
        const header = headerOf(any);
        for (const {at, byte} of changes) header[at % header.length] = byte;
        const end = header.length - cut;
        const read = readUsualHeader(header, 0, end);
        if (read !== null) expect(told(read)).toEqual(parsed(header.subarray(0, end)));
      }),
      {seed: 4912, numRuns: 5000},
    );
  });

  test('leaves numbers that are not plain to others', () => {
    const header = (code: string): Uint8Array =>
      new TextEncoder().encode(
        `{"code":${code},"flag":0,"language":"JAVA","opaque":0,"serializeTypeCurrentRPC":"JSON","version":395}`,
      );
    const read = (code: string): number | undefined =>
      readUsualHeader(header(code), 0, header(code).length)?.code;
    expect(read('2147483647')).toBe(2147483647);
    for (const code of ['2147483648', '99999999999', '-1', '010', '1.0', '1e3', '']) {
      expect(read(code)).toBeUndefined();
    }
  });
});
