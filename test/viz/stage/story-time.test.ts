import * as fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {TraceStore} from '../../../src/lab/trace-store.ts';
import {TraceIndex} from '../../../src/lab/view/trace-index.ts';
import {StageIndex} from '../../../src/viz/stage/stage-index.ts';
import {StoryTime} from '../../../src/viz/stage/story-time.ts';
import {indexOf, prefixOf, syntheticTrace} from './synthetic.ts';

function storyOf(store: TraceStore, horizonUs = lastUs(store)): StoryTime {
  const story = new StoryTime(indexOf(store).index);
  story.extend(horizonUs);
  return story;
}

function lastUs(store: TraceStore): number {
  return store.entries[store.entries.length - 1]!.atUs;
}

describe('story time', () => {
  const store = syntheticTrace({messages: 60, killAfter: 40});
  const story = storyOf(store);

  test('rises strictly: later is never shown earlier', () => {
    fc.assert(
      fc.property(
        fc.double({min: 0, max: lastUs(store), noNaN: true}),
        fc.double({min: 0.001, max: 1e6, noNaN: true}),
        (us, more) => {
          expect(story.toScreen(us)).toBeLessThan(story.toScreen(us + more));
        },
      ),
      {seed: 1},
    );
  });

  test('is its own inverse, to a hundredth of a microsecond', () => {
    fc.assert(
      fc.property(fc.double({min: 0, max: lastUs(store) * 1.2, noNaN: true}), (us) => {
        // A silence of seconds passes at a steep pace, where the last bit of the screen second is worth more.
        expect(Math.abs(story.toVirtual(story.toScreen(us)) - us)).toBeLessThan(0.01);
      }),
      {seed: 2},
    );
  });

  test('does not depend on how the trace was cut into chunks, and never changes what is mapped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: 1, max: store.lastId - 1}), {minLength: 1, maxLength: 6}),
        (cuts) => {
          const growing = new TraceStore();
          const traceIndex = new TraceIndex(growing);
          const index = new StageIndex(traceIndex);
          const chunked = new StoryTime(index);
          const probes: {us: number; seconds: number}[] = [];
          for (const end of [...new Set(cuts), store.lastId].sort((a, b) => a - b)) {
            const from = growing.lastId + 1;
            const bytes = from === 1 ? store.bytes({offset: 0, length: store.byteCount}) : new Uint8Array(0);
            growing.append({
              fromEntry: from,
              entries: store.entries.slice(from - 1, end),
              bytesFrom: 0,
              bytes,
            });
            traceIndex.update();
            index.extend();
            chunked.extend(store.entries[end - 1]!.atUs);
            for (const part of [0.1, 0.5, 0.9, 1]) {
              const us = chunked.mappedUs * part;
              probes.push({us, seconds: chunked.toScreen(us)});
            }
          }
          for (const {us, seconds} of probes) expect(chunked.toScreen(us)).toBeCloseTo(seconds, 9);
          for (const {us} of probes) expect(chunked.toScreen(us)).toBeCloseTo(story.toScreen(us), 6);
        },
      ),
      {seed: 3, numRuns: 40},
    );
  });

  test('the first frames are in the air for about half a second', () => {
    const {index} = indexOf(store);
    const first = index.frames.find((frame) => frame.family === 'produce')!;
    const seconds = story.toScreen(first.endUs) - story.toScreen(first.sentUs);
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThan(1.2);
  });

  test('a disturbance makes the familiar slow again', () => {
    const {index} = indexOf(store);
    const killed = store.entries.find((entry) => entry.kind === 'process-ended')!.atUs;
    const sends = index.frames.filter((frame) => frame.family === 'produce' && frame.form === 'request');
    const seconds = (frame: {sentUs: number; endUs: number}) =>
      story.toScreen(frame.endUs) - story.toScreen(frame.sentUs);
    const before = sends.filter((frame) => frame.endUs < killed).at(-1)!;
    const after = sends.find((frame) => killed + 1_000_000 < frame.sentUs)!;
    expect(seconds(after)).toBeGreaterThan(5 * seconds(before));
  });

  test('silence passes in a blink, whatever its length, and its length is known', () => {
    const idle = syntheticTrace({messages: 4});
    const long = storyOf(idle, lastUs(idle) + 600_000_000);
    const gap = long.gaps.at(-1)!;
    expect(gap.toUs - gap.fromUs).toBeGreaterThan(590_000_000);
    expect(long.toScreen(gap.toUs) - long.toScreen(gap.fromUs)).toBeLessThan(2.5);
    expect(long.toScreen(gap.toUs) - long.toScreen(gap.fromUs)).toBeGreaterThan(0.5);
  });

  test('no part of the story before an idle end is faster than its silences allow, nor slower than a landmark', () => {
    const us = lastUs(store);
    for (let at = 0; at < us; at += us / 5000) {
      const pace = story.toScreen(at + 1) - story.toScreen(at);
      expect(pace).toBeGreaterThan(0.05 / us);
      expect(pace).toBeLessThanOrEqual(0.6 + 1e-9);
    }
  });

  test('a thousand messages are told in a minute or so', () => {
    const quickstart = storyOf(syntheticTrace({messages: 1000}));
    expect(quickstart.durationSeconds).toBeGreaterThan(30);
    expect(quickstart.durationSeconds).toBeLessThan(95);
  });

  test('ten times as many are not told ten times as long', () => {
    const few = storyOf(syntheticTrace({messages: 500})).durationSeconds;
    const many = storyOf(syntheticTrace({messages: 5000})).durationSeconds;
    expect(many).toBeLessThan(3 * few);
  });

  test('a story of a prefix is a prefix of the story', () => {
    const half = prefixOf(store, Math.floor(store.lastId / 2));
    const short = storyOf(half);
    for (const part of [0.2, 0.7, 1]) {
      expect(short.toScreen(short.mappedUs * part)).toBeCloseTo(story.toScreen(short.mappedUs * part), 6);
    }
  });
});
