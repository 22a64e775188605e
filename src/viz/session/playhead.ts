import type {TraceEntry} from '../../sim/trace.ts';

/** The moment shown: a time, and the last entry taken into account. Several entries may share a microsecond. */
export interface Playhead {
  readonly us: number;
  readonly entryId: number;
}

export const BEGIN: Playhead = {us: 0, entryId: 0};

/** Whether a place lies before another. Of two in one silence between entries, the earlier time. */
export function isBefore(a: Playhead, b: Playhead): boolean {
  return a.entryId < b.entryId || (a.entryId === b.entryId && a.us < b.us);
}

/**
 * Whether one step forward or back stops at an entry. A timer's running shows only in what comes of it, and what is done to a
 * file is part of what a fact tells: an append, a flush, a vote that is kept. Nor does what Linux writes back unasked: the
 * inspector of its machine shows it.
 */
export function isStop(entry: TraceEntry): boolean {
  switch (entry.kind) {
    case 'timer-ran':
    case 'end-arrived':
    case 'disk-write':
    case 'disk-truncate':
    case 'disk-rename':
    case 'disk-remove':
    case 'disk-sync':
    case 'disk-write-back':
      return false;
    case 'disk-synced':
    case 'disk-written-back':
      return entry.failure !== null;
    default:
      return true;
  }
}

/**
 * The entry that a step of `by` (±1) from `entryId` leads to; null at the ends of what is known. Stepping back from the first
 * stop leads to 0, before everything.
 */
export function stepFrom(entries: readonly TraceEntry[], entryId: number, by: 1 | -1): number | null {
  if (by === 1) {
    for (let id = entryId + 1; id <= entries.length; id += 1) if (isStop(entries[id - 1]!)) return id;
    return null;
  }
  if (entryId === 0) return null;
  for (let id = Math.min(entryId, entries.length + 1) - 1; id >= 1; id -= 1) {
    if (isStop(entries[id - 1]!)) return id;
  }
  return 0;
}
