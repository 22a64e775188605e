import type {Holding, LedgerTrack, MessageFate} from '../ledger.ts';
import type {TraceStore} from '../trace-store.ts';
import {broken, type CheckResult} from './check.ts';
import {isLostAt, type LostPages, lostPages} from './lost-pages.ts';
import type {PromiseHistory} from './promises.ts';

/** The name of the flaw: what recovery finds counts as flushed, also where only the page cache has it. */
export const RECOVERED_COUNTS_AS_FLUSHED = 'recovered-counts-as-flushed';

/** A pull brings so many messages unless told otherwise. */
const BATCH_MAX = 32;

/**
 * Holes that a power cut has torn into logs where nobody had synced them any more, since a broker that was killed had written there
 * and its next life took that for flushed. Recovery ends at a hole, so everything behind it goes too, synced or not.
 */
export class Holes {
  readonly #promises: PromiseHistory;
  readonly #ledger: LedgerTrack;
  readonly #lost: readonly LostPages[];
  #torn: Map<string, Map<number, Holding>> | null = null;
  /** The lowest copy that was found missing, by broker and finding. */
  readonly #lowest = new Map<string, Holding>();

  constructor(ledger: LedgerTrack, promises: PromiseHistory, store: TraceStore) {
    this.#ledger = ledger;
    this.#promises = promises;
    this.#lost = lostPages(store);
    for (const {holdings} of ledger.messages.values()) {
      for (const holding of holdings) {
        if (holding.taken?.by !== 'power-loss' || holding.taken.isAmid) continue;
        const key = `${holding.process} ${holding.taken.entryId}`;
        const lowest = this.#lowest.get(key);
        if (lowest === undefined || holding.physicalOffset < lowest.physicalOffset)
          this.#lowest.set(key, holding);
      }
    }
  }

  /**
   * A copy that lies in a hole and was not found missing: recovery begins at a late file of the log, and does not look at those
   * before. Proven as far as the trace goes: nobody had synced it, and the power took pages of its very file. For a copy that would
   * come to a consumer in one batch with such a one, after it: that one, since a client drops a batch from there on.
   */
  holeOf({topic, holdings}: MessageFate): Holding | null {
    for (const {process, queueId, queueOffset, taken} of holdings) {
      if (taken !== null && !taken.isAmid) continue;
      const torn = this.#tornPlaces().get(`${process} ${topic} ${queueId}`);
      for (let place = queueOffset; torn !== undefined && queueOffset - BATCH_MAX < place; place -= 1) {
        const hole = torn.get(place);
        if (hole !== undefined) return hole;
      }
    }
    return null;
  }

  /** By broker, topic and queue, and by place in it. */
  #tornPlaces(): ReadonlyMap<string, ReadonlyMap<number, Holding>> {
    if (this.#torn !== null) return this.#torn;
    this.#torn = new Map();
    for (const {topic, holdings} of this.#ledger.messages.values()) {
      for (const holding of holdings) {
        if ((holding.taken !== null && !holding.taken.isAmid) || !this.#isTorn(holding)) continue;
        const queue = `${holding.process} ${topic} ${holding.queueId}`;
        const places = this.#torn.get(queue) ?? new Map<number, Holding>();
        this.#torn.set(queue, places.set(holding.queueOffset, holding));
      }
    }
    return this.#torn;
  }

  #isTorn(holding: Holding): boolean {
    const {physicalOffset, durableEntryId} = holding;
    const of = this.#promises.of(holding);
    return this.#lost.some(
      (pages) =>
        isLostAt(pages, of?.machine, physicalOffset) &&
        durableEntryId < pages.powerLostId &&
        this.#promises.isFalselyFlushed(holding),
    );
  }

  /** The hole behind which every copy of a message lay that is not explained otherwise; null where one was not behind any. */
  behindWhich({holdings}: MessageFate, isExplained: (holding: Holding) => boolean): Holding | null {
    let hole: Holding | null = null;
    for (const holding of holdings) {
      if (holding.taken === null || isExplained(holding)) continue;
      const lowest = this.#lowest.get(`${holding.process} ${holding.taken.entryId}`);
      if (lowest === undefined || holding.physicalOffset <= lowest.physicalOffset) return null;
      if (!this.#promises.isFalselyFlushed(lowest)) return null;
      hole = lowest;
    }
    return hole;
  }
}

/** That the check is broken by the flaw and by nothing else. */
export function brokenByHole(
  name: string,
  looked: number,
  detail: string,
  brokenAtEntry: number,
): CheckResult {
  return {...broken(name, looked, 'known-flaw', detail, brokenAtEntry), flaw: RECOVERED_COUNTS_AS_FLUSHED};
}

export function sayHole({process, physicalOffset}: Holding): string {
  return `${process} had come back from a kill and taken what it found for flushed, so nobody synced what lay at ${physicalOffset}; the power cut took that, and recovery ends there, or does not look there`;
}
