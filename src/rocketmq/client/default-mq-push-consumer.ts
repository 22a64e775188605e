import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {ClientError, MessageListenerConcurrently, MQPushConsumer, PushConsumerConfig} from './api.ts';
import {checkConsumerConfig, resolveConsumerConfig} from './consumer-config.ts';
import {clientExceptionWithHint} from './errors.ts';
import {MQClientInstance} from './mq-client-instance.ts';
import {resolveInstanceConfig} from './producer-config.ts';
import type {ServiceState} from './producer-impl.ts';
import {PushConsumerImpl} from './push-consumer-impl.ts';
import {SUBSCRIBE_ALL, type Subscription, subscriptionOf} from './subscription.ts';

/** What an instance of a broadcasting consumer is called, so that the folder of its offsets stays the same. */
const DEFAULT_INSTANCE_NAME = 'DEFAULT';

/** Source: RocketMQ 4.9.1 `client.consumer.DefaultMQPushConsumer`. */
export function createPushConsumer(host: Host, config: PushConsumerConfig): MQPushConsumer {
  return new DefaultMQPushConsumer(host, config);
}

class DefaultMQPushConsumer implements MQPushConsumer {
  private readonly host: Host;
  private readonly config: PushConsumerConfig;
  private readonly subscriptions = new Map<string, Subscription>();
  private listener: MessageListenerConcurrently | null = null;
  private state: ServiceState = 'CREATE_JUST';
  private impl: PushConsumerImpl | null = null;

  constructor(host: Host, config: PushConsumerConfig) {
    this.host = host;
    this.config = config;
  }

  subscribe(topic: string, expression: string): ClientError | null {
    const subscription = subscriptionOf(topic, expression, this.host.clock.nowMs());
    if ('error' in subscription) return subscription.error;
    this.subscriptions.set(topic, subscription);
    this.impl?.instance.heartbeatAll(() => {});
    return null;
  }

  unsubscribe(topic: string): void {
    this.subscriptions.delete(topic);
  }

  registerMessageListener(listener: MessageListenerConcurrently): void {
    this.listener = listener;
  }

  start(started?: (error: ClientError | null) => void): ClientError | null {
    if (this.state !== 'CREATE_JUST') {
      return clientExceptionWithHint(
        `The PushConsumer service state not OK, maybe started once, ${this.state}`,
      );
    }
    this.state = 'START_FAILED';
    const nowMs = this.host.clock.nowMs();
    const config = resolveConsumerConfig(this.config, nowMs);
    const problem = checkConsumerConfig(config, this.listener !== null);
    if (problem !== null) return problem;
    const instanceConfig = resolveInstanceConfig(this.config);
    const isClustering = config.messageModel === 'CLUSTERING';
    if (isClustering) this.subscribe(`%RETRY%${config.group}`, SUBSCRIBE_ALL);
    const instance = new MQClientInstance(
      this.host,
      isClustering
        ? instanceConfig
        : {...instanceConfig, instanceName: instanceConfig.instanceName ?? DEFAULT_INSTANCE_NAME},
      `consumer_${config.group}`,
    );
    const impl = new PushConsumerImpl(instance, config, this.subscriptions, this.listener!);
    this.impl = impl;
    this.state = 'RUNNING';
    report(this.host.journal, {
      kind: 'client-started',
      role: 'consumer',
      group: config.group,
      clientId: instance.clientId,
    });
    impl.start((error) => started?.(error));
    return null;
  }

  suspend(): void {
    this.impl?.suspend();
  }

  resume(): void {
    this.impl?.resume();
  }

  shutdown(done: () => void): void {
    if (this.state !== 'RUNNING' || this.impl === null) {
      this.host.clock.after(0, done);
      return;
    }
    this.state = 'SHUTDOWN_ALREADY';
    this.impl.shutdown(done);
  }
}
