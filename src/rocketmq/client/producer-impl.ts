import type {WorkerPool} from '../../ports/cpu.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {Message} from '../message/message.ts';
import {UniqueIdGenerator} from '../message/message-id.ts';
import {MessageConst} from '../message/properties.ts';
import type {ClientError, SendOutcome} from './api.ts';
import {AsyncSend} from './async-send.ts';
import {ClientErrorCode, clientException, clientExceptionWithHint, tooMuchRequest} from './errors.ts';
import {FaultStrategy} from './latency-fault.ts';
import type {MQClientInstance, ProducerInner} from './mq-client-instance.ts';
import type {ResolvedProducerConfig} from './producer-config.ts';
import type {ProducerContext, PublishInfoOutcome} from './producer-context.ts';
import {TopicPublishInfo} from './queue-selection.ts';
import {SyncSend} from './sync-send.ts';
import {checkMessage} from './validators.ts';

/** Source: RocketMQ 4.9.1 `common.ServiceState`. */
export type ServiceState = 'CREATE_JUST' | 'RUNNING' | 'SHUTDOWN_ALREADY' | 'START_FAILED';

const ASYNC_QUEUE_CAPACITY = 50_000;

/**
 * A producer within a client instance: the application's own, or the instance's internal one.
 * Source: RocketMQ 4.9.1 `client.impl.producer.DefaultMQProducerImpl`.
 */
export class ProducerImpl implements ProducerInner, ProducerContext {
  readonly group: string;
  readonly host: Host;
  readonly instance: MQClientInstance;
  readonly config: ResolvedProducerConfig;
  readonly faults: FaultStrategy;
  private readonly ids: UniqueIdGenerator;
  private readonly topics = new Map<string, TopicPublishInfo>();
  private readonly emptyInfo: TopicPublishInfo;
  private asyncPool: WorkerPool | null = null;
  private state: ServiceState = 'CREATE_JUST';

  constructor(instance: MQClientInstance, config: ResolvedProducerConfig) {
    this.instance = instance;
    this.host = instance.host;
    this.config = config;
    this.group = config.group;
    const {host} = instance;
    this.faults = new FaultStrategy(
      config.sendLatencyFaultEnable,
      host.random.stream('client.latency-fault'),
      () => host.clock.nowMs(),
    );
    this.ids = new UniqueIdGenerator({
      address: host.identity.address,
      pid: host.identity.pid,
      instanceHash: host.random.stream('client.class-loader').int32(),
    });
    this.emptyInfo = new TopicPublishInfo(
      [],
      false,
      new Map(),
      host.random.stream('client.send-which-queue'),
    );
  }

  /** Joins the instance. */
  start(): void {
    this.topics.set(this.config.createTopicKey, this.emptyInfo);
    this.state = 'RUNNING';
  }

  stop(): void {
    this.state = 'SHUTDOWN_ALREADY';
  }

  get isRunning(): boolean {
    return this.state === 'RUNNING';
  }

  send(message: Message, timeoutMs: number, done: (outcome: SendOutcome) => void): void {
    const refusal = this.refusal(message);
    if (refusal !== null) {
      this.later(() => done({ok: false, error: refusal}));
      return;
    }
    this.begun(message, 'sync');
    new SyncSend(this, message, timeoutMs, 'sync', (result, error) =>
      done(error === null ? {ok: true, result: result!} : {ok: false, error}),
    ).begin();
  }

  sendOneway(message: Message, done: (error: ClientError | null) => void): void {
    const refusal = this.refusal(message);
    if (refusal !== null) {
      this.later(() => done(refusal));
      return;
    }
    this.begun(message, 'oneway');
    new SyncSend(this, message, this.config.sendMsgTimeoutMs, 'oneway', (_, error) => done(error)).begin();
  }

  /** Errors of every sort reach the callback, as they do in 4.9.1, whose executor does even the checks. */
  sendAsync(message: Message, timeoutMs: number, done: (outcome: SendOutcome) => void): void {
    const calledAtMs = this.host.clock.nowMs();
    this.asyncPool ??= this.host.cpu.pool(
      `AsyncSenderExecutor_${this.group}`,
      Math.max(1, this.host.identity.processors),
      ASYNC_QUEUE_CAPACITY,
    );
    const submitted = this.asyncPool.submit('ASYNC_SEND', message.body.length, () => {
      const waitedMs = this.host.clock.nowMs() - calledAtMs;
      const refusal =
        timeoutMs > waitedMs ? this.refusal(message) : tooMuchRequest('DEFAULT ASYNC send call timeout');
      if (refusal !== null) return done({ok: false, error: refusal});
      this.begun(message, 'async');
      new AsyncSend(this, message, timeoutMs - waitedMs, done).begin();
    });
    if (submitted === null) this.later(() => done({ok: false, error: clientException('executor rejected ')}));
  }

  // Publish table.

  publishTopics(): Iterable<string> {
    return this.topics.keys();
  }

  isPublishTopicNeedUpdate(topic: string): boolean {
    return !(this.topics.get(topic)?.ok ?? false);
  }

  updateTopicPublishInfo(topic: string, info: TopicPublishInfo): void {
    this.topics.set(topic, info);
  }

  /** The queues of a topic if they are known. */
  knownPublishInfo(topic: string): TopicPublishInfo | null {
    const info = this.topics.get(topic);
    return info?.ok ? info : null;
  }

  /**
   * Finds out the queues of a topic: its own route, then the default topic's. The topic joins the periodic poll whatever
   * comes of it. Source: `#tryToFindTopicPublishInfo`.
   */
  findPublishInfo(topic: string, done: (outcome: PublishInfoOutcome) => void): void {
    const known = this.knownPublishInfo(topic);
    if (known !== null) {
      done({info: known});
      return;
    }
    if (!this.topics.has(topic)) this.topics.set(topic, this.emptyInfo);
    this.instance.updateRoute(topic, (outcome) => {
      if ('error' in outcome) return done(outcome);
      const learnt = this.topics.get(topic)!;
      if (learnt.hasRoute || learnt.ok) return done({info: learnt.ok ? learnt : null});
      this.instance.updateRouteFromDefault(
        topic,
        this.config.createTopicKey,
        this.config.defaultTopicQueueNums,
        (defaultOutcome) => {
          if ('error' in defaultOutcome) return done(defaultOutcome);
          done({info: this.knownPublishInfo(topic)});
        },
      );
    });
  }

  /** What a send to a topic without a route ends with. */
  noRoute(topic: string): ClientError {
    return this.instance.hasNameServers
      ? clientExceptionWithHint(`No route info of this topic: ${topic}`, ClientErrorCode.NOT_FOUND_TOPIC)
      : clientExceptionWithHint('No name server address, please set it.', ClientErrorCode.NO_NAME_SERVER);
  }

  private refusal(message: Message): ClientError | null {
    if (!this.isRunning) return clientExceptionWithHint(`The producer service state not OK, ${this.state}`);
    return checkMessage(message, this.config.maxMessageSizeBytes);
  }

  /**
   * Gives the message its unique id, if it has none, and tells that its sending begins. The real one makes the id after it
   * has found a broker; here everything that is told of a send carries it, so it is made first.
   */
  private begun(message: Message, mode: 'sync' | 'async' | 'oneway'): void {
    const {properties} = message;
    let msgId = properties.get(MessageConst.UNIQ_KEY);
    if (msgId === undefined) {
      msgId = this.ids.next(this.host.clock.nowMs());
      properties.set(MessageConst.UNIQ_KEY, msgId);
    }
    report(this.host.journal, {
      kind: 'send-begun',
      msgId,
      group: this.group,
      topic: message.topic,
      tags: properties.get(MessageConst.TAGS) ?? null,
      keys: properties.get(MessageConst.KEYS) ?? null,
      bodyBytes: message.body.length,
      mode,
    });
  }

  private later(run: () => void): void {
    this.host.clock.after(0, run);
  }
}
