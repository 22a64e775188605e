import type {Message} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import type {RemotingCommand} from '../remoting/command.ts';
import type {InvokeResult, RemotingError} from '../remoting/remoting.ts';
import type {ClientError, SendOutcome, SendResult} from './api.ts';
import {brokerException, clientException, commandException, remotingException} from './errors.ts';
import type {ProducerContext} from './producer-context.ts';
import type {TopicPublishInfo} from './queue-selection.ts';
import {SendAccount} from './send-account.ts';
import {sendRequest, sendResultOf} from './send-request.ts';
import {stillFailed} from './sync-send.ts';

/** What a connection that a retry could not make counts as. */
const RETRY_FAILURE_LATENCY_MS = 3000;

/**
 * One asynchronous send with its retries: the same request again, perhaps to another broker (with the old queue id in its
 * header), and only where no response came at all.
 * Source: RocketMQ 4.9.1 `MQClientAPIImpl#sendMessageAsync`, `#onExceptionImpl`.
 */
export class AsyncSend {
  private readonly producer: ProducerContext;
  private readonly message: Message;
  private readonly account: SendAccount;
  private readonly done: (outcome: SendOutcome) => void;
  private readonly calledAtMs: number;
  private request: RemotingCommand | null = null;
  private topic: TopicPublishInfo | null = null;
  private timeoutMs: number;
  private attempts = 0;
  private brokerName = '';
  private previousBrokerName = '';
  private queueId = 0;
  private address: string | null = null;
  private attemptedAtMs = 0;

  constructor(
    producer: ProducerContext,
    message: Message,
    timeoutMs: number,
    done: (outcome: SendOutcome) => void,
  ) {
    this.producer = producer;
    this.message = message;
    this.account = new SendAccount(producer.host, message.properties.get(MessageConst.UNIQ_KEY)!);
    this.timeoutMs = timeoutMs;
    this.done = done;
    this.calledAtMs = producer.host.clock.nowMs();
  }

  begin(): void {
    const {producer, message} = this;
    producer.findPublishInfo(message.topic, (outcome) => {
      if ('error' in outcome) return this.giveUp(outcome.error);
      if (outcome.info === null) return this.giveUp(producer.noRoute(message.topic));
      this.topic = outcome.info;
      const queue = producer.faults.select(outcome.info, null);
      this.brokerName = queue.brokerName;
      this.queueId = queue.queueId;
      const nowMs = producer.host.clock.nowMs();
      this.timeoutMs -= nowMs - this.calledAtMs;
      this.address = producer.instance.brokers.master(this.brokerName);
      this.attempts = 1;
      if (this.timeoutMs < 0) {
        const error: ClientError = {
          exception: 'RemotingTooMuchRequestException',
          code: -1,
          message: 'sendDefaultImpl call timeout',
        };
        return this.giveUp(error);
      }
      if (this.address === null)
        return this.firstFailed(clientException(`The broker[${this.brokerName}] not exist`));
      this.request = sendRequest(producer.config, message, this.queueId, nowMs);
      this.attempt();
    });
  }

  private attempt(): void {
    const {producer} = this;
    this.attemptedAtMs = producer.host.clock.nowMs();
    this.account.attempted(this.attempts, this.brokerName, this.queueId, this.address ?? '');
    // A retry to a broker without a master goes to a null address, which the remoting client takes for the NameServer.
    producer.instance.api.remoting.invoke(this.address, this.request!, this.timeoutMs, 'async', (result) =>
      this.answered(result),
    );
  }

  private answered(result: InvokeResult): void {
    const latencyMs = this.producer.host.clock.nowMs() - this.attemptedAtMs;
    if (!result.ok) {
      if (isThrown(result.error)) {
        this.thrown(result.error);
        return;
      }
      this.producer.faults.update(this.brokerName, latencyMs, true);
      const cause = remotingException(result.error);
      const text =
        result.error.kind === 'send-request'
          ? 'send request failed'
          : `wait response timeout ${this.timeoutMs}ms`;
      this.timeoutMs -= latencyMs;
      this.failed(clientException(text, -1, cause), true);
      return;
    }
    const {response} = result;
    const outcome = sendResultOf(response, this.message, this.brokerName);
    this.producer.faults.update(this.brokerName, latencyMs, typeof outcome === 'string');
    if (outcome === 'malformed') {
      this.failed(commandException('the send response cannot be decoded'), false);
      return;
    }
    if (outcome === 'refused') {
      this.failed(brokerException(response.code, response.remark, this.address), false);
      return;
    }
    this.succeed(outcome);
  }

  /** What 4.9.1 throws out of the call, before anything is sent, rather than tells the callback. */
  private thrown(error: RemotingError): void {
    const exception = remotingException(error);
    if (this.attempts === 1) {
      this.firstFailed(exception);
      return;
    }
    if (error.kind !== 'too-much-request') {
      // 4.9.1 puts the blame on the broker of the try before.
      this.producer.faults.update(this.previousBrokerName, RETRY_FAILURE_LATENCY_MS, true);
    }
    this.failed(exception, error.kind !== 'too-much-request');
  }

  /** A first try that could not be sent at all is not retried. */
  private firstFailed(cause: ClientError): void {
    const nowMs = this.producer.host.clock.nowMs();
    this.producer.faults.update(this.brokerName, nowMs - this.attemptedAtMs, true);
    this.account.attemptFailed(this.attempts, cause.message, false);
    this.giveUp(stillFailed(1, nowMs - this.calledAtMs, this.message.topic, [this.brokerName], 1, cause));
  }

  private failed(error: ClientError, mayRetry: boolean): void {
    const {config, instance} = this.producer;
    const triesLeft = this.attempts <= config.retryTimesWhenSendAsyncFailed;
    const retries = mayRetry && triesLeft && !instance.isShutdown;
    this.account.attemptFailed(this.attempts, error.message, retries);
    if (!retries) {
      this.giveUp(error);
      return;
    }
    this.previousBrokerName = this.brokerName;
    this.brokerName = this.producer.faults.select(this.topic!, this.brokerName).brokerName;
    this.address = this.producer.instance.brokers.master(this.brokerName);
    this.attempts++;
    this.attempt();
  }

  private succeed(result: SendResult): void {
    this.account.acknowledged(result);
    this.done({ok: true, result});
  }

  private giveUp(error: ClientError): void {
    this.account.givenUp(error);
    this.done({ok: false, error});
  }
}

/** A connection that could not be made, no time left, no permit: the texts of a call that sent nothing. */
function isThrown(error: RemotingError): boolean {
  return (
    error.kind === 'connect' ||
    error.kind === 'too-much-request' ||
    error.message.startsWith('invokeAsyncImpl')
  );
}
