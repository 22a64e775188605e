/**
 * Remedies for flaws of 0.2.2, each by itself. Those marked `later` are what a later DLedger does; the others are safer
 * behaviour that no release has. None changes a byte on the wire or the layout of a file.
 */
export const DLEDGER_FIXES = {
  /** Each leadership begins to compare at the log's end, and forgets what it had pushed in an earlier one. */
  'compare-afresh': {flaws: ['S1'], later: false},
  /** A follower appends and commits nothing until it has matched this leader, in this term and this life of the process. */
  'match-first': {flaws: ['S3', 'S4a', 'S4b', 'S12'], later: false},
  /** Cutting the log back wipes the header behind the cut, in data and index, so that no restart brings it back. */
  'wipe-after-cut': {flaws: ['S3'], later: false},
  /** A follower never cuts below what it has committed in this life: what it found at its start may be torn. */
  'keep-committed': {flaws: ['S1', 'S6'], later: false},
  /** A cut pulls the commit index back to the end of the log, and what was read of it is read anew. */
  'clamp-commit': {flaws: ['S6'], later: true},
  /** The leader looks at how long a follower's log is when it answers COMMIT, and compares again where that does not fit. */
  'heed-commit-reply': {flaws: ['S3', 'S12', 'S13'], later: false},
  /** The term file is written whole and synced before a vote is given; without it there is no vote. */
  'durable-vote': {flaws: ['S8'], later: false},
  /** Who has voted for itself and restarts asks for votes in a new term: what it led before it may have forgotten. */
  'new-term-after-restart': {flaws: ['S7'], later: false},
  /** Whoever waits for an append is told at once when this node stops leading. */
  'answer-on-step-down': {flaws: ['S9'], later: true},
  /** An append whose entry is the last one acknowledged is answered, even if its waiter came late. */
  'answer-at-quorum': {flaws: ['S10'], later: true},
  /** A leader that hears of a higher term steps down, even if a majority still follows it. */
  'heed-higher-term': {flaws: ['S2', 'S11'], later: true},
  /** A transferee takes over only once its log is as long as the leader's, or says that it cannot. */
  'transfer-when-caught-up': {flaws: ['S2', 'S11'], later: true},
  /** The preferred member is asked to take over only if it has acknowledged what the leader's log held a second ago. */
  'prefer-who-keeps-up': {flaws: ['S2', 'S16'], later: false},
  /** A full queue of pushes is refused instead of keeping a network thread; who does not follow keeps none. */
  'never-block-network': {flaws: ['S11'], later: true},
  /** A push that was answered is forgotten, so that it can be sent again. */
  'forget-answered-gap': {flaws: ['S12'], later: true},
  /** A leadership is judged by its own heartbeats, not by those of an earlier one. */
  'judge-own-heartbeats': {flaws: ['S15'], later: false},
  /** A cut pulls the flush position back as well. */
  'flush-after-cut': {flaws: ['flush-behind-cut'], later: true},
  /** An entry that the disk refuses halfway is forgotten whole, so that the next one fits. */
  'undo-half-append': {flaws: ['half-append'], later: false},
  /** No data file is deleted that holds what this member does not know to be committed, however full the disk. */
  'keep-uncommitted': {flaws: ['deleted-uncommitted'], later: false},
  /** A file of a log that the disk would not let go is removed once it does, so that no restart takes it for a part of the log. */
  'remove-left-behind': {flaws: ['file-left-behind'], later: false},
} as const satisfies Record<string, {readonly flaws: readonly string[]; readonly later: boolean}>;

export type DLedgerFix = keyof typeof DLEDGER_FIXES;

export function isDLedgerFix(name: string): name is DLedgerFix {
  return Object.hasOwn(DLEDGER_FIXES, name);
}
