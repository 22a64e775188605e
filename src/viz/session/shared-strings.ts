import type {TraceEntry} from '../../sim/trace.ts';

/** Beyond this many, strings are most likely all different (message ids, say), and remembering them would cost memory. */
const MOST = 4_096;
const LONGEST = 64;

/**
 * Makes equal strings of a trace one string. What crosses from a worker arrives with a string of its own in every field of every
 * entry: names of processes, kinds and paths a million times over, a quarter of what a long trace weighs.
 */
export class SharedStrings {
  readonly #known = new Map<string, string>();

  /** Changes the entries, which must be the caller's own; they are equal before and after. */
  share(entries: readonly TraceEntry[]): void {
    for (const entry of entries) {
      this.#shareIn(entry as unknown as Record<string, unknown>);
      if (entry.kind === 'fact') this.#shareIn(entry.fact as unknown as Record<string, unknown>);
    }
  }

  #shareIn(record: Record<string, unknown>): void {
    for (const key in record) {
      const value = record[key];
      if (typeof value !== 'string' || value.length > LONGEST) continue;
      const known = this.#known.get(value);
      if (known !== undefined) record[key] = known;
      else if (this.#known.size < MOST) this.#known.set(value, value);
    }
  }
}
