/** Answers reduced to what a client can rely on, so that two servers can be compared. */

import type {RemotingCommand} from '../../src/rocketmq/remoting/command.ts';
import {parseFastjson} from '../../src/rocketmq/remoting/fastjson.ts';

/** Fields whose values follow from what was stored or asked before, and from chance. Their presence is compared. */
const FIGURES: ReadonlySet<string> = new Set([
  'msgId',
  'queueId',
  'queueOffset',
  'nextBeginOffset',
  'minOffset',
  'maxOffset',
  'offset',
  'timestamp',
  'indexLastUpdateTimestamp',
  'indexLastUpdatePhyoffset',
  'version',
]);
const RECORD_MAGIC = 0xdaa320a7 | 0;

/** Code, remark, header fields and the shape of the body, in one line. */
export function essenceOf(answer: RemotingCommand | null): string {
  if (answer === null) return 'no answer';
  const {code, remark, extFields, body} = answer;
  const fields = Object.entries(extFields ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (FIGURES.has(name) ? name : `${name}=${value}`));
  return [
    String(code),
    ...(remark === null ? [] : [`"${remarkOf(remark)}"`]),
    ...(fields.length === 0 ? [] : [`{${fields.join(', ')}}`]),
    ...(body === null || body.length === 0 ? [] : [bodyOf(body)]),
  ].join(' ');
}

/**
 * The stack frame behind an exception names a line of Java's source, and what a parser says of bad text is its own affair: of
 * fastjson the class of the exception is compared.
 */
function remarkOf(remark: string): string {
  const exception = /^((?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error))\b/.exec(remark)?.[1];
  // Whether a local variable has its name depends on how the jar was compiled.
  const told = remark.replace(/because "(?:<local\d+>|[a-zA-Z]+)" is null/, 'because a variable is null');
  if (exception === undefined) return told.replaceAll(/(\d+\.){3}\d+:\d+/g, 'IP:PORT').trim();
  if (exception.startsWith('com.alibaba.fastjson')) return exception;
  return told.replace(/, (?:[a-z][\w.]*\/)?[\w.$<>]+\((?:[\w$]+\.java:\d+|Native Method)\)$/, '');
}

function bodyOf(body: Uint8Array): string {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  if (body.length > 88 && view.getInt32(4) === RECORD_MAGIC) return 'records';
  const text = new TextDecoder().decode(body);
  if (!/^[[{]/.test(text)) return 'properties';
  return `JSON ${shapeOf(parseFastjson(text))}`;
}

/** Names of a bean in order of their names; of lists and tables the form of what is in them. */
function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].sort().join('|')}]`;
  if (typeof value === 'bigint') return 'number';
  if (typeof value !== 'object') return typeof value;
  const pairs: [string, unknown][] =
    value instanceof Map ? [...value].map(([k, v]) => [String(k), v]) : Object.entries(value);
  if (!pairs.every(([name]) => /^[a-z]\w*$/.test(name))) {
    return `{*: ${[...new Set(pairs.map(([, one]) => shapeOf(one)))].sort().join('|')}}`;
  }
  return `{${pairs
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => (typeof one === 'object' && one !== null ? `${name}: ${shapeOf(one)}` : name))
    .join(', ')}}`;
}
