import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {createHost, type NodeHost} from '../../src/host/host.ts';
import {placeStore, readBrokerConf, type Serving, serve} from '../../src/host/serving.ts';
import type {MQProducer, SendOutcome, SendResult} from '../../src/rocketmq/client/api.ts';
import {createProducer} from '../../src/rocketmq/client/default-mq-producer.ts';
import {createPushConsumer} from '../../src/rocketmq/client/default-mq-push-consumer.ts';
import {newMessage} from '../../src/rocketmq/client/message-builder.ts';
import type {MessageExt} from '../../src/rocketmq/message/message.ts';
import {freePorts} from './free-ports.ts';
import {Resends} from './resends.ts';

/** Longer than anything takes on a slow machine that does other things as well: only what never comes takes so long. */
const PATIENCE_MS = 240_000;

/** How long a client of these tests waits for an answer; one that it gave up would be sent again, and be there twice. */
export const SEND_TIMEOUT_MS = 120_000;

/** So that a machine which does other things as well is slow, and not refused: 4.9.1 turns away what waited for 200 ms. */
export const PATIENT = ['brokerFastFailureEnable=false', 'osPageCacheBusyTimeOutMills=240000'];

/** Looks until it is so, doing `meanwhile` before each look. */
export async function until(
  isDone: () => boolean,
  what: string | (() => string),
  meanwhile: () => Promise<void> = () => sleep(5),
): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (!isDone()) {
    if (performance.now() > untilMs) throw new Error(`never: ${typeof what === 'string' ? what : what()}`);
    await meanwhile();
  }
}

/** Ports for one NameServer and one broker, with its second port two below, and its port for slaves. */
export async function clusterPorts(): Promise<{namesrv: number; broker: number}> {
  const namesrv = await freePorts([0, 1, 3, 4]);
  return {namesrv, broker: namesrv + 3};
}

/** When all that a child printed has been read, which may be later than its exit. */
const closed = new WeakMap<ChildProcess, Promise<unknown>>();

interface Outcomes {
  readonly acknowledged: Map<string, SendResult>;
  readonly failed: string[];
}

interface Sender {
  /** Sends so many messages at a time; every outcome, in the order of the answers. */
  send(
    topic: string,
    bodies: readonly string[],
    atATime?: number,
    onResult?: (body: string, result: SendResult) => void,
  ): Promise<Outcomes>;
  end(): void;
}

async function sendAll(
  host: NodeHost,
  producer: MQProducer,
  topic: string,
  bodies: readonly string[],
  atATime = 8,
  onResult?: (body: string, result: SendResult) => void,
): Promise<Outcomes> {
  const acknowledged = new Map<string, SendResult>();
  const failed: string[] = [];
  let next = 0;
  const sendNext = (): void => {
    const body = bodies[next++];
    if (body === undefined) return;
    producer.send(newMessage(topic, null, null, body), (outcome: SendOutcome) => {
      if (outcome.ok) {
        acknowledged.set(body, outcome.result);
        onResult?.(body, outcome.result);
      } else failed.push(`${body}: ${outcome.error.message}`);
      sendNext();
    });
  };
  host.run(() => {
    for (let i = 0; i < atATime; i++) sendNext();
  });
  await until(() => acknowledged.size + failed.length === bodies.length || !host.isAlive, 'all sent');
  return {acknowledged, failed};
}

/** A NameServer and a broker of this process, or of one that can be killed, and clients of this process. */
export class Cluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'lab-serve-'));
  readonly ports: {namesrv: number; broker: number};
  readonly printed: string[] = [];
  readonly warned: string[] = [];
  readonly crashes: unknown[] = [];
  readonly resends = new Resends();
  readonly #clients: NodeHost[] = [];
  readonly #children: ChildProcess[] = [];
  #pid = 50_000;

  private constructor(ports: {namesrv: number; broker: number}) {
    this.ports = ports;
  }

  static async on(body: (cluster: Cluster) => Promise<void>): Promise<void> {
    const cluster = new Cluster(await clusterPorts());
    try {
      await body(cluster);
      if (cluster.crashes.length > 0) throw cluster.crashes[0];
    } finally {
      for (const host of cluster.#clients) host.end();
      for (const child of cluster.#children) {
        child.kill('SIGKILL');
        await exitOf(child); // What still runs may make files while they are removed.
      }
      rmSync(cluster.folder, {recursive: true, force: true});
    }
  }

  get namesrvAddr(): string {
    return `127.0.0.1:${this.ports.namesrv}`;
  }

  get store(): string {
    return join(this.folder, 'store');
  }

  get conf(): string {
    return [
      'brokerName=broker-a',
      `listenPort=${this.ports.broker}`,
      `namesrvAddr=${this.namesrvAddr}`,
      'mappedFileSizeCommitLog=1048576',
      'maxHashSlotNum=5000',
      'maxIndexNum=20000',
      ...PATIENT,
      '',
    ].join('\n');
  }

  /** Serves in this process. The answer comes once the broker is up; `stop` waits for the end. */
  async serve(): Promise<{stop(): Promise<number>}> {
    let code: number | null = null;
    const booted = this.printed.length + 2;
    const serving: Serving = serve(
      {
        namesrv: {port: this.ports.namesrv, folder: join(this.folder, 'namesrv')},
        broker: placeStore(readBrokerConf(this.conf).config, this.store),
        bindAddress: '127.0.0.1',
      },
      {
        print: (line) => this.printed.push(line),
        warn: (line) => this.warned.push(line),
        over: (result) => (code = result),
      },
    );
    await until(() => this.printed.length >= booted || code !== null, 'booted');
    return {
      stop: async () => {
        serving.stop();
        await until(() => code !== null, 'stopped');
        return code!;
      },
    };
  }

  /** Serves in a process of its own, through the command line. */
  async spawn(args: readonly string[], bootLines = 1): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['tools/lab.mjs', 'serve', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    closed.set(child, once(child, 'close'));
    let lines = 0;
    createInterface({input: child.stdout!}).on('line', (line) => {
      lines++;
      this.printed.push(line);
    });
    createInterface({input: child.stderr!}).on('line', (line) => this.warned.push(line));
    await until(() => lines >= bootLines || child.exitCode !== null, `serve ${args.join(' ')}`);
    return child;
  }

  /** NameServer and broker in one process of their own. */
  async spawnAll(): Promise<ChildProcess> {
    const file = join(this.folder, 'broker.conf');
    writeFileSync(file, this.conf);
    return this.spawn(['--namesrv-port', String(this.ports.namesrv), '-c', file, '--store', this.store], 2);
  }

  client(name: string): NodeHost {
    const host = createHost({
      name,
      address: '127.0.0.1',
      pid: this.#pid++,
      storeRoot: this.folder,
      record: this.resends.record,
      ended: (end) => {
        if (end.kind === 'crashed') this.crashes.push(end.error);
      },
    });
    this.#clients.push(host);
    return host;
  }

  /** Sends `count` messages, so many at a time; every outcome, in the order of the answers. */
  async send(
    topic: string,
    bodies: readonly string[],
    atATime = 8,
    onResult?: (body: string, result: SendResult) => void,
  ): Promise<Outcomes> {
    const sender = await this.sender();
    const sent = await sender.send(topic, bodies, atATime, onResult);
    sender.end();
    return sent;
  }

  /** A producer that goes on: what it knows of topics it need not ask for again. */
  async sender(): Promise<Sender> {
    const host = this.client('producer');
    let producer!: MQProducer;
    let isStarted = false;
    host.run(() => {
      producer = createProducer(host, {
        group: 'p-group',
        namesrvAddr: this.namesrvAddr,
        sendMsgTimeoutMs: SEND_TIMEOUT_MS,
      });
      producer.start(() => (isStarted = true));
    });
    await until(() => isStarted || !host.isAlive, 'a producer');
    return {send: (...what) => sendAll(host, producer, ...what), end: () => host.end()};
  }

  /** A consumer from the first offset; what it gets is added to the array. */
  consume(group: string, topic: string): MessageExt[] {
    const got: MessageExt[] = [];
    const host = this.client(`consumer-${group}`);
    host.run(() => {
      const consumer = createPushConsumer(host, {
        group,
        namesrvAddr: this.namesrvAddr,
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      });
      consumer.subscribe(topic, '*');
      consumer.registerMessageListener((messages, _context, finish) => {
        got.push(...messages);
        finish('CONSUME_SUCCESS');
      });
      consumer.start();
    });
    return got;
  }
}

export const bodiesOf = (messages: readonly MessageExt[]): string[] =>
  messages.map((message) => new TextDecoder().decode(message.body));

/** Once it has ended, and all that it printed is there. */
export async function exitOf(child: ChildProcess): Promise<number | null> {
  await closed.get(child);
  return child.exitCode;
}
