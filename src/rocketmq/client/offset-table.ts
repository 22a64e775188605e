import type {QueueRef} from './message-queue-ref.ts';

interface Entry {
  readonly queue: QueueRef;
  offset: number;
}

/** The offsets that a consumer holds in memory, wherever it keeps them. Source: `offsetTable` of both of RocketMQ's `OffsetStore`s. */
export class OffsetTable {
  private readonly entries = new Map<string, Entry>();

  update(queue: QueueRef, offset: number, increaseOnly: boolean): void {
    const entry = this.entries.get(queue.key);
    if (entry === undefined) this.entries.set(queue.key, {queue, offset});
    else if (!increaseOnly || offset > entry.offset) entry.offset = offset;
  }

  get(queue: QueueRef): number | undefined {
    return this.entries.get(queue.key)?.offset;
  }

  remove(queue: QueueRef): void {
    this.entries.delete(queue.key);
  }

  get queues(): QueueRef[] {
    return Array.from(this.entries.values(), ({queue}) => queue);
  }

  /** @param topic null for all */
  snapshot(topic: string | null): Map<QueueRef, number> {
    const offsets = new Map<QueueRef, number>();
    for (const {queue, offset} of this.entries.values()) {
      if (topic === null || topic === queue.topic) offsets.set(queue, offset);
    }
    return offsets;
  }
}
