import {report} from '../facts.ts';
import {type QueueRef, queuesInHashOrder} from './message-queue-ref.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import {NO_OFFSET, OFFSET_UNKNOWN, type OffsetStore} from './offset-store.ts';

const OFFSET_TIMEOUT_MS = 5000;

interface Entry {
  readonly queue: QueueRef;
  offset: number;
}

/**
 * Offsets kept by the brokers (CLUSTERING). Source: RocketMQ 4.9.1 `client.consumer.store.RemoteBrokerOffsetStore`.
 */
export class RemoteBrokerOffsetStore implements OffsetStore {
  private readonly instance: MQClientInstance;
  private readonly group: string;
  private readonly entries = new Map<string, Entry>();

  constructor(instance: MQClientInstance, group: string) {
    this.instance = instance;
    this.group = group;
  }

  update(queue: QueueRef, offset: number, increaseOnly: boolean): void {
    const entry = this.entries.get(queue.key);
    if (entry === undefined) this.entries.set(queue.key, {queue, offset});
    else if (!increaseOnly || offset > entry.offset) entry.offset = offset;
  }

  fromMemory(queue: QueueRef): number {
    return this.entries.get(queue.key)?.offset ?? NO_OFFSET;
  }

  fromStore(queue: QueueRef, done: (offset: number) => void): void {
    this.findBroker(queue, (address) => {
      if (address === null) return done(OFFSET_UNKNOWN);
      this.instance.api.consumerOffset(address, this.group, queue, OFFSET_TIMEOUT_MS, (answer) => {
        if (answer.ok) {
          this.update(queue, answer.value, false);
          return done(answer.value);
        }
        // Any error that a broker answers counts as "none yet", an overloaded broker's as well.
        if (answer.error.exception === 'MQBrokerException') return done(NO_OFFSET);
        this.instance.warn(`fetchConsumeOffsetFromBroker exception, ${queue.key}: ${answer.error.message}`);
        done(OFFSET_UNKNOWN);
      });
    });
  }

  persistAll(held: readonly QueueRef[]): void {
    if (held.length === 0) return;
    const keys = new Set(held.map((queue) => queue.key));
    for (const queue of queuesInHashOrder([...this.entries.values()].map((entry) => entry.queue))) {
      if (keys.has(queue.key)) this.persist(queue);
      else this.entries.delete(queue.key);
    }
  }

  persist(queue: QueueRef): void {
    const entry = this.entries.get(queue.key);
    if (entry === undefined) return;
    const {offset} = entry;
    this.findBroker(queue, (address) => {
      if (address === null) return;
      this.instance.api.reportOffset(address, this.group, queue, offset, OFFSET_TIMEOUT_MS);
      report(this.instance.host.journal, {
        kind: 'offset-reported',
        group: this.group,
        topic: queue.topic,
        brokerName: queue.brokerName,
        queueId: queue.queueId,
        queueOffset: offset,
      });
    });
  }

  remove(queue: QueueRef): void {
    this.entries.delete(queue.key);
  }

  snapshot(topic: string | null): Map<QueueRef, number> {
    const offsets = new Map<QueueRef, number>();
    for (const {queue, offset} of this.entries.values()) {
      if (topic === null || topic === queue.topic) offsets.set(queue, offset);
    }
    return offsets;
  }

  /** Any broker of the name, the master first; the route is asked for once if none is known. */
  private findBroker(queue: QueueRef, found: (address: string | null) => void): void {
    const known = this.instance.brokers.any(queue.brokerName);
    if (known !== null) {
      found(known.address);
      return;
    }
    this.instance.updateRoute(queue.topic, () => {
      found(this.instance.brokers.any(queue.brokerName)?.address ?? null);
    });
  }
}
