import {parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import {int32At, int64At} from '../../rocketmq/message/int64.ts';
import {MessageSysFlag, transactionType} from '../../rocketmq/message/sys-flag.ts';
import {consumeQueueFileBytes} from '../../rocketmq/store/store-config.ts';
import type {TraceReader} from '../../sim/trace.ts';
import type {BrokerScenario, Scenario} from '../scenario/scenario.ts';
import {type Disks, OffsetFiles, walkLog} from './disk-log.ts';

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
  trace: TraceReader,
): LogAudit {
  const ends = endsOf(trace);
  const running = scenario.brokers
    .filter(({name}) => disks.isRunning(name) && ends.has(name))
    .map((broker) => ({broker, config: parseBrokerConf(broker.conf).config, ends: ends.get(broker.name)!}));
  const brokers = running.map(({broker, ends: {dispatchedTo}}) => auditBroker(disks, broker, dispatchedTo));
  const replicas: ReplicaAudit[] = [];
  for (const slave of running.filter(({config}) => config.brokerRole === 'SLAVE')) {
    const master = running.find(
      ({broker, config}) => config.brokerRole !== 'SLAVE' && broker.brokerName === slave.broker.brokerName,
    );
    if (master === undefined) continue;
    replicas.push(compareLogs(disks, master.broker, master.ends.logEnd, slave.broker, slave.ends.logEnd));
  }
  return {brokers, replicas};
}

/** The audit as evidence, where a check of the scenario looks at it; nothing where none does, since it takes its time. */
export function auditFor(
  disks: Parameters<typeof auditLogs>[0],
  scenario: Scenario,
  trace: TraceReader,
): {readonly audit?: LogAudit} {
  const isWanted = scenario.checks.some(
    (name) => name === 'queues-match-log' || name === 'replica-is-prefix',
  );
  return isWanted ? {audit: auditLogs(disks, scenario, trace)} : {};
}

interface Ends {
  logEnd: number;
  dispatchedTo: number;
}

/** Where each log ends, and up to where it is dispatched, as brokers have told. Those still recovering are not among them. */
function endsOf(trace: TraceReader): Map<string, Ends> {
  const ends = new Map<string, Ends>();
  for (const entry of trace.entries) {
    if (entry.kind === 'process-started') ends.delete(entry.process);
    if (entry.kind !== 'fact') continue;
    const fact = entry.fact as Fact;
    if (fact.kind === 'store-recovered') {
      ends.set(entry.process, {logEnd: fact.maxPhysicalOffset, dispatchedTo: fact.maxPhysicalOffset});
      continue;
    }
    const of = ends.get(entry.process);
    if (of === undefined) continue;
    if (fact.kind === 'message-appended')
      of.logEnd = Math.max(of.logEnd, fact.physicalOffset + fact.sizeBytes);
    else if (fact.kind === 'slave-appended') of.logEnd = Math.max(of.logEnd, fact.physicalOffset);
    else if (fact.kind === 'log-dispatched') of.dispatchedTo = Math.max(of.dispatchedTo, fact.physicalOffset);
  }
  return ends;
}

function pathsOf({conf}: BrokerScenario) {
  const {config} = parseBrokerConf(conf);
  const root = config.storePathRootDir ?? '/root/store';
  return {config, root, commitLog: config.storePathCommitLog ?? '/root/store/commitlog'};
}

interface Entry {
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  readonly tagsCode: bigint;
}

function auditBroker(disks: Disks, broker: BrokerScenario, dispatchedTo: number): BrokerAudit {
  const {config, root, commitLog} = pathsOf(broker);
  const log = new OffsetFiles(disks, broker.machine, commitLog, config.mappedFileSizeCommitLog);
  const wanted = new Map<string, Map<number, Entry>>();
  let records = 0;
  const unreadableAt = walkLog(log, dispatchedTo, config.messageDelayLevel, (record) => {
    const type = transactionType(record.sysFlag);
    if (type !== MessageSysFlag.TRANSACTION_NOT && type !== MessageSysFlag.TRANSACTION_COMMIT) return;
    records += 1;
    const queue = `${record.topic}/${record.queueId}`;
    const entries = wanted.get(queue) ?? new Map<number, Entry>();
    wanted.set(queue, entries);
    entries.set(record.queueOffset, record);
  });
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
  const queues = new Set([...queueFolders(disks, broker.machine, `${root}/consumequeue`), ...wanted.keys()]);
  const fileBytes = consumeQueueFileBytes(config);
  for (const queue of queues) {
    const records = wanted.get(queue) ?? new Map<number, Entry>();
    const files = new OffsetFiles(disks, broker.machine, `${root}/consumequeue/${queue}`, fileBytes);
    const seen = new Set<number>();
    for (const {queueOffset, entry} of entriesOf(files)) {
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
      if (!seen.has(queueOffset)) note(queue, queueOffset, physicalOffset, 'missing');
    }
  }
  return {process: broker.name, records, entries: entryCount, unreadableAt, mistakes};
}

/** Fills a queue whose first entries are nobody's (a slave that began in the middle). */
const FILLER_SIZE = 0x7fff_ffff;
const ENTRY_BYTES = 20;

function* entriesOf(files: OffsetFiles): Generator<{queueOffset: number; entry: Entry}> {
  if (files.firstOffset === -1) return;
  for (let at = files.firstOffset; ; at += ENTRY_BYTES) {
    const bytes = files.read(at, ENTRY_BYTES);
    if (bytes.length < ENTRY_BYTES) return;
    const sizeBytes = int32At(bytes, 8);
    if (sizeBytes <= 0) return;
    const tagsCode = new DataView(bytes.buffer, bytes.byteOffset, ENTRY_BYTES).getBigInt64(12);
    yield {queueOffset: at / ENTRY_BYTES, entry: {physicalOffset: int64At(bytes, 0), sizeBytes, tagsCode}};
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

const COMPARED_AT_ONCE = 1 << 16;

function compareLogs(
  disks: Disks,
  master: BrokerScenario,
  masterEnd: number,
  slave: BrokerScenario,
  slaveEnd: number,
): ReplicaAudit {
  const [of, by] = [master, slave].map((broker) => {
    const {config, commitLog} = pathsOf(broker);
    return new OffsetFiles(disks, broker.machine, commitLog, config.mappedFileSizeCommitLog);
  }) as [OffsetFiles, OffsetFiles];
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
    for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return result(offset + i - from, offset + i);
    if (length === 0) return result(offset - from, offset);
    offset += length;
  }
  return result(Math.max(0, to - from), -1);
}
