import type {Clock} from '../../ports/clock.ts';

/** What one view of a statistic says. Source: `common.protocol.body.BrokerStatsItem`. */
export interface StatsView {
  readonly sum: number;
  /** Per second. */
  readonly tps: number;
  /** Per call. */
  readonly avgpt: number;
}

/** Sampling of the three views: every 10 s keeping 7, every 10 min keeping 7, every hour keeping 25. */
const VIEWS = [
  {periodMs: 10_000, samples: 7},
  {periodMs: 600_000, samples: 7},
  {periodMs: 3_600_000, samples: 25},
] as const;

interface Mark {
  /** Period in which the total rose for the first time since the mark before. */
  readonly slot: number;
  /** Totals at the beginning of that period. */
  readonly value: number;
  readonly times: number;
}

/**
 * A running total with its views. The real one samples every item every 10 s; here a total is noted when it first rises
 * within a period, from which the same samples follow when somebody asks.
 * Source: RocketMQ 4.9.1 `common.stats.StatsItem`.
 */
class StatsItem {
  readonly #bornMs: number;
  readonly #marks: [Mark[], Mark[], Mark[]] = [[], [], []];
  #slot = -1;
  #value = 0;
  #times = 0;

  constructor(nowMs: number) {
    this.#bornMs = nowMs;
  }

  add(nowMs: number, value: number, times: number): void {
    const slot = Math.floor(nowMs / VIEWS[0].periodMs);
    if (slot !== this.#slot) {
      this.#slot = slot;
      for (const [index, view] of VIEWS.entries()) {
        const marks = this.#marks[index] as Mark[];
        const viewSlot = Math.floor(nowMs / view.periodMs);
        if (marks[marks.length - 1]?.slot === viewSlot) continue;
        marks.push({slot: viewSlot, value: this.#value, times: this.#times});
        if (marks.length > view.samples + 1) marks.shift();
      }
    }
    this.#value += value;
    this.#times += times;
  }

  view(index: 0 | 1 | 2, nowMs: number): StatsView {
    const {periodMs, samples} = VIEWS[index];
    const last = Math.floor(nowMs / periodMs);
    // The first sample of an item is preceded by one of nothing, as if taken a period before.
    const first = Math.max(last - samples + 1, Math.floor(this.#bornMs / periodMs));
    if (first >= last) return {sum: 0, tps: 0, avgpt: 0};
    const [from, to] = [this.#at(index, first), this.#at(index, last)];
    const sum = to.value - from.value;
    const times = to.times - from.times;
    return {sum, tps: (sum * 1000) / ((last - first) * periodMs), avgpt: times === 0 ? 0 : sum / times};
  }

  /** Totals at the beginning of a period. */
  #at(index: 0 | 1 | 2, slot: number): {readonly value: number; readonly times: number} {
    for (const mark of this.#marks[index]) if (mark.slot >= slot) return mark;
    return {value: this.#value, times: this.#times};
  }
}

/** Names of the statistics that are kept. Source: `store.stats.BrokerStatsManager`. */
export type StatsName =
  | 'TOPIC_PUT_NUMS'
  | 'TOPIC_PUT_SIZE'
  | 'GROUP_GET_NUMS'
  | 'GROUP_GET_SIZE'
  | 'SNDBCK_PUT_NUMS'
  | 'BROKER_PUT_NUMS'
  | 'BROKER_GET_NUMS';

/** Counts of what goes in and out, by topic and group. Source: RocketMQ 4.9.1 `store.stats.BrokerStatsManager`. */
export class BrokerStats {
  readonly #clock: Clock;
  readonly #cluster: string;
  readonly #originNs: number;
  readonly #sets = new Map<string, Map<string, StatsItem>>();
  /** Messages taken and given out since the broker started. */
  putTotal = 0;
  gotTotal = 0;

  constructor(clock: Clock, cluster: string) {
    this.#clock = clock;
    this.#cluster = cluster;
    this.#originNs = clock.monotonicNs();
  }

  put(topic: string, messages: number, bytes: number): void {
    this.putTotal += messages;
    this.#add('TOPIC_PUT_NUMS', topic, messages);
    this.#add('TOPIC_PUT_SIZE', topic, bytes);
    this.#add('BROKER_PUT_NUMS', this.#cluster, messages);
  }

  got(group: string, topic: string, messages: number, bytes: number): void {
    const key = `${topic}@${group}`;
    this.gotTotal += messages;
    this.#add('GROUP_GET_NUMS', key, messages);
    this.#add('GROUP_GET_SIZE', key, bytes);
    this.#add('BROKER_GET_NUMS', this.#cluster, messages);
  }

  sentBack(group: string, topic: string): void {
    this.#add('SNDBCK_PUT_NUMS', `${topic}@${group}`, 1);
  }

  /** Minute, hour and day; null where nothing of the name was counted under the key. */
  views(name: string, key: string): {minute: StatsView; hour: StatsView; day: StatsView} | null {
    const item = this.#sets.get(name)?.get(key);
    if (item === undefined) return null;
    const now = this.#nowMs();
    return {minute: item.view(0, now), hour: item.view(1, now), day: item.view(2, now)};
  }

  /** Messages per second of the last minute. */
  tpsGroupGet(group: string, topic: string): number {
    return this.views('GROUP_GET_NUMS', `${topic}@${group}`)?.minute.tps ?? 0;
  }

  #add(name: StatsName, key: string, value: number): void {
    let items = this.#sets.get(name);
    if (items === undefined) {
      items = new Map();
      this.#sets.set(name, items);
    }
    const now = this.#nowMs();
    let item = items.get(key);
    if (item === undefined) {
      item = new StatsItem(now);
      items.set(key, item);
    }
    item.add(now, value, 1);
  }

  #nowMs(): number {
    return (this.#clock.monotonicNs() - this.#originNs) / 1e6;
  }
}
