import type {LinkSpec} from './api.ts';
import type {LinkChange} from './intervention.ts';
import type {Machine} from './machine.ts';
import type {SimRandom} from './random.ts';

/** Payload of a full Ethernet frame: what one unit of loss is. */
const PACKET_BYTES = 1448;
const MILLION = 1_000_000;

/** Whoever has something under way on a link, or could. */
export interface LinkUser {
  /** One of the links that it uses was cut just now. */
  onCut(link: Link): void;
  onHealed(): void;
  /** A machine has lost power: whatever of this is on it is gone. */
  onPowerLost(machine: Machine): void;
}

/** One direction between two machines (or a machine and itself): all connections between them share its bandwidth. */
export class Link {
  /** From, to. */
  readonly ends: readonly [Machine, Machine];
  /** As it is now; `original` but for what was changed since. */
  spec: LinkSpec;
  readonly original: LinkSpec;
  /** An intervention has cut it. */
  isSevered = false;
  /** The machine at one of its ends has no power. */
  isDown = false;
  /** For either reason nothing crosses it. */
  isCut = false;
  /** In the order of their beginning. */
  readonly users = new Set<LinkUser>();
  readonly #random: SimRandom;
  /** In nanoseconds, so that small segments on fast links do not all cost a whole microsecond. */
  #busyUntilNs = 0;

  constructor(ends: readonly [Machine, Machine], spec: LinkSpec, random: SimRandom) {
    this.ends = ends;
    this.isDown = ends.some((end) => !end.hasPower);
    this.isCut = this.isDown;
    this.spec = spec;
    this.original = spec;
    this.#random = random;
  }

  /** Makes it what `change` says and for the rest what it was at first; answers whether it was anything else. */
  change(change: LinkChange | null): boolean {
    const before = this.spec;
    this.spec = {...this.original, ...change};
    return LINK_KEYS.some((key) => before[key] !== this.spec[key]);
  }

  /** Why nothing crosses it. */
  get whyCut(): 'cut' | 'machine-gone' {
    return this.isDown ? 'machine-gone' : 'cut';
  }

  /** Time of day at which what is handed in now would begin to leave. */
  departsUs(nowUs: number): number {
    return Math.max(nowUs, Math.floor(this.#busyUntilNs / 1000));
  }

  /** Puts a segment behind all others on this link and answers when its last byte arrives. */
  transmit(lengthBytes: number, nowUs: number): number {
    const startNs = Math.max(this.#busyUntilNs, nowUs * 1000);
    this.#busyUntilNs =
      startNs + Math.floor((lengthBytes * 1_000_000_000) / this.spec.bandwidthBytesPerSecond);
    return Math.ceil(this.#busyUntilNs / 1000) + this.delayUs();
  }

  /** Latency of something too small to count: its share of bandwidth is nothing. */
  delayUs(): number {
    const {latencyUs, jitterUs} = this.spec;
    return jitterUs > 0 ? latencyUs + this.#random.below(jitterUs + 1) : latencyUs;
  }

  /** Draws whether a segment of this length loses at least one packet. */
  loses(lengthBytes: number): boolean {
    const {lossPerMillion} = this.spec;
    if (lossPerMillion === 0) return false;
    const packets = Math.max(1, Math.ceil(lengthBytes / PACKET_BYTES));
    return this.#random.below(MILLION) < Math.min(MILLION, lossPerMillion * packets);
  }
}

const LINK_KEYS = ['latencyUs', 'jitterUs', 'bandwidthBytesPerSecond', 'lossPerMillion'] as const;

/** What is wrong with a change of a link as data, in words; null if nothing is. It may come from a file or a link. */
export function linkMistake(change: LinkChange): string | null {
  for (const [key, value] of Object.entries(change)) {
    if (!(LINK_KEYS as readonly string[]).includes(key)) return `a link has no ${key}`;
    if (!(Number.isSafeInteger(value) && value >= 0)) return `${key} is a whole number, not ${value}`;
  }
  if (change.bandwidthBytesPerSecond === 0) return 'a link without bandwidth is a cut';
  if ((change.lossPerMillion ?? 0) > MILLION) return `no more than a million in a million is lost`;
  return null;
}
