import fc from 'fast-check';
import {expect, test} from 'vitest';
import {decodeShareLink, encodeShareLink, type SharedMoment} from '../../src/lab/share-link.ts';

const SHARED: SharedMoment = {
  source: {kind: 'lesson', name: 'quickstart'},
  seed: '1',
  interventions: [
    {atUs: 3_400_000, intervention: {kind: 'kill', process: 'broker'}},
    {atUs: 4_000_000, intervention: {kind: 'cut', from: 'worker1', to: 'worker2', direction: 'one-way'}},
    {atUs: 5_000_000, intervention: {kind: 'jump-clock', machine: 'worker1', byMs: -500}},
    {atUs: 5_000_001, intervention: {kind: 'lose-power', machine: 'worker1'}},
    {atUs: 5_000_002, intervention: {kind: 'restore-power', machine: 'worker1'}},
    {
      atUs: 5_000_003,
      intervention: {kind: 'disk-fault', machine: 'worker1', fault: {kind: 'slow', factor: 9}},
    },
    {
      atUs: 5_000_004,
      intervention: {
        kind: 'disk-fault',
        machine: 'worker1',
        fault: {kind: 'bit-rot', path: '/a', positionBytes: 5, bit: 1},
      },
    },
    {atUs: 5_000_005, intervention: {kind: 'heal-disk', machine: 'worker1', fault: 'bit-rot /a:5.1'}},
    {atUs: 5_000_006, intervention: {kind: 'destroy-disk', machine: 'worker1', replace: true}},
    {atUs: 5_000_007, intervention: {kind: 'replace-disk', machine: 'worker1'}},
    {
      atUs: 5_000_008,
      intervention: {
        kind: 'set-link',
        from: 'worker1',
        to: 'worker2',
        direction: 'both',
        link: {latencyUs: 5, lossPerMillion: 7},
      },
    },
    {
      atUs: 5_000_009,
      intervention: {kind: 'set-link', from: 'worker1', to: 'worker2', direction: 'one-way', link: null},
    },
    {
      atUs: 5_000_010,
      intervention: {kind: 'set-config', process: 'broker', key: 'flushDiskType', value: 'SYNC_FLUSH'},
    },
  ],
  atUs: 4_200_123,
  language: 'zh-CN',
};

test('a link says everything again, and a lesson with an intervention fits a line', () => {
  const link = encodeShareLink(SHARED);
  expect(decodeShareLink(`#${link}`)).toEqual(SHARED);
  expect(encodeShareLink({...SHARED, interventions: SHARED.interventions.slice(0, 1)}).length).toBeLessThan(
    130,
  );
});

test('any scenario text survives the way through a link', () => {
  fc.assert(
    fc.property(fc.string({unit: 'grapheme', maxLength: 2000}), fc.nat(), (text, atUs) => {
      const moment: SharedMoment = {...SHARED, source: {kind: 'text', text}, atUs};
      expect(decodeShareLink(encodeShareLink(moment))).toEqual(moment);
    }),
    {seed: 1, numRuns: 200},
  );
});

test('repetition costs little', () => {
  const text = Array.from(
    {length: 100},
    (_, i) => `  producer-${i}: {machine: worker1, program: quickstart}`,
  ).join('\n');
  expect(encodeShareLink({...SHARED, source: {kind: 'text', text}}).length).toBeLessThan(text.length / 2);
});

test('a damaged link is told as such, whatever was done to it', () => {
  const link = encodeShareLink(SHARED);
  expect(decodeShareLink('')).toEqual({error: 'not-a-link', params: {}});
  expect(decodeShareLink('run=')).toEqual({error: 'damaged', params: {}});
  expect(decodeShareLink(link.slice(0, -3))).toEqual({error: 'damaged', params: {}});
  expect(decodeShareLink(link.replace('run=1.', 'run=9.'))).toEqual({
    error: 'unknown-version',
    params: {version: '9'},
  });
  expect(decodeShareLink(`run=${'A'.repeat(300_000)}`)).toMatchObject({error: 'too-long'});
});

test('no fragment makes the decoder throw', () => {
  fc.assert(
    fc.property(fc.string({maxLength: 200}), (text) => {
      decodeShareLink(text);
      decodeShareLink(`run=1.${text}`);
    }),
    {seed: 2, numRuns: 500},
  );
});

test('a link whose intervention no world would take is told as such', () => {
  const broken: unknown[] = [
    {kind: 'disk-fault', machine: 'm', fault: {kind: 'melted'}},
    {kind: 'disk-fault', machine: 'm', fault: {kind: 'slow', factor: 0.5}},
    {kind: 'set-link', from: 'a', to: 'b', direction: 'both', link: {latencyUs: -1}},
    {kind: 'set-link', from: 'a', to: 'b', direction: 'both', link: {colour: 1}},
  ];
  for (const intervention of broken) {
    const link = encodeShareLink({
      ...SHARED,
      interventions: [{atUs: 1, intervention: intervention as never}],
    });
    expect(decodeShareLink(link)).toEqual({error: 'bad-intervention', params: {number: '1'}});
  }
});

test('a link says what stands beside, that nothing does, or neither, as links of old', () => {
  for (const beside of [{key: 'brokerRole', value: 'SYNC_MASTER'}, null]) {
    expect(decodeShareLink(encodeShareLink({...SHARED, beside}))).toEqual({...SHARED, beside});
  }
  expect(decodeShareLink(encodeShareLink(SHARED))).not.toHaveProperty('beside');
});
