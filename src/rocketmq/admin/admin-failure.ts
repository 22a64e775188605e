import type {ClientError} from '../client/api.ts';
import {brokerException, clientExceptionWithCode} from '../client/errors.ts';

/** Why a command or a part of it failed; an exception that carries a code also tells what was said, without the code and the hints. */
export interface AdminFailure extends ClientError {
  /** `getErrorMessage()`. */
  readonly text?: string;
}

export type AdminAnswer<T> =
  | {readonly ok: true; readonly value: T}
  | {readonly ok: false; readonly error: AdminFailure};
export type AdminDone<T> = (answer: AdminAnswer<T>) => void;

/** Source: RocketMQ 4.9.1 `client.exception.MQClientException`. */
export function clientFailure(code: number, text: string): AdminFailure {
  return {...clientExceptionWithCode(code, text), text};
}

/** Source: `client.exception.MQBrokerException`. */
export function brokerFailure(code: number, remark: string | null, address: string): AdminFailure {
  return {...brokerException(code, remark, address), text: `${remark}`};
}
