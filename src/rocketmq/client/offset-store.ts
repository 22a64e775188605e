import type {QueueRef} from './message-queue-ref.ts';

/** The store says that it has none: the consumer begins where its settings say. */
export const NO_OFFSET = -1;
/** The store could not be asked: not now. */
export const OFFSET_UNKNOWN = -2;

/**
 * Where a consumer keeps how far it has come. Offsets are the next to consume.
 * Source: RocketMQ 4.9.1 `client.consumer.store.OffsetStore`.
 */
export interface OffsetStore {
  /** In memory, until persisted. `increaseOnly` ignores an offset that is lower than what is there. */
  update(queue: QueueRef, offset: number, increaseOnly: boolean): void;
  /** NO_OFFSET where memory has none. */
  fromMemory(queue: QueueRef): number;
  /** Asks the store and keeps the answer in memory; NO_OFFSET and OFFSET_UNKNOWN as above. */
  fromStore(queue: QueueRef, done: (offset: number) => void): void;
  /** Persists what is held of these queues, and forgets all others. */
  persistAll(held: readonly QueueRef[]): void;
  persist(queue: QueueRef): void;
  remove(queue: QueueRef): void;
  /** Offsets in memory, of one topic or of all. */
  snapshot(topic: string | null): Map<QueueRef, number>;
}
