import type {FactOf} from '../../rocketmq/facts.ts';
import type {Holding, MessageFate} from './fate.ts';

/** Header and length in front of the record in an entry of a ledger. */
const ENTRY_HEADER_BYTES = 48;

/** A record as it lies in a leader's log, and the message that it is of. */
export interface LedgerRecord {
  readonly fate: MessageFate;
  readonly record: Pick<Holding, 'physicalOffset' | 'sizeBytes' | 'queueId' | 'queueOffset'>;
}

interface Told {
  readonly bodyCrc: number;
  readonly is: LedgerRecord;
}

/**
 * Which message an entry of a ledger holds. Members tell of entries, by place and content; which message it is, only the leader
 * says that appended it first.
 */
export class GroupTrack {
  /** By group and place: what leaders have put there, one after the other. */
  readonly #groups = new Map<string, Map<number, Told[]>>();
  /** By process and place: what a leader has appended and not told the message of yet. */
  readonly #untold = new Map<string, Map<number, {readonly group: string; readonly bodyCrc: number}>>();

  appended(process: string, fact: FactOf<'dledger-appended'>): LedgerRecord | null {
    const {group, pos, bodyCrc} = fact;
    if (fact.as === 'follower') return this.#recordAt(group, pos, bodyCrc);
    let untold = this.#untold.get(process);
    if (untold === undefined) {
      untold = new Map();
      this.#untold.set(process, untold);
    }
    untold.set(pos, {group, bodyCrc});
    return null;
  }

  /** What a cut has written as the last entry. */
  writtenWithCut({group, pos, bodyCrc}: FactOf<'dledger-truncated'>): LedgerRecord | null {
    return this.#recordAt(group, pos, bodyCrc);
  }

  /** A broker has stored a message; if in a ledger, its followers will get it from there. */
  stored(process: string, fate: MessageFate, record: LedgerRecord['record']): void {
    const pos = record.physicalOffset - ENTRY_HEADER_BYTES;
    const untold = this.#untold.get(process)?.get(pos);
    if (untold === undefined) return;
    this.#untold.get(process)!.delete(pos);
    let records = this.#groups.get(untold.group);
    if (records === undefined) {
      records = new Map();
      this.#groups.set(untold.group, records);
    }
    const {physicalOffset, sizeBytes, queueId, queueOffset} = record;
    const told = {
      bodyCrc: untold.bodyCrc,
      is: {fate, record: {physicalOffset, sizeBytes, queueId, queueOffset}},
    };
    const there = records.get(pos);
    if (there === undefined) records.set(pos, [told]);
    else there.push(told);
  }

  /** What was told last of an entry with that content. */
  #recordAt(group: string, pos: number, bodyCrc: number): LedgerRecord | null {
    const told = this.#groups.get(group)?.get(pos) ?? [];
    for (let i = told.length - 1; i >= 0; i -= 1) if (told[i]!.bodyCrc === bodyCrc) return told[i]!.is;
    return null;
  }
}
