import type {Message} from '../message/message.ts';
import {MessageConst} from '../message/properties.ts';
import {ResponseCode} from '../remoting/codes.ts';
import type {InvokeResult} from '../remoting/remoting.ts';
import type {ClientError, SendResult} from './api.ts';
import {
  brokerException,
  ClientErrorCode,
  clientException,
  clientExceptionWithHint,
  commandException,
  remotingException,
  tooMuchRequest,
} from './errors.ts';
import type {ProducerContext} from './producer-context.ts';
import type {PublishQueue, TopicPublishInfo} from './queue-selection.ts';
import {SendAccount} from './send-account.ts';
import {sendRequest, sendResultOf} from './send-request.ts';

/** Broker errors after which another attempt makes sense. */
const RETRIED_CODES: ReadonlySet<number> = new Set([
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.NO_PERMISSION,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
]);

/** How a send ended: one of the two is null; both are, where a one-way was handed over. */
export type SendDone = (result: SendResult | null, error: ClientError | null) => void;

/**
 * One call of `send(message)` or `sendOneway(message)`, which in Java blocks its caller, with its attempts: as many as configured
 * for a synchronous call, one for a one-way. All attempts share one timeout.
 * Source: RocketMQ 4.9.1 `DefaultMQProducerImpl#sendDefaultImpl`, `#sendKernelImpl`.
 */
export class SyncSend {
  private readonly producer: ProducerContext;
  private readonly message: Message;
  private readonly account: SendAccount;
  private readonly timeoutMs: number;
  private readonly mode: 'sync' | 'oneway';
  private readonly done: SendDone;
  private readonly attemptsMax: number;
  private readonly calledAtMs: number;
  /** Attempts begun. */
  private attempts = 0;
  /** Of the attempts that failed. */
  private readonly brokersSent: string[] = [];
  private topic: TopicPublishInfo | null = null;
  private queue: PublishQueue | null = null;
  /** The queue as it was chosen; the entry in the table may be overwritten while an answer is awaited. */
  private brokerName = '';
  private address = '';
  private attemptedAtMs = 0;
  private result: SendResult | null = null;
  private error: ClientError | null = null;

  constructor(
    producer: ProducerContext,
    message: Message,
    timeoutMs: number,
    mode: 'sync' | 'oneway',
    done: SendDone,
  ) {
    this.producer = producer;
    this.message = message;
    this.account = new SendAccount(producer.host, message.properties.get(MessageConst.UNIQ_KEY)!);
    this.timeoutMs = timeoutMs;
    this.mode = mode;
    this.done = done;
    this.attemptsMax = mode === 'sync' ? 1 + producer.config.retryTimesWhenSendFailed : 1;
    this.calledAtMs = producer.host.clock.nowMs();
  }

  begin(): void {
    const known = this.producer.knownPublishInfo(this.message.topic);
    if (known !== null) {
      this.topic = known;
      this.next();
      return;
    }
    this.producer.findPublishInfo(this.message.topic, (outcome) => {
      if ('error' in outcome) return this.giveUp(outcome.error);
      if (outcome.info === null) return this.giveUp(this.producer.noRoute(this.message.topic));
      this.topic = outcome.info;
      this.next();
    });
  }

  /** Begins another attempt, or ends the call where there is none left. */
  private next(): void {
    const {producer} = this;
    if (this.attempts >= this.attemptsMax) {
      this.end();
      return;
    }
    const last = this.queue === null ? null : this.brokerName;
    this.queue = producer.faults.select(this.topic!, last);
    this.brokerName = this.queue.brokerName;
    this.attempts++;
    this.attemptedAtMs = producer.host.clock.nowMs();
    if (this.isOutOfTime(this.attemptedAtMs)) {
      this.attempts--;
      this.end(true);
      return;
    }
    const address = producer.instance.brokers.master(this.brokerName);
    if (address !== null) {
      this.send(address);
      return;
    }
    // The route is asked for again only if the topic's queues are unknown, which they are not here.
    producer.findPublishInfo(this.message.topic, (outcome) => {
      if ('error' in outcome) return this.giveUp(outcome.error);
      const learnt = producer.instance.brokers.master(this.brokerName);
      if (learnt !== null) return this.send(learnt);
      this.failed(clientException(`The broker[${this.brokerName}] not exist`), true);
    });
  }

  private send(address: string): void {
    const {producer, message} = this;
    this.address = address;
    const nowMs = producer.host.clock.nowMs();
    const queueId = this.queue!.queueId;
    const leftMs = this.timeoutMs - (this.attemptedAtMs - this.calledAtMs);
    if (leftMs < nowMs - this.attemptedAtMs) {
      this.failed(tooMuchRequest('sendKernelImpl call timeout'), true);
      return;
    }
    const ask = sendRequest(producer.config, message, queueId, nowMs);
    this.account.attempted(this.attempts, this.brokerName, queueId, address);
    if (this.mode === 'oneway') {
      producer.instance.api.remoting.invokeOneway(address, ask, leftMs, (error) => {
        if (error !== null) return this.failed(remotingException(error), true);
        this.noteLatency(false);
        this.account.handedOver();
        this.done(null, null);
      });
      return;
    }
    producer.instance.api.remoting.invoke(address, ask, leftMs, 'sync', (result) => this.answered(result));
  }

  private answered(result: InvokeResult): void {
    if (!result.ok) {
      this.failed(remotingException(result.error), true);
      return;
    }
    const {response} = result;
    const outcome = sendResultOf(response, this.message, this.brokerName);
    if (outcome === 'malformed') {
      this.failed(commandException('the send response cannot be decoded'), true);
      return;
    }
    if (outcome === 'refused') {
      const error = brokerException(response.code, response.remark, this.address);
      this.failed(error, RETRIED_CODES.has(response.code));
      return;
    }
    this.noteLatency(false);
    if (outcome.sendStatus !== 'SEND_OK' && this.producer.config.retryAnotherBrokerWhenNotStoreOK) {
      this.result = outcome;
      this.noteFailure(outcome.sendStatus, true);
      this.next();
      return;
    }
    this.succeed(outcome);
  }

  private isOutOfTime(nowMs: number): boolean {
    return this.timeoutMs < nowMs - this.calledAtMs;
  }

  private noteLatency(isolate: boolean): void {
    const {faults, host} = this.producer;
    if (faults.enabled) faults.update(this.brokerName, host.clock.nowMs() - this.attemptedAtMs, isolate);
  }

  private failed(error: ClientError, mayRetry: boolean): void {
    this.noteLatency(true);
    this.error = error;
    // A client that is shut down connects to nobody any more.
    const retries = mayRetry && !this.producer.instance.isShutdown;
    this.noteFailure(error.message, retries);
    if (retries) {
      this.next();
      return;
    }
    // An error that is not worth a retry is thrown as it is, unless an earlier attempt stored the message after all.
    if (this.result !== null) this.succeed(this.result);
    else this.giveUp(error);
  }

  private noteFailure(error: string, mayRetry: boolean): void {
    this.brokersSent.push(this.brokerName);
    const willRetry =
      mayRetry && this.attempts < this.attemptsMax && !this.isOutOfTime(this.producer.host.clock.nowMs());
    this.account.attemptFailed(this.attempts, error, willRetry);
  }

  private end(callTimeout = false): void {
    if (this.result !== null) {
      this.succeed(this.result);
      return;
    }
    if (callTimeout) {
      this.giveUp(tooMuchRequest('sendDefaultImpl call timeout'));
      return;
    }
    const costMs = this.producer.host.clock.nowMs() - this.calledAtMs;
    this.giveUp(
      stillFailed(this.attempts, costMs, this.message.topic, this.brokersSent, this.attemptsMax, this.error!),
    );
  }

  private succeed(result: SendResult): void {
    this.account.acknowledged(result);
    this.done(result, null);
  }

  private giveUp(error: ClientError): void {
    this.account.givenUp(error);
    this.done(null, error);
  }
}

/** What a call whose attempts have all failed ends with; attempts not made are told as `null`. */
export function stillFailed(
  attempts: number,
  costMs: number,
  topic: string,
  brokersSent: readonly string[],
  attemptsMax: number,
  cause: ClientError,
): ClientError {
  const sent = Array.from({length: attemptsMax}, (_, i) => brokersSent[i] ?? 'null');
  const text =
    `Send [${attempts}] times, still failed, cost [${costMs}]ms, Topic: ${topic}, ` +
    `BrokersSent: [${sent.join(', ')}]`;
  return clientExceptionWithHint(text, finalCode(cause), cause);
}

/** The code beside the message of a call whose attempts have all failed. */
function finalCode(error: ClientError): number {
  switch (error.exception) {
    case 'MQBrokerException':
      return error.code;
    case 'RemotingConnectException':
      return ClientErrorCode.CONNECT_BROKER;
    case 'RemotingTimeoutException':
      return ClientErrorCode.ACCESS_BROKER_TIMEOUT;
    case 'MQClientException':
      return ClientErrorCode.BROKER_NOT_EXIST;
    default:
      return -1;
  }
}
