import {broken, type CheckResult, held, nothing, type Verdict} from '../check.ts';

/**
 * Fault scenarios of DLedger 0.2.2 that a trace can convict, by what is known to cause them; `fixes`: any of these, on in the
 * member that it takes, or in all where it may be any, takes the excuse away, and the same is a defect of ours.
 */
export const KNOWN_FLAWS = {
  S1: {
    fixes: ['compare-afresh', 'keep-committed'],
    words: 'a leader compares where an earlier leadership left off',
  },
  S2: {
    fixes: ['heed-higher-term', 'transfer-when-caught-up'],
    words: 'a candidate of a higher term is one for ever',
  },
  S3: {fixes: ['wipe-after-cut'], words: 'entries that were cut off rise again with a restart'},
  S4a: {fixes: ['match-first'], words: 'a follower commits what it has not compared with its leader'},
  S4b: {
    fixes: ['match-first'],
    words: 'a follower appends behind entries that it has not compared with its leader',
  },
  S5: {fixes: [], words: 'an entry of an old term is committed by counting'},
  S6: {fixes: ['clamp-commit'], words: 'the commit index stays above the end of a log that was cut'},
  S7: {
    fixes: ['new-term-after-restart'],
    words: 'a leader that forgot its last entries leads the same term again',
  },
  S8: {fixes: ['durable-vote'], words: 'a vote is forgotten and given again'},
  S9: {fixes: ['answer-on-step-down'], words: 'who waits when a leadership ends hears nothing'},
  S10: {
    fixes: ['answer-at-quorum'],
    words: 'whose entry was committed before it was noted that somebody waits hears with the next entry',
  },
  S11: {
    fixes: ['never-block-network'],
    words: 'commit indexes that nobody takes in fill the network threads',
  },
  S12: {
    fixes: ['forget-answered-gap'],
    words: 'a gap is told once, and the push that showed it is refused as a repeated one for ever',
  },
  S13: {
    fixes: ['heed-commit-reply'],
    words: 'a leader with nothing to push does not look at a follower that was wiped',
  },
  S15: {
    fixes: ['judge-own-heartbeats'],
    words: 'a leadership is judged by the heartbeats of an earlier one, and the first by none',
  },
  S16: {
    fixes: ['prefer-who-keeps-up'],
    words: 'a leader hands over to a member that its pushes do not reach',
  },
  S21: {fixes: [], words: 'a member with files of another size refuses what it has written'},
  'flush-behind-cut': {
    fixes: ['flush-after-cut'],
    words:
      'a cut leaves the flush position beyond the end of the log, and nothing is flushed until it has grown back',
  },
  'half-append': {
    fixes: ['undo-half-append'],
    words: 'an entry that the disk refused halfway leaves its bytes behind, and no other fits any more',
  },
  'deleted-uncommitted': {
    fixes: ['keep-uncommitted'],
    words:
      'a leader deleted data files with entries that no majority had, and whoever begins behind them counts for them',
  },
} as const satisfies Record<string, {readonly fixes: readonly string[]; readonly words: string}>;

/** What a member warns of where the index of its ledger has not taken what its data files had taken: half-append. */
export const INDEX_REFUSED = /^E\w+: write \S+\/index\/\d{20}$/;

export type KnownFlaw = keyof typeof KNOWN_FLAWS;

/** Why something broke that a group should keep. */
export interface Cause {
  readonly verdict: Exclude<Verdict, 'held' | 'looked-at-nothing'>;
  /** A key of `KNOWN_FLAWS`, or of a flaw outside groups. */
  readonly flaw: string | null;
  /** English, for reports; follows what broke. */
  readonly text: string;
}

export interface Finding extends Cause {
  /** At which entry of the trace. */
  readonly entryId: number;
}

export const defect = (text: string): Cause => ({verdict: 'defect', flaw: null, text});
export const asConfigured = (text: string): Cause => ({verdict: 'lost-as-configured', flaw: null, text});

/** A known flaw, unless a remedy for it is on: then nothing excuses it. */
export function known(flaw: KnownFlaw, fixes: ReadonlySet<string>): Cause {
  const {words, fixes: remedies} = KNOWN_FLAWS[flaw];
  const remedy = (remedies as readonly string[]).find((name) => fixes.has(name));
  return remedy === undefined
    ? {verdict: 'known-flaw', flaw, text: `${flaw}: ${words}`}
    : defect(`${flaw} though ${remedy} is on: ${words}`);
}

const FINDINGS_KEPT = 50;
const GRAVEST: readonly Verdict[] = ['defect', 'known-flaw', 'lost-as-configured', 'unavailable-as-designed'];

/** What one check has looked at and found so far. */
export class Findings {
  readonly name: string;
  looked = 0;
  private count = 0;
  private readonly list: Finding[] = [];
  private gravest: Finding | null = null;

  constructor(name: string) {
    this.name = name;
  }

  add(entryId: number, cause: Cause, what: string): void {
    const finding = {...cause, entryId, text: `${what}: ${cause.text}`};
    this.count += 1;
    if (this.list.length < FINDINGS_KEPT) this.list.push(finding);
    const worst = this.gravest;
    if (worst === null || GRAVEST.indexOf(finding.verdict) < GRAVEST.indexOf(worst.verdict))
      this.gravest = finding;
  }

  result(heldText: string, nothingText: string): CheckResult {
    const {gravest, name, looked} = this;
    if (gravest === null) return looked === 0 ? nothing(name, nothingText) : held(name, looked, heldText);
    const more = this.count === 1 ? '' : `, and ${this.count - 1} more`;
    const result = broken(name, looked, gravest.verdict, `${gravest.text}${more}`, gravest.entryId);
    const told = {...result, findings: this.list};
    return gravest.flaw === null ? told : {...told, flaw: gravest.flaw};
  }
}
