import type {DLedgerFix} from './fixes.ts';

/** Source: DLedger 0.2.2 `DLedgerConfig`; defaults are its. */
export interface DLedgerConfig {
  readonly group: string;
  readonly selfId: string;
  /** `n0-10.0.0.1:40911;n1-10.0.0.2:40912`: ids end at the first dash. Fixed for the life of the process. */
  readonly peers: string;
  readonly storeBaseDir: string;
  readonly storeType: 'FILE' | 'MEMORY';
  /** Null: `<storeBaseDir>/dledger-<selfId>/data`. The index always stands beside that. */
  readonly dataStorePath: string | null;
  readonly heartBeatTimeIntervalMs: number;
  /** So many heartbeat intervals without one end a leadership, on either side. */
  readonly maxHeartBeatLeak: number;
  readonly minVoteIntervalMs: number;
  readonly maxVoteIntervalMs: number;
  readonly enableLeaderElector: boolean;
  readonly maxPendingRequestsNum: number;
  readonly maxWaitAckTimeMs: number;
  readonly maxPushTimeOutMs: number;
  /** Bytes behind from which on pushes to a peer are throttled, and to how many a second. */
  readonly peerPushThrottlePoint: number;
  readonly peerPushQuota: number;
  /** Must be equal on all members: one that pushes singly and one that pushes batches cannot talk. */
  readonly enableBatchPush: boolean;
  readonly maxBatchPushSize: number;
  readonly preferredLeaderId: string | null;
  readonly maxLeadershipTransferWaitIndex: number;
  readonly minTakeLeadershipVoteIntervalMs: number;
  readonly maxTakeLeadershipVoteIntervalMs: number;
  readonly mappedFileSizeForEntryData: number;
  /** A multiple of 32. */
  readonly mappedFileSizeForEntryIndex: number;
  readonly flushFileIntervalMs: number;
  readonly checkPointIntervalMs: number;
  readonly fileReservedHours: number;
  /** Hours of the day, `;` between them. */
  readonly deleteWhen: string;
  readonly diskSpaceRatioToCheckExpired: number;
  readonly diskSpaceRatioToForceClean: number;
  readonly enableDiskForceClean: boolean;
  /**
   * How long an appending thread is off its processor between raising its own watermark and noting down who waits. The real one
   * has this window too, of a few instructions, and loses its reply in it; here it is as wide as a scenario says.
   */
  readonly appendPreemptionMs: number;
  /** Which flaws of 0.2.2 are mended. None changes what is sent or how files are laid out. */
  readonly fixes: ReadonlySet<DLedgerFix>;
}

export const DEFAULT_DLEDGER_CONFIG: DLedgerConfig = {
  group: 'default',
  selfId: 'n0',
  peers: 'n0-localhost:20911',
  storeBaseDir: '/tmp/dledgerstore',
  storeType: 'FILE',
  dataStorePath: null,
  heartBeatTimeIntervalMs: 2000,
  maxHeartBeatLeak: 3,
  minVoteIntervalMs: 300,
  maxVoteIntervalMs: 1000,
  enableLeaderElector: true,
  maxPendingRequestsNum: 10_000,
  maxWaitAckTimeMs: 2500,
  maxPushTimeOutMs: 1000,
  peerPushThrottlePoint: 300 * 1024 * 1024,
  peerPushQuota: 20 * 1024 * 1024,
  enableBatchPush: false,
  maxBatchPushSize: 4 * 1024,
  preferredLeaderId: null,
  maxLeadershipTransferWaitIndex: 1000,
  minTakeLeadershipVoteIntervalMs: 30,
  maxTakeLeadershipVoteIntervalMs: 100,
  mappedFileSizeForEntryData: 1024 * 1024 * 1024,
  mappedFileSizeForEntryIndex: 32 * 5 * 1024 * 1024,
  flushFileIntervalMs: 10,
  checkPointIntervalMs: 3000,
  fileReservedHours: 72,
  deleteWhen: '04',
  diskSpaceRatioToCheckExpired: 0.7,
  diskSpaceRatioToForceClean: 0.85,
  enableDiskForceClean: true,
  appendPreemptionMs: 0,
  fixes: new Set(),
};

export function dledgerPath(config: DLedgerConfig): string {
  return `${config.storeBaseDir}/dledger-${config.selfId}`;
}

export function dataPath(config: DLedgerConfig): string {
  return config.dataStorePath ?? `${dledgerPath(config)}/data`;
}

export function indexPath(config: DLedgerConfig): string {
  return `${dledgerPath(config)}/index`;
}
