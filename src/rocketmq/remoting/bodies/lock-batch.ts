import type {MessageQueue} from '../../message/message.ts';
import {bean, decodeBody, encodeBody, givenText, list, text} from './codec.ts';
import {messageQueue} from './message-queue.ts';

/** The body of 41 and 42. Source: RocketMQ 4.9.1 `LockBatchRequestBody`, `UnlockBatchRequestBody`. */
export interface LockBatchRequest {
  readonly clientId: string;
  /** Null where the sender left it out. */
  readonly consumerGroup: string | null;
  readonly mqSet: readonly MessageQueue[];
}

const lockBatchRequest = bean<LockBatchRequest>({
  clientId: givenText,
  consumerGroup: text,
  mqSet: list(messageQueue),
});

const lockBatchResponse = bean<{lockOKMQSet: readonly MessageQueue[]}>({lockOKMQSet: list(messageQueue)});

export function encodeLockBatchRequest(request: LockBatchRequest): Uint8Array {
  return encodeBody(lockBatchRequest, request);
}

export function decodeLockBatchRequest(bytes: Uint8Array): LockBatchRequest | null {
  return decodeBody(lockBatchRequest, bytes);
}

/** The answer to 41: the queues that the client now holds. Source: `LockBatchResponseBody`. */
export function encodeLockBatchResponse(locked: readonly MessageQueue[]): Uint8Array {
  return encodeBody(lockBatchResponse, {lockOKMQSet: locked});
}

export function decodeLockBatchResponse(bytes: Uint8Array): readonly MessageQueue[] | null {
  return decodeBody(lockBatchResponse, bytes)?.lockOKMQSet ?? null;
}
