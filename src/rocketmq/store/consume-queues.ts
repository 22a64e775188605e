import type {Host} from '../../ports/host.ts';
import {ConsumeQueue} from './consume-queue.ts';
import {SCHEDULE_TOPIC} from './delay-levels.ts';

/** Topics whose queues stay although no topic configuration names them. */
const KEPT_TOPICS: ReadonlySet<string> = new Set([SCHEDULE_TOPIC, 'RMQ_SYS_TRANS_OP_HALF_TOPIC']);

/** Every consume queue of a broker, and the next queue offset of each. Source: RocketMQ 4.9.1 `DefaultMessageStore`. */
export class ConsumeQueues {
  private readonly host: Host;
  private readonly folder: string;
  private readonly fileBytes: number;
  private readonly keepsPlaces: boolean;
  private readonly table = new Map<string, Map<number, ConsumeQueue>>();
  /** By topic and queue: the offset that the next message gets. Ahead of the queue by what is not dispatched yet. */
  private readonly nextOffsets = new Map<string, Map<number, number>>();

  /** @param keepsPlaces `lab.fix=keep-queue-places` is on */
  constructor(host: Host, folder: string, fileBytes: number, keepsPlaces: boolean) {
    this.host = host;
    this.folder = folder;
    this.fileBytes = fileBytes;
    this.keepsPlaces = keepsPlaces;
  }

  /** Opens what is on disk; false if a file has the wrong size. Folders that are no queue are passed over. */
  load(): boolean {
    const {disk} = this.host;
    for (const topic of disk.list(this.folder)) {
      for (const name of disk.list(`${this.folder}/${topic}`)) {
        // Java reads the name as an int, and passes over what is none.
        if (!/^[+-]?\d{1,10}$/.test(name) || Number(name) !== (Number(name) | 0)) continue;
        if (!this.get(topic, Number(name)).files.load()) return false;
      }
    }
    return true;
  }

  /** Made in memory if it is not there; its files come with the first entry. */
  get(topic: string, queueId: number): ConsumeQueue {
    let queues = this.table.get(topic);
    if (queues === undefined) {
      queues = new Map();
      this.table.set(topic, queues);
    }
    let queue = queues.get(queueId);
    if (queue === undefined) {
      queue = new ConsumeQueue(this.host, this.folder, topic, queueId, this.fileBytes, this.keepsPlaces);
      queues.set(queueId, queue);
    }
    return queue;
  }

  /** Has it been made, or only asked for, before? */
  has(topic: string, queueId: number): boolean {
    return this.table.get(topic)?.has(queueId) ?? false;
  }

  *all(): Generator<ConsumeQueue> {
    for (const queues of this.table.values()) yield* queues.values();
  }

  /** End of the last record in any queue; -1 if there is none. */
  maxPhysicalOffset(): number {
    let max = -1;
    for (const queue of this.all()) max = Math.max(max, queue.maxPhysicalOffset);
    return max;
  }

  nextOffset(topic: string, queueId: number): number {
    return this.nextOffsets.get(topic)?.get(queueId) ?? 0;
  }

  setNextOffset(topic: string, queueId: number, offset: number): void {
    let offsets = this.nextOffsets.get(topic);
    if (offsets === undefined) {
      offsets = new Map();
      this.nextOffsets.set(topic, offsets);
    }
    offsets.set(queueId, offset);
  }

  /** Numbering goes on where each queue ends. Source: `DefaultMessageStore#recoverTopicQueueTable`. */
  recoverNextOffsets(minPhysicalOffset: number): void {
    this.nextOffsets.clear();
    for (const queue of this.all()) {
      this.setNextOffset(queue.topic, queue.queueId, queue.maxOffset);
      queue.correctMinOffset(minPhysicalOffset);
    }
  }

  truncate(physicalOffset: number): void {
    for (const queue of this.all()) queue.truncate(physicalOffset);
  }

  /**
   * Truncates, and has each queue find its own end: one without entries takes the cut for it, and would pass over what is still to be
   * dispatched from before.
   */
  cutBack(physicalOffset: number): void {
    for (const queue of this.all()) {
      queue.truncate(physicalOffset);
      const {flushedWhere} = queue.files;
      queue.maxPhysicalOffset = -1;
      queue.recover();
      queue.files.flushedWhere = Math.min(flushedWhere, queue.files.flushedWhere);
    }
  }

  destroy(): void {
    for (const queue of this.all()) queue.destroy();
  }

  /** Source: `DefaultMessageStore#cleanUnusedTopic`. */
  removeTopicsNotIn(topics: ReadonlySet<string>): void {
    for (const [topic, queues] of [...this.table]) {
      if (topics.has(topic) || KEPT_TOPICS.has(topic)) continue;
      for (const queue of queues.values()) queue.destroy();
      this.table.delete(topic);
      this.nextOffsets.delete(topic);
    }
  }

  /**
   * Removes the queues whose every message has left the log; their numbering begins at 0 again. Those of delayed messages stay.
   * Source: `DefaultMessageStore#cleanExpiredConsumerQueue`.
   */
  removeExpired(minPhysicalOffset: number): void {
    for (const [topic, queues] of [...this.table]) {
      if (topic === SCHEDULE_TOPIC) continue;
      for (const [queueId, queue] of [...queues]) {
        const end = queue.lastPhysicalEnd;
        if (end === -1 || end >= minPhysicalOffset) continue;
        queue.destroy();
        queues.delete(queueId);
        this.nextOffsets.get(topic)?.delete(queueId);
      }
      if (queues.size === 0) this.table.delete(topic);
    }
  }

  close(): void {
    for (const queue of this.all()) queue.files.close();
  }
}
