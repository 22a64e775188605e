import {FAQ_SUFFIX} from '../remoting/codes.ts';
import type {RemotingError} from '../remoting/remoting.ts';
import type {ClientError} from './api.ts';

/** Client-side codes. Source: RocketMQ 4.9.1 `client.common.ClientErrorCode`. */
export const ClientErrorCode = {
  CONNECT_BROKER: 10001,
  ACCESS_BROKER_TIMEOUT: 10002,
  BROKER_NOT_EXIST: 10003,
  NO_NAME_SERVER: 10004,
  NOT_FOUND_TOPIC: 10005,
} as const;

const FAQ_LINE = '\nFor more information, please visit the url, http://rocketmq.apache.org/docs/faq/';
const HINT_BEGIN = '\nSee ';

/** A text that carries a hint of its own is left as it is. Source: `common.help.FAQUrl#attachDefaultURL`. */
function attachDefaultUrl(text: string): string {
  return text.includes(HINT_BEGIN) ? text : text + FAQ_LINE;
}

/** `new MQClientException(code, text)`: the code is part of the message. */
export function clientExceptionWithCode(code: number, text: string): ClientError {
  return {exception: 'MQClientException', code, message: attachDefaultUrl(`CODE: ${code}  DESC: ${text}`)};
}

/** `new MQClientException(text, cause)`, perhaps with `setResponseCode` afterwards: the code is beside the message. */
export function clientException(text: string, code = -1, cause?: ClientError): ClientError {
  return {exception: 'MQClientException', code, message: attachDefaultUrl(text), cause};
}

/** The same with the hint `See … for further details.` that most of the client's own texts end with. */
export function clientExceptionWithHint(text: string, code = -1, cause?: ClientError): ClientError {
  return clientException(text + FAQ_SUFFIX, code, cause);
}

/** Source: `client.exception.MQBrokerException`. */
export function brokerException(code: number, remark: string | null, address: string | null): ClientError {
  const at = address === null ? '' : ` BROKER: ${address}`;
  return {
    exception: 'MQBrokerException',
    code,
    message: attachDefaultUrl(`CODE: ${code}  DESC: ${remark}${at}`),
  };
}

/** Source: `remoting.exception.RemotingTooMuchRequestException`. */
export function tooMuchRequest(text: string): ClientError {
  return {exception: 'RemotingTooMuchRequestException', code: -1, message: text};
}

const REMOTING_EXCEPTIONS = {
  connect: 'RemotingConnectException',
  'send-request': 'RemotingSendRequestException',
  timeout: 'RemotingTimeoutException',
  'too-much-request': 'RemotingTooMuchRequestException',
} as const;

export function remotingException(error: RemotingError): ClientError {
  return {exception: REMOTING_EXCEPTIONS[error.kind], code: -1, message: error.message};
}

/** A response that does not hold what it should. Source: `remoting.exception.RemotingCommandException`. */
export function commandException(text: string): ClientError {
  return {exception: 'RemotingCommandException', code: -1, message: text};
}

/**
 * What a route look-up that no NameServer answered is thrown as, out of whatever needed the route.
 * Source: `MQClientInstance#updateTopicRouteInfoFromNameServer`.
 */
export function illegalState(cause: ClientError): ClientError {
  return {exception: 'IllegalStateException', code: -1, message: printError(cause), cause};
}

const PACKAGES: Readonly<Record<ClientError['exception'], string>> = {
  MQClientException: 'org.apache.rocketmq.client.exception.',
  MQBrokerException: 'org.apache.rocketmq.client.exception.',
  RemotingConnectException: 'org.apache.rocketmq.remoting.exception.',
  RemotingTimeoutException: 'org.apache.rocketmq.remoting.exception.',
  RemotingSendRequestException: 'org.apache.rocketmq.remoting.exception.',
  RemotingTooMuchRequestException: 'org.apache.rocketmq.remoting.exception.',
  RemotingCommandException: 'org.apache.rocketmq.remoting.exception.',
  IllegalStateException: 'java.lang.',
};

/** `Throwable#toString`: the class with its package, and the message. */
export function printError(error: ClientError): string {
  return `${PACKAGES[error.exception]}${error.exception}: ${error.message}`;
}
