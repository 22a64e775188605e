interface Seen {
  times: number;
  epoch: number;
}

/** What has been seen this often is remembered at most this well after a disturbance. */
const REMEMBERED = 3;
/** After so many of a kind, each gets less than the floor. */
const WEARY_AFTER = 200;

/** How much attention the next thing of a kind deserves: all of it at first, less each time. */
export class Novelty {
  readonly #seen = new Map<string, Seen>();
  #epoch = 0;

  /**
   * Screen seconds for the next of its kind, from `most` down to `floor`, and in the long run below; at the `patience`-th it is
   * half. Counts it.
   */
  seconds(key: string, most: number, floor: number, patience: number): number {
    let seen = this.#seen.get(key);
    if (seen === undefined) {
      seen = {times: 0, epoch: this.#epoch};
      this.#seen.set(key, seen);
    }
    if (seen.epoch !== this.#epoch) {
      seen.times = Math.min(seen.times, REMEMBERED);
      seen.epoch = this.#epoch;
    }
    const ratio = seen.times / patience;
    seen.times++;
    // Nobody watches the same thing a hundred thousand times: the floor sinks, so that its sum grows as a logarithm.
    const least = floor * Math.min(1, WEARY_AFTER / seen.times);
    return Math.max(least, most / (1 + ratio * Math.sqrt(ratio)));
  }

  /** Something out of the ordinary: the familiar is worth a look again. */
  arouse(): void {
    this.#epoch++;
  }
}
