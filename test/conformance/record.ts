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
  /** Of every answer, its frame in hex, by the request's opaque. */
  readonly #answers = new Map<number, string>();

  readonly #sentinelCode: number;

  /**
   * @param sentinelCode a request that this server answers whatever it was asked before
   * @param silenceMs after so long it is asked that; when that has been answered, and as long has passed again, the next is asked
   */
  constructor(port: number, sentinelCode: number, silenceMs: number) {
    this.#port = port;
    this.#sentinelCode = sentinelCode;
    this.#silenceMs = silenceMs;
  }

  /**
   * Asks, and waits for an answer as long as one usually takes.
   * @returns what to look for with `answerTo`
   */
  async ask(probe: Probe): Promise<number> {
    const asked = this.#send(request(probe.code, probe.fields, bodyBytes(probe.body)));
    if ((await this.#until([asked], this.#silenceMs)) || this.#socket === null) return asked;
    const sentinel = this.#send(request(this.#sentinelCode));
    await this.#until([asked, sentinel], SENTINEL_MS);
    await this.#until([asked], this.#silenceMs);
    return asked;
  }

  /** The frame of an answer in hex, or null where none has come up to now: a server that is slow may answer much later. */
  answerTo(asked: number): string | null {
    return this.#answers.get(asked) ?? null;
  }

  #send(command: RemotingCommand): number {
    command.opaque = ++this.#opaque;
    this.#connected().write(encodeFrame(command));
    return command.opaque;
  }

  /** Whether one of these requests is answered before the time is over and the connection closed. */
  async #until(opaques: readonly number[], patienceMs: number): Promise<boolean> {
    const untilMs = Date.now() + patienceMs;
    for (;;) {
      if (opaques.some((opaque) => this.#answers.has(opaque))) return true;
      const leftMs = untilMs - Date.now();
      if (leftMs <= 0 || this.#socket === null) return false;
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
      for (let frame = this.#next(); frame !== null; frame = this.#next()) {
        const answer = decodeFrame(frame);
        if ('error' in answer || !isResponse(answer)) continue;
        if (!this.#answers.has(answer.opaque)) {
          this.#answers.set(answer.opaque, Buffer.from(frame).toString('hex'));
        }
      }
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
  const asked: number[] = [];
  for (const probe of probes()) asked.push(await asking[probe.server].ask(probe));
  probes().forEach(({server, code, variant}, at) => {
    lines.push(JSON.stringify({server, code, variant, hex: asking[server].answerTo(asked[at]!)}));
  });
  writeFileSync(file, gzipSync(`${lines.join('\n')}\n`, {level: 9}));
  asking.namesrv.end();
  asking.broker.end();
}
