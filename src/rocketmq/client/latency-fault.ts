import type {Random} from '../../ports/random.ts';
import {javaAbs, type PublishQueue, RotatingIndex, type TopicPublishInfo} from './queue-selection.ts';

/** Latency from which on a broker is left alone, and for how long. */
const LATENCY_MAX_MS: readonly number[] = [50, 100, 550, 1000, 2000, 3000, 15_000];
const NOT_AVAILABLE_MS: readonly number[] = [0, 0, 30_000, 60_000, 120_000, 180_000, 600_000];
/** What a failed attempt counts as. */
const ISOLATED_LATENCY_MS = 30_000;

interface FaultItem {
  latencyMs: number;
  availableFromMs: number;
}

/**
 * Chooses the queue of each attempt. With latency faults off a retry only avoids the broker that has just failed; with
 * them on, slow and failed brokers are left alone for a while. Source: RocketMQ 4.9.1 `client.latency.MQFaultStrategy`,
 * `LatencyFaultToleranceImpl`.
 */
export class FaultStrategy {
  readonly enabled: boolean;
  private readonly random: Random;
  private readonly nowMs: () => number;
  private readonly items = new Map<string, FaultItem>();
  private readonly whichWorst: RotatingIndex;

  constructor(enabled: boolean, random: Random, nowMs: () => number) {
    this.enabled = enabled;
    this.random = random;
    this.nowMs = nowMs;
    this.whichWorst = new RotatingIndex(random);
  }

  /** The topic has at least one queue. */
  select(topic: TopicPublishInfo, lastBrokerName: string | null): PublishQueue {
    if (!this.enabled) return topic.nextAvoiding(lastBrokerName);
    let index = topic.index.incrementAndGet();
    for (let i = 0; i < topic.queues.length; i++) {
      const queue = topic.queues[topic.position(index)]!;
      index = (index + 1) | 0;
      if (this.isAvailable(queue.brokerName)) return queue;
    }
    const broker = this.pickOneAtLeast();
    const writeQueueNums = topic.writeQueueNumsOf(broker);
    if (writeQueueNums > 0) {
      const queue = topic.next();
      if (broker !== null) {
        // 4.9.1 writes into the cached list, so a queue may be missing from it until the route next changes.
        queue.brokerName = broker;
        queue.queueId = javaAbs(topic.index.incrementAndGet()) % writeQueueNums;
      }
      return queue;
    }
    if (broker !== null) this.items.delete(broker);
    return topic.next();
  }

  /** Notes how an attempt went. `isolate`: it failed, whatever time it took. */
  update(brokerName: string, latencyMs: number, isolate: boolean): void {
    if (!this.enabled) return;
    const availableFromMs = this.nowMs() + notAvailableMs(isolate ? ISOLATED_LATENCY_MS : latencyMs);
    const item = this.items.get(brokerName);
    if (item === undefined) {
      this.items.set(brokerName, {latencyMs, availableFromMs});
    } else {
      item.latencyMs = latencyMs;
      item.availableFromMs = availableFromMs;
    }
  }

  isAvailable(brokerName: string): boolean {
    const item = this.items.get(brokerName);
    return item === undefined || this.nowMs() >= item.availableFromMs;
  }

  /** One of the better half of the brokers known to be slow. */
  private pickOneAtLeast(): string | null {
    const shuffled = [...this.items];
    if (shuffled.length === 0) return null;
    for (let i = shuffled.length; i > 1; i--) {
      const other = this.random.below(i);
      [shuffled[i - 1], shuffled[other]] = [shuffled[other]!, shuffled[i - 1]!];
    }
    const nowMs = this.nowMs();
    const ranked = shuffled.map(([name, item], position) => ({
      name,
      item,
      position,
      unavailable: nowMs >= item.availableFromMs ? 0 : 1,
    }));
    ranked.sort(
      (a, b) =>
        a.unavailable - b.unavailable ||
        a.item.latencyMs - b.item.latencyMs ||
        a.item.availableFromMs - b.item.availableFromMs ||
        a.position - b.position,
    );
    const half = ranked.length >> 1;
    return ranked[half === 0 ? 0 : this.whichWorst.incrementAndGet() % half]!.name;
  }
}

/** How long a broker that took this long is left alone. */
export function notAvailableMs(latencyMs: number): number {
  for (let i = LATENCY_MAX_MS.length - 1; i >= 0; i--) {
    if (latencyMs >= LATENCY_MAX_MS[i]!) return NOT_AVAILABLE_MS[i]!;
  }
  return 0;
}
