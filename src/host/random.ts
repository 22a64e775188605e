import {randomFillSync} from 'node:crypto';
import type {Random} from '../ports/random.ts';

const UINT32_RANGE = 0x1_0000_0000;
const POOL_DRAWS = 1024;

/** Chance from the operating system. Nothing replays it. */
export class NodeRandom implements Random {
  readonly #pool = new Int32Array(POOL_DRAWS);
  #left = 0;
  readonly #streams = new Map<string, NodeRandom>();

  below(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 0x8000_0000)) {
      throw new RangeError(`a bound is an integer in 1..2^31, not ${bound}`);
    }
    // Draws from the uneven rest at the top of the range are thrown back, so that every answer is equally likely.
    const even = UINT32_RANGE - (UINT32_RANGE % bound);
    let draw = this.int32() >>> 0;
    while (draw >= even) draw = this.int32() >>> 0;
    return draw % bound;
  }

  int32(): number {
    if (this.#left === 0) {
      randomFillSync(this.#pool);
      this.#left = POOL_DRAWS;
    }
    return this.#pool[--this.#left]!;
  }

  stream(name: string): NodeRandom {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = new NodeRandom();
      this.#streams.set(name, stream);
    }
    return stream;
  }
}
