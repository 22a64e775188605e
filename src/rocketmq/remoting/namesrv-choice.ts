import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import type {ChannelTable} from './channel-table.ts';
import type {FrameChannel} from './frame-channel.ts';

/** Hears the channel to a NameServer, or null and what was tried, as the connect error names it. */
type Waiter = (channel: FrameChannel | null, tried: string | null) => void;

const LOCK_TIMEOUT_MS = 3_000;
const FIRST_INDEX_BOUND = 999;

/**
 * Which NameServer to ask: always the same one while its connection is open, otherwise the next in the list.
 * Source: RocketMQ 4.9.1 `NettyRemotingClient#getAndCreateNameserverChannel`, `#updateNameServerAddressList`.
 */
export class NamesrvChoice {
  private readonly host: Host;
  private readonly table: ChannelTable;
  private list: readonly string[] = [];
  private chosen: string | null = null;
  private index: number;
  /** Whether somebody is going through the list; others wait in line, each at most for the lock's time. */
  private choosing = false;
  private readonly line: {readonly waiter: Waiter; readonly timer: Timer}[] = [];

  constructor(host: Host, table: ChannelTable) {
    this.host = host;
    this.table = table;
    this.index = Math.abs(host.random.stream('namesrv-choice').int32() % FIRST_INDEX_BOUND);
  }

  get addresses(): readonly string[] {
    return this.list;
  }

  /** Takes a new list if it differs in size or members, in an order of chance. */
  update(addresses: readonly string[]): void {
    if (addresses.length === 0) return;
    const same = addresses.length === this.list.length && addresses.every((one) => this.list.includes(one));
    if (same) return;
    const shuffled = [...addresses];
    const random = this.host.random.stream('namesrv-choice');
    for (let size = shuffled.length; size > 1; size--) {
      const other = random.below(size);
      const last = shuffled[size - 1]!;
      shuffled[size - 1] = shuffled[other]!;
      shuffled[other] = last;
    }
    this.list = shuffled;
    if (this.chosen !== null && !shuffled.includes(this.chosen)) this.chosen = null;
  }

  /** The open channel to the chosen one, if there is one. */
  current(): FrameChannel | null {
    return this.chosen === null ? null : this.table.active(this.chosen);
  }

  /** Connects to the next that answers. `waiter` is called later. */
  connect(waiter: Waiter): void {
    if (!this.choosing) {
      this.choosing = true;
      this.choose(waiter);
      return;
    }
    const place = {
      waiter,
      timer: this.host.clock.after(LOCK_TIMEOUT_MS, () => {
        this.line.splice(this.line.indexOf(place), 1);
        waiter(null, null);
      }),
    };
    this.line.push(place);
  }

  private choose(waiter: Waiter): void {
    const list = this.list;
    if (list.length === 0) {
      this.host.clock.after(0, () => this.finish(waiter, null, null));
      return;
    }
    this.tryNext(list, list.length, waiter);
  }

  private tryNext(list: readonly string[], triesLeft: number, waiter: Waiter): void {
    if (triesLeft === 0) {
      this.finish(waiter, null, `[${list.join(', ')}]`);
      return;
    }
    this.index = (this.index + 1) | 0;
    const address = list[Math.abs(this.index) % list.length]!;
    this.chosen = address;
    const open = this.table.active(address);
    if (open !== null) {
      this.host.clock.after(0, () => this.finish(waiter, open, null));
      return;
    }
    this.table.connect(address, (channel) => {
      if (channel !== null) this.finish(waiter, channel, null);
      else this.tryNext(list, triesLeft - 1, waiter);
    });
  }

  /** Lets the lock go to the next in line, who looks first whether a channel is open by now. */
  private finish(waiter: Waiter, channel: FrameChannel | null, tried: string | null): void {
    this.choosing = false;
    const next = this.line.shift();
    if (next !== undefined) {
      next.timer.cancel();
      this.choosing = true;
    }
    waiter(channel, tried);
    if (next === undefined) return;
    const open = this.current();
    if (open !== null) this.finish(next.waiter, open, null);
    else this.choose(next.waiter);
  }
}
