import type {TraceEntry} from '../../sim/trace.ts';

type BodyOf<E> = E extends TraceEntry ? Omit<E, 'id' | 'atUs' | 'cause'> : never;
export type EntryBody = BodyOf<TraceEntry>;

/** An entry whose place in the history may still change. */
export interface Draft {
  atUs: number;
  /** Of the same moment, the earlier made is the earlier. */
  readonly seq: number;
  /** The record that it is of; 0 for what no record tells of. */
  readonly record: number;
  /** A record's number, or another entry; null: it begins by itself. */
  readonly cause: number | Draft | null;
  readonly body: EntryBody;
  /** For `bytes-sent`. */
  readonly bytes: Uint8Array | null;
  /** For what tells of the end of a sending: that sending. */
  readonly of: Draft | null;
  /** Its arrival is recorded, and has not come yet. */
  awaitsArrival: boolean;
  /** Once it has its place. */
  id: number;
}

/** Says of a sending when it arrives. */
export function arrivesAt(sent: Draft, atUs: number): void {
  (sent.body as {arrivesUs: number}).arrivesUs = atUs;
}

/** Entries by time, as long as some may still be put between others. */
export class Drafts {
  #list: Draft[] = [];
  #head = 0;
  #nextSeq = 0;

  add(
    atUs: number,
    record: number,
    cause: number | Draft | null,
    body: EntryBody,
    bytes: Uint8Array | null = null,
    of: Draft | null = null,
  ): Draft {
    const draft: Draft = {
      atUs,
      seq: this.#nextSeq++,
      record,
      cause,
      body,
      bytes,
      of,
      awaitsArrival: false,
      id: 0,
    };
    this.#insert(draft);
    return draft;
  }

  /** Gives an entry that has no place yet an earlier moment. */
  move(draft: Draft, atUs: number): void {
    const list = this.#list;
    let low = this.#head;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(list[middle]!, draft)) low = middle + 1;
      else high = middle;
    }
    if (list[low] !== draft) return;
    list.splice(low, 1);
    draft.atUs = atUs;
    this.#insert(draft);
  }

  /** Moment of the first that has no place yet. */
  get firstUs(): number {
    return this.#list[this.#head]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  /** The first one, if it lies before `beforeUs` and awaits nothing; it has its place now. */
  next(beforeUs: number, patienceUs: number): Draft | null {
    const first = this.#list[this.#head];
    if (first === undefined || first.atUs >= beforeUs) return null;
    if (first.awaitsArrival && first.atUs + patienceUs >= beforeUs) return null;
    this.#head += 1;
    if (this.#head > 4096 && this.#head * 2 > this.#list.length) {
      this.#list = this.#list.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }

  #insert(draft: Draft): void {
    const list = this.#list;
    let at = list.length;
    // Nearly always at the end or close to it.
    while (at > this.#head && isBefore(draft, list[at - 1]!)) at -= 1;
    if (at === list.length) list.push(draft);
    else list.splice(at, 0, draft);
  }
}

function isBefore(a: Draft, b: Draft): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.seq < b.seq);
}
