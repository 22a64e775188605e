import {factOf, numberField, textField} from './fact-of-entry.ts';
import {upperBound} from './ordered.ts';
import type {StageFrame, StageIndex} from './stage-index.ts';

export type MemberRole = 'LEADER' | 'FOLLOWER' | 'CANDIDATE';

/** A stretch in which a member of a DLedger group had one role in one term; `toUs` is null while it lasts. */
export interface RoleSpan {
  readonly fromUs: number;
  toUs: number | null;
  readonly role: MemberRole;
  readonly term: number;
  readonly entry: number;
}

const HEART_BEAT = 51002;

/** What the stage asks of the past of DLedger groups. Append-only; `extend` after the index has grown. */
class MemberHistory {
  /** Roles and terms of each member, in order of time. */
  readonly spans = new Map<string, RoleSpan[]>();
  /** When heartbeats of a leader came to a member of its group, ascending. */
  readonly heard = new Map<string, number[]>();
  /** When a leader had a majority of answers to one round of heartbeats, ascending. */
  readonly majorities = new Map<string, number[]>();
  readonly #index: StageIndex;
  /** Members of the group that a leader was elected in. */
  readonly #sizes = new Map<string, number>();
  /** A leader's present round: when it was sent, and who follows. */
  readonly #rounds = new Map<string, {sentUs: number; followers: Set<string>}>();
  #read = 0;

  constructor(index: StageIndex) {
    this.#index = index;
  }

  extend(): void {
    const {entries} = this.#index.trace;
    while (this.#read < this.#index.entryCount) {
      const entry = entries[this.#read++]!;
      if (entry.kind === 'bytes-arrived') {
        const frame = this.#index.frameBySent(entry.sent);
        if (frame?.requestCode === HEART_BEAT) this.#heartbeat(frame, entry.atUs);
      } else if (entry.kind === 'process-ended') {
        this.#end(entry.process, entry.atUs);
        this.#rounds.delete(entry.process);
      } else if (entry.kind === 'fact') {
        const fact = factOf(entry)!;
        if (fact.kind === 'dledger-recovered')
          this.#begin(entry.process, entry.atUs, 'CANDIDATE', numberField(fact, 'term'), entry.id);
        else if (fact.kind === 'dledger-term-changed')
          this.#begin(entry.process, entry.atUs, null, numberField(fact, 'term'), entry.id);
        else if (fact.kind === 'dledger-role-changed') {
          const role = textField(fact, 'role') as MemberRole;
          this.#begin(entry.process, entry.atUs, role, numberField(fact, 'currTerm'), entry.id);
        } else if (fact.kind === 'dledger-vote-round-ended')
          this.#sizes.set(entry.process, numberField(fact, 'members'));
      }
    }
  }

  /** The last of ascending times at or before a moment; null if there is none. */
  lastOf(times: ReadonlyMap<string, readonly number[]>, process: string, timeUs: number): number | null {
    const known = times.get(process) ?? [];
    return known[upperBound(known, timeUs, (us) => us) - 1] ?? null;
  }

  #begin(process: string, atUs: number, role: MemberRole | null, term: number, entry: number): void {
    const spans = this.spans.get(process) ?? [];
    this.spans.set(process, spans);
    const last = spans[spans.length - 1];
    const isOpen = last !== undefined && last.toUs === null;
    const next = role ?? (isOpen ? last.role : 'CANDIDATE');
    if (isOpen && last.role === next && last.term === term) return;
    this.#end(process, atUs);
    spans.push({fromUs: atUs, toUs: null, role: next, term, entry});
  }

  #end(process: string, atUs: number): void {
    const spans = this.spans.get(process) ?? [];
    const last = spans[spans.length - 1];
    if (last !== undefined && last.toUs === null) last.toUs = atUs;
  }

  #heartbeat(frame: StageFrame, atUs: number): void {
    if (frame.form === 'request') {
      pushTo(this.heard, frame.to, atUs);
      const round = this.#rounds.get(frame.from);
      if (round?.sentUs !== frame.sentUs)
        this.#rounds.set(frame.from, {sentUs: frame.sentUs, followers: new Set()});
      return;
    }
    const round = this.#rounds.get(frame.to);
    if (round === undefined || !this.#index.summaryOf(frame.sent).name.endsWith(' SUCCESS')) return;
    round.followers.add(frame.from);
    // The leader is one who follows.
    const quorum = Math.floor((this.#sizes.get(frame.to) ?? 1) / 2) + 1;
    if (round.followers.size + 1 === quorum) pushTo(this.majorities, frame.to, atUs);
  }
}

const histories = new WeakMap<StageIndex, MemberHistory>();

/** The history of a run, up to what its index has read. */
export function historyOf(index: StageIndex): MemberHistory {
  let history = histories.get(index);
  if (history === undefined) {
    history = new MemberHistory(index);
    histories.set(index, history);
  }
  history.extend();
  return history;
}

function pushTo(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
