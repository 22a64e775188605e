import alea from 'seedrandom/lib/alea.js';
import type {Random} from '../ports/random.ts';

const UINT32_RANGE = 0x1_0000_0000;

/**
 * A stream of chance, named by a path below the world's seed. Streams are independent: each has a generator of its own,
 * seeded with the world's seed and its path, so a new consumer of chance shifts nobody else's.
 * Only integers come out; the generator (Alea) computes with exact sums and products, alike in every engine.
 */
export class SimRandom implements Random {
  readonly #path: string;
  #generator: {int32(): number} | null = null;
  #streams: Map<string, SimRandom> | null = null;

  /** @param path the seed, then the names of the streams down to this one, joined with `/` */
  constructor(path: string) {
    this.#path = path;
  }

  below(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 0x8000_0000)) {
      throw new RangeError(`a bound is an integer in 1..2^31, not ${bound}`);
    }
    if (bound === 1) return 0;
    // Draws from the uneven rest at the top of the range are thrown back, so that every answer is equally likely.
    const even = UINT32_RANGE - (UINT32_RANGE % bound);
    let draw = this.int32() >>> 0;
    while (draw >= even) draw = this.int32() >>> 0;
    return draw % bound;
  }

  int32(): number {
    this.#generator ??= alea(this.#path);
    return this.#generator.int32();
  }

  stream(name: string): SimRandom {
    this.#streams ??= new Map();
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = new SimRandom(`${this.#path}/${name}`);
      this.#streams.set(name, stream);
    }
    return stream;
  }
}
