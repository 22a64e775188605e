import {type ChannelOwner, FrameChannel} from './frame-channel.ts';

type Waiter = (channel: FrameChannel | null) => void;

interface Entry {
  readonly address: string;
  readonly channel: FrameChannel;
  readonly waiters: Waiter[];
}

/**
 * The client's connections, one for each remote address, made when first needed and again when found closed.
 * Source: RocketMQ 4.9.1 `NettyRemotingClient#channelTables`, `#createChannel`, `#closeChannel`.
 */
export class ChannelTable {
  private readonly owner: ChannelOwner;
  private readonly connectTimeoutMs: number;
  private readonly entries = new Map<string, Entry>();

  constructor(owner: ChannelOwner, connectTimeoutMs: number) {
    this.owner = owner;
    this.connectTimeoutMs = connectTimeoutMs;
  }

  /** The open channel to an address, if there is one. */
  active(address: string): FrameChannel | null {
    const entry = this.entries.get(address);
    return entry?.channel.isActive ? entry.channel : null;
  }

  /** Connects, or joins an attempt under way. `waiter` is called later: with the channel, or with null if it failed. */
  connect(address: string, waiter: Waiter): void {
    const known = this.entries.get(address);
    if (known?.channel.isConnecting) {
      known.waiters.push(waiter);
      return;
    }
    const channel = FrameChannel.connect(this.owner, address, this.connectTimeoutMs);
    this.entries.set(address, {address, channel, waiters: [waiter]});
  }

  /** The attempt of a channel has come to its end: those who waited hear how. */
  connected(channel: FrameChannel): void {
    const entry = this.entryOf(channel);
    if (entry === null) return;
    for (const waiter of entry.waiters.splice(0)) waiter(channel.isActive ? channel : null);
  }

  /** Closes a channel and forgets it, unless another has taken its place already. */
  close(channel: FrameChannel): void {
    const entry = this.entryOf(channel);
    if (entry !== null) this.entries.delete(entry.address);
    channel.close();
  }

  closeAll(): void {
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const entry of entries) {
      entry.channel.close();
      for (const waiter of entry.waiters.splice(0)) this.owner.host.clock.after(0, () => waiter(null));
    }
  }

  private entryOf(channel: FrameChannel): Entry | null {
    const entry = this.entries.get(channel.target);
    return entry?.channel === channel ? entry : null;
  }
}
