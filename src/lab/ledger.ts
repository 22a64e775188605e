import type {Fact, FactOf} from '../rocketmq/facts.ts';
import type {EntryOf, TraceEntry, TraceReader} from '../sim/trace.ts';
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
  readonly #trace: TraceReader;
  readonly #expected: readonly SubscriptionExpectation[] | null;
  readonly #fates = new Map<string, MessageFate>();
  readonly #logs = new Map<string, LogAccount>();
  readonly #groups = new Map<string, Set<string>>();
  readonly #calamities = new Calamities();
  readonly #unwritten = new UnwrittenPages();
  readonly #replicas: ReplicaTrack;
  readonly #ledgers = new GroupTrack();
  readonly #reach = new Reach();
  #done = 0;
  #now: LedgerCounts = NO_COUNTS;
  readonly #changedAt = new GrowingInts();
  readonly #counts: LedgerCounts[] = [];

  /** @param expected null: every group that takes a queue of a topic should see all its messages */
  constructor(trace: TraceReader, expected: readonly SubscriptionExpectation[] | null = null) {
    this.#trace = trace;
    this.#expected = expected;
    this.#replicas = new ReplicaTrack(trace);
  }

  /** Takes in what the trace got since the last call. */
  update(): void {
    const entries = this.#trace.entries;
    while (this.#done < entries.length) {
      const entry = entries[this.#done]!;
      this.#done += 1;
      const before = this.#now;
      if (entry.kind === 'fact') this.#take(entry, entry.fact as Fact);
      else this.#takeEntry(entry);
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

  /** The same account of the same history, in which some messages are not told of; its counts still count them. */
  without(msgIds: ReadonlySet<string>): LedgerTrack {
    const other = new LedgerTrack(this.#trace, this.#expected);
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

  /** What the simulator saw. */
  #takeEntry(entry: Exclude<TraceEntry, {kind: 'fact'}>): void {
    switch (entry.kind) {
      case 'bytes-sent': {
        const growth = this.#replicas.hasLinks ? this.#replicas.bytesSent(entry) : null;
        if (growth !== null) this.#grow(growth, entry.id);
        return;
      }
      case 'connected':
        this.#replicas.connected(entry);
        return;
      case 'process-ended':
      case 'process-paused':
        this.#calamities.take(entry);
        this.#fallSilent(entry.process);
        return;
      case 'process-resumed':
        this.#speakAgain(entry.process);
        return;
      case 'disk-destroyed':
      case 'disk-replaced':
        this.#calamities.take(entry);
        for (const process of this.#calamities.processesOn(entry.machine)) {
          if (this.#logs.has(process)) this.#dropAll(process, entry.id);
        }
        return;
      case 'disk-pages-lost':
        this.#unwritten.take(entry);
        return;
      case 'process-added':
      case 'machine-power-lost':
      case 'disk-fault-struck':
        this.#calamities.take(entry);
        return;
      default:
    }
  }

  #take(entry: EntryOf<'fact'>, fact: Fact): void {
    switch (fact.kind) {
      case 'send-begun': {
        if (this.#fates.has(fact.msgId)) return;
        this.#fates.set(fact.msgId, fateOf(entry.process, entry.id, fact));
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
        this.#markReach(fate);
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
        if (fate === undefined || fate.topic !== fact.topic) return;
        this.#hold(entry.process, fate, fact, entry.id, false);
        this.#ledgers.stored(entry.process, fate, fact);
        return;
      }
      case 'dledger-appended': {
        const record = this.#ledgers.appended(entry.process, fact);
        if (record !== null) this.#copy(entry, record);
        return;
      }
      case 'dledger-truncated':
        this.#cut(entry, fact);
        return;
      case 'broker-role-changed':
        this.#reach.tells(entry.process, fact);
        this.#recountReach();
        return;
      case 'broker-booted':
        this.#reach.tells(entry.process, fact);
        this.#speakAgain(entry.process);
        return;
      case 'slave-connected':
        this.#replicas.slaveConnected(entry.process, fact);
        return;
      case 'replication-begun':
        this.#replicas.replicationBegun(entry.process, fact);
        return;
      case 'log-committed':
        this.#commit(entry.process, fact.physicalOffset);
        return;
      case 'dledger-trimmed':
      case 'log-cleaned':
        this.#dropBelow(entry.process, fact.minPhysicalOffset, cleaningAt(entry.id));
        return;
      case 'log-flushed':
        this.#flush(entry.process, fact.physicalOffset, entry.id);
        return;
      case 'store-recovered':
        this.#recover(entry, fact.minPhysicalOffset, fact.maxPhysicalOffset);
        return;
      case 'message-delivered':
      case 'message-received': {
        const fate = this.#fates.get(fact.msgId);
        if (fate === undefined) return;
        if (fact.kind === 'message-received') this.#learnGroup(fact.topic, fact.group);
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
      case 'queue-taken':
        this.#learnGroup(fact.topic, fact.group);
        return;
      default:
    }
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

  #change(part: Partial<LedgerCounts>): void {
    this.#now = {...this.#now, ...part};
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
  #copy(entry: EntryOf<'fact'>, {fate, record}: LedgerRecord): void {
    this.#hold(entry.process, fate, record, entry.id, true);
    if (fate.ackedId !== 0) this.#markReach(fate);
  }

  /** A member has dropped what its leader does not have, and may have written the leader's last entry with the cut. */
  #cut(entry: EntryOf<'fact'>, fact: FactOf<'dledger-truncated'>): void {
    const end = fact.wasThere ? fact.pos + fact.sizeBytes : fact.pos;
    const {diskLied} = this.#calamities.takingAt(entry.process, entry.id);
    const taking: Taking = {entryId: entry.id, by: 'ledger-cut', byEntryId: entry.id, diskLied};
    this.#dropFrom(entry.process, end, taking);
    // A log that ends before its leader's begins is dropped whole, as what the leader has deleted was.
    if (fact.fromEndIndex + 1 < fact.endIndex) this.#dropFrom(entry.process, -1, cleaningAt(entry.id));
    const record = fact.wasThere ? null : this.#ledgers.writtenWithCut(fact);
    if (record !== null) this.#copy(entry, record);
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
    if (durable !== this.#now.durable) this.#change({durable});
  }

  #commit(process: string, offset: number): void {
    const log = this.#logOf(process);
    while (log.committedCount < log.held.length && endOf(log.held[log.committedCount]!) <= offset) {
      log.held[log.committedCount]!.committed = true;
      log.committedCount += 1;
    }
  }

  /** A broker has found out what its disk still holds. */
  #recover(entry: EntryOf<'fact'>, minOffset: number, maxOffset: number): void {
    const {process} = entry;
    const taking = this.#calamities.takingAt(process, entry.id);
    this.#replicas.recovered(process, maxOffset);
    this.#dropFrom(process, maxOffset, taking);
    if (taking.by === 'power-loss') this.#dropHeadless(process, taking);
    // In front nothing goes but by deletion, which is told once a round of it is over.
    this.#dropBelow(process, minOffset, cleaningAt(entry.id));
    this.#calamities.settle(process, entry.id);
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

  #dropAll(process: string, entryId: number): void {
    this.#dropFrom(process, -1, this.#calamities.takingAt(process, entryId));
  }

  #drop(holding: Holding, fate: MessageFate, taking: Taking): void {
    if (holding.goneEntryId !== 0) return;
    const wasDurable = isDurable(fate);
    holding.goneEntryId = taking.entryId;
    holding.taken = taking;
    if (wasDurable && !isDurable(fate)) this.#change({durable: this.#now.durable - 1});
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
    fate.lostTurns.push(this.#done);
    this.#change({lost: this.#now.lost + (lostId === 0 ? -1 : 1)});
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
    fate.outOfReachId = outOfReach ? this.#done : 0;
    fate.reachTurns ??= [];
    fate.reachTurns.push(this.#done);
    this.#change({outOfReach: this.#now.outOfReach + (outOfReach ? 1 : -1)});
  }

  #recountDelivered(): void {
    let delivered = 0;
    for (const fate of this.#fates.values()) if (this.isDelivered(fate)) delivered += 1;
    if (delivered !== this.#now.delivered) this.#change({delivered});
  }
}
