import {type BrokerConfig, parseBrokerConf} from '../../rocketmq/broker/broker-conf.ts';
import {parsePeers} from '../../rocketmq/dledger/peers.ts';
import {usesTransientStorePool} from '../../rocketmq/store/store-config.ts';
import type {FactEntry} from '../by-kind.ts';
import type {Holding, MessageFate, Taker} from '../ledger.ts';
import {ConfTrack} from '../scenario/conf-track.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';

/** What a broker's configuration promises of a message that it acknowledges. */
export interface Promises {
  readonly process: string;
  readonly machine: string;
  readonly brokerName: string;
  readonly isSlave: boolean;
  readonly syncFlush: boolean;
  readonly syncReplica: boolean;
  readonly storePool: boolean;
  /** The scenario has a slave of the same name. */
  readonly hasSlave: boolean;
  /** `lab.fix=slave-offset-checked`: a slave ahead of its master is refused. */
  readonly checksSlaves: boolean;
  /** How many members of its group have a message, in page caches, when it is acknowledged; null where the log is no ledger. */
  readonly majority: number | null;
  /** Of a file of the commit log. */
  readonly logFileBytes: number;
}

/**
 * What every broker of a run promises, life by life: settings made by hand count from its next start on. A promise is what was in
 * force when a copy was made, whatever its broker has read since.
 */
export class PromiseHistory {
  /** In order; the first one counts from the beginning. */
  readonly #epochs: {readonly sinceId: number; readonly promises: ReadonlyMap<string, Promises>}[];
  /** Where the log of each broker ended at each of its recoveries, in order. */
  readonly #recoveries = new Map<string, {readonly entryId: number; readonly end: number}[]>();

  constructor(scenario: Scenario, store: TraceStore) {
    const track = new ConfTrack(scenario);
    this.#epochs = [{sinceId: 0, promises: promisesOf(scenario, track)}];
    const entries = store.pick({entries: ['config-set', 'process-started'], facts: ['store-recovered']});
    for (const entry of entries) {
      if (entry.kind === 'config-set') track.set(entry);
      if (entry.kind === 'fact') this.#noteRecovery(entry);
      if (entry.kind !== 'process-started') continue;
      const before = track.confOf(entry.process);
      track.started(entry);
      if (track.confOf(entry.process) === before) continue;
      this.#epochs.push({sinceId: entry.id, promises: promisesOf(scenario, track)});
    }
  }

  /** What a broker promised by an entry; undefined where the process is none. */
  at(process: string, entryId: number): Promises | undefined {
    let at = this.#epochs.length - 1;
    while (entryId < this.#epochs[at]!.sinceId) at -= 1;
    return this.#epochs[at]!.promises.get(process);
  }

  /**
   * Whether a copy counts as flushed though nothing has synced its file: 4.9.1 takes what a recovery finds for flushed, and goes on in
   * the file in which the log ends. What a process that was killed had written to a file before that one, nobody syncs any more.
   * Source: RocketMQ 4.9.1 `CommitLog#recoverAbnormally`.
   */
  isFalselyFlushed(holding: Holding): boolean {
    const {process, physicalOffset, entryId, durable, durableEntryId} = holding;
    const of = this.of(holding);
    if (!durable || of === undefined || of.majority !== null) return false;
    const fileOf = (offset: number): number => Math.floor(offset / of.logFileBytes);
    return (this.#recoveries.get(process) ?? []).some(
      (recovery) =>
        entryId < recovery.entryId &&
        recovery.entryId < durableEntryId &&
        fileOf(physicalOffset) < fileOf(recovery.end),
    );
  }

  #noteRecovery({id: entryId, process, fact}: FactEntry<'store-recovered'>): void {
    const {maxPhysicalOffset: end} = fact;
    const recoveries = this.#recoveries.get(process);
    if (recoveries === undefined) this.#recoveries.set(process, [{entryId, end}]);
    else recoveries.push({entryId, end});
  }

  /** What the broker of a copy promised when it was made. */
  of(holding: Holding): Promises | undefined {
    return this.at(holding.process, holding.entryId);
  }
}

/** The promises of every broker of a scenario as it is configured now, by process. */
function promisesOf(scenario: Scenario, track: ConfTrack): Map<string, Promises> {
  const configs = scenario.brokers.map((broker) => {
    const {config} = parseBrokerConf(track.confOf(broker.name));
    return {broker, config, brokerName: config.brokerName ?? broker.brokerName};
  });
  return new Map(
    configs.map(({broker, config, brokerName}) => [
      broker.name,
      {
        process: broker.name,
        machine: broker.machine,
        brokerName,
        isSlave: config.brokerRole === 'SLAVE',
        // A ledger neither waits for disks nor for slaves, whatever is written.
        syncFlush: config.flushDiskType === 'SYNC_FLUSH' && !config.enableDLegerCommitLog,
        syncReplica: config.brokerRole === 'SYNC_MASTER' && !config.enableDLegerCommitLog,
        storePool: usesTransientStorePool(config) && !config.enableDLegerCommitLog,
        hasSlave:
          !config.enableDLegerCommitLog &&
          configs.some((other) => other.brokerName === brokerName && other.config.brokerRole === 'SLAVE'),
        majority: config.enableDLegerCommitLog ? majorityOf(config) : null,
        logFileBytes: config.mappedFileSizeCommitLog,
        checksSlaves: config.labFixes.has('slave-offset-checked'),
      },
    ]),
  );
}

function majorityOf({dLegerPeers}: BrokerConfig): number {
  return Math.floor(parsePeers(dLegerPeers ?? '').size / 2) + 1;
}

/** The copies of one entry: of a retried message, another attempt's are others. */
export function copiesOf(fate: MessageFate, of: Holding): readonly Holding[] {
  return fate.holdings.filter(({physicalOffset}) => physicalOffset === of.physicalOffset);
}

/** Why a configuration allows that a broker no longer has a record. */
export type Allowance =
  /** Everything that is on a destroyed disk goes with it. */
  | 'disk-gone'
  /** ASYNC_FLUSH acknowledges before the disk has it. */
  | 'async-flush'
  /** transientStorePoolEnable acknowledges what is in a buffer of the process. */
  | 'store-pool'
  /** A slave says that it has what is in its page cache. */
  | 'slave-page-cache'
  /** The producer was told that the disk had not confirmed it, or may have been. */
  | 'status-told'
  /** The disk failed or lied, and RocketMQ 4.9.1 swallows what a sync says. */
  | 'disk-fault'
  /** Old files are deleted after fileReservedTime. */
  | 'expired'
  /** A majority says that it has what is in its page caches. */
  | 'ledger-page-cache'
  /** So many members have lost it that a majority could be made without it, and that one's leader made the rest drop it. */
  | 'outvoted'
  /** This copy was of an attempt that was never acknowledged. */
  | 'not-acknowledged';

/** Why this copy may be gone; null where the configuration promises that it stays. */
export function allowanceFor(
  holding: Holding,
  acked: Holding | null,
  fate: MessageFate,
  history: PromiseHistory,
): Allowance | null {
  const taken = holding.taken;
  const promises = history.of(holding);
  if (taken === null || promises === undefined) return null;
  if (taken.by === 'disk-destroyed') return 'disk-gone';
  if (taken.by === 'cleaning') return 'expired';
  if (taken.by === 'disk-fault') return 'disk-fault';
  if (taken.by === 'ledger-cut') return allowanceForCut(holding, acked, fate, promises);
  if (taken.by === 'process-end') return promises.storePool && !holding.committed ? 'store-pool' : null;
  if (taken.by !== 'power-loss') return null;
  if (holding.durable && !history.isFalselyFlushed(holding)) return taken.diskLied ? 'disk-fault' : null;
  if (promises.majority !== null) return 'ledger-page-cache';
  if (holding.isReplica) return 'slave-page-cache';
  if (promises.storePool && !holding.committed) return 'store-pool';
  if (!promises.syncFlush) return 'async-flush';
  if (acked !== null && holding !== acked) return 'not-acknowledged';
  // A failed replica hides what became of the flush.
  if (fate.ackStatus !== 'SEND_OK') return 'status-told';
  return taken.diskLied ? 'disk-fault' : null;
}

/** A majority that has an entry elects nobody who lacks it: unless disks and power have made of it less than a majority. */
function allowanceForCut(
  holding: Holding,
  acked: Holding | null,
  fate: MessageFate,
  promises: Promises,
): Allowance | null {
  if (acked !== null && holding.physicalOffset !== acked.physicalOffset) return 'not-acknowledged';
  const copies = copiesOf(fate, holding);
  const members = new Set(copies.map(({process}) => process));
  const robbed = new Set(
    copies.filter(({taken}) => taken !== null && taken.by !== 'ledger-cut').map(({process}) => process),
  );
  return members.size - robbed.size < (promises.majority ?? 0) ? 'outvoted' : null;
}

/** What took it, and why that is allowed, as words; for one copy of a message. */
export function sayTaking(allowance: Allowance, by: Taker): string {
  switch (allowance) {
    case 'disk-gone':
      return 'the disk was destroyed';
    case 'async-flush':
      return 'ASYNC_FLUSH acknowledges before the disk has it, and the power went';
    case 'store-pool':
      return by === 'power-loss'
        ? 'transientStorePoolEnable acknowledges what is in a buffer of the process, and the power went'
        : 'transientStorePoolEnable acknowledges what is in a buffer of the process, and the process ended';
    case 'slave-page-cache':
      return 'a slave confirms what is in its page cache, and the power went';
    case 'status-told':
      return 'the power went, and the producer had been told that it was not safe';
    case 'disk-fault':
      return 'the disk had a fault, and 4.9.1 swallows what a failed sync says';
    case 'expired':
      return 'its file was deleted, as fileReservedTime and the disk ratios say';
    case 'ledger-page-cache':
      return 'a majority acknowledges what is in its page caches, and the power went';
    case 'outvoted':
      return 'fewer than a majority still had it, and a leader without it made them drop it';
    case 'not-acknowledged':
      return 'this copy was of an attempt that was never acknowledged';
  }
}
