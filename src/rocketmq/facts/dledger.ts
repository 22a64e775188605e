/** What members of DLedger groups report; `group` and `selfId` name the one that does. */
export type DLedgerFact =
  | {
      /** The log was opened. What it recovered as its own may hold what others never had, or have cut off (S3). */
      readonly kind: 'dledger-recovered';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly votedFor: string | null;
      readonly beginIndex: number;
      readonly endIndex: number;
      readonly endTerm: number;
      readonly committedIndex: number;
    }
  | {
      /** A role event; `from` may be the same role. `term` is the event's, which the current term may be behind. */
      readonly kind: 'dledger-role-changed';
      readonly group: string;
      readonly selfId: string;
      readonly from: DLedgerRoleName;
      readonly role: DLedgerRoleName;
      readonly term: number;
      readonly currTerm: number;
      readonly leaderId: string | null;
    }
  | {
      readonly kind: 'dledger-term-changed';
      readonly group: string;
      readonly selfId: string;
      readonly from: number;
      readonly term: number;
    }
  | {
      readonly kind: 'dledger-votes-requested';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly ledgerEndIndex: number;
      readonly ledgerEndTerm: number;
    }
  | {
      /** The voter reports. */
      readonly kind: 'dledger-vote-answered';
      readonly group: string;
      readonly selfId: string;
      readonly candidate: string;
      readonly term: number;
      readonly result: DLedgerVoteResultName;
      readonly answeredTerm: number;
    }
  | {
      readonly kind: 'dledger-vote-round-ended';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly result: 'WAIT_TO_REVOTE' | 'REVOTE_IMMEDIATELY' | 'PASSED' | 'WAIT_TO_VOTE_NEXT';
      readonly members: number;
      readonly answers: number;
      readonly valid: number;
      readonly accepted: number;
      readonly notReady: number;
      readonly biggerLedger: number;
      readonly alreadyHasLeader: boolean;
      readonly maxTerm: number;
      readonly tookMs: number;
      /** Until this candidate may ask again. */
      readonly nextInMs: number;
    }
  | {
      /** A leader's round of heartbeats that did not get its majority. */
      readonly kind: 'dledger-heartbeat-missed';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      /** How many others said that they follow, and how many answered or failed at all. */
      readonly followers: number;
      readonly answers: number;
      readonly verdict: 'quorum' | 'ask-again' | 'higher-term' | 'inconsistent-leader' | 'missed';
    }
  | {
      /** A follower gives its leader up. */
      readonly kind: 'dledger-leader-lost';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly silentMs: number;
    }
  | {
      readonly kind: 'dledger-appended';
      readonly group: string;
      readonly selfId: string;
      readonly as: 'leader' | 'follower';
      readonly index: number;
      readonly term: number;
      readonly pos: number;
      readonly sizeBytes: number;
      /** By which two entries of one index and term are told apart. */
      readonly bodyCrc: number;
    }
  | {
      /** On the leader: a peer has everything up to `index`, or so its answers are read. */
      readonly kind: 'dledger-acknowledged';
      readonly group: string;
      readonly selfId: string;
      readonly peer: string;
      readonly term: number;
      readonly index: number;
    }
  | {
      readonly kind: 'dledger-committed';
      readonly group: string;
      readonly selfId: string;
      /** -1, only with the remedy `clamp-commit`: a cut has left nothing of what was committed. */
      readonly index: number;
      /** Of the entry that stands at that index here. */
      readonly term: number;
      readonly committedPos: number;
    }
  | {
      /** On the leader: what it does with a peer's log from now on. `index` -1 in COMPARE: its own last. */
      readonly kind: 'dledger-push-state';
      readonly group: string;
      readonly selfId: string;
      readonly peer: string;
      readonly term: number;
      readonly state: 'COMPARE' | 'TRUNCATE' | 'APPEND';
      readonly index: number;
    }
  | {
      readonly kind: 'dledger-compared';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly term: number;
      readonly index: number;
      readonly isSame: boolean;
      readonly endIndex: number;
    }
  | {
      /** The log was cut so that one entry is its last, which `wasThere` or was written with the cut. */
      readonly kind: 'dledger-truncated';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly term: number;
      readonly fromEndIndex: number;
      readonly endIndex: number;
      readonly entryTerm: number;
      readonly pos: number;
      readonly sizeBytes: number;
      readonly bodyCrc: number;
      readonly wasThere: boolean;
      readonly committedIndex: number;
    }
  | {
      readonly kind: 'dledger-append-refused' /** Nothing was written. */;
      readonly group: string;
      readonly selfId: string;
      readonly code: number;
      readonly leaderId: string | null;
    }
  | {
      readonly kind: 'dledger-append-failed' /** What was written may be committed yet. */;
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly index: number;
      readonly code: number;
    }
  | {
      readonly kind: 'dledger-transfer' /** On the leader that hands over. */;
      readonly group: string;
      readonly selfId: string;
      readonly transferee: string;
      readonly term: number;
      readonly what: 'begun' | 'ended';
      readonly code: number;
    }
  | {
      /** Only with `keep-committed`: its leader wants it to cut below what it has committed in this life. */
      readonly kind: 'dledger-cut-refused';
      readonly group: string;
      readonly selfId: string;
      readonly leaderId: string;
      readonly term: number;
      /** That would be its last. */
      readonly index: number;
      readonly committedIndex: number;
    }
  | {
      /** Data files in front were deleted, for their age or because the disk fills up. */
      readonly kind: 'dledger-trimmed';
      readonly group: string;
      readonly selfId: string;
      readonly fromBeginIndex: number;
      readonly beginIndex: number;
      readonly minPhysicalOffset: number;
      readonly committedIndex: number;
    }
  | {
      /** The queue of pushes is full: one more of the threads that serve all requests waits for room in it. */
      readonly kind: 'dledger-thread-blocked';
      readonly group: string;
      readonly selfId: string;
      readonly blocked: number;
      readonly threads: number;
    };

export type DLedgerRoleName = 'CANDIDATE' | 'LEADER' | 'FOLLOWER';
export type DLedgerVoteResultName =
  | 'UNKNOWN'
  | 'ACCEPT'
  | 'REJECT_UNKNOWN_LEADER'
  | 'REJECT_UNEXPECTED_LEADER'
  | 'REJECT_EXPIRED_VOTE_TERM'
  | 'REJECT_ALREADY_VOTED'
  | 'REJECT_ALREADY_HAS_LEADER'
  | 'REJECT_TERM_NOT_READY'
  | 'REJECT_TERM_SMALL_THAN_LEDGER'
  | 'REJECT_EXPIRED_LEDGER_TERM'
  | 'REJECT_SMALL_LEDGER_END_INDEX'
  | 'REJECT_TAKING_LEADERSHIP';
