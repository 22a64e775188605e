import {report} from '../facts.ts';
import type {MessageExt} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import {decodeRecords} from '../message/record.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type ExtFields, type RemotingCommand, request} from '../remoting/command.ts';
import type {ClientError} from './api.ts';
import type {BrokerAddress} from './broker-table.ts';
import type {ConsumerContext, PullRequest} from './consumer-context.ts';
import {brokerException, clientException, remotingException} from './errors.ts';
import {inflatedBody} from './inflated-body.ts';
import type {QueueRef} from './message-queue-ref.ts';
import {int64Of} from './mq-client-api.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import type {ProcessQueue} from './process-queue.ts';
import type {Subscription} from './subscription.ts';

const SUSPEND_ON_BROKER_MS = 15_000;
const PULL_TIMEOUT_MS = 30_000;
const FLOW_CONTROL_DELAY_MS = 50;
const PAUSED_DELAY_MS = 1000;
const EXCEPTION_DELAY_MS = 1000;
const OFFSET_FIX_DELAY_MS = 10_000;
/** Of pulls held up by flow control only one in so many is told of. */
const FLOW_CONTROL_TOLD_EVERY = 1000;
const FLAG_COMMIT_OFFSET = 1;
const FLAG_SUSPEND = 2;

/**
 * Pulls for every queue held. Pull requests are taken one after the other, as by the one thread that does it in 4.9.1; answers
 * come whenever they come. Source: RocketMQ 4.9.1 `PullMessageService`, `DefaultMQPushConsumerImpl#pullMessage`,
 * `PullAPIWrapper`.
 */
export class PullLoop {
  private readonly consumer: ConsumerContext;
  private readonly instance: MQClientInstance;
  private readonly waiting: PullRequest[] = [];
  /** The thread waits for a route. */
  private blocked = false;
  private stopped = false;
  /** Broker id last suggested for a queue. */
  private readonly suggested = new Map<string, number>();
  private flowControlTimes = 0;
  private spanControlTimes = 0;

  constructor(consumer: ConsumerContext, instance: MQClientInstance) {
    this.consumer = consumer;
    this.instance = instance;
  }

  /**
   * Hands in the requests of queues just taken. The thread that pulls wakes up while the one that rebalances goes on, so
   * pulls begin after what that one does now: they already carry the subscription's new version.
   */
  dispatch(requests: readonly PullRequest[]): void {
    if (requests.length === 0) return;
    this.instance.after(0, () => {
      for (const each of requests) this.submit(each);
    });
  }

  stop(): void {
    this.stopped = true;
    this.waiting.length = 0;
  }

  private submit(pull: PullRequest): void {
    if (this.stopped) return;
    if (this.blocked) this.waiting.push(pull);
    else this.pull(pull);
  }

  private later(pull: PullRequest, delayMs: number): void {
    this.instance.after(delayMs, () => this.submit(pull));
  }

  private unblock(): void {
    this.blocked = false;
    while (!this.blocked && !this.stopped) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.pull(next);
    }
  }

  private pull(pull: PullRequest): void {
    const {consumer} = this;
    const {queue, processQueue} = pull;
    if (processQueue.dropped) return;
    processQueue.lastPullTimestampMs = this.instance.nowMs;
    if (!consumer.isRunning) {
      this.later(pull, EXCEPTION_DELAY_MS);
      return;
    }
    if (consumer.isPaused) {
      this.later(pull, PAUSED_DELAY_MS);
      return;
    }
    const overfull = this.overfull(processQueue);
    if (overfull !== null) {
      this.tellFlowControl(queue, overfull);
      this.later(pull, FLOW_CONTROL_DELAY_MS);
      return;
    }
    const subscription = consumer.subscription(queue.topic);
    if (subscription === undefined) {
      this.instance.warn(`find the consumer's subscription failed, ${queue.key}`);
      this.later(pull, EXCEPTION_DELAY_MS);
      return;
    }
    const known = this.instance.brokers.toPull(queue.brokerName, this.suggested.get(queue.key) ?? 0);
    if (known !== null) {
      this.send(pull, subscription, known);
      return;
    }
    this.blocked = true;
    this.instance.updateRoute(queue.topic, (outcome) => {
      const learnt = this.instance.brokers.toPull(queue.brokerName, this.suggested.get(queue.key) ?? 0);
      if ('error' in outcome) this.failed(pull, outcome.error);
      else if (learnt !== null) this.send(pull, subscription, learnt);
      else this.failed(pull, clientException(`The broker[${queue.brokerName}] not exist`));
      this.unblock();
    });
  }

  private overfull(processQueue: ProcessQueue): 'count' | 'size' | 'span' | null {
    const {consumer} = this;
    if (processQueue.cachedCount > consumer.pullThresholdForQueue) return 'count';
    if (Math.floor(processQueue.cachedBytes / (1024 * 1024)) > consumer.pullThresholdSizeForQueueMiB)
      return 'size';
    return processQueue.maxSpan() > consumer.config.consumeConcurrentlyMaxSpan ? 'span' : null;
  }

  private tellFlowControl(queue: QueueRef, why: 'count' | 'size' | 'span'): void {
    const times = why === 'span' ? this.spanControlTimes++ : this.flowControlTimes++;
    if (times % FLOW_CONTROL_TOLD_EVERY !== 0) return;
    report(this.instance.host.journal, {
      kind: 'flow-controlled',
      group: this.consumer.group,
      topic: queue.topic,
      brokerName: queue.brokerName,
      queueId: queue.queueId,
      why,
    });
  }

  private send(pull: PullRequest, subscription: Subscription, broker: BrokerAddress): void {
    const {consumer} = this;
    const {queue} = pull;
    let sysFlag = FLAG_SUSPEND;
    let commitOffset = 0;
    if (consumer.isClustering) {
      commitOffset = consumer.offsets.fromMemory(queue);
      if (commitOffset > 0 && !broker.isSlave) sysFlag |= FLAG_COMMIT_OFFSET;
    }
    const ext: ExtFields = {
      consumerGroup: consumer.group,
      topic: queue.topic,
      queueId: `${queue.queueId}`,
      queueOffset: `${pull.nextOffset}`,
      maxMsgNums: `${consumer.config.pullBatchSize}`,
      sysFlag: `${sysFlag}`,
      commitOffset: `${commitOffset}`,
      suspendTimeoutMillis: `${SUSPEND_ON_BROKER_MS}`,
      subVersion: `${subscription.version}`,
      expressionType: 'TAG',
    };
    const ask = request(RequestCode.PULL_MESSAGE, ext);
    const askedAt = consumer.monotonicMs();
    this.instance.api.remoting.invoke(broker.address, ask, PULL_TIMEOUT_MS, 'async', (result) => {
      if (this.stopped) return;
      if (result.ok) this.answered(pull, subscription, result.response, broker.address, askedAt);
      else this.failed(pull, remotingException(result.error));
    });
  }

  private answered(
    pull: PullRequest,
    subscription: Subscription,
    response: RemotingCommand,
    address: string,
    askedAt: number,
  ): void {
    switch (response.code) {
      case ResponseCode.SUCCESS:
      case ResponseCode.PULL_NOT_FOUND:
      case ResponseCode.PULL_RETRY_IMMEDIATELY:
      case ResponseCode.PULL_OFFSET_MOVED:
        break;
      default:
        this.failed(pull, brokerException(response.code, response.remark, address));
        return;
    }
    const nextBeginOffset = int64Of(response, 'nextBeginOffset');
    const minOffset = int64Of(response, 'minOffset');
    const maxOffset = int64Of(response, 'maxOffset');
    const suggested = int64Of(response, 'suggestWhichBrokerId');
    if (
      nextBeginOffset === undefined ||
      minOffset === undefined ||
      maxOffset === undefined ||
      suggested === undefined
    ) {
      this.failed(pull, clientException('the pull response cannot be decoded'));
      return;
    }
    this.suggested.set(pull.queue.key, suggested);
    if (response.code === ResponseCode.PULL_OFFSET_MOVED) {
      this.offsetMoved(pull, nextBeginOffset);
      return;
    }
    pull.nextOffset = nextBeginOffset;
    if (response.code === ResponseCode.SUCCESS) {
      const messages = this.decode(response.body, subscription, pull.queue.brokerName, minOffset, maxOffset);
      const nowMs = this.consumer.monotonicMs();
      this.consumer.stats.pulled(pull.queue.topic, messages.length, nowMs - askedAt, nowMs);
      this.found(pull, messages);
      return;
    }
    // Nothing here for this consumer: what has been passed over need not be looked at again.
    if (pull.processQueue.cachedCount === 0) this.consumer.offsets.update(pull.queue, pull.nextOffset, true);
    this.submit(pull);
  }

  private found(pull: PullRequest, messages: readonly MessageExt[]): void {
    const {queue, processQueue} = pull;
    if (messages.length === 0) {
      this.submit(pull);
      return;
    }
    processQueue.putMessages(messages);
    this.consumer.consumption.submit(messages, processQueue, queue);
    const {pullIntervalMs} = this.consumer.config;
    if (pullIntervalMs > 0) this.later(pull, pullIntervalMs);
    else this.submit(pull);
  }

  /** Unpacks bodies, keeps what is wanted (the broker has only compared hashes), and adds what the client adds. */
  private decode(
    body: Uint8Array | null,
    subscription: Subscription,
    brokerName: string,
    minOffset: number,
    maxOffset: number,
  ): MessageExt[] {
    if (body === null) return [];
    const wanted: MessageExt[] = [];
    const minText = `${minOffset}`;
    const maxText = `${maxOffset}`;
    for (const message of decodeRecords(body)) {
      const inflated = inflatedBody(message);
      // 4.9.1 stops decoding at a message that it cannot read.
      if (inflated === null) break;
      message.body = inflated;
      const {properties} = message;
      if (subscription.tags.size > 0) {
        const tags = properties.get(MessageConst.TAGS);
        if (tags === undefined || !subscription.tags.has(tags)) continue;
      }
      if (properties.get(MessageConst.TRANSACTION_PREPARED)?.toLowerCase() === 'true') {
        message.transactionId = properties.get(MessageConst.UNIQ_KEY) ?? null;
      }
      properties.set(MessageConst.MIN_OFFSET, minText);
      properties.set(MessageConst.MAX_OFFSET, maxText);
      message.brokerName = brokerName;
      wanted.push(message);
    }
    return wanted;
  }

  /** The queue is given up; its offset is set right after ten seconds, and a later rebalance takes it anew. */
  private offsetMoved(pull: PullRequest, toOffset: number): void {
    const {queue, processQueue} = pull;
    report(this.instance.host.journal, {
      kind: 'pull-offset-moved',
      group: this.consumer.group,
      topic: queue.topic,
      brokerName: queue.brokerName,
      queueId: queue.queueId,
      fromOffset: pull.nextOffset,
      toOffset,
    });
    pull.nextOffset = toOffset;
    processQueue.dropped = true;
    this.instance.after(OFFSET_FIX_DELAY_MS, () => {
      if (this.stopped) return;
      this.consumer.offsets.update(queue, toOffset, false);
      this.consumer.offsets.persist(queue);
      this.consumer.rebalance.removeQueue(queue);
    });
  }

  private failed(pull: PullRequest, error: ClientError): void {
    const {queue} = pull;
    if (!queue.topic.startsWith('%RETRY%')) {
      report(this.instance.host.journal, {
        kind: 'pull-failed',
        group: this.consumer.group,
        topic: queue.topic,
        brokerName: queue.brokerName,
        queueId: queue.queueId,
        error: error.message,
      });
    }
    this.later(pull, EXCEPTION_DELAY_MS);
  }
}
