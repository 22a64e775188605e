import {requestCodeName, responseCodeName} from '../rocketmq/remoting/codes.ts';
import {isOneway, isResponse} from '../rocketmq/remoting/command.ts';
import {decodeFrame} from '../rocketmq/remoting/frame.ts';
import {plain, readBody} from './frame-body.ts';

/** A frame as one JSON object says it. */
export interface FrameDescription {
  readonly code: number;
  readonly name: string;
  readonly isResponse: boolean;
  readonly oneway: boolean;
  readonly opaque: number;
  readonly serializer: string;
  readonly version: number;
  readonly language: string | null;
  readonly remark: string | null;
  readonly extFields: Readonly<Record<string, string>> | null;
  readonly bodyBytes: number;
  /** Where its form is known. */
  readonly body?: unknown;
}

/** Reads a frame in hex, blanks between digits allowed; or says why it is none. */
export function describeHexFrame(text: string): FrameDescription | {readonly error: string} {
  const hex = text.replace(/^0x/i, '').replace(/[\s:]/g, '');
  const odd = /[^0-9a-f]/i.exec(hex);
  if (odd !== null) return {error: `${JSON.stringify(odd[0])} is no hexadecimal digit`};
  if (hex.length % 2 === 1) return {error: 'an odd number of hexadecimal digits'};
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return describeFrame(bytes);
}

export function describeFrame(bytes: Uint8Array): FrameDescription | {readonly error: string} {
  const command = decodeFrame(bytes);
  if ('error' in command) return command;
  const response = isResponse(command);
  const body = readBody(command);
  return {
    code: command.code,
    name: response ? responseCodeName(command.code) : requestCodeName(command.code),
    isResponse: response,
    oneway: isOneway(command),
    opaque: command.opaque,
    serializer: command.serializer,
    version: command.version,
    language: command.language,
    remark: command.remark,
    extFields: command.extFields,
    bodyBytes: command.body?.length ?? 0,
    ...(body === null || body.kind === 'application' ? {} : {body: bodyValue(body)}),
  };
}

function bodyValue(body: Exclude<ReturnType<typeof readBody>, null>): unknown {
  switch (body.kind) {
    case 'json':
      return body.value;
    case 'messages':
      return plain(body.messages);
    case 'batch':
      return body.items.map(({propertiesString, body: bytes}) => ({
        properties: propertiesString,
        body: plain(bytes),
      }));
    case 'application':
      return plain(body.bytes);
  }
}
