import type {FactKind} from '../rocketmq/facts.ts';
import type {BytesRef, TraceEntry, TraceReader} from '../sim/trace.ts';
import {KindColumn, type Kinds, type Picked, type PlainKind} from './by-kind.ts';

/** A continuation of a trace: plain data, so that it can cross to another thread. */
export interface TraceChunk {
  /** Entries in order, the first with id `fromEntry`. */
  readonly fromEntry: number;
  readonly entries: readonly TraceEntry[];
  /** What the entries' `BytesRef`s point at: position 0 here is position `bytesFrom` of the arena. */
  readonly bytesFrom: number;
  readonly bytes: Uint8Array;
}

/**
 * Cuts everything from entry `fromEntry` (ids begin at 1) to the end out of a trace. Bytes are copied, so that
 * `chunk.bytes.buffer` may be transferred.
 */
export function cutTraceChunk(trace: TraceReader, fromEntry: number): TraceChunk {
  const entries = trace.entries.slice(fromEntry - 1);
  let from = -1;
  let end = 0;
  for (const entry of entries) {
    if (entry.kind !== 'bytes-sent') continue;
    if (from === -1) from = entry.bytes.offset;
    end = entry.bytes.offset + entry.bytes.length;
  }
  if (from === -1) return {fromEntry, entries, bytesFrom: 0, bytes: new Uint8Array(0)};
  const bytes = new Uint8Array(end - from);
  for (const entry of entries) {
    if (entry.kind === 'bytes-sent') bytes.set(trace.bytes(entry.bytes), entry.bytes.offset - from);
  }
  return {fromEntry, entries, bytesFrom: from, bytes};
}

/** A trace on the reading side, fed by chunks; or one that is here whole. Append-only. */
export class TraceStore implements TraceReader {
  readonly #entries: TraceEntry[];
  /** A history that is here whole: its bytes are read where they lie. */
  readonly #whole: TraceReader | null;
  readonly #chunks: {readonly from: number; readonly bytes: Uint8Array}[] = [];
  readonly #kinds = new KindColumn();
  #byteCount = 0;

  constructor(whole: TraceReader | null = null) {
    this.#whole = whole;
    this.#entries = whole === null ? [] : whole.entries.slice();
  }

  get entries(): readonly TraceEntry[] {
    return this.#entries;
  }

  /** Id of the last entry; 0 when empty. */
  get lastId(): number {
    return this.#entries.length;
  }

  /** What kind each entry is of. */
  get kinds(): KindColumn {
    this.#kinds.extend(this.#entries);
    return this.#kinds;
  }

  /** The entries of some kinds, and those with facts of some kinds, in their order. */
  pick<K extends PlainKind = never, F extends FactKind = never>(asked: Kinds<K, F>): Picked<K, F>[] {
    const picked: Picked<K, F>[] = [];
    for (const id of this.kinds.idsOf(asked)) picked.push(this.#entries[id - 1] as Picked<K, F>);
    return picked;
  }

  /** Bytes that chunks have brought. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Takes the next chunk. Throws if it does not continue where the store ends: chunks were lost or mixed up. */
  append(chunk: TraceChunk): void {
    if (chunk.fromEntry !== this.#entries.length + 1) {
      throw new Error(`chunk begins at entry ${chunk.fromEntry}, expected ${this.#entries.length + 1}`);
    }
    if (this.#whole !== null) throw new Error('a history that is whole takes no more');
    for (const entry of chunk.entries) this.#entries.push(entry);
    if (chunk.bytes.length > 0) this.#chunks.push({from: chunk.bytesFrom, bytes: chunk.bytes});
    this.#byteCount += chunk.bytes.length;
  }

  entry(id: number): TraceEntry | undefined {
    return this.#entries[id - 1];
  }

  bytes(ref: BytesRef): Uint8Array {
    if (this.#whole !== null) return this.#whole.bytes(ref);
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#chunks[middle]!.from <= ref.offset) low = middle;
      else high = middle - 1;
    }
    const chunk = this.#chunks[low];
    if (chunk === undefined) return new Uint8Array(0);
    const start = ref.offset - chunk.from;
    return chunk.bytes.subarray(start, start + ref.length);
  }
}

/** A store over a trace as it stands, whose bytes are not copied. */
export function storeOf(trace: TraceReader): TraceStore {
  return new TraceStore(trace);
}
