import type {TimeMap} from './time-map.ts';

/**
 * A strictly rising, piecewise linear map from 0, only ever extended at its end. Before its begin and after its end it
 * goes on at the pace of its first and last piece.
 */
export class PieceMap implements TimeMap {
  #us = new Float64Array(1024);
  #seconds = new Float64Array(1024);
  #last = 0;
  #lastRate = 1e-6;

  get lastUs(): number {
    return this.#us[this.#last]!;
  }

  get lastSeconds(): number {
    return this.#seconds[this.#last]!;
  }

  /** Extends the map to `untilUs` at `rate` screen seconds per µs. */
  add(untilUs: number, rate: number): void {
    const us = this.lastUs;
    if (untilUs <= us) return;
    const seconds = this.lastSeconds + (untilUs - us) * rate;
    // A piece that goes on at the same pace is the same piece; its end may differ in the last bit only.
    const merge = 0 < this.#last && rate === this.#lastRate;
    if (!merge) this.#last++;
    if (this.#last === this.#us.length) this.#grow();
    this.#us[this.#last] = untilUs;
    this.#seconds[this.#last] = seconds;
    this.#lastRate = rate;
  }

  toScreen(us: number): number {
    return this.#along(this.#us, this.#seconds, us);
  }

  toVirtual(seconds: number): number {
    return this.#along(this.#seconds, this.#us, seconds);
  }

  #along(from: Float64Array, to: Float64Array, value: number): number {
    if (this.#last === 0) return from === this.#us ? value * 1e-6 : value * 1e6;
    let low = 1;
    let high = this.#last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (from[middle]! < value) low = middle + 1;
      else high = middle;
    }
    const x0 = from[low - 1]!;
    const y0 = to[low - 1]!;
    return y0 + ((value - x0) / (from[low]! - x0)) * (to[low]! - y0);
  }

  #grow(): void {
    const us = new Float64Array(this.#us.length * 2);
    us.set(this.#us);
    this.#us = us;
    const seconds = new Float64Array(this.#seconds.length * 2);
    seconds.set(this.#seconds);
    this.#seconds = seconds;
  }
}
