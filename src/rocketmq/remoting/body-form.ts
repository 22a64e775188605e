import {RequestCode} from './codes.ts';
import type {RemotingCommand} from './command.ts';
import {isResponse} from './command.ts';

/** What the bytes behind a header are. */
export type BodyForm =
  /** fastjson's dialect. */
  | 'json'
  /** `key=value` lines. */
  | 'properties'
  /** An application's own bytes: one message's body. */
  | 'application'
  /** Items of a batch send. */
  | 'batch'
  /** Records as in the commit log. */
  | 'records'
  /** A registration in zlib. */
  | 'compressed-registration'
  | 'unknown';

const REQUESTS: ReadonlyMap<number, BodyForm> = new Map<number, BodyForm>([
  [RequestCode.SEND_MESSAGE, 'application'],
  [RequestCode.SEND_MESSAGE_V2, 'application'],
  [RequestCode.SEND_REPLY_MESSAGE, 'application'],
  [RequestCode.SEND_REPLY_MESSAGE_V2, 'application'],
  [RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, 'application'],
  [RequestCode.SEND_BATCH_MESSAGE, 'batch'],
  [RequestCode.UPDATE_BROKER_CONFIG, 'properties'],
  [RequestCode.UPDATE_NAMESRV_CONFIG, 'properties'],
  [RequestCode.CHECK_TRANSACTION_STATE, 'records'],
  [RequestCode.CONSUME_MESSAGE_DIRECTLY, 'records'],
  [RequestCode.HEART_BEAT, 'json'],
  [RequestCode.LOCK_BATCH_MQ, 'json'],
  [RequestCode.UNLOCK_BATCH_MQ, 'json'],
  [RequestCode.CHECK_CLIENT_CONFIG, 'json'],
  [RequestCode.REGISTER_BROKER, 'json'],
  [RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, 'json'],
  [RequestCode.RESET_CONSUMER_CLIENT_OFFSET, 'json'],
  [RequestCode.QUERY_DATA_VERSION, 'json'],
  // DLedger's, all of them.
  ...[50000, 50001, 50002, 51001, 51002, 51003, 51004, 51005].map((code) => [code, 'json'] as const),
]);

/** Responses whose body is not JSON; every other response body of 4.9.1 is. */
const RESPONSES: ReadonlyMap<number, BodyForm> = new Map<number, BodyForm>([
  [RequestCode.PULL_MESSAGE, 'records'],
  [RequestCode.QUERY_MESSAGE, 'records'],
  [RequestCode.VIEW_MESSAGE_BY_ID, 'records'],
  [RequestCode.GET_BROKER_CONFIG, 'properties'],
  [RequestCode.GET_NAMESRV_CONFIG, 'properties'],
]);

const OPEN_BRACE = 0x7b;
/** The magic number of a record, which stands behind its length. */
const RECORD_MAGIC = [0xda, 0xa3, 0x20, 0xa7];

/**
 * The form of a command's body. A response does not say what it answers: without `requestCode` its first bytes decide.
 * @param requestCode code of the request, for a response
 */
export function bodyFormOf(command: RemotingCommand, requestCode?: number): BodyForm {
  const {body, extFields} = command;
  if (body === null) return 'unknown';
  if (!isResponse(command)) {
    const form = REQUESTS.get(command.code) ?? 'unknown';
    const isBatch = extFields?.['m'] === 'true' || extFields?.['batch'] === 'true';
    if (form === 'application' && isBatch) return 'batch';
    const isPacked = extFields?.['compressed'] === 'true';
    return command.code === RequestCode.REGISTER_BROKER && isPacked ? 'compressed-registration' : form;
  }
  if (requestCode !== undefined) return RESPONSES.get(requestCode) ?? 'json';
  if (body[0] === OPEN_BRACE) return 'json';
  return RECORD_MAGIC.every((byte, index) => body[4 + index] === byte) ? 'records' : 'unknown';
}
