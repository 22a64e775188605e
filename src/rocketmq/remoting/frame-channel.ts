import type {Timer} from '../../ports/clock.ts';
import type {Host} from '../../ports/host.ts';
import type {CloseReason, Connection, ConnectionHandlers} from '../../ports/network.ts';
import {report} from '../facts.ts';
import type {RemotingCommand} from './command.ts';
import {FrameDecoder} from './frame.ts';
import type {Channel} from './remoting.ts';

/** How a channel that was open came to its end, as its owner has to treat it. */
export type ChannelEnd =
  /** The peer ended it in order. */
  | 'peer-closed'
  /** This side closed it: a call timed out, a route expired, shutdown. */
  | 'closed'
  /** A reset, a connection given up by TCP, or bytes that are no frame. */
  | 'exception'
  /** Silent for longer than the limit. */
  | 'idle';

/** Whose channel it is: the client's or the server's side of the dispatch. */
export interface ChannelOwner {
  readonly host: Host;
  readonly idleMs: number;
  readonly frameMaxBytes: number;
  opened(channel: FrameChannel): void;
  received(channel: FrameChannel, command: RemotingCommand, frameBytes: number): void;
  /** Once for each channel that was open. */
  ended(channel: FrameChannel, end: ChannelEnd): void;
  /** In place of `opened`: nobody answered. */
  connectFailed(channel: FrameChannel): void;
}

/** Hears once, at once or later, whether a frame went to the socket. */
export interface WriteOutcome {
  written(ok: boolean): void;
}

interface Unsent {
  readonly frame: Uint8Array;
  readonly outcome: WriteOutcome | null;
}

const NS_PER_MS = 1_000_000;

/**
 * A connection that carries frames: it takes bytes apart, keeps what the send buffer has no room for, and notices
 * silence. Source: the pipeline of RocketMQ 4.9.1 `NettyRemotingServer` and `NettyRemotingClient`.
 */
export class FrameChannel implements Channel {
  private readonly owner: ChannelOwner;
  private readonly decoder: FrameDecoder;
  private connection: Connection | null = null;
  private state: 'connecting' | 'open' | 'over' = 'connecting';
  private outbox: Unsent[] = [];
  private blocked = false;
  private lastActiveNs = 0;
  private idleTimer: Timer | null = null;
  readonly handlers: ConnectionHandlers;
  /** What was asked for when connecting, and the key under which the client knows it; the peer's address on a server. */
  readonly target: string;

  private constructor(owner: ChannelOwner, target: string) {
    this.owner = owner;
    this.target = target;
    this.decoder = new FrameDecoder(owner.frameMaxBytes);
    const take = (command: RemotingCommand, frameBytes: number): void => {
      // A handler of an earlier frame of the same chunk may have closed the channel.
      if (this.state === 'open') this.owner.received(this, command, frameBytes);
    };
    this.handlers = {
      opened: () => this.open(),
      data: (bytes) => this.take(bytes, take),
      drained: () => this.drain(),
      ended: () => this.finish('peer-closed', () => this.connection?.end()),
      closed: (reason) => this.connectionClosed(reason),
    };
  }

  /** A channel over a connection that is already there. */
  static accepted(owner: ChannelOwner, connection: Connection): FrameChannel {
    const channel = new FrameChannel(owner, connection.remoteAddress);
    channel.connection = connection;
    channel.open();
    return channel;
  }

  static connect(owner: ChannelOwner, address: string, timeoutMs: number): FrameChannel {
    const channel = new FrameChannel(owner, address);
    channel.connection = owner.host.network.connect(address, channel.handlers, timeoutMs);
    return channel;
  }

  get localAddress(): string {
    return this.connection?.localAddress ?? '';
  }

  get remoteAddress(): string {
    return this.connection?.remoteAddress ?? this.target;
  }

  get isActive(): boolean {
    return this.state === 'open';
  }

  get isConnecting(): boolean {
    return this.state === 'connecting';
  }

  /**
   * Sends a frame, or keeps it until there is room; `outcome` hears what became of it. A channel that is over writes
   * nothing.
   */
  write(frame: Uint8Array, outcome: WriteOutcome | null): void {
    if (this.state !== 'open') {
      outcome?.written(false);
      return;
    }
    if (this.blocked) {
      this.outbox.push({frame, outcome});
      return;
    }
    this.blocked = !this.connection!.write(frame);
    this.lastActiveNs = this.owner.host.clock.monotonicNs();
    outcome?.written(true);
  }

  /** Closes in order, as Netty does: what was handed to the socket still goes out. The owner hears it in an event of its own. */
  close(): void {
    if (this.state === 'over') return;
    const wasOpen = this.state === 'open';
    this.leave();
    if (wasOpen) this.connection!.end();
    else this.connection?.destroy();
    this.owner.host.clock.after(0, () => {
      this.failUnsent();
      if (wasOpen) this.owner.ended(this, 'closed');
      else this.owner.connectFailed(this);
    });
  }

  private open(): void {
    if (this.state !== 'connecting') return;
    this.state = 'open';
    this.lastActiveNs = this.owner.host.clock.monotonicNs();
    this.watchForIdleness(this.owner.idleMs);
    this.owner.opened(this);
  }

  private take(bytes: Uint8Array, take: (command: RemotingCommand, frameBytes: number) => void): void {
    if (this.state !== 'open') return;
    this.lastActiveNs = this.owner.host.clock.monotonicNs();
    this.decoder.pushEach(bytes, take);
    if (this.decoder.malformed !== null && this.isActive) {
      const text = `malformed frame from ${this.remoteAddress}, closing the connection: ${this.decoder.malformed}`;
      report(this.owner.host.journal, {kind: 'warned', text});
      this.finish('exception', () => this.connection!.end());
    }
  }

  private drain(): void {
    this.blocked = false;
    const waiting = this.outbox;
    if (waiting.length === 0) return;
    this.outbox = [];
    for (const unsent of waiting) this.write(unsent.frame, unsent.outcome);
  }

  /** One timer for a channel, set anew only when it runs out: Netty's `IdleStateHandler` does the same. */
  private watchForIdleness(delayMs: number): void {
    this.idleTimer = this.owner.host.clock.after(delayMs, () => {
      const silentMs = (this.owner.host.clock.monotonicNs() - this.lastActiveNs) / NS_PER_MS;
      if (silentMs < this.owner.idleMs) this.watchForIdleness(this.owner.idleMs - silentMs);
      else this.finish('idle', () => this.connection!.end());
    });
  }

  private connectionClosed(reason: CloseReason): void {
    if (this.state === 'connecting') {
      this.leave();
      this.owner.connectFailed(this);
    } else {
      this.finish(reason === 'reset' || reason === 'timeout' ? 'exception' : 'peer-closed', null);
    }
  }

  private finish(end: ChannelEnd, closeConnection: (() => void) | null): void {
    if (this.state === 'over') return;
    this.leave();
    closeConnection?.();
    this.failUnsent();
    this.owner.ended(this, end);
  }

  private leave(): void {
    this.state = 'over';
    this.idleTimer?.cancel();
    this.idleTimer = null;
  }

  private failUnsent(): void {
    for (const unsent of this.outbox.splice(0)) unsent.outcome?.written(false);
  }
}
