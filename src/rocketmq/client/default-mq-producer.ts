import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {Message} from '../message/message.ts';
import type {ClientError, MQProducer, ProducerConfig, SendOutcome} from './api.ts';
import {clientException, clientExceptionWithHint} from './errors.ts';
import {MQClientInstance} from './mq-client-instance.ts';
import {resolveInstanceConfig, resolveProducerConfig} from './producer-config.ts';
import {ProducerImpl, type ServiceState} from './producer-impl.ts';
import {checkGroup} from './validators.ts';

/** Every instance has a producer of this group for what it sends itself. */
const INNER_PRODUCER_GROUP = 'CLIENT_INNER_PRODUCER';
const DEFAULT_PRODUCER_GROUP = 'DEFAULT_PRODUCER';
/**
 * How long Java's `start()` keeps its caller. The figure hardly matters, but that it is longer than the 10 ms after which
 * the first route poll comes does: so that poll is about `TBW102` alone, and the route that a first message takes from there
 * stays until the next poll.
 */
const START_TAKES_MS = 50;

/** Source: RocketMQ 4.9.1 `client.producer.DefaultMQProducer`. */
export function createProducer(host: Host, config: ProducerConfig): MQProducer {
  return new DefaultMQProducer(host, config);
}

/** Makes the internal producer of an instance and enters it. */
export function startInnerProducer(instance: MQClientInstance): ProducerImpl {
  const inner = new ProducerImpl(instance, resolveProducerConfig({group: INNER_PRODUCER_GROUP}));
  instance.producers.set(inner.group, inner);
  inner.start();
  return inner;
}

class DefaultMQProducer implements MQProducer {
  private readonly host: Host;
  private readonly config: ProducerConfig;
  private state: ServiceState = 'CREATE_JUST';
  private impl: ProducerImpl | null = null;
  /** What was asked for while Java's `start()` would still have kept the caller; null once it has returned. */
  private untilStarted: (() => void)[] | null = null;

  constructor(host: Host, config: ProducerConfig) {
    this.host = host;
    this.config = config;
  }

  start(started?: (error: ClientError | null) => void): ClientError | null {
    if (this.state !== 'CREATE_JUST') {
      return clientExceptionWithHint(`The producer service state not OK, maybe started once, ${this.state}`);
    }
    this.state = 'START_FAILED';
    const problem = checkGroup(this.config.group) ?? checkNotDefault(this.config.group);
    if (problem !== null) return problem;
    const instance = new MQClientInstance(
      this.host,
      resolveInstanceConfig(this.config),
      `producer_${this.config.group}`,
    );
    const impl = new ProducerImpl(instance, resolveProducerConfig(this.config));
    this.impl = impl;
    instance.producers.set(impl.group, impl);
    impl.start();
    instance.start();
    startInnerProducer(instance);
    this.state = 'RUNNING';
    report(this.host.journal, {
      kind: 'client-started',
      role: 'producer',
      group: this.config.group,
      clientId: instance.clientId,
    });
    this.untilStarted = [];
    // `start()` ends with a heartbeat, before the first route has come: it finds no broker to send one to, so brokers hear of
    // a producer a second after its start.
    instance.after(START_TAKES_MS, () => this.started(started));
    return null;
  }

  private started(tell: ((error: ClientError | null) => void) | undefined): void {
    const calls = this.untilStarted ?? [];
    this.untilStarted = null;
    tell?.(null);
    for (const call of calls) call();
  }

  send(message: Message, done: (outcome: SendOutcome) => void, timeoutMs?: number): void {
    if (this.impl === null) {
      this.refuse((error) => done({ok: false, error}));
      return;
    }
    if (this.untilStarted !== null) {
      this.untilStarted.push(() => this.send(message, done, timeoutMs));
      return;
    }
    this.impl.send(message, timeoutMs ?? this.impl.config.sendMsgTimeoutMs, done);
  }

  sendAsync(message: Message, done: (outcome: SendOutcome) => void, timeoutMs?: number): void {
    if (this.impl === null) {
      this.refuse((error) => done({ok: false, error}));
      return;
    }
    if (this.untilStarted !== null) {
      this.untilStarted.push(() => this.sendAsync(message, done, timeoutMs));
      return;
    }
    this.impl.sendAsync(message, timeoutMs ?? this.impl.config.sendMsgTimeoutMs, done);
  }

  sendOneway(message: Message, done: (error: ClientError | null) => void): void {
    if (this.impl === null) {
      this.refuse(done);
      return;
    }
    if (this.untilStarted !== null) {
      this.untilStarted.push(() => this.sendOneway(message, done));
      return;
    }
    this.impl.sendOneway(message, done);
  }

  shutdown(done: () => void): void {
    const {impl} = this;
    if (this.state !== 'RUNNING' || impl === null) {
      this.host.clock.after(0, done);
      return;
    }
    if (this.untilStarted !== null) {
      this.untilStarted.push(() => this.shutdown(done));
      return;
    }
    this.state = 'SHUTDOWN_ALREADY';
    const {instance} = impl;
    instance.producers.delete(impl.group);
    instance.unregister(impl.group, null, () => {
      stopInstance(instance, () => {
        impl.stop();
        report(this.host.journal, {
          kind: 'client-stopped',
          role: 'producer',
          group: impl.group,
          clientId: instance.clientId,
        });
        done();
      });
    });
  }

  private refuse(tell: (error: ClientError) => void): void {
    const error = clientExceptionWithHint(`The producer service state not OK, ${this.state}`);
    this.host.clock.after(0, () => tell(error));
  }
}

/** Takes the internal producer away and closes the instance, if nobody else uses it. */
export function stopInstance(instance: MQClientInstance, done: () => void): void {
  if (instance.consumers.size > 0 || instance.producers.size > 1) {
    instance.after(0, done);
    return;
  }
  instance.producers.delete(INNER_PRODUCER_GROUP);
  instance.unregister(INNER_PRODUCER_GROUP, null, () => {
    instance.shutdown();
    instance.after(0, done);
  });
}

function checkNotDefault(group: string): ClientError | null {
  return group === DEFAULT_PRODUCER_GROUP
    ? clientException(`producerGroup can not equal ${DEFAULT_PRODUCER_GROUP}, please specify another one.`)
    : null;
}
