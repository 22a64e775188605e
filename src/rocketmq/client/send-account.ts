import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import type {ClientError, SendResult} from './api.ts';

/** What one call of `send` tells of itself: its attempts, and how it ended after how long. */
export class SendAccount {
  private readonly host: Host;
  private readonly msgId: string;
  private readonly calledAtNs: number;

  constructor(host: Host, msgId: string) {
    this.host = host;
    this.msgId = msgId;
    this.calledAtNs = host.clock.monotonicNs();
  }

  attempted(attempt: number, brokerName: string, queueId: number, address: string): void {
    const {msgId} = this;
    report(this.host.journal, {kind: 'send-attempted', msgId, attempt, brokerName, queueId, address});
  }

  attemptFailed(attempt: number, error: string, willRetry: boolean): void {
    const {msgId} = this;
    report(this.host.journal, {kind: 'send-attempt-failed', msgId, attempt, error, willRetry});
  }

  acknowledged({sendStatus, offsetMsgId, messageQueue, queueOffset}: SendResult): void {
    report(this.host.journal, {
      kind: 'send-acknowledged',
      msgId: this.msgId,
      status: sendStatus,
      offsetMsgId,
      topic: messageQueue.topic,
      brokerName: messageQueue.brokerName,
      queueId: messageQueue.queueId,
      queueOffset,
      tookMs: this.tookMs(),
    });
  }

  /** A one-way is with the connection, and nobody will hear what becomes of it. */
  handedOver(): void {
    report(this.host.journal, {kind: 'send-handed-over', msgId: this.msgId});
  }

  givenUp(error: ClientError): void {
    report(this.host.journal, {
      kind: 'send-given-up',
      msgId: this.msgId,
      error: error.message,
      tookMs: this.tookMs(),
    });
  }

  private tookMs(): number {
    return (this.host.clock.monotonicNs() - this.calledAtNs) / 1e6;
  }
}
