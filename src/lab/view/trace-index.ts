import type {DLedgerRoleName} from '../../rocketmq/facts/dledger.ts';
import type {Fact, FactKind, FactOf} from '../../rocketmq/facts.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {PlainKind} from '../by-kind.ts';
import {frameSummary} from '../frame.ts';
import {readFrameHead} from '../frame-head.ts';
import type {TraceStore} from '../trace-store.ts';
import {GrowingInts} from './growing-ints.ts';
import type {FrameSummary} from './view-state.ts';

/**
 * Append-only look-up tables over a trace: which frame is in which write, which response answers which request, what
 * caused what, where a message occurs. `update` takes in what the store got since the last call.
 */
export class TraceIndex {
  readonly store: TraceStore;
  #done = 0;
  /** First effect of each entry, and the next entry with the same cause; entry ids, 0 for none. */
  readonly #firstEffect = new GrowingInts();
  readonly #lastEffect = new GrowingInts();
  readonly #nextEffect = new GrowingInts();
  /** For a request its response's entry, for a response its request's; both `bytes-sent`. */
  readonly #partner = new Map<number, number>();
  readonly #openRequests = new Map<string, number>();
  readonly #requestCodes = new Map<number, number>();
  readonly #summaries = new Map<number, FrameSummary>();
  readonly #outcome = new Map<number, number>();
  readonly #messages = new Map<string, number[]>();
  readonly #deliveries = new Map<string, number>();
  readonly #ordinals = new Map<number, number>();
  readonly #frames: number[] = [];

  constructor(store: TraceStore) {
    this.store = store;
    this.#firstEffect.push(0);
    this.#lastEffect.push(0);
    this.#nextEffect.push(0);
  }

  /** Entries taken in so far: ids 1..`lastId`. */
  get lastId(): number {
    return this.#done;
  }

  /** Takes in what is new in the store, at most `maxEntries`; answers whether all is taken in. */
  update(maxEntries = Number.POSITIVE_INFINITY): boolean {
    const entries = this.store.entries;
    const end = Math.min(entries.length, this.#done + maxEntries);
    while (this.#done < end) {
      this.#take(entries[this.#done]!);
      this.#done += 1;
    }
    return this.#done === entries.length;
  }

  // Frames.

  /** Ids of all `bytes-sent` entries, in order. */
  get frames(): readonly number[] {
    return this.#frames;
  }

  /** What the write of a `bytes-sent` entry carries. */
  frame(sentId: number): FrameSummary {
    let summary = this.#summaries.get(sentId);
    if (summary === undefined) {
      const entry = this.store.entry(sentId);
      if (entry?.kind !== 'bytes-sent') throw new Error(`entry ${sentId} sends no bytes`);
      summary = frameSummary(this.store.bytes(entry.bytes), this.requestCodeOf(sentId));
      this.#summaries.set(sentId, summary);
    }
    return summary;
  }

  /** The request code that names a write's frame: its own, or that of the request it answers; -1 if unknown. */
  requestCodeOf(sentId: number): number {
    return this.#requestCodes.get(sentId) ?? -1;
  }

  /** The `bytes-sent` entry of the response to this request, or of the request that this response answers; 0 if there is none yet. */
  partnerOf(sentId: number): number {
    return this.#partner.get(sentId) ?? 0;
  }

  /** The `bytes-arrived` or `bytes-lost` entry of a write; 0 while it is in flight. */
  outcomeOf(sentId: number): number {
    return this.#outcome.get(sentId) ?? 0;
  }

  // Causes.

  /** From the entry's cause to the root. */
  causesOf(entryId: number): number[] {
    const chain: number[] = [];
    for (let id = this.store.entry(entryId)?.cause ?? 0; id !== 0; id = this.store.entry(id)?.cause ?? 0) {
      chain.push(id);
    }
    return chain;
  }

  /** What the entry caused directly, in order. */
  effectsOf(entryId: number): number[] {
    const effects: number[] = [];
    if (entryId >= this.#firstEffect.length) return effects;
    for (let id = this.#firstEffect.at(entryId); id !== 0; id = this.#nextEffect.at(id)) effects.push(id);
    return effects;
  }

  // Messages.

  /** Every entry that speaks of a message, by its `UNIQ_KEY` (or offset id, where it has no other). */
  messageEntries(msgId: string): readonly number[] {
    return this.#messages.get(msgId) ?? [];
  }

  /** 1 for the first delivery of a message to its group, 2 for the second, ...; 0 if the entry delivers nothing. */
  deliveryOrdinal(entryId: number): number {
    return this.#ordinals.get(entryId) ?? 0;
  }

  // Members of DLedger groups.

  /** The role that a member has taken since its process started, by an entry; null for none. */
  ledgerRoleOf(process: string, entryId: number): DLedgerRoleName | null {
    const startId = this.#lastOf(process, this.kindEntries('process-started'), entryId);
    const turnId = this.#lastOf(process, this.factEntries('dledger-role-changed'), entryId);
    const turn = turnId < startId ? undefined : this.store.entry(turnId);
    return turn?.kind === 'fact' ? (turn.fact as FactOf<'dledger-role-changed'>).role : null;
  }

  /** The last of some entries that is of a process and not behind an entry; 0 for none. */
  #lastOf(process: string, ids: readonly number[], entryId: number): number {
    for (let i = ids.length - 1; 0 <= i; i -= 1) {
      if (entryId < ids[i]!) continue;
      const entry = this.store.entry(ids[i]!);
      if (entry !== undefined && 'process' in entry && entry.process === process) return entry.id;
    }
    return 0;
  }

  // Lists by kind, in order.

  factEntries(kind: FactKind): readonly number[] {
    return this.store.kinds.idsOf({facts: [kind]});
  }

  kindEntries(kind: PlainKind): readonly number[] {
    return this.store.kinds.idsOf({entries: [kind]});
  }

  /** Entries in each of `buckets` equal parts of a stretch of virtual time. */
  density(fromUs: number, toUs: number, buckets: number): number[] {
    const counts: number[] = [];
    let before = firstAfter(this.store.entries, this.#done, fromUs - 1);
    for (let bucket = 1; bucket <= buckets; bucket += 1) {
      const edge = fromUs + Math.floor(((toUs - fromUs) * bucket) / buckets);
      const index = firstAfter(this.store.entries, this.#done, edge);
      counts.push(index - before);
      before = index;
    }
    return counts;
  }

  #take(entry: TraceEntry): void {
    this.#firstEffect.push(0);
    this.#lastEffect.push(0);
    this.#nextEffect.push(0);
    if (entry.cause > 0) {
      const last = this.#lastEffect.at(entry.cause);
      if (last === 0) this.#firstEffect.set(entry.cause, entry.id);
      else this.#nextEffect.set(last, entry.id);
      this.#lastEffect.set(entry.cause, entry.id);
    }
    switch (entry.kind) {
      case 'fact':
        this.#takeFact(entry.id, entry.fact as Fact);
        return;
      case 'bytes-sent':
        this.#frames.push(entry.id);
        this.#takeFrame(entry.id, entry.connection, entry.process, this.store.bytes(entry.bytes));
        return;
      case 'bytes-arrived':
      case 'bytes-lost':
        this.#outcome.set(entry.sent, entry.id);
        return;
      default:
    }
  }

  #takeFrame(id: number, connection: number, process: string, bytes: Uint8Array): void {
    // A write may carry several frames; the first gives it its name, each can be the partner of another.
    for (let at = 0; at < bytes.length; ) {
      const head = readFrameHead(bytes, at);
      if (head === null) return;
      at += head.lengthBytes;
      if ((head.flag & 1) !== 0) {
        // The request went the other way, so it is filed under a sender that is not this one.
        const request = this.#openRequests.get(`${connection} ${head.opaque} ${process}`);
        if (request === undefined) continue;
        this.#openRequests.delete(`${connection} ${head.opaque} ${process}`);
        this.#partner.set(request, id);
        if (!this.#partner.has(id)) {
          this.#partner.set(id, request);
          this.#requestCodes.set(id, this.#requestCodes.get(request) ?? -1);
        }
      } else {
        if (!this.#requestCodes.has(id)) this.#requestCodes.set(id, head.code);
        if ((head.flag & 2) === 0) {
          const entry = this.store.entry(id);
          const peer = entry?.kind === 'bytes-sent' ? entry.peer : '';
          this.#openRequests.set(`${connection} ${head.opaque} ${peer}`, id);
        }
      }
    }
  }

  #takeFact(id: number, fact: Fact): void {
    switch (fact.kind) {
      case 'message-delivered':
      case 'message-received': {
        push(this.#messages, fact.msgId, id);
        const key = `${fact.group} ${fact.msgId}`;
        const ordinal = (this.#deliveries.get(key) ?? 0) + 1;
        this.#deliveries.set(key, ordinal);
        this.#ordinals.set(id, ordinal);
        return;
      }
      case 'send-begun':
      case 'send-attempted':
      case 'send-attempt-failed':
      case 'send-acknowledged':
      case 'send-handed-over':
      case 'send-given-up':
      case 'message-appended':
        push(this.#messages, fact.msgId, id);
        return;
      case 'consumption-finished':
        for (const msgId of fact.msgIds) push(this.#messages, msgId, id);
        return;
      default:
    }
  }
}

function push<K>(lists: Map<K, number[]>, key: K, id: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else list.push(id);
}

/** How many of the first `count` entries lie at or before `us`. */
export function firstAfter(entries: readonly TraceEntry[], count: number, us: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.atUs <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}
