import {
  bean,
  type Codec,
  enumeration,
  integer,
  list,
  nullable,
  stringMap,
  text,
} from '../remoting/bodies/codec.ts';
import {FastjsonError} from '../remoting/fastjson-parser.ts';
import {base64OfText, base64Text} from './base64.ts';
import {DLedgerResponseCode} from './codes.ts';
import type {DLedgerEntry} from './entry.ts';

/**
 * The messages of DLedger, as JSON bodies. Members stand in alphabetical order and null ones are left out, as fastjson does
 * it; a reader takes them in any order, ignores unknown ones and keeps the defaults of missing ones.
 * Source: DLedger 0.2.2 `protocol.*`.
 */
export interface Message {
  group: string | null;
  /** The id of the receiver. */
  remoteId: string | null;
  localId: string | null;
  code: number;
  leaderId: string | null;
  term: number;
}

export type HeartBeatRequest = Message;
export type HeartBeatResponse = Message;

const VOTE_RESULTS = [
  'UNKNOWN',
  'ACCEPT',
  'REJECT_UNKNOWN_LEADER',
  'REJECT_UNEXPECTED_LEADER',
  'REJECT_EXPIRED_VOTE_TERM',
  'REJECT_ALREADY_VOTED',
  'REJECT_ALREADY_HAS_LEADER',
  'REJECT_TERM_NOT_READY',
  'REJECT_TERM_SMALL_THAN_LEDGER',
  'REJECT_EXPIRED_LEDGER_TERM',
  'REJECT_SMALL_LEDGER_END_INDEX',
  'REJECT_TAKING_LEADERSHIP',
] as const;

export type VoteResult = (typeof VOTE_RESULTS)[number];

export interface VoteRequest extends Message {
  ledgerEndIndex: number;
  ledgerEndTerm: number;
}

export interface VoteResponse extends Message {
  /** Null only for a name that nobody knows. */
  voteResult: VoteResult | null;
}

export const PUSH_TYPES = ['APPEND', 'COMMIT', 'COMPARE', 'TRUNCATE'] as const;
export type PushType = (typeof PUSH_TYPES)[number];

export interface PushEntryRequest extends Message {
  commitIndex: number;
  type: PushType | null;
  entry: DLedgerEntry | null;
  /** Java's reader can only add to the list that is there, so it is never null. */
  batchEntry: readonly DLedgerEntry[];
}

export interface PushEntryResponse extends Message {
  /** Null in an answer to COMMIT, and where the call failed. */
  index: number | null;
  beginIndex: number;
  endIndex: number;
}

export interface AppendEntryRequest extends Message {
  body: Uint8Array | null;
}

export interface AppendEntryResponse extends Message {
  index: number;
  pos: number;
}

export interface GetEntriesRequest extends Message {
  beginIndex: number | null;
  maxSize: number;
  indexList: readonly number[] | null;
}

export interface GetEntriesResponse extends Message {
  entries: readonly DLedgerEntry[];
}

export type MetadataRequest = Message;

export interface MetadataResponse extends Message {
  peers: ReadonlyMap<string, string> | null;
}

export interface PullEntriesRequest extends Message {
  nodeId: string | null;
  beginIndex: number | null;
}

export interface LeadershipTransferRequest extends Message {
  transferId: string | null;
  transfereeId: string | null;
  /** The leader's end. DLedger 0.2.2 sends it and never reads it. */
  takeLeadershipLedgerIndex: number;
}

export type LeadershipTransferResponse = Message;

/** A message with nothing set. */
export function emptyMessage(): Message {
  return {
    group: null,
    remoteId: null,
    localId: null,
    code: DLedgerResponseCode.SUCCESS,
    leaderId: null,
    term: -1,
  };
}

/** Source: `protocol.RequestOrResponse#copyBaseInfo`. */
export function baseInfo(message: Message): Message {
  const {group, remoteId, localId, code, leaderId, term} = message;
  return {group, remoteId, localId, code, leaderId, term};
}

/** Bytes as Base64. */
const bytes: Codec<Uint8Array | null> = {
  write: (value) => (value === null ? null : `"${base64Text(value)}"`),
  read: (json) => {
    if (json === undefined || json === null) return null;
    if (typeof json !== 'string') throw new FastjsonError('expected bytes');
    return base64OfText(json);
  },
};

const code = integer(DLedgerResponseCode.SUCCESS);
const ids = {group: text, leaderId: text, localId: text, remoteId: text};
const unset = integer(-1);

const entryCodec = bean<DLedgerEntry>({
  body: bytes,
  bodyCrc: integer(),
  chainCrc: integer(),
  channel: integer(),
  index: integer(),
  magic: integer(),
  pos: integer(),
  size: integer(),
  term: integer(),
});

export const messageCodec = bean<Message>({
  code,
  group: ids.group,
  leaderId: ids.leaderId,
  localId: ids.localId,
  remoteId: ids.remoteId,
  term: unset,
});

export const voteRequestCodec = bean<VoteRequest>({
  code,
  group: ids.group,
  leaderId: ids.leaderId,
  ledgerEndIndex: unset,
  ledgerEndTerm: unset,
  localId: ids.localId,
  remoteId: ids.remoteId,
  term: unset,
});

export const voteResponseCodec = bean<VoteResponse>({
  code,
  group: ids.group,
  leaderId: ids.leaderId,
  localId: ids.localId,
  remoteId: ids.remoteId,
  term: unset,
  voteResult: enumeration(VOTE_RESULTS, 'UNKNOWN'),
});

/** With the members that Java derives when it writes and does not take over when it reads. */
interface WrittenPush extends PushEntryRequest {
  count: number;
  firstEntryIndex: number;
  lastEntryIndex: number;
  totalSize: number;
}

const writtenPush = bean<WrittenPush>({
  batchEntry: list(entryCodec),
  code,
  commitIndex: unset,
  count: integer(),
  entry: nullable(entryCodec),
  firstEntryIndex: unset,
  group: ids.group,
  lastEntryIndex: unset,
  leaderId: ids.leaderId,
  localId: ids.localId,
  remoteId: ids.remoteId,
  term: unset,
  totalSize: integer(),
  type: enumeration(PUSH_TYPES, 'APPEND'),
});

export const pushRequestCodec: Codec<PushEntryRequest> = {
  write: (request) => {
    const {batchEntry} = request;
    let totalSize = 0;
    for (const entry of batchEntry) totalSize += entry.size;
    return writtenPush.write({
      ...request,
      count: batchEntry.length,
      firstEntryIndex: batchEntry[0]?.index ?? -1,
      lastEntryIndex: batchEntry[batchEntry.length - 1]?.index ?? -1,
      totalSize,
    });
  },
  read: (json) => {
    const {
      count: _1,
      firstEntryIndex: _2,
      lastEntryIndex: _3,
      totalSize: _4,
      ...request
    } = writtenPush.read(json);
    return request;
  },
};

export const pushResponseCodec = bean<PushEntryResponse>({
  beginIndex: integer(),
  code,
  endIndex: integer(),
  group: ids.group,
  index: nullable(integer()),
  leaderId: ids.leaderId,
  localId: ids.localId,
  remoteId: ids.remoteId,
  term: unset,
});

export const appendRequestCodec = bean<AppendEntryRequest>({
  body: bytes,
  code,
  group: ids.group,
  leaderId: ids.leaderId,
  localId: ids.localId,
  remoteId: ids.remoteId,
  term: unset,
});

export const appendResponseCodec = bean<AppendEntryResponse>({
  code,
  group: ids.group,
  index: unset,
  leaderId: ids.leaderId,
  localId: ids.localId,
  pos: unset,
  remoteId: ids.remoteId,
  term: unset,
});

export const getRequestCodec = bean<GetEntriesRequest>({
  beginIndex: nullable(integer()),
  code,
  group: ids.group,
  indexList: nullable(list(integer())),
  leaderId: ids.leaderId,
  localId: ids.localId,
  maxSize: integer(),
  remoteId: ids.remoteId,
  term: unset,
});

export const getResponseCodec = bean<GetEntriesResponse>({
  code,
  entries: list(entryCodec),
  group: ids.group,
  leaderId: ids.leaderId,
  localId: ids.localId,
  remoteId: ids.remoteId,
  term: unset,
});

export const metadataResponseCodec = bean<MetadataResponse>({
  code,
  group: ids.group,
  leaderId: ids.leaderId,
  localId: ids.localId,
  peers: nullable(stringMap(text as Codec<string>)),
  remoteId: ids.remoteId,
  term: unset,
});

export const pullRequestCodec = bean<PullEntriesRequest>({
  beginIndex: nullable(integer()),
  code,
  group: ids.group,
  leaderId: ids.leaderId,
  localId: ids.localId,
  nodeId: text,
  remoteId: ids.remoteId,
  term: unset,
});

export const transferRequestCodec = bean<LeadershipTransferRequest>({
  code,
  group: ids.group,
  leaderId: ids.leaderId,
  localId: ids.localId,
  remoteId: ids.remoteId,
  takeLeadershipLedgerIndex: integer(),
  term: unset,
  transferId: text,
  transfereeId: text,
});
