import type {Clock} from '../../ports/clock.ts';
import type {MessageQueue} from '../message/message.ts';

/** `rocketmq.broker.rebalance.lockMaxLiveTime`. */
const LOCK_MAX_LIVE_MS = 60_000;

interface QueueLock {
  clientId: string;
  updatedMs: number;
}

const keyOf = (queue: MessageQueue): string => `${queue.topic}@${queue.brokerName}@${queue.queueId}`;

/**
 * Which client of an orderly group may consume a queue. In memory only: a restart forgets every lock.
 * Source: RocketMQ 4.9.1 `broker.client.rebalance.RebalanceLockManager`.
 */
export class QueueLockManager {
  readonly #clock: Clock;
  readonly #groups = new Map<string, Map<string, QueueLock>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Locks what is free, its own, or 60 s stale; answers the queues that the client holds now. */
  tryLock(group: string, queues: readonly MessageQueue[], clientId: string): MessageQueue[] {
    const now = this.#clock.nowMs();
    let locks = this.#groups.get(group);
    if (locks === undefined) {
      locks = new Map();
      this.#groups.set(group, locks);
    }
    const held: MessageQueue[] = [];
    for (const queue of queues) {
      const lock = locks.get(keyOf(queue));
      if (lock !== undefined && lock.clientId !== clientId && now - lock.updatedMs <= LOCK_MAX_LIVE_MS)
        continue;
      locks.set(keyOf(queue), {clientId, updatedMs: now});
      held.push(queue);
    }
    return held;
  }

  unlock(group: string, queues: readonly MessageQueue[], clientId: string): void {
    const locks = this.#groups.get(group);
    if (locks === undefined) return;
    for (const queue of queues) {
      if (locks.get(keyOf(queue))?.clientId === clientId) locks.delete(keyOf(queue));
    }
  }
}
