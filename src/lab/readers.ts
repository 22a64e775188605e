import type {FactKind} from '../rocketmq/facts.ts';
import type {EntryBase, EntryOf, TraceEntry} from '../sim/trace.ts';
import type {EntryWith, FactEntry, FactWith, PlainKind} from './by-kind.ts';
import type {TraceStore} from './trace-store.ts';

/**
 * What is done with entries of a history, by their kinds. The table says at once what is asked for and what becomes of it, so neither can
 * be without the other; and whoever is handed only one kind knows all its fields.
 */
export interface Takes {
  /** With each entry whatever, before what is done with its kind. */
  readonly every?: (entry: EntryBase) => void;
  readonly entries?: {readonly [K in PlainKind]?: (entry: EntryWith<K>) => void};
  readonly facts?: {readonly [F in FactKind]?: (entry: FactEntry<F>, fact: FactWith<F>) => void};
}

/** Somebody who follows a history. An entry that stands in several of its tables is taken in their order. */
export interface Reader {
  readonly takes: readonly Takes[];
}

type Take = (entry: TraceEntry, fact: unknown) => void;

/** Hands the entries of a history to all who take them, one reader after the other. An entry's kind is looked at once for all of them. */
export class Readers {
  readonly #tables: readonly Takes[];
  readonly #ofEntries = new Map<string, readonly Take[]>();
  readonly #ofFacts = new Map<string, readonly Take[]>();

  constructor(...readers: readonly Reader[]) {
    this.#tables = readers.flatMap(({takes}) => takes);
  }

  /** The next entry of a history that comes one by one. */
  take(entry: TraceEntry): void {
    const {kind} = entry;
    const fact = kind === 'fact' ? entry.fact : null;
    for (const take of this.#takesOf(fact !== null, fact?.kind ?? kind)) take(entry, fact);
  }

  /**
   * All that a store holds behind its first `taken` entries.
   * @param begins is told the id of each entry that is handed to anybody, before it is
   */
  takeAll({entries, kinds}: TraceStore, taken = 0, begins: (id: number) => void = () => {}): void {
    const takesByKind = kinds.names.map(({isFact, kind}) => this.#takesOf(isFact, kind));
    for (let i = taken; i < entries.length; i += 1) {
      const takes = takesByKind[kinds.at(i)]!;
      if (takes.length === 0) continue;
      const entry = entries[i]!;
      const fact = kinds.isFact(i) ? (entry as EntryOf<'fact'>).fact : null;
      begins(i + 1);
      for (const take of takes) take(entry, fact);
    }
  }

  #takesOf(isFact: boolean, kind: string): readonly Take[] {
    const known = isFact ? this.#ofFacts : this.#ofEntries;
    let takes = known.get(kind);
    if (takes === undefined) {
      takes = this.#tables.flatMap(({every, entries, facts}) => {
        const table: object = (isFact ? facts : entries) ?? {};
        // A recording may hold facts of any name, also of those that every object has.
        const own: unknown = Object.hasOwn(table, kind) ? table[kind as keyof typeof table] : undefined;
        return [every, own].filter((take) => take !== undefined) as Take[];
      });
      known.set(kind, takes);
    }
    return takes;
  }
}
