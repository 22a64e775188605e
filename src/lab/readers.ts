import type {FactKind} from '../rocketmq/facts.ts';
import type {EntryBase, EntryOf, TraceEntry} from '../sim/trace.ts';
import type {EntryWith, FactEntry, FactWith, PlainKind} from './by-kind.ts';
import type {TraceStore} from './trace-store.ts';

/**
 * What `self` does with entries of a history, by their kinds. The table says at once what is asked for and what becomes of it, so neither
 * can be without the other; and whoever is handed only one kind knows all its fields. It belongs to a class, not to one of its instances:
 * engines forget what they have compiled of functions that come and go with an instance, and a sweep makes instances for each of its runs.
 */
export interface Takes<Self> {
  /** With each entry whatever, before anything is done with it. */
  readonly before?: (self: Self, entry: EntryBase) => void;
  readonly entries?: {readonly [K in PlainKind]?: (self: Self, entry: EntryWith<K>) => void};
  readonly facts?: {readonly [F in FactKind]?: (self: Self, entry: FactEntry<F>, fact: FactWith<F>) => void};
  /** With each entry whatever, when all is done with it. */
  readonly after?: (self: Self, entry: EntryBase) => void;
}

/** Somebody, whoever it be, with a table that is for it: only `taking` makes one. */
export interface Taking {
  readonly self: never;
  readonly table: Takes<never>;
}

export function taking<Self>(self: Self, table: Takes<Self>): Taking {
  return {self: self as never, table};
}

/** Somebody who follows a history, itself or by its parts. An entry that stands in several of its tables is taken in their order. */
export interface Reader {
  readonly takes: readonly Taking[];
}

type Take = (self: never, entry: TraceEntry, fact: unknown) => void;

/** What is called for an entry, and for whom. */
interface Taker {
  readonly self: never;
  readonly take: Take;
}

/** Hands the entries of a history to all who take them, one reader after the other. An entry's kind is looked at once for all of them. */
export class Readers {
  readonly #takings: readonly Taking[];
  /** By kinds that have come; a recording may hold facts of any name, so the two are kept apart. */
  readonly #ofEntries = new Map<string, readonly Taker[]>();
  readonly #ofFacts = new Map<string, readonly Taker[]>();
  #at = 0;

  constructor(...readers: readonly Reader[]) {
    this.#takings = readers.flatMap(({takes}) => takes);
  }

  /** Id of the entry that is being handed out, or was last. */
  get at(): number {
    return this.#at;
  }

  /** The next entry of a history that comes one by one, from its first on. */
  take(entry: TraceEntry): void {
    this.#at += 1;
    const {kind} = entry;
    const fact = kind === 'fact' ? entry.fact : null;
    const takers = fact === null ? this.#takersOf(false, kind) : this.#takersOf(true, fact.kind);
    for (const {self, take} of takers) take(self, entry, fact);
  }

  /** All that a store holds behind what has been handed out. */
  takeAll({entries, kinds}: TraceStore): void {
    const takersByKind = kinds.names.map(({isFact, kind}) => ({
      isFact,
      takers: this.#takersOf(isFact, kind),
    }));
    for (let i = this.#at; i < entries.length; i += 1) {
      this.#at = i + 1;
      const {isFact, takers} = takersByKind[kinds.at(i)]!;
      if (takers.length === 0) continue;
      const entry = entries[i]!;
      const fact = isFact ? (entry as EntryOf<'fact'>).fact : null;
      for (let k = 0; k < takers.length; k += 1) {
        const {self, take} = takers[k]!;
        take(self, entry, fact);
      }
    }
  }

  #takersOf(isFact: boolean, kind: string): readonly Taker[] {
    const known = isFact ? this.#ofFacts : this.#ofEntries;
    let takers = known.get(kind);
    if (takers === undefined) {
      takers = this.#find(isFact, kind);
      known.set(kind, takers);
    }
    return takers;
  }

  #find(isFact: boolean, kind: string): Taker[] {
    const found: Taker[] = [];
    for (const {self, table} of this.#takings)
      if (table.before !== undefined) found.push({self, take: table.before});
    for (const {self, table} of this.#takings) {
      const handlers = ((isFact ? table.facts : table.entries) ?? {}) as Readonly<Record<string, Take>>;
      const take = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
      if (take !== undefined) found.push({self, take});
    }
    for (const {self, table} of this.#takings)
      if (table.after !== undefined) found.push({self, take: table.after});
    return found;
  }
}
