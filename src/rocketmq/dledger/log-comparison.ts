/** The first and the last entry of a log; both -1 while it is empty. */
export interface LogEnds {
  readonly beginIndex: number;
  readonly endIndex: number;
}

export interface ComparisonStep {
  /** Push what comes behind the entry; have the follower cut its log there; or compare that entry next. */
  readonly kind: 'append' | 'truncate' | 'compare';
  readonly index: number;
}

/** The entry with which to compare: where an earlier comparison left off (S1), if that is in the log, or else its last. */
export function comparedFirst(leftOffAt: number, own: LogEnds): number {
  const isInLog = leftOffAt !== -1 && own.beginIndex <= leftOffAt && leftOffAt <= own.endIndex;
  return isInLog ? leftOffAt : own.endIndex;
}

/**
 * What follows from a follower's answer about one entry. The search goes backwards entry by entry, and ends at the leader's
 * beginning whatever the follower has.
 * Source: DLedger 0.2.2 `DLedgerEntryPusher.EntryDispatcher#doCompare`.
 */
export function afterCompared(
  index: number,
  isEqual: boolean,
  own: LogEnds,
  follower: LogEnds,
): ComparisonStep {
  const fromTheBeginning: ComparisonStep = {kind: 'truncate', index: own.beginIndex};
  if (isEqual && index === follower.endIndex) return {kind: 'append', index};
  // Deleted while the question was under way.
  if (index < own.beginIndex) return fromTheBeginning;
  // Whatever the follower has behind it goes, committed or not.
  if (isEqual) return {kind: 'truncate', index};
  const isApart = follower.endIndex < own.beginIndex || own.endIndex < follower.beginIndex;
  if (isApart || index < follower.beginIndex) return fromTheBeginning;
  const next = Math.min(index - 1, follower.endIndex);
  return next < own.beginIndex ? fromTheBeginning : {kind: 'compare', index: next};
}
