/** How a store tells what it has been doing. Source: RocketMQ 4.9.1 `store.StoreStatsService`. */

const SAMPLE_MS = 1000;
const MAX_SAMPLES = 601;
const TPS_WINDOWS = [10, 60, 600] as const;
/** Upper bounds of the put times, in ms; the first counts what took no time, the last what took longer than all. */
const PUT_TIME_BOUNDS = [10, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 10_000] as const;
const PUT_TIME_NAMES = [
  '[<=0ms]',
  '[0~10ms]',
  '[10~50ms]',
  '[50~100ms]',
  '[100~200ms]',
  '[200~500ms]',
  '[500ms~1s]',
  '[1~2s]',
  '[2~3s]',
  '[3~4s]',
  '[4~5s]',
  '[5~10s]',
  '[10s~]',
] as const;

/**
 * A running total with its value at each of the last 601 full seconds. The real one samples every second; here, the seconds
 * that have passed are filled in whenever somebody counts or asks.
 */
class SampledTotal {
  total = 0;
  private readonly bootMs: number;
  private samples: number[] = [];
  private sampledSeconds = 0;

  constructor(bootMs: number) {
    this.bootMs = bootMs;
  }

  add(count: number, nowMs: number): void {
    this.sample(nowMs);
    this.total += count;
  }

  /** Per second over the last `seconds` full seconds; null while there are not so many. */
  perSecond(seconds: number, nowMs: number): number | null {
    this.sample(nowMs);
    const {samples} = this;
    if (samples.length <= seconds) return null;
    return (samples[samples.length - 1]! - samples[samples.length - 1 - seconds]!) / seconds;
  }

  private sample(nowMs: number): void {
    const passed = Math.floor((nowMs - this.bootMs) / SAMPLE_MS);
    if (passed <= this.sampledSeconds) return;
    const missing = Math.min(passed - this.sampledSeconds, MAX_SAMPLES);
    for (let index = 0; index < missing; index++) this.samples.push(this.total);
    if (this.samples.length > 2 * MAX_SAMPLES) this.samples = this.samples.slice(-MAX_SAMPLES);
    this.sampledSeconds = passed;
  }
}

export class StoreStats {
  private readonly bootMs: number;
  private readonly putTimes: SampledTotal;
  private readonly getFound: SampledTotal;
  private readonly getMiss: SampledTotal;
  private readonly getTransferred: SampledTotal;
  private readonly putTimeCounts: number[] = PUT_TIME_NAMES.map(() => 0);
  private putTimeMaxMs = 0;
  private putSizeTotal = 0;

  constructor(nowMs: number) {
    this.bootMs = nowMs;
    this.putTimes = new SampledTotal(nowMs);
    this.getFound = new SampledTotal(nowMs);
    this.getMiss = new SampledTotal(nowMs);
    this.getTransferred = new SampledTotal(nowMs);
  }

  put(messageCount: number, sizeBytes: number, tookMs: number, nowMs: number): void {
    this.putTimes.add(messageCount, nowMs);
    this.putSizeTotal += sizeBytes;
    this.putTimeMaxMs = Math.max(this.putTimeMaxMs, tookMs);
    let bucket = 0;
    if (tookMs > 0) {
      const bound = PUT_TIME_BOUNDS.findIndex((limit) => tookMs < limit);
      bucket = bound < 0 ? PUT_TIME_NAMES.length - 1 : bound + 1;
    }
    this.putTimeCounts[bucket]!++;
  }

  got(messageCount: number, nowMs: number): void {
    if (messageCount === 0) {
      this.getMiss.add(1, nowMs);
    } else {
      this.getFound.add(1, nowMs);
      this.getTransferred.add(messageCount, nowMs);
    }
  }

  runtimeInfo(nowMs: number): Map<string, string> {
    const times = this.putTimes.total;
    const distribution = PUT_TIME_NAMES.map((name, index) => `${name}:${this.putTimeCounts[index]} `);
    const totalTps = TPS_WINDOWS.map((seconds) => {
      const found = this.getFound.perSecond(seconds, nowMs) ?? 0;
      return javaDouble(found + (this.getMiss.perSecond(seconds, nowMs) ?? 0));
    });
    return new Map([
      ['bootTimestamp', String(this.bootMs)],
      ['runtime', runtimeText(nowMs - this.bootMs)],
      ['putMessageEntireTimeMax', String(this.putTimeMaxMs)],
      ['putMessageTimesTotal', String(times)],
      ['putMessageSizeTotal', String(this.putSizeTotal)],
      ['putMessageDistributeTime', distribution.join('')],
      ['putMessageAverageSize', javaDouble(this.putSizeTotal / Math.max(1, times))],
      // Nothing in 4.9.1 ever sets it.
      ['dispatchMaxBuffer', '0'],
      // Reading takes no time here, as the page cache answers at once.
      ['getMessageEntireTimeMax', '0'],
      ['putTps', tpsText(this.putTimes, nowMs)],
      ['getFoundTps', tpsText(this.getFound, nowMs)],
      ['getMissTps', tpsText(this.getMiss, nowMs)],
      ['getTotalTps', totalTps.join(' ')],
      ['getTransferedTps', tpsText(this.getTransferred, nowMs)],
    ]);
  }
}

/** A window that has not passed yet prints as nothing, and its blank stays. */
function tpsText(total: SampledTotal, nowMs: number): string {
  return TPS_WINDOWS.map((seconds) => {
    const tps = total.perSecond(seconds, nowMs);
    return tps === null ? '' : javaDouble(tps);
  }).join(' ');
}

function runtimeText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  return `[ ${days} days, ${hours} hours, ${minutes} minutes, ${seconds % 60} seconds ]`;
}

/** A finite double as `Double.toString` writes it. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0.0';
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
