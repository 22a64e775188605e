import type {Cause} from './findings.ts';
import {isSameEntry, type LogEntry, type LogTaker, type MemberLog} from './member-log.ts';

/** What has befallen a member's machine since its log was last read from the disk. */
export interface Calamity {
  readonly by: Exclude<LogTaker, 'cut' | 'deleted' | 'nothing-known'>;
  readonly entryId: number;
}

export interface Loss {
  readonly by: LogTaker;
  readonly entryId: number;
  readonly entry: LogEntry;
  readonly cause: Cause;
}

export interface Member {
  readonly id: string;
  readonly process: string;
  readonly fixes: ReadonlySet<string>;
  readonly log: MemberLog;
  committedIndex: number;
  /** Below it, it has deleted its data files, or was told to begin there. */
  beginIndex: number;
  leads: boolean;
  /** Started, and has not told yet what its log holds. */
  opening: boolean;
  /** By term: whom it gave its vote. */
  readonly votes: Map<number, string>;
  /** What its machine went through before it told of its log again. */
  calamity: Calamity | null;
  /** It came back without the vote of its last term. */
  forgotVoteOf: number;
  lostDisk: boolean;
  /** Its log was cut since it was last read from the disk. */
  wasCut: boolean;
  readonly losses: Loss[];
}

export interface Committed {
  readonly entry: LogEntry;
  /** Of the leader that counted it. */
  readonly term: number;
  /** Who had it at that time, or has had it since. */
  readonly holders: Set<string>;
}

export interface Reign {
  readonly leader: string;
  /** It has told of its log anew since, with entries of that term gone. */
  forgot: boolean;
}

/** What the members of one DLedger group have told so far, as far as it is needed to judge what they tell next. */
export class GroupState {
  readonly members = new Map<string, Member>();
  private readonly byProcess = new Map<string, readonly Member[]>();
  readonly reigns = new Map<number, Reign>();
  /** By index: what a leader has said to be committed, as it is believed now. */
  readonly committed: (Committed | undefined)[] = [];
  /** What was committed at an index before another entry was. */
  readonly replaced = new Map<number, Committed[]>();
  readonly doubleVotes = new Map<number, Cause>();

  /** Members that have run in a process: one, unless it was given another id. */
  membersIn(process: string): readonly Member[] {
    return this.byProcess.get(process) ?? [];
  }

  add(member: Member): void {
    this.members.set(member.id, member);
    this.byProcess.set(member.process, [...this.membersIn(member.process), member]);
  }

  /** What an entry is or once was committed by; undefined where it never was. */
  commitOf(entry: LogEntry): Committed | undefined {
    const now = this.committed[entry.index];
    if (now !== undefined && isSameEntry(now.entry, entry)) return now;
    return this.replaced.get(entry.index)?.find((old) => isSameEntry(old.entry, entry));
  }

  /** Whether an entry is what its group has committed at its index. */
  isCommitted(entry: LogEntry): boolean {
    const committed = this.committed[entry.index];
    return committed !== undefined && isSameEntry(committed.entry, entry);
  }

  get majority(): number {
    return (this.members.size >> 1) + 1;
  }

  /** Remedies that are on in every member: one without may bring to the others what they are mended of. */
  fixesOfAll(): ReadonlySet<string> {
    const [first, ...rest] = [...this.members.values()].map(({fixes}) => fixes);
    return new Set([...(first ?? [])].filter((fix) => rest.every((fixes) => fixes.has(fix))));
  }
}
