import type {WorkerPool} from '../../ports/cpu.ts';
import {DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {ResponseCode, requestCodeName} from './codes.ts';
import {FLAG_RESPONSE, isOneway, type RemotingCommand, response, type SerializeType} from './command.ts';
import {encodeFrame} from './frame.ts';
import type {FrameChannel} from './frame-channel.ts';
import type {ProcessorOptions, RequestProcessor} from './remoting.ts';

interface Registration {
  readonly pool: WorkerPool;
  readonly processor: RequestProcessor;
  readonly rejectRequest: (() => boolean) | null;
}

/**
 * Takes requests to their processors and their answers back.
 * Source: RocketMQ 4.9.1 `NettyRemotingAbstract#processRequestCommand`.
 */
export class Dispatch {
  private readonly host: Host;
  private readonly serializer: SerializeType;
  private readonly registrations = new Map<number, Registration>();
  private fallback: Registration | null = null;

  constructor(host: Host, serializer: SerializeType) {
    this.host = host;
    this.serializer = serializer;
  }

  register(code: number, pool: WorkerPool, processor: RequestProcessor, options?: ProcessorOptions): void {
    this.registrations.set(code, {pool, processor, rejectRequest: options?.rejectRequest ?? null});
  }

  registerDefault(pool: WorkerPool, processor: RequestProcessor): void {
    this.fallback = {pool, processor, rejectRequest: null};
  }

  dispatch(channel: FrameChannel, request: RemotingCommand, frameBytes: number): void {
    const registration = this.registrations.get(request.code) ?? this.fallback;
    if (registration === null) {
      const remark = ` request type ${request.code} not supported`;
      this.answer(channel, request, response(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, remark));
      return;
    }
    if (registration.rejectRequest?.()) {
      // Even a one-way request hears of it.
      const remark = '[REJECTREQUEST]system busy, start flow control for a while';
      this.answer(channel, request, response(ResponseCode.SYSTEM_BUSY, remark));
      return;
    }
    const task = registration.pool.submit(requestCodeName(request.code), frameBytes, () =>
      this.run(registration.processor, channel, request),
    );
    if (task === null && !isOneway(request)) {
      const remark = '[OVERLOAD]system busy, start flow control for a while';
      this.answer(channel, request, response(ResponseCode.SYSTEM_BUSY, remark));
    }
  }

  private run(processor: RequestProcessor, channel: FrameChannel, request: RemotingCommand): void {
    try {
      processor(channel, request, (reply) => {
        if (!isOneway(request)) this.answer(channel, request, reply);
      });
    } catch (error) {
      const text = failureText(error);
      report(this.host.journal, {
        kind: 'warned',
        text: `process request exception, ${requestCodeName(request.code)} from ${channel.remoteAddress}: ${text}`,
      });
      if (!isOneway(request)) this.answer(channel, request, response(ResponseCode.SYSTEM_ERROR, text));
    }
  }

  private answer(channel: FrameChannel, request: RemotingCommand, reply: RemotingCommand): void {
    if (!channel.isActive) return;
    reply.opaque = request.opaque;
    reply.flag |= FLAG_RESPONSE;
    reply.serializer = this.serializer;
    channel.write(encodeFrame(reply), null);
  }
}

/** Raised by a processor to answer SYSTEM_ERROR with a text of Java's making, e.g. `java.lang.NullPointerException`. */
export class RequestFailure extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'RequestFailure';
  }
}

/**
 * What the remark of SYSTEM_ERROR says of an exception. What engines themselves throw is named only: its wording differs
 * between them, and a remark is bytes on the wire.
 */
export function failureText(error: unknown): string {
  if (error instanceof RequestFailure) return error.message;
  if (!(error instanceof Error)) return 'java.lang.RuntimeException';
  const own = error.constructor === Error || error instanceof DiskError || error.name === 'FastjsonError';
  return own ? `java.lang.RuntimeException: ${error.message}` : `java.lang.RuntimeException: ${error.name}`;
}
