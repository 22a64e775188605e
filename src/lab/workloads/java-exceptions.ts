import type {ClientError} from '../../rocketmq/client/api.ts';

const PACKAGES: Readonly<Record<ClientError['exception'], string>> = {
  IllegalStateException: 'java.lang',
  MQClientException: 'org.apache.rocketmq.client.exception',
  MQBrokerException: 'org.apache.rocketmq.client.exception',
  RemotingCommandException: 'org.apache.rocketmq.remoting.exception',
  RemotingConnectException: 'org.apache.rocketmq.remoting.exception',
  RemotingTimeoutException: 'org.apache.rocketmq.remoting.exception',
  RemotingSendRequestException: 'org.apache.rocketmq.remoting.exception',
  RemotingTooMuchRequestException: 'org.apache.rocketmq.remoting.exception',
};

/**
 * What `printStackTrace` prints of a call that failed, with its causes but without its `at` lines: they would name lines of
 * Java code. A message of several lines gives several lines.
 */
export function printedException(error: ClientError): string[] {
  const lines = `${PACKAGES[error.exception]}.${error.exception}: ${error.message}`.split('\n');
  if (error.cause === undefined) return lines;
  const [first, ...rest] = printedException(error.cause);
  return [...lines, `Caused by: ${first}`, ...rest];
}
