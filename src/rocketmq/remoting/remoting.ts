import type {WorkerPool} from '../../ports/cpu.ts';
import type {ListenFailure} from '../../ports/network.ts';
import type {RemotingCommand} from './command.ts';

/** One connection as request processors see it. Its identity is the object's. */
export interface Channel {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly isActive: boolean;
  close(): void;
}

/**
 * Handles one request. It answers by calling `reply` once, now or later (a held pull), or never (no reply is written).
 * `opaque`, response flag and serializer of what it replies are set by the server; a reply to a one-way request is dropped.
 * What it throws becomes SYSTEM_ERROR with the exception's text.
 */
export type RequestProcessor = (
  channel: Channel,
  request: RemotingCommand,
  reply: (response: RemotingCommand) => void,
) => void;

export interface ProcessorOptions {
  /** Asked before the request is queued; true answers SYSTEM_BUSY `[REJECTREQUEST]…`. */
  readonly rejectRequest?: () => boolean;
}

export interface ChannelListener {
  connected?(channel: Channel): void;
  /** Closed by either side, in order or by a reset. */
  closed?(channel: Channel): void;
  /** Broken: a reset or malformed bytes. `closed` is not called as well. */
  exception?(channel: Channel): void;
  /** Silent for longer than the idle limit. `closed` is not called as well. */
  idle?(channel: Channel): void;
}

export type RemotingErrorKind = 'connect' | 'send-request' | 'timeout' | 'too-much-request';

/** Why a call had no answer. `message` is the text of the Java exception. */
export interface RemotingError {
  readonly kind: RemotingErrorKind;
  readonly message: string;
}

export type InvokeResult =
  | {readonly ok: true; readonly response: RemotingCommand}
  | {readonly ok: false; readonly error: RemotingError};

/** Source: `remoting.netty.NettyRemotingServer`. */
export interface RemotingServer {
  readonly port: number;
  registerProcessor(
    code: number,
    pool: WorkerPool,
    processor: RequestProcessor,
    options?: ProcessorOptions,
  ): void;
  registerDefaultProcessor(pool: WorkerPool, processor: RequestProcessor): void;
  /** Answers why it cannot listen, or null. */
  start(): ListenFailure | null;
  /** A request to a connected client (code 40, 39, 220, ...). */
  invoke(
    channel: Channel,
    request: RemotingCommand,
    timeoutMs: number,
    done: (result: InvokeResult) => void,
  ): void;
  invokeOneway(channel: Channel, request: RemotingCommand, timeoutMs: number): void;
  /** Stops listening and closes every channel. */
  shutdown(): void;
}

/** Source: `remoting.netty.NettyRemotingClient`. One connection per remote address, made when first needed. */
export interface RemotingClient {
  updateNameServerAddressList(addresses: readonly string[]): void;
  readonly nameServerAddressList: readonly string[];
  /** Handles requests that a server sends (code 40, ...). */
  registerProcessor(code: number, pool: WorkerPool, processor: RequestProcessor): void;
  /**
   * Sends a request and calls `done` exactly once, later. `address` null means the current NameServer.
   * `mode` is how 4.9.1 would call it, since the two differ: a `sync` call that times out closes its connection, an `async`
   * one does not and is noticed by the table's scan only.
   */
  invoke(
    address: string | null,
    request: RemotingCommand,
    timeoutMs: number,
    mode: 'sync' | 'async',
    done: (result: InvokeResult) => void,
  ): void;
  /** `done`, if given, hears null once the bytes are written, or what failed. */
  invokeOneway(
    address: string,
    request: RemotingCommand,
    timeoutMs: number,
    done?: (error: RemotingError | null) => void,
  ): void;
  shutdown(): void;
}
