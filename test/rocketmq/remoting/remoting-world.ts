import type {WorkerPool} from '../../../src/ports/cpu.ts';
import type {Host} from '../../../src/ports/host.ts';
import type {Fact} from '../../../src/rocketmq/facts.ts';
import {createRemotingClient, type RemotingClientConfig} from '../../../src/rocketmq/remoting/client.ts';
import {type RemotingCommand, request, response} from '../../../src/rocketmq/remoting/command.ts';
import type {
  Channel,
  ChannelListener,
  InvokeResult,
  RemotingClient,
  RemotingServer,
} from '../../../src/rocketmq/remoting/remoting.ts';
import {createRemotingServer, type RemotingServerConfig} from '../../../src/rocketmq/remoting/server.ts';
import type {CostModel, World} from '../../../src/sim/api.ts';
import {program, startedWorld} from '../../sim/worlds.ts';

export const SERVER = '10.0.0.1:9000';
export const SECOND_SERVER = '10.0.0.2:9000';

/** Codes of the servers in these worlds. */
export const ECHO = 1001;
export const SILENT = 1002;
export const THROWS = 1003;
export const REJECTED = 1004;
export const SLOW = 1005;

const NO_COSTS: CostModel = {
  default: {baseUs: 0, perKiBUs: 0},
  kinds: {UNKNOWN_1005: {baseUs: 50_000, perKiBUs: 0}},
};

export interface RemotingWorldOptions {
  readonly client?: RemotingClientConfig;
  readonly server?: Partial<RemotingServerConfig>;
  readonly clientListener?: ChannelListener;
}

/**
 * Two servers (machines m1, m2) and a client (m3) with 1 ms between them. ECHO answers with its body and who it was, SILENT
 * never, THROWS fails, REJECTED is turned away, SLOW takes 50 ms of a pool with one worker and no room to wait.
 */
export class RemotingWorld {
  readonly world: World;
  client!: RemotingClient;
  clientHost!: Host;
  clientPool!: WorkerPool;
  readonly servers: RemotingServer[] = [];
  /** Channels of the first server, oldest first, and what its listener heard of them. */
  readonly channels: Channel[] = [];
  readonly heard: string[] = [];
  /** What the servers were asked, one-way or not. */
  readonly asked: RemotingCommand[] = [];

  constructor(options: RemotingWorldOptions = {}) {
    const server = (name: string) =>
      program((host) => {
        this.servers.push(this.startServer(host, name, options.server ?? {}));
      });
    this.world = startedWorld({
      costs: NO_COSTS,
      programs: {
        one: server('one'),
        two: server('two'),
        client: program((host) => {
          this.clientHost = host;
          this.clientPool = host.cpu.pool('client', 1, 100);
          this.client = createRemotingClient(host, options.client, options.clientListener);
        }),
      },
    });
    this.runMs(1);
  }

  runMs(ms: number): void {
    this.world.runUntil(this.world.nowUs + ms * 1000);
  }

  get nowMs(): number {
    return this.world.nowUs / 1000;
  }

  /** Calls; what came of it, and when (ms since the call), is in the record answered. */
  call(options: {
    address?: string | null;
    code?: number;
    body?: string;
    timeoutMs?: number;
    mode?: 'sync' | 'async';
  }): {said: string; atMs: number} {
    const begun = this.nowMs;
    const outcome = {said: 'nothing yet', atMs: -1};
    const body = options.body === undefined ? null : new TextEncoder().encode(options.body);
    this.client.invoke(
      options.address === undefined ? SERVER : options.address,
      request(options.code ?? ECHO, null, body),
      options.timeoutMs ?? 3000,
      options.mode ?? 'sync',
      (result) => {
        outcome.said = say(result);
        outcome.atMs = this.nowMs - begun;
      },
    );
    return outcome;
  }

  warnings(process: string): string[] {
    return this.world.trace.entries.flatMap((entry) => {
      if (entry.kind !== 'fact' || entry.process !== process) return [];
      const fact = entry.fact as Fact;
      return fact.kind === 'warned' ? [fact.text] : [];
    });
  }

  private startServer(host: Host, name: string, config: Partial<RemotingServerConfig>): RemotingServer {
    const note = (what: string) => (): void => {
      this.heard.push(what);
    };
    const server = createRemotingServer(
      host,
      {port: 9000, ...config},
      name === 'one'
        ? {
            connected: (channel) => {
              this.channels.push(channel);
              this.heard.push('connected');
            },
            closed: note('closed'),
            exception: note('exception'),
            idle: note('idle'),
          }
        : {},
    );
    const pool = host.cpu.pool('work', 4, 1000);
    const handle = (
      code: number,
      run: (command: RemotingCommand, reply: (answer: RemotingCommand) => void) => void,
    ) =>
      server.registerProcessor(code, pool, (_, command, reply) => {
        this.asked.push(command);
        run(command, reply);
      });
    handle(ECHO, (command, reply) => reply(response(0, name, null, command.body)));
    handle(SILENT, () => {});
    handle(THROWS, () => {
      throw new Error('no such thing');
    });
    server.registerProcessor(REJECTED, pool, () => {}, {rejectRequest: () => true});
    server.registerProcessor(SLOW, host.cpu.pool('slow', 1, 0), (_, __, reply) => reply(response(0, 'slow')));
    server.start();
    return server;
  }
}

export function say(result: InvokeResult): string {
  if (!result.ok) return `${result.error.kind}: ${result.error.message}`;
  const {code, remark, body} = result.response;
  return `${code} ${remark}${body === null ? '' : ` ${new TextDecoder().decode(body)}`}`;
}
