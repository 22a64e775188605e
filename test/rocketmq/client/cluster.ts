import type {Host, Program} from '../../../src/ports/host.ts';
import {brokerProgram} from '../../../src/rocketmq/broker/broker.ts';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import type {
  ConsumeConcurrentlyStatus,
  MQProducer,
  MQPushConsumer,
  PushConsumerConfig,
} from '../../../src/rocketmq/client/api.ts';
import {createProducer} from '../../../src/rocketmq/client/default-mq-producer.ts';
import {createPushConsumer} from '../../../src/rocketmq/client/default-mq-push-consumer.ts';
import {printError} from '../../../src/rocketmq/client/errors.ts';
import {newMessage} from '../../../src/rocketmq/client/message-builder.ts';
import {type FactKind, type FactOf, report} from '../../../src/rocketmq/facts.ts';
import type {MessageExt} from '../../../src/rocketmq/message/message.ts';
import {printReceivedMessages, printSendResult} from '../../../src/rocketmq/message/print.ts';
import {namesrvProgram} from '../../../src/rocketmq/namesrv/namesrv.ts';
import type {ProcessSpec, World, WorldSpec} from '../../../src/sim/api.ts';
import {DEFAULT_COSTS, DEFAULT_MACHINE, NETWORK_PRESETS} from '../../../src/sim/presets.ts';
import type {ProcessKind} from '../../../src/sim/trace.ts';
import {createWorld} from '../../../src/sim/world.ts';

export const SECOND = 1_000_000;
export const PRODUCER_GROUP = 'please_rename_unique_group_name';
export const CONSUMER_GROUP = 'please_rename_unique_group_name_4';

export interface ClusterSpec {
  readonly seed?: string;
  /** `namesrv-1` is 10.0.0.1 and so on. */
  readonly namesrvs?: number;
  /** Lines of broker.conf beside those that every broker here has, by broker name. `broker-a` is 10.0.1.1 and so on. */
  readonly brokers?: Readonly<Record<string, string>>;
  /** Each on a machine of its own: 10.0.2.1 and so on. */
  readonly clients: Readonly<Record<string, {readonly kind: ProcessKind; readonly program: () => Program}>>;
}

export function namesrvAddr(count: number): string {
  return Array.from({length: count}, (_, i) => `10.0.0.${i + 1}:9876`).join(';');
}

/** A cluster of the real programs; NameServers and brokers are started, clients are not. */
export function clusterWorld(spec: ClusterSpec): World {
  const namesrvs = spec.namesrvs ?? 1;
  const brokers = Object.entries(spec.brokers ?? {'broker-a': ''});
  const clients = Object.entries(spec.clients);
  const machines: WorldSpec['machines'][number][] = [];
  const processes: ProcessSpec[] = [];
  const add = (name: string, kind: ProcessKind, address: string, program: () => Program): void => {
    machines.push({...DEFAULT_MACHINE, name: `m-${name}`, address});
    processes.push({name, kind, machine: `m-${name}`, program});
  };
  for (let i = 1; i <= namesrvs; i++) add(`namesrv-${i}`, 'namesrv', `10.0.0.${i}`, () => namesrvProgram({}));
  brokers.forEach(([name, lines], i) => {
    const text = `brokerName=${name}\nnamesrvAddr=${namesrvAddr(namesrvs)}\nautoCreateTopicEnable=true\n${lines}\n`;
    const {config, problems} = parseBrokerConf(text);
    if (problems.length > 0) throw new Error(problems[0]!.message);
    add(name, 'broker', `10.0.1.${i + 1}`, () => brokerProgram(config));
  });
  clients.forEach(([name, {kind, program}], i) => {
    add(name, kind, `10.0.2.${i + 1}`, program);
  });
  const world = createWorld({
    seed: spec.seed ?? '1',
    epochMs: 1_795_219_200_000,
    machines,
    network: {between: NETWORK_PRESETS['same-rack'], loopback: NETWORK_PRESETS.loopback, links: []},
    costs: DEFAULT_COSTS,
    processes,
  });
  for (const {name, kind} of processes) {
    if (kind === 'namesrv' || kind === 'broker') world.intervene({kind: 'start', process: name});
  }
  return world;
}

/** Sends so many messages one after the other, printing what comes of each; a second's pause after a failure. */
export function sendingProgram(
  count: number,
  addr: string,
  bodyOf = (i: number) => `Hello RocketMQ ${i}`,
): () => Program {
  return () => ({
    start(host: Host) {
      const producer = createProducer(host, {group: PRODUCER_GROUP, namesrvAddr: addr});
      producer.start(() => send(host, producer, 0, count, bodyOf));
      return {stop: (done) => producer.shutdown(done)};
    },
  });
}

function send(
  host: Host,
  producer: MQProducer,
  i: number,
  count: number,
  bodyOf: (i: number) => string,
): void {
  if (i === count) {
    producer.shutdown(() => {});
    return;
  }
  producer.send(newMessage('TopicTest', 'TagA', null, bodyOf(i)), (outcome) => {
    const line = outcome.ok ? printSendResult(outcome.result) : printError(outcome.error);
    report(host.journal, {kind: 'printed', line});
    if (outcome.ok) send(host, producer, i + 1, count, bodyOf);
    else host.clock.after(1000, () => send(host, producer, i + 1, count, bodyOf));
  });
}

export interface ConsumingOptions extends Partial<PushConsumerConfig> {
  /** CONSUME_SUCCESS unless told. */
  readonly answer?: (messages: readonly MessageExt[]) => ConsumeConcurrentlyStatus;
  readonly onConsumer?: (consumer: MQPushConsumer, host: Host) => void;
  readonly expression?: string;
}

/** Prints what it gets, as the quickstart consumer does. */
export function consumingProgram(addr: string, options: ConsumingOptions = {}): () => Program {
  return () => ({
    start(host: Host) {
      const {answer, onConsumer, expression, ...config} = options;
      const consumer = createPushConsumer(host, {
        group: CONSUMER_GROUP,
        namesrvAddr: addr,
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
        ...config,
      });
      consumer.subscribe('TopicTest', expression ?? '*');
      consumer.registerMessageListener((messages, {threadName}, finish) => {
        report(host.journal, {kind: 'printed', line: printReceivedMessages(threadName, messages)});
        finish(answer === undefined ? 'CONSUME_SUCCESS' : answer(messages));
      });
      onConsumer?.(consumer, host);
      consumer.start(() => report(host.journal, {kind: 'printed', line: 'Consumer Started.'}));
      return {stop: (done) => consumer.shutdown(done)};
    },
  });
}

/** Facts of one kind, with who reported them and when. */
export function facts<K extends FactKind>(
  world: World,
  kind: K,
  process?: string,
): (FactOf<K> & {process: string; atUs: number})[] {
  const found: (FactOf<K> & {process: string; atUs: number})[] = [];
  for (const entry of world.trace.entries) {
    if (entry.kind !== 'fact' || entry.fact.kind !== kind) continue;
    if (process !== undefined && entry.process !== process) continue;
    found.push({...(entry.fact as FactOf<K>), process: entry.process, atUs: entry.atUs});
  }
  return found;
}

export function printed(world: World, process: string): string[] {
  return facts(world, 'printed', process).map(({line}) => line);
}

/** How often each message was handed to a listener. */
export function deliveries(world: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const {msgId} of facts(world, 'message-delivered')) counts.set(msgId, (counts.get(msgId) ?? 0) + 1);
  return counts;
}
