import {type BrokerConfig, parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {readInt64} from '../../rocketmq/message/int64.ts';
import {MessageSysFlag, transactionType} from '../../rocketmq/message/sys-flag.ts';
import {consumeQueueFileBytes} from '../../rocketmq/store/store-config.ts';
import {logFolderOf} from '../scenario/log-folder.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';
import {BrokersSeen} from './brokers-seen.ts';
import {type Disks, OffsetFiles, WINDOW_BYTES, walkLog} from './disk-log.ts';
import {wantsAudit} from './wants-audit.ts';
import {hasZeroedProperties} from './zeroed-properties.ts';

/** What lies on the disks of the brokers that run, read once. Plain data: it crosses threads. */
export interface LogAudit {
  readonly brokers: readonly BrokerAudit[];
  readonly replicas: readonly ReplicaAudit[];
}

export interface BrokerAudit {
  readonly process: string;
  /** Records of the log up to where it is dispatched. */
  readonly records: number;
  /** Consume queue entries that point into the log. */
  readonly entries: number;
  /** Where in the log something lies that is no record; -1 if nowhere. */
  readonly unreadableAt: number;
  readonly mistakes: readonly QueueMistake[];
  /** Places of records that recovery takes though their properties hold what was never written; the first hundred. */
  readonly zeroedProperties: readonly number[];
}

export interface QueueMistake {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  /** Of the record, or what the entry points at. */
  readonly physicalOffset: number;
  /** A record without its entry, an entry that differs from its record, an entry without a record. */
  readonly what: 'missing' | 'differs' | 'dangling';
}

export interface ReplicaAudit {
  readonly master: string;
  readonly slave: string;
  readonly masterEnd: number;
  readonly slaveEnd: number;
  readonly comparedBytes: number;
  /** The first offset at which the two logs differ; -1 if none. */
  readonly differsAt: number;
}

/** More mistakes of one broker are not listed. */
const MISTAKES_MAX = 100;

/** Reads the logs and queues of all running brokers of a world that stands still, and compares each slave with its master. */
export function auditLogs(
  disks: Disks & {isRunning(process: string): boolean},
  scenario: Scenario,
  seen: BrokersSeen,
): LogAudit {
  const running: RunningBroker[] = [];
  for (const {name, machine, brokerName} of scenario.brokers) {
    const ends = seen.endsOf(name);
    if (!disks.isRunning(name) || ends === undefined) continue;
    const {config} = parseBrokerConf(seen.confOf(name));
    const ledger = seen.ledgerOf(name);
    // The two ends of a ledger's members are not told at once, so only what both know to be committed is compared.
    const logEnd = ledger === undefined ? ends.logEnd : Math.min(ledger.writtenPos, ledger.committedPos);
    const isSlave = ledger === undefined ? config.brokerRole === 'SLAVE' : !ledger.isMaster;
    const isLedger = ledger !== undefined;
    const logBegin = ledger?.beginPos ?? 0;
    const committedTo = ledger?.committedPos ?? Number.POSITIVE_INFINITY;
    running.push({
      name,
      machine,
      brokerName,
      config,
      isSlave,
      isLedger,
      ...ends,
      logBegin,
      logEnd,
      committedTo,
    });
  }
  const brokers = running.map((broker) => auditBroker(disks, broker));
  const replicas: ReplicaAudit[] = [];
  for (const slave of running.filter(({isSlave}) => isSlave)) {
    const master = running.find(({isSlave, brokerName}) => !isSlave && brokerName === slave.brokerName);
    if (master !== undefined) replicas.push(compareLogs(disks, master, slave));
  }
  return {brokers, replicas};
}

/** The audit as evidence, where a check of the scenario looks at it; nothing where none does. */
export function auditFor(
  disks: Parameters<typeof auditLogs>[0],
  scenario: Scenario,
  store: TraceStore,
): {readonly audit?: LogAudit} {
  return wantsAudit(scenario) ? {audit: auditLogs(disks, scenario, BrokersSeen.in(scenario, store))} : {};
}

interface RunningBroker {
  readonly name: string;
  readonly machine: string;
  readonly brokerName: string;
  readonly config: BrokerConfig;
  readonly isSlave: boolean;
  readonly isLedger: boolean;
  /** Of a ledger, where it begins, as its member has told. */
  readonly logBegin: number;
  /** Of a ledger, where what is known to be committed ends, or the ledger itself if that is shorter. */
  readonly logEnd: number;
  readonly dispatchedTo: number;
  /** Nothing beyond it is dispatched. */
  readonly committedTo: number;
}

function logOf(disks: Disks, broker: RunningBroker): OffsetFiles {
  const {machine, config, logBegin} = broker;
  return new OffsetFiles(disks, machine, logFolderOf(config), config.mappedFileSizeCommitLog, logBegin);
}

interface Entry {
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  readonly tagsCode: bigint;
}

function auditBroker(disks: Disks, broker: RunningBroker): BrokerAudit {
  const {config} = broker;
  const log = logOf(disks, broker);
  const queues = queuesOf(disks, broker);
  const dispatchedTo = broker.isLedger ? endOf(queues) : broker.dispatchedTo;
  const wanted = new Map<string, Map<number, Entry>>();
  const zeroedProperties: number[] = [];
  let records = 0;
  const unreadableAt = walkLog(
    log,
    dispatchedTo,
    config.messageDelayLevel,
    broker.isLedger,
    (record, bytes) => {
      if (zeroedProperties.length < MISTAKES_MAX && hasZeroedProperties(bytes))
        zeroedProperties.push(record.physicalOffset);
      const type = transactionType(record.sysFlag);
      if (type !== MessageSysFlag.TRANSACTION_NOT && type !== MessageSysFlag.TRANSACTION_COMMIT) return;
      records += 1;
      const queue = `${record.topic}/${record.queueId}`;
      const entries = wanted.get(queue) ?? new Map<number, Entry>();
      wanted.set(queue, entries);
      entries.set(record.queueOffset, record);
    },
  );
  const mistakes: QueueMistake[] = [];
  let entryCount = 0;
  const note = (
    queue: string,
    queueOffset: number,
    physicalOffset: number,
    what: QueueMistake['what'],
  ): void => {
    if (mistakes.length === MISTAKES_MAX) return;
    const at = queue.lastIndexOf('/');
    mistakes.push({
      topic: queue.slice(0, at),
      queueId: Number(queue.slice(at + 1)),
      queueOffset,
      physicalOffset,
      what,
    });
  };
  for (const queue of new Set([...queues.keys(), ...wanted.keys()])) {
    const records = wanted.get(queue) ?? new Map<number, Entry>();
    const seen = new Set<number>();
    for (const {queueOffset, entry} of queues.get(queue) ?? []) {
      // What points before the log is left over from files that were deleted; a filler points nowhere.
      if (entry.physicalOffset < log.firstOffset || entry.sizeBytes === FILLER_SIZE) continue;
      // Behind something unreadable nothing is known.
      if (unreadableAt !== -1 && unreadableAt <= entry.physicalOffset) continue;
      entryCount += 1;
      seen.add(queueOffset);
      const record = records.get(queueOffset);
      if (record === undefined) note(queue, queueOffset, entry.physicalOffset, 'dangling');
      else if (!isSame(record, entry)) note(queue, queueOffset, record.physicalOffset, 'differs');
    }
    for (const [queueOffset, {physicalOffset}] of records) {
      // A member that lost its queues fills them again as far as it knows the log to be committed, and no further.
      if (broker.committedTo <= physicalOffset) continue;
      if (!seen.has(queueOffset)) note(queue, queueOffset, physicalOffset, 'missing');
    }
  }
  return {process: broker.name, records, entries: entryCount, unreadableAt, mistakes, zeroedProperties};
}

interface QueueEntry {
  readonly queueOffset: number;
  readonly entry: Entry;
}

/** What the consume queues of a broker hold, by topic and queue. */
function queuesOf(disks: Disks, broker: RunningBroker): Map<string, QueueEntry[]> {
  const folder = `${broker.config.storePathRootDir ?? '/root/store'}/consumequeue`;
  const fileBytes = consumeQueueFileBytes(broker.config);
  return new Map(
    queueFolders(disks, broker.machine, folder).map((queue) => [
      queue,
      entriesOf(new OffsetFiles(disks, broker.machine, `${folder}/${queue}`, fileBytes)),
    ]),
  );
}

/**
 * Where the last record ends that any queue points at. What a member of a group has dispatched of what its ledger held at its
 * start, it does not tell.
 */
function endOf(queues: ReadonlyMap<string, readonly QueueEntry[]>): number {
  let end = 0;
  for (const entries of queues.values()) {
    for (const {entry} of entries)
      if (entry.sizeBytes !== FILLER_SIZE) end = Math.max(end, entry.physicalOffset + entry.sizeBytes);
  }
  return end;
}

/** Fills a queue whose first entries are nobody's (a slave that began in the middle). */
const FILLER_SIZE = 0x7fff_ffff;
const ENTRY_BYTES = 20;
const READ_AT_ONCE = 512 * ENTRY_BYTES;

function entriesOf(files: OffsetFiles): QueueEntry[] {
  const entries: QueueEntry[] = [];
  if (files.firstOffset === -1) return entries;
  for (let offset = files.firstOffset; ; ) {
    const bytes = files.read(offset, READ_AT_ONCE);
    if (bytes.length < ENTRY_BYTES) return entries;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      const sizeBytes = view.getInt32(at + 8);
      if (sizeBytes <= 0) return entries;
      const entry = {physicalOffset: readInt64(view, at), sizeBytes, tagsCode: view.getBigInt64(at + 12)};
      entries.push({queueOffset: offset / ENTRY_BYTES, entry});
      offset += ENTRY_BYTES;
    }
  }
}

function isSame(a: Entry, b: Entry): boolean {
  return a.physicalOffset === b.physicalOffset && a.sizeBytes === b.sizeBytes && a.tagsCode === b.tagsCode;
}

function queueFolders(disks: Disks, machine: string, folder: string): string[] {
  const found = new Set<string>();
  for (const path of disks.listFiles(machine)) {
    if (!path.startsWith(`${folder}/`)) continue;
    const parts = path.slice(folder.length + 1).split('/');
    if (parts.length === 3) found.add(`${parts[0]}/${parts[1]}`);
  }
  return [...found];
}

/** As much as a log is read at once anyway. */
const COMPARED_AT_ONCE = WINDOW_BYTES;

function compareLogs(disks: Disks, master: RunningBroker, slave: RunningBroker): ReplicaAudit {
  const [of, by] = [logOf(disks, master), logOf(disks, slave)];
  const {logEnd: masterEnd} = master;
  const {logEnd: slaveEnd} = slave;
  const from = Math.max(of.firstOffset, by.firstOffset);
  const to = Math.min(masterEnd, slaveEnd);
  const result = (comparedBytes: number, differsAt: number): ReplicaAudit => ({
    master: master.name,
    slave: slave.name,
    masterEnd,
    slaveEnd,
    comparedBytes,
    differsAt,
  });
  if (of.firstOffset === -1 || by.firstOffset === -1) return result(0, -1);
  for (let offset = from; offset < to; ) {
    const wanted = Math.min(COMPARED_AT_ONCE, to - offset);
    const [a, b] = [of.read(offset, wanted), by.read(offset, wanted)];
    const length = Math.min(a.length, b.length);
    if (length === 0) return result(offset - from, offset);
    const same = lengthInCommon(a, b, length);
    if (same < length) return result(offset + same - from, offset + same);
    offset += length;
  }
  return result(Math.max(0, to - from), -1);
}

/** Up to where two arrays are the same, `length` at most; looked at four bytes at a time, as nearly all of them are. */
function lengthInCommon(a: Uint8Array, b: Uint8Array, length: number): number {
  const viewA = new DataView(a.buffer, a.byteOffset, length);
  const viewB = new DataView(b.buffer, b.byteOffset, length);
  let same = 0;
  while (same + 4 <= length && viewA.getInt32(same) === viewB.getInt32(same)) same += 4;
  while (same < length && a[same] === b[same]) same += 1;
  return same;
}
