import {report} from '../facts.ts';
import {type QueueRef, queuesInHashOrder} from './message-queue-ref.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import {NO_OFFSET, OFFSET_UNKNOWN, type OffsetStore} from './offset-store.ts';
import {OffsetTable} from './offset-table.ts';

const OFFSET_TIMEOUT_MS = 5000;

/**
 * Offsets kept by the brokers (CLUSTERING). Source: RocketMQ 4.9.1 `client.consumer.store.RemoteBrokerOffsetStore`.
 */
export class RemoteBrokerOffsetStore implements OffsetStore {
  private readonly instance: MQClientInstance;
  private readonly group: string;
  private readonly offsets = new OffsetTable();

  constructor(instance: MQClientInstance, group: string) {
    this.instance = instance;
    this.group = group;
  }

  update(queue: QueueRef, offset: number, increaseOnly: boolean): void {
    this.offsets.update(queue, offset, increaseOnly);
  }

  fromMemory(queue: QueueRef): number {
    return this.offsets.get(queue) ?? NO_OFFSET;
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
    for (const queue of queuesInHashOrder(this.offsets.queues)) {
      if (keys.has(queue.key)) this.persist(queue);
      else this.offsets.remove(queue);
    }
  }

  persist(queue: QueueRef): void {
    const offset = this.offsets.get(queue);
    if (offset === undefined) return;
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
    this.offsets.remove(queue);
  }

  snapshot(topic: string | null): Map<QueueRef, number> {
    return this.offsets.snapshot(topic);
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
