import {describe, expect, test} from 'vitest';
import {type MakeFixture, withFixture} from './fixture.ts';

export function randomContract(name: string, make: MakeFixture): void {
  describe(`random of ${name}`, () => {
    test('below(n) gives every integer from 0 to n-1 and nothing else, about equally often', () =>
      withFixture(make, async ({a}) => {
        const counts = new Array<number>(7).fill(0);
        for (let i = 0; i < 7000; i++) counts[a.random.below(7)]!++;
        expect(counts.length).toBe(7);
        for (const count of counts) {
          expect(count).toBeGreaterThan(800);
          expect(count).toBeLessThan(1200);
        }
      }));

    test('the bounds themselves are served: 1 gives 0, and 2^31 reaches its upper half', () =>
      withFixture(make, async ({a}) => {
        expect(a.random.below(1)).toBe(0);
        const draws = Array.from({length: 100}, () => a.random.below(2 ** 31));
        expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw < 2 ** 31)).toBe(true);
        expect(draws.some((draw) => draw >= 2 ** 30)).toBe(true);
      }));

    test('int32 covers negative and positive numbers of 32 bits', () =>
      withFixture(make, async ({a}) => {
        const draws = Array.from({length: 100}, () => a.random.int32());
        expect(draws.every((draw) => (draw | 0) === draw)).toBe(true);
        expect(draws.some((draw) => draw < -(2 ** 30))).toBe(true);
        expect(draws.some((draw) => draw >= 2 ** 30)).toBe(true);
      }));

    test('a stream is one object by its name, and another stream by another', () =>
      withFixture(make, async ({a}) => {
        const stream = a.random.stream('queue');
        expect(a.random.stream('queue')).toBe(stream);
        expect(a.random.stream('other')).not.toBe(stream);
        const drawn = Array.from({length: 8}, () => [stream.int32(), a.random.stream('other').int32()]);
        expect(drawn.some(([x, y]) => x !== y)).toBe(true);
      }));
  });
}
