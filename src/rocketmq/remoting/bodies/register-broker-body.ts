import {encodeUtf8, readUtf8} from '../../message/utf8.ts';
import {deflateZlib} from '../../zlib/deflate.ts';
import {inflateZlib} from '../../zlib/inflate.ts';
import {parseFastjson, stringArray} from '../fastjson.ts';
import {FastjsonError} from '../fastjson-parser.ts';
import {FRAME_MAX_BYTES} from '../frame.ts';
import {bean, decodeBody, encodeBody, givenText, list, nullable} from './codec.ts';
import {dataVersion, encodeDataVersion} from './data-version.ts';
import {
  type TopicConfig,
  type TopicConfigSerializeWrapper,
  type TopicFilterType,
  topicConfigSerializeWrapper,
} from './topic-config.ts';

/** The body of 103. Source: RocketMQ 4.9.1 `common.protocol.body.RegisterBrokerBody`. */
export interface RegisterBrokerBody {
  /** Null leaves what the NameServer knows. */
  readonly filterServerList: readonly string[] | null;
  readonly topicConfigSerializeWrapper: TopicConfigSerializeWrapper;
}

/** The second byte of a zlib stream that says it was packed at level 9, as this body is. */
const LEVEL_9 = 0xda;

const registerBrokerBody = bean<RegisterBrokerBody>({
  filterServerList: nullable(list(givenText)),
  topicConfigSerializeWrapper,
});

/** With `compressed`, order flag and system flag of the topics are lost, as in 4.9.1. */
export function encodeRegisterBrokerBody(body: RegisterBrokerBody, compressed: boolean): Uint8Array {
  return compressed ? encodeCompressed(body) : encodeBody(registerBrokerBody, body);
}

/** Null where the bytes are no such body. */
export function decodeRegisterBrokerBody(bytes: Uint8Array, compressed: boolean): RegisterBrokerBody | null {
  return compressed ? decodeCompressed(bytes) : decodeBody(registerBrokerBody, bytes);
}

function encodeCompressed(body: RegisterBrokerBody): Uint8Array {
  const {topicConfigTable, dataVersion: version} = body.topicConfigSerializeWrapper;
  const parts: Uint8Array[] = [];
  const add = (bytes: Uint8Array): void => {
    parts.push(int32(bytes.length), bytes);
  };
  add(encodeDataVersion(version));
  parts.push(int32(topicConfigTable.size));
  for (const topic of topicConfigTable.values()) add(encodeUtf8(topicLine(topic)));
  add(encodeUtf8(stringArray(body.filterServerList ?? [])));
  const plain = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    plain.set(part, at);
    at += part.length;
  }
  const packed = deflateZlib(plain);
  packed[1] = LEVEL_9;
  return packed;
}

/** Source: `common.TopicConfig#encode`. */
function topicLine(topic: TopicConfig): string {
  return `${topic.topicName} ${topic.readQueueNums} ${topic.writeQueueNums} ${topic.perm} ${topic.topicFilterType}`;
}

function int32(value: number): Uint8Array {
  return Uint8Array.of(value >> 24, value >> 16, value >> 8, value);
}

function decodeCompressed(bytes: Uint8Array): RegisterBrokerBody | null {
  // Nobody registers more than fits into a frame uncompressed; a smaller stream that unpacks to more is an attack.
  const plain = inflateZlib(bytes, FRAME_MAX_BYTES);
  if (plain === null) return null;
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  let at = 0;
  const integer = (): number => {
    if (at + 4 > plain.length) throw new FastjsonError('the body ends within a length');
    at += 4;
    return view.getInt32(at - 4);
  };
  const text = (): string => {
    const from = at + 4;
    const length = integer();
    if (length < 0 || from + length > plain.length) throw new FastjsonError('the body ends within a text');
    at = from + length;
    return readUtf8(plain, from, at);
  };
  try {
    const version = dataVersion.read(parseFastjson(text()));
    const topics = new Map<string, TopicConfig>();
    for (let left = integer(); left > 0; left--) {
      const topic = topicOfLine(text());
      if (topic !== null) topics.set(topic.topicName, topic);
    }
    return {
      filterServerList: list(givenText).read(parseFastjson(text())),
      topicConfigSerializeWrapper: {dataVersion: version, topicConfigTable: topics},
    };
  } catch (error) {
    if (error instanceof FastjsonError) return null;
    throw error;
  }
}

/** A line that has not five words is none. Source: `common.TopicConfig#decode`. */
function topicOfLine(line: string): TopicConfig | null {
  const words = line.split(' ');
  if (words.length !== 5) return null;
  const [topicName, read, write, perm, filter] = words as [string, string, string, string, string];
  const numbers = [read, write, perm];
  if (!numbers.every((word) => /^[+-]?\d{1,10}$/.test(word)))
    throw new FastjsonError('a topic line without its numbers');
  if (filter !== 'SINGLE_TAG' && filter !== 'MULTI_TAG')
    throw new FastjsonError('a topic line without its filter type');
  return {
    order: false,
    perm: Number(perm),
    readQueueNums: Number(read),
    topicFilterType: filter as TopicFilterType,
    topicName,
    topicSysFlag: 0,
    writeQueueNums: Number(write),
  };
}
