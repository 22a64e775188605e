import type {RemotingError, RemotingErrorKind} from './remoting.ts';

/**
 * The error of a call, with the text of the Java exception.
 * Source: RocketMQ 4.9.1 `remoting.exception.*`.
 */
export function remotingError(
  kind: RemotingErrorKind,
  address: string | null,
  timeoutMs: number,
): RemotingError {
  switch (kind) {
    case 'connect':
      return {kind, message: `connect to ${address} failed`};
    case 'send-request':
      return {kind, message: `send request to <${address}> failed`};
    case 'timeout':
      return {kind, message: `wait response on the channel <${address}> timeout, ${timeoutMs}(ms)`};
    case 'too-much-request':
      return {kind, message: `invokeAsyncImpl invoke too fast`};
  }
}
