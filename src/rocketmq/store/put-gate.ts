import type {Host} from '../../ports/host.ts';
import type {DiskFullWatch} from './disk-full-watch.ts';
import type {PutMessageStatus} from './message-store.ts';
import type {RunningFlags} from './running-flags.ts';
import type {StoreConfig} from './store-config.ts';

/** A put lock held longer than this is taken for a clock that jumped. */
const PAGE_CACHE_BUSY_LIMIT_MS = 10_000_000;

/** Whether a store takes messages now, whatever they are. Source: RocketMQ 4.9.1 `DefaultMessageStore#checkStoreStatus`. */
export class PutGate {
  private readonly host: Host;
  private readonly config: StoreConfig;
  private readonly flags: RunningFlags;
  private readonly diskFull: DiskFullWatch;
  /** A member of a group counts as a master from its start to its first change of role, unless mended. */
  private readonly asksForMaster: boolean;
  /** When the put that is being made took the lock; 0 between puts. Appending takes no time in a page cache that answers at once. */
  private readonly lockedAtMs: number = 0;

  constructor(
    host: Host,
    config: StoreConfig,
    flags: RunningFlags,
    diskFull: DiskFullWatch,
    isOnLedger: boolean,
  ) {
    this.host = host;
    this.config = config;
    this.flags = flags;
    this.diskFull = diskFull;
    this.asksForMaster = isOnLedger && config.labFixes.has('puts-by-masters-only');
  }

  /** Why a put is refused; null where the store takes it. */
  refusal(isRunning: boolean): PutMessageStatus | null {
    const {config} = this;
    this.diskFull.look();
    if (!isRunning || config.brokerRole === 'SLAVE' || !this.flags.writeable) return 'SERVICE_NOT_AVAILABLE';
    if (this.asksForMaster && config.brokerId !== 0) return 'SERVICE_NOT_AVAILABLE';
    return this.isPageCacheBusy() ? 'OS_PAGECACHE_BUSY' : null;
  }

  isPageCacheBusy(): boolean {
    const heldMs = this.host.clock.nowMs() - this.lockedAtMs;
    return heldMs < PAGE_CACHE_BUSY_LIMIT_MS && heldMs > this.config.osPageCacheBusyTimeOutMills;
  }
}
