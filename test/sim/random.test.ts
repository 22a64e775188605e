import {describe, expect, test} from 'vitest';
import {SimRandom} from '../../src/sim/random.ts';

const draws = (random: SimRandom, count = 5): number[] =>
  Array.from({length: count}, () => random.below(1000));

describe('random', () => {
  test('the numbers of a seed are these, today and in every engine', () => {
    const random = new SimRandom('42');
    expect(Array.from({length: 4}, () => random.int32())).toMatchInlineSnapshot(`
      [
        -1353500977,
        -1948521574,
        -663171647,
        855065811,
      ]
    `);
    expect(draws(random.stream('network').stream('m1>m2'))).toMatchInlineSnapshot(`
      [
        411,
        391,
        541,
        454,
        382,
      ]
    `);
  });

  test('a stream does not care what is drawn elsewhere', () => {
    const quiet = new SimRandom('7');
    const busy = new SimRandom('7');
    draws(busy, 100);
    draws(busy.stream('other'), 100);
    expect(draws(busy.stream('mine'))).toEqual(draws(quiet.stream('mine')));
  });

  test('another seed, another story', () => {
    expect(draws(new SimRandom('1').stream('x'))).not.toEqual(draws(new SimRandom('2').stream('x')));
  });

  test('a bound that is none is refused', () => {
    for (const bound of [0, -1, 1.5, Number.NaN, 2 ** 31 + 1]) {
      expect(() => new SimRandom('1').below(bound)).toThrow('bound');
    }
  });
});
