/** What a store folder holds, and what a start would make of it. Nothing on the disk is changed to find out. */
import {basename, join, resolve} from 'node:path';
import type {Host} from '../ports/host.ts';
import {parseBrokerConf} from '../rocketmq/broker/broker-conf.ts';
import {defaultBrokerConfig, settleBrokerConfig} from '../rocketmq/broker/broker-config.ts';
import {groupsFile, offsetsFile, topicsFile} from '../rocketmq/broker/config-files.ts';
import {readTextFile} from '../rocketmq/config/config-file.ts';
import type {Fact} from '../rocketmq/facts.ts';
import {readInt64} from '../rocketmq/message/int64.ts';
import {ConsumeQueues} from '../rocketmq/store/consume-queues.ts';
import {decodeDelayOffsets} from '../rocketmq/store/delay-offsets.ts';
import {StoreCheckpoint} from '../rocketmq/store/store-checkpoint.ts';
import {consumeQueueFileBytes, type StoreConfig} from '../rocketmq/store/store-config.ts';
import {LEDGER_FOLDER, type LedgerAccount, type LookedAtLedger, ledgerAccountOf} from './ledger-account.ts';
import {ledgerFilesIn} from './ledger-log.ts';
import {OverlayDisk} from './overlay-disk.ts';
import {logItems, refusalOf, type Segments, segmentsIn, usualFileBytes} from './store-log.ts';
import {hostOver, type StartAccount, startOn, startOnLedger} from './store-start.ts';

/** A folder opened for looking at. */
export interface LookedAtStore {
  /** Over the files as they are; what is changed through it stays in memory. */
  readonly host: Host;
  readonly config: StoreConfig;
  readonly log: Segments;
  /** What its members of DLedger groups have written, by folder; one, where nobody has put something else there. */
  readonly ledgers: readonly LookedAtLedger[];
  /** The folder is that of a member and no broker's. */
  readonly isLedgerOnly: boolean;
}

export interface LogFileAccount {
  readonly name: string;
  readonly fromOffset: number;
  readonly records: number;
  /** One past its last good record. */
  readonly endOffset: number;
  readonly end: 'blank' | 'unused' | 'full' | 'spoilt';
}

export interface QueueAccount {
  readonly topic: string;
  readonly queueId: number;
  readonly minOffset: number;
  readonly maxOffset: number;
  readonly fileCount: number;
}

export interface IndexAccount {
  readonly name: string;
  readonly sizeBytes: number;
  readonly keys: number;
  readonly beginMs: number;
  readonly endMs: number;
}

export interface ConfigFileAccount {
  readonly name: string;
  /** What it holds in a few words, or why it cannot be used. */
  readonly says: string;
  readonly isGood: boolean;
}

export interface StoreAccount {
  readonly folder: string;
  readonly wasStopped: boolean;
  readonly logFolder: string;
  readonly logFileBytes: number;
  readonly logFiles: readonly LogFileAccount[];
  readonly queues: readonly QueueAccount[];
  /** Committed offsets: `topic@group`, and the offset of each queue. */
  readonly offsets: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly delayOffsets: ReadonlyMap<number, number>;
  readonly index: readonly IndexAccount[];
  /** Null where there is no such file. */
  readonly checkpoint: {
    readonly physicMs: number;
    readonly logicsMs: number;
    readonly indexMs: number;
  } | null;
  readonly configFiles: readonly ConfigFileAccount[];
  /** Torn and foreign files, a line each. */
  readonly problems: readonly string[];
  readonly ledgers: readonly LedgerAccount[];
  readonly start: StartAccount;
}

/** What a store has, any one of which makes a folder one. */
const MARKS = ['commitlog', 'consumequeue', 'checkpoint', 'config/topics.json'];
const INDEX_HEADER_BYTES = 40;

/**
 * Opens a folder. Sizes of files are taken from a broker.conf where one is given, and else from the files.
 * @returns why it is no store, in one line, where it is none
 */
export function lookAtStore(
  folder: string,
  conf: string | null,
  record: (fact: Fact) => void = () => {},
): LookedAtStore | {readonly problem: string} {
  const root = resolve(folder);
  const host = hostOver(new OverlayDisk(), record);
  const {disk} = host;
  try {
    if (!disk.exists(root)) return {problem: `${folder}: there is no such folder`};
    if (!disk.isFolder(root)) return {problem: `${folder}: not a folder`};
    const given = conf === null ? defaultBrokerConfig() : parseBrokerConf(conf).config;
    const config: StoreConfig = {
      ...settleBrokerConfig(given, host),
      storePathRootDir: root,
      storePathCommitLog: resolve(given.storePathCommitLog ?? join(root, 'commitlog')),
    };
    const dataFileBytes = conf === null ? null : config.mappedFileSizeCommitLog;
    const isLedgerOnly = isLedger(host, root);
    const ledgers = isLedgerOnly
      ? [ledgerIn(host, root, dataFileBytes)]
      : disk
          .list(root)
          .filter((name) => LEDGER_FOLDER.test(name) && disk.isFolder(join(root, name)))
          .map((name) => ledgerIn(host, join(root, name), dataFileBytes));
    const isStore =
      ledgers.length > 0 ||
      disk.exists(config.storePathCommitLog) ||
      MARKS.some((mark) => disk.exists(join(root, mark)));
    if (!isStore) {
      return {problem: `${folder}: not a store: there is neither ${MARKS.slice(0, -1).join(', nor ')} in it`};
    }
    if (conf === null) takeSizesFromFiles(host, config, ledgers);
    const log = segmentsIn(host, config.storePathCommitLog, config.mappedFileSizeCommitLog);
    return {host, config, log, ledgers, isLedgerOnly};
  } catch (error) {
    return {problem: `${folder}: ${refusalOf(error)}`};
  }
}

/** By its name, or by files in it that only a member makes. */
function isLedger({disk}: Host, folder: string): boolean {
  if (!disk.isFolder(join(folder, 'data')) || !disk.isFolder(join(folder, 'index'))) return false;
  return (
    LEDGER_FOLDER.test(basename(folder)) ||
    disk.list(join(folder, 'data')).some((name) => /^\d{20}$/.test(name))
  );
}

function ledgerIn(host: Host, folder: string, dataFileBytes: number | null): LookedAtLedger {
  const selfId = LEDGER_FOLDER.exec(basename(folder))?.[1] ?? basename(folder);
  return {selfId, folder, files: ledgerFilesIn(host, folder, dataFileBytes)};
}

/** What a member's folder holds, and what a start of the member would make of it. */
export function accountOfLedger(host: Host, ledger: LookedAtLedger): LedgerAccount {
  return ledgerAccountOf(ledger, host, (record) => hostOver(new OverlayDisk(), record));
}

/** Everything about an opened store but its records' contents. */
export function accountOf({host, config, log, ledgers}: LookedAtStore): StoreAccount {
  const {disk} = host;
  const root = config.storePathRootDir;
  const problems = [...log.foreign];
  const logFiles: LogFileAccount[] = [];
  const recordOffsets: {offset: number; endOffset: number}[] = [];
  for (const item of logItems(log.files, config)) {
    const {fileFromOffset} = item.file;
    if (item.kind === 'record') {
      const offset = fileFromOffset + item.position;
      recordOffsets.push({offset, endOffset: offset + item.request.sizeBytes});
      continue;
    }
    const {how, position, file} = item;
    const endOffset = fileFromOffset + position;
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    const records = recordOffsets.length - logFiles.reduce((sum, one) => sum + one.records, 0);
    logFiles.push({name, fromOffset: fileFromOffset, records, endOffset, end: how});
    if (how === 'spoilt')
      problems.push(`${file.path}: torn: what is at offset ${endOffset} is no good record`);
  }
  for (const [at, file] of log.files.entries()) {
    const before = log.files[at - 1];
    if (before !== undefined && before.fileFromOffset + before.sizeBytes !== file.fileFromOffset) {
      problems.push(`${file.path}: a file is missing before it`);
    }
  }
  const [ledger] = ledgers;
  if (ledger !== undefined && !config.enableDLegerCommitLog)
    problems.push(`${ledger.folder}: a start passes it over, as enableDLegerCommitLog is not true`);
  for (const other of ledgers) {
    if (config.enableDLegerCommitLog && other.selfId !== config.dLegerSelfId)
      problems.push(`${other.folder}: of another member; a start as ${config.dLegerSelfId} passes it over`);
  }
  const minOffset = log.files[0]?.fileFromOffset ?? ledger?.files.data.files[0]?.fileFromOffset ?? 0;
  const queues = queuesOf(host, config, minOffset, problems);
  if (disk.exists(`${root}/consumequeue_ext`)) {
    problems.push(`${root}/consumequeue_ext: of a broker with enableConsumeQueueExt; a start passes it over`);
  }
  const configFiles = configFilesOf(host, `${root}/config`);
  for (const {name, says, isGood} of configFiles)
    if (!isGood) problems.push(`${root}/config/${name}: ${says}`);
  return {
    folder: root,
    wasStopped: !disk.exists(`${root}/abort`),
    logFolder: config.storePathCommitLog,
    logFileBytes: config.mappedFileSizeCommitLog,
    logFiles,
    queues,
    offsets: offsetsFile(host, `${root}/config`).load() ?? new Map(),
    delayOffsets:
      decodeDelayOffsets(readTextFile(disk, `${root}/config/delayOffset.json`) ?? '') ?? new Map(),
    index: indexOf(host, `${root}/index`, problems),
    checkpoint: checkpointOf(host, `${root}/checkpoint`),
    configFiles,
    problems,
    ledgers: ledgers.map((one) => accountOfLedger(host, one)),
    start: config.enableDLegerCommitLog
      ? startOnLedger(
          config,
          ledgers.find(({selfId}) => selfId === config.dLegerSelfId),
        )
      : startOn(config, log, recordOffsets),
  };
}

function takeSizesFromFiles(host: Host, config: StoreConfig, ledgers: readonly LookedAtLedger[]): void {
  const {disk} = host;
  const [ledger] = ledgers;
  if (ledger !== undefined) {
    config.enableDLegerCommitLog = true;
    config.dLegerSelfId = ledger.selfId;
    config.dLegerPeers = `${ledger.selfId}-127.0.0.1:1`;
    config.mappedFileSizeCommitLog = ledger.files.dataFileBytes;
  }
  const logBytes = usualFileBytes(host, config.storePathCommitLog);
  if (logBytes !== null) config.mappedFileSizeCommitLog = logBytes;
  for (const folder of queueFolders(host, `${config.storePathRootDir}/consumequeue`)) {
    const queueBytes = usualFileBytes(host, folder);
    if (queueBytes === null || queueBytes % 20 !== 0) continue;
    config.mappedFileSizeConsumeQueue = queueBytes;
    break;
  }
  // How slots and entries share an index file, its length does not tell: what would be entered is counted as records.
  if (disk.list(`${config.storePathRootDir}/index`).length > 0) config.messageIndexEnable = false;
}

function* queueFolders(host: Host, root: string): Generator<string> {
  const {disk} = host;
  for (const topic of disk.list(root)) {
    for (const name of disk.list(`${root}/${topic}`))
      if (/^-?\d+$/.test(name)) yield `${root}/${topic}/${name}`;
  }
}

/** The queues as their files have them, before anything is done about them. */
function queuesOf(host: Host, config: StoreConfig, logMinOffset: number, problems: string[]): QueueAccount[] {
  const root = `${config.storePathRootDir}/consumequeue`;
  const fileBytes = consumeQueueFileBytes(config);
  for (const topic of host.disk.list(root)) {
    if (!host.disk.isFolder(`${root}/${topic}`))
      problems.push(`${root}/${topic}: a file, where only folders of topics belong`);
  }
  let areGood = true;
  for (const folder of queueFolders(host, root)) {
    const {foreign} = segmentsIn(host, folder, fileBytes);
    problems.push(...foreign);
    areGood &&= foreign.length === 0;
  }
  if (!areGood) return [];
  const queues = new ConsumeQueues(host, root, fileBytes, false);
  queues.load();
  return [...queues.all()].map((queue) => {
    const fileCount = queue.files.files.length;
    queue.recover();
    queue.correctMinOffset(logMinOffset);
    const {topic, queueId, minOffset, maxOffset} = queue;
    return {topic, queueId, minOffset, maxOffset, fileCount};
  });
}

function indexOf(host: Host, folder: string, problems: string[]): IndexAccount[] {
  const {disk} = host;
  const index: IndexAccount[] = [];
  for (const name of disk.list(folder)) {
    const path = `${folder}/${name}`;
    if (disk.isFolder(path) || !/^\d+$/.test(name)) {
      problems.push(`${path}: not an index file: its name is no moment; a start passes it over`);
      continue;
    }
    const file = disk.open(path, 'existing');
    const sizeBytes = file.sizeBytes();
    if (sizeBytes < INDEX_HEADER_BYTES) {
      problems.push(`${path}: torn: ${sizeBytes} bytes do not hold the header of an index file`);
      continue;
    }
    const bytes = file.readAt(0, INDEX_HEADER_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const keys = Math.max(0, view.getInt32(36) - 1);
    index.push({name, sizeBytes, keys, beginMs: readInt64(view, 0), endMs: readInt64(view, 8)});
  }
  return index;
}

function checkpointOf(host: Host, path: string): StoreAccount['checkpoint'] {
  if (!host.disk.exists(path)) return null;
  const checkpoint = new StoreCheckpoint(host, path);
  return {
    physicMs: checkpoint.physicMsgTimestampMs,
    logicsMs: checkpoint.logicsMsgTimestampMs,
    indexMs: checkpoint.indexMsgTimestampMs,
  };
}

function configFilesOf(host: Host, folder: string): ConfigFileAccount[] {
  const counted: readonly (readonly [string, () => string | null])[] = [
    ['topics.json', () => counting('topic', topicsFile(host, folder).load()?.topicConfigTable.size)],
    [
      'subscriptionGroup.json',
      () => counting('group', groupsFile(host, folder).load()?.subscriptionGroupTable.size),
    ],
    ['consumerOffset.json', () => counting('table', offsetsFile(host, folder).load()?.size)],
    [
      'delayOffset.json',
      () => {
        const text = readTextFile(host.disk, `${folder}/delayOffset.json`) ?? '';
        return counting('level', decodeDelayOffsets(text)?.size);
      },
    ],
  ];
  return host.disk.list(folder).flatMap((name) => {
    if (name.endsWith('.bak')) return [];
    const reader = counted.find(([known]) => known === name);
    const says = reader === undefined ? 'kept as it is; this broker does not read it' : reader[1]();
    return [{name, says: says ?? 'torn: neither it nor its .bak can be understood', isGood: says !== null}];
  });
}

function counting(what: string, count: number | undefined): string | null {
  return count === undefined ? null : `${count} ${what}${count === 1 ? '' : 's'}`;
}
