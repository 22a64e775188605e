import fc from 'fast-check';
import {expect, test} from 'vitest';
import {base64OfText, base64Text} from '../../../src/rocketmq/dledger/base64.ts';
import type {DLedgerEntry} from '../../../src/rocketmq/dledger/entry.ts';
import {
  appendRequestCodec,
  appendResponseCodec,
  emptyMessage,
  getRequestCodec,
  messageCodec,
  metadataResponseCodec,
  type PushEntryRequest,
  pushRequestCodec,
  pushResponseCodec,
  transferRequestCodec,
  voteRequestCodec,
  voteResponseCodec,
} from '../../../src/rocketmq/dledger/protocol.ts';
import {
  decodePush,
  decodePushResponse,
  encodePushResponse,
  PushEncoder,
} from '../../../src/rocketmq/dledger/push-codec.ts';
import {decodeBody, encodeBody} from '../../../src/rocketmq/remoting/bodies/codec.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (json: string): Uint8Array => new TextEncoder().encode(json);

const HELLO: DLedgerEntry = {
  magic: 1,
  size: 53,
  index: 8,
  term: 3,
  pos: 530,
  channel: 0,
  chainCrc: 0,
  bodyCrc: 0,
  body: bytes('Hello'),
};
const TO_N1 = {...emptyMessage(), group: 'g', leaderId: 'n0', remoteId: 'n1', term: 3};
const PUSH: PushEntryRequest = {...TO_N1, commitIndex: 7, type: 'APPEND', entry: HELLO, batchEntry: []};

// Bodies as the unmodified 0.2.2 classes and fastjson 1.2.76 wrote them.
const RECORDED: readonly [name: string, ours: string, real: string][] = [
  [
    'heartbeat',
    text(encodeBody(messageCodec, {...TO_N1, localId: 'n0'})),
    '{"code":200,"group":"g","leaderId":"n0","localId":"n0","remoteId":"n1","term":3}',
  ],
  ['heartbeat taken', text(encodeBody(messageCodec, emptyMessage())), '{"code":200,"term":-1}'],
  [
    'vote request',
    text(encodeBody(voteRequestCodec, {...TO_N1, ledgerEndIndex: 7, ledgerEndTerm: 2})),
    '{"code":200,"group":"g","leaderId":"n0","ledgerEndIndex":7,"ledgerEndTerm":2,"remoteId":"n1","term":3}',
  ],
  [
    'vote',
    text(encodeBody(voteResponseCodec, {...TO_N1, voteResult: 'ACCEPT'})),
    '{"code":200,"group":"g","leaderId":"n0","remoteId":"n1","term":3,"voteResult":"ACCEPT"}',
  ],
  [
    'push of an entry',
    text(new PushEncoder().encode(PUSH)),
    '{"batchEntry":[],"code":200,"commitIndex":7,"count":0,"entry":{"body":"SGVsbG8=","bodyCrc":0,"chainCrc":0,"channel":0,"index":8,"magic":1,"pos":530,"size":53,"term":3},"firstEntryIndex":-1,"group":"g","lastEntryIndex":-1,"leaderId":"n0","remoteId":"n1","term":3,"totalSize":0,"type":"APPEND"}',
  ],
  [
    'push of a commit index',
    text(new PushEncoder().encode({...PUSH, entry: null, type: 'COMMIT'})),
    '{"batchEntry":[],"code":200,"commitIndex":7,"count":0,"firstEntryIndex":-1,"group":"g","lastEntryIndex":-1,"leaderId":"n0","remoteId":"n1","term":3,"totalSize":0,"type":"COMMIT"}',
  ],
  [
    'push taken',
    text(encodePushResponse({...emptyMessage(), group: 'g', term: 3, index: 8, beginIndex: 0, endIndex: 8})),
    '{"beginIndex":0,"code":200,"endIndex":8,"group":"g","index":8,"term":3}',
  ],
  [
    'append',
    text(encodeBody(appendRequestCodec, {...emptyMessage(), group: 'g', remoteId: 'n0', body: HELLO.body})),
    '{"body":"SGVsbG8=","code":200,"group":"g","remoteId":"n0","term":-1}',
  ],
  [
    'append acknowledged',
    text(
      encodeBody(appendResponseCodec, {
        ...emptyMessage(),
        group: 'g',
        leaderId: 'n0',
        term: 3,
        index: 8,
        pos: 530,
      }),
    ),
    '{"code":200,"group":"g","index":8,"leaderId":"n0","pos":530,"term":3}',
  ],
  [
    'get',
    text(
      encodeBody(getRequestCodec, {
        ...emptyMessage(),
        group: 'g',
        remoteId: 'n0',
        beginIndex: 8,
        maxSize: 0,
        indexList: null,
      }),
    ),
    '{"beginIndex":8,"code":200,"group":"g","maxSize":0,"remoteId":"n0","term":-1}',
  ],
  [
    'metadata',
    text(
      encodeBody(metadataResponseCodec, {
        ...emptyMessage(),
        group: 'g',
        leaderId: 'n0',
        peers: new Map([
          ['n0', '127.0.0.1:40911'],
          ['n1', '127.0.0.1:40912'],
        ]),
      }),
    ),
    '{"code":200,"group":"g","leaderId":"n0","peers":{"n0":"127.0.0.1:40911","n1":"127.0.0.1:40912"},"term":-1}',
  ],
  [
    'transfer',
    text(
      encodeBody(transferRequestCodec, {
        ...emptyMessage(),
        group: 'g',
        remoteId: 'n0',
        term: 3,
        transferId: 'n0',
        transfereeId: 'n1',
        takeLeadershipLedgerIndex: 0,
      }),
    ),
    '{"code":200,"group":"g","remoteId":"n0","takeLeadershipLedgerIndex":0,"term":3,"transferId":"n0","transfereeId":"n1"}',
  ],
];

test.each(RECORDED)('%s is written byte for byte as the real one writes it', (_name, ours, real) => {
  expect(ours).toBe(real);
});

test('a batch carries its entries, their count and their sizes', () => {
  const batch = {...PUSH, entry: null, batchEntry: [HELLO, {...HELLO, index: 9, pos: 583}]};
  const json = text(new PushEncoder().encode(batch));
  expect(json).toContain('"count":2,"firstEntryIndex":8,"group":"g","lastEntryIndex":9');
  expect(json).toContain('"totalSize":106,"type":"APPEND"}');
  expect(decodePush(bytes(json))).toEqual(batch);
});

test('the short way of writing and reading pushes is the long way, sooner', () => {
  const id = fc.stringMatching(/^[\w-]{1,8}$/);
  const long = fc.integer({min: -1, max: 2 ** 49});
  fc.assert(
    fc.property(
      fc.uint8Array({maxLength: 70}),
      id,
      id,
      long,
      long,
      fc.constantFrom('APPEND', 'COMPARE', 'TRUNCATE'),
      (body, group, leaderId, pos, term, type) => {
        const request = {...PUSH, group, leaderId, term, type, entry: {...HELLO, body, pos, term}} as const;
        const long = encodeBody(pushRequestCodec, request);
        expect(text(new PushEncoder().encode(request))).toBe(text(long));
        expect(decodePush(long)).toEqual(request);
        expect(decodeBody(pushRequestCodec, long)).toEqual(request);
        const response = {...emptyMessage(), group, term, index: pos, beginIndex: -1, endIndex: pos};
        const answered = encodeBody(pushResponseCodec, response);
        expect(text(encodePushResponse(response))).toBe(text(answered));
        expect(decodePushResponse(answered)).toEqual(decodeBody(pushResponseCodec, answered));
      },
    ),
    {seed: 5, numRuns: 200},
  );
});

test('a push or an answer with one byte changed, lost or added is read as the long way reads it', () => {
  const push = encodeBody(pushRequestCodec, {
    ...PUSH,
    group: 'g1',
    leaderId: 'n0',
    remoteId: 'n1',
    entry: HELLO,
  });
  const answer = encodeBody(pushResponseCodec, {
    ...emptyMessage(),
    group: 'g1',
    index: 3,
    beginIndex: 0,
    endIndex: 3,
  });
  const mangled = (
    whole: Uint8Array,
    at: number,
    byte: number,
    how: 'change' | 'drop' | 'add',
  ): Uint8Array => {
    const list = [...whole];
    list.splice(at % (whole.length + 1), how === 'add' ? 0 : 1, ...(how === 'drop' ? [] : [byte]));
    return Uint8Array.from(list);
  };
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.constantFrom(...'"{}:,-_09aZ\\ é'.split('').map((char) => char.charCodeAt(0))),
      fc.constantFrom('change', 'drop', 'add'),
      (at, byte, how) => {
        const request = mangled(push, at, byte, how);
        expect(decodePush(request)).toEqual(decodeBody(pushRequestCodec, request));
        const response = mangled(answer, at, byte, how);
        expect(decodePushResponse(response)).toEqual(decodeBody(pushResponseCodec, response));
      },
    ),
    {seed: 6, numRuns: 3000},
  );
});

test('keys in another order, unknown keys and missing ones are read as fastjson reads them', () => {
  expect(decodeBody(voteResponseCodec, bytes('{"voteResult":"ACCEPT","new":[1],"term":4}'))).toEqual({
    ...emptyMessage(),
    term: 4,
    voteResult: 'ACCEPT',
  });
  expect(decodePush(bytes('{"type":"COMPARE","entry":{"body":"SGVsbG8="}}'))).toMatchObject({
    type: 'COMPARE',
    commitIndex: -1,
    entry: {index: 0, body: HELLO.body},
    batchEntry: [],
  });
  expect(decodePush(bytes('{"type":"NONSENSE"}'))?.type).toBeNull();
  expect(decodePush(bytes('nonsense'))).toBeNull();
});

test('Base64 is the standard one, whatever the length', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 300}), (body) => {
      const encoded = Buffer.from(body).toString('base64');
      expect(base64Text(body)).toBe(encoded);
      expect(base64OfText(encoded)).toEqual(body);
    }),
    {seed: 6, numRuns: 200},
  );
});
