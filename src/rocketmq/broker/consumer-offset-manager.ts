import type {Clock} from '../../ports/clock.ts';
import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import type {ConfigFile, ConsumerOffsetTable} from './config-files.ts';
import {nullVariable, thrown} from './java-text.ts';
import {Periodic} from './periodic.ts';

const FIRST_PERSIST_MS = 10_000;
const SEPARATOR = '@';

/**
 * How far each group has consumed each queue. Whatever is told is stored, also a step back; a crash loses what was told
 * since the file was last written, up to 5 s.
 * Source: RocketMQ 4.9.1 `broker.offset.ConsumerOffsetManager`.
 */
export class ConsumerOffsetManager {
  readonly #journal: Journal;
  readonly #file: ConfigFile<ConsumerOffsetTable>;
  readonly #persisting: Periodic;
  /** `topic@group`, then queue id. */
  readonly #table = new Map<string, Map<number, number>>();
  #changed = false;

  /** The file is written 10 s after this object was made at the earliest, then every `intervalMs`, if anything changed. */
  constructor(clock: Clock, journal: Journal, file: ConfigFile<ConsumerOffsetTable>, intervalMs: number) {
    this.#journal = journal;
    this.#file = file;
    this.#persisting = new Periodic(clock, FIRST_PERSIST_MS, intervalMs, () => this.persist());
  }

  /** False where the file is there and cannot be read. */
  load(): boolean {
    const table = this.#file.load();
    if (table === null) return false;
    for (const [key, queues] of table) this.#table.set(key, new Map(queues));
    return true;
  }

  /** @param clientHost who says so, for the warning about a step back */
  commit(clientHost: string, group: string, topic: string, queueId: number, offset: number): void {
    const key = topic + SEPARATOR + group;
    let queues = this.#table.get(key);
    if (queues === undefined) {
      queues = new Map();
      this.#table.set(key, queues);
    }
    const known = queues.get(queueId);
    if (known === offset) return;
    queues.set(queueId, offset);
    this.#touch();
    report(this.#journal, {kind: 'offset-committed', group, topic, queueId, queueOffset: offset});
    if (known !== undefined && offset < known) {
      const text =
        `[NOTIFYME]update consumer offset less than store. clientHost=${clientHost}, key=${key}, ` +
        `queueId=${queueId}, requestOffset=${offset}, storeOffset=${known}`;
      report(this.#journal, {kind: 'warned', text});
    }
  }

  /** -1 where nothing was committed. */
  query(group: string, topic: string, queueId: number): number {
    return this.#table.get(topic + SEPARATOR + group)?.get(queueId) ?? -1;
  }

  /** By queue id; empty where nothing was committed. */
  queues(group: string, topic: string): ReadonlyMap<number, number> {
    return this.#table.get(topic + SEPARATOR + group) ?? new Map();
  }

  /** Topics with offsets of a group, in the order of their first commit. */
  topicsOfGroup(group: string): string[] {
    return this.#pairs((pair) => (pair.group === group ? pair.topic : null));
  }

  groupsOfTopic(topic: string): string[] {
    return this.#pairs((pair) => (pair.topic === topic ? pair.group : null));
  }

  /** Is there an offset of any group for any topic? */
  get hasPairs(): boolean {
    return this.#pairs(({topic}) => topic).length > 0;
  }

  /**
   * The least offset of each queue of a topic among all groups, of those that still lie within the log. Groups named in
   * `filterGroups`, between commas, are left out by being forgotten, as in 4.9.1, with all their offsets.
   * Source: RocketMQ 4.9.1 `ConsumerOffsetManager#queryMinOffsetInAllGroup`.
   */
  minOffsetsInAllGroups(
    topic: string | undefined,
    filterGroups: string | undefined,
    minOffsetOf: (topic: string, queueId: number) => number,
  ): Map<number, number> {
    const left = filterGroups === undefined || filterGroups.trim() === '' ? [] : filterGroups.split(',');
    for (const group of left) {
      for (const key of [...this.#table.keys()]) {
        const parts = javaParts(key);
        if (parts.length < 2) {
          const problem = `java.lang.ArrayIndexOutOfBoundsException: Index 1 out of bounds for length ${parts.length}`;
          thrown(problem, `${MIN_OFFSETS}:194)`);
        }
        if (parts[1] !== group) continue;
        this.#table.delete(key);
        this.#touch();
      }
    }
    const least = new Map<number, number>();
    for (const [key, queues] of this.#table) {
      if (topic === undefined) nullVariable('String.equals(Object)', 'topic', `${MIN_OFFSETS}:204)`);
      if (javaParts(key)[0] !== topic) continue;
      for (const [queueId, offset] of queues) {
        if (offset < minOffsetOf(topic, queueId)) continue;
        least.set(queueId, Math.min(offset, least.get(queueId) ?? offset));
      }
    }
    return least;
  }

  removeGroup(group: string): void {
    for (const topic of this.topicsOfGroup(group)) {
      this.#table.delete(topic + SEPARATOR + group);
      this.#touch();
    }
  }

  /** Copies the offsets of one group for one topic to another group. */
  clone(from: string, to: string, topic: string): void {
    const offsets = this.#table.get(topic + SEPARATOR + from);
    if (offsets === undefined) return;
    this.#table.set(topic + SEPARATOR + to, new Map(offsets));
    this.#touch();
  }

  /**
   * A master's offsets over these, all queues of a topic and group at once; what the master does not know stays. False where
   * nothing changed. Source: `SlaveSynchronize#syncConsumerOffset`.
   */
  adopt(table: ConsumerOffsetTable): boolean {
    let changed = false;
    for (const [key, theirs] of table) {
      const ours = this.#table.get(key);
      const separator = key.indexOf(SEPARATOR);
      const topic = key.slice(0, separator);
      const group = key.slice(separator + 1);
      for (const [queueId, queueOffset] of theirs) {
        if (ours?.get(queueId) === queueOffset) continue;
        changed = true;
        report(this.#journal, {kind: 'offset-committed', group, topic, queueId, queueOffset});
      }
      changed ||= ours === undefined || ours.size !== theirs.size;
      this.#table.set(key, new Map(theirs));
    }
    this.#changed ||= changed;
    this.persist();
    return changed;
  }

  get table(): ConsumerOffsetTable {
    return this.#table;
  }

  persist(): void {
    if (!this.#changed) return;
    this.#changed = !this.#file.persist(this.#table);
    // The real one writes every time, so it tries a disk that has refused again without being asked.
    if (this.#changed) this.#persisting.wake();
  }

  stop(): void {
    this.#persisting.stop();
  }

  #touch(): void {
    this.#changed = true;
    this.#persisting.wake();
  }

  #pairs(pick: (pair: {topic: string; group: string}) => string | null): string[] {
    const picked: string[] = [];
    for (const key of this.#table.keys()) {
      const parts = key.split(SEPARATOR);
      if (parts.length !== 2) continue;
      const value = pick({topic: parts[0] as string, group: parts[1] as string});
      if (value !== null) picked.push(value);
    }
    return picked;
  }
}

const MIN_OFFSETS =
  'org.apache.rocketmq.broker.offset.ConsumerOffsetManager.queryMinOffsetInAllGroup(ConsumerOffsetManager.java';

/** Java's split drops empty parts at the end. */
function javaParts(key: string): string[] {
  const parts = key.split(SEPARATOR);
  while (parts.length > 0 && parts[parts.length - 1] === '') parts.pop();
  return parts;
}
