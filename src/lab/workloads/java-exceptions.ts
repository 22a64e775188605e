import type {ClientError} from '../../rocketmq/client/api.ts';
import {printError} from '../../rocketmq/client/errors.ts';

/**
 * What `printStackTrace` prints of a call that failed, with its causes but without its `at` lines: they would name lines of
 * Java code. A message of several lines gives several lines.
 */
export function printedException(error: ClientError): string[] {
  const lines = printError(error).split('\n');
  if (error.cause === undefined) return lines;
  const [first, ...rest] = printedException(error.cause);
  return [...lines, `Caused by: ${first}`, ...rest];
}

/** What the JVM prints of an exception that nobody caught, and that ended the thread of `main`. */
export function printedUncaught(error: ClientError): string[] {
  const [first, ...rest] = printedException(error);
  return [`Exception in thread "main" ${first}`, ...rest];
}
