import {expect, test} from 'vitest';
import {KeptMap} from '../../src/viz/session/pace.ts';
import {linearTime, type TimeMap} from '../../src/viz/stage/time-map.ts';

test('a story told slower or faster, or still growing, passes over the same silences', () => {
  const gaps = [{fromUs: 1_000, toUs: 2_000_000}];
  const story: TimeMap = {...linearTime(1), gaps};
  const maps = [
    new KeptMap().of({kind: 'story', rate: 0.25}, story, 0),
    new KeptMap().of({kind: 'story', rate: 1}, story, 5_000_000),
  ];
  // Without them the lanes show no silence, and a few frames in minutes count as a stream.
  for (const map of maps) expect(map.gaps).toEqual(gaps);
  expect(new KeptMap().of({kind: 'linear', rate: 10}, story, 0).gaps).toBeUndefined();
});
