import type {Host} from '../../src/ports/host.ts';
import type {Connection} from '../../src/ports/network.ts';
import {isResponse, type RemotingCommand} from '../../src/rocketmq/remoting/command.ts';
import {encodeFrame, FrameDecoder} from '../../src/rocketmq/remoting/frame.ts';

/** A connection on which a test writes and reads by hand. */
export class HandWire {
  /** Responses and the other side's own requests, in the order received. */
  readonly received: RemotingCommand[] = [];
  closed: string | null = null;
  private readonly connection: Connection;
  protected readonly runMs: (ms: number) => void;
  private opaque = 0;

  /** @param runMs lets the world go on */
  constructor(host: Host, address: string, runMs: (ms: number) => void) {
    this.runMs = runMs;
    const decoder = new FrameDecoder();
    this.connection = host.network.connect(address, {
      data: (bytes) => this.received.push(...decoder.push(bytes)),
      ended: () => this.connection.end(),
      closed: (reason) => {
        this.closed = reason;
      },
    });
    runMs(10);
  }

  write(bytes: Uint8Array): void {
    this.connection.write(bytes);
  }

  /** Sends a request; answers its opaque. */
  send(command: RemotingCommand): number {
    command.opaque = ++this.opaque;
    this.write(encodeFrame(command));
    return command.opaque;
  }

  answerTo(opaque: number): RemotingCommand | null {
    return this.received.find((one) => isResponse(one) && one.opaque === opaque) ?? null;
  }

  /** Ends in order, as a process does that exits. */
  end(): void {
    this.connection.end();
    this.runMs(10);
  }

  abort(): void {
    this.connection.destroy();
    this.runMs(10);
  }
}
