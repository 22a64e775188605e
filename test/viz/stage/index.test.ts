import {describe, expect, test} from 'vitest';
import {densityOf} from '../../../src/viz/stage/density.ts';
import {faultMarksOf} from '../../../src/viz/stage/fault-marks.ts';
import {
  gapBlocks,
  type LanesWindow,
  lanesOf,
  placeMarkTexts,
  ticksOf,
} from '../../../src/viz/stage/lanes-geometry.ts';
import {StoryTime} from '../../../src/viz/stage/story-time.ts';
import {linearTime} from '../../../src/viz/stage/time-map.ts';
import {indexOf, syntheticTrace} from './synthetic.ts';

describe('the index of a trace for pictures', () => {
  const store = syntheticTrace({messages: 200, killAfter: 100});
  const {index, traceIndex} = indexOf(store);

  test('finds every frame that is under way in a window, and no other', () => {
    for (let fromUs = 0; fromUs < 9_500_000; fromUs += 311_111) {
      const toUs = fromUs + 40_000;
      const slow = index.frames.filter(({sentUs, endUs}) => sentUs <= toUs && fromUs <= endUs);
      expect(index.framesWithin(fromUs, toUs)).toEqual(slow);
    }
  });

  test('tells a life: started, killed, started again', () => {
    expect(index.lives.get('broker-a')!.map(({status, why}) => `${status} ${why}`.trim())).toEqual([
      'running',
      'down killed',
      'running',
    ]);
    expect(faultMarksOf(index, traceIndex)).toMatchObject([{kind: 'down', who: 'broker-a'}]);
  });

  test('waits end with their answer, or with the process', () => {
    const killed = store.entries.find(({kind}) => kind === 'process-ended')!.atUs;
    const ended = index.waits.filter(({kind, toUs}) => kind === 'long-poll' && toUs === killed);
    expect(ended.length).toBeGreaterThan(0);
    expect(index.waits.every(({fromUs, toUs}) => toUs === null || fromUs <= toUs)).toBe(true);
  });

  test('density counts each frame once, on either clock', () => {
    const end = store.entries[store.lastId - 1]!.atUs;
    const story = new StoryTime(index);
    story.extend(end + 1);
    for (const map of [null, story]) {
      const buckets = densityOf(index, 0, end + 1, 50, map);
      expect(buckets).toHaveLength(50);
      expect(buckets.reduce((sum, {total}) => sum + total, 0)).toBe(index.frames.length);
    }
  });
});

describe('the geometry of the lanes', () => {
  const {index} = indexOf(syntheticTrace({messages: 4}));
  const window: LanesWindow = {
    width: 800,
    height: 190,
    plotX: 118,
    playheadX: 500,
    atSeconds: 10,
    pxPerSecond: 110,
  };

  test('processes of a machine lie side by side', () => {
    expect(lanesOf(index, 190).lanes.map(({process}) => process)).toEqual([
      'namesrv',
      'broker-a',
      'producer',
      'consumer',
    ]);
    expect(lanesOf(index, 190).lanes.map(({leads}) => leads)).toEqual([true, false, true, false]);
  });

  test('a long silence is a block that tells its length', () => {
    const story = new StoryTime(index);
    story.extend(100_000_000);
    const gap = story.gaps.at(-1)!;
    const blocks = gapBlocks({...window, atSeconds: story.toScreen(gap.toUs)}, story, 'en');
    expect(blocks.map(({text}) => text)).toContain('1 min 35 s pass');
  });

  test('ticks stand still against what happened while the picture moves', () => {
    const map = linearTime(0.001);
    const before = ticksOf(window, map);
    const after = ticksOf({...window, atSeconds: 10.3}, map);
    const shared = before.filter(({key}) => after.some((tick) => tick.key === key));
    expect(shared.length).toBeGreaterThan(1);
    for (const tick of shared) {
      expect(after.find(({key}) => key === tick.key)!.x).toBeCloseTo(tick.x - 33, 6);
    }
  });

  test('words of marks never run into each other; a landmark keeps its words', () => {
    const mark = (entry: number, x: number, level: number) => ({
      entry,
      x,
      level,
      process: 'a',
      y: 10,
      bad: false,
      isFuture: false,
      text: 'something happened',
    });
    const placed = placeMarkTexts([mark(1, 100, 2), mark(2, 130, 3), mark(3, 400, 2)], 800);
    expect(placed.map(({text}) => text !== '')).toEqual([false, true, true]);
  });
});
