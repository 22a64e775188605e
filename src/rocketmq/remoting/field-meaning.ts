import {RequestCode, requestCodeName, responseCodeName} from './codes.ts';
import {isOneway, isResponse, type RemotingCommand, VERSION_4_9_1} from './command.ts';

/** One-letter names of the second form of sends. Source: RocketMQ 4.9.1 `SendMessageRequestHeaderV2`. */
const V2_NAMES: ReadonlyMap<string, string> = new Map([
  ['a', 'producerGroup'],
  ['b', 'topic'],
  ['c', 'defaultTopic'],
  ['d', 'defaultTopicQueueNums'],
  ['e', 'queueId'],
  ['f', 'sysFlag'],
  ['g', 'bornTimestamp'],
  ['h', 'flag'],
  ['i', 'properties'],
  ['j', 'reconsumeTimes'],
  ['k', 'unitMode'],
  ['l', 'maxReconsumeTimes'],
  ['m', 'batch'],
]);

const V2_CODES: ReadonlySet<number> = new Set([
  RequestCode.SEND_MESSAGE_V2,
  RequestCode.SEND_BATCH_MESSAGE,
  RequestCode.SEND_REPLY_MESSAGE_V2,
]);

/** The full name behind a one-letter field of a send; null for every other field. */
export function v2FieldName(command: RemotingCommand, key: string): string | null {
  return !isResponse(command) && V2_CODES.has(command.code) ? (V2_NAMES.get(key) ?? null) : null;
}

/** What a field of the header itself means, where its value does not say it; or null. */
export function headerFieldMeaning(
  command: RemotingCommand,
  key: string,
  requestCode: number | undefined,
): string | null {
  switch (key) {
    case 'code':
      return isResponse(command) ? responseCodeName(command.code) : requestCodeName(command.code);
    case 'flag':
      return `${isResponse(command) ? 'response' : 'request'}${isOneway(command) ? ', one-way' : ''}`;
    case 'version':
      return command.version === VERSION_4_9_1 ? 'V4_9_1' : null;
    case 'opaque':
      if (!isResponse(command)) return 'the response repeats it';
      return requestCode === undefined
        ? 'that of the request'
        : `that of the ${requestCodeName(requestCode)} request`;
    default:
      return null;
  }
}
