import type {Host} from '../../ports/host.ts';
import type {DLedgerFix} from '../dledger/fixes.ts';
import type {LabFix} from '../store/lab-fixes.ts';

/** Java type of a configuration key: decides which texts it takes. */
type KeyType = 'int' | 'long' | 'boolean' | 'string';

export interface KeySpec<Value = unknown> {
  readonly type: KeyType;
  /** Null where the default is only known on the machine (names, addresses, pool sizes, paths). */
  readonly initial: Value;
  readonly oneOf?: readonly string[];
}

const int = (initial: number): KeySpec<number> => ({type: 'int', initial});
const intOfHost = (): KeySpec<number | null> => ({type: 'int', initial: null});
const long = (initial: number): KeySpec<number> => ({type: 'long', initial});
const flag = (initial: boolean): KeySpec<boolean> => ({type: 'boolean', initial});
const text = (initial: string): KeySpec<string> => ({type: 'string', initial});
const textOfHost = (): KeySpec<string | null> => ({type: 'string', initial: null});
const choice = <const C extends string>(initial: C, ...others: C[]): KeySpec<C> => ({
  type: 'string',
  initial,
  oneOf: [initial, ...others],
});

/** Source: RocketMQ 4.9.1 `common.BrokerConfig`, key by key with its default. */
const BROKER = {
  rocketmqHome: textOfHost(),
  namesrvAddr: textOfHost(),
  brokerIP1: textOfHost(),
  brokerIP2: textOfHost(),
  brokerName: textOfHost(),
  brokerClusterName: text('DefaultCluster'),
  brokerId: long(0),
  brokerPermission: int(6),
  defaultTopicQueueNums: int(8),
  autoCreateTopicEnable: flag(true),
  clusterTopicEnable: flag(true),
  brokerTopicEnable: flag(true),
  autoCreateSubscriptionGroup: flag(true),
  messageStorePlugIn: text(''),
  msgTraceTopicName: text('RMQ_SYS_TRACE_TOPIC'),
  traceTopicEnable: flag(false),
  sendMessageThreadPoolNums: intOfHost(),
  pullMessageThreadPoolNums: intOfHost(),
  processReplyMessageThreadPoolNums: intOfHost(),
  queryMessageThreadPoolNums: intOfHost(),
  adminBrokerThreadPoolNums: int(16),
  clientManageThreadPoolNums: int(32),
  consumerManageThreadPoolNums: int(32),
  heartbeatThreadPoolNums: intOfHost(),
  endTransactionThreadPoolNums: intOfHost(),
  flushConsumerOffsetInterval: int(5000),
  flushConsumerOffsetHistoryInterval: int(60_000),
  rejectTransactionMessage: flag(false),
  fetchNamesrvAddrByAddressServer: flag(false),
  sendThreadPoolQueueCapacity: int(10_000),
  pullThreadPoolQueueCapacity: int(100_000),
  replyThreadPoolQueueCapacity: int(10_000),
  queryThreadPoolQueueCapacity: int(20_000),
  clientManagerThreadPoolQueueCapacity: int(1_000_000),
  consumerManagerThreadPoolQueueCapacity: int(1_000_000),
  heartbeatThreadPoolQueueCapacity: int(50_000),
  endTransactionPoolQueueCapacity: int(100_000),
  filterServerNums: int(0),
  longPollingEnable: flag(true),
  shortPollingTimeMills: long(1000),
  notifyConsumerIdsChangedEnable: flag(true),
  highSpeedMode: flag(false),
  commercialEnable: flag(true),
  commercialTimerCount: int(1),
  commercialTransCount: int(1),
  commercialBigCount: int(1),
  commercialBaseCount: int(1),
  transferMsgByHeap: flag(true),
  maxDelayTime: int(40),
  regionId: text('DefaultRegion'),
  registerBrokerTimeoutMills: int(6000),
  slaveReadEnable: flag(false),
  disableConsumeIfConsumerReadSlowly: flag(false),
  consumerFallbehindThreshold: long(17_179_869_184),
  brokerFastFailureEnable: flag(true),
  waitTimeMillsInSendQueue: long(200),
  waitTimeMillsInPullQueue: long(5000),
  waitTimeMillsInHeartbeatQueue: long(31_000),
  waitTimeMillsInTransactionQueue: long(3000),
  startAcceptSendRequestTimeStamp: long(0),
  traceOn: flag(true),
  enableCalcFilterBitMap: flag(false),
  expectConsumerNumUseFilter: int(32),
  maxErrorRateOfBloomFilter: int(20),
  filterDataCleanTimeSpan: long(86_400_000),
  filterSupportRetry: flag(false),
  enablePropertyFilter: flag(false),
  compressedRegister: flag(false),
  forceRegister: flag(true),
  registerNameServerPeriod: int(30_000),
  transactionTimeOut: long(6000),
  transactionCheckMax: int(15),
  transactionCheckInterval: long(60_000),
  aclEnable: flag(false),
  storeReplyMessageEnable: flag(true),
  autoDeleteUnusedStats: flag(false),
} as const satisfies Record<string, KeySpec>;

/** Source: `remoting.netty.NettyServerConfig` as `BrokerStartup` leaves it, and `NettyClientConfig`. */
const REMOTING = {
  listenPort: int(10_911),
  serverWorkerThreads: int(8),
  serverCallbackExecutorThreads: int(0),
  serverSelectorThreads: int(3),
  serverOnewaySemaphoreValue: int(256),
  serverAsyncSemaphoreValue: int(64),
  serverChannelMaxIdleTimeSeconds: int(120),
  serverSocketSndBufSize: int(131_072),
  serverSocketRcvBufSize: int(131_072),
  serverPooledByteBufAllocatorEnable: flag(true),
  useEpollNativeSelector: flag(false),
  clientWorkerThreads: int(4),
  clientCallbackExecutorThreads: intOfHost(),
  clientOnewaySemaphoreValue: int(65_535),
  clientAsyncSemaphoreValue: int(65_535),
  connectTimeoutMillis: int(3000),
  channelNotActiveInterval: long(60_000),
  clientChannelMaxIdleTimeSeconds: int(120),
  clientSocketSndBufSize: int(131_072),
  clientSocketRcvBufSize: int(131_072),
  clientPooledByteBufAllocatorEnable: flag(false),
  clientCloseSocketIfTimeout: flag(false),
  useTLS: flag(false),
} as const satisfies Record<string, KeySpec>;

/** Source: RocketMQ 4.9.1 `store.config.MessageStoreConfig`. */
const STORE = {
  storePathRootDir: textOfHost(),
  storePathCommitLog: textOfHost(),
  mappedFileSizeCommitLog: int(1_073_741_824),
  mappedFileSizeConsumeQueue: int(6_000_000),
  enableConsumeQueueExt: flag(false),
  mappedFileSizeConsumeQueueExt: int(50_331_648),
  bitMapLengthConsumeQueueExt: int(64),
  flushIntervalCommitLog: int(500),
  commitIntervalCommitLog: int(200),
  useReentrantLockWhenPutMessage: flag(true),
  flushCommitLogTimed: flag(true),
  flushIntervalConsumeQueue: int(1000),
  cleanResourceInterval: int(10_000),
  deleteCommitLogFilesInterval: int(100),
  deleteConsumeQueueFilesInterval: int(100),
  destroyMapedFileIntervalForcibly: int(120_000),
  redeleteHangedFileInterval: int(120_000),
  deleteWhen: text('04'),
  diskMaxUsedSpaceRatio: int(75),
  fileReservedTime: int(72),
  putMsgIndexHightWater: int(600_000),
  maxMessageSize: int(4_194_304),
  checkCRCOnRecover: flag(true),
  flushCommitLogLeastPages: int(4),
  commitCommitLogLeastPages: int(4),
  flushLeastPagesWhenWarmMapedFile: int(4096),
  flushConsumeQueueLeastPages: int(2),
  flushCommitLogThoroughInterval: int(10_000),
  commitCommitLogThoroughInterval: int(200),
  flushConsumeQueueThoroughInterval: int(60_000),
  maxTransferBytesOnMessageInMemory: int(262_144),
  maxTransferCountOnMessageInMemory: int(32),
  maxTransferBytesOnMessageInDisk: int(65_536),
  maxTransferCountOnMessageInDisk: int(8),
  accessMessageInMemoryMaxRatio: int(40),
  messageIndexEnable: flag(true),
  maxHashSlotNum: int(5_000_000),
  maxIndexNum: int(20_000_000),
  maxMsgsNumBatch: int(64),
  messageIndexSafe: flag(false),
  haListenPort: int(10_912),
  haSendHeartbeatInterval: int(5000),
  haHousekeepingInterval: int(20_000),
  haTransferBatchSize: int(32_768),
  haMasterAddress: textOfHost(),
  haSlaveFallbehindMax: int(268_435_456),
  brokerRole: choice('ASYNC_MASTER', 'SYNC_MASTER', 'SLAVE'),
  flushDiskType: choice('ASYNC_FLUSH', 'SYNC_FLUSH'),
  syncFlushTimeout: int(5000),
  messageDelayLevel: text('1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h'),
  flushDelayOffsetInterval: long(10_000),
  cleanFileForciblyEnable: flag(true),
  warmMapedFileEnable: flag(false),
  offsetCheckInSlave: flag(false),
  debugLockEnable: flag(false),
  duplicationEnable: flag(false),
  diskFallRecorded: flag(true),
  osPageCacheBusyTimeOutMills: long(1000),
  defaultQueryMaxNum: int(32),
  transientStorePoolEnable: flag(false),
  transientStorePoolSize: int(5),
  fastFailIfNoBufferInStorePool: flag(false),
  enableDLegerCommitLog: flag(false),
  dLegerGroup: textOfHost(),
  dLegerPeers: textOfHost(),
  dLegerSelfId: textOfHost(),
  preferredLeaderId: textOfHost(),
  enableBatchPush: flag(false),
  enableScheduleMessageStats: flag(true),
} as const satisfies Record<string, KeySpec>;

/** Every key that the four configuration objects of a broker have setters for. */
export const BROKER_KEYS = {...BROKER, ...REMOTING, ...STORE} as const;

type BrokerConfigKey = keyof typeof BROKER_KEYS;
type ValueOf<S> = S extends KeySpec<infer V> ? V : never;
type BrokerConfigValues = {-readonly [K in BrokerConfigKey]: ValueOf<(typeof BROKER_KEYS)[K]>};

/**
 * Everything a broker can be told. A null is settled on the machine by `settleBrokerConfig`.
 * Source: `BrokerConfig`, `NettyServerConfig`, `NettyClientConfig` and `MessageStoreConfig`, one file for all four.
 */
export interface BrokerConfig extends BrokerConfigValues {
  /** Every property of the file as written, known or not: 26 shows them and 25 writes them back. */
  properties: Map<string, string>;
  /** What `lab.fix` names: no key of RocketMQ's, so 26 shows it only where the file has it. */
  labFixes: ReadonlySet<LabFix | DLedgerFix>;
  /** What `lab.appendPreemptionMs` says. */
  labAppendPreemptionMs: number;
}

export function defaultBrokerConfig(): BrokerConfig {
  const config: Record<string, unknown> = {
    properties: new Map<string, string>(),
    labFixes: new Set(),
    labAppendPreemptionMs: 0,
  };
  for (const [key, spec] of Object.entries(BROKER_KEYS)) config[key] = spec.initial;
  // The map above has exactly the keys of the table, which the compiler cannot follow through `entries`.
  return config as unknown as BrokerConfig;
}

/** What is left to be told once the machine is known: nothing is null that the broker itself works with. */
export type SettledBrokerConfig = BrokerConfig & {
  brokerIP1: string;
  brokerIP2: string;
  brokerName: string;
  sendMessageThreadPoolNums: number;
  pullMessageThreadPoolNums: number;
  processReplyMessageThreadPoolNums: number;
  queryMessageThreadPoolNums: number;
  heartbeatThreadPoolNums: number;
  endTransactionThreadPoolNums: number;
  clientCallbackExecutorThreads: number;
  storePathRootDir: string;
  storePathCommitLog: string;
};

/** Source: `BrokerConfig#localHostName`: what a machine without a name is called. */
const NAMELESS = 'DEFAULT_BROKER';

/** Fills in what depends on the machine, as the Java field initialisers and `BrokerStartup` do. */
export function settleBrokerConfig(config: BrokerConfig, host: Host): SettledBrokerConfig {
  const {processors, hostName, address, home} = host.identity;
  const send = config.sendMessageThreadPoolNums ?? Math.min(processors, 4);
  return {
    ...config,
    properties: new Map(config.properties),
    brokerIP1: config.brokerIP1 ?? address,
    brokerIP2: config.brokerIP2 ?? address,
    brokerName: config.brokerName ?? (hostName === '' ? NAMELESS : hostName),
    sendMessageThreadPoolNums: send,
    pullMessageThreadPoolNums: config.pullMessageThreadPoolNums ?? 16 + processors * 2,
    processReplyMessageThreadPoolNums: config.processReplyMessageThreadPoolNums ?? 16 + processors * 2,
    queryMessageThreadPoolNums: config.queryMessageThreadPoolNums ?? 8 + processors,
    heartbeatThreadPoolNums: config.heartbeatThreadPoolNums ?? Math.min(32, processors),
    endTransactionThreadPoolNums:
      config.endTransactionThreadPoolNums ?? Math.max(8 + processors * 2, send * 4),
    clientCallbackExecutorThreads: config.clientCallbackExecutorThreads ?? processors,
    storePathRootDir: config.storePathRootDir ?? `${home}/store`,
    storePathCommitLog: config.storePathCommitLog ?? `${home}/store/commitlog`,
    // The file's value never counts.
    haListenPort: config.listenPort + 1,
    brokerId: settledBrokerId(config),
  };
}

/** A key is named by its setter, and printed by its field. */
const FIELD_NAMES: Readonly<Record<string, string>> = {enableBatchPush: 'isEnableBatchPush'};

/** A master is 0; a member of a group is nobody before its first role. Source: `BrokerStartup#createBrokerController`. */
function settledBrokerId({enableDLegerCommitLog, brokerRole, brokerId}: BrokerConfig): number {
  if (enableDLegerCommitLog) return -1;
  return brokerRole === 'SLAVE' ? brokerId : 0;
}

/** The settings as `k=v` pairs in the order of the four configuration objects, then what the file had besides. */
export function configProperties(config: BrokerConfig): Map<string, string> {
  const properties = new Map<string, string>();
  const values = config as unknown as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(BROKER_KEYS)) {
    const value = values[key];
    if (value !== null) properties.set(FIELD_NAMES[key] ?? key, String(value));
  }
  for (const [key, value] of config.properties) if (!properties.has(key)) properties.set(key, value);
  return properties;
}

export type ParsedValue =
  | {readonly ok: true; readonly value: unknown}
  | {readonly ok: false; readonly expected: string};

const RANGES = {
  int: {min: -(2 ** 31), max: 2 ** 31 - 1, name: 'a whole number of 32 bits'},
  long: {min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, name: 'a whole number of 53 bits'},
};

/** Reads one value as the setter's type does, less Java's habit of taking every other text for `false`. */
export function parseConfigValue(spec: KeySpec, value: string): ParsedValue {
  switch (spec.type) {
    case 'int':
    case 'long': {
      const range = RANGES[spec.type];
      const parsed = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
      return parsed >= range.min && parsed <= range.max
        ? {ok: true, value: parsed}
        : {ok: false, expected: range.name};
    }
    case 'boolean':
      return /^(true|false)$/i.test(value)
        ? {ok: true, value: value.toLowerCase() === 'true'}
        : {ok: false, expected: 'true or false'};
    case 'string':
      if (spec.oneOf !== undefined && !spec.oneOf.includes(value)) {
        return {ok: false, expected: spec.oneOf.join(' or ')};
      }
      return {ok: true, value};
    default: {
      const never: never = spec.type;
      throw new Error(`no such type: ${String(never)}`);
    }
  }
}
