import type {DLedgerFix} from '../dledger/fixes.ts';
import type {LabFix} from './lab-fixes.ts';

/**
 * What the store can be told, under RocketMQ's own keys, so that a broker's configuration is one of these. The object is
 * read whenever a value is needed: what changes in it while the broker runs takes effect as it does in the real one.
 * Source: RocketMQ 4.9.1 `store.config.MessageStoreConfig`, and the three keys of `BrokerConfig` that the store reads.
 */
export interface StoreConfig {
  storePathRootDir: string;
  /** Not derived from the root: setting only the root leaves the commit log where it was. */
  storePathCommitLog: string;
  brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER' | 'SLAVE';
  /** 0 is a master. */
  brokerId: number;
  longPollingEnable: boolean;
  flushDiskType: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
  mappedFileSizeCommitLog: number;
  /** Rounded up to a multiple of 20. */
  mappedFileSizeConsumeQueue: number;
  /** Bound on a whole record, not only on its body. */
  maxMessageSize: number;
  checkCRCOnRecover: boolean;
  flushCommitLogTimed: boolean;
  flushIntervalCommitLog: number;
  flushCommitLogLeastPages: number;
  flushCommitLogThoroughInterval: number;
  flushIntervalConsumeQueue: number;
  flushConsumeQueueLeastPages: number;
  flushConsumeQueueThoroughInterval: number;
  maxTransferBytesOnMessageInMemory: number;
  maxTransferCountOnMessageInMemory: number;
  maxTransferBytesOnMessageInDisk: number;
  maxTransferCountOnMessageInDisk: number;
  /** Percent of the machine's memory. */
  accessMessageInMemoryMaxRatio: number;
  messageIndexEnable: boolean;
  messageIndexSafe: boolean;
  maxHashSlotNum: number;
  maxIndexNum: number;
  maxMsgsNumBatch: number;
  offsetCheckInSlave: boolean;
  osPageCacheBusyTimeOutMills: number;
  messageDelayLevel: string;
  flushDelayOffsetInterval: number;
  /** Acts only with ASYNC_FLUSH, and not on a slave. */
  transientStorePoolEnable: boolean;
  /** Buffers, each as large as a file of the commit log. */
  transientStorePoolSize: number;
  fastFailIfNoBufferInStorePool: boolean;
  commitIntervalCommitLog: number;
  commitCommitLogLeastPages: number;
  commitCommitLogThoroughInterval: number;
  warmMapedFileEnable: boolean;
  cleanResourceInterval: number;
  /** Hours of the day, `;` between two. */
  deleteWhen: string;
  /** Hours. */
  fileReservedTime: number;
  deleteCommitLogFilesInterval: number;
  deleteConsumeQueueFilesInterval: number;
  /** Percent; counts as 10 where less, as 95 where more. */
  diskMaxUsedSpaceRatio: number;
  cleanFileForciblyEnable: boolean;
  haListenPort: number;
  /** Both ends; ms. */
  haSendHeartbeatInterval: number;
  /** A link that is silent for longer is closed; ms. */
  haHousekeepingInterval: number;
  haTransferBatchSize: number;
  /** A slave further behind than that many bytes counts as none. */
  haSlaveFallbehindMax: number;
  /** How long a put waits for its slave; ms. */
  syncFlushTimeout: number;
  /** Records lie in a ledger that a group of brokers replicates. */
  enableDLegerCommitLog: boolean;
  dLegerGroup: string | null;
  /** `n0-10.0.0.1:40911;n1-10.0.0.2:40912`. */
  dLegerPeers: string | null;
  dLegerSelfId: string | null;
  preferredLeaderId: string | null;
  enableBatchPush: boolean;
  /** Defects of 4.9.1 and of its DLedger that are put right here. */
  labFixes: ReadonlySet<LabFix | DLedgerFix>;
  /** How long an appending thread of a ledger is off its processor where that loses a reply (S10); ms. */
  labAppendPreemptionMs: number;
}

/** The defaults of 4.9.1 for a user whose home is `home`. */
export function defaultStoreConfig(home: string): StoreConfig {
  return {
    storePathRootDir: `${home}/store`,
    storePathCommitLog: `${home}/store/commitlog`,
    brokerRole: 'ASYNC_MASTER',
    brokerId: 0,
    longPollingEnable: true,
    flushDiskType: 'ASYNC_FLUSH',
    mappedFileSizeCommitLog: 1_073_741_824,
    mappedFileSizeConsumeQueue: 6_000_000,
    maxMessageSize: 4_194_304,
    checkCRCOnRecover: true,
    flushCommitLogTimed: true,
    flushIntervalCommitLog: 500,
    flushCommitLogLeastPages: 4,
    flushCommitLogThoroughInterval: 10_000,
    flushIntervalConsumeQueue: 1000,
    flushConsumeQueueLeastPages: 2,
    flushConsumeQueueThoroughInterval: 60_000,
    maxTransferBytesOnMessageInMemory: 262_144,
    maxTransferCountOnMessageInMemory: 32,
    maxTransferBytesOnMessageInDisk: 65_536,
    maxTransferCountOnMessageInDisk: 8,
    accessMessageInMemoryMaxRatio: 40,
    messageIndexEnable: true,
    messageIndexSafe: false,
    maxHashSlotNum: 5_000_000,
    maxIndexNum: 20_000_000,
    maxMsgsNumBatch: 64,
    offsetCheckInSlave: false,
    osPageCacheBusyTimeOutMills: 1000,
    messageDelayLevel: '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h',
    flushDelayOffsetInterval: 10_000,
    transientStorePoolEnable: false,
    transientStorePoolSize: 5,
    fastFailIfNoBufferInStorePool: false,
    commitIntervalCommitLog: 200,
    commitCommitLogLeastPages: 4,
    commitCommitLogThoroughInterval: 200,
    warmMapedFileEnable: false,
    cleanResourceInterval: 10_000,
    deleteWhen: '04',
    fileReservedTime: 72,
    deleteCommitLogFilesInterval: 100,
    deleteConsumeQueueFilesInterval: 100,
    diskMaxUsedSpaceRatio: 75,
    cleanFileForciblyEnable: true,
    haListenPort: 10_912,
    haSendHeartbeatInterval: 5000,
    haHousekeepingInterval: 20_000,
    haTransferBatchSize: 32_768,
    haSlaveFallbehindMax: 268_435_456,
    syncFlushTimeout: 5000,
    enableDLegerCommitLog: false,
    dLegerGroup: null,
    dLegerPeers: null,
    dLegerSelfId: null,
    preferredLeaderId: null,
    enableBatchPush: false,
    labFixes: new Set(),
    labAppendPreemptionMs: 0,
  };
}

/** Does a put land in a buffer of the pool first? Source: `MessageStoreConfig#isTransientStorePoolEnable`. */
export function usesTransientStorePool(
  config: Pick<StoreConfig, 'transientStorePoolEnable' | 'flushDiskType' | 'brokerRole'>,
): boolean {
  return (
    config.transientStorePoolEnable && config.flushDiskType === 'ASYNC_FLUSH' && config.brokerRole !== 'SLAVE'
  );
}

/** Bytes of a consume queue file: whole units. */
export function consumeQueueFileBytes(config: Pick<StoreConfig, 'mappedFileSizeConsumeQueue'>): number {
  return Math.ceil(config.mappedFileSizeConsumeQueue / 20) * 20;
}
