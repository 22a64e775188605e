import type {WorkerPool} from '../../ports/cpu.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {ChannelTable} from './channel-table.ts';
import {FLAG_ONEWAY, isResponse, type RemotingCommand, type SerializeType} from './command.ts';
import {Dispatch} from './dispatch.ts';
import {FastjsonError} from './fastjson-parser.ts';
import {encodeFrame, FRAME_MAX_BYTES} from './frame.ts';
import type {ChannelEnd, ChannelOwner, FrameChannel} from './frame-channel.ts';
import {NamesrvChoice} from './namesrv-choice.ts';
import {PendingCalls} from './pending-calls.ts';
import {Permits} from './permits.ts';
import type {
  ChannelListener,
  InvokeResult,
  RemotingClient,
  RemotingError,
  RequestProcessor,
} from './remoting.ts';
import {remotingError} from './remoting-error.ts';

export interface RemotingClientConfig {
  readonly serializer?: SerializeType;
  /** Closes a connection on which nothing was read or written for so long. */
  readonly idleMs?: number;
  readonly connectTimeoutMs?: number;
  readonly frameMaxBytes?: number;
  readonly asyncPermits?: number;
  readonly onewayPermits?: number;
}

const NS_PER_MS = 1_000_000;

/** Source: RocketMQ 4.9.1 `remoting.netty.NettyRemotingClient`. */
export function createRemotingClient(
  host: Host,
  config: RemotingClientConfig = {},
  listener: ChannelListener = {},
): RemotingClient {
  return new Client(host, config, listener);
}

type Done = (result: InvokeResult) => void;

class Client implements RemotingClient, ChannelOwner {
  readonly host: Host;
  readonly idleMs: number;
  readonly frameMaxBytes: number;
  private readonly serializer: SerializeType;
  private readonly listener: ChannelListener;
  private readonly dispatch: Dispatch;
  private readonly pending: PendingCalls;
  private readonly asyncPermits: Permits;
  private readonly onewayPermits: Permits;
  private readonly table: ChannelTable;
  private readonly namesrv: NamesrvChoice;
  private nextOpaque = 0;

  constructor(host: Host, config: RemotingClientConfig, listener: ChannelListener) {
    this.host = host;
    this.idleMs = config.idleMs ?? 120_000;
    this.frameMaxBytes = config.frameMaxBytes ?? FRAME_MAX_BYTES;
    this.serializer = config.serializer ?? 'JSON';
    this.listener = listener;
    this.dispatch = new Dispatch(host, this.serializer);
    this.pending = new PendingCalls(host.clock);
    this.asyncPermits = new Permits(host.clock, config.asyncPermits ?? 65_535);
    this.onewayPermits = new Permits(host.clock, config.onewayPermits ?? 65_535);
    this.table = new ChannelTable(this, config.connectTimeoutMs ?? 3_000);
    this.namesrv = new NamesrvChoice(host, this.table);
  }

  updateNameServerAddressList(addresses: readonly string[]): void {
    this.namesrv.update(addresses);
  }

  get nameServerAddressList(): readonly string[] {
    return this.namesrv.addresses;
  }

  registerProcessor(code: number, pool: WorkerPool, processor: RequestProcessor): void {
    this.dispatch.register(code, pool, processor);
  }

  invoke(
    address: string | null,
    request: RemotingCommand,
    timeoutMs: number,
    mode: 'sync' | 'async',
    done: Done,
  ): void {
    const beginNs = this.host.clock.monotonicNs();
    this.withChannel(address, done, (channel) => {
      if (mode === 'sync') this.invokeSync(channel, request, timeoutMs, beginNs, done);
      else this.invokeAsync(channel, request, timeoutMs, beginNs, done);
    });
  }

  invokeOneway(
    address: string,
    request: RemotingCommand,
    timeoutMs: number,
    done?: (error: RemotingError | null) => void,
  ): void {
    this.withChannel(
      address,
      (result) => done?.(result.ok ? null : result.error),
      (channel) => {
        this.prepare(request);
        request.flag |= FLAG_ONEWAY;
        if (this.onewayPermits.tryAcquire()) {
          this.writeOneway(channel, request, done);
          return;
        }
        if (timeoutMs <= 0) {
          this.later(() => done?.({kind: 'too-much-request', message: 'invokeOnewayImpl invoke too fast'}));
          return;
        }
        this.onewayPermits.acquireLater(timeoutMs, (acquired) => {
          if (acquired) this.writeOneway(channel, request, done);
          else done?.(noPermit('Oneway', timeoutMs, this.onewayPermits));
        });
      },
    );
  }

  shutdown(): void {
    this.table.closeAll();
    // After the channels have told their own calls, in the order of events.
    this.host.clock.after(0, () => this.pending.stop());
  }

  /** Runs `use` with an active channel: at once if there is one, otherwise when it is connected. */
  private withChannel(address: string | null, done: Done, use: (channel: FrameChannel) => void): void {
    const open = address === null ? this.namesrv.current() : this.table.active(address);
    if (open !== null) {
      use(open);
      return;
    }
    const connected = (channel: FrameChannel | null, tried: string | null): void => {
      if (channel?.isActive) use(channel);
      else done({ok: false, error: remotingError('connect', tried, 0)});
    };
    if (address === null) this.namesrv.connect(connected);
    else this.table.connect(address, (channel) => connected(channel, address));
  }

  private invokeSync(
    channel: FrameChannel,
    request: RemotingCommand,
    timeoutMs: number,
    beginNs: number,
    done: Done,
  ): void {
    const nowNs = this.host.clock.monotonicNs();
    const costMs = Math.floor((nowNs - beginNs) / NS_PER_MS);
    if (timeoutMs < costMs) {
      this.table.close(channel);
      this.later(() => done({ok: false, error: {kind: 'timeout', message: 'invokeSync call timeout'}}));
      return;
    }
    const leftMs = timeoutMs - costMs;
    this.prepare(request);
    this.pending.add({
      opaque: request.opaque,
      channel,
      deadlineNs: nowNs + leftMs * NS_PER_MS,
      answered: (response) => done({ok: true, response}),
      failed: (kind) => {
        // Both ways of failing close the socket; whatever else was under way on it fails with it.
        this.table.close(channel);
        done({ok: false, error: remotingError(kind, channel.remoteAddress, leftMs)});
      },
    });
    this.writeCall(channel, request);
  }

  private invokeAsync(
    channel: FrameChannel,
    request: RemotingCommand,
    timeoutMs: number,
    beginNs: number,
    done: Done,
  ): void {
    const costMs = Math.floor((this.host.clock.monotonicNs() - beginNs) / NS_PER_MS);
    const leftMs = timeoutMs - costMs;
    if (leftMs < 0) {
      this.later(() =>
        done({ok: false, error: {kind: 'too-much-request', message: 'invokeAsync call timeout'}}),
      );
    } else if (this.asyncPermits.tryAcquire()) {
      this.callAsync(channel, request, leftMs, done);
    } else if (leftMs === 0) {
      this.later(() => done({ok: false, error: remotingError('too-much-request', null, 0)}));
    } else {
      const askedNs = this.host.clock.monotonicNs();
      this.asyncPermits.acquireLater(leftMs, (acquired) => {
        const waitedMs = Math.floor((this.host.clock.monotonicNs() - askedNs) / NS_PER_MS);
        if (acquired) this.callAsync(channel, request, leftMs - waitedMs, done);
        else done({ok: false, error: noPermit('Async', leftMs, this.asyncPermits)});
      });
    }
  }

  private callAsync(channel: FrameChannel, request: RemotingCommand, leftMs: number, done: Done): void {
    this.prepare(request);
    this.pending.add({
      opaque: request.opaque,
      channel,
      deadlineNs: this.pending.scanDeadlineNs(this.host.clock.monotonicNs(), leftMs),
      answered: (response) => {
        try {
          done({ok: true, response});
        } finally {
          this.asyncPermits.release();
        }
      },
      failed: (kind) => {
        this.asyncPermits.release();
        done({ok: false, error: remotingError(kind, channel.remoteAddress, leftMs)});
      },
    });
    this.writeCall(channel, request);
  }

  private writeCall(channel: FrameChannel, request: RemotingCommand): void {
    const {opaque} = request;
    channel.write(encodeFrame(request), (ok) => {
      if (!ok) this.pending.take(opaque)?.failed('send-request');
    });
  }

  private writeOneway(
    channel: FrameChannel,
    request: RemotingCommand,
    done: ((error: RemotingError | null) => void) | undefined,
  ): void {
    channel.write(encodeFrame(request), () => {
      this.onewayPermits.release();
      // A write that fails later is only logged by 4.9.1: the caller has long returned.
      if (done !== undefined) this.later(() => done(null));
    });
  }

  opened(channel: FrameChannel): void {
    this.listener.connected?.(channel);
    this.table.connected(channel);
  }

  connectFailed(channel: FrameChannel): void {
    this.table.connected(channel);
  }

  received(channel: FrameChannel, command: RemotingCommand, frameBytes: number): void {
    // Java counts every command it makes, those that it decodes as well, and the response to a request.
    this.nextOpaque = (this.nextOpaque + 1) | 0;
    if (!isResponse(command)) {
      this.nextOpaque = (this.nextOpaque + 1) | 0;
      this.dispatch.dispatch(channel, command, frameBytes);
      return;
    }
    const call = this.pending.take(command.opaque);
    if (call === null) {
      this.warn(`receive response, but not matched any request, ${channel.remoteAddress}`);
      return;
    }
    try {
      call.answered(command);
    } catch (error) {
      // A body that cannot be read is the peer's fault; everything else is ours and must be seen.
      if (!(error instanceof FastjsonError)) throw error;
      this.warn(`execute callback in executor exception, and callback throw: ${error.message}`);
    }
  }

  ended(channel: FrameChannel, end: ChannelEnd): void {
    // When the peer closes in order, nobody who waits is told: they run into their time-outs. 4.9.1 hooks its own
    // `close` only, which a reset (an exception in the pipeline), malformed bytes and idleness lead to as well.
    if (end !== 'peer-closed') {
      this.table.close(channel);
      this.pending.failChannel(channel);
    }
    if (end === 'idle') this.listener.idle?.(channel);
    else if (end === 'exception') this.listener.exception?.(channel);
    else this.listener.closed?.(channel);
  }

  private prepare(request: RemotingCommand): void {
    request.opaque = this.nextOpaque;
    this.nextOpaque = (this.nextOpaque + 1) | 0;
    request.serializer = this.serializer;
  }

  private later(run: () => void): void {
    this.host.clock.after(0, run);
  }

  private warn(text: string): void {
    report(this.host.journal, {kind: 'warned', text});
  }
}

function noPermit(kind: 'Async' | 'Oneway', timeoutMs: number, permits: Permits): RemotingError {
  const waited = `tryAcquire semaphore timeout, ${timeoutMs}ms, waiting thread nums: ${permits.waiting}`;
  const value = `semaphore${kind}Value: ${permits.available}`;
  return {kind: 'timeout', message: `invoke${kind}Impl ${waited} ${value}`};
}
