/** What the folder of a DLedger member holds, and what a start would make of it. Nothing on the disk is changed to find out. */
import type {Host} from '../ports/host.ts';
import {DEFAULT_DLEDGER_CONFIG, type DLedgerConfig, dledgerPath} from '../rocketmq/dledger/config.ts';
import {DLedgerFileStore} from '../rocketmq/dledger/file-store.ts';
import {MemberState} from '../rocketmq/dledger/member-state.ts';
import {readPropertiesFile} from '../rocketmq/dledger/text-file.ts';
import type {Fact} from '../rocketmq/facts.ts';
import {type LedgerFiles, ledgerItems} from './ledger-log.ts';
import {refusedStart, StartRefused, warningsIn} from './start-refused.ts';

/** The folder of a member below a broker's root. */
export const LEDGER_FOLDER = /^dledger-(.+)$/;

export interface LookedAtLedger {
  readonly selfId: string;
  /** `<root>/dledger-<selfId>`. */
  readonly folder: string;
  readonly files: LedgerFiles;
}

export interface LedgerFileAccount {
  readonly name: string;
  readonly entries: number;
  /** -1: it holds none. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** One past its last good entry. */
  readonly endOffset: number;
  readonly end: 'blank' | 'unused' | 'full' | 'spoilt';
}

/** Entries in a row that one term's leader appended. */
export interface TermRange {
  readonly term: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** What a member that is started on the folder would do first. */
export type LedgerStart =
  | {readonly outcome: 'refused'; readonly reasons: readonly string[]}
  | {
      readonly outcome: 'recovers';
      readonly term: number;
      /** Null: it gives its vote to whoever asks first. */
      readonly votedFor: string | null;
      readonly beginIndex: number;
      /** -1: it begins anew. */
      readonly endIndex: number;
      readonly endTerm: number;
      readonly committedIndex: number;
      /** One past the last byte that is kept. */
      readonly endOffset: number;
      /** Good entries that are given up: what lies before them stands in the way. */
      readonly cutEntries: number;
      /** From which entry on the index is written anew; -1: it is right. */
      readonly indexFrom: number;
      readonly removedFiles: readonly string[];
    };

export interface LedgerAccount {
  readonly folder: string;
  readonly selfId: string;
  /** As the file `currterm` says; null where there is none. */
  readonly term: {readonly currTerm: string; readonly voteLeader: string} | null;
  /** As the file `checkpoint` says; null where there is none. */
  readonly checkpoint: {readonly committedIndex: string; readonly endIndex: string} | null;
  readonly dataFileBytes: number;
  readonly dataFiles: readonly LedgerFileAccount[];
  readonly indexFileBytes: number;
  readonly indexFiles: number;
  readonly terms: readonly TermRange[];
  /** Torn and foreign files and entries, a line each. */
  readonly problems: readonly string[];
  readonly start: LedgerStart;
}

/**
 * Everything about a member's folder but what its entries carry.
 * @param openHost a host over the files as they are that keeps every change to itself, and whose `exit` throws `StartRefused`
 */
export function ledgerAccountOf(
  {selfId, folder, files}: LookedAtLedger,
  host: Host,
  openHost: (record: (fact: Fact) => void) => Host,
): LedgerAccount {
  const problems = [...files.data.foreign, ...files.index.foreign];
  const dataFiles: LedgerFileAccount[] = [];
  const terms: TermRange[] = [];
  let firstIndex = -1;
  let lastIndex = -1;
  let entries = 0;
  let indexFrom = -1;
  const offsets: number[] = [];
  for (const item of ledgerItems(files)) {
    const {file, position} = item;
    const offset = file.fileFromOffset + position;
    if (item.kind === 'entry') {
      const {index, term} = item.header;
      if (entries === 0) firstIndex = index;
      lastIndex = index;
      entries += 1;
      offsets.push(offset);
      if (!item.isIndexed && indexFrom === -1) indexFrom = index;
      const range = terms.at(-1);
      if (range?.term === term && range.lastIndex === index - 1)
        terms[terms.length - 1] = {...range, lastIndex: index};
      else terms.push({term, firstIndex: index, lastIndex: index});
      continue;
    }
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    dataFiles.push({name, entries, firstIndex, lastIndex, endOffset: offset, end: item.how});
    if (item.how === 'spoilt')
      problems.push(`${file.path}: torn or foreign: no entry follows at offset ${offset}: ${item.why}`);
    entries = 0;
    firstIndex = lastIndex = -1;
  }
  for (const [at, file] of files.data.files.entries()) {
    const before = files.data.files[at - 1];
    if (before !== undefined && before.fileFromOffset + before.sizeBytes !== file.fileFromOffset)
      problems.push(`${file.path}: a file is missing before it`);
  }
  if (indexFrom !== -1) problems.push(`${folder}/index: does not say where entry ${indexFrom} lies`);
  return {
    folder,
    selfId,
    term: termOf(host, `${folder}/currterm`, problems),
    checkpoint: checkpointOf(host, `${folder}/checkpoint`, problems),
    dataFileBytes: files.dataFileBytes,
    dataFiles,
    indexFileBytes: files.indexFileBytes,
    indexFiles: files.index.files.length,
    terms,
    problems,
    start: startOn(folder, selfId, files, offsets, openHost),
  };
}

function termOf(host: Host, path: string, problems: string[]): LedgerAccount['term'] {
  const found = propertiesOf(host, path, ['currTerm'], problems);
  return found === null
    ? null
    : {currTerm: found.get('currTerm') ?? '', voteLeader: found.get('voteLeader') ?? ''};
}

function checkpointOf(host: Host, path: string, problems: string[]): LedgerAccount['checkpoint'] {
  const found = propertiesOf(host, path, ['committedIndex', 'endIndex'], problems);
  return found === null
    ? null
    : {committedIndex: found.get('committedIndex') ?? '', endIndex: found.get('endIndex') ?? ''};
}

function propertiesOf(
  host: Host,
  path: string,
  numbers: readonly string[],
  problems: string[],
): ReadonlyMap<string, string> | null {
  const {disk} = host;
  if (!disk.exists(path)) {
    if (disk.exists(`${path}.bak`) || disk.exists(`${path}.tmp`))
      problems.push(`${path}: is not there, and nobody reads what lies beside it under .bak or .tmp`);
    return null;
  }
  const found = disk.isFolder(path) ? null : readPropertiesFile(disk, path);
  if (found === null) {
    problems.push(`${path}: torn: no properties can be read from it`);
    return new Map();
  }
  for (const key of numbers) {
    const value = found.get(key);
    if (value === undefined || !/^[+-]?\d{1,19}$/.test(value.trim()))
      problems.push(`${path}: torn: ${key} is ${value === undefined ? 'missing' : `"${value}"`}`);
  }
  return found;
}

/** Lets the member's own store load the files, over a disk that keeps what it changes to itself. */
function startOn(
  folder: string,
  selfId: string,
  files: LedgerFiles,
  entryOffsets: readonly number[],
  openHost: (record: (fact: Fact) => void) => Host,
): LedgerStart {
  const facts: Fact[] = [];
  const host = openHost((fact) => facts.push(fact));
  const config: DLedgerConfig = {
    ...DEFAULT_DLEDGER_CONFIG,
    selfId,
    peers: `${selfId}-127.0.0.1:1`,
    storeBaseDir: folder.slice(0, folder.lastIndexOf('/')),
    mappedFileSizeForEntryData: files.dataFileBytes,
    mappedFileSizeForEntryIndex: files.indexFileBytes,
  };
  try {
    if (dledgerPath(config) !== folder) throw new StartRefused(`a member looks for ${dledgerPath(config)}`);
    const store = new DLedgerFileStore(host, config, new MemberState(host, config));
    store.load();
    store.recover();
    const recovered = facts.find((fact) => fact.kind === 'dledger-recovered')!;
    const rewritten = warningsIn(facts).flatMap((text) => {
      const index = /^Compare data to index failed at index (\d+)$/.exec(text)?.[1];
      return index === undefined ? [] : [Number(index)];
    });
    return {
      outcome: 'recovers',
      term: recovered.term,
      votedFor: recovered.votedFor,
      beginIndex: recovered.beginIndex,
      endIndex: recovered.endIndex,
      endTerm: recovered.endTerm,
      committedIndex: recovered.committedIndex,
      endOffset: store.maxWrotePosition,
      cutEntries: entryOffsets.filter((offset) => offset >= store.maxWrotePosition).length,
      indexFrom: rewritten[0] ?? -1,
      removedFiles: facts.flatMap((fact) => (fact.kind === 'file-deleted' ? [fact.path] : [])),
    };
  } catch (error) {
    return refusedStart(facts, error);
  }
}
