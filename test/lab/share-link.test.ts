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
