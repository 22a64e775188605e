/** Header serialization of a frame: the type byte 0 or 1. */
export type SerializeType = 'JSON' | 'ROCKETMQ';

export type LanguageCode =
  | 'JAVA'
  | 'CPP'
  | 'DOTNET'
  | 'PYTHON'
  | 'DELPHI'
  | 'ERLANG'
  | 'RUBY'
  | 'OTHER'
  | 'HTTP'
  | 'GO'
  | 'PHP'
  | 'OMS';

/** `MQVersion` ordinal of 4.9.1. */
export const VERSION_4_9_1 = 395;

/** Text form of every custom header field, by its Java field name. */
export type ExtFields = Record<string, string>;

/** One frame, decoded. Source: RocketMQ 4.9.1 `remoting.protocol.RemotingCommand`. */
export interface RemotingCommand {
  /** Request code, or response code when `flag` says response. */
  code: number;
  /** Null where the sender named a language nobody knows. */
  language: LanguageCode | null;
  version: number;
  /** Correlation id, int32. */
  opaque: number;
  /** Bit 0: response. Bit 1: one-way. */
  flag: number;
  remark: string | null;
  extFields: ExtFields | null;
  body: Uint8Array | null;
  /** How the header was, or is to be, encoded. */
  serializer: SerializeType;
}

export const FLAG_RESPONSE = 1;
export const FLAG_ONEWAY = 2;

export function isResponse(command: RemotingCommand): boolean {
  return (command.flag & FLAG_RESPONSE) !== 0;
}

export function isOneway(command: RemotingCommand): boolean {
  return (command.flag & FLAG_ONEWAY) !== 0;
}

/** A request; `opaque` is set by whoever sends it. */
export function request(
  code: number,
  extFields: ExtFields | null = null,
  body: Uint8Array | null = null,
): RemotingCommand {
  return {
    code,
    language: 'JAVA',
    version: VERSION_4_9_1,
    opaque: 0,
    flag: 0,
    remark: null,
    extFields,
    body,
    serializer: 'JSON',
  };
}

/** A response to be completed by a handler: 4.9.1 starts them as code 1, `not set any response code`. */
export function response(
  code = 1,
  remark: string | null = 'not set any response code',
  extFields: ExtFields | null = null,
  body: Uint8Array | null = null,
): RemotingCommand {
  return {
    code,
    language: 'JAVA',
    version: VERSION_4_9_1,
    opaque: 0,
    flag: FLAG_RESPONSE,
    remark,
    extFields,
    body,
    serializer: 'JSON',
  };
}
