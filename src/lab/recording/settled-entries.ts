import type {TraceEntry} from '../../sim/trace.ts';
import type {TraceChunk} from '../trace-store.ts';
import {GrowingInts} from '../view/growing-ints.ts';
import {type Draft, Drafts} from './reordering.ts';

/** So long an entry waits for its arrival to be recorded, before it is shown as one that is still under way. */
const PATIENCE_US = 1_000_000;

/** Turns drafts into entries once their places in the history are sure, and hands these out in chunks. */
export class SettledEntries {
  readonly drafts = new Drafts();
  /** Entry of each record; 0 where it has none of its own. */
  readonly #entryOf = new GrowingInts();
  #entries: TraceEntry[] = [];
  #bytes: Uint8Array[] = [];
  #chunkFrom = 0;
  #chunkBytes = 0;
  #count = 0;
  #horizonUs = 0;

  constructor() {
    this.#entryOf.push(0);
  }

  get count(): number {
    return this.#count;
  }

  /** Nothing before this moment is still to come. */
  get horizonUs(): number {
    return this.#horizonUs;
  }

  /** Another record is read, whose entry may be a cause. */
  recordRead(): void {
    this.#entryOf.push(0);
  }

  /** All drafts before a moment have their places. */
  settle(beforeUs: number): void {
    for (;;) {
      const draft = this.drafts.next(beforeUs, PATIENCE_US);
      if (draft === null) break;
      this.#place(draft);
    }
    const settledUs = Math.min(beforeUs, this.drafts.firstUs);
    if (Number.isFinite(settledUs)) this.#horizonUs = Math.max(this.#horizonUs, settledUs);
  }

  #place(draft: Draft): void {
    const id = ++this.#count;
    draft.id = id;
    if (draft.record !== 0) this.#entryOf.set(draft.record, id);
    const {body, bytes} = draft;
    const cause = this.#causeOf(draft, id);
    if (body.kind === 'bytes-sent') {
      const ref = {offset: this.#chunkFrom + this.#chunkBytes, length: bytes!.length};
      this.#bytes.push(bytes!);
      this.#chunkBytes += ref.length;
      const arrivesUs = draft.awaitsArrival ? -1 : body.arrivesUs;
      this.#entries.push({id, atUs: draft.atUs, cause, ...body, bytes: ref, arrivesUs});
      return;
    }
    const sent = draft.of === null ? {} : {sent: draft.of.id};
    this.#entries.push({id, atUs: draft.atUs, cause, ...body, ...sent} as TraceEntry);
  }

  /** The root causes what nothing recorded does. */
  #causeOf({cause}: Draft, id: number): number {
    if (id === 1) return 0;
    const known = cause === null ? 0 : typeof cause === 'number' ? this.#entryOf.at(cause) : cause.id;
    return known > 0 && known < id ? known : 1;
  }

  /** The history is whole, and lasts so long. */
  finish(durationUs: number): void {
    this.settle(Number.POSITIVE_INFINITY);
    this.#horizonUs = durationUs;
  }

  /** What has come since the last cut. */
  cut(): TraceChunk {
    const bytes = new Uint8Array(this.#chunkBytes);
    let at = 0;
    for (const part of this.#bytes) {
      bytes.set(part, at);
      at += part.length;
    }
    const chunk = {
      fromEntry: this.#count - this.#entries.length + 1,
      entries: this.#entries,
      bytesFrom: this.#chunkFrom,
      bytes,
    };
    this.#chunkFrom += this.#chunkBytes;
    this.#chunkBytes = 0;
    this.#entries = [];
    this.#bytes = [];
    return chunk;
  }
}
