import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import {check, DLedgerResponseCode} from './codes.ts';
import type {DLedgerEntry} from './entry.ts';
import type {MemberState} from './member-state.ts';

type Marker = Pick<MemberState, 'group' | 'selfId' | 'currTerm'>;

/** What of a log the mark of its commits asks. */
interface MarkedLog {
  readonly ledgerBeginIndex: number;
  readonly ledgerEndIndex: number;
  get(index: number): DLedgerEntry;
}

/**
 * How far a log is known to be committed, and what becomes of that when the log is cut. As it is, a cut takes no notice: neither
 * does it stop at what is committed (S1) nor does it lower the mark, which may then lie beyond the end (S6). Two remedies look at
 * it: `keep-committed` refuses the cut, `clamp-commit` lowers the mark with it.
 * Source: DLedger 0.2.2 `DLedgerMmapFileStore#updateCommittedIndex`; the remedies are ours.
 */
export class CommitMark {
  /** -1 while nothing is known to be committed. */
  index = -1;
  /** One past the last committed byte; -1 while nothing is known to be committed. */
  pos = -1;
  /** What was committed in this life. What a start has read may be torn, whatever the checkpoint says of it. */
  private keptIndex = -1;
  private readonly journal: Journal;
  private readonly member: Marker;
  private readonly log: MarkedLog;
  private readonly listeners: (() => void)[] = [];

  constructor(journal: Journal, member: Marker, log: MarkedLog) {
    this.journal = journal;
    this.member = member;
    this.log = log;
  }

  /** `run` is called, within the event that did it, whenever the mark has moved, but not when it is taken away. */
  onMoved(run: () => void): void {
    this.listeners.push(run);
  }

  /** Takes what an earlier life has written down. It is believed, but not kept. */
  recover(index: number): void {
    this.update(this.member.currTerm, index);
    this.keptIndex = -1;
  }

  /**
   * Hears what a leader says. Clipped to the own end, whatever that is: nothing says that the own log agrees with the leader's up
   * to there.
   */
  update(term: number, index: number): void {
    const {ledgerBeginIndex, ledgerEndIndex} = this.log;
    if (index === -1 || ledgerEndIndex === -1 || term < this.member.currTerm || index === this.index) {
      return;
    }
    // Neither does a cut below it lower it: after S6 this refuses every true index.
    if (index < this.index || index < ledgerBeginIndex) return;
    const entry = this.log.get(Math.min(index, ledgerEndIndex));
    if (entry.index === this.index) return;
    this.moveTo(entry);
  }

  /**
   * Only for `keep-committed`: refuses a cut that takes what was committed in this life.
   * @param lastUntouchedIndex the last entry that would stay as it is
   * @param index the entry that `leaderId` has it cut at
   */
  checkKeeps(lastUntouchedIndex: number, index: number, term: number, leaderId: string | null): void {
    const keeps = lastUntouchedIndex >= this.keptIndex;
    if (!keeps) {
      report(this.journal, {
        kind: 'dledger-cut-refused',
        group: this.member.group,
        selfId: this.member.selfId,
        leaderId: leaderId ?? '',
        term,
        index,
        committedIndex: this.keptIndex,
      });
    }
    check(keeps, DLedgerResponseCode.INCONSISTENT_STATE);
  }

  /**
   * Only for `clamp-commit`: what was cut off, or has another entry in its place now, is committed no more.
   * @param lastUntouchedIndex the last entry that has stayed as it was
   * @param minOffset where the log begins, which is told where nothing of what was committed is left
   */
  clampTo(lastUntouchedIndex: number, minOffset: number): void {
    if (this.index <= lastUntouchedIndex) return;
    if (lastUntouchedIndex >= this.log.ledgerBeginIndex) {
      this.moveTo(this.log.get(lastUntouchedIndex));
      return;
    }
    this.index = -1;
    this.pos = -1;
    this.tell(-1, minOffset);
  }

  private moveTo(entry: DLedgerEntry): void {
    this.index = entry.index;
    this.pos = entry.pos + entry.size;
    this.keptIndex = entry.index;
    this.tell(entry.term, this.pos);
    for (const run of this.listeners) run();
  }

  private tell(term: number, committedPos: number): void {
    const {group, selfId} = this.member;
    report(this.journal, {
      kind: 'dledger-committed',
      group,
      selfId,
      index: this.index,
      term,
      committedPos,
    });
  }
}
