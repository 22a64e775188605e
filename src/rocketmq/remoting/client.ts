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
import {type PendingCall, PendingCalls} from './pending-calls.ts';
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
/**
 * A thread that waits for an answer wakes up later than it wanted to; of the real client, 1 to 4 ms were measured. It matters
 * that this is not nothing: a send whose first attempt times out has no time left then, and is not sent once more.
 */
const WAKES_LATE_NS = 1_000_000;

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
    const open = this.openChannel(address);
    if (open !== null) {
      this.invokeOn(open, request, timeoutMs, mode, beginNs, done);
      return;
    }
    this.connect(address, done, (channel) => this.invokeOn(channel, request, timeoutMs, mode, beginNs, done));
  }

  invokeOneway(
    address: string,
    request: RemotingCommand,
    timeoutMs: number,
    done?: (error: RemotingError | null) => void,
  ): void {
    const open = this.openChannel(address);
    if (open !== null) {
      this.onewayOn(open, request, timeoutMs, done);
      return;
    }
    const failed: Done = (result) => done?.(result.ok ? null : result.error);
    this.connect(address, failed, (channel) => this.onewayOn(channel, request, timeoutMs, done));
  }

  shutdown(): void {
    this.table.closeAll();
    // After the channels have told their own calls, in the order of events.
    this.host.clock.after(0, () => this.pending.stop());
  }

  private openChannel(address: string | null): FrameChannel | null {
    return address === null ? this.namesrv.current() : this.table.active(address);
  }

  /** Runs `use` with a channel that is open, later; or tells `done` that there is none. */
  private connect(address: string | null, done: Done, use: (channel: FrameChannel) => void): void {
    const connected = (channel: FrameChannel | null, tried: string | null): void => {
      if (channel?.isActive) use(channel);
      else done({ok: false, error: remotingError('connect', tried, 0)});
    };
    if (address === null) this.namesrv.connect(connected);
    else this.table.connect(address, (channel) => connected(channel, address));
  }

  private invokeOn(
    channel: FrameChannel,
    request: RemotingCommand,
    timeoutMs: number,
    mode: 'sync' | 'async',
    beginNs: number,
    done: Done,
  ): void {
    // Connecting may have taken its time.
    const costMs = Math.floor((this.host.clock.monotonicNs() - beginNs) / NS_PER_MS);
    const leftMs = timeoutMs - costMs;
    if (mode === 'async') {
      this.invokeAsync(channel, request, leftMs, done);
    } else if (leftMs < 0) {
      this.table.close(channel);
      this.later(() => done({ok: false, error: {kind: 'timeout', message: 'invokeSync call timeout'}}));
    } else {
      this.send(channel, request, leftMs, null, done);
    }
  }

  private invokeAsync(channel: FrameChannel, request: RemotingCommand, leftMs: number, done: Done): void {
    if (leftMs < 0) {
      this.later(() =>
        done({ok: false, error: {kind: 'too-much-request', message: 'invokeAsync call timeout'}}),
      );
    } else if (this.asyncPermits.tryAcquire()) {
      this.send(channel, request, leftMs, this.asyncPermits, done);
    } else if (leftMs === 0) {
      this.later(() => done({ok: false, error: remotingError('too-much-request', null, 0)}));
    } else {
      const askedNs = this.host.clock.monotonicNs();
      this.asyncPermits.acquireLater(leftMs, (acquired) => {
        const waitedMs = Math.floor((this.host.clock.monotonicNs() - askedNs) / NS_PER_MS);
        if (acquired) this.send(channel, request, leftMs - waitedMs, this.asyncPermits, done);
        else done({ok: false, error: noPermit('Async', leftMs, this.asyncPermits)});
      });
    }
  }

  /** @param permit what an asynchronous call holds; null for a synchronous one */
  private send(
    channel: FrameChannel,
    request: RemotingCommand,
    leftMs: number,
    permit: Permits | null,
    done: Done,
  ): void {
    this.prepare(request);
    const nowNs = this.host.clock.monotonicNs();
    const deadlineNs =
      permit !== null
        ? this.pending.scanDeadlineNs(nowNs, leftMs)
        : leftMs === 0
          ? nowNs
          : nowNs + leftMs * NS_PER_MS + WAKES_LATE_NS;
    const call = new ClientCall(
      this.table,
      this.pending,
      channel,
      request.opaque,
      leftMs,
      deadlineNs,
      permit,
      done,
    );
    this.pending.add(call);
    channel.write(encodeFrame(request), call);
  }

  private onewayOn(
    channel: FrameChannel,
    request: RemotingCommand,
    timeoutMs: number,
    done: ((error: RemotingError | null) => void) | undefined,
  ): void {
    this.prepare(request);
    request.flag |= FLAG_ONEWAY;
    if (this.onewayPermits.tryAcquire()) {
      this.writeOneway(channel, request, done);
    } else if (timeoutMs <= 0) {
      this.later(() => done?.({kind: 'too-much-request', message: 'invokeOnewayImpl invoke too fast'}));
    } else {
      this.onewayPermits.acquireLater(timeoutMs, (acquired) => {
        if (acquired) this.writeOneway(channel, request, done);
        else done?.(noPermit('Oneway', timeoutMs, this.onewayPermits));
      });
    }
  }

  private writeOneway(
    channel: FrameChannel,
    request: RemotingCommand,
    done: ((error: RemotingError | null) => void) | undefined,
  ): void {
    channel.write(encodeFrame(request), {
      written: () => {
        this.onewayPermits.release();
        // A write that fails later is only logged by 4.9.1: the caller has long returned.
        if (done !== undefined) this.later(() => done(null));
      },
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

/** A call under way; what its end means differs between the two ways of calling. */
class ClientCall implements PendingCall {
  readonly opaque: number;
  readonly channel: FrameChannel;
  readonly deadlineNs: number;
  private readonly table: ChannelTable;
  private readonly pending: PendingCalls;
  private readonly leftMs: number;
  private readonly permit: Permits | null;
  private readonly done: Done;

  constructor(
    table: ChannelTable,
    pending: PendingCalls,
    channel: FrameChannel,
    opaque: number,
    leftMs: number,
    deadlineNs: number,
    permit: Permits | null,
    done: Done,
  ) {
    this.table = table;
    this.pending = pending;
    this.channel = channel;
    this.opaque = opaque;
    this.leftMs = leftMs;
    this.deadlineNs = deadlineNs;
    this.permit = permit;
    this.done = done;
  }

  written(ok: boolean): void {
    if (!ok) this.pending.take(this.opaque)?.failed('send-request');
  }

  answered(response: RemotingCommand): void {
    try {
      this.done({ok: true, response});
    } finally {
      this.permit?.release();
    }
  }

  failed(kind: 'timeout' | 'send-request'): void {
    if (this.permit !== null) this.permit.release();
    // A synchronous call that fails, either way, closes the socket; whatever else was under way on it fails with it.
    else this.table.close(this.channel);
    this.done({ok: false, error: remotingError(kind, this.channel.remoteAddress, this.leftMs)});
  }
}
