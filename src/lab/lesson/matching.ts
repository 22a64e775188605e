import {requestCodeName} from '../../rocketmq/remoting/codes.ts';
import type {TraceEntry} from '../../sim/trace.ts';
import type {CheckResult} from '../checks/check.ts';
import type {LedgerTrack} from '../ledger.ts';
import {accepts, fieldOf} from '../scenario/matcher.ts';
import {readDuration} from '../scenario/units.ts';
import type {TraceStore} from '../trace-store.ts';
import {firstAfter, type TraceIndex} from '../view/trace-index.ts';
import type {ConditionFile, WhoFile} from './schema.ts';

/** A run as lessons look at it. Index and ledger have taken in the whole store. */
export interface RunEvidence {
  readonly store: TraceStore;
  readonly index: TraceIndex;
  readonly ledger: LedgerTrack;
  /** Results of the scenario's checks. */
  readonly checks: readonly CheckResult[];
  /** The run beside, in a lesson that opens with two. */
  readonly beside?: RunEvidence | null;
}

/** The run that something is looked for in; null where there is none beside. */
export function runOf(where: {readonly in?: 'beside' | undefined}, run: RunEvidence): RunEvidence | null {
  return where.in === 'beside' ? (run.beside ?? null) : run;
}

/**
 * Ids of all entries that fit, in order, `nth` left aside. A time fits the last entry at or before it. The ids are those of
 * the run that the condition is of.
 */
export function matchesOf(condition: ConditionFile, left: RunEvidence): number[] {
  const run = runOf(condition, left);
  return run === null ? [] : matchesIn(condition, run);
}

function matchesIn(condition: ConditionFile, run: RunEvidence): number[] {
  const {store, index} = run;
  let from = 0;
  if (condition.after !== undefined) {
    from = momentOf(condition.after, run);
    if (from === 0) return [];
  }
  let end = Number.POSITIVE_INFINITY;
  if (condition.before !== undefined) {
    end = momentOf(condition.before, run);
    if (end === 0) return [];
  }
  const process = condition.process === undefined ? undefined : processNamed(condition.process, run);
  if (process === null) return [];
  if (condition.time !== undefined) {
    const at = firstAfter(store.entries, store.lastId, readDuration(condition.time) ?? 0);
    return from < at && at < end ? [at] : [];
  }
  if (condition.leadsTo !== undefined) {
    let id = momentOf(condition.leadsTo, run);
    for (id = store.entry(id)?.cause ?? 0; from < id; id = store.entry(id)!.cause) {
      if (id < end && fits(condition, process, store.entry(id)!, index)) return [id];
    }
    return [];
  }
  const matches: number[] = [];
  for (const id of candidates(condition, index, store)) {
    if (id <= from) continue;
    if (end <= id) break;
    if (fits(condition, process, store.entry(id)!, index)) matches.push(id);
  }
  return matches;
}

/** The entry that a condition names; 0 if there is none. */
export function momentOf(condition: ConditionFile, run: RunEvidence): number {
  const matches = matchesOf(condition, run);
  return (condition.nth === 'last' ? matches.at(-1) : matches[(condition.nth ?? 1) - 1]) ?? 0;
}

/** The process that is meant; null where it is that of a moment which the run does not have. */
export function processNamed(who: WhoFile, run: RunEvidence | null): string | null {
  if (typeof who === 'string') return who;
  const entry = run?.store.entry(momentOf(who.of, run));
  return entry !== undefined && 'process' in entry ? entry.process : null;
}

/** The machine that is meant: one that an entry is of, or on which its process is. */
export function machineNamed(who: WhoFile, run: RunEvidence | null): string | null {
  if (typeof who === 'string') return who;
  const entry = run?.store.entry(momentOf(who.of, run));
  if (run === null || entry === undefined) return null;
  if ('machine' in entry) return entry.machine;
  for (const id of 'process' in entry ? run.index.kindEntries('process-added') : []) {
    const added = run.store.entry(id)!;
    if (added.kind === 'process-added' && 'process' in entry && added.process === entry.process)
      return added.machine;
  }
  return null;
}

function candidates(condition: ConditionFile, index: TraceIndex, store: TraceStore): readonly number[] {
  if (condition.fact !== undefined) return index.factEntries(condition.fact as never);
  if (condition.frame !== undefined) return index.frames;
  const kind = condition.entry as TraceEntry['kind'] | undefined;
  if (kind === undefined || kind === 'fact') return store.entries.map((entry) => entry.id);
  return index.kindEntries(kind);
}

function fits(
  condition: ConditionFile,
  process: string | undefined,
  entry: TraceEntry,
  index: TraceIndex,
): boolean {
  if (process !== undefined && (!('process' in entry) || entry.process !== process)) return false;
  if (condition.entry !== undefined && entry.kind !== condition.entry) return false;
  let data: unknown = entry;
  if (condition.fact !== undefined) {
    if (entry.kind !== 'fact' || entry.fact.kind !== condition.fact) return false;
    data = entry.fact;
  } else if (condition.frame !== undefined) {
    if (requestCodeName(index.requestCodeOf(entry.id)) !== condition.frame) return false;
    if (condition.form === undefined && condition.where === undefined) return true;
    data = index.frame(entry.id);
    if (condition.form !== undefined && fieldOf(data, 'form') !== condition.form) return false;
  }
  for (const [name, wanted] of Object.entries(condition.where ?? {})) {
    if (!accepts(wanted, fieldOf(data, name))) return false;
  }
  return true;
}

/** When a condition's moment is; null if there is none. */
export function timeOf(condition: ConditionFile, run: RunEvidence): number | null {
  const id = momentOf(condition, run);
  return id === 0 ? null : runOf(condition, run)!.store.entry(id)!.atUs;
}

/** The data that a matched entry's fields are read from: its fact, the frame it sends, or itself. */
export function dataOf(condition: ConditionFile, entryId: number, left: RunEvidence): unknown {
  const run = runOf(condition, left);
  const entry = run?.store.entry(entryId);
  if (run === null || entry === undefined) return undefined;
  if (condition.frame !== undefined) return run.index.frame(entryId);
  return entry.kind === 'fact' ? entry.fact : entry;
}
