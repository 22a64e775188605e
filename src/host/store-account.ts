/** What a store folder holds, and what a start would make of it. Nothing on the disk is changed to find out. */
import {join, resolve} from 'node:path';
import type {Host} from '../ports/host.ts';
import {parseBrokerConf} from '../rocketmq/broker/broker-conf.ts';
import {defaultBrokerConfig, settleBrokerConfig} from '../rocketmq/broker/broker-config.ts';
import {groupsFile, offsetsFile, topicsFile} from '../rocketmq/broker/config-files.ts';
import {readTextFile} from '../rocketmq/config/config-file.ts';
import type {Fact} from '../rocketmq/facts.ts';
import {readInt64} from '../rocketmq/message/int64.ts';
import {ConsumeQueues} from '../rocketmq/store/consume-queues.ts';
import {createMessageStore} from '../rocketmq/store/default-message-store.ts';
import {decodeDelayOffsets} from '../rocketmq/store/delay-offsets.ts';
import {firstFileToRecover} from '../rocketmq/store/recovery.ts';
import {StoreCheckpoint} from '../rocketmq/store/store-checkpoint.ts';
import {consumeQueueFileBytes, type StoreConfig} from '../rocketmq/store/store-config.ts';
import {createHost} from './host.ts';
import {OverlayDisk} from './overlay-disk.ts';
import {logItems, refusalOf, type Segments, segmentsIn, usualFileBytes} from './store-log.ts';

/** A folder opened for looking at. */
export interface LookedAtStore {
  /** Over the files as they are; what is changed through it stays in memory. */
  readonly host: Host;
  readonly config: StoreConfig;
  readonly log: Segments;
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

/** What a broker that is started on the folder would do first. */
export type StartAccount =
  | {readonly outcome: 'refused'; readonly reasons: readonly string[]}
  | {
      readonly outcome: 'recovers';
      /** Normal: after a stop in order. Abnormal: there is an `abort` file. */
      readonly how: 'normal' | 'abnormal';
      /** The log file from which on records are read again; null where there is none. */
      readonly fromFile: string | null;
      readonly maxOffset: number;
      /** Bytes behind the last good record that are given up and are not just zeros. */
      readonly cutBytes: number;
      /** What recovery and, after it, the dispatcher enter into queues and index again. */
      readonly dispatchedRecords: number;
      readonly dispatchedBytes: number;
      readonly removedFiles: readonly string[];
      /** Log files whose time is over: the broker deletes them when the hour comes, or the disk fills up. */
      readonly expiredFiles: readonly string[];
      readonly deleteWhen: string;
    };

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
  readonly start: StartAccount;
}

/** What a store has, any one of which makes a folder one. */
const MARKS = ['commitlog', 'consumequeue', 'checkpoint', 'config/topics.json'];
const INDEX_HEADER_BYTES = 40;
const HOUR_MS = 3_600_000;

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
    const isStore =
      disk.exists(config.storePathCommitLog) || MARKS.some((mark) => disk.exists(join(root, mark)));
    if (!isStore) {
      return {problem: `${folder}: not a store: there is neither ${MARKS.slice(0, -1).join(', nor ')} in it`};
    }
    if (conf === null) takeSizesFromFiles(host, config);
    return {host, config, log: segmentsIn(host, config.storePathCommitLog, config.mappedFileSizeCommitLog)};
  } catch (error) {
    return {problem: `${folder}: ${refusalOf(error)}`};
  }
}

/** Everything about an opened store but its records' contents. */
export function accountOf({host, config, log}: LookedAtStore): StoreAccount {
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
  const queues = queuesOf(host, config, log.files[0]?.fileFromOffset ?? 0, problems);
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
    start: startOn(config, log, recordOffsets),
  };
}

/** The ports of a program that looks at files; what it starts to wait for never comes. */
function hostOver(disk: OverlayDisk, record: (fact: Fact) => void): Host {
  const real = createHost({name: 'store'});
  return {
    identity: real.identity,
    clock: {
      nowMs: () => real.clock.nowMs(),
      monotonicNs: () => real.clock.monotonicNs(),
      after: () => ({cancel() {}}),
    },
    network: real.network,
    disk,
    random: real.random,
    cpu: real.cpu,
    journal: {record: (fact) => record(fact as Fact)},
    exit: (code, reason) => real.exit(code, reason),
  };
}

function takeSizesFromFiles(host: Host, config: StoreConfig): void {
  const {disk} = host;
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
  const queues = new ConsumeQueues(host, root, fileBytes);
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

/** Lets the broker's own store load the files, over a disk that keeps what it changes to itself. */
function startOn(
  config: StoreConfig,
  log: Segments,
  records: readonly {offset: number; endOffset: number}[],
): StartAccount {
  const facts: Fact[] = [];
  const host = hostOver(new OverlayDisk(), (fact) => facts.push(fact));
  const refused = (reason: string): StartAccount => {
    const told = facts.flatMap((fact) => (fact.kind === 'warned' ? [fact.text] : []));
    return {outcome: 'refused', reasons: told.length > 0 ? told : [reason]};
  };
  try {
    const folder = `${config.storePathRootDir}/config`;
    const tables = [topicsFile(host, folder), offsetsFile(host, folder), groupsFile(host, folder)];
    if (tables.some((file) => file.load() === null)) {
      return refused('a configuration file and its .bak cannot be read');
    }
    const isAbnormal = host.disk.exists(`${config.storePathRootDir}/abort`);
    const checkpoint = new StoreCheckpoint(host, `${config.storePathRootDir}/checkpoint`);
    const isIndexSafe = config.messageIndexEnable && config.messageIndexSafe;
    const safeMs = isIndexSafe ? checkpoint.minTimestampIndexMs : checkpoint.minTimestampMs;
    const store = createMessageStore(host, config);
    if (!store.load()) return refused('the store cannot be loaded');
    const recovered = facts.find((fact) => fact.kind === 'store-recovered');
    const first = log.files[firstFileToRecover(log.files, isAbnormal ? safeMs : null)];
    const maxOffset = store.maxPhysicalOffset;
    const dispatchFrom = isAbnormal ? (first?.fileFromOffset ?? 0) : dispatchedTo(host, config);
    const again = records.filter((one) => one.offset >= dispatchFrom && one.endOffset <= maxOffset);
    return {
      outcome: 'recovers',
      how: isAbnormal ? 'abnormal' : 'normal',
      fromFile: first === undefined ? null : first.path.slice(first.path.lastIndexOf('/') + 1),
      maxOffset,
      cutBytes: recovered?.truncatedBytes ?? 0,
      dispatchedRecords: again.length,
      dispatchedBytes: again.reduce((sum, one) => sum + one.endOffset - one.offset, 0),
      removedFiles: facts.flatMap((fact) => (fact.kind === 'file-deleted' ? [fact.path] : [])),
      expiredFiles: expiredOf(host, config, log),
      deleteWhen: config.deleteWhen,
    };
  } catch (error) {
    return refused(refusalOf(error));
  }
}

/** From the oldest on, up to the first that is young enough; never the last. */
function expiredOf(host: Host, config: StoreConfig, log: Segments): string[] {
  const oldestMs = host.clock.nowMs() - config.fileReservedTime * HOUR_MS;
  const paths = log.files.slice(0, -1).map(({path}) => path);
  const young = paths.findIndex((path) => host.disk.modifiedMs(path) > oldestMs);
  return young < 0 ? paths : paths.slice(0, young);
}

/** The end of the last record in any queue: from there the dispatcher goes on. */
function dispatchedTo(host: Host, config: StoreConfig): number {
  const queues = new ConsumeQueues(
    host,
    `${config.storePathRootDir}/consumequeue`,
    consumeQueueFileBytes(config),
  );
  queues.load();
  for (const queue of queues.all()) queue.recover();
  return queues.maxPhysicalOffset();
}
