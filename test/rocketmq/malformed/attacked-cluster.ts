import type {Host, Program} from '../../../src/ports/host.ts';
import type {Connection, ConnectionHandlers} from '../../../src/ports/network.ts';
import {brokerProgram} from '../../../src/rocketmq/broker/broker.ts';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import type {MQProducer} from '../../../src/rocketmq/client/api.ts';
import {createProducer} from '../../../src/rocketmq/client/default-mq-producer.ts';
import {createPushConsumer} from '../../../src/rocketmq/client/default-mq-push-consumer.ts';
import {newMessage} from '../../../src/rocketmq/client/message-builder.ts';
import {namesrvProgram} from '../../../src/rocketmq/namesrv/namesrv.ts';
import {FrameDecoder} from '../../../src/rocketmq/remoting/frame.ts';
import type {World} from '../../../src/sim/api.ts';
import {program, startedWorld} from '../../sim/worlds.ts';

export const TARGETS = {namesrv: '10.0.0.1:9876', broker: '10.0.0.2:10911'} as const;
const NAMESRV_ADDR = TARGETS.namesrv;
const SEND_EVERY_MS = 10;
/** After so long the consumer has heard of the topic that the first message made. */
const WARM_UP_MS = 60_000;

/** What a server holds for others, counted from outside of it. */
export class Held {
  readonly open = new Set<Connection>();

  get bufferedBytes(): number {
    let sum = 0;
    for (const connection of this.open) sum += connection.bufferedBytes;
    return sum;
  }

  /** The program, seen through a network that counts what it accepts. */
  watch(watched: Program): Program {
    return {
      start: (host) => {
        const {identity, clock, network, disk, random, cpu, journal} = host;
        const accept =
          (take: (connection: Connection) => ConnectionHandlers) =>
          (connection: Connection): ConnectionHandlers => {
            this.open.add(connection);
            const inner = take(connection);
            return {
              data: (bytes) => inner.data(bytes),
              drained: () => inner.drained?.(),
              ended: () => inner.ended?.(),
              closed: (reason) => {
                this.open.delete(connection);
                inner.closed(reason);
              },
            };
          };
        return watched.start({
          identity,
          clock,
          disk,
          random,
          cpu,
          journal,
          exit: (code, reason) => host.exit(code, reason),
          network: {
            connect: (address, handlers, timeoutMs) => network.connect(address, handlers, timeoutMs),
            listen: (port, take) => network.listen(port, accept(take)),
          },
        });
      },
    };
  }
}

/** An attacker's connection, and what its server ought to make of what is written on it. */
export class Assault {
  closed: string | null = null;
  /** Answers to it are not looked at, but what comes must be frames. */
  readonly answers = new FrameDecoder();
  private readonly oracle = new FrameDecoder();
  private readonly connection: Connection;

  constructor(host: Host, address: string) {
    this.connection = host.network.connect(address, {
      data: (bytes) => this.answers.push(bytes),
      ended: () => this.connection.end(),
      closed: (reason) => {
        this.closed = reason;
      },
    });
  }

  /** Has something been written that ends the conversation? */
  get mustClose(): boolean {
    return this.oracle.malformed !== null;
  }

  write(bytes: Uint8Array): void {
    this.oracle.push(bytes);
    this.connection.write(bytes);
  }

  end(): void {
    this.connection.end();
  }

  destroy(): void {
    this.connection.destroy();
  }
}

/** A NameServer, a broker, an attacker, and a producer and a consumer that only want to do their work. */
export class AttackedCluster {
  readonly world: World;
  readonly held = {namesrv: new Held(), broker: new Held()};
  readonly sent: string[] = [];
  readonly acknowledged: string[] = [];
  readonly failures: string[] = [];
  readonly consumed = new Set<string>();
  attacker!: Host;
  private isSending = true;

  constructor() {
    const {config} = parseBrokerConf(
      [
        'brokerName=broker-a',
        `namesrvAddr=${NAMESRV_ADDR}`,
        'mappedFileSizeCommitLog=1048576',
        'mappedFileSizeConsumeQueue=60000',
        'maxHashSlotNum=1000',
        'maxIndexNum=4000',
      ].join('\n'),
    );
    this.world = startedWorld({
      programs: {
        namesrv: () => this.held.namesrv.watch(namesrvProgram({})),
        broker: () => this.held.broker.watch(brokerProgram(config)),
        attacker: program((host) => {
          this.attacker = host;
        }),
        consumer: program((host) => this.consume(host)),
        producer: program((host) => this.produce(host)),
      },
    });
    this.runMs(WARM_UP_MS);
  }

  runMs(ms: number): void {
    this.world.runUntil(this.world.nowUs + ms * 1000);
  }

  /** Lets the producer finish what it has begun, and the consumer get it. */
  settle(): void {
    this.isSending = false;
    this.runMs(10_000);
  }

  private produce(host: Host): void {
    const producer = createProducer(host, {group: 'PG', namesrvAddr: NAMESRV_ADDR});
    producer.start(() => this.sendNext(host, producer));
  }

  private sendNext(host: Host, producer: MQProducer): void {
    if (!this.isSending) return;
    const body = `message ${this.sent.length}`;
    this.sent.push(body);
    producer.send(newMessage('Work', 'A', null, body), (outcome) => {
      if (outcome.ok) this.acknowledged.push(body);
      else this.failures.push(`${body}: ${outcome.error.message}`);
      host.clock.after(SEND_EVERY_MS, () => this.sendNext(host, producer));
    });
  }

  private consume(host: Host): void {
    const consumer = createPushConsumer(host, {
      group: 'CG',
      namesrvAddr: NAMESRV_ADDR,
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    });
    consumer.subscribe('Work', '*');
    consumer.registerMessageListener((messages, _context, finish) => {
      for (const message of messages) this.consumed.add(new TextDecoder().decode(message.body));
      finish('CONSUME_SUCCESS');
    });
    consumer.start();
  }
}
