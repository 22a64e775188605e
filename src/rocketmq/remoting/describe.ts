import {decodeBatch} from '../message/batch.ts';
import type {MessageExt} from '../message/message.ts';
import {toHex} from '../message/message-id.ts';
import {stringToProperties} from '../message/properties.ts';
import {decodeRecords} from '../message/record.ts';
import {MessageSysFlag} from '../message/sys-flag.ts';
import {readUtf8} from '../message/utf8.ts';
import {decodeRegisterBrokerBody, encodeRegisterBrokerBody} from './bodies/register-broker-body.ts';
import {bodyFormOf} from './body-form.ts';
import {requestCodeName, responseCodeName} from './codes.ts';
import {type ExtFields, isOneway, isResponse, type RemotingCommand, type SerializeType} from './command.ts';
import {type FastjsonObject, type FastjsonValue, toStandardJson} from './fastjson.ts';
import {FastjsonError, parseFastjson} from './fastjson-parser.ts';

export type {FrameField} from './frame-field.ts';
export {fieldsOfFrame} from './frame-fields.ts';

/** Plain JSON: an integer beyond 2^53 is its digits as text, an object as key is its JSON as text. */
export type PlainValue = null | boolean | number | string | PlainValue[] | {[key: string]: PlainValue};

/** A frame, for people and tools to read. */
export interface FrameDescription {
  readonly code: number;
  /** Of the request code, or of the response code; with the request known, `REQUEST → RESPONSE`. */
  readonly name: string;
  readonly isResponse: boolean;
  readonly oneway: boolean;
  readonly opaque: number;
  readonly serializer: SerializeType;
  readonly version: number;
  readonly language: string | null;
  readonly remark: string | null;
  readonly extFields: ExtFields | null;
  /** 0 where there is no body. */
  readonly bodyBytes: number;
  /** Null where there is none, or its form is not known. */
  readonly body: PlainValue;
}

/**
 * Tells what a command says, its body decoded where the code tells its form.
 * @param requestCode code of the request that a response answers; without it the body's first bytes decide
 */
export function describeFrame(command: RemotingCommand, requestCode?: number): FrameDescription {
  return {
    code: command.code,
    name: nameOf(command, requestCode),
    isResponse: isResponse(command),
    oneway: isOneway(command),
    opaque: command.opaque,
    serializer: command.serializer,
    version: command.version,
    language: command.language,
    remark: command.remark,
    extFields: command.extFields,
    bodyBytes: command.body?.length ?? 0,
    body: command.body === null ? null : describeBody(command, command.body, requestCode),
  };
}

function nameOf(command: RemotingCommand, requestCode: number | undefined): string {
  if (!isResponse(command)) return requestCodeName(command.code);
  const answer = responseCodeName(command.code);
  return requestCode === undefined ? answer : `${requestCodeName(requestCode)} → ${answer}`;
}

function describeBody(
  command: RemotingCommand,
  body: Uint8Array,
  requestCode: number | undefined,
): PlainValue {
  switch (bodyFormOf(command, requestCode)) {
    case 'json':
      return describeJson(readUtf8(body));
    case 'properties':
      return readUtf8(body);
    case 'application':
      return applicationBytes(body, sysFlagOf(command));
    case 'batch':
      return describeBatch(body);
    case 'records':
      return decodeRecords(body).map(describeMessage);
    case 'compressed-registration': {
      const decoded = decodeRegisterBrokerBody(body, true);
      return decoded === null ? null : describeJson(readUtf8(encodeRegisterBrokerBody(decoded, false)));
    }
    case 'unknown':
      return null;
  }
}

function sysFlagOf(command: RemotingCommand): number {
  return Number(command.extFields?.['f'] ?? command.extFields?.['sysFlag'] ?? 0) | 0;
}

function describeJson(text: string): PlainValue {
  try {
    return plain(parseFastjson(text));
  } catch (error) {
    if (error instanceof FastjsonError) return null;
    throw error;
  }
}

function plain(value: FastjsonValue): PlainValue {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return plainObject(
    [...(value as FastjsonObject)].map(([key, member]) => [
      typeof key === 'string' ? key : toStandardJson(key),
      plain(member),
    ]),
  );
}

/** Defines members rather than assigning them: a key may be `__proto__`. */
function plainObject(members: Iterable<readonly [string, PlainValue]>): {[key: string]: PlainValue} {
  const object: {[key: string]: PlainValue} = {};
  for (const [key, value] of members) {
    Object.defineProperty(object, key, {value, enumerable: true, configurable: true, writable: true});
  }
  return object;
}

function describeBatch(body: Uint8Array): PlainValue {
  const items = decodeBatch(body);
  if (items === null) return null;
  return items.map((item) => ({
    flag: item.flag,
    properties: plainObject(stringToProperties(item.propertiesString)),
    body: applicationBytes(item.body, 0),
  }));
}

function describeMessage(message: MessageExt): PlainValue {
  return {
    topic: message.topic,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    msgId: message.msgId,
    commitLogOffset: message.commitLogOffset,
    storeSize: message.storeSize,
    flag: message.flag,
    sysFlag: message.sysFlag,
    bornTimestamp: message.bornTimestampMs,
    bornHost: message.bornHost,
    storeTimestamp: message.storeTimestampMs,
    storeHost: message.storeHost,
    bodyCRC: message.bodyCrc,
    reconsumeTimes: message.reconsumeTimes,
    preparedTransactionOffset: message.preparedTransactionOffset,
    properties: plainObject(message.properties),
    body: applicationBytes(message.body, message.sysFlag),
  };
}

const CONTROL = /[^\P{Cc}\t\n\r]/u;

/** An application's bytes as text where they are text, otherwise in hex. */
function applicationBytes(bytes: Uint8Array, sysFlag: number): PlainValue {
  if ((sysFlag & MessageSysFlag.COMPRESSED) === 0) {
    const text = readUtf8(bytes);
    if (!text.includes('\ufffd') && !CONTROL.test(text)) return text;
  }
  return {hex: toHex(bytes)};
}
