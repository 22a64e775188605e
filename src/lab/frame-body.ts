import {decodeBatch} from '../rocketmq/message/batch.ts';
import type {MessageExt} from '../rocketmq/message/message.ts';
import {decodeRecords, MESSAGE_MAGIC} from '../rocketmq/message/record.ts';
import {decodeRegisterBrokerBody} from '../rocketmq/remoting/bodies/register-broker-body.ts';
import type {RemotingCommand} from '../rocketmq/remoting/command.ts';
import {isResponse} from '../rocketmq/remoting/command.ts';
import {FastjsonError, parseFastjson, toStandardJson} from '../rocketmq/remoting/fastjson.ts';

/** A body whose form is known. */
export type FrameBody =
  | {readonly kind: 'json'; readonly value: unknown}
  | {readonly kind: 'messages'; readonly messages: readonly MessageExt[]}
  | {
      readonly kind: 'batch';
      readonly items: readonly {readonly propertiesString: string; readonly body: Uint8Array}[];
    }
  /** What an application sends: its meaning is not ours. */
  | {readonly kind: 'application'; readonly bytes: Uint8Array};

const SENDS = new Set([10, 310, 324, 325, 326]);
const SEND_BATCH = 320;
const REGISTER_BROKER = 103;

/**
 * Reads a command's body. Responses are told by what they hold: JSON begins with a bracket, records carry their magic
 * number. Null: there is none, or its form is not known.
 */
export function readBody(command: RemotingCommand): FrameBody | null {
  const {body} = command;
  if (body === null || body.length === 0) return null;
  if (!isResponse(command)) {
    if (SENDS.has(command.code)) return {kind: 'application', bytes: body};
    if (command.code === SEND_BATCH) {
      const items = decodeBatch(body);
      return items === null ? null : {kind: 'batch', items};
    }
    if (command.code === REGISTER_BROKER && command.extFields?.['compressed'] === 'true') {
      const registered = decodeRegisterBrokerBody(body, true);
      return registered === null ? null : {kind: 'json', value: plain(registered)};
    }
  }
  if (body[0] === 0x7b || body[0] === 0x5b) return readJson(body);
  if (looksLikeRecords(body)) {
    const messages = decodeRecords(body);
    return messages.length === 0 ? null : {kind: 'messages', messages};
  }
  return null;
}

function readJson(body: Uint8Array): FrameBody | null {
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(body);
    return {kind: 'json', value: JSON.parse(toStandardJson(parseFastjson(text)))};
  } catch (error) {
    // Neither UTF-8 nor fastjson: a body of some other form.
    if (error instanceof FastjsonError || error instanceof TypeError || error instanceof SyntaxError)
      return null;
    throw error;
  }
}

/** Whether bytes begin with a record of a commit log. */
export function looksLikeRecords(body: Uint8Array): boolean {
  if (body.length < 8) return false;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return view.getInt32(4) === MESSAGE_MAGIC && 0 < view.getInt32(0) && view.getInt32(0) <= body.length;
}

/** Maps as objects, bytes as text, so that JSON can say them. */
export function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, member]) => [String(key), plain(member)]));
  }
  if (value instanceof Uint8Array) return bodyText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return value.toString();
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }
  return value;
}

/** Bytes of an application as text where they are text, otherwise in hex. */
export function bodyText(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(bytes);
    if (!hasControlCharacters(text)) return text;
  } catch {
    // Not UTF-8.
  }
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Other than tab and line ends, which texts have too. */
function hasControlCharacters(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return true;
  }
  return false;
}
