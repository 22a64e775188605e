import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {timestampDigits} from '../message/calendar.ts';
import {KEY_SEPARATOR} from '../message/properties.ts';
import {MessageSysFlag, transactionType} from '../message/sys-flag.ts';
import {IndexFile, indexFileBytes} from './index-file.ts';
import type {DispatchRequest} from './record-check.ts';
import type {StoreCheckpoint} from './store-checkpoint.ts';
import type {StoreConfig} from './store-config.ts';

export interface IndexedOffsets {
  /** In the order found: newest file first, newest entry first. */
  readonly offsets: readonly number[];
  /** Of the newest file. */
  readonly lastUpdateTimestampMs: number;
  readonly lastUpdatePhysicalOffset: number;
}

/** Finds messages by key. Source: RocketMQ 4.9.1 `store.index.IndexService`. */
export class IndexService {
  private readonly host: Host;
  private readonly config: StoreConfig;
  private readonly folder: string;
  private readonly checkpoint: StoreCheckpoint;
  private readonly files: IndexFile[] = [];
  /** The file whose header is behind its entries. */
  private unsettled: IndexFile | null = null;

  constructor(host: Host, config: StoreConfig, folder: string, checkpoint: StoreCheckpoint) {
    this.host = host;
    this.config = config;
    this.folder = folder;
    this.checkpoint = checkpoint;
  }

  /**
   * Opens the files. After a crash, those that the checkpoint does not vouch for are removed: the newest nearly always, and
   * what was in it comes back only as far as recovery dispatches again.
   */
  load(cleanExit: boolean): void {
    try {
      for (const name of this.host.disk.list(this.folder)) {
        // Java reads the name as a long, and passes over what is none.
        if (!/^[+-]?\d{1,18}$/.test(name)) continue;
        const index = this.open(`${this.folder}/${name}`, 'existing');
        index.load();
        if (!cleanExit && index.endTimestampMs > this.checkpoint.indexMsgTimestampMs) this.discard(index);
        else this.files.push(index);
      }
    } catch (error) {
      // The store starts all the same, with the files before it: nobody looks at what this answers in 4.9.1.
      this.warn('load index files', error);
    }
  }

  /** Enters unique key and business keys of a message; false: the disk refused. Source: `IndexService#buildIndex`. */
  build(request: DispatchRequest): boolean {
    if (transactionType(request.sysFlag) === MessageSysFlag.TRANSACTION_ROLLBACK) return true;
    try {
      this.putKeys(request);
      return true;
    } catch (error) {
      this.warn('index', error);
      return false;
    }
  }

  /** Ends a run of messages entered in one event: the header of the file in use is written once for all of them. */
  settle(): void {
    if (this.unsettled === null) return;
    try {
      this.unsettled.writeHeader();
      this.unsettled = null;
    } catch (error) {
      this.warn('index', error);
    }
  }

  /** Source: `IndexService#queryOffset`. */
  query(topic: string, key: string, maxCount: number, beginMs: number, endMs: number): IndexedOffsets {
    const limit = Math.min(maxCount, this.config.maxMsgsNumBatch);
    const offsets: number[] = [];
    const newest = this.files[this.files.length - 1];
    for (let index = this.files.length - 1; index >= 0 && offsets.length < limit; index--) {
      const file = this.files[index]!;
      try {
        if (file.overlaps(beginMs, endMs)) file.select(offsets, `${topic}#${key}`, limit, beginMs, endMs);
      } catch (error) {
        this.warn('query by key', error);
      }
      if (file.beginTimestampMs < beginMs) break;
    }
    return {
      offsets,
      lastUpdateTimestampMs: newest?.endTimestampMs ?? 0,
      lastUpdatePhysicalOffset: newest?.endPhysicalOffset ?? 0,
    };
  }

  /** Entries from an offset on may be made again; those that are there lead to what stands in the log now, or to nothing. */
  cutBack(physicalOffset: number): void {
    const last = this.files[this.files.length - 1];
    if (last !== undefined) last.endPhysicalOffset = Math.min(last.endPhysicalOffset, physicalOffset);
  }

  /** Removes the oldest files, never the last, whose messages have all left the log. Source: `IndexService#deleteExpiredFile`. */
  deleteExpired(minPhysicalOffset: number): void {
    while (this.files.length > 1 && this.files[0]!.endPhysicalOffset < minPhysicalOffset) {
      this.discard(this.files.shift()!);
    }
  }

  close(): void {
    for (const file of this.files) file.file.close();
  }

  private putKeys(request: DispatchRequest): void {
    let file = this.fileToWrite();
    if (request.physicalOffset < file.endPhysicalOffset) return;
    if (request.uniqueKey === null && request.keys === '') return;
    if (request.uniqueKey !== null) file = this.put(file, request, request.uniqueKey);
    if (request.keys !== '') {
      for (const key of request.keys.split(KEY_SEPARATOR)) {
        if (key !== '') file = this.put(file, request, key);
      }
    }
    file.writeEntries();
    this.unsettled = file;
  }

  /** Answers the file that took it: another one where the first was full. */
  private put(file: IndexFile, request: DispatchRequest, key: string): IndexFile {
    const fullKey = `${request.topic}#${key}`;
    let target = file;
    while (!target.put(fullKey, request.physicalOffset, request.storeTimestampMs)) {
      target.writeHeader();
      target = this.fileToWrite();
    }
    return target;
  }

  /** The newest file, or a new one where it is full or there is none. */
  private fileToWrite(): IndexFile {
    const last = this.files[this.files.length - 1];
    if (last !== undefined && !last.isFull) return last;
    const file = this.create(last);
    this.files.push(file);
    if (last !== undefined) this.retire(last);
    return file;
  }

  /** Named by the moment; where two are made in one millisecond, the second by the next. */
  private create(last: IndexFile | undefined): IndexFile {
    const {disk, clock, journal} = this.host;
    let nowMs = clock.nowMs();
    while (disk.exists(`${this.folder}/${timestampDigits(nowMs)}`)) nowMs++;
    const path = `${this.folder}/${timestampDigits(nowMs)}`;
    const file = this.open(path, 'create');
    const sizeBytes = indexFileBytes(this.config.maxHashSlotNum, this.config.maxIndexNum);
    file.file.truncate(sizeBytes);
    report(journal, {kind: 'file-created', path, sizeBytes});
    if (last !== undefined) {
      // So the first entry's time is told relative to the previous file's end, as the real ones are.
      file.beginPhysicalOffset = last.endPhysicalOffset;
      file.endPhysicalOffset = last.endPhysicalOffset;
      file.beginTimestampMs = last.endTimestampMs;
      file.endTimestampMs = last.endTimestampMs;
    }
    return file;
  }

  /** A full file is flushed behind everybody's back, and then vouched for. Source: `IndexService#flush`. */
  private retire(file: IndexFile): void {
    file.flush((failure) => {
      if (failure !== null) {
        report(this.host.journal, {
          kind: 'warned',
          text: `flush of an index file failed: ${failure.message}`,
        });
        return;
      }
      if (file.endTimestampMs > 0) this.checkpoint.indexMsgTimestampMs = file.endTimestampMs;
      this.checkpoint.flush((refusal) => {
        if (refusal !== null) this.warn('write the checkpoint', refusal);
      });
    });
  }

  /** Anything but a refusal of the disk is a mistake of ours. */
  private warn(what: string, error: unknown): void {
    if (!(error instanceof DiskError)) throw error;
    report(this.host.journal, {kind: 'warned', text: `${what}: ${error.message}`});
  }

  private open(path: string, mode: 'existing' | 'create'): IndexFile {
    return new IndexFile(
      this.host.disk.open(path, mode),
      this.config.maxHashSlotNum,
      this.config.maxIndexNum,
      mode === 'create',
    );
  }

  private discard(file: IndexFile): void {
    const {path} = file.file;
    const sizeBytes = file.file.sizeBytes();
    file.file.close();
    try {
      this.host.disk.remove(path);
    } catch (error) {
      this.warn('remove an index file', error);
      return;
    }
    report(this.host.journal, {kind: 'file-deleted', path, sizeBytes});
  }
}
