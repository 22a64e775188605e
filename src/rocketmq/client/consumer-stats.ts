import type {ConsumeStatus} from '../remoting/bodies/consumer-running-info.ts';

const SAMPLES_MAX = 7;
const MINUTE_PERIOD_MS = 10_000;
const HOUR_PERIOD_MS = 600_000;

interface Sample {
  readonly atMs: number;
  readonly times: number;
  readonly value: number;
}

/**
 * A pair of counters sampled at a fixed rate. 4.9.1 has a timer for that; here the samples that it would have taken are made
 * up for when the counters are next touched, which comes to the same and costs an idle client nothing.
 * Source: RocketMQ 4.9.1 `common.stats.StatsItem`.
 */
class SampledCounter {
  private readonly periodMs: number;
  private nextSampleMs: number;
  private samples: Sample[] = [];
  private times = 0;
  private value = 0;

  /** @param startedMs when the sampling of all counters began */
  constructor(periodMs: number, startedMs: number, nowMs: number) {
    this.periodMs = periodMs;
    this.nextSampleMs = startedMs + Math.ceil((nowMs - startedMs) / periodMs) * periodMs;
  }

  add(value: number, nowMs: number): void {
    this.catchUp(nowMs);
    this.value += value;
    this.times++;
  }

  /** Over the samples kept: growth, growth per second, growth per call. */
  snapshot(nowMs: number): {sum: number; tps: number; average: number} {
    this.catchUp(nowMs);
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (first === undefined || last === undefined) return {sum: 0, tps: 0, average: 0};
    const sum = last.value - first.value;
    const times = last.times - first.times;
    return {sum, tps: (sum * 1000) / (last.atMs - first.atMs), average: times > 0 ? sum / times : 0};
  }

  private catchUp(nowMs: number): void {
    if (nowMs < this.nextSampleMs) return;
    const due = Math.floor((nowMs - this.nextSampleMs) / this.periodMs) + 1;
    if (due > SAMPLES_MAX) {
      this.nextSampleMs += (due - SAMPLES_MAX) * this.periodMs;
      this.samples = [];
    }
    for (let i = Math.min(due, SAMPLES_MAX); i > 0; i--) {
      const atMs = this.nextSampleMs;
      if (this.samples.length === 0 && due <= SAMPLES_MAX) {
        this.samples.push({atMs: atMs - this.periodMs, times: 0, value: 0});
      }
      this.samples.push({atMs, times: this.times, value: this.value});
      if (this.samples.length > SAMPLES_MAX) this.samples.shift();
      this.nextSampleMs += this.periodMs;
    }
  }
}

interface TopicCounters {
  readonly pullTimeMs: SampledCounter;
  readonly pulled: SampledCounter;
  readonly consumeTimeMs: SampledCounter;
  readonly consumeTimeMsInHour: SampledCounter;
  readonly consumed: SampledCounter;
  readonly failed: SampledCounter;
  readonly failedInHour: SampledCounter;
}

/**
 * Rates of a consumer by topic, for whoever asks the client how it is doing (307).
 * Source: RocketMQ 4.9.1 `client.stat.ConsumerStatsManager`.
 */
export class ConsumerStats {
  private readonly startedMs: number;
  private readonly topics = new Map<string, TopicCounters>();

  /** @param startedMs monotonic milliseconds, as all times here */
  constructor(startedMs: number) {
    this.startedMs = startedMs;
  }

  pulled(topic: string, count: number, tookMs: number, nowMs: number): void {
    const counters = this.of(topic, nowMs);
    counters.pullTimeMs.add(tookMs, nowMs);
    if (count > 0) counters.pulled.add(count, nowMs);
  }

  /** A listener has answered, whatever comes of it. */
  listened(topic: string, tookMs: number, nowMs: number): void {
    const counters = this.of(topic, nowMs);
    counters.consumeTimeMs.add(tookMs, nowMs);
    counters.consumeTimeMsInHour.add(tookMs, nowMs);
  }

  /** How many messages an answer that counts was about. */
  consumed(topic: string, okCount: number, failedCount: number, nowMs: number): void {
    const counters = this.of(topic, nowMs);
    counters.consumed.add(okCount, nowMs);
    counters.failed.add(failedCount, nowMs);
    counters.failedInHour.add(failedCount, nowMs);
  }

  status(topic: string, nowMs: number): ConsumeStatus {
    const counters = this.topics.get(topic);
    if (counters === undefined) {
      return {
        consumeFailedMsgs: 0,
        consumeFailedTPS: 0,
        consumeOKTPS: 0,
        consumeRT: 0,
        pullRT: 0,
        pullTPS: 0,
      };
    }
    const inMinute = counters.consumeTimeMs.snapshot(nowMs);
    const consumeTime = inMinute.sum === 0 ? counters.consumeTimeMsInHour.snapshot(nowMs) : inMinute;
    return {
      consumeFailedMsgs: counters.failedInHour.snapshot(nowMs).sum,
      consumeFailedTPS: counters.failed.snapshot(nowMs).tps,
      consumeOKTPS: counters.consumed.snapshot(nowMs).tps,
      consumeRT: consumeTime.average,
      pullRT: counters.pullTimeMs.snapshot(nowMs).average,
      pullTPS: counters.pulled.snapshot(nowMs).tps,
    };
  }

  private of(topic: string, nowMs: number): TopicCounters {
    const known = this.topics.get(topic);
    if (known !== undefined) return known;
    const minute = (): SampledCounter => new SampledCounter(MINUTE_PERIOD_MS, this.startedMs, nowMs);
    const hour = (): SampledCounter => new SampledCounter(HOUR_PERIOD_MS, this.startedMs, nowMs);
    const counters: TopicCounters = {
      pullTimeMs: minute(),
      pulled: minute(),
      consumeTimeMs: minute(),
      consumeTimeMsInHour: hour(),
      consumed: minute(),
      failed: minute(),
      failedInHour: hour(),
    };
    this.topics.set(topic, counters);
    return counters;
  }
}
