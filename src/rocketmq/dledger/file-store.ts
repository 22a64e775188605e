import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {crc32} from '../message/crc32.ts';
import {CheckpointFile} from './checkpoint-file.ts';
import {check, DLedgerError, DLedgerResponseCode} from './codes.ts';
import {CommitMark} from './commit-mark.ts';
import {type DLedgerConfig, dataPath, indexPath} from './config.ts';
import {readFrom, writeToDisk} from './disk-refusals.ts';
import {
  BODY_OFFSET,
  type DLedgerEntry,
  decodeEntry,
  decodeIndexUnit,
  ENTRY_MAGIC,
  EntryEncoder,
  INDEX_UNIT_BYTES,
  sameEntry,
} from './entry.ts';
import {FlushService} from './flush-service.ts';
import {LedgerBeginning} from './ledger-beginning.ts';
import {LedgerFileList} from './ledger-file-list.ts';
import type {MemberState} from './member-state.ts';
import {recoverLedger} from './recovery.ts';
import {SpaceKeeper} from './space-keeper.ts';
import type {AppendHook, DLedgerStore} from './store.ts';

const EXIT_FAILED = -1;
const RECENT_ENTRIES = 128;

/**
 * The log in files: entries one behind the other in `data/`, and for each 32 bytes in `index/` that say where it lies. Nothing
 * waits for a sync, and both acknowledgements and votes rest on the page cache.
 * Source: DLedger 0.2.2 `store.file.DLedgerMmapFileStore`.
 */
export class DLedgerFileStore implements DLedgerStore {
  readonly dataFiles: LedgerFileList;
  readonly indexFiles: LedgerFileList;
  ledgerEndIndex = -1;
  ledgerEndTerm = 0;
  private readonly host: Host;
  private readonly config: DLedgerConfig;
  private readonly memberState: MemberState;
  private readonly beginning: LedgerBeginning;
  private readonly commitMark: CommitMark;
  private readonly hooks: AppendHook[] = [];
  private readonly encoder = new EntryEncoder();
  /** The last entries written, by index: each is soon asked for again, by dispatchers and for its position. */
  private readonly recent: (DLedgerEntry | null)[] = new Array(RECENT_ENTRIES).fill(null);
  private readonly checkpoint: CheckpointFile;
  private readonly flusher: FlushService;
  private readonly space: SpaceKeeper;
  /** Called when old data files have been deleted. */
  onTrimmed: () => void = () => {};
  /** Only with `clamp-commit`: the log was cut at an offset, and what was read from there on is no part of it any more. */
  onCutBack: (offset: number) => void = () => {};
  private hasLoaded = false;
  private hasRecovered = false;

  constructor(host: Host, config: DLedgerConfig, memberState: MemberState) {
    this.host = host;
    this.config = config;
    this.memberState = memberState;
    this.dataFiles = new LedgerFileList(host, dataPath(config), config.mappedFileSizeForEntryData);
    this.indexFiles = new LedgerFileList(host, indexPath(config), config.mappedFileSizeForEntryIndex);
    for (const list of [this.dataFiles, this.indexFiles])
      list.removesLeftBehind = config.fixes.has('remove-left-behind');
    this.beginning = new LedgerBeginning(host.journal, memberState, this.dataFiles, this.indexFiles);
    this.commitMark = new CommitMark(host.journal, memberState, this);
    this.checkpoint = new CheckpointFile(host, config, this);
    this.flusher = new FlushService(host, config, this.dataFiles, this.indexFiles, this.checkpoint);
    const keepsUncommitted = config.fixes.has('keep-uncommitted');
    const keptFrom = (): number => (keepsUncommitted ? this.committedPos : Number.POSITIVE_INFINITY);
    this.space = new SpaceKeeper(host, config, this.dataFiles, keptFrom, () => {
      if (this.beginning.trimmed(this.committedIndex)) this.onTrimmed();
    });
    this.dataFiles.onFlushed = (offset) =>
      report(host.journal, {kind: 'log-flushed', physicalOffset: offset});
  }

  startup(): void {
    this.load();
    this.recover();
    this.flusher.start();
    this.space.start();
  }

  shutdown(done: () => void): void {
    this.flusher.stop();
    this.space.stop();
    this.dataFiles.flush(() =>
      this.indexFiles.flush(() => {
        this.checkpoint.persist();
        this.dataFiles.close();
        this.indexFiles.close();
        done();
      }),
    );
  }

  /** Opens the files; a second call does nothing. Ends the process where the folder holds what is no file of this store. */
  load(): void {
    if (this.hasLoaded) return;
    this.hasLoaded = true;
    const problem = this.dataFiles.load() ?? this.indexFiles.load();
    if (problem === null) return;
    report(this.host.journal, {kind: 'warned', text: problem});
    this.host.exit(EXIT_FAILED, `Load file failed: ${problem}`);
  }

  /** Finds out how far the files are good; a second call does nothing. Ends the process where they do not hang together. */
  recover(): void {
    if (this.hasRecovered) return;
    this.hasRecovered = true;
    try {
      this.recoverFiles();
    } catch (error) {
      if (!(error instanceof DLedgerError)) throw error;
      report(this.host.journal, {kind: 'warned', text: error.message});
      this.host.exit(
        EXIT_FAILED,
        `io.openmessaging.storage.dledger.exception.DLedgerException: ${error.message}`,
      );
    }
  }

  private recoverFiles(): void {
    const {dataFiles, indexFiles, memberState} = this;
    const found = recoverLedger(this.host, dataFiles, indexFiles);
    if (found.fatal !== null) {
      report(this.host.journal, {kind: 'warned', text: found.fatal});
      this.host.exit(EXIT_FAILED, found.fatal);
    }
    if (dataFiles.files.length > 0) {
      this.ledgerEndIndex = found.endIndex;
      this.ledgerEndTerm = found.endTerm;
      if (found.endIndex !== -1) {
        const last = this.get(found.endIndex);
        check(last !== null && last.index === found.endIndex, DLedgerResponseCode.DISK_ERROR);
        this.beginning.revise();
      }
      dataFiles.updateFlushedWhere(found.endPos);
      dataFiles.truncateOffset(found.endPos);
      const indexEnd = (found.endIndex + 1) * INDEX_UNIT_BYTES;
      indexFiles.updateFlushedWhere(indexEnd);
      indexFiles.truncateOffset(indexEnd);
      this.tellMemberState();
      check(dataFiles.isContinuous(), DLedgerResponseCode.DISK_ERROR, () => 'data files after recovery');
      check(indexFiles.isContinuous(), DLedgerResponseCode.DISK_ERROR, () => 'index files after recovery');
      const committed = this.checkpoint.readCommittedIndex();
      if (committed === 'malformed')
        this.host.exit(EXIT_FAILED, 'java.lang.NumberFormatException in checkpoint');
      else if (committed !== null) this.commitMark.recover(committed);
    }
    report(this.host.journal, {
      kind: 'dledger-recovered',
      group: memberState.group,
      selfId: memberState.selfId,
      term: memberState.currTerm,
      votedFor: memberState.currVoteFor,
      beginIndex: this.ledgerBeginIndex,
      endIndex: this.ledgerEndIndex,
      endTerm: this.ledgerEndTerm,
      committedIndex: this.committedIndex,
    });
  }

  /** Hooks run in the order in which they came. */
  addAppendHook(hook: AppendHook): void {
    if (!this.hooks.includes(hook)) this.hooks.push(hook);
  }

  get ledgerBeginIndex(): number {
    return this.beginning.index;
  }

  get committedIndex(): number {
    return this.commitMark.index;
  }

  /** One past the last committed byte; -1 while nothing is known to be committed. */
  get committedPos(): number {
    return this.commitMark.pos;
  }

  /** `run` is called, within the event that did it, whenever `committedPos` has moved. For who would else poll it. */
  onCommit(run: () => void): void {
    this.commitMark.onMoved(run);
  }

  get maxWrotePosition(): number {
    return this.dataFiles.maxWrotePosition;
  }

  /** Above 0.9 of the disk nothing is appended. */
  get isDiskFull(): boolean {
    return this.space.isDiskFull();
  }

  /** Everything before it was flushed, or is believed to be. */
  get flushedPos(): number {
    return this.dataFiles.flushedWhere;
  }

  /** One file of data and one of index, as the flush thread does it. */
  flush(done: () => void): void {
    this.dataFiles.flush(() => this.indexFiles.flush(() => done()));
  }

  appendAsLeader(entry: DLedgerEntry): DLedgerEntry {
    const {memberState} = this;
    check(memberState.isLeader, DLedgerResponseCode.NOT_LEADER);
    check(!this.isDiskFull, DLedgerResponseCode.DISK_FULL);
    entry.index = this.ledgerEndIndex + 1;
    entry.term = memberState.currTerm;
    entry.magic = ENTRY_MAGIC;
    entry.pos = 0;
    const bytes = this.encoder.entry(entry);
    check(memberState.transferee === null, DLedgerResponseCode.LEADER_TRANSFERRING);
    this.write(entry, () => {
      const pos = this.dataFiles.preAppend(bytes.length);
      entry.pos = pos;
      check(pos !== -1, DLedgerResponseCode.DISK_ERROR);
      this.encoder.setPos(pos);
      for (const hook of this.hooks) hook(entry, bytes, BODY_OFFSET);
      return this.dataFiles.append(bytes);
    });
    // What hooks changed is in the bytes only; the entry keeps the body that it was given, as in Java.
    this.appended(
      this.hooks.length === 0 ? entry : {...entry, body: bytes.slice(BODY_OFFSET)},
      bytes,
      'leader',
    );
    return entry;
  }

  appendAsFollower(entry: DLedgerEntry, leaderTerm: number, leaderId: string | null): DLedgerEntry {
    const {memberState} = this;
    check(memberState.isFollower, DLedgerResponseCode.NOT_FOLLOWER);
    check(!this.isDiskFull, DLedgerResponseCode.DISK_FULL);
    const bytes = this.encoder.entry(entry);
    check(entry.index === this.ledgerEndIndex + 1, DLedgerResponseCode.INCONSISTENT_INDEX);
    check(leaderTerm === memberState.currTerm, DLedgerResponseCode.INCONSISTENT_TERM);
    check(leaderId === memberState.leaderId, DLedgerResponseCode.INCONSISTENT_LEADER);
    this.write(entry, () => this.dataFiles.append(bytes));
    this.appended(entry, bytes, 'follower');
    return entry;
  }

  /**
   * Writes an entry and its index unit. What is refused in between leaves the bytes of the entry in the file: at a position that does
   * not fit (S21), which is compared afterwards only, or where the disk has no room for the index (half-append). No later entry fits behind.
   */
  private write(entry: DLedgerEntry, writeData: () => number): void {
    const {dataFiles, indexFiles} = this;
    let pos = -1;
    try {
      writeToDisk(this.host.journal, () => {
        pos = writeData();
        check(pos === entry.pos, DLedgerResponseCode.DISK_ERROR, () => `${pos} != ${entry.pos}`);
        this.appendIndex(entry, pos);
      });
    } catch (error) {
      if (pos !== -1 && this.config.fixes.has('undo-half-append')) {
        dataFiles.takeBack(pos);
        indexFiles.takeBack(entry.index * INDEX_UNIT_BYTES);
      }
      throw error;
    }
  }

  /**
   * Cuts the log so that `entry` is its last one, whether or not anything behind it is committed. An entry beyond the end drops
   * the whole log and begins it anew there.
   */
  truncate(entry: DLedgerEntry, leaderTerm: number, leaderId: string | null): number {
    const {memberState, dataFiles, indexFiles} = this;
    const {fixes} = this.config;
    check(memberState.isFollower, DLedgerResponseCode.NOT_FOLLOWER);
    const bytes = this.encoder.entry(entry);
    check(leaderTerm === memberState.currTerm, DLedgerResponseCode.INCONSISTENT_TERM);
    check(leaderId === memberState.leaderId, DLedgerResponseCode.INCONSISTENT_LEADER);
    const fromEndIndex = this.ledgerEndIndex;
    const isThere = this.holds(entry);
    this.recent.fill(null);
    const cutAt = isThere ? entry.pos + entry.size : entry.pos;
    const lastUntouchedIndex = isThere ? entry.index : entry.index - 1;
    if (fixes.has('keep-committed'))
      this.commitMark.checkKeeps(lastUntouchedIndex, entry.index, leaderTerm, leaderId);
    writeToDisk(this.host.journal, () => {
      const indexCutAt = entry.index * INDEX_UNIT_BYTES;
      dataFiles.truncateOffset(cutAt);
      if (dataFiles.maxWrotePosition !== cutAt)
        check(dataFiles.rebuildAt(cutAt), DLedgerResponseCode.DISK_ERROR, () => `rebuild data at ${cutAt}`);
      dataFiles.reviseFlushedWhere(cutAt, fixes.has('flush-after-cut'));
      if (!isThere) check(dataFiles.append(bytes) === entry.pos, DLedgerResponseCode.DISK_ERROR);
      indexFiles.truncateOffset(indexCutAt);
      if (indexFiles.maxWrotePosition !== indexCutAt)
        check(indexFiles.rebuildAt(indexCutAt), DLedgerResponseCode.DISK_ERROR, () => 'rebuild index');
      indexFiles.reviseFlushedWhere(indexCutAt, fixes.has('flush-after-cut'));
      this.appendIndex(entry, entry.pos);
      if (fixes.has('wipe-after-cut')) {
        dataFiles.wipeBehindEnd(BODY_OFFSET);
        indexFiles.wipeBehindEnd(INDEX_UNIT_BYTES);
      }
    });
    this.ledgerEndTerm = entry.term;
    this.ledgerEndIndex = entry.index;
    this.beginning.revise();
    this.tellMemberState();
    this.flusher.notice();
    report(this.host.journal, {
      kind: 'dledger-truncated',
      group: memberState.group,
      selfId: memberState.selfId,
      leaderId: leaderId ?? '',
      term: leaderTerm,
      fromEndIndex,
      endIndex: entry.index,
      entryTerm: entry.term,
      pos: entry.pos,
      sizeBytes: entry.size,
      bodyCrc: crc32(bytes, BODY_OFFSET),
      wasThere: isThere,
      committedIndex: this.committedIndex,
    });
    if (fixes.has('clamp-commit')) {
      // Also where the commit index is below: after a restart it may be less than what was dispatched before.
      this.onCutBack(cutAt);
      this.commitMark.clampTo(lastUntouchedIndex, dataFiles.minOffset);
    }
    return entry.index;
  }

  get(index: number): DLedgerEntry {
    check(index >= 0, DLedgerResponseCode.INDEX_OUT_OF_RANGE, () => `${index} should gt 0`);
    check(
      index >= this.ledgerBeginIndex,
      DLedgerResponseCode.INDEX_LESS_THAN_LOCAL_BEGIN,
      () => `${index} should be gt ${this.ledgerBeginIndex}, ledgerBeginIndex may be revised`,
    );
    check(
      index <= this.ledgerEndIndex,
      DLedgerResponseCode.INDEX_OUT_OF_RANGE,
      () => `${index} should between ${this.ledgerBeginIndex}-${this.ledgerEndIndex}`,
    );
    const recent = this.recent[index & (RECENT_ENTRIES - 1)]!;
    if (recent !== null && recent.index === index) return recent;
    const unitBytes = readFrom(this.indexFiles, index * INDEX_UNIT_BYTES, INDEX_UNIT_BYTES);
    check(unitBytes !== null, DLedgerResponseCode.DISK_ERROR, () => `Get null index for ${index}`);
    const {pos, size} = decodeIndexUnit(unitBytes);
    const bytes = readFrom(this.dataFiles, pos, size);
    const entry = bytes === null ? null : decodeEntry(bytes);
    check(entry !== null, DLedgerResponseCode.DISK_ERROR, () => `Get null data for ${index}`);
    check(pos === entry.pos, DLedgerResponseCode.DISK_ERROR, () => `${pos} != ${entry.pos}`);
    return entry;
  }

  updateCommittedIndex(term: number, index: number): void {
    this.commitMark.update(term, index);
  }

  private holds(entry: DLedgerEntry): boolean {
    try {
      return sameEntry(entry, this.get(entry.index));
    } catch (error) {
      if (!(error instanceof DLedgerError)) throw error;
      return false;
    }
  }

  private appendIndex(entry: DLedgerEntry, pos: number): void {
    const {magic, size, index, term} = entry;
    const at = this.indexFiles.append(this.encoder.indexUnit(magic, pos, size, index, term), false);
    check(at === index * INDEX_UNIT_BYTES, DLedgerResponseCode.DISK_ERROR, () => `index at ${at}`);
  }

  private appended(entry: DLedgerEntry, bytes: Uint8Array, as: 'leader' | 'follower'): void {
    this.ledgerEndIndex = entry.index;
    this.ledgerEndTerm = entry.term;
    this.beginning.appended(entry.index);
    this.recent[entry.index & (RECENT_ENTRIES - 1)] = entry;
    this.tellMemberState();
    this.flusher.notice();
    report(this.host.journal, {
      kind: 'dledger-appended',
      group: this.memberState.group,
      selfId: this.memberState.selfId,
      as,
      index: entry.index,
      term: entry.term,
      pos: entry.pos,
      sizeBytes: entry.size,
      bodyCrc: crc32(bytes, BODY_OFFSET),
    });
  }

  private tellMemberState(): void {
    this.memberState.updateLedgerIndexAndTerm(this.ledgerEndIndex, this.ledgerEndTerm);
  }
}
