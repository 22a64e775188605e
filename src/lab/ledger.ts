import type {Fact} from '../rocketmq/facts.ts';
import type {EntryOf, TraceReader} from '../sim/trace.ts';
import {NO_COUNTS} from './view/draft.ts';
import {GrowingInts} from './view/growing-ints.ts';
import type {LedgerCounts} from './view/view-state.ts';

/** Who should see which messages, as the scenario says. */
export interface SubscriptionExpectation {
  readonly group: string;
  readonly topic: string;
  /** Tags wanted; null for all. */
  readonly tags: readonly string[] | null;
}

/** One record of a message in one broker's log. */
export interface Holding {
  /** The broker's process. */
  readonly process: string;
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  readonly queueId: number;
  readonly queueOffset: number;
  /** The `message-appended` entry. */
  readonly entryId: number;
  durable: boolean;
  /** The entry after which the broker no longer had it; 0 while it has. */
  goneEntryId: number;
}

/** Everything known of one message. Ids are entry ids, 0 for "not (yet)". */
export interface MessageFate {
  readonly msgId: string;
  readonly topic: string;
  readonly tags: string | null;
  readonly keys: string | null;
  readonly producer: string;
  readonly begunId: number;
  ackedId: number;
  ackStatus: string;
  givenUpId: number;
  /** The entry after which no broker held it any more though it was acknowledged. */
  lostId: number;
  readonly holdings: Holding[];
  /** Entries that handed it to a listener, by group. */
  readonly deliveries: Map<string, number[]>;
}

/**
 * The account of every message, kept beside the trace: what the producer believes, what the brokers hold, what each group
 * saw. `countsAt` answers for any entry that has been taken in.
 */
export class LedgerTrack {
  readonly #trace: TraceReader;
  readonly #expected: readonly SubscriptionExpectation[] | null;
  readonly #fates = new Map<string, MessageFate>();
  readonly #logs = new Map<string, {held: Holding[]; owners: MessageFate[]; flushedCount: number}>();
  readonly #groups = new Map<string, Set<string>>();
  #done = 0;
  #now: LedgerCounts = NO_COUNTS;
  readonly #changedAt = new GrowingInts();
  readonly #counts: LedgerCounts[] = [];

  /** @param expected null: every group that takes a queue of a topic should see all its messages */
  constructor(trace: TraceReader, expected: readonly SubscriptionExpectation[] | null = null) {
    this.#trace = trace;
    this.#expected = expected;
  }

  /** Takes in what the trace got since the last call. */
  update(): void {
    const entries = this.#trace.entries;
    while (this.#done < entries.length) {
      const entry = entries[this.#done]!;
      this.#done += 1;
      if (entry.kind !== 'fact') continue;
      const before = this.#now;
      this.#take(entry, entry.fact as Fact);
      if (this.#now !== before) {
        this.#changedAt.push(entry.id);
        this.#counts.push(this.#now);
      }
    }
  }

  /** Counts after entry `entryId`. */
  countsAt(entryId: number): LedgerCounts {
    const index = this.#changedAt.lastNotAbove(entryId);
    return index === -1 ? NO_COUNTS : this.#counts[index]!;
  }

  get counts(): LedgerCounts {
    return this.#now;
  }

  /** In the order in which their sends began. */
  get messages(): ReadonlyMap<string, MessageFate> {
    return this.#fates;
  }

  /** Groups that should see a message. */
  wantedBy(fate: MessageFate): readonly string[] {
    if (this.#expected === null) return [...(this.#groups.get(fate.topic) ?? [])];
    const groups: string[] = [];
    for (const {group, topic, tags} of this.#expected) {
      if (topic !== fate.topic || groups.includes(group)) continue;
      if (tags === null || (fate.tags !== null && tags.includes(fate.tags))) groups.push(group);
    }
    return groups;
  }

  /** Whether every group that should see it has. */
  isDelivered(fate: MessageFate): boolean {
    if (fate.deliveries.size === 0) return false;
    return this.wantedBy(fate).every((group) => fate.deliveries.has(group));
  }

  #take(entry: EntryOf<'fact'>, fact: Fact): void {
    switch (fact.kind) {
      case 'send-begun': {
        if (this.#fates.has(fact.msgId)) return;
        this.#fates.set(fact.msgId, {
          msgId: fact.msgId,
          topic: fact.topic,
          tags: fact.tags,
          keys: fact.keys,
          producer: entry.process,
          begunId: entry.id,
          ackedId: 0,
          ackStatus: '',
          givenUpId: 0,
          lostId: 0,
          holdings: [],
          deliveries: new Map(),
        });
        this.#change({sent: this.#now.sent + 1});
        return;
      }
      case 'send-acknowledged': {
        const fate = this.#fates.get(fact.msgId);
        if (fate === undefined || fate.ackedId !== 0) return;
        fate.ackedId = entry.id;
        fate.ackStatus = fact.status;
        this.#change({acked: this.#now.acked + 1});
        this.#markLost(fate, entry.id);
        return;
      }
      case 'send-given-up': {
        const fate = this.#fates.get(fact.msgId);
        if (fate === undefined || fate.givenUpId !== 0) return;
        fate.givenUpId = entry.id;
        this.#change({givenUp: this.#now.givenUp + 1});
        return;
      }
      case 'message-appended': {
        const fate = this.#fates.get(fact.msgId);
        // Records of messages that nobody here sent (a half message, a delayed copy) move the marks all the same.
        const {physicalOffset, sizeBytes, queueId, queueOffset} = fact;
        if (fate === undefined || fate.topic !== fact.topic) return;
        const holding: Holding = {
          process: entry.process,
          physicalOffset,
          sizeBytes,
          queueId,
          queueOffset,
          entryId: entry.id,
          durable: false,
          goneEntryId: 0,
        };
        fate.holdings.push(holding);
        const log = this.#logOf(entry.process);
        log.held.push(holding);
        log.owners.push(fate);
        return;
      }
      case 'log-flushed':
        this.#flush(entry.process, fact.physicalOffset);
        return;
      case 'store-recovered':
        this.#recover(entry, fact.minPhysicalOffset, fact.maxPhysicalOffset);
        return;
      case 'message-delivered': {
        const fate = this.#fates.get(fact.msgId);
        if (fate === undefined) return;
        const before = this.isDelivered(fate);
        const list = fate.deliveries.get(fact.group);
        if (list === undefined) fate.deliveries.set(fact.group, [entry.id]);
        else list.push(entry.id);
        if (!before && this.isDelivered(fate)) this.#change({delivered: this.#now.delivered + 1});
        if (list !== undefined && list.length === 2 && !isDuplicatedElsewhere(fate, fact.group)) {
          this.#change({duplicated: this.#now.duplicated + 1});
        }
        return;
      }
      case 'queue-taken': {
        if (this.#expected !== null) return;
        const groups = this.#groups.get(fact.topic) ?? new Set<string>();
        this.#groups.set(fact.topic, groups);
        if (groups.has(fact.group)) return;
        groups.add(fact.group);
        if (groups.size > 1) this.#recountDelivered();
        return;
      }
      default:
    }
  }

  #change(part: Partial<LedgerCounts>): void {
    this.#now = {...this.#now, ...part};
  }

  #logOf(process: string): {held: Holding[]; owners: MessageFate[]; flushedCount: number} {
    let log = this.#logs.get(process);
    if (log === undefined) {
      log = {held: [], owners: [], flushedCount: 0};
      this.#logs.set(process, log);
    }
    return log;
  }

  /** Everything before `offset` is durable. */
  #flush(process: string, offset: number): void {
    const log = this.#logOf(process);
    let durable = this.#now.durable;
    while (log.flushedCount < log.held.length) {
      const holding = log.held[log.flushedCount]!;
      if (holding.physicalOffset + holding.sizeBytes > offset) break;
      const fate = log.owners[log.flushedCount]!;
      if (!isDurable(fate)) durable += 1;
      holding.durable = true;
      log.flushedCount += 1;
    }
    if (durable !== this.#now.durable) this.#change({durable});
  }

  /** A broker has found out what its disk still holds. */
  #recover(entry: EntryOf<'fact'>, minOffset: number, maxOffset: number): void {
    const log = this.#logOf(entry.process);
    const touched: {readonly fate: MessageFate; readonly wasDurable: boolean}[] = [];
    const drop = (holding: Holding, fate: MessageFate): void => {
      touched.push({fate, wasDurable: isDurable(fate)});
      holding.goneEntryId = entry.id;
    };
    while (log.held.length > 0) {
      const last = log.held[log.held.length - 1]!;
      if (last.physicalOffset + last.sizeBytes <= maxOffset) break;
      drop(last, log.owners[log.owners.length - 1]!);
      log.held.pop();
      log.owners.pop();
    }
    log.flushedCount = Math.min(log.flushedCount, log.held.length);
    for (let i = 0; i < log.held.length && log.held[i]!.physicalOffset < minOffset; i += 1) {
      if (log.held[i]!.goneEntryId === 0) drop(log.held[i]!, log.owners[i]!);
    }
    for (const {fate, wasDurable} of touched) {
      if (wasDurable && !isDurable(fate)) this.#change({durable: this.#now.durable - 1});
      this.#markLost(fate, entry.id);
    }
  }

  #markLost(fate: MessageFate, entryId: number): void {
    if (fate.ackedId === 0 || fate.lostId !== 0 || fate.holdings.length === 0) return;
    if (fate.holdings.some((holding) => holding.goneEntryId === 0)) return;
    fate.lostId = entryId;
    this.#change({lost: this.#now.lost + 1});
  }

  #recountDelivered(): void {
    let delivered = 0;
    for (const fate of this.#fates.values()) if (this.isDelivered(fate)) delivered += 1;
    if (delivered !== this.#now.delivered) this.#change({delivered});
  }
}

function isDurable(fate: MessageFate): boolean {
  return fate.holdings.some((holding) => holding.durable && holding.goneEntryId === 0);
}

function isDuplicatedElsewhere(fate: MessageFate, group: string): boolean {
  for (const [other, ids] of fate.deliveries) if (other !== group && ids.length > 1) return true;
  return false;
}
