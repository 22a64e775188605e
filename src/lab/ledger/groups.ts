import type {FactOf} from '../../rocketmq/facts.ts';
import type {Holding, MessageFate} from './fate.ts';

/** Header and length in front of the record in an entry of a ledger. */
const ENTRY_HEADER_BYTES = 48;

/** A record as it lies in a leader's log, and the message that it is of. */
export interface LedgerRecord {
  readonly fate: MessageFate;
  readonly record: Pick<Holding, 'physicalOffset' | 'sizeBytes' | 'queueId' | 'queueOffset'>;
}

/**
 * Which message an entry of a ledger holds. Members tell of entries, by place and content; which message it is, only the leader
 * says that appended it first.
 */
export class GroupTrack {
  readonly #groups = new Map<string, Map<string, LedgerRecord>>();
  /** What a leader has appended and not told the message of yet: key by process and place. */
  readonly #untold = new Map<string, {readonly group: string; readonly key: string}>();

  appended(process: string, fact: FactOf<'dledger-appended'>): LedgerRecord | null {
    const {group, pos, bodyCrc} = fact;
    const key = `${pos} ${bodyCrc}`;
    if (fact.as === 'follower') return this.#groups.get(group)?.get(key) ?? null;
    this.#untold.set(`${process} ${pos}`, {group, key});
    return null;
  }

  /** What a cut has written as the last entry. */
  writtenWithCut(fact: FactOf<'dledger-truncated'>): LedgerRecord | null {
    return this.#groups.get(fact.group)?.get(`${fact.pos} ${fact.bodyCrc}`) ?? null;
  }

  /** A broker has stored a message; if in a ledger, its followers will get it from there. */
  stored(process: string, fate: MessageFate, record: LedgerRecord['record']): void {
    const place = `${process} ${record.physicalOffset - ENTRY_HEADER_BYTES}`;
    const untold = this.#untold.get(place);
    if (untold === undefined) return;
    this.#untold.delete(place);
    let records = this.#groups.get(untold.group);
    if (records === undefined) {
      records = new Map();
      this.#groups.set(untold.group, records);
    }
    const {physicalOffset, sizeBytes, queueId, queueOffset} = record;
    records.set(untold.key, {fate, record: {physicalOffset, sizeBytes, queueId, queueOffset}});
  }
}
