import type {FactKind} from '../rocketmq/facts.ts';
import type {EntryBase, EntryOf, TraceEntry} from '../sim/trace.ts';
import type {EntryWith, FactEntry, FactWith, PlainKind} from './by-kind.ts';
import type {TraceStore} from './trace-store.ts';

/**
 * What is done with entries of a history, by their kinds. The table says at once what is asked for and what becomes of it, so neither can
 * be without the other; and whoever is handed only one kind knows all its fields.
 */
export interface Takes {
  /** With each entry whatever, before anything is done with it. */
  readonly before?: (entry: EntryBase) => void;
  readonly entries?: {readonly [K in PlainKind]?: (entry: EntryWith<K>) => void};
  readonly facts?: {readonly [F in FactKind]?: (entry: FactEntry<F>, fact: FactWith<F>) => void};
  /** With each entry whatever, when all is done with it. */
  readonly after?: (entry: EntryBase) => void;
}

/** Somebody who follows a history. An entry that stands in several of its tables is taken in their order. */
export interface Reader {
  readonly takes: readonly Takes[];
}

type Take = (entry: TraceEntry, fact: unknown) => void;

/** Hands the entries of a history to all who take them, one reader after the other. An entry's kind is looked at once for all of them. */
export class Readers {
  readonly #before: Take[] = [];
  readonly #after: Take[] = [];
  /** By kind; a recording may hold facts of any name, so the two are kept apart. */
  readonly #ofEntries = new Map<string, Take[]>();
  readonly #ofFacts = new Map<string, Take[]>();

  constructor(...readers: readonly Reader[]) {
    for (const {before, entries, facts, after} of readers.flatMap(({takes}) => takes)) {
      if (before !== undefined) this.#before.push(before);
      if (after !== undefined) this.#after.push(after);
      addTo(this.#ofEntries, entries);
      addTo(this.#ofFacts, facts);
    }
  }

  /** The next entry of a history that comes one by one. */
  take(entry: TraceEntry): void {
    const {kind} = entry;
    const fact = kind === 'fact' ? entry.fact : null;
    const takes = fact === null ? this.#ofEntries.get(kind) : this.#ofFacts.get(fact.kind);
    for (const take of this.#before) take(entry, fact);
    for (const take of takes ?? NOBODY) take(entry, fact);
    for (const take of this.#after) take(entry, fact);
  }

  /**
   * All that a store holds behind its first `taken` entries.
   * @param begins is told the id of each entry that is handed to anybody, before it is
   */
  takeAll({entries, kinds}: TraceStore, taken = 0, begins: (id: number) => void = () => {}): void {
    const isFact = kinds.names.map((name) => name.isFact);
    const takesByKind = kinds.names.map(({kind}, number) => [
      ...this.#before,
      ...((isFact[number] ? this.#ofFacts : this.#ofEntries).get(kind) ?? NOBODY),
      ...this.#after,
    ]);
    for (let i = taken; i < entries.length; i += 1) {
      const number = kinds.at(i);
      const takes = takesByKind[number]!;
      if (takes.length === 0) continue;
      const entry = entries[i]!;
      const fact = isFact[number] ? (entry as EntryOf<'fact'>).fact : null;
      begins(i + 1);
      for (let k = 0; k < takes.length; k += 1) takes[k]!(entry, fact);
    }
  }
}

const NOBODY: readonly Take[] = [];

function addTo(takesByKind: Map<string, Take[]>, table: Takes['entries'] | Takes['facts'] = {}): void {
  for (const [kind, take] of Object.entries(table) as [string, Take][]) {
    const takes = takesByKind.get(kind);
    if (takes === undefined) takesByKind.set(kind, [take]);
    else takes.push(take);
  }
}
