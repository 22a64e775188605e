import type {Fact, FactKind} from '../rocketmq/facts.ts';
import type {EntryBase, EntryKind, TraceEntry} from '../sim/trace.ts';
import {GrowingInts} from './view/growing-ints.ts';

/** Kinds of entries that are no facts. */
export type PlainKind = Exclude<EntryKind, 'fact'>;

/** `Extract` by kind, also of a type that has several kinds. */
type WithKind<T extends {readonly kind: string}, K extends string> = T extends {readonly kind: infer Own}
  ? [Own] extends [K]
    ? T
    : [Own & K] extends [never]
      ? never
      : T & {readonly kind: Own & K}
  : never;

export type EntryWith<K extends PlainKind> = WithKind<TraceEntry, K>;
export type FactWith<F extends FactKind> = WithKind<Fact, F>;

/** An entry with a fact of one of some kinds. */
export type FactEntry<F extends FactKind> = [F] extends [never]
  ? never
  : EntryBase & {readonly kind: 'fact'; readonly process: string; readonly fact: FactWith<F>};

/** What is asked for of a history. */
export interface Kinds<K extends PlainKind = PlainKind, F extends FactKind = FactKind> {
  readonly entries?: readonly K[];
  readonly facts?: readonly F[];
}

/** What a history hands out then: who looks at it for a kind that was not asked for does not compile. */
export type Picked<K extends PlainKind, F extends FactKind> = EntryWith<K> | FactEntry<F>;

/** A kind of entry; of entries with facts, of fact. */
export interface KindName {
  readonly isFact: boolean;
  readonly kind: string;
}

/**
 * The kinds of a history's entries, read once. Entries have as many shapes as there are kinds, and engines are slow at reading a field of
 * so many shapes: whoever goes through a whole history for a few kinds should look here, and not at each entry.
 */
export class KindColumn {
  /** By number. */
  readonly names: KindName[] = [];
  readonly #ofEntries = new Map<string, number>();
  readonly #ofFacts = new Map<string, number>();
  /** Of each kind, the ids of its entries, in order. */
  readonly #ids: number[][] = [];
  /** Of each entry, the number of its kind. */
  readonly #numbers = new GrowingInts();

  /** The number of the kind that the entry at a position is of. */
  at(position: number): number {
    return this.#numbers.at(position);
  }

  /** Takes in what a history got since the last call. */
  extend(entries: readonly TraceEntry[]): void {
    for (let id = this.#numbers.length + 1; id <= entries.length; id += 1) {
      const entry = entries[id - 1]!;
      const {kind} = entry;
      const number =
        kind === 'fact'
          ? this.#numberOf(this.#ofFacts, true, entry.fact.kind)
          : this.#numberOf(this.#ofEntries, false, kind);
      this.#numbers.push(number);
      this.#ids[number]!.push(id);
    }
  }

  /** Ids of the entries that are of some kinds, in order. */
  idsOf({entries = [], facts = []}: Kinds): readonly number[] {
    const lists = [...this.#listsOf(this.#ofEntries, entries), ...this.#listsOf(this.#ofFacts, facts)];
    return lists.length === 1 ? lists[0]! : lists.flat().sort(byId);
  }

  /** Of each of some kinds that has entries, their ids. */
  #listsOf(numbers: ReadonlyMap<string, number>, kinds: readonly string[]): (readonly number[])[] {
    const lists: (readonly number[])[] = [];
    for (const kind of kinds) {
      const number = numbers.get(kind);
      if (number !== undefined) lists.push(this.#ids[number]!);
    }
    return lists;
  }

  #numberOf(numbers: Map<string, number>, isFact: boolean, kind: string): number {
    let number = numbers.get(kind);
    if (number === undefined) {
      number = this.names.push({isFact, kind}) - 1;
      this.#ids.push([]);
      numbers.set(kind, number);
    }
    return number;
  }
}

/** It is of the module, as sorts call it often: what is compiled of a function made anew for each of them is lost with it. */
function byId(a: number, b: number): number {
  return a - b;
}
