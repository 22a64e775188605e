/** What a broker would do first if it were started on a folder. The broker's own code is let load it, over a disk that keeps what it changes to itself. */
import type {Host} from '../ports/host.ts';
import {groupsFile, offsetsFile, topicsFile} from '../rocketmq/broker/config-files.ts';
import type {Fact} from '../rocketmq/facts.ts';
import {ConsumeQueues} from '../rocketmq/store/consume-queues.ts';
import {createMessageStore} from '../rocketmq/store/default-message-store.ts';
import {DLedgerCommitLog} from '../rocketmq/store/dledger/dledger-commit-log.ts';
import {firstFileToRecover} from '../rocketmq/store/recovery.ts';
import {StoreCheckpoint} from '../rocketmq/store/store-checkpoint.ts';
import {consumeQueueFileBytes, type StoreConfig} from '../rocketmq/store/store-config.ts';
import {createHost} from './host.ts';
import type {LookedAtLedger} from './ledger-account.ts';
import {ledgerItems} from './ledger-log.ts';
import {OverlayDisk} from './overlay-disk.ts';
import {refusedStart, StartRefused} from './start-refused.ts';
import type {Segments} from './store-log.ts';

const HOUR_MS = 3_600_000;

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
    }
  /** The log is a ledger, which tells for itself what it recovers. */
  | {
      readonly outcome: 'recovers-on-ledger';
      readonly selfId: string;
      /** Up to where the log is known to be committed, and can be read. */
      readonly maxOffset: number;
      readonly dispatchedRecords: number;
      readonly dispatchedBytes: number;
      readonly removedFiles: readonly string[];
    };

/** The ports of a program that looks at files; what it starts to wait for never comes. */
export function hostOver(disk: OverlayDisk, record: (fact: Fact) => void): Host {
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
    exit: (_code, reason) => {
      throw new StartRefused(reason);
    },
  };
}

/** Lets the broker's own store load the files, over a disk that keeps what it changes to itself. */
export function startOn(
  config: StoreConfig,
  log: Segments,
  records: readonly {offset: number; endOffset: number}[],
): StartAccount {
  const facts: Fact[] = [];
  const host = hostOver(new OverlayDisk(), (fact) => facts.push(fact));
  try {
    const folder = `${config.storePathRootDir}/config`;
    const tables = [topicsFile(host, folder), offsetsFile(host, folder), groupsFile(host, folder)];
    if (tables.some((file) => file.load() === null)) {
      throw new StartRefused('a configuration file and its .bak cannot be read');
    }
    const isAbnormal = host.disk.exists(`${config.storePathRootDir}/abort`);
    const checkpoint = new StoreCheckpoint(host, `${config.storePathRootDir}/checkpoint`);
    const isIndexSafe = config.messageIndexEnable && config.messageIndexSafe;
    const safeMs = isIndexSafe ? checkpoint.minTimestampIndexMs : checkpoint.minTimestampMs;
    const store = createMessageStore(host, config);
    if (!store.load()) throw new StartRefused('the store cannot be loaded');
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
    return refusedStart(facts, error);
  }
}

/** The same where the log is the ledger of a member. */
export function startOnLedger(config: StoreConfig, ledger: LookedAtLedger | undefined): StartAccount {
  const facts: Fact[] = [];
  const host = hostOver(new OverlayDisk(), (fact) => facts.push(fact));
  try {
    const store = createMessageStore(host, config, (...parts) => new DLedgerCommitLog(...parts));
    if (!store.load()) throw new StartRefused('the store cannot be loaded');
    const {maxPhysicalOffset: maxOffset} = store;
    const from = dispatchedTo(host, config);
    const items = ledger === undefined ? [] : [...ledgerItems(ledger.files)];
    const again = items.flatMap((item) =>
      item.kind === 'entry' && item.header.pos >= from && item.header.pos < maxOffset
        ? [item.header.size]
        : [],
    );
    return {
      outcome: 'recovers-on-ledger',
      selfId: config.dLegerSelfId ?? '',
      maxOffset,
      dispatchedRecords: again.length,
      dispatchedBytes: again.reduce((sum, size) => sum + size, 0),
      // What goes of the ledger itself is told with it.
      removedFiles: facts.flatMap((fact) =>
        fact.kind === 'file-deleted' && !fact.path.startsWith(`${ledger?.folder}/`) ? [fact.path] : [],
      ),
    };
  } catch (error) {
    return refusedStart(facts, error);
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
    config.labFixes.has('keep-queue-places'),
  );
  queues.load();
  for (const queue of queues.all()) queue.recover();
  return queues.maxPhysicalOffset();
}
