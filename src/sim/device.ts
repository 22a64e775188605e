import type {DiskSpec} from './api.ts';
import {type Kernel, WORLD} from './kernel.ts';
import type {SimRandom} from './random.ts';

/** A sync that finds nothing to write out still takes a call into the kernel. */
const EMPTY_SYNC_US = 5;

/** What a disk's electronics and platters make of requests: time. It serves one at a time. */
export class Device {
  readonly #spec: DiskSpec;
  readonly #kernel: Kernel;
  /** How many times as long everything takes that begins now. */
  factor = 1;
  #isStalled = false;
  #done: (() => void) | null = null;
  #dueUs = 0;
  #slot = 0;
  #seq = 0;

  constructor(spec: DiskSpec, kernel: Kernel) {
    this.#spec = spec;
    this.#kernel = kernel;
  }

  get isBusy(): boolean {
    return this.#done !== null;
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Writes so many bytes, and has the drive put what it holds on its platter; `done` runs when that is over. */
  serve(bytes: number, random: SimRandom, done: () => void): void {
    this.#done = done;
    const serviceUs = this.#serviceUs(bytes, random) * this.factor;
    if (this.#isStalled) this.#dueUs = serviceUs;
    else this.#schedule(serviceUs);
  }

  #serviceUs(bytes: number, random: SimRandom): number {
    if (bytes === 0) return EMPTY_SYNC_US;
    const {syncLatencyUs, syncJitterUs, bandwidthBytesPerSecond} = this.#spec;
    const jitterUs = syncJitterUs > 0 ? random.below(syncJitterUs + 1) : 0;
    return syncLatencyUs + jitterUs + Math.ceil((bytes * 1_000_000) / bandwidthBytesPerSecond);
  }

  #schedule(leftUs: number): void {
    const kernel = this.#kernel;
    this.#dueUs = kernel.nowUs + leftUs;
    this.#slot = kernel.schedule(this.#dueUs, WORLD, () => {
      const done = this.#done!;
      this.#done = null;
      done();
    });
    this.#seq = kernel.seqOf(this.#slot);
  }

  /** Nothing is answered until `resume`. While that lasts, `#dueUs` is what is left of the running request. */
  stall(): void {
    if (this.#isStalled) return;
    this.#isStalled = true;
    this.#kernel.cancel(this.#slot, this.#seq);
    this.#dueUs -= this.#kernel.nowUs;
  }

  resume(): void {
    if (!this.#isStalled) return;
    this.#isStalled = false;
    if (this.#done !== null) this.#schedule(this.#dueUs);
  }

  /** Forgets what it was doing. */
  drop(): void {
    this.#kernel.cancel(this.#slot, this.#seq);
    this.#done = null;
  }
}
