import type {FactOf} from '../rocketmq/facts.ts';
import {Calamities} from './ledger/calamities.ts';
import {cleaningAt, fateOf, type Holding, type MessageFate, type Taking} from './ledger/fate.ts';
import {GroupTrack, type LedgerRecord} from './ledger/groups.ts';
import {
  endOf,
  firstEndingAfter,
  isDuplicatedElsewhere,
  isDurable,
  type LogAccount,
} from './ledger/holdings.ts';
import {Reach} from './ledger/reach.ts';
import {type Growth, ReplicaTrack} from './ledger/replicas.ts';
import {UnwrittenPages} from './ledger/unwritten-pages.ts';
import {Readers, type Takes, taking} from './readers.ts';
import type {TraceStore} from './trace-store.ts';
import {NO_COUNTS} from './view/draft.ts';
import {GrowingInts} from './view/growing-ints.ts';
import type {LedgerCounts} from './view/view-state.ts';

export type {Holding, MessageFate, Taker, Taking} from './ledger/fate.ts';

/** Who should see which messages, as the scenario says. */
export interface SubscriptionExpectation {
  readonly group: string;
  readonly topic: string;
  /** Tags wanted; null for all. */
  readonly tags: readonly string[] | null;
}

/**
 * The account of every message, kept beside the trace: what the producer believes, what the brokers hold, what each group
 * saw. `countsAt` answers for any entry that has been taken in.
 */
export class LedgerTrack {
  readonly #store: TraceStore;
  readonly #readers: Readers;
  readonly #expected: readonly SubscriptionExpectation[] | null;
  readonly #fates = new Map<string, MessageFate>();
  readonly #logs = new Map<string, LogAccount>();
  readonly #groups = new Map<string, Set<string>>();
  readonly #calamities = new Calamities();
  readonly #unwritten = new UnwrittenPages();
  readonly #replicas: ReplicaTrack;
  readonly #ledgers = new GroupTrack();
  readonly #reach = new Reach();
  #now: LedgerCounts = NO_COUNTS;
  readonly #changedAt = new GrowingInts();
  readonly #counts: LedgerCounts[] = [];

  /** @param expected null: every group that takes a queue of a topic should see all its messages */
  constructor(store: TraceStore, expected: readonly SubscriptionExpectation[] | null = null) {
    this.#store = store;
    this.#expected = expected;
    this.#replicas = new ReplicaTrack(store);
    this.#readers = new Readers(this.#calamities, {takes: [taking(this, LedgerTrack.#table)]});
  }

  /** Takes in what the store got since the last call. */
  update(): void {
    this.#readers.takeAll(this.#store);
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

  /** The same account of the same history, in which some messages are not told of; its counts still count them. */
  without(msgIds: ReadonlySet<string>): LedgerTrack {
    const other = new LedgerTrack(this.#store, this.#expected);
    other.update();
    for (const msgId of msgIds) other.#fates.delete(msgId);
    return other;
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

  static readonly #table: Takes<LedgerTrack> = {
    // What the simulator saw.
    entries: {
      'bytes-sent': (self, entry) => {
        const growth = self.#replicas.hasLinks ? self.#replicas.bytesSent(entry) : null;
        if (growth !== null) self.#grow(growth, entry.id);
      },
      connected: (self, entry) => self.#replicas.connected(entry),
      'process-ended': (self, {process}) => self.#fallSilent(process),
      'process-paused': (self, {process}) => self.#fallSilent(process),
      'process-resumed': (self, {process}) => self.#speakAgain(process),
      'disk-destroyed': (self, {machine, id}) => self.#dropAllOf(machine, id),
      'disk-replaced': (self, {machine, id}) => self.#dropAllOf(machine, id),
      'disk-pages-lost': (self, entry) => self.#unwritten.take(entry),
    },
    // What processes told.
    facts: {
      'send-begun': (self, {process, id}, fact) => {
        if (self.#fates.has(fact.msgId)) return;
        self.#fates.set(fact.msgId, fateOf(process, id, fact));
        self.#count('sent', 1);
      },
      'send-acknowledged': (self, {id}, {msgId, status}) => {
        const fate = self.#fates.get(msgId);
        if (fate === undefined || fate.ackedId !== 0) return;
        fate.ackedId = id;
        fate.ackStatus = status;
        self.#count('acked', 1);
        self.#markLost(fate, id);
        self.#markReach(fate);
      },
      'send-given-up': (self, {id}, {msgId}) => {
        const fate = self.#fates.get(msgId);
        if (fate === undefined || fate.givenUpId !== 0) return;
        fate.givenUpId = id;
        self.#count('givenUp', 1);
      },
      'message-appended': (self, {process, id}, fact) => {
        const fate = self.#fates.get(fact.msgId);
        // Records of messages that nobody here sent (a half message, a delayed copy) move the marks all the same.
        if (fate === undefined || fate.topic !== fact.topic) return;
        self.#hold(process, fate, fact, id, false);
        self.#ledgers.stored(process, fate, fact);
      },
      'dledger-appended': (self, {process, id}, fact) => {
        const record = self.#ledgers.appended(process, fact);
        if (record !== null) self.#copy(process, id, record);
      },
      'dledger-truncated': (self, {process, id}, fact) => self.#cut(process, id, fact),
      'broker-role-changed': (self, {process}, fact) => {
        self.#reach.tells(process, fact);
        self.#recountReach();
      },
      'broker-booted': (self, {process}, fact) => {
        self.#reach.tells(process, fact);
        self.#speakAgain(process);
      },
      'slave-connected': (self, {process}, fact) => self.#replicas.slaveConnected(process, fact),
      'replication-begun': (self, {process}, fact) => self.#replicas.replicationBegun(process, fact),
      'log-committed': (self, {process}, {physicalOffset}) => self.#commit(process, physicalOffset),
      'dledger-trimmed': (self, {process, id}, {minPhysicalOffset}) =>
        self.#dropBelow(process, minPhysicalOffset, cleaningAt(id)),
      'log-cleaned': (self, {process, id}, {minPhysicalOffset}) =>
        self.#dropBelow(process, minPhysicalOffset, cleaningAt(id)),
      'log-flushed': (self, {process, id}, {physicalOffset}) => self.#flush(process, physicalOffset, id),
      'store-recovered': (self, {process, id}, {minPhysicalOffset, maxPhysicalOffset}) =>
        self.#recover(process, id, minPhysicalOffset, maxPhysicalOffset),
      'message-delivered': (self, {id}, {msgId, group}) => {
        const fate = self.#fates.get(msgId);
        if (fate !== undefined) self.#deliver(fate, group, id);
      },
      'message-received': (self, {id}, {msgId, topic, group}) => {
        const fate = self.#fates.get(msgId);
        if (fate === undefined) return;
        self.#learnGroup(topic, group);
        self.#deliver(fate, group, id);
      },
      'queue-taken': (self, _entry, {topic, group}) => self.#learnGroup(topic, group),
    },
  };

  #deliver(fate: MessageFate, group: string, entryId: number): void {
    const before = this.isDelivered(fate);
    const list = fate.deliveries.get(group);
    if (list === undefined) fate.deliveries.set(group, [entryId]);
    else list.push(entryId);
    if (!before && this.isDelivered(fate)) this.#count('delivered', 1);
    if (list !== undefined && list.length === 2 && !isDuplicatedElsewhere(fate, group))
      this.#count('duplicated', 1);
  }

  /** Where the scenario does not say who should see what: every group that takes messages of a topic. */
  #learnGroup(topic: string, group: string): void {
    if (this.#expected !== null) return;
    const groups = this.#groups.get(topic) ?? new Set<string>();
    this.#groups.set(topic, groups);
    if (groups.has(group)) return;
    groups.add(group);
    if (groups.size > 1) this.#recountDelivered();
  }

  #count(what: keyof LedgerCounts, by: number): void {
    const counts = copyOf(this.#now);
    counts[what] += by;
    this.#now = counts;
    const last = this.#changedAt.length - 1;
    if (last >= 0 && this.#changedAt.at(last) === this.#readers.at) this.#counts[last] = counts;
    else {
      this.#changedAt.push(this.#readers.at);
      this.#counts.push(counts);
    }
  }

  #logOf(process: string): LogAccount {
    let log = this.#logs.get(process);
    if (log === undefined) {
      log = {held: [], owners: [], flushedCount: 0, committedCount: 0};
      this.#logs.set(process, log);
    }
    return log;
  }

  #hold(
    process: string,
    fate: MessageFate,
    record: Pick<FactOf<'message-appended'>, 'physicalOffset' | 'sizeBytes' | 'queueId' | 'queueOffset'>,
    entryId: number,
    isReplica: boolean,
  ): void {
    const {physicalOffset, sizeBytes, queueId, queueOffset} = record;
    const holding: Holding = {
      process,
      physicalOffset,
      sizeBytes,
      queueId,
      queueOffset,
      entryId,
      isReplica,
      durable: false,
      durableEntryId: 0,
      committed: false,
      goneEntryId: 0,
      taken: null,
    };
    fate.holdings.push(holding);
    const log = this.#logOf(process);
    log.held.push(holding);
    log.owners.push(fate);
    const wasLost = fate.lostId !== 0;
    if (wasLost) this.#turnLost(fate, 0);
    if (wasLost || fate.outOfReachId !== 0) this.#markReach(fate);
  }

  /** A slave has copied what its master has there: the same records, at the same offsets. */
  #grow({slave, master, from, to, ownFrom}: Growth, entryId: number): void {
    const source = this.#logs.get(master);
    if (source === undefined) return;
    const copy = this.#logOf(slave);
    const last = copy.held[copy.held.length - 1];
    const notBefore = Math.max(ownFrom, last === undefined ? 0 : endOf(last));
    for (let i = firstEndingAfter(source.held, from); i < source.held.length; i += 1) {
      const record = source.held[i]!;
      if (to < endOf(record)) break;
      if (notBefore <= record.physicalOffset) this.#hold(slave, source.owners[i]!, record, entryId, true);
    }
  }

  /** A member has got an entry from its leader. */
  #copy(process: string, entryId: number, {fate, record}: LedgerRecord): void {
    this.#hold(process, fate, record, entryId, true);
    if (fate.ackedId !== 0) this.#markReach(fate);
  }

  /** A member has dropped what its leader does not have, and may have written the leader's last entry with the cut. */
  #cut(process: string, entryId: number, fact: FactOf<'dledger-truncated'>): void {
    const end = fact.wasThere ? fact.pos + fact.sizeBytes : fact.pos;
    const {diskLied} = this.#calamities.takingAt(process, entryId);
    const taking: Taking = {entryId, by: 'ledger-cut', byEntryId: entryId, diskLied};
    this.#dropFrom(process, end, taking);
    // A log that ends before its leader's begins is dropped whole, as what the leader has deleted was.
    if (fact.fromEndIndex + 1 < fact.endIndex) this.#dropFrom(process, -1, cleaningAt(entryId));
    const record = fact.wasThere ? null : this.#ledgers.writtenWithCut(fact);
    if (record !== null) this.#copy(process, entryId, record);
  }

  /** Everything before `offset` is durable. */
  #flush(process: string, offset: number, entryId: number): void {
    const log = this.#logOf(process);
    let durable = this.#now.durable;
    while (log.flushedCount < log.held.length) {
      const holding = log.held[log.flushedCount]!;
      if (endOf(holding) > offset) break;
      const fate = log.owners[log.flushedCount]!;
      if (!isDurable(fate)) durable += 1;
      holding.durable = true;
      holding.durableEntryId = entryId;
      log.flushedCount += 1;
    }
    if (durable !== this.#now.durable) this.#count('durable', durable - this.#now.durable);
  }

  #commit(process: string, offset: number): void {
    const log = this.#logOf(process);
    while (log.committedCount < log.held.length && endOf(log.held[log.committedCount]!) <= offset) {
      log.held[log.committedCount]!.committed = true;
      log.committedCount += 1;
    }
  }

  /** A broker has found out what its disk still holds. */
  #recover(process: string, entryId: number, minOffset: number, maxOffset: number): void {
    const taking = this.#calamities.takingAt(process, entryId);
    this.#replicas.recovered(process, maxOffset);
    this.#dropFrom(process, maxOffset, taking);
    if (taking.by === 'power-loss') this.#dropHeadless(process, taking);
    // In front nothing goes but by deletion, which is told once a round of it is over.
    this.#dropBelow(process, minOffset, cleaningAt(entryId));
    this.#calamities.settle(process, entryId);
    this.#speakAgain(process);
  }

  /** Drops what does not end before `maxOffset`. */
  #dropFrom(process: string, maxOffset: number, taking: Taking): void {
    const log = this.#logOf(process);
    while (log.held.length > 0 && maxOffset < endOf(log.held[log.held.length - 1]!)) {
      this.#drop(log.held.pop()!, log.owners.pop()!, taking);
    }
    log.flushedCount = Math.min(log.flushedCount, log.held.length);
    log.committedCount = Math.min(log.committedCount, log.held.length);
  }

  /** Drops what lies in a hole of a log that goes on behind it: a consumer that asks for it is given zeros, and passes it over. */
  #dropHeadless(process: string, taking: Taking): void {
    const machine = this.#calamities.machineOf(process);
    // Files do not tell whose they are; two brokers of a machine have the same places.
    if (this.#calamities.processesOn(machine).filter((other) => this.#logs.has(other)).length > 1) return;
    const {held, owners} = this.#logOf(process);
    for (const [i, holding] of held.entries()) {
      if (holding.goneEntryId !== 0) continue;
      if (this.#unwritten.hasHead(machine, holding.physicalOffset, holding.entryId)) continue;
      this.#drop(holding, owners[i]!, {...taking, isAmid: true});
    }
  }

  /** Drops what begins before `minOffset`. */
  #dropBelow(process: string, minOffset: number, taking: Taking): void {
    const log = this.#logOf(process);
    for (let i = 0; i < log.held.length && log.held[i]!.physicalOffset < minOffset; i += 1) {
      if (log.held[i]!.goneEntryId === 0) this.#drop(log.held[i]!, log.owners[i]!, taking);
    }
  }

  #dropAllOf(machine: string, entryId: number): void {
    for (const process of this.#calamities.processesOn(machine)) {
      if (!this.#logs.has(process)) continue;
      this.#dropFrom(process, -1, this.#calamities.takingAt(process, entryId));
    }
  }

  #drop(holding: Holding, fate: MessageFate, taking: Taking): void {
    if (holding.goneEntryId !== 0) return;
    const wasDurable = isDurable(fate);
    holding.goneEntryId = taking.entryId;
    holding.taken = taking;
    if (wasDurable && !isDurable(fate)) this.#count('durable', -1);
    this.#markLost(fate, taking.entryId);
    this.#markReach(fate);
  }

  #markLost(fate: MessageFate, entryId: number): void {
    if (fate.ackedId === 0 || fate.lostId !== 0 || fate.holdings.length === 0) return;
    if (fate.holdings.some((holding) => holding.goneEntryId === 0)) return;
    this.#turnLost(fate, entryId);
  }

  /** @param lostId 0: it is in a log again */
  #turnLost(fate: MessageFate, lostId: number): void {
    fate.lostId = lostId;
    fate.lostTurns ??= [];
    fate.lostTurns.push(this.#readers.at);
    this.#count('lost', lostId === 0 ? -1 : 1);
  }

  #fallSilent(process: string): void {
    if (this.#logs.has(process) && this.#reach.fallSilent(process)) this.#recountReach();
  }

  #speakAgain(process: string): void {
    if (this.#reach.speakAgain(process)) this.#recountReach();
  }

  #recountReach(): void {
    for (const fate of this.#fates.values()) this.#markReach(fate);
  }

  #markReach(fate: MessageFate): void {
    const outOfReach =
      fate.ackedId !== 0 && fate.lostId === 0 && fate.holdings.length > 0 && !this.#reach.isServed(fate);
    if (outOfReach === (fate.outOfReachId !== 0)) return;
    fate.outOfReachId = outOfReach ? this.#readers.at : 0;
    fate.reachTurns ??= [];
    fate.reachTurns.push(this.#readers.at);
    this.#count('outOfReach', outOfReach ? 1 : -1);
  }

  #recountDelivered(): void {
    let delivered = 0;
    for (const fate of this.#fates.values()) if (this.isDelivered(fate)) delivered += 1;
    const more = delivered - this.#now.delivered;
    if (more !== 0) this.#count('delivered', more);
  }
}

/** Field by field: it is made some thousand times in a run, and engines take their time over a spread. */
function copyOf(counts: LedgerCounts): {-readonly [C in keyof LedgerCounts]: LedgerCounts[C]} {
  const {sent, acked, givenUp, durable, delivered, duplicated, lost, outOfReach} = counts;
  return {sent, acked, givenUp, durable, delivered, duplicated, lost, outOfReach};
}
