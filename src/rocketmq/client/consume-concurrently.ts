import {report} from '../facts.ts';
import type {MessageExt, MessageQueue} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import type {
  ConsumeConcurrentlyContext,
  ConsumeConcurrentlyStatus,
  MessageListenerConcurrently,
} from './api.ts';
import {ConsumeExecutor, type ConsumeTask} from './consume-executor.ts';
import type {ConsumerContext} from './consumer-context.ts';
import type {QueueRef} from './message-queue-ref.ts';
import {clientMessageId} from './mq-client-api.ts';
import type {MQClientInstance} from './mq-client-instance.ts';
import type {ProcessQueue} from './process-queue.ts';
import {sendBack} from './send-back.ts';

const RETRY_LATER_MS = 5000;
const EXPIRED_DELAY_LEVEL = 3;
const EXPIRED_ROUNDS_MAX = 16;
/** `Integer.MAX_VALUE`: everything. */
const ACK_INDEX_MAX = 2_147_483_647;
const NONE: readonly MessageExt[] = [];

/**
 * Hands pulled messages to a concurrent listener, and commits what is done with.
 * Source: RocketMQ 4.9.1 `client.impl.consumer.ConsumeMessageConcurrentlyService`.
 */
export class ConsumeConcurrently {
  private readonly executor: ConsumeExecutor;
  private readonly consumer: ConsumerContext;
  private readonly instance: MQClientInstance;
  private readonly listener: MessageListenerConcurrently;
  private stopped = false;

  constructor(consumer: ConsumerContext, instance: MQClientInstance, listener: MessageListenerConcurrently) {
    this.consumer = consumer;
    this.instance = instance;
    this.listener = listener;
    const {consumeThreadMin} = consumer.config;
    const pool = instance.host.cpu.pool(
      `ConsumeMessageThread_${consumer.group}`,
      consumeThreadMin,
      consumeThreadMin,
    );
    this.executor = new ConsumeExecutor(pool, consumeThreadMin, 'ConsumeMessageThread_');
  }

  get coreSize(): number {
    return this.executor.coreSize;
  }

  /** Begins the clean-up of messages that a listener has held too long. */
  start(): void {
    const periodMs = this.consumer.config.consumeTimeoutMinutes * 60_000;
    const round = (): void => {
      if (this.stopped) return;
      // A message not yet handed to a listener has no start time; 4.9.1 throws there, and never cleans up again.
      this.cleanExpired(() => this.instance.after(periodMs, round));
    };
    this.instance.after(periodMs, round);
  }

  /** Hard: what waits is forgotten and will be delivered to somebody again. */
  shutdown(): void {
    this.stopped = true;
    this.executor.shutdown();
  }

  /** In offset order, in tasks of as many messages as the listener takes at a time. */
  submit(messages: readonly MessageExt[], processQueue: ProcessQueue, queue: QueueRef): void {
    const batch = this.consumer.config.consumeMessageBatchMaxSize;
    for (let from = 0; from < messages.length; from += batch) {
      this.executor.submit(new ConsumeRequest(this, messages.slice(from, from + batch), processQueue, queue));
    }
  }

  run(request: ConsumeRequest, threadName: string, release: () => void): void {
    const {messages, processQueue, queue} = request;
    if (processQueue.dropped) {
      release();
      return;
    }
    const {consumer, instance} = this;
    const {journal} = instance.host;
    resetRetryTopic(messages, consumer.retryTopic);
    const startedAtText = `${instance.nowMs}`;
    for (const message of messages) {
      message.properties.set(MessageConst.CONSUME_START_TIME, startedAtText);
      report(journal, {
        kind: 'message-delivered',
        group: consumer.group,
        clientId: instance.clientId,
        topic: queue.topic,
        brokerName: queue.brokerName,
        queueId: queue.queueId,
        queueOffset: message.queueOffset,
        msgId: clientMessageId(message),
        offsetMsgId: message.msgId,
        reconsumeTimes: message.reconsumeTimes,
      });
    }
    const startedAt = consumer.monotonicMs();
    const context = listenerContext(queue, threadName);
    this.callListener(messages, context, (status, thrown) => {
      if (thrown !== null) instance.warn(`consumeMessage exception: ${thrown} Group: ${consumer.group}`);
      const nowMs = consumer.monotonicMs();
      consumer.stats.listened(queue.topic, nowMs - startedAt, nowMs);
      this.finished(request, status, context, release);
    });
  }

  /**
   * Runs the application's listener, which answers once. What it throws before it has answered counts as RECONSUME_LATER
   * and is told as text.
   */
  callListener(
    messages: readonly MessageExt[],
    context: ConsumeConcurrentlyContext,
    done: (status: ConsumeConcurrentlyStatus, thrown: string | null) => void,
  ): void {
    let answered = false;
    try {
      this.listener(messages, context, (status) => {
        if (answered) return;
        answered = true;
        done(status, null);
      });
    } catch (error) {
      if (answered) throw error;
      answered = true;
      done('RECONSUME_LATER', String(error));
    }
  }

  private finished(
    request: ConsumeRequest,
    status: ConsumeConcurrentlyStatus,
    context: ConsumeConcurrentlyContext,
    release: () => void,
  ): void {
    if (this.stopped) return;
    const {messages, processQueue, queue} = request;
    const okCount =
      status === 'CONSUME_SUCCESS' ? Math.min(Math.max(context.ackIndex + 1, 0), messages.length) : 0;
    const failed = okCount === messages.length ? NONE : messages.slice(okCount);
    if (failed === NONE) this.tellFinished(queue, 'CONSUME_SUCCESS', messages);
    else if (okCount > 0) this.tellFinished(queue, 'CONSUME_SUCCESS', messages.slice(0, okCount));
    if (failed.length > 0) this.tellFinished(queue, 'RECONSUME_LATER', failed);
    // The queue went to somebody else meanwhile: the result does not count, they will get the messages again.
    if (processQueue.dropped) {
      release();
      return;
    }
    this.consumer.stats.consumed(queue.topic, okCount, failed.length, this.consumer.monotonicMs());
    if (failed.length > 0 && this.consumer.isClustering) {
      this.sendBackAll(request, failed, context.delayLevelWhenNextConsume, release);
      return;
    }
    for (const message of failed) {
      this.instance.warn(`BROADCASTING, the message consume failed, drop it, ${clientMessageId(message)}`);
    }
    this.commit(messages, processQueue, queue);
    release();
  }

  private tellFinished(
    queue: QueueRef,
    status: ConsumeConcurrentlyStatus,
    messages: readonly MessageExt[],
  ): void {
    report(this.instance.host.journal, {
      kind: 'consumption-finished',
      group: this.consumer.group,
      topic: queue.topic,
      brokerName: queue.brokerName,
      queueId: queue.queueId,
      status,
      msgIds: messages.map(clientMessageId),
    });
  }

  /** One after the other, the thread waiting for each answer. What cannot be sent back is tried again here. */
  private sendBackAll(
    request: ConsumeRequest,
    failed: readonly MessageExt[],
    delayLevel: number,
    release: () => void,
  ): void {
    const {messages, processQueue, queue} = request;
    const kept: MessageExt[] = [];
    let next = 0;
    const step = (): void => {
      if (this.stopped) return;
      const message = failed[next++];
      if (message !== undefined) {
        sendBack(this.consumer, message, delayLevel, queue.brokerName, (ok) => {
          if (!ok) {
            message.reconsumeTimes++;
            kept.push(message);
          }
          step();
        });
        return;
      }
      if (kept.length > 0) {
        this.instance.after(RETRY_LATER_MS, () => {
          if (!this.stopped) this.submit(kept, processQueue, queue);
        });
      }
      const done = kept.length === 0 ? messages : messages.filter((message) => !kept.includes(message));
      this.commit(done, processQueue, queue);
      release();
    };
    step();
  }

  /** Takes messages out of the cache and notes the smallest offset not done with, which never goes down. */
  private commit(messages: readonly MessageExt[], processQueue: ProcessQueue, queue: QueueRef): void {
    const offset = processQueue.removeMessages(messages, this.instance.nowMs);
    if (offset >= 0 && !processQueue.dropped) this.consumer.offsets.update(queue, offset, true);
  }

  /**
   * Sends back first messages that a listener has held for longer than the consume timeout. The listener is not
   * interrupted. Source: `ProcessQueue#cleanExpiredMsg`.
   */
  private cleanExpired(done: () => void): void {
    const held = this.consumer.rebalance.held();
    const timeoutMs = this.consumer.config.consumeTimeoutMinutes * 60_000;
    let index = 0;
    let rounds = 0;
    const step = (): void => {
      if (this.stopped) return;
      const each = held[index];
      if (each === undefined) {
        done();
        return;
      }
      const message = rounds < EXPIRED_ROUNDS_MAX ? each.processQueue.firstMessage() : null;
      if (message === null) {
        index++;
        rounds = 0;
        step();
        return;
      }
      const startedAt = message.properties.get(MessageConst.CONSUME_START_TIME);
      if (startedAt === undefined) return; // The exception that ends the scheduled task for good.
      if (this.instance.nowMs - Number(startedAt) <= timeoutMs) {
        index++;
        rounds = 0;
        step();
        return;
      }
      rounds++;
      sendBack(this.consumer, message, EXPIRED_DELAY_LEVEL, null, (ok) => {
        if (ok && each.processQueue.firstOffset() === message.queueOffset) {
          each.processQueue.removeMessages([message], this.instance.nowMs);
        }
        step();
      });
    };
    step();
  }
}

/** One batch on its way through the consume pool. */
class ConsumeRequest implements ConsumeTask {
  readonly messages: readonly MessageExt[];
  readonly processQueue: ProcessQueue;
  readonly queue: QueueRef;
  private readonly service: ConsumeConcurrently;

  constructor(
    service: ConsumeConcurrently,
    messages: readonly MessageExt[],
    processQueue: ProcessQueue,
    queue: QueueRef,
  ) {
    this.service = service;
    this.messages = messages;
    this.processQueue = processQueue;
    this.queue = queue;
  }

  get bytes(): number {
    let sum = 0;
    for (const message of this.messages) sum += message.body.length;
    return sum;
  }

  run(threadName: string, release: () => void): void {
    this.service.run(this, threadName, release);
  }
}

/** What a listener finds unless it sets something else: the broker chooses delays, and success is that of the whole batch. */
export function listenerContext(messageQueue: MessageQueue, threadName: string): ConsumeConcurrentlyContext {
  return {messageQueue, threadName, delayLevelWhenNextConsume: 0, ackIndex: ACK_INDEX_MAX};
}

/** A message from the retry topic shows the topic that it was first sent to. */
export function resetRetryTopic(messages: readonly MessageExt[], retryTopic: string): void {
  for (const message of messages) {
    if (message.topic !== retryTopic) continue;
    const original = message.properties.get(MessageConst.RETRY_TOPIC);
    if (original !== undefined) message.topic = original;
  }
}
