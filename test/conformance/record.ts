import {writeFileSync} from 'node:fs';
import {connect, type Socket} from 'node:net';
import {gzipSync} from 'node:zlib';
import {RequestCode} from '../../src/rocketmq/remoting/codes.ts';
import {isResponse, type RemotingCommand, request} from '../../src/rocketmq/remoting/command.ts';
import {decodeFrame, encodeFrame} from '../../src/rocketmq/remoting/frame.ts';
import {bodyBytes, type Probe, probes} from './probes.ts';

const SILENCE_MS = 700;
const SENTINEL_MS = 20_000;

/** One connection, asked one thing at a time. */
export class Asking {
  readonly #port: number;
  readonly #silenceMs: number;
  #socket: Socket | null = null;
  #bytes = Buffer.alloc(0);
  #opaque = 0;
  #heard: (() => void) | null = null;

  readonly #sentinelCode: number;

  /**
   * @param sentinelCode a request that this server answers whatever it was asked before
   * @param silenceMs after so long it is asked that; when that has been answered, and as long has passed again, there is no answer
   */
  constructor(port: number, sentinelCode: number, silenceMs: number) {
    this.#port = port;
    this.#sentinelCode = sentinelCode;
    this.#silenceMs = silenceMs;
  }

  /** The frame of the answer in hex, or null where none came. */
  async ask(probe: Probe): Promise<string | null> {
    const asked = this.#send(request(probe.code, probe.fields, bodyBytes(probe.body)));
    const heard = await this.#until([asked], this.#silenceMs);
    if (heard !== null || this.#socket === null) return heard?.hex ?? null;
    const sentinel = this.#send(request(this.#sentinelCode));
    const first = await this.#until([asked, sentinel], SENTINEL_MS);
    if (first?.opaque === asked) return first.hex;
    return (await this.#until([asked], this.#silenceMs))?.hex ?? null;
  }

  #send(command: RemotingCommand): number {
    command.opaque = ++this.#opaque;
    this.#connected().write(encodeFrame(command));
    return command.opaque;
  }

  /** The first answer to one of these requests; null where none comes in time or the connection is closed. */
  async #until(
    opaques: readonly number[],
    patienceMs: number,
  ): Promise<{readonly opaque: number; readonly hex: string} | null> {
    const untilMs = Date.now() + patienceMs;
    for (;;) {
      for (let frame = this.#next(); frame !== null; frame = this.#next()) {
        const answer = decodeFrame(frame);
        if ('error' in answer || !isResponse(answer) || !opaques.includes(answer.opaque)) continue;
        return {opaque: answer.opaque, hex: Buffer.from(frame).toString('hex')};
      }
      const leftMs = untilMs - Date.now();
      if (leftMs <= 0 || this.#socket === null) return null;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** A server may close its connection; what is asked next is asked on another. */
  #connected(): Socket {
    if (this.#socket !== null) return this.#socket;
    const socket = connect(this.#port, '127.0.0.1');
    this.#bytes = Buffer.alloc(0);
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#heard?.();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
      this.#heard?.();
    });
    return socket;
  }

  #next(): Uint8Array | null {
    if (this.#bytes.length < 4 || this.#bytes.length < 4 + this.#bytes.readInt32BE(0)) return null;
    const end = 4 + this.#bytes.readInt32BE(0);
    const frame = Uint8Array.from(this.#bytes.subarray(0, end));
    this.#bytes = this.#bytes.subarray(end);
    return frame;
  }

  end(): void {
    this.#socket?.destroy();
  }
}

/**
 * Asks real servers everything that the probes ask, and writes down what they answer. Both are fresh, on 127.0.0.1, and the
 * broker's port is 36911, as in `conformance.test.ts`: message ids tell it.
 */
export async function record(namesrvPort: number, brokerPort: number, file: string): Promise<void> {
  const asking = {
    namesrv: new Asking(namesrvPort, RequestCode.GET_NAMESRV_CONFIG, SILENCE_MS),
    broker: new Asking(brokerPort, RequestCode.GET_BROKER_CONFIG, SILENCE_MS),
  };
  const lines: string[] = [];
  for (const probe of probes()) {
    const {server, code, variant} = probe;
    lines.push(JSON.stringify({server, code, variant, hex: await asking[server].ask(probe)}));
  }
  writeFileSync(file, gzipSync(`${lines.join('\n')}\n`, {level: 9}));
  asking.namesrv.end();
  asking.broker.end();
}
