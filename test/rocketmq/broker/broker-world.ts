import type {Host} from '../../../src/ports/host.ts';
import {brokerProgram} from '../../../src/rocketmq/broker/broker.ts';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import {DLEDGER} from '../../../src/rocketmq/broker/dledger-part.ts';
import type {Fact} from '../../../src/rocketmq/facts.ts';
import {namesrvProgram} from '../../../src/rocketmq/namesrv/namesrv.ts';
import {
  type ExtFields,
  type RemotingCommand,
  request,
  type SerializeType,
} from '../../../src/rocketmq/remoting/command.ts';
import type {CostModel, World} from '../../../src/sim/api.ts';
import {DEFAULT_MACHINE} from '../../../src/sim/presets.ts';
import {program, startedWorld} from '../../sim/worlds.ts';
import {HandWire} from '../hand-wire.ts';

const MS = 1000;

/** A connection to a broker on which a test writes and reads by hand. */
export class Wire extends HandWire {
  /** Sends a request and answers its response, or null where none came within 20 ms. */
  ask(code: number, fields: ExtFields | null = null, body: Uint8Array | null = null): RemotingCommand | null {
    const opaque = this.send(request(code, fields, body));
    this.runMs(20);
    return this.answerTo(opaque);
  }
}

export interface BrokerWorldOptions {
  /** Lines of broker.conf beside those that name the broker. */
  readonly conf?: string;
  /** Lines that the file has besides from the broker's second start on. */
  readonly confLater?: string;
  readonly port?: number;
  /** Of the one machine on which everything runs; without it each process has its own. */
  readonly address?: string;
  readonly serializer?: SerializeType;
  readonly namesrvs?: number;
  readonly seed?: string;
  readonly costs?: CostModel;
  /** Start it although its broker.conf is told to be wrong. */
  readonly lenient?: boolean;
}

/** NameServers, the broker `broker-a`, and a process that speaks to it by hand, with even links between them. */
export class BrokerWorld {
  readonly world: World;
  readonly address: string;
  readonly port: number;
  probe!: Host;

  constructor(options: BrokerWorldOptions = {}) {
    this.port = options.port ?? 10_911;
    const machineAddress = options.address ?? '10.0.0.1';
    this.address = `${machineAddress}:${this.port}`;
    const namesrvs = Array.from(
      {length: options.namesrvs ?? 1},
      (_, i) => `${options.address ?? `10.0.0.${i + 3}`}:9876`,
    );
    const conf = [
      'brokerName=broker-a',
      `listenPort=${this.port}`,
      // Small files: the default ones are as large as a machine of the test's disk.
      'mappedFileSizeCommitLog=1048576',
      'mappedFileSizeConsumeQueue=6000',
      'maxHashSlotNum=1000',
      'maxIndexNum=4000',
      ...(namesrvs.length > 0 ? [`namesrvAddr=${namesrvs.join(';')}`] : []),
      options.conf ?? '',
    ].join('\n');
    const {config, problems} = parseBrokerConf(conf);
    const laterConfig = parseBrokerConf(`${conf}\n${options.confLater ?? ''}`).config;
    let starts = 0;
    const errors = problems.filter(({severity}) => severity === 'error');
    if (errors.length > 0 && options.lenient !== true)
      throw new Error(errors.map(({message}) => message).join('\n'));
    const machines =
      options.address === undefined
        ? [machineAddress, '10.0.0.2', ...namesrvs.map((one) => one.split(':')[0] as string)]
        : [machineAddress];
    this.world = startedWorld({
      seed: options.seed ?? '1',
      ...(options.costs === undefined ? {} : {costs: options.costs}),
      machines: machines.map((address, i) => ({...DEFAULT_MACHINE, name: `m${i + 1}`, address})),
      programs: {
        'broker-a': () =>
          brokerProgram(starts++ === 0 ? config : laterConfig, {
            serializer: options.serializer ?? 'JSON',
            dledger: DLEDGER,
          }),
        probe: program((host) => {
          this.probe = host;
        }),
        ...Object.fromEntries(namesrvs.map((_, i) => [`namesrv-${i + 1}`, () => namesrvProgram({})])),
      },
    });
    this.runMs(100);
    for (const crash of this.world.crashes) throw crash.error;
  }

  runMs(ms: number): void {
    this.world.runUntil(this.world.nowUs + Math.round(ms * MS));
  }

  get nowMs(): number {
    return this.world.nowUs / MS;
  }

  connect(port = this.port): Wire {
    return this.connectTo(`${this.address.split(':')[0]}:${port}`);
  }

  /** To whoever listens there. */
  connectTo(address: string): Wire {
    return new Wire(this.probe, address, (ms) => this.runMs(ms));
  }

  /** Facts of a process, of some kinds, so far. */
  facts<K extends Fact['kind']>(kinds: readonly K[], process = 'broker-a'): Extract<Fact, {kind: K}>[] {
    const facts: Extract<Fact, {kind: K}>[] = [];
    for (const entry of this.world.trace.entries) {
      if (entry.kind !== 'fact' || entry.process !== process) continue;
      const fact = entry.fact as Fact;
      if ((kinds as readonly string[]).includes(fact.kind)) facts.push(fact as Extract<Fact, {kind: K}>);
    }
    return facts;
  }

  /** How the runs of a process ended, one after the other. */
  endings(process: string): string[] {
    return this.world.trace.entries.flatMap((entry) => {
      if (entry.kind !== 'process-ended' || entry.process !== process) return [];
      return [entry.reason === '' ? entry.why : `${entry.why}: ${entry.reason}`];
    });
  }

  /** Printed lines of the broker. */
  printed(): string[] {
    return this.facts(['printed']).map(({line}) => line);
  }

  readText(path: string): string | null {
    const bytes = this.world.readFile('m1', path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }
}

const MAGIC = 0xdaa320a7 | 0;

/** Blanks what differs from run to run in records: the producer's port and the time of storing. */
function steadyRecords(body: Uint8Array): string {
  const bytes = body.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= bytes.length; ) {
    const size = view.getInt32(at);
    if (size < 88 || at + size > bytes.length) break;
    bytes.fill(0, at + 48, at + 64);
    at += size;
  }
  return Buffer.from(bytes).toString('latin1');
}

/** An answer in one line: code, remark, fields in the order of their names, body; ports of clients and times left out. */
export function told(answer: RemotingCommand | null): string {
  if (answer === null) return 'no answer';
  const parts = [String(answer.code)];
  if (answer.remark !== null) parts.push(answer.remark);
  if (answer.extFields !== null) {
    const fields = Object.entries(answer.extFields).sort(([a], [b]) => (a < b ? -1 : 1));
    parts.push(JSON.stringify(Object.fromEntries(fields)));
  }
  if (answer.body !== null) {
    const {body} = answer;
    const isRecords = body.length > 8 && new DataView(body.buffer, body.byteOffset).getInt32(4) === MAGIC;
    parts.push(isRecords ? steadyRecords(body) : new TextDecoder().decode(body));
  }
  return parts
    .join(' ')
    .replaceAll(/(\d+\.){3}\d+:(?!34911|30911|38911|36911)\d+/g, 'IP:PORT')
    .replaceAll(/"consumeTps":[\d.E-]+/g, '"consumeTps":N')
    .replaceAll(/[tT]imestamp":"?\d{13}/g, 'timestamp":T');
}
