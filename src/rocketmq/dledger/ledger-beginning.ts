import type {Journal} from '../../ports/journal.ts';
import {report} from '../facts.ts';
import {DLedgerError} from './codes.ts';
import {readFrom} from './disk-refusals.ts';
import {BODY_OFFSET, decodeHeader, INDEX_UNIT_BYTES} from './entry.ts';
import type {LedgerFileList} from './ledger-file-list.ts';
import type {MemberState} from './member-state.ts';

/**
 * Where a log begins: with the entry at the head of its first data file, once older files have been deleted or a cut has begun
 * the log anew. The index follows it.
 * Source: DLedger 0.2.2 `DLedgerMmapFileStore#reviseLedgerBeginIndex`, and its callers.
 */
export class LedgerBeginning {
  /** -1 while the log is empty. */
  index = -1;
  private readonly journal: Journal;
  private readonly member: Pick<MemberState, 'group' | 'selfId'>;
  private readonly dataFiles: LedgerFileList;
  private readonly indexFiles: LedgerFileList;

  constructor(
    journal: Journal,
    member: Pick<MemberState, 'group' | 'selfId'>,
    dataFiles: LedgerFileList,
    indexFiles: LedgerFileList,
  ) {
    this.journal = journal;
    this.member = member;
    this.dataFiles = dataFiles;
    this.indexFiles = indexFiles;
  }

  /** An empty log begins with what is appended first. */
  appended(index: number): void {
    if (this.index === -1) this.index = index;
  }

  /** Reads it anew. Without a data file, or with nothing in it, it stays what it was. Throws where the disk refuses to be read. */
  revise(): void {
    const {dataFiles} = this;
    const bytes = dataFiles.first && readFrom(dataFiles, dataFiles.minOffset, BODY_OFFSET);
    if (!bytes) return;
    this.index = decodeHeader(bytes).index;
    this.indexFiles.resetOffset(this.index * INDEX_UNIT_BYTES);
  }

  /**
   * Data files in front have gone. That some of it was not committed is only told, not looked at. Answers whether the log
   * begins later now: where the disk cannot say, it goes on as if nothing had gone.
   */
  trimmed(committedIndex: number): boolean {
    const {index: fromBeginIndex} = this;
    try {
      this.revise();
    } catch (error) {
      if (!(error instanceof DLedgerError)) throw error;
      report(this.journal, {kind: 'warned', text: `Error in CleanSpaceService ${error.message}`});
      return false;
    }
    report(this.journal, {
      kind: 'dledger-trimmed',
      group: this.member.group,
      selfId: this.member.selfId,
      fromBeginIndex,
      beginIndex: this.index,
      minPhysicalOffset: this.dataFiles.minOffset,
      committedIndex,
    });
    return true;
  }
}
