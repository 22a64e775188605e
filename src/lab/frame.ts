import {dledgerCodeName} from '../rocketmq/dledger/codes.ts';
import {requestCodeName, responseCodeName} from '../rocketmq/remoting/codes.ts';
import type {ExtFields, RemotingCommand} from '../rocketmq/remoting/command.ts';
import {decodeFrame} from '../rocketmq/remoting/frame.ts';
import {readFrameHead} from './frame-head.ts';
import {readHaFrame} from './ha-frame.ts';
import type {FrameFamily, FrameSummary} from './view/view-state.ts';

const PRODUCE = new Set([10, 36, 37, 39, 310, 320, 324, 325, 326]);
const DELIVER = new Set([11, 14, 15, 38, 40, 41, 42, 220, 309]);
const REPLICATE = new Set([21, 43, 45, 201]);

/** The family of a request code, which is also that of its response. */
export function frameFamily(requestCode: number): FrameFamily {
  if (PRODUCE.has(requestCode)) return 'produce';
  if (DELIVER.has(requestCode)) return 'deliver';
  if (REPLICATE.has(requestCode)) return 'replicate';
  if (requestCode === 51001 || requestCode === 51002 || requestCode === 51005) return 'election';
  if (51000 <= requestCode && requestCode < 52000) return 'replicate';
  return 'route';
}

/**
 * What one write on a connection carries, in a few words. A response says by itself only its own code: give `requestCode`
 * (from the request with the same connection and opaque) to name it.
 */
export function frameSummary(bytes: Uint8Array, requestCode = -1): FrameSummary {
  const head = readFrameHead(bytes);
  if (head === null) return rawSummary(bytes);
  const command = decodeFrame(bytes.subarray(0, head.lengthBytes));
  if ('error' in command) return rawSummary(bytes);
  const more = countFrames(bytes) - 1;
  const suffix = more > 0 ? `+${more}` : '';
  if ((head.flag & 1) !== 0) {
    const answer = answerName(requestCode, command);
    return {
      form: 'response',
      requestCode,
      responseCode: head.code,
      name: requestCode === -1 ? answer : `${requestCodeName(requestCode)} → ${answer}`,
      opaque: head.opaque,
      family: frameFamily(requestCode),
      detail: joinWords(responseDetail(requestCode, command), ledgerDetail(requestCode, command), suffix),
    };
  }
  return {
    form: (head.flag & 2) !== 0 ? 'oneway' : 'request',
    requestCode: head.code,
    responseCode: -1,
    name: requestCodeName(head.code),
    opaque: head.opaque,
    family: frameFamily(head.code),
    detail: joinWords(
      requestDetail(head.code, command.extFields ?? {}),
      ledgerDetail(head.code, command),
      suffix,
    ),
  };
}

/** What has no frame of remoting: a replication link's transfers and reports, in the words of its source, or mere bytes. */
function rawSummary(bytes: Uint8Array): FrameSummary {
  const ha = readHaFrame(bytes);
  const raw = {form: 'raw', requestCode: -1, responseCode: -1, opaque: 0, family: 'replicate'} as const;
  if (ha === null) return {...raw, name: `${bytes.length} bytes`, detail: ''};
  const detail = `@${ha.offset}`;
  switch (ha.kind) {
    case 'transfer':
      return {...raw, name: `CommitLog ${ha.sizeBytes} B`, detail, ha};
    case 'heartbeat':
      return {...raw, name: 'HA heartbeat', detail, ha};
    case 'report':
      return {...raw, name: 'reportSlaveMaxOffset', detail, ha};
  }
}

/** Whole frames in a write that begins at a frame border. */
export function countFrames(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; ; count += 1) {
    const head = readFrameHead(bytes, at);
    if (head === null) return count;
    at += head.lengthBytes;
  }
}

function requestDetail(code: number, ext: ExtFields): string {
  switch (code) {
    case 310:
    case 320:
    case 325:
      return queueText(ext['b'], ext['e']);
    case 10:
    case 324:
      return queueText(ext['topic'], ext['queueId']);
    case 11:
    case 14:
      return joinWords(queueText(ext['topic'], ext['queueId']), at(ext['queueOffset']));
    case 15:
      return joinWords(queueText(ext['topic'], ext['queueId']), at(ext['commitOffset']));
    case 105:
      return ext['topic'] ?? '';
    case 103:
    case 104:
      return ext['brokerName'] ?? '';
    case 38:
    case 40:
      return ext['consumerGroup'] ?? '';
    case 35:
      return ext['consumerGroup'] || ext['producerGroup'] || '';
    case 17:
    case 215:
      return ext['topic'] ?? '';
    default:
      return '';
  }
}

function responseDetail(requestCode: number, command: RemotingCommand): string {
  const ext = command.extFields ?? {};
  if (requestCode === 310 || requestCode === 10 || requestCode === 320) {
    return ext['queueId'] === undefined ? '' : joinWords(`#${ext['queueId']}`, at(ext['queueOffset']));
  }
  if (requestCode === 11) return ext['nextBeginOffset'] === undefined ? '' : `→ ${ext['nextBeginOffset']}`;
  if (requestCode === 14) return ext['offset'] === undefined ? '' : at(ext['offset']);
  return '';
}

function queueText(topic: string | undefined, queueId: string | undefined): string {
  if (topic === undefined) return '';
  return queueId === undefined ? topic : `${topic}#${queueId}`;
}

function at(offset: string | undefined): string {
  return offset === undefined ? '' : `@${offset}`;
}

function joinWords(...words: string[]): string {
  return words.filter((word) => word !== '').join(' ');
}

/** Between members of a DLedger group every answer has code 200, and the true one stands in the JSON of its body. */
function answerName(requestCode: number, {code, body}: RemotingCommand): string {
  if (!isLedgerRequest(requestCode) || body === null) return responseCodeName(code);
  const told = /"code":(-?\d+)/.exec(new TextDecoder().decode(body))?.[1];
  return told === undefined ? responseCodeName(code) : dledgerCodeName(Number(told));
}

/** What tells one message between members from another: who asks for votes, what is pushed, why a vote is refused. */
function ledgerDetail(requestCode: number, {body}: RemotingCommand): string {
  if (!isLedgerRequest(requestCode) || body === null) return '';
  const text = new TextDecoder().decode(body);
  const told = (name: string): string => new RegExp(`"${name}":"?([\\w-]+)`).exec(text)?.[1] ?? '';
  const vote = told('voteResult');
  const index = /"index":(\d+)/.exec(text)?.[1];
  // An entry that is pushed has a term of its own, before that of the push. Most answers to heartbeats leave it at -1.
  const term = /^\d+/.exec(text.slice(text.lastIndexOf('"term":') + 7))?.[0];
  return joinWords(
    vote,
    told('type'),
    index === undefined ? '' : `#${index}`,
    term === undefined ? '' : `T${term}`,
  );
}

function isLedgerRequest(requestCode: number): boolean {
  return 50_000 <= requestCode && requestCode < 52_000;
}
