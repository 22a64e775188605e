import type {MessageQueue} from '../message/message.ts';
import {decodeRecord} from '../message/record.ts';
import {MessageSysFlag} from '../message/sys-flag.ts';
import {
  encodeConsumeMessageDirectlyResult,
  encodeConsumerRunningInfo,
} from '../remoting/bodies/consumer-running-info.ts';
import {decodeResetOffset, encodeConsumerStatus} from '../remoting/bodies/offset-tables.ts';
import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {type RemotingCommand, response} from '../remoting/command.ts';
import {inflateZlib} from '../zlib/inflate.ts';
import {listenerContext, resetRetryTopic} from './consume-concurrently.ts';
import type {ConsumerContext} from './consumer-context.ts';
import {runningInfo} from './consumer-running-info.ts';
import {queueKey} from './message-queue-ref.ts';

const RESET_PAUSE_MS = 10_000;
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

type Reply = (response: RemotingCommand) => void;

/**
 * What brokers ask of a consumer. Source: RocketMQ 4.9.1 `client.impl.ClientRemotingProcessor`.
 */
export function registerClientProcessors(consumer: ConsumerContext): void {
  const {remoting} = consumer.instance.api;
  const pool = consumer.instance.publicPool;
  remoting.registerProcessor(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, pool, () => consumer.wakeRebalance());
  remoting.registerProcessor(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, pool, (_, request) =>
    resetOffset(consumer, request),
  );
  remoting.registerProcessor(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, pool, (_, request, reply) =>
    consumerStatus(consumer, request, reply),
  );
  remoting.registerProcessor(RequestCode.GET_CONSUMER_RUNNING_INFO, pool, (_, request, reply) =>
    consumerRunningInfo(consumer, request, reply),
  );
  remoting.registerProcessor(RequestCode.CONSUME_MESSAGE_DIRECTLY, pool, (_, request, reply) =>
    consumeDirectly(consumer, request, reply),
  );
}

/**
 * Sets the offsets of queues held: they are emptied and left alone for ten seconds, so that what is being consumed does not
 * put the old offsets back; the next rebalance takes them again. Source: `MQClientInstance#resetOffset`.
 */
function resetOffset(consumer: ConsumerContext, request: RemotingCommand): void {
  const topic = request.extFields?.['topic'];
  const group = request.extFields?.['group'];
  if (group !== consumer.group) {
    consumer.instance.warn(`[reset-offset] consumer dose not exist. group=${group}`);
    return;
  }
  const offsets = new Map<string, number>();
  for (const [queue, offset] of (request.body === null ? null : decodeResetOffset(request.body)) ?? []) {
    offsets.set(queueKey(queue), offset);
  }
  const concerned = () =>
    consumer.rebalance.held().filter(({queue}) => queue.topic === topic && offsets.has(queue.key));
  consumer.suspend();
  for (const {processQueue} of concerned()) {
    processQueue.dropped = true;
    processQueue.clear();
  }
  consumer.instance.after(RESET_PAUSE_MS, () => {
    if (!consumer.isRunning) return;
    for (const {queue} of concerned()) {
      consumer.offsets.update(queue, offsets.get(queue.key)!, false);
      consumer.rebalance.removeForReset(queue);
    }
    consumer.resume();
  });
}

function consumerStatus(consumer: ConsumerContext, request: RemotingCommand, reply: Reply): void {
  const topic = request.extFields?.['topic'] || null;
  const mine = request.extFields?.['group'] === consumer.group;
  const offsets: [MessageQueue, number][] = mine
    ? [...consumer.offsets.snapshot(topic)].map(([{brokerName, queueId, topic: of}, offset]) => [
        {brokerName, queueId, topic: of},
        offset,
      ])
    : [];
  const body = encodeConsumerStatus({consumerTable: new Map(), messageQueueTable: offsets});
  reply(success(body));
}

function consumerRunningInfo(consumer: ConsumerContext, request: RemotingCommand, reply: Reply): void {
  const group = request.extFields?.['consumerGroup'];
  if (group !== consumer.group) {
    reply(notExist(group));
    return;
  }
  runningInfo(consumer, (info) => reply(success(encodeConsumerRunningInfo(info))));
}

/** Hands one message to the listener, without any effect on offsets. */
function consumeDirectly(consumer: ConsumerContext, request: RemotingCommand, reply: Reply): void {
  const group = request.extFields?.['consumerGroup'];
  if (group !== consumer.group) {
    reply(notExist(group));
    return;
  }
  const message = request.body === null ? null : decodeRecord(request.body);
  if (message === null) {
    reply(response(ResponseCode.SYSTEM_ERROR, 'the message cannot be decoded'));
    return;
  }
  if ((message.sysFlag & MessageSysFlag.COMPRESSED) !== 0) {
    const inflated = inflateZlib(message.body, INFLATED_BYTES_MAX);
    if (inflated === null) {
      reply(response(ResponseCode.SYSTEM_ERROR, 'the message cannot be decoded'));
      return;
    }
    message.body = inflated;
  }
  const brokerName = request.extFields?.['brokerName'] ?? '';
  const queue = {topic: message.topic, brokerName, queueId: message.queueId};
  resetRetryTopic([message], consumer.retryTopic);
  const beganMs = consumer.instance.nowMs;
  consumer.consumption.callListener([message], listenerContext(queue, DIRECT_THREAD), (status, thrown) => {
    const result = encodeConsumeMessageDirectlyResult({
      autoCommit: true,
      consumeResult:
        thrown !== null ? 'CR_THROW_EXCEPTION' : status === 'CONSUME_SUCCESS' ? 'CR_SUCCESS' : 'CR_LATER',
      order: false,
      remark: thrown,
      spentTimeMills: consumer.instance.nowMs - beganMs,
    });
    reply(success(result));
  });
}

/** The RPC thread that direct consumption runs on. */
const DIRECT_THREAD = 'NettyClientPublicExecutor_1';

function success(body: Uint8Array): RemotingCommand {
  // 4.9.1 sets the code of these answers only, so the first remark stays.
  return {...response(), code: ResponseCode.SUCCESS, body};
}

function notExist(group: string | undefined): RemotingCommand {
  return response(ResponseCode.SYSTEM_ERROR, `The Consumer Group <${group}> not exist in this consumer`);
}
