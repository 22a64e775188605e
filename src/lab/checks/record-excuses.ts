import type {MessageFate} from '../ledger.ts';
import type {CheckResult, Evidence} from './check.ts';
import {brokenByDamage, type DamagedRecord, damagedRecords} from './damaged-records.ts';
import {brokenByHole, Holes, sayHole} from './holes.ts';
import {PromiseHistory} from './promises.ts';

interface Excused {
  readonly detail: string;
  readonly entryId: number;
}

/**
 * What excuses a finding about one message: its record has lost its properties, or lies in a hole of the log. The first of either is
 * the verdict where a check finds nothing worse.
 */
export class RecordExcuses {
  readonly #evidence: Evidence;
  #damaged: readonly DamagedRecord[] | null = null;
  #holes: Holes | null = null;
  #damage: (Excused & {readonly record: DamagedRecord}) | null = null;
  #hole: Excused | null = null;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /** Whether a finding is excused; it is kept then. */
  takes(
    {detail, entryId}: Excused,
    fate: MessageFate | undefined,
    isMeant: (record: DamagedRecord) => boolean,
  ): boolean {
    const {ledger, scenario, store} = this.#evidence;
    this.#damaged ??= damagedRecords(this.#evidence);
    const record = this.#damaged.find(isMeant);
    if (record !== undefined) {
      this.#damage ??= {detail, entryId, record};
      return true;
    }
    this.#holes ??= new Holes(ledger, new PromiseHistory(scenario, store), store);
    const hole = fate === undefined ? null : this.#holes.holeOf(fate);
    if (hole === null) return false;
    this.#hole ??= {detail: `${detail}: ${sayHole(hole)}`, entryId};
    return true;
  }

  /** What the check has come to by them; null where nothing had to be excused. */
  result(name: string, looked: number): CheckResult | null {
    if (this.#damage !== null) {
      const {detail, entryId, record} = this.#damage;
      return brokenByDamage(name, looked, detail, record, this.#evidence, entryId);
    }
    return this.#hole === null ? null : brokenByHole(name, looked, this.#hole.detail, this.#hole.entryId);
  }
}
