import type {Clock} from '../../ports/clock.ts';
import type {WorkerPool} from '../../ports/cpu.ts';
import type {Host} from '../../ports/host.ts';
import type {Listener, ListenFailure} from '../../ports/network.ts';
import {report} from '../facts.ts';
import {FLAG_ONEWAY, isResponse, type RemotingCommand, type SerializeType} from './command.ts';
import {Dispatch} from './dispatch.ts';
import {encodeFrame, FRAME_MAX_BYTES} from './frame.ts';
import {type ChannelEnd, type ChannelOwner, FrameChannel} from './frame-channel.ts';
import {type PendingCall, PendingCalls} from './pending-calls.ts';
import {Permits} from './permits.ts';
import type {
  Channel,
  ChannelListener,
  InvokeResult,
  ProcessorOptions,
  RemotingServer,
  RequestProcessor,
} from './remoting.ts';
import {remotingError} from './remoting-error.ts';

export interface RemotingServerConfig {
  /** 0 takes a free one. */
  readonly port: number;
  /** Closes a connection on which nothing was read or written for so long. Source: `serverChannelMaxIdleTimeSeconds`. */
  readonly idleMs?: number;
  /** How responses and own requests are encoded, whatever the peer uses. */
  readonly serializer?: SerializeType;
  readonly frameMaxBytes?: number;
  /** Source: `serverOnewaySemaphoreValue`. */
  readonly onewayPermits?: number;
}

const NS_PER_MS = 1_000_000;

/** Source: RocketMQ 4.9.1 `remoting.netty.NettyRemotingServer`. */
export function createRemotingServer(
  host: Host,
  config: RemotingServerConfig,
  listener: ChannelListener = {},
): RemotingServer {
  return new Server(host, config, listener);
}

class Server implements RemotingServer, ChannelOwner {
  readonly host: Host;
  readonly idleMs: number;
  readonly frameMaxBytes: number;
  private readonly serializer: SerializeType;
  private readonly listener: ChannelListener;
  private readonly dispatch: Dispatch;
  private readonly pending: PendingCalls;
  private readonly onewayPermits: Permits;
  private readonly channels = new Set<FrameChannel>();
  private socket: Listener | null = null;
  private wantedPort: number;
  private nextOpaque = 0;

  constructor(host: Host, config: RemotingServerConfig, listener: ChannelListener) {
    this.host = host;
    this.idleMs = config.idleMs ?? 120_000;
    this.frameMaxBytes = config.frameMaxBytes ?? FRAME_MAX_BYTES;
    this.serializer = config.serializer ?? 'JSON';
    this.listener = listener;
    this.dispatch = new Dispatch(host, this.serializer);
    this.pending = new PendingCalls(host.clock);
    this.onewayPermits = new Permits(host.clock, config.onewayPermits ?? 256);
    this.wantedPort = config.port;
  }

  get port(): number {
    return this.socket?.port ?? this.wantedPort;
  }

  registerProcessor(
    code: number,
    pool: WorkerPool,
    processor: RequestProcessor,
    options?: ProcessorOptions,
  ): void {
    this.dispatch.register(code, pool, processor, options);
  }

  registerDefaultProcessor(pool: WorkerPool, processor: RequestProcessor): void {
    this.dispatch.registerDefault(pool, processor);
  }

  start(): ListenFailure | null {
    const socket = this.host.network.listen(
      this.wantedPort,
      (connection) => FrameChannel.accepted(this, connection).handlers,
    );
    if ('failure' in socket) return socket;
    this.socket = socket;
    return null;
  }

  invoke(
    channel: Channel,
    request: RemotingCommand,
    timeoutMs: number,
    done: (result: InvokeResult) => void,
  ): void {
    const target = channel as FrameChannel;
    request.opaque = this.takeOpaque();
    request.serializer = this.serializer;
    const call = new ServerCall(this.pending, target, request.opaque, timeoutMs, this.host.clock, done);
    if (!target.isActive) {
      this.host.clock.after(0, () => call.failed('send-request'));
      return;
    }
    this.pending.add(call);
    target.write(encodeFrame(request), call);
  }

  invokeOneway(channel: Channel, request: RemotingCommand, timeoutMs: number): void {
    request.opaque = this.takeOpaque();
    request.serializer = this.serializer;
    request.flag |= FLAG_ONEWAY;
    const outcome = {written: () => this.onewayPermits.release()};
    const send = (): void => (channel as FrameChannel).write(encodeFrame(request), outcome);
    if (this.onewayPermits.tryAcquire()) {
      send();
      return;
    }
    if (timeoutMs <= 0) return;
    this.onewayPermits.acquireLater(timeoutMs, (acquired) => {
      if (acquired) send();
      else
        this.warn(
          `invokeOnewayImpl tryAcquire semaphore timeout, ${timeoutMs}ms, to ${channel.remoteAddress}`,
        );
    });
  }

  shutdown(): void {
    this.socket?.close();
    for (const channel of this.channels) channel.close();
    // After the channels have told their own calls, in the order of events.
    this.host.clock.after(0, () => this.pending.stop());
  }

  opened(channel: FrameChannel): void {
    this.channels.add(channel);
    this.listener.connected?.(channel);
  }

  connectFailed(): void {}

  received(channel: FrameChannel, command: RemotingCommand, frameBytes: number): void {
    // Java counts every command it makes, those that it decodes as well, and the response to a request.
    this.nextOpaque = (this.nextOpaque + 1) | 0;
    if (!isResponse(command)) {
      this.nextOpaque = (this.nextOpaque + 1) | 0;
      this.dispatch.dispatch(channel, command, frameBytes);
      return;
    }
    const call = this.pending.take(command.opaque);
    if (call !== null) call.answered(command);
    else this.warn(`receive response, but not matched any request, ${channel.remoteAddress}`);
  }

  ended(channel: FrameChannel, end: ChannelEnd): void {
    this.channels.delete(channel);
    if (end === 'idle') this.listener.idle?.(channel);
    else if (end === 'exception') this.listener.exception?.(channel);
    else this.listener.closed?.(channel);
  }

  private takeOpaque(): number {
    const opaque = this.nextOpaque;
    this.nextOpaque = (opaque + 1) | 0;
    return opaque;
  }

  private warn(text: string): void {
    report(this.host.journal, {kind: 'warned', text});
  }
}

/** A question of the server to one of its clients. */
class ServerCall implements PendingCall {
  readonly opaque: number;
  readonly channel: FrameChannel;
  readonly deadlineNs: number;
  private readonly pending: PendingCalls;
  private readonly timeoutMs: number;
  private readonly done: (result: InvokeResult) => void;

  constructor(
    pending: PendingCalls,
    channel: FrameChannel,
    opaque: number,
    timeoutMs: number,
    clock: Clock,
    done: (result: InvokeResult) => void,
  ) {
    this.pending = pending;
    this.channel = channel;
    this.opaque = opaque;
    this.timeoutMs = timeoutMs;
    this.deadlineNs = clock.monotonicNs() + timeoutMs * NS_PER_MS;
    this.done = done;
  }

  written(ok: boolean): void {
    if (!ok) this.pending.take(this.opaque)?.failed('send-request');
  }

  answered(response: RemotingCommand): void {
    this.done({ok: true, response});
  }

  failed(kind: 'timeout' | 'send-request'): void {
    this.done({ok: false, error: remotingError(kind, this.channel.remoteAddress, this.timeoutMs)});
  }
}
